"""Boilerplate rules: what goes, what stays, and how an owner adds some."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.errors import ConfigError
from publisher.text import boilerplate_rules, read_plain
from publisher.text.structure import structure

PROSE = "Long enough to be a paragraph of its own, and it ends as sentences do."


def dropped(*blocks: str, extra: str = "") -> list[str]:
    rules = boilerplate_rules(extra) if extra else None
    return [line.text for line in structure("\n\n".join(blocks), rules=rules).dropped]


@pytest.mark.parametrize(
    "line",
    [
        "Follow my blog with Bloglovin!",
        "SHARE THIS ARTICLE",
        "Click to share on X (Opens in new window)",
        "Facebook Twitter Pinterest WhatsApp",
        "12.5K Shares",
        "As an Amazon Associate I earn from qualifying purchases.",
        "Disclosure: This post contains affiliate links.",
        "We may earn a small commission when you buy through links on our site.",
        "Photo by Mika Sand on Pexels",
        "Image source: Harbour Museum",
        "[Insert image of a lighthouse here]",
        "lighthouse-02_final.webp",
        "#rope #knots #sailing",
        "Meta description: Everything about knots in one place",
        "Internal linking keywords: bowline, clove hitch",
        "Related: How to coil a rope",
        "← Previous Post",
        "« How to Coil a Rope",
        "Next Article: Splicing",
        "NextHow to Splice a Rope",
        "Advertisement",
        "© 2023 Rope Weekly. All rights reserved.",
        "Back to top ↑",
    ],
)
def test_goes_wherever_it_stands(line: str) -> None:
    assert dropped(PROSE, line, PROSE) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Share the rope with somebody who can hold it.",
        "Facebook",
        "Next Steps",
        "Next, pull the loop through.",
        "Previous Owners and Their Knots",
        "Photos by the river need a short shutter time, or the water turns to milk.",
        "By the sea",
        "This guide is not medical advice.",
        "Contents of the Toolbox",
        "We respect the sea.",
        "#1 Reason Knots Slip",
        "Home > Work is our motto on board.",
        "Tags are sewn to the left sleeve.",
        "Sure hands tie better knots.",
        "Certainly, a wet rope is stronger than it looks.",
        "Related illnesses include a stiff neck.",
    ],
)
def test_stays_although_it_looks_alike(line: str) -> None:
    assert dropped(PROSE, line, PROSE, PROSE) == []


def test_bylines_and_dates_go_only_at_the_top() -> None:
    top = [
        "Knots for Everyone",
        "By Ana de la Cruz",
        "Updated on March 3, 2024 by Helen",
        "Reading time: 4 minutes",
    ]
    assert dropped(*top, PROSE) == top[1:]
    assert dropped(*[PROSE] * 9, "By Ana de la Cruz", *[PROSE] * 13) == []


def test_share_buttons_go_in_company_only() -> None:
    assert dropped(PROSE, "Facebook\nTwitter\nPrint", PROSE) == ["Facebook", "Twitter", "Print"]
    assert dropped(PROSE, "Print", PROSE) == []


def test_contents_go_only_as_far_as_the_text_repeats_them() -> None:
    entries = ["1. Ropes ..... 3", "2. Knots ..... 7"]
    assert dropped("Contents", *entries, "Ropes", PROSE, "Knots", PROSE) == ["Contents", *entries]
    assert dropped(PROSE, "Contents", "Ropes", PROSE) == []
    assert dropped(PROSE, "Table of Contents", "Ropes", PROSE) == ["Table of Contents"]


def test_two_headings_below_related_articles_stay() -> None:
    assert dropped(PROSE, "Related Articles", "Ropes", "Old Ropes", PROSE) == ["Related Articles"]


def test_related_articles_never_take_a_whole_text() -> None:
    lines = [f"Short line {n}" for n in range(80)]
    assert dropped(PROSE, "Related Articles", *lines) == ["Related Articles"]


def test_comments_take_the_rest_with_them() -> None:
    assert dropped(*[PROSE] * 6, "Leave a Reply", "Joe says:", "Nice knots.") == [
        "Leave a Reply",
        "Joe says:",
        "Nice knots.",
    ]
    assert dropped("Leave a Reply", PROSE, *[PROSE] * 20) == []


def test_every_dropped_line_names_its_rule() -> None:
    found = structure(f"Advertisement\n\n{PROSE}\n\n#a #b")
    assert [(line.rule, line.text) for line in found.dropped] == [
        ("advertisement", "Advertisement"),
        ("hashtags", "#a #b"),
    ]


def test_an_owner_adds_replaces_and_switches_off_rules() -> None:
    mine = (
        '[[rule]]\nname = "club"\nlines = ["Join the club"]\n[[rule]]\nname = "advertisement"\noff = true\n'
    )
    assert dropped(PROSE, "Join the Club!", "Advertisement", PROSE, extra=mine) == ["Join the Club!"]


def test_rules_may_use_and_add_parts() -> None:
    mine = """[parts]
club = '(?:club|guild)'
[[rule]]
name = "club"
patterns = ['meet the {{club}} on {{date}}']
"""
    assert dropped(PROSE, "Meet the Guild on 3 March 2026", PROSE, extra=mine) == [
        "Meet the Guild on 3 March 2026"
    ]


def test_the_owners_page_tells_every_key_and_its_example_works() -> None:
    page = (Path(__file__).parents[2] / "docs" / "text.md").read_text()
    keys = set(
        re.findall(r"`(\w+)`", "\n".join(line for line in page.splitlines() if line.startswith("| `")))
    )
    assert {
        "name",
        "lines",
        "patterns",
        "exact",
        "has",
        "where",
        "takes",
        "needs",
        "group",
        "leads",
        "words",
        "off",
    } <= keys
    example = page.split("```toml\n")[1].split("```")[0]
    rules = boilerplate_rules(example)
    assert {"club", "sponsor-note"} <= {rule.name for rule in rules.rules}
    assert "tags" not in {rule.name for rule in rules.rules}


def test_read_plain_takes_an_owners_rules() -> None:
    rules = boilerplate_rules('[[rule]]\nname = "club"\nlines = ["Join the club"]\n')
    text = f"{PROSE}\n\nJoin the club!\n\n{PROSE}"
    assert "club" in read_plain(text).html
    assert "club" not in read_plain(text, rules=rules).html


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[[rule]\n", "mine.toml: .*not valid TOML"),
        ("[[rules]]\nname = 'x'\n", "mine.toml: unknown key 'rules'"),
        ("rule = 1\n", "with a name"),
        ("[parts]\nx = 1\n", "all strings"),
        ('[[rule]]\nlines = ["x"]\n', "with a name"),
        (
            '[[rule]]\nname = "x"\nline = ["x"]\n',
            "mine.toml: rule 'x': unknown key 'line'. Did you mean 'lines'",
        ),
        ('[[rule]]\nname = "x"\nwhere = "left"\n', "rule 'x': where must be one of anywhere, top"),
        ('[[rule]]\nname = "x"\ntakes = 1\n', "takes must be one of line, next"),
        ('[[rule]]\nname = "x"\npatterns = ["("]\n', "rule 'x': a pattern is broken"),
        ('[[rule]]\nname = "x"\npatterns = ["(a)b"]\n', "rule 'x': a pattern has a group"),
        ('[[rule]]\nname = "x"\npatterns = ["{{no}}"]\n', "there is no part 'no'"),
        ('[[rule]]\nname = "x"\nlines = "x"\n', "list of strings"),
        ('[[rule]]\nname = "x"\ngroup = 1\n', "group must be true or false"),
        ('[[rule]]\nname = "x"\nwords = 0\n', "words must be a whole number above 0"),
    ],
)
def test_broken_rules_are_told_in_a_sentence(toml: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        boilerplate_rules(toml, where=["mine.toml"])

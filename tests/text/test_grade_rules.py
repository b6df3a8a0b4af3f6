"""Each rule alone, on the smallest text that shows it; and each case backwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.model import Grade
from publisher.text import grade, read_markdown
from publisher.text.grading import RULES
from publisher.text.grading.graded import Graded

ABOUT = "This is what you will want to know about it, and what you can do when it is not as it was.\n\n"


def graded(old: str, new: str, about: str = ABOUT) -> Graded:
    """The grade of two pieces of Markdown below one paragraph that tells the language."""
    before, after = read_markdown(about + old), read_markdown(about + new)
    return grade("", before.html, "", after.html)


MATERIAL = {
    "number": [
        ("Take 5 mg.", "Take 50 mg."),
        ("Take five tablets.", "Take six tablets."),
        ("It costs £1,000.", "It costs £1.000."),
        ("Mix it 1:10.", "Mix it 1:100."),
        ("It is kept at −5 °C.", "It is kept at 5 °C."),
        ("Heat it to x=-5.", "Heat it to x=5."),
        ("Three in ten people.", "Three in four people."),
        ("Take 1½ tablets.", "Take 1 tablet."),
        ("About 10^6^ of them.", "About 10^7^ of them."),
        ("Wait 2–3 hours.", "Wait 23 hours."),
    ],
    "unit": [
        ("Take 5 mg.", "Take 5 g."),
        ("Bake it at 180 °C.", "Bake it at 180 °F."),
        ("Wait 5 minutes.", "Wait 5 hours."),
        ("It costs £20.", "It costs $20."),
        ("Lose 5 % of it.", "Lose 5 of it."),
    ],
    "date": [("Open from 3 March.", "Open from 4 March."), ("On 2026-03-04.", "On 2026-04-03.")],
    "time": [("Open at 9:00.", "Open at 9:30."), ("Open at 6 am.", "Open at 6 pm.")],
    "telephone": [("Ring 0800 555 0142.", "Ring 0800 555 0143.")],
    "figures swapped": [("2 eggs and 5 apples.", "5 eggs and 2 apples.")],
    "sign": [("Keep it < 5.", "Keep it > 5."), ("Rain ✓", "Rain ✗")],
    "negation": [
        ("Do not stop.", "Do stop."),
        ("It isn't safe.", "It is safe."),
        ("It is comfortable.", "It is uncomfortable."),
        ("Never mix them.", "Mix them."),
        ("There is no doubt.", "There is doubt."),
        ("Do not walk, sit.", "Walk, do not sit."),
    ],
    "obligation": [
        ("You may drink it.", "You should drink it."),
        ("You must rest.", "You can rest."),
        ("It may cause it.", "It causes it."),
    ],
    "warning": [("Rest.", "Rest. It is poisonous."), ("Rest well.", "Rest well. Ask your doctor.")],
    "condition": [("Stop if it is sore.", "Stop, it is sore.")],
    "opposite": [
        ("Turn it to the left.", "Turn it to the right."),
        ("Take it before meals.", "Take it after meals."),
        ("It is often there.", "It is rarely there."),
        ("Take salt and sugar.", "Take salt or sugar."),
        ("Both knees are sore.", "One knee is sore."),
    ],
    "term": [("Take paracetamol.", "Take ibuprofen."), ("Ask Ms Obi.", "Ask Ms Ude.")],
    "thing": [("Add salt.", "Add sugar."), ("Add salt and pepper.", "Add salt.")],
    "word": [("It is a task for two.", "It is a fight for two.")],
    "order": [
        ("Back up, then update.", "Update, then back up."),
        ("Stir before heating.", "Heat before stirring."),
        ("Pour it from the jar to the pan.", "Pour it from the pan to the jar."),
    ],
    "instruction": [("It is nice.", "It is nice. Wash it.")],
    "replaced": [("## What people say\n\nIt is.", "## How it feels\n\nIt is.")],
    "code": [
        ("    rm -r it", "    rm -R it"),
        ("    log --all", "    log -all"),
        ("Use `-r`.", "Use `-R`."),
    ],
    "struck out": [("Take it daily.", "Take ~~it~~ daily.")],
    "section": [
        ("## One\n\nIt is.", "## One\n\nIt is.\n\n## More\n\nIt was."),
        ("## One\n\nIt is.\n\n## More\n\nIt was.", "## More\n\nIt was.\n\n## One\n\nIt is."),
    ],
    "step": [
        ("1. Look.\n2. Listen.", "1. Look."),
        ("1. Look.\n2. Listen.", "1. Listen.\n2. Look."),
    ],
    "item": [("- bread\n- milk", "- bread\n- milk\n- tea")],
    "row": [("| a | b |\n|---|---|\n| it | was |", "| a | b |\n|---|---|\n| it | was |\n| it | is |")],
    "sentence": [("Then wash it. It is nice. It is good.", "It is nice. It is good. Then wash it.")],
    "much changed": [("It is.", "It is. " + "It was good and it is so still. " * 9)],
    "too large": [("It is.", "It is. " + "It was good and it is so still. " * 4_000)],
    "link": [("Look [here](https://a.example/).", "Look [here](https://b.example/).")],
}
MINOR = {
    "wording": [
        ("It is a very good way to begin.", "It is a really good way to start."),
        ("Many people find it helpful.", "Lots of people find that it helps."),
        ("It is nice.", "It is nice. It is lovely to look at."),
    ],
    "date format": [("Open from 3 March 2026.", "Open from 2026-03-03."), ("At 18:00.", "At 6 pm.")],
    "link": [
        ("Look [here](https://a.example/one).", "Look [here](https://a.example/two)."),
        ("Look here.", "Look [here](https://a.example/)."),
    ],
    "picture": [("![It](a.png)", "![It](b.png)"), ("It is.", "It is. ![It](b.png)")],
    "item": [("- bread\n- milk", "- milk\n- bread")],
    "row": [
        (
            "| a | b |\n|---|---|\n| it | was |\n| he | is |",
            "| a | b |\n|---|---|\n| he | is |\n| it | was |",
        )
    ],
    "sentence": [("It is nice. It was good. So it is.", "So it is. It is nice. It was good.")],
}
TYPO = {
    "spelling": [
        ("They recieve it.", "They receive it."),
        ("Teh dog.", "The dog."),
        ("However it is.", "However, it is."),
        ("The colour is nice.", "The color is nice."),
        ("Take 5 mg.", "Take 5mg."),
        ("Take 5 mg.", "Take 5 milligrams."),
        ("Take five.", "Take 5."),
        ("Do not go.", "Don't go."),
        ("Its nice.", "It's nice."),
        ("It is for for you.", "It is for you."),
        ("1,000 people.", "1000 people."),
        ("A ½ tablet.", "A 1/2 tablet."),
    ],
    "page stamp": [
        ("Last updated: 3 March 2026", "Last updated: 9 May 2026"),
        ("© 2025 Guides", "© 2026 Guides"),
    ],
}
CASES = [
    (level, rule, old, new)
    for level, rules in ((Grade.MATERIAL, MATERIAL), (Grade.MINOR, MINOR), (Grade.TYPO, TYPO))
    for rule, cases in rules.items()
    for old, new in cases
]


@pytest.mark.parametrize(("level", "rule", "old", "new"), CASES)
def test_a_rule(level: Grade, rule: str, old: str, new: str) -> None:
    found = graded(old, new)
    assert (found.grade, found.rule) == (level, rule), found
    back = graded(new, old)
    assert (back.grade, back.rule) == (level, rule), back


def test_every_rule_has_a_case() -> None:
    tested = {rule for _, rule, _, _ in CASES}
    assert tested | {"same", "language"} == set(RULES)  # these two are in other tests


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Take 5 mg.", "Take 50 mg."),
        ("You may stop.", "You must not stop."),
        ("Do not stop.", "Do stop."),
        ("Take it before meals.", "Take it after meals."),
        ("Never", "Always"),
        ("5", "6"),
        ("No", "Yes"),
    ],
)
@pytest.mark.parametrize("markup", ["{}", "# {}\n\nIt is.", "## {}", "- {}", "1. {}", "> {}", "**{}**"])
def test_short_texts_are_judged_by_the_same_rules(old: str, new: str, markup: str) -> None:
    before, after = read_markdown(markup.format(old)), read_markdown(markup.format(new))
    found = grade(before.title or "", before.html, after.title or "", after.html)
    assert found.grade is Grade.MATERIAL, found


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("Take 5 mg.", "Take 50 mg.", "5 mg → 50 mg"),
        ("Rest.", "Rest. Never mix them.", "added: Never mix"),
        ("Rest. Never mix them.", "Rest.", "removed: Never mix"),
        ("1. Look.\n2. Listen.", "1. Listen.\n2. Look.", "moved: Look."),
        ("They recieve it.", "They receive it.", "recieve → receive"),
        ("Do not go.", "Don't go.", "Do not → Don't"),
    ],
)
def test_the_detail_is_in_the_texts_own_words(old: str, new: str, detail: str) -> None:
    assert graded(old, new).detail == detail


def test_every_rule_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "grades.md").read_text()
    named = {
        name
        for row in re.findall(r"^\| (`.*?`) \| ", text, re.MULTILINE)
        for name in re.findall("`(.*?)`", row)
    }
    assert named - {"none", "typo", "minor", "material"} == set(RULES)

"""A notice set as a mail: its head, its two bodies, its look, and the templates that owners may change."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest
from jinja2 import Environment, meta, nodes

from publisher.digest import Notice, NoticeContent, NoticeItem, NoticeLink, render_notice
from publisher.digest.colour import NIGHT, PAPER, contrast
from publisher.digest.notice import variables
from publisher.errors import ContentError, FollowerError, TemplateError
from tests.digest.samples import BUNDLED, body, check_lines, read, templates
from tests.digest.seeing import hexadecimal, seen

WHEN = datetime(2026, 11, 6, 12, tzinfo=UTC)
ID = "<e1.f1.7858c8a4be@guides.example>"
LINK = f"https://guides.example/-/confirm/v1.k1.confirm.1.0-1794225600.{'x' * 27}"
CONTENT = NoticeContent(
    kind="confirm",
    subject="Please confirm that you want to follow Knees",
    heading="Do you want to follow Knees?",
    title="Knees",
    home_url="https://guides.example/knees/",
    paragraphs=("Somebody asked that we write to this address.", "This is what will come:"),
    foot="This mail went to ada@example.org because somebody entered that address.",
    language="en",
    dir="ltr",
    date="Friday, 6 November 2026",
    accent="#ffcc00",
    sender="Example Guides <news@guides.example>",
    reply_to="owner@guides.example",
    postal_address="Example Guides\n12 Lime Street, Exampleton",
    occurrence=WHEN,
    items=(NoticeItem("Knees", "At most one mail a week.", "https://guides.example/-/follow/knees"),),
    button=NoticeLink("Yes, I want to follow", LINK),
    small=("If it was not you, ignore this mail: nothing happens.",),
    links=(NoticeLink("Choose what you get", "https://guides.example/-/preferences/v1.x"),),
)


def made(content: NoticeContent = CONTENT, *folders: Path, address: str = "ada@example.org") -> Notice:
    return render_notice(content, templates(*folders), address=address, message_id=ID)


# --------------------------------------------------------------------------------------------- the head


def test_the_head_is_a_persons_not_a_lists() -> None:
    message = read(made().data)
    assert list(message.keys()) == [
        *("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    ]
    assert message["From"] == "Example Guides <news@guides.example>"
    assert message["Reply-To"] == "owner@guides.example"
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == CONTENT.subject
    assert message["Date"].datetime == WHEN
    assert message["Message-ID"] == ID
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_content_makes_the_same_bytes_that_smtp_can_carry() -> None:
    assert made().data == made().data
    assert made().data != made(replace(CONTENT, heading="Another")).data
    check_lines(made().data)


def test_both_parts_say_everything() -> None:
    notice = made()
    html = " ".join(lxml.html.fromstring(body(notice.data, "html")).text_content().split())
    text = " ".join(body(notice.data, "plain").split())
    said = (CONTENT.heading, CONTENT.title, CONTENT.foot, CONTENT.date, *CONTENT.paragraphs, *CONTENT.small)
    said += ("At most one mail a week.", "12 Lime Street, Exampleton", "Yes, I want to follow")
    for sentence in said:
        assert sentence in html and sentence in text
    for url in (LINK, "https://guides.example/-/preferences/v1.x", "https://guides.example/-/follow/knees"):
        assert f'href="{url}"' in notice.html and url in text
    assert body(notice.data, "html") == notice.html and body(notice.data, "plain") == notice.text


def test_little_is_needed() -> None:
    bare = replace(CONTENT, reply_to=None, postal_address=None, items=(), button=None, small=(), links=())
    message = read(made(bare).data)
    assert message["Reply-To"] is None
    assert 'class="go"' not in made(bare).html and 'class="toc"' not in made(bare).html
    assert "\n\n\n" not in body(made(bare).data, "plain") and "\n\n\n" not in made().text


def test_an_address_beyond_ascii_is_carried() -> None:
    assert "To: jürgen@xn--mller-kva.example\r\n".encode() in made(address="jürgen@müller.example").data


@pytest.mark.parametrize("address", ["", "ada", "ada@example.org\r\nBcc: eve@example.net", "<a@example.org>"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(FollowerError):
        made(address=address)


def test_what_cannot_be_sent_is_told() -> None:
    with pytest.raises(ContentError, match="From"):
        made(replace(CONTENT, sender="nobody"))
    with pytest.raises(ContentError, match="time zone"):
        made(replace(CONTENT, occurrence=WHEN.replace(tzinfo=None)))


# ----------------------------------------------------------------------------------- words from outside


def test_words_stay_words() -> None:
    evil = 'Knees\r\nBcc: eve@example.net\r\n<b onclick="x">\u202e{{ 7 * 7 }} ]]> & %s'
    notice = made(
        replace(
            CONTENT,
            subject=evil,
            heading=evil,
            title=evil,
            paragraphs=(evil,),
            foot=evil,
            items=(NoticeItem(evil, evil, "javascript:alert(1)"),),
            button=NoticeLink(evil, LINK),
            links=(NoticeLink("data", "data:text/html,x"), NoticeLink("none", "")),
            home_url="https://guides.example/\"onmouseover='x'",
        )
    )
    message = read(notice.data)
    assert message["Bcc"] is None
    document = lxml.html.fromstring(notice.html)
    assert document.xpath("//b | //@onclick | //@onmouseover") == []
    assert {each.partition(":")[0] for each in document.xpath("//@href")} == {"https"}
    assert "49" not in notice.text and "\u202e" not in notice.html + notice.text
    assert "javascript:" not in notice.text and "data:" not in notice.text


def test_long_words_are_clipped() -> None:
    long = "x" * 9000
    notice = made(replace(CONTENT, subject=long, heading=long, items=(NoticeItem(long, long),) * 400))
    assert len(notice.subject) == 120
    assert notice.text.count("- xxx") == 50
    assert len(notice.data) < 300_000


def test_from_right_to_left() -> None:
    html = made(replace(CONTENT, language="he", dir="rtl", heading="לעקוב?")).html
    assert '<html lang="he" dir="rtl"' in html
    aligned = re.findall(r"font-size:18px;[^\"]*text-align:(\w+)", html)
    assert len(aligned) > 3 and set(aligned) == {"right"}


# ------------------------------------------------------------------------------------ the owner's files


def test_an_owner_may_change_one_kind_alone(tmp_path: Path) -> None:
    own = tmp_path / "email"
    own.mkdir()
    (own / "notice-welcome.txt").write_text("{{ heading }}, {{ kind }}, {{ end }}.\n")
    welcome = made(replace(CONTENT, kind="welcome"), tmp_path)
    assert welcome.text == "Do you want to follow Knees?, welcome, right.\n"
    assert 'class="go"' in welcome.html
    assert made(CONTENT, tmp_path).text == made().text
    (own / "notice.txt").write_text("All kinds: {{ heading }}\n")
    assert made(CONTENT, tmp_path).text == "All kinds: Do you want to follow Knees?\n"


def test_a_broken_template_is_told_with_its_line(tmp_path: Path) -> None:
    own = tmp_path / "email"
    own.mkdir()
    (own / "notice.mjml").write_text("<mjml>\n<mj-body>\n<mj-nonsense />\n</mj-body></mjml>")
    with pytest.raises(TemplateError, match=r"notice\.mjml:3"):
        made(CONTENT, tmp_path)
    (own / "notice.mjml").write_text("<mjml>{{ unsubscribe_url }}</mjml>")
    with pytest.raises(TemplateError, match="no variable “unsubscribe_url”"):
        made(CONTENT, tmp_path)


def documented() -> dict[str, tuple[str, ...]]:
    """variable -> the templates that the README's table gives it to."""
    section = (BUNDLED / "README.md").read_text(encoding="utf-8").split("## email/")[1].split("\n## ")[0]
    table = section.partition("| notice.mjml | notice.txt |\n|---|---|---|---|\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    names = ("notice.mjml", "notice.txt")
    return {
        row[0].strip("`"): tuple(name for name, cell in zip(names, row[2:], strict=True) if cell == "yes")
        for row in rows
    }


def used(name: str) -> set[str]:
    """The variables in a template's syntax tree: `title`, `button.url`."""
    tree = Environment().parse((BUNDLED / "email" / name).read_text(encoding="utf-8"))
    found = meta.find_undeclared_variables(tree)
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name != "loop":
            found.add(f"{node.node.name}.{node.attr}")
    return found


def offered() -> set[str]:
    """What templates are given, with the fields of its parts."""
    found = set()
    for name, value in variables(CONTENT).items():
        found.add(name)
        part, one = name, value
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            part, one = name.removesuffix("s"), value[0]
        if is_dataclass(one):
            found |= {f"{part}.{field.name}" for field in fields(one)}
    return found


def test_the_readme_tells_what_there_is_and_where_it_is_used() -> None:
    table = documented()
    assert set(table) == offered()
    for name in ("notice.mjml", "notice.txt"):
        assert {variable for variable, where in table.items() if name in where} == used(name)


# ----------------------------------------------------------------------------------------------- the look

LONG = replace(CONTENT, heading="W" * 240, items=(NoticeItem("y" * 240, "z" * 300, LINK + "q" * 900),))
HEBREW = replace(CONTENT, language="he", dir="rtl", heading="האם לעקוב אחרי ברכיים?")
CASES = [(CONTENT, 375), (CONTENT, 680), (LONG, 375), (HEBREW, 320)]  # and how many pixels there are for it


@pytest.mark.browser
@pytest.mark.parametrize(("night", "paper"), [(False, PAPER), (True, NIGHT)], ids=["day", "night"])
def test_it_can_be_read_and_touched(chromium: Path, tmp_path: Path, night: bool, paper: str) -> None:
    words = "h1, p, strong, .small, .go, .on, .toc a, .who a, .foot div"
    found = seen(
        chromium,
        tmp_path,
        [(made(mail).html, width) for mail, width in CASES],
        words,
        ".go, .on, .toc a, .who a",
        night,
    )
    for (_, width), look in zip(CASES, found, strict=True):
        assert look.width == width
        assert len(look.targets) == 4 and min(look.targets) >= 44
        assert {hexadecimal(behind) for tag, _, behind in look.colours if tag != ".go"} == {paper}
        for tag, colour, behind in look.colours:
            assert contrast(hexadecimal(colour), hexadecimal(behind)) >= 4.5, tag

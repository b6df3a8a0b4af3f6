"""The digest in a real browser, on a phone and on a desk, by day and by night: nothing sticks out, all can be read."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.digest import render
from publisher.digest.colour import NIGHT, PAPER, contrast
from tests.digest.samples import CHANGES, changes, content, guide, templates

MEASURE = """
const paper = (look, element) => {
  for (; element; element = element.parentElement) {
    const colour = look.getComputedStyle(element).backgroundColor;
    if (colour != "rgba(0, 0, 0, 0)") return colour;
  }
};
const measured = [...document.querySelectorAll("iframe")].map(frame => {
  const mail = frame.contentDocument, look = mail.defaultView;
  const words = [...mail.querySelectorAll("h1 a, h2, h3 a, h4, p, li, strong, ins, del, .all, .toc a, .tag, .go, .foot div")];
  return {
    width: mail.documentElement.scrollWidth,
    targets: [...mail.querySelectorAll(".go, .stop, .all, .toc a")].map(a => a.getBoundingClientRect().height),
    colours: words.map(e => [e.tagName, look.getComputedStyle(e).color, paper(look, e)]),
    marks: [...mail.querySelectorAll("ins, del")].map(e => [e.tagName, look.getComputedStyle(e).textDecorationLine]),
  };
});
document.body.textContent = "MEASURED" + JSON.stringify(measured) + "END";
"""

USUAL = content(accent="#ffcc00")
LONG = content(
    guide(1, title="W" * 300, summary="x" * 2000),
    guide(
        2,
        new=False,
        changes=changes("<p>x</p>", "<p>" + "y" * 2000 + "</p>", "y" * 2000),
        publication="Another publication with quite a long name",
    ),
    accent="#102030",
)
HEBREW = content(guide(1, title="מדרגות עם ברך כואבת"), guide(2, new=False, changes=CHANGES), language="he")
MARKS = ("INS", "DEL")
CASES = [
    (USUAL, 375),
    (USUAL, 680),
    (LONG, 375),
    (HEBREW, 320),
]  # a mail, and how many pixels there are for it


@dataclass(frozen=True, slots=True)
class Measured:
    width: int
    targets: list[float]  # heights of what can be touched
    colours: list[tuple[str, str, str]]  # element, its colour, its paper
    marks: list[list[str]]  # what came and went, and its line


def measure(chromium: Path, folder: Path, night: bool) -> list[Measured]:
    """What a browser makes of the mails, each in a frame of its width."""
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border:0" '
        f'srcdoc="{html.escape(render(mail, templates()).html)}"></iframe>'
        for mail, width in CASES
    )
    page = folder / "page.html"
    script = f'<script>window.addEventListener("load", () => {{ {MEASURE} }})</script>'
    page.write_text(f'<meta charset="utf-8"><body>{frames}{script}', encoding="utf-8")
    command = [
        *(str(chromium), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *(f"--user-data-dir={folder}/profile", "--host-resolver-rules=MAP * ~NOTFOUND"),
        *(f"--blink-settings=preferredColorScheme={0 if night else 1}", "--dump-dom", page.as_uri()),
    ]
    dumped = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search("MEASURED(.*)END", dumped, re.DOTALL)
    assert found, dumped[-2000:]
    return [Measured(**one) for one in json.loads(html.unescape(found[1]))]


def hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


@pytest.mark.browser
@pytest.mark.parametrize(("night", "paper"), [(False, PAPER), (True, NIGHT)], ids=["day", "night"])
def test_it_can_be_read_and_touched(chromium: Path, tmp_path: Path, night: bool, paper: str) -> None:
    for (mail, width), seen in zip(CASES, measure(chromium, tmp_path, night), strict=True):
        assert seen.width == width
        assert len(seen.targets) == 2 * len(mail.guides) + 4  # with one history, and the three of the foot
        assert min(seen.targets) >= 44
        assert {hexadecimal(behind) for tag, _, behind in seen.colours if tag not in MARKS} == {paper}
        for tag, colour, behind in seen.colours:
            assert contrast(hexadecimal(colour), hexadecimal(behind)) >= 4.5, tag
        # A paragraph that is new as a whole says so in a word; a line under all of it would tire.
        lines = {tag: {line for mark, line in seen.marks if mark == tag} for tag in MARKS}
        assert lines["DEL"] == {"line-through"}
        assert lines["INS"] <= {"underline", "none"}
        assert "underline" in lines["INS"] or mail is LONG

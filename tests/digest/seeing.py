"""Mails in a real browser, each in a frame of its width: what sticks out, what can be read, what can be touched."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_MEASURE = """
const paper = (look, element) => {
  for (; element; element = element.parentElement) {
    const colour = look.getComputedStyle(element).backgroundColor;
    if (colour != "rgba(0, 0, 0, 0)") return colour;
  }
};
const name = e => e.classList.contains("go") ? ".go" : e.tagName;
const measured = [...document.querySelectorAll("iframe")].map(frame => {
  const mail = frame.contentDocument, look = mail.defaultView;
  return {
    width: mail.documentElement.scrollWidth,
    targets: [...mail.querySelectorAll(TARGETS)].map(a => a.getBoundingClientRect().height),
    colours: [...mail.querySelectorAll(WORDS)].map(e => [name(e), look.getComputedStyle(e).color, paper(look, e)]),
  };
});
document.body.textContent = "MEASURED" + JSON.stringify(measured) + "END";
"""


@dataclass(frozen=True, slots=True)
class Seen:
    width: int  # pixels that it takes
    targets: list[float]  # heights of what can be touched
    colours: list[tuple[str, str, str]]  # element (".go" for buttons), its colour, what is behind it


def seen(
    chromium: Path, folder: Path, mails: Sequence[tuple[str, int]], words: str, targets: str, night: bool
) -> list[Seen]:
    """What a browser makes of these (HTML, width); `words` and `targets` are CSS selectors."""
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border:0" srcdoc="{html.escape(mail)}"></iframe>'
        for mail, width in mails
    )
    measure = _MEASURE.replace("TARGETS", json.dumps(targets)).replace("WORDS", json.dumps(words))
    page = folder / "page.html"
    script = f'<script>window.addEventListener("load", () => {{ {measure} }})</script>'
    page.write_text(f'<meta charset="utf-8"><body>{frames}{script}', encoding="utf-8")
    command = [
        *(str(chromium), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *(f"--user-data-dir={folder}/profile", "--host-resolver-rules=MAP * ~NOTFOUND"),
        *(f"--blink-settings=preferredColorScheme={0 if night else 1}", "--dump-dom", page.as_uri()),
    ]
    dumped = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search("MEASURED(.*)END", dumped, re.DOTALL)
    assert found, dumped[-2000:]
    return [Seen(**one) for one in json.loads(html.unescape(found[1]))]


def hexadecimal(colour: str) -> str:
    """ "rgb(1, 2, 3)" as "#010203"."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])

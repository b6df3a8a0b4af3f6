"""What tests ask of a page in a real browser, and a small server for pages that were made as files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from publisher.web.headers import policy
from tests.web.browser import Page

AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe-4.14.1.min.js"
ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LOOKS = ("color-contrast", "target-size", "link-in-text-block")  # what width and scheme can change
RUN = """axe.run({where}, {{ iframes: false, preload: false, runOnly: {rules} }}).then(result =>
  result.violations.map(rule => rule.id + ": " + rule.nodes.map(node => node.html).join(" | ")))"""
PLANT = """{
  const planted = document.createElement("div"); planted.id = "planted";
  const picture = document.createElement("img"); picture.src = "/nothing.png";
  const pale = document.createElement("p"); pale.textContent = "Hard to read"; pale.style.color = "#8888";
  planted.append(picture, pale, document.createElement("button"));
  document.querySelector("main").append(planted);
}"""
PLANTED = ("image-alt", "color-contrast", "button-name")
# Of what is meant to be pressed: how high it is. Links inside a line of text are as high as the line.
TOO_SMALL = """[...document.querySelectorAll("button, .button, input, .masthead a, .foot a, .feeds a, .titles a,"
  + ".contents a, .tabs a, .mails a, .more, .around a, .tags a, .terms a, .topics a, summary")]
  .filter(each => each.getBoundingClientRect().height < 43.5).map(each => each.outerHTML)"""
# What stands out of the page at the side, whatever the page itself says of its width.
TOO_WIDE = """[...document.querySelectorAll("body *")].filter(each => {
  const box = each.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5);
}).map(each => each.outerHTML.slice(0, 200))"""


def violations(page: Page, rules: Sequence[str] = ALL, where: str = "document") -> list[str]:
    """What axe-core finds wrong, each with the elements."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN.format(where=where, rules=json.dumps(list(rules))))
    return found


def sees(page: Page) -> bool:
    """Whether axe-core finds what is planted on this very page: else its silence means nothing."""
    page.evaluate(PLANT)
    found = {each.partition(":")[0] for each in violations(page, PLANTED, "'#planted'")}
    page.evaluate("document.querySelector('#planted').remove()")
    return found == {*PLANTED}


def reshape(page: Page, width: int, *, dark: bool = False) -> None:
    """The same page in another width and scheme."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    page.command("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    page.command("Emulation.setEmulatedMedia", {"features": [scheme]})


def press(page: Page, key: str, code: int, *, modifiers: int = 0) -> None:
    """A key, down and up. `modifiers`: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift."""
    event: dict[str, Any] = {
        "key": key,
        "code": key,
        "windowsVirtualKeyCode": code,
        "modifiers": modifiers,
    }
    if key == "Enter":
        event["text"] = "\r"
    page.command("Input.dispatchKeyEvent", {"type": "keyDown", **event})
    page.command("Input.dispatchKeyEvent", {"type": "keyUp", **event})


@contextmanager
def hosting(files: Mapping[str, bytes]) -> Iterator[str]:
    """A web host for these files, as strict as our own server about what a page may do; its address."""
    kinds = {".html": "text/html; charset=utf-8", ".css": "text/css", ".svg": "image/svg+xml"}

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            name = f"{path.rstrip('/')}/index.html".lstrip("/")
            found = path if path in files else name if name in files else "404.html"
            self.send_response(404 if found == "404.html" else 200)
            self.send_header("content-type", kinds.get(Path(found).suffix, "application/octet-stream"))
            self.send_header("content-security-policy", policy())
            self.send_header("content-length", str(len(files[found])))
            self.end_headers()
            self.wfile.write(files[found])

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: tests speak for themselves."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()

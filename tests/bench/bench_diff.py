"""The diff: what comparing two texts of a guide costs, and showing what came of it.

    python -m tests.bench.bench_diff

The peer is `difflib.SequenceMatcher` over the words of both texts, markup left out: it knows no sections, no
sentences and nothing that moved, and shows nothing. `parse` is the limit: lxml reading both texts.
"""

from __future__ import annotations

import random
import re
from difflib import SequenceMatcher
from functools import partial

from lxml import etree

from publisher.text import diff, diff_html, diff_mail, diff_text, sanitize
from tests.bench.bench_formats import line, medians

KB = 1024
ROUNDS = 9
LETTERS = "eeeeeeaaaaiiioootttnnnsssrrhhlldducmfpgwybvk"


def guide(size: int, seed: int = 1) -> str:
    """A guide of about `size` bytes of made-up words, the same at every run: sections, paragraphs, lists."""
    chance = random.Random(seed)
    words = ["".join(chance.choices(LETTERS, k=chance.randint(2, 9))) for _ in range(1_500)]
    parts: list[str] = []
    length = 0
    while length < size:
        number = len(parts)
        if number % 6 == 0:
            part = f"<h2>{' '.join(chance.choices(words, k=4)).capitalize()}</h2>"
        elif number % 6 == 5:
            part = f"<ul>{''.join(f'<li>{_sentence(chance, words)}</li>' for _ in range(5))}</ul>"
        else:
            part = f"<p>{' '.join(_sentence(chance, words) for _ in range(5))}</p>"
        parts.append(part)
        length += len(part) + 1
    return sanitize("\n".join(parts))


def _sentence(chance: random.Random, words: list[str]) -> str:
    return f"{' '.join(chance.choices(words, k=chance.randint(6, 18))).capitalize()}."


def small_edit(html: str) -> str:
    """One word in the middle of a paragraph in the middle."""
    place = html.index("<p>", len(html) // 2)
    before, word, behind = html[place:].split(" ", 2)
    return f"{html[:place]}{before} {word}ish {behind}"


def half_changed(html: str) -> str:
    """In every other block every fourth word is another, and two sections changed places."""
    blocks = html.split("\n")
    for number in range(0, len(blocks), 2):
        words = blocks[number].split(" ")
        words[1::4] = [f"{word}x" if word.isalpha() else word for word in words[1::4]]
        blocks[number] = " ".join(words)
    parts = re.split("(?=<h2>)", "\n".join(blocks))
    parts[2], parts[-2] = parts[-2], parts[2]
    return sanitize("".join(parts))


def parse(*htmls: str) -> None:
    """The limit."""
    for html in htmls:
        etree.fromstring(f"<div>{html}</div>")


def matched(old: str, new: str) -> list[tuple[str, int, int, int, int]]:
    """The peer."""
    words = [re.sub("<[^>]*>", " ", html).split() for html in (old, new)]
    return SequenceMatcher(None, *words, autojunk=False).get_opcodes()


def compare(name: str, old: str, new: str) -> None:
    changes = diff(old, new)
    times = medians(
        ROUNDS,
        parse=partial(parse, old, new),
        difflib=partial(matched, old, new),
        diff=partial(diff, old, new),
        page=partial(diff_html, changes),
        mail=partial(diff_mail, changes),
        text=partial(diff_text, changes),
    )
    peer, ours = times["difflib"], times["diff"]
    line(f"lxml, both texts of {len(old) // KB} KB", f"{times['parse']:.2f} ms", "the limit")
    line(f"difflib over words, {name}", f"{peer:.1f} ms", "the peer")
    line(
        f"diff, {name}",
        f"{ours:.1f} ms",
        f"{ours / peer:.2f} x difflib, {ours / times['parse']:.0f} x lxml",
    )
    shown = ", ".join(f"{kind} {times[kind]:.2f} ms" for kind in ("page", "mail", "text"))
    print(f"    shown: {shown}")


def main() -> None:
    old = guide(30 * KB)
    compare("nothing changed", old, old)
    compare("a small edit", old, small_edit(old))
    compare("half of it changed", old, half_changed(old))


if __name__ == "__main__":
    main()

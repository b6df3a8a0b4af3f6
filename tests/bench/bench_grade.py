"""The grader: how right it is on the labelled pairs, and what a pair of guides costs.

    python -m tests.bench.bench_grade

The peer is `difflib.SequenceMatcher` over the words of both texts: it only finds what differs, and judges nothing.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import partial

from publisher.text import content_hash, grade
from tests.text.grades import HALVES, Matrix, matrix

KB = 1024
MOST_RAISED = 0.05  # of the pairs that are not material
MOST_MS = 10.0  # for a guide of 30 KB with a small edit
SMALL = ("nothing but the markup", "a letter", "a number", "a sentence more", "a section less")

NOUNS = (
    "garden",
    "kettle",
    "doctor",
    "path",
    "window",
    "bread",
    "train",
    "letter",
    "teacher",
    "muscle",
    "bottle",
)
VERBS = ("helps", "shows", "brings", "keeps", "finds", "takes", "makes", "moves", "gives", "leaves")
ADJECTIVES = (
    "small",
    "gentle",
    "bright",
    "common",
    "useful",
    "quiet",
    "simple",
    "early",
    "careful",
    "pleasant",
)


def guide(size: int) -> str:
    """A guide of at least `size` bytes: headings, paragraphs, a list in every other section; always the same."""
    chance = random.Random(1)
    parts: list[str] = []
    length = 0
    while length < size:
        noun = chance.choice(NOUNS)
        number = len(parts)
        texts = [" ".join(_sentence(chance) for _ in range(4)) for _ in range(4)]
        part = f"<h2>About the {noun}, part {number}</h2>\n" + "".join(f"<p>{text}</p>\n" for text in texts)
        if number % 2:
            part += f"<ol>{''.join(f'<li>{_sentence(chance)}</li>' for _ in range(5))}</ol>\n"
        parts.append(part)
        length += len(part)
    return "".join(parts)


def _sentence(chance: random.Random) -> str:
    one, other = chance.sample(NOUNS, 2)
    kind, amount = chance.choice(ADJECTIVES), chance.randint(2, 90)
    return f"The {kind} {one} {chance.choice(VERBS)} the {other} for {amount} minutes, and it is not far."


def _edit(html: str, place: float, old: str, new: str) -> str:
    """The first `old` behind that share of the text, made `new`."""
    start = html.index(old, int(len(html) * place))
    return html[:start] + new + html[start + len(old) :]


def edits(html: str) -> dict[str, str]:
    """What a guide becomes by the edits that are usual, and by some that are not."""
    several = html
    for tenth in range(10):
        several = _edit(several, tenth / 10, " minutes, and it is", " minutes, and this is")
    section = html[html.index("<h2>", len(html) // 2) :]
    section = section[: section.index("<h2>", 4)]
    return {
        "nothing but the markup": html.replace("<p>", '<p lang="en">'),
        "a letter": _edit(html, 0.5, "The ", "Teh "),
        "a number": _edit(html, 0.5, " for ", " for 7"),
        "a sentence more": _edit(html, 0.5, "</p>", " There is more to say about that.</p>"),
        "ten sentences reworded": several,
        "a section less": html.replace(section, ""),
        "every paragraph": html.replace(", and it is not far.", ", so it was near."),
    }


def milliseconds(call: Callable[[], object], rounds: int) -> float:
    """The median of several runs, of this process's time alone: the work waits for nothing."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        taken.append((time.process_time() - start) * 1_000)
    return statistics.median(taken)


def line(name: str, figure: str, note: str = "") -> None:
    print(f"  {name:<38}{figure:>12}  {note}")


def met(value: float, most: float) -> str:
    return "met" if value <= most else "MISSED"


def rightness(found: Matrix) -> None:
    """A half's confusion matrix (rows: label, columns: grade), and both bounds."""
    print("".join(f"  {row}\n" for row in str(found).splitlines()), end="")
    line("material graded lower", f"{found.lower}", f"target 0: {met(found.lower, 0)}")
    share = f"{100 * found.raised:.1f} %"
    line("others graded material", share, f"target <= {MOST_RAISED:.0%}: {met(found.raised, MOST_RAISED)}")


def cost(size: int, rounds: int, *, most: float | None = None) -> None:
    """Our time for every kind of edit of one guide; with a target, also the peer's."""
    old = guide(size)
    print(f"  milliseconds of CPU for a guide of {len(old) / KB:.0f} KB, {len(old.split()):,} words")
    for name, new in edits(old).items():
        ours = milliseconds(partial(grade, "Guide", old, "Guide", new), rounds)
        found = grade("Guide", old, "Guide", new)
        note = f"{found.grade.name.lower()} ({found.rule})"
        if most is not None:
            note += f"; difflib {milliseconds(partial(differences, old, new), 1):,.0f} ms"
            note += f"; target < {most:g} ms: {met(ours, most)}" if name in SMALL else ""
        line(f"  {name}", f"{ours:.1f} ms", note)
    line(
        "  the hash of one text, beside it",
        f"{milliseconds(partial(content_hash, 'Guide', old), rounds):.1f} ms",
    )


def differences(old: str, new: str) -> object:
    """The peer's work."""
    return SequenceMatcher(None, old.split(), new.split(), autojunk=False).get_opcodes()


def main() -> None:
    for half in HALVES:
        rightness(matrix(half))
    cost(30 * KB, rounds=15, most=MOST_MS)
    cost(300 * KB, rounds=5)


if __name__ == "__main__":
    main()

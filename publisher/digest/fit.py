"""Gmail shows 102 KB of a mail's HTML and cuts off the rest, unsubscribe link and all. So we stop before."""

from __future__ import annotations

from collections.abc import Callable

LIMIT = 90_000  # bytes of HTML; links with each follower's token and the clients' own changes come on top


def fit(render: Callable[[int], str], steps: int, limit: int = LIMIT) -> str:
    """The HTML with as much as fits into `limit` bytes of UTF-8.

    `render(n)` writes the mail with every guide as a headline and the first `n` of its `steps` things more:
    guides in full first, then what changed in them. When the headlines alone are too long, they are sent all
    the same: a guide is never left out.
    """
    whole = render(steps)
    if _size(whole) <= limit:
        return whole
    fitting, best, too_many = 0, render(0), steps
    if _size(best) > limit:
        return best
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        candidate = render(middle)
        if _size(candidate) <= limit:
            fitting, best = middle, candidate
        else:
            too_many = middle
    return best


def _size(text: str) -> int:
    return len(text.encode("utf-8"))

"""Long mails: blocks become headlines, and no guide is lost."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from publisher.digest import MailChanges, MailGuide, render
from publisher.digest.fit import LIMIT, fit
from tests.digest.samples import changes, content, guide, templates


@given(st.integers(1, 200), st.integers(0, 500), st.integers(1, 400), st.integers(0, 30_000))
def test_as_many_blocks_as_fit(guides: int, head: int, block: int, limit: int) -> None:
    def mail(full: int) -> str:
        return "é" * (head // 2) + "b" * (block * full)  # two bytes a letter

    def size(full: int) -> int:
        return len(mail(full).encode())

    chosen = fit(mail, guides, limit)
    best = max((full for full in range(guides + 1) if size(full) <= limit), default=0)
    assert chosen == mail(best)


def test_it_renders_few_times() -> None:
    seen: list[int] = []

    def mail(full: int) -> str:
        seen.append(full)
        return "b" * (100 * full)

    assert len(fit(mail, 1000, 5_000)) == 5_000
    assert len(seen) <= 13


def eighty() -> tuple[MailGuide, ...]:
    return tuple(
        guide(n, new=n % 3 > 0, changes=MailChanges(("The rail comes first now.",)), summary="Up. " * 90)
        for n in range(80)
    )


def test_eighty_guides_fit_and_none_is_lost() -> None:
    mail = render(content(*eighty()), templates())
    assert LIMIT * 0.9 < len(mail.html.encode()) <= LIMIT
    shown = html.unescape(mail.html)
    for one in eighty():
        assert f'href="{one.url}"' in shown
        assert f">{one.title}</a>" in shown
        assert one.url in mail.text
    in_full = mail.html.count('aria-label="Read the guide')
    assert 10 < in_full < 80
    assert f"{80 - in_full} more guides are in the list" in mail.html


def test_the_last_blocks_are_the_ones_that_go() -> None:
    mail = render(content(*eighty()), templates())
    page = lxml_html.fromstring(mail.html)
    headlines = page.xpath("//table[@class='toc']//a/@href")
    blocks = page.xpath("//h3/a/@href")
    assert len(headlines) == 80
    assert blocks == headlines[: len(blocks)]


def test_what_changed_goes_before_the_summaries_go() -> None:
    """Each guide fits in full, but not each with what changed in it: the last ones point to their history."""
    told = changes("<p>Up.</p>", f"<p>Up.</p>{'<p>' + 'Hold the rail. ' * 80 + '</p>'}")
    many = [guide(n, new=False, changes=told, summary=f"Summary {n}.") for n in range(24)]
    mail = render(content(*many), templates())
    assert LIMIT * 0.9 < len(mail.html.encode()) <= LIMIT
    page = lxml_html.fromstring(mail.html)
    assert all(f"Summary {n}." in mail.html for n in range(24))
    blocks = page.xpath("//table[@class='changes']")
    with_diffs = [bool(block.xpath(".//ins")) for block in blocks]
    assert with_diffs == sorted(with_diffs, reverse=True) and 0 < sum(with_diffs) < 24
    assert all(block.xpath(".//a[.='See all changes']") for block in blocks)
    assert all("1 paragraph added" in "".join(block.itertext()) for block in blocks)
    assert mail.text.count("Hold the rail.") > 24  # no program cuts the plain text


def test_the_foot_comes_before_the_clip() -> None:
    mail = render(content(*eighty()), templates())
    assert mail.html.encode().index(b"Stop this weekly mail") < 102_000


@pytest.mark.parametrize("count", [320])
def test_even_headlines_that_are_too_many_are_all_there(count: int) -> None:
    mail = render(content(*(guide(n) for n in range(count))), templates())
    assert all(f'href="{guide(n).url}"' in mail.html for n in range(count))
    assert 'aria-label="Read the guide' not in mail.html

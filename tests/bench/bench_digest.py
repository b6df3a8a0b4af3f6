"""Digests: what a variant costs once, and what each follower's copy costs, beside a message built for each.

    python -m tests.bench.bench_digest

The peer builds an `EmailMessage` per follower from the same two bodies, as most programs do. The limit is copying
the finished message's bytes. Rounds of all three alternate; medians are printed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from publisher.digest import Mail, MailContent, MailGuide, Recipient, TemplateFolders, render
from publisher.model import Image

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
HOME = "https://guides.example/garden/"
WHEN = datetime(2026, 3, 6, 8, tzinfo=UTC)
SUMMARY = "When to sow, how deep, and what to do when nothing comes up: a page for each week of spring. "
ROUNDS = 7


def content(guides: int) -> MailContent:
    """A digest of so many guides, every third one updated."""
    return MailContent(
        title="Garden: weekly",
        publication="Garden",
        home_url=HOME,
        language="en",
        accent="#2f6b3a",
        occurrence=WHEN,
        sender="Example Guides <news@guides.example>",
        reply_to=None,
        postal_address="Example Guides, 12 Lime Street, Exampleton",
        list_id="weekly.garden.guides.example",
        guides=tuple(
            MailGuide(
                title=f"Sowing by the week, part {number}",
                url=f"{HOME}sowing-{number}",
                summary=SUMMARY * 2,
                publication="Garden",
                new=number % 3 > 0,
                change="Beans go in two weeks later than we wrote." if number % 3 == 0 else None,
                image=Image(f"{HOME}sowing-{number}.jpg", "A row of pots", width=1200),
                minutes=5,
                date=WHEN,
            )
            for number in range(guides)
        ),
        digest_name="weekly",
    )


def recipient(number: int) -> Recipient:
    token = f"v1.k1.unsubscribe.{number}~garden:weekly.1.{'aBcD3_-x' * 5}abc"
    return Recipient(
        f"reader{number}@mail.example", f"<12.{number}@guides.example>", f"https://guides.example/-/u/{token}"
    )


def naive(mail: Mail, sample: str, to: Recipient) -> bytes:
    """What a message costs that is built for one follower."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Example Guides <news@guides.example>"
    message["To"] = to.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(WHEN)
    message["Message-ID"] = to.message_id
    message["List-Id"] = "<weekly.garden.guides.example>"
    message["List-Unsubscribe"] = f"<{to.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text.replace(sample, to.unsubscribe_url), cte="quoted-printable")
    message.add_alternative(
        mail.html.replace(sample, to.unsubscribe_url), subtype="html", cte="quoted-printable"
    )
    return message.as_bytes()


def seconds(what: Callable[[int], object], times: int) -> float:
    """Seconds of CPU for one, measured over `times`: other work on the machine counts little."""
    start = time.process_time()
    for number in range(times):
        what(number)
    return (time.process_time() - start) / times


def rendering() -> None:
    folders = TemplateFolders([TEMPLATES])
    render(content(1), folders)  # compile the templates
    for guides in (1, 11, 80):
        one = content(guides)
        cost = statistics.median(seconds(lambda _, one=one: render(one, folders), 5) for _ in range(ROUNDS))
        size = len(render(one, folders).html) / 1000
        print(f"  render {guides:3} guides   {cost * 1000:7.2f} ms    html {size:5.1f} KB")


def personalising() -> None:
    mail = render(content(14), TemplateFolders([TEMPLATES]))
    followers = [recipient(number) for number in range(2_000)]
    whole = mail.personalise(followers[0])
    sample = f"{HOME.removesuffix('garden/')}-/unsubscribe/sample"
    ours, copies, peers = [], [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda number: mail.personalise(followers[number]), len(followers)))
        copies.append(seconds(lambda _: bytearray(whole), len(followers)))
        peers.append(seconds(lambda number: naive(mail, sample, followers[number]), 10))
    our, copy, peer = (1 / statistics.median(each) for each in (ours, copies, peers))
    print(f"  personalise {len(whole) / 1000:.0f} KB   {our:9,.0f}/s")
    print(f"  copying its bytes   {copy:9,.0f}/s    we reach {our / copy:.2f} of that limit")
    print(f"  EmailMessage each   {peer:9,.0f}/s    we are {our / peer:,.0f} times as fast")


def main() -> None:
    rendering()
    personalising()


if __name__ == "__main__":
    main()

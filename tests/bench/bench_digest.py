"""Digests: what a variant, a comparison and a picture cost once, and what each follower's copy costs.

    python -m tests.bench.bench_digest

The peer of copies builds an `EmailMessage` per follower from the same two bodies, as most programs do; their limit is
copying the finished message's bytes. Rounds of all three alternate; medians are printed. The peer of comparisons is the
standard library's on the same words; the limit of pictures is decoding and encoding alone, without reading or resizing.
"""

from __future__ import annotations

import difflib
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter

from publisher import pictures, text
from publisher.digest import Mail, MailChanges, MailContent, MailGuide, Recipient, TemplateFolders, render
from publisher.model import Image as Picture

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
HOME = "https://guides.example/garden/"
WHEN = datetime(2026, 3, 6, 8, tzinfo=UTC)
SUMMARY = "When to sow, how deep, and what to do when nothing comes up: a page for each week of spring. "
ROUNDS = 7
PARAGRAPH = (
    "<p>Week {0}: sow {1} seeds a hand apart, {0} cm deep, and water them in the evening when it is cool.</p>"
)
OLD = "".join(f"<h2>Week {n}</h2>" + PARAGRAPH.format(n, n + 3) * 4 for n in range(80))
NEW = OLD.replace("sow 40 seeds", "sow 20 seeds").replace("<h2>Week 50</h2>", "<h2>Week 50</h2><p>Rest.</p>")


def what_changed() -> MailChanges:
    """What a mail says of the two texts."""
    found = text.diff(OLD, NEW)
    return MailChanges(
        notes=("Beans go in two weeks later than we wrote.",),
        line=text.diff_summary(found),
        html=text.diff_mail(found),
        text=text.diff_text(found, limit=5),
        url=f"{HOME}sowing/history",
    )


CHANGES = what_changed()


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
                changes=CHANGES if number % 3 == 0 else MailChanges(),
                image=Picture(f"{HOME}sowing-{number}.jpg", "A row of pots", width=1200),
                minutes=5,
                date=WHEN,
            )
            for number in range(guides)
        ),
        digest_name="weekly",
    )


def recipient(number: int) -> Recipient:
    def link(what: str, about: str) -> str:
        return f"https://guides.example/-/{what}/v1.k1.{what}.{about}.1.{'aBcD3_-x' * 5}abc"

    return Recipient(
        f"reader{number}@mail.example",
        f"<12.{number}@guides.example>",
        link("unsubscribe", f"{number}~garden:weekly"),
        link("preferences", str(number)),
        link("why", f"12~{number}"),
    )


def naive(mail: Mail, home: str, to: Recipient) -> bytes:
    """What a message costs that is built for one follower."""
    text, html = mail.text, mail.html
    links = {"unsubscribe": to.unsubscribe_url, "preferences": to.preferences_url, "why": to.why_url}
    for name, link in links.items():
        text, html = (body.replace(f"{home}-/{name}/sample", link) for body in (text, html))
    message = EmailMessage(policy=SMTP)
    message["From"] = "Example Guides <news@guides.example>"
    message["To"] = to.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(WHEN)
    message["Message-ID"] = to.message_id
    message["List-Id"] = "<weekly.garden.guides.example>"
    message["List-Unsubscribe"] = f"<{to.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
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
    home = HOME.removesuffix("garden/")
    ours, copies, peers = [], [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda number: mail.personalise(followers[number]), len(followers)))
        copies.append(seconds(lambda _: bytearray(whole), len(followers)))
        peers.append(seconds(lambda number: naive(mail, home, followers[number]), 10))
    our, copy, peer = (1 / statistics.median(each) for each in (ours, copies, peers))
    print(f"  personalise {len(whole) / 1000:.0f} KB   {our:9,.0f}/s")
    print(f"  copying its bytes   {copy:9,.0f}/s    we reach {our / copy:.2f} of that limit")
    print(f"  EmailMessage each   {peer:9,.0f}/s    we are {our / peer:,.0f} times as fast")


def comparing() -> None:
    words, new_words = text.plain(OLD).split(), text.plain(NEW).split()
    ours, peers = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda _: what_changed(), 3))
        peers.append(
            seconds(lambda _: list(difflib.SequenceMatcher(None, words, new_words).get_opcodes()), 1)
        )
    our, peer = statistics.median(ours), statistics.median(peers)
    print(
        f"  what changed in {len(OLD) / 1000:.0f} KB {our * 1000:7.2f} ms    difflib {peer / our:.1f} times that"
    )


def picturing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        Image.effect_noise((4000, 3000), 60).convert("RGB").filter(ImageFilter.GaussianBlur(6)).save(
            path, quality=90
        )
        small = Image.open(path).resize((592, 444))
        for width in pictures.WIDTHS:
            ours, limits = [], []
            for _ in range(3):
                ours.append(seconds(lambda _, width=width: pictures.copy(path, width), 1))
                limits.append(
                    seconds(lambda _: (decoded(path), small.save(BytesIO(), "JPEG", quality=82)), 1)
                )
            our, limit = statistics.median(ours), statistics.median(limits)
            size = len(pictures.copy(path, width).body) / 1000
            print(
                f"  picture {width:5} px     {our * 1000:7.2f} ms    {size:5.1f} KB, {our / limit:.2f} of decoding it all"
            )
        cache = pictures.Cache(Path(folder) / "copies")
        cache.get(path, 592)
        print(f"  the same, kept       {seconds(lambda _: cache.get(path, 592), 200) * 1000:7.2f} ms")


def decoded(path: Path) -> Image.Image:
    image = Image.open(path)
    image.load()
    return image


def main() -> None:
    rendering()
    comparing()
    picturing()
    personalising()


if __name__ == "__main__":
    main()

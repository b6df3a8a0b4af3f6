"""What a mail should not be sent without, told as sentences to its owner."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from publisher.digest.compose import render
from publisher.digest.content import MailChanges, MailContent, MailGuide
from publisher.digest.fit import LIMIT
from publisher.digest.message import LINKS, Mail, sample_link
from publisher.digest.templates import TemplateFolders
from publisher.digest.view import is_language
from publisher.digest.words import clean
from publisher.model import Image
from publisher.words import ENGLISH, Words

_PICTURE = re.compile(r"<img\b(?![^>]*\balt=)[^>]*>")
_SCRIPT = re.compile(r"<(script|form|iframe|object|embed)\b", re.IGNORECASE)
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')


def lint(
    templates: TemplateFolders,
    words: Words = ENGLISH,
    *,
    template: str = "digest",
    content: MailContent | None = None,
) -> list[str]:
    """Warnings about the mail that `template` makes of `content` (or of a sample), none if all is well.

    What cannot be sent at all raises as in `render`: TemplateError for unknown MJML, variables and the like.
    """
    shown = content or sample()
    mail = render(shown, templates, words, template=template)
    return [*_links(mail, shown), *_postal(mail, shown), *_guides(mail, shown), *_markup(mail, shown)]


def _links(mail: Mail, content: MailContent) -> list[str]:
    found = []
    for name in LINKS:
        link = sample_link(content, name)
        if link not in map(html.unescape, _LINK.findall(mail.html)):
            found.append(f'The mail has no {name} link. Write <a href="{{{{ {name}_url }}}}">…</a>.')
        if link not in mail.text:
            found.append(f"The plain text has no {name} link. Write {{{{ {name}_url }}}} into it.")
    return found


def _postal(mail: Mail, content: MailContent) -> list[str]:
    lines = [clean(line) for line in (content.postal_address or "").splitlines() if clean(line)]
    if not lines:
        return [
            "There is no postal address. Set postal_address in publisher.toml: many countries require one."
        ]
    seen, found = html.unescape(mail.html), []
    if not all(line in seen for line in lines):
        found.append("The mail does not show the postal address. Write it with {{ postal_address }}.")
    if not all(line in mail.text for line in lines):
        found.append("The plain text does not show the postal address. Write it with {{ postal_address }}.")
    return found


def _guides(mail: Mail, content: MailContent) -> list[str]:
    links = set(map(html.unescape, _LINK.findall(mail.html)))
    missing = [
        guide.title for guide in content.guides if guide.url not in links or guide.url not in mail.text
    ]
    return [
        f"The guide “{clean(title)}” is not linked in the mail and in its plain text." for title in missing
    ]


def _markup(mail: Mail, content: MailContent) -> list[str]:
    found = []
    if _PICTURE.search(mail.html):
        found.append('A picture has no alt text. Write alt="…", or alt="" if it says nothing.')
    if script := _SCRIPT.search(mail.html):
        found.append(f"Mail programs remove <{script[1].lower()}>; the mail must work without it.")
    size = len(mail.html.encode("utf-8"))
    if size > LIMIT:
        found.append(f"The mail is {size // 1000} KB long; Gmail cuts off what comes after 102 KB.")
    if not is_language(content.language):
        found.append(f"“{clean(content.language)}” is no language tag; write one such as “en” or “pt-BR”.")
    return found


def _sample_changes(url: str) -> MailChanges:
    from publisher import text

    old = "<h2>The angle</h2><p>Hold the blade at 20 degrees to the stone.</p>"
    changes = text.diff(old, old.replace("20", "15") + "<p>European knives want 20.</p>")
    return MailChanges(
        notes=("The angle for Japanese knives is 15 degrees, not 20.",),
        line=text.diff_summary(changes),
        html=text.diff_mail(changes),
        text=text.diff_text(changes, limit=5),
        url=url,
    )


def sample() -> MailContent:
    """A made-up mail with something of everything, for previews and lint before there is a guide."""
    home, when = "https://guides.example/", datetime(2026, 1, 2, 8, tzinfo=UTC)
    picture = Image(f"{home}picture.png", "A kettle on a stove", width=592, height=333)
    return MailContent(
        title="Example Guides: weekly",
        publication="Example Guides",
        home_url=home,
        language="en",
        accent="#1f5f8b",
        occurrence=when,
        sender="Example Guides <news@guides.example>",
        reply_to=None,
        postal_address="Example Guides, 1 Sample Street, Sampleton",
        list_id="weekly.guides.example",
        guides=(
            MailGuide(
                title="How to descale a kettle",
                url=f"{home}descale-a-kettle",
                summary="Vinegar, water and half an hour are all that it takes.",
                publication="Example Guides",
                new=True,
                image=picture,
                minutes=4,
                date=when,
            ),
            MailGuide(
                title="How to sharpen a kitchen knife",
                url=f"{home}sharpen-a-kitchen-knife",
                summary="Find the angle, keep it, and let the stone do the work.",
                publication="Example Guides",
                new=False,
                changes=_sample_changes(f"{home}sharpen-a-kitchen-knife/history"),
                minutes=6,
                date=when,
            ),
        ),
        digest_name="weekly",
    )

"""An edition's content to one MIME mail: built once per variant, personalised per follower by joining bytes.

mail = render(content, TemplateFolders([...]))      # some milliseconds, once
data = mail.personalise(Recipient(...))             # some microseconds, per follower
"""

from publisher.digest.compose import render
from publisher.digest.content import MailChanges, MailContent, MailGuide, Recipient
from publisher.digest.linting import lint, sample
from publisher.digest.message import Mail
from publisher.digest.notice import Notice, NoticeContent, NoticeItem, NoticeLink, render_notice
from publisher.digest.templates import TemplateFolders

__all__ = [
    "Mail",
    "MailChanges",
    "MailContent",
    "MailGuide",
    "Notice",
    "NoticeContent",
    "NoticeItem",
    "NoticeLink",
    "Recipient",
    "TemplateFolders",
    "lint",
    "render",
    "render_notice",
    "sample",
]

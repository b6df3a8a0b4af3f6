"""The button for other people's pages: how to stand it there, and its picture."""

from __future__ import annotations

from publisher import storage
from publisher.pages import FollowPages, badge
from publisher.web.answers import Answer, Asked, page
from publisher.web.door import Door
from publisher.web.following import WITH_SCRIPT, offering
from publisher.web.headers import policy

_SVG = "image/svg+xml"
_PICTURE = {
    "cache-control": "public, max-age=300",
    "content-security-policy": policy(style_src="'unsafe-inline'", img_src="'none'", sandbox=""),
    "cross-origin-resource-policy": "cross-origin",  # it is made for pages elsewhere
}


def button(door: Door, asked: Asked) -> Answer:
    """What an owner copies to another site: a picture with a link, a form, a form with a script."""
    publication = door.publication(asked.given["publication"])
    text = FollowPages(door.pages, offering(door)).button(asked.root, publication)
    return page(text).with_headers(content_security_policy=WITH_SCRIPT)


def picture(door: Door, asked: Asked) -> Answer:
    """The button as a picture (SVG), with how many follow if the owner shows it."""
    publication = door.publication(asked.given["publication"])
    count = 0
    if publication.show_followers:
        with door.site.store.read() as db:
            count = storage.active_followers(db).get(publication.slug, 0)
    text = badge(door.pages.words("", publication), publication, count)
    return Answer(text.encode(), _SVG, headers=_PICTURE, keep=False)

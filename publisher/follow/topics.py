"""What may be a topic of a follow."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.errors import FollowerError
from publisher.model import Publication


def check_topics(publication: Publication, topics: Sequence[str]) -> None:
    """Raises FollowerError for a topic that the publication has not, or that is none."""
    for topic in topics:
        if publication.topics and topic not in publication.topics:
            advice = f"There are: {', '.join(publication.topics)}."
            raise FollowerError(f"{publication.slug} has no topic {topic!r}", advice=advice)
        if not topic.strip() or set(topic) & set(",;=") or not topic.isprintable():
            what = f"{topic!r} is no topic: it is empty, or has one of , ; = or a control character in it"
            raise FollowerError(what, advice="Choose another tag.")

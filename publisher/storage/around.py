"""What surrounds a text (authors, tags, picture, address …), kept with each revision as JSON.

It reaches the guide's row when the revision becomes public: nothing of one that waits shows before its time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from publisher.model import Found
from publisher.storage.rows import dump_authors, dump_image, dump_list

Term = tuple[str, str, str]  # kind ("tag" or "author"), slug, name


@dataclass(frozen=True, slots=True)
class Around:
    """`values` are columns of the guide's row."""

    values: dict[str, Any]
    slug: str | None
    terms: tuple[Term, ...]


def metadata(found: Found) -> dict[str, Any]:
    """The columns of the guide's row that come from what surrounds its text."""
    return {
        "language": found.language,
        "canonical": found.canonical,
        "authors": dump_authors(found.authors),
        "tags": dump_list(found.tags),
        "image": dump_image(found.image),
        "stated_published": found.published,
        "review_by": found.review_by,
    }


def dump_around(found: Found, terms: Sequence[Term]) -> str:
    values = metadata(found)
    moments = {key: value.isoformat() for key, value in values.items() if isinstance(value, datetime)}
    kept = {**values, **moments, "slug": found.slug, "terms": list(terms)}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def load_around(text: str) -> Around:
    values = json.loads(text)
    slug, terms = values.pop("slug", None), values.pop("terms", [])
    values.pop("path", None)  # as older versions kept it
    for key in ("stated_published", "review_by"):
        values[key] = values[key] and datetime.fromisoformat(values[key])
    return Around(values, slug, tuple((kind, word, name) for kind, word, name in terms))

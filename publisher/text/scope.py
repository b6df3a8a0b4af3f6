"""Ids of one guide, told from those of the others that stand on the same page or in the same mail."""

from __future__ import annotations

import re

from publisher.text.rules import ID_PREFIX

_SCOPE = re.compile(r"[a-z0-9]{1,32}")
# Our own XHTML escapes quotes and angle brackets in text and attributes, so this can only be an attribute.
_ID = re.compile(rf'( id="| href="#){re.escape(ID_PREFIX)}(?=[^"<>]*"[^<>]*>)')


def scope_ids(html: str, scope: str) -> str:
    """Sanitised XHTML with `scope` in all ids and in-page links: `t-notes` is `t-3-notes` in scope `3`.

    `scope` is what tells this guide from the others: 1 to 32 ASCII digits and lower-case letters (ValueError
    otherwise). Links within the guide go on working. Apply it once, when guides are put together.
    """
    if not _SCOPE.fullmatch(scope):
        raise ValueError(f"a scope has 1 to 32 digits and lower-case letters, not {scope[:40]!r}")
    return _ID.sub(rf"\g<1>{ID_PREFIX}{scope}-", html)

"""Following by mail: the pages with the form, and what comes of sending it.

The form needs no script, sets no cookie, and may stand on any page anywhere: it acts for nobody. Whoever sends
it only causes a mail that asks; that mail's link does the rest.
"""

from __future__ import annotations

import json

from publisher import follow, storage
from publisher.errors import FollowerError
from publisher.model import Publication
from publisher.pages import following as seen
from publisher.web import inbox
from publisher.web.answers import CHECK, NEVER, Answer, Asked, page, private
from publisher.web.client import client_address, page_address
from publisher.web.door import Door
from publisher.web.forms import Form, read_form
from publisher.web.headers import policy

WITH_SCRIPT = policy(script_src="'self'", connect_src="'self'")
_AGAIN = 300  # seconds after which one network may ask once more
_SITE = "-"  # the mark of the site's own page
_JSON = "application/json"

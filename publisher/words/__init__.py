"""What pages and mails say, in the reader's language: catalogues (GNU gettext), dates, numbers, lists.

    catalogues = Catalogues([site templates, bundled templates])    # <folder>/locale/<language>.po
    words = catalogues.words("de-AT")                               # the nearest there is; English at worst
    words.gettext("Stop %(mails)s?", mails=…), words.ngettext("%(num)d guide", "%(num)d guides", 3)
    words.day(moment), words.weekday(moment), words.moment(moment, zone), words.number(1234)

English is the language of the code: its sentences are the keys. An owner adds or changes a language by a file
of his own in `templates/locale/`.
"""

from publisher.words.catalogues import Catalogues
from publisher.words.speaking import Words

__all__ = ["Catalogues", "Words"]

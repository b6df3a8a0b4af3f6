"""What pages and mails say, in the reader's language: catalogues (GNU gettext), dates, numbers, lists.

    catalogues = Catalogues([site templates, bundled templates])    # <folder>/locale/<language>.po
    words = catalogues.words("de-AT")                               # the nearest there is; English at worst
    words.gettext("Stop %(mails)s?", mails=…), words.ngettext("%(num)s guide", "%(num)s guides", 3)
    words.day(moment), words.weekday(moment), words.moment(moment, zone), words.number(1234)

English is the language of the code: its sentences are the keys. An owner adds or changes a language by a file
of his own in `templates/locale/`. Nothing here asks for or sets the locale of the process.
"""

from publisher.words.catalogues import Catalogues
from publisher.words.speaking import ENGLISH, Words, noted

__all__ = ["ENGLISH", "Catalogues", "Words", "noted"]

"""Lines that say when a page was touched, how long it takes to read, and whose it is: not what a guide says.

    Updated: 3 March 2026 · Last reviewed 2026-03-03 · 5 min read · © 2026 Example

`is_stamp` keeps them out of the hash of a guide; PARTS are the same expressions for boilerplate rules, which
write them as `{{date}}`. All are for texts that went through `fold_marks`, case ignored.
"""

from __future__ import annotations

import re

MAX_STAMP = 200  # characters

_DAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_TIME = r"(?:,? (?:at |um |à |a las |alle |às |om |kl\.? |o )?\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?| uhr)?)?"
DATE = (
    rf"(?:{_DAY}(?:"
    r"\d{1,2}(?:st|nd|rd|th|er|º|\.)? (?:of |de |di |d')?[^\W\d_]{3,12}\.?,? (?:de |del )?\d{4}"
    r"(?: г\.| года)?"
    r"|[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}年\d{1,2}月\d{1,2}日"
    rf"){_TIME})"
)
# What stands in front of the date of a page. `Date:` is not here: the date of an event is content.
_TOUCHED = (
    r"(?:(?:first|originally|last|medically|page|article|zuletzt|letzte|dernière|última|ultimo|laatst) )*"
    r"(?:published|posted|updated?|modified|reviewed|revised|created|edited|checked|fact.checked"
    r"|veröffentlicht|erschienen|aktualisiert|aktualisierung|geändert|überprüft|stand"
    r"|publiée?|mise? à jour|modifiée?|relue?"
    r"|publicad[oa]|actualizad[oa]|actualización|revisad[oa]|atualizad[oa]|atualização"
    r"|pubblicato|aggiornato|aggiornamento|gepubliceerd|geplaatst|bijgewerkt|gewijzigd"
    r"|opublikowano|zaktualizowano|aktualizacja|publikováno|aktualizováno|publicerad|uppdaterad|publisert|oppdatert"
    r"|udgivet|opdateret|yayınlanma|güncelleme|опубліковано|оновлено|опубликовано|обновлено|发布时间|发布于|发布日期|更新时间|更新于|公開日|更新日|投稿日)"
)
_BY = r"(?: (?:by|von|par|por|di|da|door|av|af) [^.!?]{2,60})?"
TOUCHED = rf"(?:{_TOUCHED}(?: on| at| am| vom| le| el| em| il| op)? ?[:：]? ?{DATE}{_BY})"
READING = (
    r"(?:(?:(?:estimated |est\. )?read(?:ing)? time|lesezeit|lesedauer|(?:temps de )?lecture"
    r"|tiempo de lectura"
    r"|tempo d[ei] lettura|tempo de leitura|leestijd|czas czytania|läsning|lästid|lesetid"
    r"|læsetid|okuma süresi|время чтения|час читання|阅读时间|読了時間) ?[:：]? ?)?"
    r"(?:about |approx\. |ca\. |circa |env\. |~ ?)?\d{1,3}(?:-\d{1,3})? ?-?"
    r"(?:min(?:s|\.|utes?|uten|uti|utos|uter|uty?|dk)?|мин(?:\.|ут[аы]?)?|хв\.?|分钟?)"
    r"(?:(?: of)? read(?:ing)?(?: time)?| lesezeit| de lecture| de lectura| de leitura| di lettura"
    r"| leestijd| чтения)?"
)
_SAID = r"(?=.*(?:read|les[et]|lect|lett|leit|leestijd|czyt|läs|læs|okuma|чит|чтения|阅读|読了))"
_READING_SAID = f"{_SAID}{READING}"  # `5 min` alone is a step
COPYRIGHT = r"(?:(?:copyright )?(?:©|\(c\))|copyright (?=\d{4}\b)).{0,160}"

PARTS = {"date": DATE, "touched": TOUCHED, "reading_time": READING, "copyright": COPYRIGHT}

_STAMP = re.compile(
    rf"(?:{TOUCHED}|{_READING_SAID})(?: ?[|·•,-] ?(?:{TOUCHED}|{_READING_SAID}))*\.?|{COPYRIGHT}",
    re.IGNORECASE,
)


def is_stamp(line: str) -> bool:
    """Whether a line, its marks folded, is nothing but stamps. Linear in its length."""
    return len(line) <= MAX_STAMP and _STAMP.fullmatch(line) is not None

"""Words that tell what a line is: how questions begin, what is talk, what stands before a colon. As data."""

from __future__ import annotations

import re

from publisher.text.fold import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A short question that begins so is a heading.
QUESTION = re.compile(
    r"¿|(?:what|how|why|when|where|which|who|whose|is|are|am|was|can|could|do|does|did|should|shall|will|would"
    r"|has|have|may|still|any"
    r"|wie|warum|wann|wo|woher|wohin|welche[rsnm]?|wer|ist|sind|kann|können|soll|sollte|muss|darf|gibt"
    r"|que|quoi|qu'est-ce|qui|quand|où|comment|pourquoi|combien|quel(?:le)?s?|est-ce|est-il|faut-il|peut-on"
    r"|doit-on|che|chi|come|cosa|dove|perché|quale|quali|quando|quanto|quanti|si può|è"
    r"|por que|o que|quem|onde|qual|quais|posso|é|wat|hoe|waarom|wanneer|waar|welke?|kan|moet|mag|is het"
    r"|jak|co|czy|kiedy|gdzie|dlaczego|vad|hur|varför|hva|hvordan|hvorfor|hvad"
    r"|как|что|почему|зачем|когда|где|кто|какой|какая|какое|какие|сколько|можно ли|нужно ли|чем)\b",
    re.IGNORECASE,
)
# One that begins so speaks to the reader: `Sounds easy?`
TALK = _words(
    "sound sounds ready want need looking got tired curious not feeling sure wondering confused ever you "
    "think thinking stuck interested love hate remember see know and but so or no right really yes well "
    "hungry planning trying having in if for the a an this that it we i my your there then noch schon bereit"
)
# What stands before a colon and is no term that is explained: `Note: …`
NOT_TERMS = _words(
    "note warning caution important tip tips example q a question answer p.s ps update hint remember "
    "hinweis achtung tipp attention remarque conseil atención nota attenzione atenção важно внимание"
) | {"pro tip", "let op", "good to know"}
# Captions and alternative texts: `A tent on a green hillside`, `Photo of …`
CAPTION = re.compile(
    r"(?:An?|Eine?|Une?|Una|Uno|Een|En|Ett|Uma?"
    r"|(?:Close-?up|Photo|Picture|Image|Illustration|Screenshot|View|Portrait|Diagram|Map) of)\s"
)
# Two sides of what stands above them.
SIDES = frozenset(
    map(
        fold,
        _words(
            "Pros Cons Vorteile Nachteile Avantages Inconvénients Ventajas Desventajas Vantaggi Svantaggi "
            "Vantagens Desvantagens Voordelen Nadelen Плюсы Минусы 优点 缺点"
        ),
    )
)
# Headings that stand first and say nothing of what comes.
GENERAL = frozenset(
    map(fold, _words("Introduction Intro Overview Summary Background Preface Einleitung Einführung"))
)

"""A hostile tree to clean blocks: what holds paragraphs, what is a paragraph, where a link leads.

The sanitiser after this would keep words, but glue them together wherever it drops a `div`, and it knows
nothing of lazy pictures. So structure is settled here, safety is settled there.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Literal

from publisher.text.anchors import Anchors
from publisher.text.inline import BREAK, STRUCTURE, Inline, holds_link, tag_of, text
from publisher.text.parse import Element, nodes, text_of
from publisher.text.rules import BLOCKS, CELLS, CONTAINERS, HEADINGS, MEDIA, TABLE_PARTS

_FORM_KEPT = 400  # characters: a form with more text than this wraps a page rather than asks a question
Wrap = Literal["always", "mixed", "many"]


@dataclass(slots=True)
class Flow:
    """Block content under construction: finished blocks, and the run of text that is still open."""

    blocks: list[tuple[bool, str]] = field(default_factory=list)  # (is a bare run, html)
    run: list[str] = field(default_factory=list)

    def add(self, html: str) -> None:
        if html == BREAK and self.run and self._ends_with_break():
            self.run.pop()
            self.close()
        elif html:
            self.run.append(html)

    def _ends_with_break(self) -> bool:
        while self.run and not self.run[-1].strip():
            self.run.pop()
        return bool(self.run) and self.run[-1] == BREAK

    def close(self) -> None:
        """The run so far is a paragraph of its own."""
        html = _trim("".join(self.run))
        self.run.clear()
        if html:
            self.blocks.append((True, html))

    def block(self, html: str) -> None:
        self.close()
        if html:
            self.blocks.append((False, html))

    def html(self, wrap: Wrap) -> str:
        """The blocks. A lone run stays bare unless `wrap` is "always", one among blocks if it is "many"."""
        self.close()
        runs = sum(bare for bare, _ in self.blocks)
        bare = wrap != "always" and runs == 1 and (wrap == "many" or len(self.blocks) == 1)
        return "\n".join(f"<p>{html}</p>" if is_run and not bare else html for is_run, html in self.blocks)


def _trim(html: str) -> str:
    html = html.strip()
    while html.startswith(BREAK) or html.endswith(BREAK):
        html = html.removeprefix(BREAK).removesuffix(BREAK).strip()
    return html


class Rewriter(Inline):
    """One walk over one tree. `skip` holds elements to leave out, `levels` new heading tags."""

    def __init__(
        self,
        anchors: Anchors,
        *,
        base_url: str | None = None,
        skip: Container[Element] = (),
        levels: Mapping[Element, str] | None = None,
    ) -> None:
        super().__init__(anchors, base_url, skip)
        self.levels = levels or {}
        self.holders = _holders(anchors.root)
        self.handlers: dict[str, Callable[[Element, Flow], None]] = dict.fromkeys(HEADINGS, self._heading)
        self.handlers |= {
            "p": self._paragraph,
            "pre": self._preformatted,
            "hr": self._rule,
            "table": self._table,
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "form": self._form,
            "noscript": self._noscript,
            "summary": self._summary,
            "figcaption": self._figcaption,
        }

    def document(self, root: Element, wrap: Wrap) -> str:
        """The whole tree as closed, not yet sanitised, XHTML. Raises ContentError beyond MAX_DEPTH.

        A page that runs from right to left says so on `html` or `body`, above what we take of it.
        """
        around = next(
            (e for e in (root, *root.iterancestors()) if (e.get("dir") or "").lower() == "rtl"), None
        )
        inner = self._inside(root, wrap)
        if around is None or not inner:
            return inner
        return f"<div{self._common(around)}>{inner}</div>"

    def _inside(self, element: Element, wrap: Wrap) -> str:
        out = Flow()
        self._flow(element, out)
        return out.html(wrap)

    def _flow(self, element: Element, out: Flow) -> None:
        self._deeper()
        for child, tail in nodes(element):
            if child is not None:
                self._child(child, out)
            out.add(text(tail))
        self.depth -= 1

    def _child(self, child: Element, out: Flow) -> None:
        tag = tag_of(child)
        if self._gone(child, tag):
            return
        handler = self.handlers.get(tag)
        if handler:
            handler(child, out)
        elif tag in MEDIA and tag not in self.holders:
            out.block(f"<p>{link}</p>" if (link := self._media(child)) else "")
        elif tag in CONTAINERS or tag in CELLS or tag in TABLE_PARTS:
            self._container(child, out)
        elif tag in BLOCKS:
            wrap: Wrap = "many" if tag == "figure" else "mixed"
            out.block(self._element(child, tag, self._inside(child, wrap)))
        elif child in self.holders and tag in ("a", "ins", "del") and not holds_link(child):
            inner = self._inside(child, "always")
            (out.block if inner else out.add)(self._element(child, tag, inner))
        elif child in self.holders:
            self._container(child, out)
        elif self._is_transparent(child, tag):
            self._flow(child, out)
        else:
            out.add(self._inline(child))

    def _container(self, element: Element, out: Flow) -> None:
        """A block without meaning: transparent, unless it says in what language or direction it speaks."""
        common = self._common(element)
        if common:
            inner = self._inside(element, "mixed")
            out.block(f"<div{common}>{inner}</div>" if inner else "")
        else:
            out.close()
            self._flow(element, out)
            out.close()

    def _paragraph(self, element: Element, out: Flow) -> None:
        if element in self.holders:
            self._container(element, out)
        else:
            out.block(self._element(element, "p", _trim(self._phrasing(element))))

    def _heading(self, element: Element, out: Flow) -> None:
        tag = self.levels.get(element, tag_of(element))
        self.anchors.current = element
        inner = self._phrasing(element).strip()
        out.block(self._element(element, tag, inner))
        self.anchors.current = None

    def _preformatted(self, element: Element, out: Flow) -> None:
        # HTML drops a line feed that follows <pre>; without any there, parsing twice changes nothing.
        inner = self._phrasing(element, block_break="\n").lstrip("\n").rstrip()
        out.block(self._element(element, "pre", inner))

    def _summary(self, element: Element, out: Flow) -> None:
        if tag_of(element.getparent()) == "details":
            out.block(self._element(element, "summary", _trim(self._phrasing(element))))
        else:
            self._container(element, out)

    def _figcaption(self, element: Element, out: Flow) -> None:
        if tag_of(element.getparent()) == "figure":
            out.block(self._element(element, "figcaption", self._inside(element, "many")))
        else:
            self._container(element, out)

    def _list(self, element: Element, out: Flow) -> None:
        self._deeper()
        items: list[str] = []
        stray = Flow()
        for child, tail in nodes(element):
            if child is not None and tag_of(child) == "li":
                self._add_stray(items, stray)
                if not self._gone(child, "li"):
                    items.append(self._element(child, "li", self._inside(child, "many")))
            elif child is not None:
                self._child(child, stray)
            stray.add(text(tail))
        self._add_stray(items, stray)
        self.depth -= 1
        out.block(self._element(element, tag_of(element), "\n".join(filter(None, items))))

    @staticmethod
    def _add_stray(items: list[str], stray: Flow) -> None:
        """A list directly in a list belongs to the item before it; other strays are items."""
        inner = stray.html("many")
        stray.blocks.clear()
        if inner.startswith(("<ul", "<ol")) and items:
            items[-1] = items[-1].removesuffix("</li>") + "\n" + inner + "</li>"
        elif inner:
            items.append(f"<li>{inner}</li>")

    def _definitions(self, element: Element, out: Flow) -> None:
        self._deeper()
        parts: list[str] = []
        self._definition_parts(element, parts)
        self.depth -= 1
        out.block(self._element(element, "dl", "\n".join(parts)))

    def _definition_parts(self, element: Element, parts: list[str]) -> None:
        self._deeper()
        for child, tail in nodes(element):
            tag = tag_of(child) if child is not None else ""
            if child is None or self._gone(child, tag):
                inner = ""
            elif tag == "dt":
                inner = self._element(child, "dt", _trim(self._phrasing(child)))
            elif tag == "dd":
                inner = self._element(child, "dd", self._inside(child, "many"))
            elif tag in CONTAINERS:
                self._definition_parts(child, parts)
                inner = ""
            else:
                inner = f"<dd>{self._alone(child)}</dd>"
            parts.extend(
                part for part in (inner, f"<dd>{text(tail).strip()}</dd>") if part not in ("", "<dd></dd>")
            )
        self.depth -= 1

    def _alone(self, child: Element) -> str:
        out = Flow()
        self._child(child, out)
        return out.html("many")

    def _rule(self, _: Element, out: Flow) -> None:
        out.block("<hr/>")

    def _table(self, element: Element, out: Flow) -> None:
        strays = Flow()
        inner = self._table_parts(element, strays)
        for is_run, html in strays.blocks:
            out.block(f"<p>{html}</p>" if is_run else html)
        out.block(self._element(element, "table", inner))

    def _table_parts(self, element: Element, strays: Flow) -> str:
        self._deeper()
        parts: list[str] = []
        for child, tail in nodes(element):
            tag = tag_of(child) if child is not None else ""
            if child is not None and tag in TABLE_PARTS and not self._gone(child, tag):
                parts.append(self._table_part(child, tag, strays))
            elif child is not None:
                self._child(child, strays)
            strays.add(text(tail))
        strays.close()
        self.depth -= 1
        return "".join(parts)

    def _table_part(self, element: Element, tag: str, strays: Flow) -> str:
        if tag == "col":
            return f"<col{self._attributes(element, 'col')}/>"
        if tag in ("td", "th"):
            inner = self._inside(element, "many")
        elif tag == "caption":
            inner = _trim(self._phrasing(element))
        else:
            inner = self._table_parts(element, strays)
        return f"<{tag}{self._attributes(element, tag)}>{inner}</{tag}>"

    def _form(self, element: Element, out: Flow) -> None:
        if len(text_of(element)) > _FORM_KEPT:
            self._container(element, out)

    def _noscript(self, element: Element, out: Flow) -> None:
        """Lazy loaders put the picture itself here; all else is a plea to switch scripts on."""
        if element.find(".//img") is not None or element.find(".//iframe") is not None:
            self._flow(element, out)


def _holders(root: Element) -> set[Element]:
    """Every element that holds a block somewhere inside."""
    holders: set[Element] = set()
    for block in root.iter(*STRUCTURE):
        parent = block.getparent()
        while parent is not None and parent not in holders:
            holders.add(parent)
            parent = parent.getparent()
    return holders

"""What web hosts must be told, for a folder of files cannot: which guides have moved (301) or are gone (410).

    _redirects                  for Netlify, which reads it by itself
    -/hosting/moved.map, gone.map   for nginx, to be included in a `map`

Without them a page stands at each of these addresses that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit

GONE_PAGE = "410.html"
_PLAIN = re.compile(r"[\w.~-]+")  # a slug that means the same in every file below


def files(base_url: str, moved: Mapping[str, str], gone: list[str]) -> Iterator[tuple[str, bytes]]:
    """(path, bytes). `moved` maps paths like "knees/stairs" to present ones; `gone` are such paths."""
    root = urlsplit(base_url).path
    led = {old: new for old, new in sorted(moved.items()) if _is_plain(old) and _is_plain(new)}
    lost = [path for path in sorted(gone) if _is_plain(path)]
    # "!": although there is a file at this address.
    lines = [f"{quote(root)}/{quote(old)} {quote(root)}/{quote(new)} 301!" for old, new in _both(led)]
    lines += [
        f"{quote(root)}/{quote(path)} {quote(root)}/{GONE_PAGE} 410!"
        for path, _ in _both(dict.fromkeys(lost, ""))
    ]
    yield "_redirects", "".join(f"{line}\n" for line in lines).encode()
    yield "-/hosting/moved.map", "".join(_mapped(root, led, base_url)).encode()
    yield "-/hosting/gone.map", "".join(_mapped(root, dict.fromkeys(lost, ""), "")).encode()


def _both(paths: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A guide's address and its history's."""
    for old, new in paths.items():
        yield old, new
        yield f"{old}/history", f"{new}/history" if new else ""


def _mapped(root: str, paths: Mapping[str, str], base_url: str) -> Iterator[str]:
    """Lines of an nginx map from `$uri`, which is decoded, to a URL, or to 1."""
    for old, new in _both(paths):
        value = f'"{base_url}/{quote(new)}"' if new else "1"
        yield f'"{root}/{old}" {value};\n"{root}/{old}/" {value};\n'


def _is_plain(path: str) -> bool:
    return all(_PLAIN.fullmatch(part) for part in path.split("/"))

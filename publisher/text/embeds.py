"""Players in frames: where a person can watch or hear what they show."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

_ID = re.compile(r"[\w-]{3,64}")
_YOUTUBE = re.compile(r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com")
_SECONDS = re.compile(r"\d{1,6}")


def watchable(url: str) -> str:
    """The page of the film or recording that an embedded player's URL shows; other URLs as they are."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host, path = (parts.hostname or "").lower(), [part for part in parts.path.split("/") if part]
    asked = parse_qs(parts.query, max_num_fields=50) if parts.query.count("&") < 50 else {}
    if _YOUTUBE.fullmatch(host):
        return _youtube(path, asked) or url
    if host == "player.vimeo.com" and len(path) > 1 and path[0] == "video" and path[1].isdigit():
        key = asked.get("h", [""])[0]
        return f"https://vimeo.com/{path[1]}" + (f"/{key}" if _ID.fullmatch(key) else "")
    if host.endswith("dailymotion.com") and path[:2] == ["embed", "video"] and len(path) > 2:
        return f"https://www.dailymotion.com/video/{path[2]}"
    if host == "embed.ted.com":
        return f"https://www.ted.com{parts.path}"
    if host == "open.spotify.com" and path[:1] == ["embed"]:
        return f"https://open.spotify.com/{'/'.join(path[1:])}"
    if host == "w.soundcloud.com":
        track = asked.get("url", [""])[0]
        return track if track.startswith("https://") else url
    return url


def _youtube(path: list[str], asked: dict[str, list[str]]) -> str | None:
    """A film, or a list of films; None for what is neither."""
    if len(path) < 2 or path[0] not in ("embed", "v", "shorts", "live"):
        return None
    listed = asked.get("list", [""])[0]
    if path[1] == "videoseries" or not _ID.fullmatch(path[1]):
        return f"https://www.youtube.com/playlist?list={quote(listed)}" if _ID.fullmatch(listed) else None
    start = asked.get("start", [""])[0]
    return f"https://www.youtube.com/watch?v={path[1]}" + (
        f"&t={start}s" if _SECONDS.fullmatch(start) else ""
    )

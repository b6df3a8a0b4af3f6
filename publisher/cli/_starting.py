"""A new site in a new folder: publisher.toml, the example publications, and room for own templates."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

from publisher.errors import ConfigError
from publisher.site import bundled

LOCAL_URL = "http://127.0.0.1:8000"

_TEMPLATES_README = """Put a template here to change how mails or pages look.
It takes the place of the bundled one of the same name, for example email/digest.mjml or web/guide.html.
A publication can have its own in feeds/<slug>/templates/.
"""

_MADE = ("feeds", "templates", ".gitignore", "publisher.toml")


def make_site(folder: Path) -> Path:
    """Write the files of a site that works at once; its absolute path. Raises ConfigError if not empty."""
    folder = Path(os.path.realpath(folder))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        advice = "Choose another folder; nothing was changed."
        raise ConfigError("there is something here already", where=str(folder), advice=advice)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(bundled("feeds"), folder / "feeds")
        (folder / "templates").mkdir()
        (folder / "templates" / "README.txt").write_text(_TEMPLATES_README, encoding="utf-8")
        (folder / ".gitignore").write_text("/var/\n", encoding="ascii")
        (folder / "publisher.toml").write_text(example_settings(), encoding="utf-8")
    except OSError as error:
        for name in _MADE:  # half a site would be in the way of the next try
            shutil.rmtree(folder / name, ignore_errors=True)
            with contextlib.suppress(OSError):
                (folder / name).unlink()
        # copytree puts the reasons of all its files into one text: "… [Errno 28] No space left on device: …"
        told = re.search(r"\] ([^:]+)", str(error))
        why = error.strerror or (told[1] if told else "a file could not be copied")
        advice = "Check its owner and the free space."
        raise ConfigError(f"the site cannot be written ({why})", where=str(folder), advice=advice) from None
    return folder


def example_settings(base_url: str = LOCAL_URL) -> str:
    """The bundled publisher.toml, its pages at `base_url`."""
    text = bundled("publisher.toml").read_text(encoding="utf-8")
    return re.sub(r'^base_url = ".*"$', f'base_url = "{base_url}"', text, count=1, flags=re.MULTILINE)

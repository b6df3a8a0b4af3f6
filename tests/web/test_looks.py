"""What makes the pages be made again: any file that they are made with, catalogues among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.web.door import looks


@pytest.mark.parametrize("path", ["web/guide.html", "web/static/site.css", "locale/fr.po"])
def test_a_file_that_comes_changes_or_goes_is_noticed(tmp_path: Path, path: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    seen = [looks([tmp_path])]
    file.write_text("one")
    seen.append(looks([tmp_path]))
    file.write_text("another")
    seen.append(looks([tmp_path]))
    assert len(set(seen)) == 3
    file.unlink()
    assert looks([tmp_path]) == seen[0]

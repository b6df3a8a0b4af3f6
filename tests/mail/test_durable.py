from __future__ import annotations

import pytest

from publisher.mail import commit_file, stage_file


def test_a_file_is_whole_or_not_there(tmp_path):
    staged, path = tmp_path / "a.part", tmp_path / "a"
    stage_file(staged, b"words")
    assert not path.exists()
    commit_file(staged, path)
    assert path.read_bytes() == b"words"
    assert not staged.exists()
    assert path.stat().st_mode & 0o077 == 0  # mails are private


def test_nothing_is_left_behind_when_it_cannot_be_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        stage_file(tmp_path / "gone" / "a.part", b"words")
    with pytest.raises(FileNotFoundError):
        commit_file(tmp_path / "a.part", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []

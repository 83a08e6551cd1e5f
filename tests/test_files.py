from __future__ import annotations

from pathlib import Path

import pytest

from geoloc_core.files import write_whole


def test_a_failed_write_leaves_the_old_file_and_no_scraps(tmp_path: Path) -> None:
    target = tmp_path / "scores.json"
    write_whole(target, lambda path: path.write_text("old"))

    def fails_half_way(path: Path) -> None:
        path.write_text("ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(target, fails_half_way)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    write_whole(target, lambda path: path.write_text("whole"))
    assert target.read_text() == "whole"

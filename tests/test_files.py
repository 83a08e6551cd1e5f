from __future__ import annotations

from pathlib import Path

import pytest

from geoloc_core.files import file_sha256, write_whole
from geoloc_core.paths import cache_folder


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


def test_a_file_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")  # the first test vector of FIPS 180
    assert file_sha256(tmp_path / "a").startswith("ba7816bf8f01cfea414140de5dae2223")


def test_the_cache_folder_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "there"))
    assert cache_folder() == tmp_path / "there" / "pata"
    assert cache_folder().stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "pata"


def test_without_a_place_to_write_there_is_no_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.access", lambda *_: False)  # read only, but for root
    assert cache_folder() is None

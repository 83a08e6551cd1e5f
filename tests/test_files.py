from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from safetensors import SafetensorError

from geoloc_core.errors import in_words
from geoloc_core.files import file_sha256, write_whole
from geoloc_core.models import tensors
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


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_with_the_file_that_was_to_be(tmp_path: Path, number: int) -> None:
    def fails(path: Path) -> None:
        raise OSError(number, os.strerror(number))  # as a write says it: without a name

    with pytest.raises(OSError, match="scores") as raised:
        write_whole(tmp_path / "scores.json", fails)
    said = in_words(raised.value)
    assert said.startswith(f"The disk is full: {tmp_path / 'scores.json'} could not be written.")
    assert "again" in said
    assert list(tmp_path.iterdir()) == []


def test_another_fault_of_a_file_keeps_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="elsewhere") as raised:
        write_whole(tmp_path / "a.json", lambda path: (tmp_path / "elsewhere").read_text())
    assert in_words(raised.value).endswith("elsewhere cannot be used: No such file or directory.")


def test_weights_that_do_not_fit_on_the_disk_are_said_so(tmp_path: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise SafetensorError(
            "Error while serializing: I/O error: No space left on device (os error 28)"
        )

    monkeypatch.setattr(tensors, "save_file", full)
    with pytest.raises(OSError, match=r"model\.safetensors") as raised:
        tensors.write_tensors(tmp_path / "model.safetensors", {}, {})
    assert "The disk is full" in in_words(raised.value)


def test_what_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    first = file_sha256(path)
    path.write_bytes(b"abd")
    os.utime(path, ns=(1, 1))
    assert file_sha256(path) != first

"""Where downloaded files lie, and `pata models` about them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from geoloc_core import cli
from geoloc_core.catalogue import GEOCLIP, PHOTO_MODELS
from geoloc_core.files import file_sha256
from geoloc_core.models import downloads
from geoloc_core.models import fetch as fetch_module
from geoloc_core.models.checkpoint import CheckpointError
from geoloc_core.models.downloads import (
    DOWNLOADS,
    Download,
    DownloadError,
    found_file,
    installed_file,
    models_folder,
    partial_file,
    remove,
    write_record,
)

INT8, FP16 = DOWNLOADS[GEOCLIP]["int8"], DOWNLOADS[GEOCLIP]["fp16"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATA_MODELS", str(tmp_path))
    return tmp_path


def downloaded(folder: Path, download: Download) -> Path:
    path = folder / download.file
    path.write_bytes(download.file.encode())
    write_record(path, download.url, file_sha256(path))
    return path


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["pata", "models", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_what_can_be_downloaded_is_in_the_catalogue_and_comes_over_https() -> None:
    assert set(DOWNLOADS) == {name for name, one in PHOTO_MODELS.items() if one.download}
    for files in DOWNLOADS.values():
        for one in files.values():
            assert one.url.startswith("https://")
            assert one.url.endswith(one.file)


def test_files_lie_in_the_cache_unless_a_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PATA_MODELS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert models_folder() == tmp_path / "pata" / "models"
    monkeypatch.setenv("PATA_MODELS", str(tmp_path / "mine"))
    assert models_folder() == tmp_path / "mine"


def test_nowhere_to_keep_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PATA_MODELS", raising=False)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(DownloadError, match="PATA_MODELS"):
        models_folder()
    assert found_file(GEOCLIP) is None


def test_a_model_that_is_not_here_is_refused_by_the_command_that_gets_it(folder: Path) -> None:
    with pytest.raises(CheckpointError, match="pata models get geoclip"):
        installed_file(GEOCLIP)


def test_of_two_files_the_more_precise_is_taken(folder: Path) -> None:
    downloaded(folder, INT8)
    assert installed_file(GEOCLIP) == folder / INT8.file
    downloaded(folder, FP16)
    assert installed_file(GEOCLIP) == folder / FP16.file


def test_a_file_that_changed_after_its_download_is_refused(folder: Path) -> None:
    path = downloaded(folder, INT8)
    installed_file(GEOCLIP)
    path.write_bytes(b"changed")
    with pytest.raises(CheckpointError, match="sha256 has changed"):
        installed_file(GEOCLIP)


def test_ones_own_file_is_taken_by_path_and_never_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "vision_model_int8.onnx"
    own.write_bytes(b"mine")
    monkeypatch.setenv("PATA_MODELS", str(own))
    assert installed_file(GEOCLIP) == own
    assert run(monkeypatch, "get", GEOCLIP) == 0
    assert "here already" in capsys.readouterr().out
    assert remove(GEOCLIP) == []
    assert own.exists()


@pytest.mark.parametrize("command", ["get", "remove"])
def test_a_folder_that_may_not_be_read_is_said_in_a_sentence(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    assert run(monkeypatch, command, GEOCLIP) == 2
    said = capsys.readouterr().err
    assert "cannot be used (Permission denied): name another" in said
    assert said.count("\n") == 1


def test_removing_leaves_nothing(folder: Path) -> None:
    downloaded(folder, INT8)
    part = partial_file(folder / FP16.file)
    part.write_bytes(b"part")
    part.with_name(part.name + ".json").write_text("{}")
    assert remove(GEOCLIP) == [folder / INT8.file, part]
    assert list(folder.iterdir()) == []


def test_nothing_is_downloaded_without_agreement(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def fetch(download: Download, folder: Path, progress: fetch_module.Progress) -> Path:
        asked.append(download.file)
        progress(1, 2)
        return downloaded(folder, download)

    monkeypatch.setattr(fetch_module, "fetch", fetch)
    monkeypatch.setattr(sys, "stdin", open("/dev/null"))  # noqa: SIM115
    assert run(monkeypatch, "get", GEOCLIP) == 1
    said = capsys.readouterr().out
    for fact in ("307 MB", "MIT", INT8.url, "sha256", str(folder)):
        assert fact in said
    assert asked == []
    assert run(monkeypatch, "get", GEOCLIP, "--yes", "--precision", "fp16") == 0
    assert asked == [FP16.file]
    assert file_sha256(folder / FP16.file) in capsys.readouterr().out


def test_the_list_says_what_is_here_and_what_was_not_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "list") == 0
    said = capsys.readouterr().out
    assert "pata models get geoclip" in said
    assert "was not measured by this project" in said
    path = downloaded(folder, INT8)
    assert run(monkeypatch, "list") == 0
    said = capsys.readouterr().out
    assert str(path) in said
    assert file_sha256(path) in said
    assert run(monkeypatch, "remove", GEOCLIP) == 0
    assert str(path) in capsys.readouterr().out
    assert run(monkeypatch, "remove", GEOCLIP) == 0
    assert "nothing to remove" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["get", "remove"])
def test_a_model_of_no_such_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run(monkeypatch, command, "nothing\x1b[31m") == 2
    said = capsys.readouterr().err
    assert "only: geoclip" in said
    assert "\x1b" not in said


def test_a_damaged_record_is_as_none(folder: Path) -> None:
    path = downloaded(folder, INT8)
    path.with_name(path.name + ".json").write_text("[")
    assert downloads.recorded_sha256(path) is None
    assert installed_file(GEOCLIP) == path

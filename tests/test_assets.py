"""The files that ship: listed, compared before use, in every state that they can be in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from geoloc_core import assets
from geoloc_core.assets import AssetError, checksums, faults, intact, unless_damaged
from geoloc_core.paths import ASSETS
from tests.pages.damage import STATES
from tools.write_checksums import listed, main


def test_the_list_is_of_the_files_that_are_here() -> None:
    # `python tools/write_checksums.py` writes it anew
    found = {name: hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() for name in listed()}
    assert checksums() == found
    assert len(found) > 300


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of assets with every listed file, short, and a list of them."""
    for name in listed():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"1 of {name}".encode())
    lines = (
        f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n"
        for name in listed()
    )
    (tmp_path / "checksums.txt").write_text("".join(lines))
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    monkeypatch.setattr(assets, "CHECKSUMS", tmp_path / "checksums.txt")
    monkeypatch.setattr(assets, "_faults", {})
    return tmp_path


@pytest.mark.parametrize("state", STATES)
def test_every_file_in_every_state_is_named(folder: Path, state: str) -> None:
    for name in listed():
        path = folder / name
        whole = path.read_bytes()
        assert intact(path) == path
        damaged = STATES[state](whole)
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
        found = "missing" if state == "missing" else "changed or damaged"
        with pytest.raises(AssetError, match=f"assets/{name} is {found}. Restore it with"):
            intact(path)
        assert unless_damaged(lambda path=path: intact(path).name, "none") == "none"
        assert [said.split()[0] for said in faults()] == [f"assets/{name}"]
        path.write_bytes(whole)
        assert faults() == ()  # what was put right is no longer said


def test_a_changed_byte_of_a_file_in_use_is_noticed(folder: Path) -> None:
    path = folder / "weights/masked.safetensors"
    intact(path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(AssetError):
        intact(path)


def test_other_files_and_a_list_that_is_not_whole_stop_nothing(folder: Path, tmp_path) -> None:
    own = folder / "weights" / "own.safetensors"
    assert intact(own) == own  # whether it is there is for its reader to say
    assert intact(Path("elsewhere.json")) == Path("elsewhere.json")
    (folder / "icon.svg").write_text("other")
    for text in ("", "{}", "0123  icon.svg\n", "\0\xff"):
        (folder / "checksums.txt").write_text(text)
        assert intact(folder / "icon.svg") == folder / "icon.svg"
    (folder / "checksums.txt").unlink()
    assert intact(folder / "icon.svg") == folder / "icon.svg"


def test_the_list_is_written_whole(folder: Path, monkeypatch) -> None:
    from tools import write_checksums

    monkeypatch.setattr(write_checksums, "ASSETS", folder)
    monkeypatch.setattr(write_checksums, "CHECKSUMS", folder / "checksums.txt")
    before = (folder / "checksums.txt").read_text()
    (folder / "icon.svg").write_text("other")
    main()
    after = (folder / "checksums.txt").read_text()
    changed = {*after.splitlines()} - {*before.splitlines()}
    assert [line.split("  ")[1] for line in changed] == ["icon.svg"]
    assert intact(folder / "icon.svg") == folder / "icon.svg"

from __future__ import annotations

from pathlib import Path

import pytest

from geoloc_core.catalogue import SCENE
from geoloc_core.models.checkpoint import checkpoint_path, save_checkpoint
from geoloc_core.models.own import own_models, read_card
from geoloc_core.models.tensors import CheckpointError
from tests.random_model import random_checkpoint


def test_models_are_found_by_name_in_both_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, named = tmp_path / "models", tmp_path / "named"
    for folder, names in ((here, ("mine", "both", "masked")), (named, ("both", "yours"))):
        folder.mkdir()
        for name in names:
            (folder / f"{name}.safetensors").touch()
    (named / "vision_model_int8.onnx").touch()
    monkeypatch.delenv("PATA_MODELS", raising=False)
    assert own_models(here) == {name: here / f"{name}.safetensors" for name in ("both", "mine")}
    monkeypatch.setenv("PATA_MODELS", str(named))
    found = own_models(here)
    assert set(found) == {"mine", "both", "yours"}  # a name of the catalogue stays the catalogue's
    assert found["both"].parent == named
    monkeypatch.setenv("PATA_MODELS", str(named / "vision_model_int8.onnx"))
    assert set(own_models(here)) == {"mine", "both"}
    assert own_models(tmp_path / "nowhere") == {}


def test_a_card_says_what_the_head_of_the_file_says(tmp_path: Path) -> None:
    checkpoint = random_checkpoint(backbone="resnet18")
    save_checkpoint(tmp_path / "mine.safetensors", checkpoint)
    card = read_card(tmp_path / "mine.safetensors")
    assert card.architecture == "resnet18"
    assert card.cells == len(checkpoint.grid)
    assert (card.mask, card.size) == (checkpoint.mask, checkpoint.size)
    assert card.scores == checkpoint.scores
    assert card.data == checkpoint.data_fingerprint
    assert len(card.written) == 10


def test_every_model_that_ships_has_a_card() -> None:
    assert read_card(checkpoint_path(SCENE)).cells == 58
    assert read_card(checkpoint_path("masked")).mask == "crop"


def test_what_is_no_checkpoint_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    for content in (b"", b"{}", b"\xff" * 200):
        broken.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"broken\.safetensors is no whole"):
            read_card(broken)


def test_models_of_anothers_making_are_offered_where_a_card_lies_beside(tmp_path: Path) -> None:
    for name in ("a.onnx", "b.pt2", "c.pt", "d.onnx", "e.safetensors"):
        (tmp_path / name).write_bytes(b"")
    for name in ("a.toml", "b.toml", "c.toml"):
        (tmp_path / name).write_bytes(b"")
    assert list(own_models(tmp_path)) == ["a", "b", "e"]
    with pytest.raises(CheckpointError, match="of another's making"):
        read_card(tmp_path / "a.onnx")

"""Folders of Hugging Face; what needs the package transformers is left out where there is none."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import geoloc_core.models.torchvision_import  # noqa: F401  before transformers
from geoloc_core.models.adapters.card import Card
from geoloc_core.models.adapters.framing import framed
from geoloc_core.models.adapters.hugging_face import told_by_preprocessor
from geoloc_core.models.adapters.model import open_model
from geoloc_core.models.tensors import CheckpointError
from tests.models.adapters.small_models import photos

installed = importlib.util.find_spec("transformers") is not None


def made(folder: Path, **images: object) -> object:
    """A small vision transformer in a folder, as the library writes it; gives its processor."""
    import transformers

    torch.manual_seed(0)
    config = transformers.ViTConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=32,
        patch_size=8,
        id2label={0: "north", 1: "east", 2: "south"},
    )
    network = transformers.ViTForImageClassification(config).eval()
    torch.nn.init.normal_(network.classifier.weight, std=1.0)
    network.save_pretrained(folder)
    kind = getattr(transformers, "ViTImageProcessorPil", transformers.ViTImageProcessor)
    processor = kind(**{"size": {"height": 32, "width": 32}} | images)
    processor.save_pretrained(folder)
    return lambda pixels: (
        network(**processor(list(pixels), return_tensors="pt")).logits.softmax(dim=1).detach()
    )


@pytest.mark.skipif(not installed, reason="transformers is an optional extra")
@pytest.mark.parametrize(
    "images",
    [
        {},
        {"resample": 3, "image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6]},
        {"do_normalize": False},
    ],
)
def test_a_folder_gives_what_the_library_gives(tmp_path, images) -> None:
    oracle = made(tmp_path, **images)
    model = open_model(str(tmp_path))
    np.testing.assert_allclose(model.predict(photos()), oracle(photos()), rtol=0, atol=1e-5)
    assert model.classes == ("north", "east", "south")


@pytest.mark.skipif(not installed, reason="transformers is an optional extra")
def test_a_folder_whose_code_it_would_run_is_refused(tmp_path) -> None:
    made(tmp_path)
    config = tmp_path / "config.json"
    text = config.read_text(encoding="utf-8").replace('"vit"', '"mine"')
    text = text.replace("{", '{"auto_map": {"AutoConfig": "mine.Mine"},', 1)
    config.write_text(text, encoding="utf-8")
    (tmp_path / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    with pytest.raises(CheckpointError, match="no image classifier that transformers can read"):
        open_model(str(tmp_path))
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(installed, reason="transformers is installed")
def test_without_the_library_the_extra_is_named(tmp_path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "vit"}', encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointError, match="pip install transformers"):
        open_model(str(tmp_path))


def test_the_preparation_is_read_from_its_file() -> None:
    told = told_by_preprocessor(
        {
            "do_resize": True,
            "size": {"shortest_edge": 50},
            "do_center_crop": True,
            "crop_size": {"height": 40, "width": 40},
            "resample": 3,
            "rescale_factor": 1 / 127.5,
            "image_mean": [1.0, 1.0, 1.0],
            "image_std": [1.0, 1.0, 0.5],
        }
    )
    card = Card(**told)
    assert (card.size, card.resize, card.interpolation) == ((40, 40), "crop", "bicubic")
    assert card.mean == pytest.approx((0.5, 0.5, 0.5))  # x / 127.5 - 1 = (x / 255 - 0.5) / 0.5
    assert card.std == pytest.approx((0.5, 0.5, 0.25))
    photo = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    whole = Image.fromarray(photo).resize((75, 50), Image.Resampling.BICUBIC)
    left = round((75 - 40) / 2)
    expected = np.asarray(whole.crop((left, 5, left + 40, 45)))
    np.testing.assert_array_equal(framed(photo, "none", card), expected)
    assert told_by_preprocessor({"size": 64, "do_normalize": False})["size"] == (64, 64)
    for nonsense in ({"size": "big"}, {"size": 10**9}, {"resample": 77}, {"image_mean": [1]}):
        with pytest.raises(CheckpointError, match="say size, mean and std in a card"):
            told_by_preprocessor({"do_normalize": "image_mean" in nonsense} | nonsense)

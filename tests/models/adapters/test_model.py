"""Every kind of model gives what it gives when it is called directly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import timm
import torch
import torchvision
from PIL import Image

from geoloc_core.geography.grid import square_grid
from geoloc_core.geography.grid_choice import write_grid
from geoloc_core.images.preprocess import apply_mask
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.adapters.model import Model, model_of, open_model
from geoloc_core.models.checkpoint import Checkpoint, CheckpointError
from geoloc_core.models.engines import exact_engine
from geoloc_core.models.predictor import Predictor
from tests.models.adapters.small_models import (
    SIDE,
    Small,
    photos,
    resized,
    said_by,
    write_onnx,
)

WAYS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
CLOSE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return photos(5)


def card(model: Path, **says: object) -> Path:
    lines = [f"{name} = {json.dumps(value)}" for name, value in says.items()]
    model.with_suffix(".toml").write_text("\n".join(lines), encoding="utf-8")
    return model


# -- ONNX


@pytest.mark.parametrize(("batch", "nhwc"), [(-1, False), (1, False), (3, False), (-1, True)])
def test_an_onnx_network_of_any_batch_and_layout(tmp_path, images, batch, nhwc) -> None:
    small = Small()
    path = write_onnx(tmp_path / "small.onnx", small, batch=batch, nhwc=nhwc)
    model = open_model(str(path))
    np.testing.assert_allclose(model.predict(images), said_by(small, images), **CLOSE)
    assert model.classes[:2] == ("0", "1")
    assert len(model.grid or ()) == 58


def test_an_onnx_network_says_its_size_and_whether_it_gives_probabilities(tmp_path, images) -> None:
    small = Small(probabilities=True)
    path = write_onnx(tmp_path / "small.onnx", small, side=24)
    framed = resized(images, 24)
    expected = said_by(Small(), framed)
    np.testing.assert_allclose(open_model(str(path)).predict(images), expected, **CLOSE)


def test_the_card_goes_before_what_is_assumed(tmp_path, images) -> None:
    small = Small()
    path = write_onnx(tmp_path / "small.onnx", small)
    card(path, mean=[0.5, 0.4, 0.3], std=[0.2, 0.3, 0.4], mask="crop", interpolation="bicubic")
    masked = resized(
        [apply_mask(image, "crop") for image in images], SIDE, Image.Resampling.BICUBIC
    )
    expected = said_by(small, masked, mean=(0.5, 0.4, 0.3), std=(0.2, 0.3, 0.4))
    np.testing.assert_allclose(open_model(str(path)).predict(images), expected, **CLOSE)


def test_the_middle_is_cropped_as_torchvision_does(tmp_path) -> None:
    small = Small()
    wide = np.random.default_rng(2).integers(0, 256, (60, 91, 3), np.uint8)
    path = card(write_onnx(tmp_path / "small.onnx", small), resize="crop", crop_share=0.8)
    steps = torchvision.transforms.Compose(
        [
            torchvision.transforms.Resize(round(SIDE / 0.8)),
            torchvision.transforms.CenterCrop(SIDE),
        ]
    )
    expected = said_by(small, np.asarray(steps(Image.fromarray(wide)))[None])
    np.testing.assert_allclose(open_model(str(path)).predict(wide[None]), expected, **CLOSE)


# -- archives of torch


@pytest.mark.parametrize("scripted", [True, False])
def test_a_torchscript_network(tmp_path, images, scripted) -> None:
    small = Small().eval()
    made = torch.jit.script(small) if scripted else torch.jit.trace(small, torch.rand(2, 3, 9, 9))
    path = card(tmp_path / "small.pt", size=SIDE)
    made.save(str(path))
    np.testing.assert_allclose(
        open_model(str(path)).predict(images), said_by(small, images), **CLOSE
    )


@pytest.mark.parametrize("fixed", [True, False])
def test_an_exported_network(tmp_path, images, fixed) -> None:
    small = Small().eval()
    shapes = None if fixed else ({0: torch.export.Dim("b")},)
    program = torch.export.export(small, (torch.rand(2, 3, SIDE, SIDE),), dynamic_shapes=shapes)
    torch.export.save(program, tmp_path / "small.pt2")
    model = open_model(str(tmp_path / "small.pt2"))
    np.testing.assert_allclose(model.predict(images), said_by(small, images), **CLOSE)


# -- state dicts


def test_a_torchvision_resnet_shows_its_evidence_in_closed_form(tmp_path, images) -> None:
    torch.manual_seed(0)
    resnet = torchvision.models.resnet18(num_classes=58).eval()
    torch.nn.init.normal_(resnet.fc.weight, std=0.3)
    path = card(tmp_path / "net.safetensors", size=64)
    safetensors.torch.save_file({f"model.{k}": v for k, v in resnet.state_dict().items()}, path)
    model = open_model(Choice(str(path), backbone="resnet18"))
    framed = resized(images, 64)
    np.testing.assert_allclose(model.predict(images), said_by(resnet, framed), **CLOSE)
    scores = model.scores(images)
    maps = scores.cam
    assert maps is not None
    assert maps.shape == (5, 58, 2, 2)
    bias = resnet.fc.bias.detach().numpy()
    np.testing.assert_allclose(maps.mean(axis=(2, 3)) + bias, scores.logits, atol=1e-4)


@pytest.mark.parametrize("name", ["resnet10t", "vit_tiny_patch16_224"])
def test_a_timm_network_with_and_without_closed_form(tmp_path, images, name) -> None:
    torch.manual_seed(0)
    network = timm.create_model(name, num_classes=7).eval()
    torch.nn.init.normal_(network.get_classifier().weight, std=0.3)
    path = card(tmp_path / "net.safetensors", classes=list("abcdefg"), backbone=name)
    safetensors.torch.save_file(network.state_dict(), path)
    model = open_model(str(path))
    by_timm = timm.get_pretrained_cfg(name)
    framed = resized(images, by_timm.input_size[1], WAYS[by_timm.interpolation])
    expected = said_by(network, framed, mean=by_timm.mean, std=by_timm.std)
    np.testing.assert_allclose(model.predict(images), expected, **CLOSE)
    assert (model.classes, model.grid) == (tuple("abcdefg"), None)
    assert (model.scores(images[:1]).cam is None) == name.startswith("vit")


def test_weights_are_those_of_the_library_whose_names_they_bear(tmp_path, images) -> None:
    torch.manual_seed(0)
    network = timm.create_model("efficientnet_b0").eval()
    path = card(tmp_path / "net.safetensors", size=32, classes=[str(k) for k in range(1000)])
    safetensors.torch.save_file(network.state_dict(), path)
    model = open_model(Choice(str(path), backbone="efficientnet_b0"))  # torchvision has one, too
    found = model.predict(images[:2])
    by_timm = timm.get_pretrained_cfg("efficientnet_b0")
    framed = resized(images[:2], 32, WAYS[by_timm.interpolation])
    expected = said_by(network, framed, mean=by_timm.mean, std=by_timm.std)
    np.testing.assert_allclose(found, expected, **CLOSE)


def test_a_folder_of_timm(tmp_path, images) -> None:
    torch.manual_seed(0)
    network = timm.create_model("test_resnet", num_classes=4).eval()
    torch.nn.init.normal_(network.get_classifier().weight, std=0.3)
    safetensors.torch.save_file(network.state_dict(), tmp_path / "model.safetensors")
    published = {"mean": [0.5] * 3, "std": [0.25] * 3, "input_size": [3, 48, 48]}
    config = {
        "architecture": "test_resnet",
        "num_classes": 4,
        "label_names": ["north", "east", "south", "west"],
        "pretrained_cfg": published | {"interpolation": "bilinear"},
    }
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    model = open_model(str(tmp_path))
    expected = said_by(network, resized(images, 48), mean=(0.5,) * 3, std=(0.25,) * 3)
    np.testing.assert_allclose(model.predict(images), expected, **CLOSE)
    assert model.classes == ("north", "east", "south", "west")


# -- functions


def test_a_function_is_given_images_as_they_are(images) -> None:
    seen = []

    def predict(given: np.ndarray) -> list[list[float]]:
        seen.append((given.shape, given.dtype))
        share = given.mean(axis=(1, 2, 3)) / 255
        return [[each, 1 - each] for each in share]

    model = model_of(predict, ["bright", "dark"])
    share = images.mean(axis=(1, 2, 3)) / 255
    np.testing.assert_allclose(model.predict(images)[:, 0], share, rtol=1e-6)
    assert seen[-1] == ((1, SIDE, SIDE, 3), np.uint8)
    several = model.scores([images[0], images[0][:30], images[1][:30]])
    assert several.logits.shape == (3, 2)


def test_a_function_in_a_file(tmp_path, images, monkeypatch) -> None:
    (tmp_path / "weights.py").write_text("SCALE = 3", encoding="utf-8")
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy, torch\nfrom weights import SCALE\n"
        "def predict(images):\n"
        "    assert images.shape[1:] == (20, 30, 3)\n"
        "    means = torch.from_numpy(images).float().mean(dim=(1, 2)) / 255\n"
        "    return SCALE * means\n",
        encoding="utf-8",
    )
    card(file, size=[20, 30], classes=["red", "green", "blue"])
    model = open_model(f"{file}:predict")
    framed = np.stack([np.asarray(Image.fromarray(one).resize((30, 20), 2)) for one in images])
    expected = torch.tensor(3 * framed.mean(axis=(1, 2)) / 255).softmax(dim=1).numpy()
    np.testing.assert_allclose(model.predict(images), expected, **CLOSE)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(CheckpointError, match="fails on images of shape"):
        open_model("mine:predict")  # without the card


def test_a_function_is_known_by_what_it_answers(images) -> None:
    def scaled(by: float) -> Model:
        return model_of(lambda given: by * given.mean(axis=(1, 2)) / 255, ["r", "g", "b"])

    assert scaled(2).digest == scaled(2).digest != scaled(2.1).digest


# -- classes and what needs places


def test_another_grid_fits_or_is_refused(tmp_path, images) -> None:
    grid = square_grid(8.0)
    write_grid(tmp_path / "cells.geojson", grid)
    path = write_onnx(tmp_path / "small.onnx", Small(len(grid)))
    with pytest.raises(CheckpointError, match=f"tells {len(grid)} classes apart.*--grid FILE"):
        open_model(str(path))
    model = open_model(Choice(str(path), grid=tmp_path / "cells.geojson"))
    assert model.grid is not None
    assert model.grid.fingerprint == grid.fingerprint
    card(path, grid="cells.geojson")
    prediction = Predictor(str(path)).predict([images[0]])
    assert prediction.grid.fingerprint == grid.fingerprint
    expected = model.predict(images[:1])[0]
    np.testing.assert_allclose(prediction.probabilities, expected, **CLOSE)
    assert prediction.evidence is None
    assert prediction.prediction_set is None
    assert prediction.in_distribution
    with pytest.raises(CheckpointError, match="There is no file"):
        open_model(Choice(str(path), grid=tmp_path / "none.geojson"))


def test_what_has_no_places_predicts_none(tmp_path) -> None:
    path = card(write_onnx(tmp_path / "small.onnx", Small(3)), classes=["a", "b", "c"])
    with pytest.raises(CheckpointError, match="no places: give the grid"):
        Predictor(str(path))
    card(path, classes=["a", "b"])
    with pytest.raises(CheckpointError, match="tells 3 classes apart, and there are names for 2"):
        open_model(str(path))


def test_a_checkpoint_of_pata_is_as_it_was(
    checkpoint_file: Path, checkpoint: Checkpoint, images
) -> None:
    model = open_model(str(checkpoint_file), exact_engine)
    predictor = Predictor(checkpoint_file, exact_engine)
    assert model.digest == checkpoint.file_sha256
    found = model.predict(images[:2])
    for row, image in enumerate(images[:2]):
        expected = predictor.predict([image]).probabilities
        np.testing.assert_allclose(found[row], expected, **CLOSE)
    with pytest.raises(CheckpointError, match="leave out --backbone"):
        open_model(Choice(str(checkpoint_file), backbone="resnet18"))

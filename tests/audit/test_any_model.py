"""The audit of models of another's making, as a script or a notebook calls it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import safetensors.torch
import timm
import torch
import torchvision

from geoloc_core.audit.audit import audit as run
from geoloc_core.audit.notebook import audit
from geoloc_core.audit.words import held_out_words
from geoloc_core.data.folds import split
from geoloc_core.data.manifest import ManifestError, read_manifest
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.checkpoint import CheckpointError
from tests.audit.made import CELLS, SIZE, features_of, make_data
from tests.models.adapters.small_models import Small, write_onnx

STATES = ("Assam", "Bihar", "Goa", "Kerala", "Punjab", "Sikkim")
QUICK = {"count": 40, "progress": False}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data(tmp_path_factory.mktemp("named"))


@pytest.fixture(scope="module")
def table(named: Path) -> pd.DataFrame:
    """The data set without a place, each image with the state that its cell stands for."""
    manifest = read_manifest(named)
    states = [STATES[CELLS.index(cell)] for cell in manifest["cell"]]
    return manifest[["file", "uploader", "panorama"]].assign(state=states)


def reader(named: Path, *, hides: bool):
    """A function fitted to the training images, of six classes; `hides` covers the names first."""

    def seen(images: np.ndarray) -> np.ndarray:
        if hides:
            images = images.copy()
            images[:, -SIZE // 16 - 1 :] = 128
        return features_of(images)

    import cv2

    manifest = read_manifest(named)
    training = manifest[split(manifest) == "train"]
    read = np.stack([cv2.imread(str(named / file))[..., ::-1] for file in training["file"]])
    features = seen(read)
    truth = np.eye(len(CELLS))[[CELLS.index(cell) for cell in training["cell"]]]
    gram = features @ features.T + 0.3 * np.eye(len(features))
    weights = features.T @ np.linalg.solve(gram, truth)
    return lambda images: 10 * seen(images) @ weights


@pytest.mark.parametrize("hides", [False, True])
def test_a_function_and_a_table_without_places(named, table, tmp_path, hides) -> None:
    report = audit(
        reader(named, hides=hides),
        table,
        tmp_path,
        column="state",
        folder=named,
        size=(SIZE, SIZE),
        **QUICK,
    )
    assert (report["verdict"]["kind"] == "leak") is not hides
    assert (report["classes"], report["class_column"]) == (6, "state")
    assert report["accuracy"]["as is"][0] > 0.3
    assert "does not tell what it was trained on" in report["held_out"]
    assert (tmp_path / "report.html").is_file()
    without = [f for f in report["findings"] if f["test"] in ("groupings", "agreement")]
    assert all("no places" in finding["words"] for finding in without)


def test_networks_of_torchvision_timm_and_onnx(named, table, tmp_path) -> None:
    torch.manual_seed(0)
    files = {
        "resnet18": torchvision.models.resnet18(num_classes=6),
        "test_vit": timm.create_model("test_vit", num_classes=6),
    }
    table.to_csv(tmp_path / "table.csv", index=False)
    data = tmp_path / "table.csv"
    choices = [Choice(str(write_onnx(tmp_path / "small.onnx", Small(6), side=32)))]
    for name, network in files.items():
        path = tmp_path / f"{name}.safetensors"
        safetensors.torch.save_file(network.state_dict(), path)
        path.with_suffix(".toml").write_text(
            "size = 32" if name == "resnet18" else "", encoding="utf-8"
        )
        choices.append(Choice(str(path), backbone=name))
    for choice in choices:
        out = tmp_path / Path(choice.name).stem
        settings = {"column": "state", "folder": named, "count": 6, "progress": False}
        report = run(data, choice, out, **settings)
        assert report["verdict"]["kind"] != "leak"
        (relevance,) = (f for f in report["findings"] if f["test"] == "relevance")
        maps = set(relevance["details"].get("pictures", {}))
        assert maps == ({"layer4"} if "resnet" in choice.name else {"occlusion"})


def test_places_that_are_known_are_cells_of_the_grid(named, tmp_path) -> None:
    path = write_onnx(tmp_path / "small.onnx", Small(), side=32)
    report = run(named, str(path), tmp_path / "out", count=6, progress=False)
    assert report["classes"] == 58
    assert report["class_column"] is None


def test_what_does_not_fit_is_said_in_a_sentence(named, table, tmp_path) -> None:
    def predict(images: np.ndarray) -> np.ndarray:
        return np.zeros((len(images), 6))

    def refused(error: type[Exception], words: str, data=table, **settings) -> None:
        with pytest.raises(error, match=words):
            audit(predict, data, tmp_path, folder=named, progress=False, **settings)

    refused(ManifestError, "lacks the columns land", column="land")
    refused(ManifestError, "lacks the columns latitude, longitude", classes=list("abcdef"))
    refused(CheckpointError, "tells 6 classes apart", data=named)
    refused(
        ManifestError,
        "holds 'Assam', which is none of the model's 6 classes, a first",
        column="state",
        classes=list("abcdef"),
    )
    refused(ManifestError, "name the column of the manifest", data=named, classes=list("abcdef"))
    refused(ManifestError, "lists no images", data=table[:0], column="state")


def test_classes_may_be_numbers_and_rows_without_one_are_left_out(named, table, tmp_path) -> None:
    numbers = table["state"].map(STATES.index).astype("float64")
    numbers[:5] = np.nan
    counted = table.assign(state=numbers)
    report = audit(
        reader(named, hides=True),
        counted,
        tmp_path,
        column="state",
        classes=STATES,
        folder=named,
        size=(SIZE, SIZE),
        **QUICK,
    )
    assert report["verdict"]["kind"] != "leak"


def test_what_is_said_of_held_out_images() -> None:
    assert "without the images of the test fold" in held_out_words("a", "a", told=False)
    assert "other data" in held_out_words("b", "a", told=False)
    assert "a column fold" in held_out_words("", "a", told=False)
    assert "a column fold" not in held_out_words("", "a", told=True)

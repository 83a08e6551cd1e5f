"""The record as the issue words it, error records, hostile names, GeoJSON."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from PIL import Image

from geoloc_core.display.export import record
from geoloc_core.display.export.record import (
    BATCH,
    json_lines,
    json_list,
    predict_files,
    prediction_geojson,
    prediction_record,
    signed_record,
    terminal_safe,
    text_parts,
)
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.images.photo import read_photo_file
from geoloc_core.models.checkpoint import CheckpointError
from geoloc_core.models.predictor import Prediction, Predictor
from geoloc_core.models.scene.seen import Thing
from geoloc_core.models.torch_engine import torch_engine
from geoloc_core.signs.read import Sign

HOSTILE = "\x1b[31mred\n\u202egpj.jpg"


@pytest.fixture
def prediction() -> Prediction:
    grid = article_grid()
    probabilities = np.full(len(grid), 0.1 / 55)
    probabilities[[7, 3, 40]] = 0.6, 0.2, 0.1
    return Prediction(
        probabilities=probabilities,
        evidence=np.zeros((1, len(grid), 2, 2), np.float32),
        points={"weighted_mean": (21.5, 78.25), "geometric_median": (22.5, 77.75)},
        fewest_cells=(7, 3, 40),
        promise=0.9,
        model="masked",
        mask="crop",
        trained_mask="crop",
        grid=grid,
        novelty=0.5,
        novelty_threshold=1.0,
    )


@pytest.fixture(scope="module")
def photo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    path = tmp_path_factory.mktemp("photos") / "photo.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def torch_predictor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be predicted by the engine that starts fastest."""
    monkeypatch.setattr(record, "Predictor", lambda model: Predictor(model, torch_engine))


def text_of(records: list[dict]) -> str:
    return "".join(text_parts(records))


def test_record_is_as_the_issue_words_it(prediction: Prediction) -> None:
    found = json.loads(json.dumps(prediction_record(prediction, "a.jpg")))
    assert found.keys() == {
        *("photo", "model", "mask", "in_distribution", "novelty", "novelty_threshold"),
        "known_size",
        *("cells", "point", "credible_cells"),
    }
    assert (found["in_distribution"], found["novelty"]) == (True, 0.5)
    assert found["novelty_threshold"] == 1.0
    assert (found["photo"], found["model"], found["mask"]) == ("a.jpg", "masked", "crop")
    latitude, longitude = prediction.grid.centroids[7]
    assert found["cells"][0] == {
        "cell": 7,
        "name": cell_names(prediction.grid)[7],
        "probability": 0.6,
        "latitude": latitude,
        "longitude": longitude,
    }
    assert [cell["cell"] for cell in found["cells"][:4]] == [7, 3, 40, 0]
    assert sorted(cell["cell"] for cell in found["cells"]) == list(range(58))
    assert found["point"] == {
        "weighted_mean": {"latitude": 21.5, "longitude": 78.25},
        "geometric_median": {"latitude": 22.5, "longitude": 77.75},
    }
    assert found["credible_cells"] == {"share": 0.9, "cells": [7, 3, 40]}


def test_a_model_of_photographs_says_regions_and_what_it_saw(prediction: Prediction) -> None:
    thing = Thing("alp", 0.7, {"snow": 1.0}, np.zeros(58))
    seen = replace(prediction, model="scene", seen=(thing,), information=0.4)
    found = json.loads(json.dumps(prediction_record(seen, "a.jpg")))
    assert [(r["name"], r["probability"]) for r in found["regions"]] == list(seen.regions)
    assert found["seen"] == [{"name": "alp", "probability": 0.7, "where": {"snow": 1.0}}]
    assert found["information_bits"] == 0.4
    assert "caution" not in found
    assert "  sees alp 70 %\n" in text_of([found])
    assert "little in this photo" not in text_of([found])
    blank = prediction_record(replace(seen, seen=(), information=0.05), "a.jpg")
    assert "  little in this photo tells of a place: about what" in text_of([blank])
    downloaded = prediction_record(replace(prediction, model="geoclip"), "a.jpg")
    assert "was not measured" in downloaded["caution"]
    assert downloaded["caution"] in text_of([downloaded])
    assert downloaded["seen"] == []


def test_signs_are_heard_and_written_down(
    prediction: Prediction, photo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corners = ((0.1, 0.4), (0.5, 0.45), (0.5, 0.55), (0.1, 0.5))
    tamil = Sign(corners, "Tamil", 0.9)
    monkeypatch.setattr(record, "read_signs", lambda pixels: (tamil,))
    found = signed_record(prediction, str(photo_file))
    assert [sign["script"] for sign in found["signs"]] == ["Tamil"]
    madurai = prediction.grid.cell_of(9.92, 78.12)
    shares = {cell["cell"]: cell["probability"] for cell in found["cells"]}
    assert shares[madurai] > 5 * prediction.probabilities[madurai]
    text = text_of([found])
    assert "  1 sign in this photo moved the prediction.\n" in text
    assert "sign: Tamil script" in text


def test_a_bad_file_does_not_stop_the_rest(
    checkpoint_file: Path, photo_file: Path, tmp_path: Path, torch_predictor: None
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no photo")
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    paths = [photo_file, text, tmp_path / "missing.jpg", tmp_path, pipe, Path("nul\0.jpg")]
    records = list(predict_files([*paths, photo_file], str(checkpoint_file), "box"))
    assert [found["photo"] for found in records] == [str(path) for path in [*paths, photo_file]]
    for found in records[1:-1]:
        assert found.keys() == {"photo", "error"}
        assert found["error"].endswith(".")
    assert "No such file" in records[2]["error"]
    assert records[0] == records[-1]
    assert records[0]["mask"] == "box"
    assert sum(cell["probability"] for cell in records[0]["cells"]) == pytest.approx(1)


def test_good_files_do_not_fail_and_keep_the_models_mask(
    checkpoint_file: Path, photo_file: Path, torch_predictor: None
) -> None:
    (found,) = predict_files([photo_file], str(checkpoint_file))
    assert found["mask"] == "crop"


def test_photos_that_go_through_the_engine_together_are_predicted_as_each_by_itself(
    checkpoint_file: Path, photo_file: Path, tmp_path: Path
) -> None:
    random = np.random.default_rng(3)
    paths = [tmp_path / f"{number}.png" for number in range(BATCH + 1)]
    for path in paths:
        coarse = random.integers(0, 256, (6, 8, 3), np.uint8)
        Image.fromarray(coarse).resize((160, 120)).save(path)
    predictor = Predictor(str(checkpoint_file))
    alone = [
        prediction_record(predictor.predict([read_photo_file(path).pixels]), str(path))
        for path in paths
    ]
    together = list(predict_files(paths, str(checkpoint_file)))
    for one, other in zip(alone, together, strict=True):
        assert [cell["cell"] for cell in one["cells"]] == [cell["cell"] for cell in other["cells"]]
        assert [cell["probability"] for cell in one["cells"]] == pytest.approx(
            [cell["probability"] for cell in other["cells"]], rel=1e-4
        )
        assert one["novelty"] == pytest.approx(other["novelty"], rel=1e-4)
        assert one.keys() == other.keys()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_parts_of_a_list_are_the_list(prediction: Prediction, count: int) -> None:
    records = [prediction_record(prediction, HOSTILE)] * count
    assert "".join(json_list(records)) == json.dumps(records, indent=2) + "\n"
    lines = "".join(json_lines(records)).splitlines()
    assert [json.loads(line) for line in lines] == records


def test_missing_model_is_no_photos_fault(tmp_path: Path, photo_file: Path) -> None:
    with pytest.raises(CheckpointError):
        predict_files([photo_file], str(tmp_path / "none.safetensors"))


def test_table_tells_people_the_main_things(prediction: Prediction) -> None:
    text = text_of(
        [prediction_record(prediction, "a.jpg"), {"photo": "b.jpg", "error": "This is no photo."}]
    )
    assert "a.jpg  (model masked, mask crop)" in text
    assert "60 %  cell 7" in text
    assert "weighted mean: 21.50° N, 78.25° E" in text
    assert "90 % prediction set: cells 7, 3, 40" in text
    assert "Out of distribution" not in text
    assert text.endswith("b.jpg\n  This is no photo.\n")


@pytest.mark.parametrize("changed", [{"novelty": 1.5}, {"mask": "none"}, {"known_size": False}])
def test_a_promise_that_does_not_hold_is_not_written_down(
    prediction: Prediction, changed: dict[str, object]
) -> None:
    unsure = Prediction(**(vars(prediction) | changed))
    found = prediction_record(unsure, "a.jpg")
    assert "credible_cells" not in found
    assert found["in_distribution"] is unsure.in_distribution
    geojson = json.loads(prediction_geojson(unsure))
    assert "credible_share" not in geojson
    assert not any("credible" in feature["properties"] for feature in geojson["features"])
    text = text_of([found])
    assert "prediction set" not in text
    assert ("has never seen such a photo" in text) is not unsure.in_distribution


def test_hostile_names_cannot_steer_the_terminal(prediction: Prediction) -> None:
    surrogate = os.fsdecode(b"\xff.jpg")
    for name in (HOSTILE, surrogate):
        record_of_it = prediction_record(prediction, name)
        error_of_it = {"photo": name, "error": f"{name} is no photo."}
        for line in text_of([record_of_it, error_of_it]).split("\n"):
            assert line.isprintable()
        json.dumps(record_of_it).encode("ascii")
    assert terminal_safe(HOSTILE) == r"\x1b[31mred\n\u202egpj.jpg"
    assert terminal_safe("सड़क, © Zoë.jpg") == "सड़क, © Zoë.jpg"


def test_geojson_holds_every_cell_and_both_points(prediction: Prediction) -> None:
    found = json.loads(prediction_geojson(prediction))
    cells, points = found["features"][:-2], found["features"][-2:]
    assert found["type"] == "FeatureCollection"
    assert (found["model"], found["mask"], found["credible_share"]) == ("masked", "crop", 0.9)
    assert [cell["properties"]["cell"] for cell in cells] == list(range(58))
    assert sum(cell["properties"]["probability"] for cell in cells) == pytest.approx(1)
    assert {c["properties"]["cell"] for c in cells if c["properties"]["credible"]} == {3, 7, 40}
    for feature, cell in zip(cells, prediction.grid.cells, strict=True):
        assert shapely.geometry.shape(feature["geometry"]).equals(cell)
    assert points[0]["properties"] == {"estimator": "weighted_mean"}
    assert points[0]["geometry"] == {"type": "Point", "coordinates": [78.25, 21.5]}


def test_geojson_can_be_read_by_others(prediction: Prediction) -> None:
    import geopandas

    frame = geopandas.read_file(io.StringIO(prediction_geojson(prediction)))
    assert len(frame) == 60
    assert frame.crs == "EPSG:4326"

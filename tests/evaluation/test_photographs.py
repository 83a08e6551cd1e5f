"""Photographs of one's own: which are scored, how they weigh, and what is said of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from geoloc_core.data.manifest import read_manifest
from geoloc_core.data.own_photos import OwnPhotosError
from geoloc_core.evaluation.balanced import balanced_scores
from geoloc_core.evaluation.evaluate import evaluate, evaluation, scores_text
from geoloc_core.evaluation.photographs import predict_photographs
from geoloc_core.evaluation.predictions import read_predictions
from geoloc_core.geography.grid import article_grid
from geoloc_core.models.checkpoint import PROMISE
from geoloc_core.models.engines import Scores
from geoloc_core.models.ood import Novelty
from geoloc_core.training.batches import manifest_fingerprint

GRID = article_grid()
HEAD = "file,latitude,longitude,place,uploader,collection\n"


class ByRed:
    """Stands in for a predictor: the cell is the photograph's red."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.checkpoint = SimpleNamespace(
            grid=GRID,
            mask="crop",
            data_fingerprint="of other data",
            temperature=0.5,
            conformal=(0.9, 0.8, 0.7, 0.6),
            novelty=Novelty(
                np.zeros(3), np.eye(3)[:1], np.ones(1), noise_variance=1.0, threshold=1.0
            ),
        )

    def score_photos(self, photos: Sequence[np.ndarray], mask: str | None) -> Scores:
        reds = [int(photo[..., 0].mean().round()) for photo in photos]
        logits = np.random.default_rng(sum(reds)).normal(0, 1, (len(photos), 58))
        logits[np.arange(len(photos)), reds] += 1
        pooled = np.ones((len(photos), 3), np.float32)
        return Scores(logits.astype(np.float32), np.zeros((len(photos), 58, 1, 1)), pooled)


def photograph(path: Path, red: int, gps: tuple[float, float] | None = None) -> None:
    image = Image.new("RGB", (8, 6), (red, 0, 0))
    exif = Image.Exif()
    if gps is not None:
        latitude, longitude = gps
        exif[0x8825] = {1: "N", 2: (latitude, 0.0, 0.0), 3: "E", 4: (longitude, 0.0, 0.0)}
    image.save(path, "PNG", exif=exif)


@pytest.fixture
def located(tmp_path: Path) -> Path:
    """Thirty photographs of ten places, and one each that is left out, with a table."""
    lines = []
    for number in range(30):
        cell = 5 * (number // 3) + 3
        photograph(tmp_path / f"{number}.png", cell)
        latitude, longitude = GRID.centroids[cell]
        place = f"p{number // 3}" if number < 15 else ""
        lines.append(f"{number}.png,{latitude},{longitude},{place},Asha,{number % 2}")
    photograph(tmp_path / "nowhere.png", 1)
    lines += ["paris.png,48.9,2.4,,,", "nowhere.png,,,,,", "gone.png,12.9,77.6,,,"]
    (tmp_path / "places.csv").write_text(HEAD + "\n".join(lines))
    return tmp_path


def test_scores_are_those_of_balanced_places(located: Path, tmp_path: Path) -> None:
    out = tmp_path / "results" / "own"
    result = evaluate(located, "some/red.pt", out=out, progress=False, load=ByRed)
    assert json.loads(out.with_name("own.json").read_text()) == result
    kept = read_predictions(out.with_name("own.parquet"))
    assert (kept.model, kept.split, kept.views) == ("red", "photographs", 1)
    assert sorted(kept.frame["file"]) == sorted(f"{number}.png" for number in range(30))
    assert set(kept.frame["collection"]) == {"0", "1"}
    assert set(kept.frame["uploader"]) == {"Asha"}
    assert kept.frame["heading"].isna().all()
    assert (kept.cells == [5 * (int(file[:-4]) // 3) + 3 for file in kept.frame["file"]]).all()
    assert result["panoramas"] == kept.frame["panorama"].nunique() == 10

    by_hand = balanced_scores(
        kept.probabilities, kept.cells, kept.points, kept.panoramas, GRID, level=0.9
    )
    found = {name: result["scores"][name]["value"] for name in by_hand}
    assert found == pytest.approx(by_hand, rel=1e-5)
    for name in by_hand:
        assert result["scores"][name]["low"] <= found[name] <= result["scores"][name]["high"]
    uniform = result["baselines"]["uniform"]["scores"]
    assert uniform["mean_rank"] == {"value": 0.5, "low": 0.5, "high": 0.5}
    known = evaluation(kept, GRID, 0.9, {})
    assert known["scores"] == result["scores"]
    assert sum(row["images"] for row in result["reliability"]) == 30


def test_what_is_left_out_is_counted_and_the_first_is_named(located: Path) -> None:
    result = evaluate(located, "red", progress=False, load=ByRed)
    assert result["left_out"] == {
        "outside the grid": {"photographs": 1, "first": "paris.png"},
        "without a place": {"photographs": 1, "first": "nowhere.png"},
        "that cannot be read": {"photographs": 1, "first": "gone.png"},
    }
    text = scores_text(result).splitlines()
    assert text[-1] == (
        "Photographs left out: 1 outside the grid (paris.png first), 1 without a place "
        "(nowhere.png first), 1 that cannot be read (gone.png first)."
    )
    assert text[-2].startswith("30 photographs of 10 places in 6 regions: each region the same")


def test_places_in_the_files_themselves_do(tmp_path: Path) -> None:
    photograph(tmp_path / "delhi.png", 27, (28.6, 77.2))
    photograph(tmp_path / "near.png", 27, (28.6, 77.2))
    photograph(tmp_path / "paris.png", 27, (48.9, 2.4))
    photograph(tmp_path / "nowhere.png", 27)
    predictions, left_out = predict_photographs(ByRed("m"), tmp_path, "none", progress=False)
    assert predictions.frame["file"].tolist() == ["delhi.png", "near.png"]
    assert predictions.frame["panorama"].tolist() == ["28.60, 77.20"] * 2
    assert predictions.cells.tolist() == [27, 27]
    assert predictions.mask == "none"
    assert left_out == {"outside the grid": ["paris.png"], "without a place": ["nowhere.png"]}


def test_a_folder_without_a_place_and_views_are_refused_in_a_sentence(tmp_path: Path) -> None:
    photograph(tmp_path / "nowhere.png", 27)
    sentence = r"can be scored. Photographs left out: 1 without a place \(nowhere.png first\)"
    with pytest.raises(OwnPhotosError, match=sentence):
        evaluate(tmp_path, "m", progress=False, load=ByRed)
    with pytest.raises(OwnPhotosError, match="one by one"):
        evaluate(tmp_path, "m", views=2, progress=False, load=ByRed)


@pytest.mark.parametrize(("conformal", "level"), [((0.8, 0.7, 0.6, 0.5), 0.8), ((), PROMISE)])
def test_the_level_is_the_models_or_the_promise(
    located: Path, conformal: tuple[float, ...], level: float
) -> None:
    predictor = ByRed("m")
    predictor.checkpoint.conformal = conformal
    predictions, _ = predict_photographs(predictor, located, None, progress=False)
    assert set(predictions.frame["credible_level"]) == {level}


def test_of_the_photographs_that_a_model_was_trained_on_the_test_fold_is_scored(
    tmp_path: Path,
) -> None:
    lines = []
    for k in range(24):
        photograph(tmp_path / f"{k}.png", k % 3)
        latitude, longitude = GRID.centroids[k % 3]
        fold = ("train", "train", "validation", "test")[k % 4]
        lines.append(f"{k}.png,{latitude},{longitude},{fold}\n")
    (tmp_path / "a.csv").write_text("file,latitude,longitude,fold\n" + "".join(lines))
    model = ByRed("own")
    everything = evaluate(tmp_path, "own", load=lambda _: model, progress=False)
    assert (everything["split"], everything["predictions"]) == ("photographs", 24)
    model.checkpoint.data_fingerprint = manifest_fingerprint(read_manifest(tmp_path))
    held_out = evaluate(tmp_path, "own", load=lambda _: model, progress=False)
    assert (held_out["split"], held_out["predictions"]) == ("test", 6)

from __future__ import annotations

import json
import shutil
import statistics
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from geoloc_core.data.folds import groups_of
from geoloc_core.data.manifest import read_manifest
from geoloc_core.evaluation import crossval as module
from geoloc_core.evaluation.crossval import (
    CrossvalError,
    crossval,
    out_of_fold,
    predict_round,
    report,
)
from geoloc_core.evaluation.predictions import COMMITTED, Predictions, read_predictions
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import fewest_cells
from geoloc_core.models.checkpoint import load_checkpoint
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.torch_engine import torch_engine
from geoloc_core.training import loop as training
from geoloc_core.training import shrunk
from geoloc_core.training import validation as held_out
from geoloc_core.training.recipe import Recipe, Stage
from tests.evaluation.made import made_predictions

RECIPE = Recipe(
    stages=(Stage("whole", 32, 16, 1e-3),),
    optimizer="adamw",
    weight_decay=0.01,
    smoothing_km=0,
    batch=16,
)


def run(data: Path, out: Path, **changed: object) -> dict | None:
    settings = {"mask": "crop", "recipe": RECIPE, "group": "uploader", "folds": 2} | changed
    return crossval(data, out, **settings, progress=False)


@pytest.fixture(scope="module")
def finished(fake_data: Path, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A run over two folds, broken off between them; `seen`: the files each training has read."""
    out = tmp_path_factory.mktemp("crossval")
    seen: list[set[str]] = []
    read_pixels = shrunk.read_pixels

    def recorded(path: Path) -> np.ndarray:
        seen[-1].add(path.name)
        return read_pixels(path)

    def train(*given: object, **named: object) -> object:
        if (out / "fold-00.safetensors").is_file() and len(seen) == 1:
            seen.append(set())
            raise KeyboardInterrupt
        seen.append(set())
        return training.train(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "reading_processes", lambda: 0)  # reads where it can be recorded
        patch.setattr(held_out, "reading_processes", lambda: 0)
        patch.setattr(shrunk, "read_pixels", recorded)
        load = partial(Predictor, engine=torch_engine)
        handed_in = {"fit": train, "predict": partial(predict_round, load=load)}
        with pytest.raises(KeyboardInterrupt):
            run(fake_data, out, **handed_in)
        assert not (out / "crossval.json").exists()
        made = [out / "fold-00.safetensors", out / "fold-00.parquet"]
        first = {path: path.stat().st_mtime_ns for path in made}
        result = run(fake_data, out, **handed_in)
    return SimpleNamespace(out=out, result=result, first=first, seen=[seen[0], seen[2]])


@pytest.fixture
def copied(finished: SimpleNamespace, tmp_path: Path) -> Path:
    """The finished run's files, to be spoiled; nothing is trained or predicted again in it."""
    return Path(shutil.copytree(finished.out, tmp_path / "crossval"))


def never(*_: object, **__: object) -> None:
    raise AssertionError("made again")


IDLE = {"fit": never, "predict": never}


def test_every_image_is_predicted_once_by_a_network_that_saw_nothing_of_its_group(
    finished: SimpleNamespace, fake_data: Path
) -> None:
    manifest = read_manifest(fake_data)
    group_of = dict(zip(manifest["file"], groups_of(manifest, "uploader"), strict=True))
    frame = read_predictions(finished.out / "crossval.parquet").frame
    assert sorted(frame["file"]) == sorted(manifest["file"])
    for fold, seen in enumerate(finished.seen):
        held_out_groups = {group_of[file] for file in frame["file"][frame["fold"] == fold]}
        assert len(held_out_groups) >= 3
        assert len(seen) > 16
        assert not held_out_groups & {group_of[file] for file in seen}


def test_a_run_goes_on_between_folds(finished: SimpleNamespace) -> None:
    for path, written in finished.first.items():
        assert path.stat().st_mtime_ns == written


def test_leaves_a_checkpoint_a_fold_and_says_the_budget(finished: SimpleNamespace) -> None:
    assert json.loads((finished.out / "crossval.json").read_text()) == finished.result
    assert finished.result["pictures_seen_a_fold"] == 16
    assert finished.result["recipe"] == RECIPE.as_dict()
    frame = read_predictions(finished.out / "crossval.parquet").frame
    for fold in (0, 1):
        checkpoint = load_checkpoint(finished.out / f"fold-{fold:02d}.safetensors")
        levels = frame["credible_level"][frame["fold"] == fold]
        assert set(levels) == {checkpoint.conformal[0]}


def test_nothing_is_made_again(copied: Path, fake_data: Path, finished: SimpleNamespace) -> None:
    assert run(fake_data, copied, **IDLE) == finished.result


@pytest.mark.parametrize(
    "changed",
    [
        {"group": "panorama"},
        {"folds": 3},
        {"mask": "none"},
        {"recipe": replace(RECIPE, weight_decay=0.02)},
    ],
)
def test_results_of_other_settings_are_refused(copied: Path, fake_data: Path, changed) -> None:
    with pytest.raises(CrossvalError, match="other data or with other settings"):
        run(fake_data, copied, **IDLE, **changed)


def test_two_processes_do_not_make_the_same_round(
    copied: Path, fake_data: Path, finished: SimpleNamespace
) -> None:
    made = []

    def predict(checkpoint: Path, *_: object) -> Predictions:
        made.append(checkpoint.stem)
        return read_predictions(finished.out / f"{checkpoint.stem}.parquet")

    for path in copied.glob("*.parquet"):
        path.unlink()
    with module._locked(copied / "fold-00.lock") as mine:
        assert mine
        assert run(fake_data, copied, fit=never, predict=predict) is None
    assert made == ["fold-01"]
    assert run(fake_data, copied, fit=never, predict=predict) == finished.result
    assert made == ["fold-01", "fold-00"]


def test_predictions_of_a_network_that_is_gone_are_not_used(copied: Path, fake_data: Path) -> None:
    def broken_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (copied / "fold-01.safetensors").unlink()
    with pytest.raises(KeyboardInterrupt):
        run(fake_data, copied, fit=broken_off)
    assert not (copied / "fold-01.parquet").exists()


def test_too_few_groups_are_said_in_words(fake_data: Path, tmp_path: Path) -> None:
    with pytest.raises(CrossvalError, match="grouped by uploader: 7 groups cannot make 8 folds"):
        run(fake_data, tmp_path, folds=8)


def test_several_devices_are_refused(fake_data: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(CrossvalError, match="CUDA_VISIBLE_DEVICES"):
        run(fake_data, tmp_path)


def made_round(fold: int, panoramas: int, temperature: float = 1.0) -> Predictions:
    made = made_predictions(fold, panoramas)
    frame = made.frame.assign(fold=fold, credible_level=0.8 + fold / 20)
    frame["panorama"] = f"{fold} " + frame["panorama"]
    return replace(made, frame=frame, temperature=temperature)


def test_rounds_become_one_with_every_round_its_own_temperature() -> None:
    rounds = [made_round(0, 10, 0.5), made_round(1, 12, 2.0)]
    whole = out_of_fold(rounds)
    expected = np.concatenate([each.probabilities for each in rounds])
    np.testing.assert_allclose(whole.probabilities, expected, rtol=0.02)
    assert list(whole.frame["fold"]) == [0] * 40 + [1] * 48


def test_report_against_plain_arithmetic() -> None:
    whole = out_of_fold([made_round(fold, 5 + fold) for fold in range(3)])
    given = report(whole, article_grid())
    hits = whole.probabilities.argmax(axis=1) == whole.cells
    by_fold = [float(part.mean()) for part in np.split(hits, [20, 44])]
    score = given["scores"]["top_1"]
    assert score["value"] == pytest.approx(hits.mean(), rel=1e-5)
    assert score["mean"] == pytest.approx(statistics.mean(by_fold), abs=1e-5)
    assert score["std"] == pytest.approx(statistics.stdev(by_fold), abs=1e-5)
    assert score["low"] < score["value"] < score["high"]
    assert score["folds"] == pytest.approx(by_fold, rel=1e-5)
    assert given["predictions_a_fold"] == [20, 24, 28]
    assert given["panoramas"] == 18


def test_prediction_sets_are_those_of_each_rounds_level() -> None:
    whole = out_of_fold([made_round(fold, 8) for fold in range(2)])
    rows = zip(whole.probabilities, whole.frame["credible_level"], strict=True)
    sets = [fewest_cells(probabilities, level) for probabilities, level in rows]
    held = [cell in cells for cell, cells in zip(whole.cells, sets, strict=True)]
    scores = report(whole, article_grid())["scores"]
    assert scores["credible_coverage"]["value"] == pytest.approx(np.mean(held), rel=1e-5)
    assert scores["credible_cells"]["value"] == pytest.approx(
        np.mean(list(map(len, sets))), rel=1e-5
    )


@pytest.mark.skipif(not (COMMITTED / "crossval.json").is_file(), reason="not run yet")
def test_the_committed_result_follows_from_the_committed_predictions() -> None:
    committed = json.loads((COMMITTED / "crossval.json").read_text())
    predictions = read_predictions(COMMITTED / "crossval.parquet")
    assert predictions.data_fingerprint == committed["data_fingerprint"]
    given = report(predictions, article_grid())
    assert set(given["scores"]) == set(committed["scores"])
    for name, score in given["scores"].items():
        other = committed["scores"][name]
        assert score.pop("folds") == pytest.approx(other.pop("folds"), rel=1e-4), name
        assert score == pytest.approx(other, rel=1e-4), name

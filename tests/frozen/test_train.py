"""Heads on made photographs whose colour tells the cell, above the network that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoloc_core import cli
from geoloc_core.catalogue import SCENE
from geoloc_core.display.export.record import prediction_record
from geoloc_core.evaluation.evaluate import LEARNED, evaluate, scores_text
from geoloc_core.frozen import train as module
from geoloc_core.frozen.choose import Settings
from geoloc_core.frozen.features import cache_path
from geoloc_core.frozen.head import Linear
from geoloc_core.frozen.report import learned_text
from geoloc_core.frozen.train import (
    FrozenError,
    Learned,
    scene_over,
    train_head,
    with_head,
)
from geoloc_core.geography.grid import Grid, article_grid, square_grid
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.predictor import Predictor
from geoloc_core.models.scene.engine import scene_head
from geoloc_core.models.scene.head import score
from geoloc_core.models.tensors import read_tensors
from tests.frozen.made import COLOURS, colour_photo, photographs

COUNT = 36


def train(folder: Path, out: Path, grid: Grid | None = None) -> Learned:
    return train_head(folder, out, lambda _: grid or article_grid(), progress=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Learned]:
    folder = tmp_path_factory.mktemp("made")
    photographs(folder / "photos", COUNT)
    return folder, train(folder / "photos", folder / "mine.safetensors")


def test_what_the_colour_tells_is_learned_and_measured_on_other_places(
    made: tuple[Path, Learned],
) -> None:
    _, learned = made
    assert learned.grouping.by == "place"
    assert learned.grouping.groups == COUNT / 2
    assert learned.scores["both"]["mean_rank"] < 0.02 < learned.scores["scene"]["mean_rank"]
    assert learned.scores["both"]["nll"] < learned.scores["scene"]["nll"] - 1
    text = learned_text(learned)
    assert "36 photographs of 18 places in 3 cells" in text
    assert "No collection or uploader is known, so only places were kept apart" in text


def test_the_file_predicts_and_explains_like_any_other(made: tuple[Path, Learned]) -> None:
    folder, learned = made
    predictor = Predictor(folder / "mine.safetensors")
    for cell in COLOURS:
        prediction = predictor.predict([colour_photo(cell, 1000)])
        assert prediction.predicted_cell == cell
        assert prediction.evidence is not None
        assert prediction.evidence.shape[:2] == (1, 58)
        assert np.abs(prediction.evidence).max() > 0
        assert prediction.information is not None
        assert "regions" in prediction_record(prediction, "a.png")
    kept = load_checkpoint(folder / "mine.safetensors")
    assert kept.scores["photographs"] == COUNT
    assert kept.recipe["frozen"] == SCENE
    assert kept.data_fingerprint
    assert kept.temperature == learned.settings.temperature


def test_scores_on_the_very_photographs_are_said_to_flatter(
    made: tuple[Path, Learned], tmp_path: Path
) -> None:
    folder, _ = made
    model = str(folder / "mine.safetensors")
    assert LEARNED in scores_text(evaluate(folder / "photos", model, progress=False))
    photographs(tmp_path / "others", 6)
    assert LEARNED not in scores_text(evaluate(tmp_path / "others", model, progress=False))


@pytest.mark.parametrize("known", [0.0, 1.0])
def test_logits_are_the_mixture_of_scene_and_head(known: float) -> None:
    scene = load_checkpoint(checkpoint_path(SCENE))
    pooled = np.random.default_rng(1).uniform(0, 3, (4, 1280)).astype(np.float32)
    linear = Linear(
        np.random.default_rng(0).normal(0, 0.01, (58, 1280)), np.full(1280, 0.5), np.arange(58.0)
    )
    mixed = with_head(scene, linear, Settings(known, 0.5, 1e-4, 1.25))
    wanted = known * score(scene_head(scene), pooled).logits + 0.5 * linear(pooled)
    np.testing.assert_allclose(score(scene_head(mixed), pooled).logits, wanted, atol=1e-3)
    assert mixed.temperature == 1.25


def test_a_resumed_run_ends_with_the_same_tensors_and_facts(
    made: tuple[Path, Learned], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = made
    out = tmp_path / "mine.safetensors"
    cache_path(out).write_bytes(cache_path(folder / "mine.safetensors").read_bytes())

    def never(*_: object) -> object:
        pytest.fail("features that were there are computed again")

    monkeypatch.setattr(Predictor, "score_photos", never)
    train(folder / "photos", out)
    (first, facts), (again, facts_again) = map(read_tensors, (folder / "mine.safetensors", out))
    assert {name: each.tobytes() for name, each in again.items()} == {
        name: each.tobytes() for name, each in first.items()
    }
    assert facts_again == facts


def test_another_grid_has_what_is_known_and_no_look() -> None:
    grid = square_grid(6)
    scene = scene_over(grid)
    assert scene.state["ratio"].shape == (1000, len(grid))
    assert not scene.state["look_weight"].any()
    assert np.exp(scene.state["log_prior"]).sum() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("count", "photos_a_place", "words"),
    [
        (6, 2, r"has 6 photographs to learn from, and a head needs 30 or more"),
        (32, 32, r"All photographs in .* are of one place, so there is nothing to tell apart"),
    ],
)
def test_photographs_that_teach_nothing_are_refused_in_a_sentence(
    tmp_path: Path,
    count: int,
    photos_a_place: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    photographs(tmp_path / "photos", count, photos_a_place)

    class Quick:
        def score_photos(self, photos: list[np.ndarray], _: object) -> object:
            return type("Scores", (), {"pooled": np.ones((1, 1280), np.float32)})

    monkeypatch.setattr(module, "Predictor", lambda _: Quick())
    with pytest.raises(FrozenError, match=words):
        train(tmp_path / "photos", tmp_path / "no.safetensors")
    assert not (tmp_path / "no.safetensors").exists()
    words_given = ["train", "--data", str(tmp_path / "photos"), "--out", str(tmp_path / "no.st")]
    monkeypatch.setattr("sys.argv", ["pata", *words_given, "--frozen", "scene"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("pata: ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--frozen", "scene", "--init", "imagenet"], "takes no --recipe, --backbone, --init"),
        ([], "--mask crop hides the row, --mask none shows it"),
    ],
)
def test_options_that_do_not_go_together_are_said(
    words: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ["train", "--data", str(tmp_path), "--out", str(tmp_path / "x.safetensors"), *words]
    monkeypatch.setattr("sys.argv", ["pata", *given])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err

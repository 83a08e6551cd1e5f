"""A network trained on another grid than the article's: whatever follows goes by its grid."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from geoloc_core import cli
from geoloc_core.audit.audit import audit
from geoloc_core.data.manifest import on_grid, read_manifest, write_manifest
from geoloc_core.display.export.record import predict_files
from geoloc_core.evaluation.baselines import kept_baselines
from geoloc_core.evaluation.committed import is_over_models_grid
from geoloc_core.evaluation.evaluate import evaluate
from geoloc_core.evaluation.predictions import PredictionsError, grid_of, read_predictions
from geoloc_core.geography.adaptive import adaptive_grid
from geoloc_core.geography.grid import article_grid, square_grid
from geoloc_core.geography.place_names import cell_names
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.model_grid import model_grid
from geoloc_core.training import loop
from geoloc_core.training.batches import training_points
from tests.audit.small_world import make_data

RECIPE = """optimizer = "adamw"
weight_decay = 0.01
smoothing_km = 0
batch = 16
[[stages]]
view = "whole"
size = 32
images = 32
rate = 2e-3
"""


def train(data: Path, out: Path, *words: str) -> int:
    """Train for 32 images, by the command line; gives its exit status."""
    recipe = out.with_suffix(".toml")
    recipe.write_text(RECIPE)
    options = {"--data": data, "--mask": "crop", "--recipe": recipe, "--out": out}
    flat = [str(word) for option in options.items() for word in option]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["pata", "train", *flat, *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def coarse(fake_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("coarse") / "coarse.safetensors"
    assert train(fake_data, out, "--grid", "square:6") == 0
    return out


@pytest.fixture(scope="module")
def scores(coarse: Path, fake_data: Path) -> dict:
    """The evaluation of `coarse`, beside whose files baselines over the article's grid lay."""
    kept = coarse.with_name("baselines.parquet")
    kept_baselines(kept, fake_data, article_grid(), "test", progress=False)
    return evaluate(fake_data, str(coarse), out=coarse.with_suffix(""), progress=False)


def test_the_checkpoint_has_the_grid_that_was_chosen(coarse: Path) -> None:
    checkpoint = load_checkpoint(coarse)
    assert checkpoint.grid.fingerprint == square_grid(6).fingerprint
    assert checkpoint.state["fc.weight"].shape[0] == len(square_grid(6)) == 19
    assert model_grid(str(coarse)).fingerprint == checkpoint.grid.fingerprint


def test_adaptive_cells_are_those_of_the_training_images(fake_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "adaptive.safetensors"
    assert train(fake_data, out, "--grid", "adaptive:60,5") == 0
    expected = adaptive_grid(training_points(fake_data), max_photos=60, min_photos=5)
    assert load_checkpoint(out).grid.fingerprint == expected.fingerprint
    points = training_points(fake_data)
    held = np.bincount(expected.cells_of(points), minlength=len(expected))
    assert held.sum() == len(points)
    assert ((held >= 5) & (held <= 60)).all()


def test_a_run_does_not_go_on_over_another_grid(
    fake_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model.safetensors"

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "finished", interrupted)
        assert train(fake_data, out, "--grid", "square:6") == 130
    assert train(fake_data, out) == 2
    assert "unfinished run with other data or settings" in capsys.readouterr().err
    assert train(fake_data, out, "--grid", "square:6") == 0
    assert load_checkpoint(out).grid.fingerprint == square_grid(6).fingerprint


def test_a_grid_that_makes_no_sense_is_refused_before_any_work(
    fake_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(fake_data, tmp_path / "model.safetensors", "--grid", "hexagon:3") == 2
    said = capsys.readouterr().err
    assert said.startswith("pata: 'hexagon:3' is no grid. Give square:3 ")
    assert [path.name for path in tmp_path.iterdir()] == ["model.toml"]


def test_it_predicts_its_own_cells(coarse: Path, fake_data: Path) -> None:
    photo = next(fake_data.glob("*.jpg"))
    (record,) = predict_files([photo], str(coarse))
    assert {cell["name"] for cell in record["cells"]} == set(cell_names(square_grid(6)))
    assert {cell["cell"] for cell in record["cells"]} == set(range(19))


def test_it_is_evaluated_over_its_own_grid(coarse: Path, fake_data: Path, scores: dict) -> None:
    assert scores["grid_fingerprint"] == square_grid(6).fingerprint
    uniform = scores["baselines"]["uniform"]["scores"]["top_1"]["value"]
    assert uniform == pytest.approx(1 / 19, 1e-4)
    predictions = read_predictions(coarse.with_suffix(".parquet"))
    located = on_grid(read_manifest(fake_data), square_grid(6)).set_index("file")["cell"]
    assert predictions.logits.shape[1] == 19
    assert predictions.cells.tolist() == located[predictions.frame["file"]].tolist()


def test_it_is_audited_over_its_own_grid(coarse: Path, tmp_path: Path) -> None:
    make_data(tmp_path, panoramas=320)
    manifest = read_manifest(tmp_path)
    manifest["uploader"] += np.where(np.arange(320) < 160, "", " the Younger")  # as many as it asks
    write_manifest(tmp_path, manifest)
    report = audit(tmp_path, str(coarse), tmp_path / "audit", count=30, progress=False)
    assert report["grid_fingerprint"] == square_grid(6).fingerprint
    located = on_grid(manifest, square_grid(6)).set_index("file")["cell"]
    for example in report["examples"]:
        assert example["cell"] == located[example["file"]]


def test_results_over_another_grid_than_the_models_are_refused(coarse: Path, scores: dict) -> None:
    predictions = read_predictions(coarse.with_suffix(".parquet"))
    grid = grid_of(predictions, of_model=lambda _: model_grid(str(coarse)))
    assert grid.fingerprint == square_grid(6).fingerprint
    with pytest.raises(PredictionsError, match="another grid"):
        grid_of(predictions, of_model=lambda _: article_grid())
    assert is_over_models_grid(scores | {"model": str(coarse)})
    assert not is_over_models_grid(scores | {"model": "masked"})
    assert is_over_models_grid({"model": "masked"})


@pytest.mark.parametrize("name", ["masked", "unmasked"])
def test_the_grid_of_a_shipped_model_is_known_without_its_weights(name: str) -> None:
    assert model_grid(name) is article_grid()
    assert load_checkpoint(checkpoint_path(name)).grid.fingerprint == model_grid(name).fingerprint


def test_a_model_that_is_not_here_has_the_articles_grid(tmp_path: Path) -> None:
    (tmp_path / "broken.safetensors").write_bytes(b"broken")
    assert model_grid(str(tmp_path / "broken.safetensors")) is article_grid()
    assert model_grid(str(tmp_path / "absent.safetensors")) is article_grid()

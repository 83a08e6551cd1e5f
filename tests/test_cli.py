"""The command line: what it prints and the exit status it ends with."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from geoloc_core import cli
from geoloc_core.cluster.spread import here
from geoloc_core.display.export import predict_many, predict_parts
from geoloc_core.display.export.predict_parts import Done
from geoloc_core.evaluation import crossval, evaluate
from geoloc_core.training.recipe import read_recipe, shipped_recipe
from simulated_streets import dataset
from simulated_streets.__main__ import app as simulate_app

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "assets" / "samples" / "00-000.jpg"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["pata", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


FAILED = {"photo": "a.jpg", "error": "No photo."}
WORKED = {"photo": "b.jpg", "name": "سڑک, ©\n"}


@pytest.mark.parametrize("records", [[FAILED, WORKED], [WORKED], []])
def test_a_failed_photo_is_in_the_json_and_in_the_exit_status(
    records: list[dict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def predict_files(
        found: list[Path], model: str, mask: str | None, *, signs: bool
    ) -> Iterator[dict]:
        asked.append((found, model, mask))
        return iter(records)

    monkeypatch.setattr(predict_many, "predict_files", predict_files)
    status = int(FAILED in records)
    assert run(monkeypatch, "predict", "a.jpg", "--mask", "box", "--json") == status
    assert asked == [([Path("a.jpg")], "scene", "box")]
    assert capsys.readouterr().out == json.dumps(records, indent=2) + "\n"
    assert run(monkeypatch, "predict", "a.jpg", "--jsonl") == status
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == records


def test_what_goes_into_parts_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def made(*words: object, spread: object) -> Done:
        asked.append((*words, spread))
        return Done(1200, 3)

    monkeypatch.setattr(predict_parts, "predict_parts", made)
    place = "s3://bucket/photos"
    assert run(monkeypatch, "predict", place, "--out", "s3://me:key@bucket/out") == 1
    assert asked == [([place], "scene", None, "s3://me:key@bucket/out", here)]
    said = capsys.readouterr().out
    assert said == "1200 photos, of which 3 could not be read (column error): s3://bucket/out\n"


def test_json_and_json_lines_are_not_both_to_be_had(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "predict", "a.jpg", "--json", "--jsonl") == 2
    assert capsys.readouterr().err == "pata: Give --json or --jsonl, not both.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["predict", "a.jpg", "--model", "nowhere.safetensors"], "nowhere.safetensors"),
        (["predict", "a.jpg", "--engine", "ray"], "--out FOLDER"),
        (["predict", "a.jpg", "--out", "x", "--json"], "--out takes no --json"),
        (["predict", "nowhere/*.jpg", "--out", "x"], "There are no photos in nowhere"),
        (["evaluate", "--data", "nowhere", "--model", "nowhere.safetensors"], "nowhere"),
        (
            ["train", "--data", "nowhere", "--mask", "crop", "--out", "x.safetensors"],
            "There is no folder nowhere",
        ),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    words: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *words) == 2
    said = capsys.readouterr().err
    assert said.startswith("pata: ")
    assert sentence in said
    assert "Traceback" not in said


def test_help_does_not_wait_for_a_network_library() -> None:
    program = "import sys, geoloc_core.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_evaluate_prints_each_score_with_its_interval(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = {}

    def made(data: Path, model: str, **settings: object) -> dict:
        asked.update(settings, model=model)
        scores = {"top_1": {"value": 0.25, "low": 0.2, "high": 0.3}}
        return {"scores": scores, "baselines": {"uniform": {"scores": scores}}}

    monkeypatch.setattr(evaluate, "evaluate", made)
    words = ("--data", str(tmp_path), "--model", "masked", "--views", "4", "--out", "stem")
    assert run(monkeypatch, "evaluate", *words) == 0
    assert asked.pop("spread") is here
    assert asked == {"model": "masked", "mask": None, "views": 4, "out": Path("stem")}
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["top_1", "0.25", "0.2", "to", "0.3"]
    assert second.split() == ["top_1", "of", "uniform", "0.25"]


def test_crossval_follows_the_recipe_of_its_mask_and_prints_the_scores(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = {}

    def made(data: Path, out: Path, **settings: object) -> dict:
        asked.update(settings)
        score = {"value": 0.25, "low": 0.2, "high": 0.3, "mean": 0.26, "std": 0.02}
        return {"scores": {"top_1": score}}

    monkeypatch.setattr(crossval, "crossval", made)
    words = ("--data", str(tmp_path), "--out", str(tmp_path), "--budget", "0.5", "--mask", "none")
    assert run(monkeypatch, "crossval", *words) == 0
    recipe = read_recipe(shipped_recipe("none"), 0.5)
    assert asked == {
        "mask": "none",
        "recipe": recipe,
        "group": "panorama",
        "folds": 10,
        "init": None,
    }
    assert capsys.readouterr().out.split() == (
        ["top_1", "0.25", "0.2", "to", "0.3", "folds", "0.26", "±", "0.02"]
    )


def test_crossval_says_that_others_are_still_at_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(crossval, "crossval", lambda *_, **__: None)
    assert run(monkeypatch, "crossval", "--data", str(tmp_path), "--out", str(tmp_path)) == 0
    assert "still working on some folds" in capsys.readouterr().out


def test_the_command_pata_is_this_one_and_its_needs_are_those_of_requirements() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = project["project"]["scripts"]["pata"].partition(":")
    assert getattr(importlib.import_module(module), function) is cli.main
    assert set(project["project"]["dynamic"]) == {"dependencies", "optional-dependencies"}
    read = project["tool"]["setuptools"]["dynamic"]
    files = [read["dependencies"], *read["optional-dependencies"].values()]
    lines = [
        line
        for name in (name for one in files for name in one["file"])
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    needed = [re.match(r"([\w.-]+)==[\w.]+", line)[1].lower() for line in lines]
    assert {"torch", "streamlit", "numba"} <= set(needed)
    assert len(needed) == len(set(needed)), "a requirement is listed twice"


def test_simulate_renders_what_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def rendered(*settings: object, spread: object, planted: object) -> pd.DataFrame:
        asked.append(settings)
        return pd.DataFrame({"panorama": ["a", "a", "a", "a", "b", "b", "b", "b"]})

    monkeypatch.setattr(dataset, "simulate", rendered)
    words = ["--out", str(tmp_path), "--per-cell", "44", "--seed", "3"]
    found = CliRunner().invoke(simulate_app, words)
    assert (found.exit_code, asked) == (0, [(tmp_path, 44, 3, None)])
    assert found.output == f"8 images of 2 panoramas in {tmp_path}\n"


def test_simulate_leaves_another_data_set_alone(tmp_path: Path) -> None:
    kept = tmp_path / dataset.RECORD
    kept.write_text(json.dumps({"seed": 2, "per_cell": 1, "code": "another"}))
    found = CliRunner().invoke(simulate_app, ["--out", str(tmp_path), "--per-cell", "1"])
    assert found.exit_code == 2
    assert found.output.startswith(f"pata: {tmp_path} holds images of another seed")
    assert json.loads(kept.read_text())["seed"] == 2


@pytest.mark.parametrize("per_cell", ["0", "many"])
def test_simulate_refuses_what_is_no_number_of_panoramas(per_cell: str, tmp_path: Path) -> None:
    words = ["--out", str(tmp_path / "new"), "--per-cell", per_cell]
    assert CliRunner().invoke(simulate_app, words).exit_code == 2
    assert not (tmp_path / "new").exists()


def test_the_package_runs_as_a_program_too() -> None:
    words = [sys.executable, "-m", "geoloc_core", "--help"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "predict" in said


def test_a_models_backbone_grid_and_class_column_are_passed_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from geoloc_core.audit import audit as module
    from geoloc_core.models.adapters.choice import Choice

    asked = {}

    def made(data: Path, model: object, out: Path, **settings: object) -> dict:
        asked.update(settings, model=model, out=out)
        verdict = {"kind": "none", "status": 0, "words": "No."}
        return {"verdict": verdict, "held_out": "Nobody knows."}

    monkeypatch.setattr(module, "audit", made)
    words = ("--data", str(tmp_path), "--model", "w/net.safetensors", "--backbone", "resnet18")
    words += ("--grid", "cells.geojson", "--class-column", "state")
    assert run(monkeypatch, "audit", *words) == 0
    assert asked["model"] == Choice("w/net.safetensors", "resnet18", Path("cells.geojson"))
    assert asked["column"] == "state"
    assert asked["out"] == Path("data/audit/net")
    assert capsys.readouterr().out.splitlines()[:2] == ["No.", "Nobody knows."]


def test_a_file_or_folder_that_cannot_be_used_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "places.csv").write_text("file,latitude,longitude\na.jpg,20,78\n")
    (tmp_path / "file\x1b").write_text("no folder")
    words = ("check", "--data", str(tmp_path / "photos"), "--out", str(tmp_path / "file\x1b" / "x"))
    assert run(monkeypatch, *words) == 2
    said = capsys.readouterr().err
    assert said.startswith("pata: ")
    assert "cannot be used: Not a directory." in said
    assert "\x1b" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("more", [[], ["--frozen", "scene"]])
def test_a_checkpoint_is_a_safetensors_file(
    more: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "train", "--data", "d", "--mask", "crop", "--out", "x.pth", *more) == 2
    assert "give --out NAME.safetensors" in capsys.readouterr().err


@pytest.mark.parametrize("closed", ["", ">&-", "2>&-", ">&- 2>&-"])
def test_a_terminal_that_cannot_show_a_character_or_is_closed_is_no_fault(closed: str) -> None:
    words = [sys.executable, "-m", "geoloc_core", "predict", str(SAMPLE), "ü.jpg"]
    command = ["sh", "-c", f'"$@" {closed}; echo "status $?" >&3', "sh", *words]
    said = subprocess.run(
        ["sh", "-c", 'exec 3>&1 && exec "$@"', "sh", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in said.stderr
    assert "status 1" in said.stdout  # one of the two photos cannot be read
    if ">&-" not in closed.split():
        assert "\\xfc.jpg" in said.stdout
        assert "\\xb0 N" in said.stdout

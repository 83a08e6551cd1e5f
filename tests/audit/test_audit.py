"""The audit as a command: what it writes, the status it ends with, and what it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from geoloc_core import cli
from geoloc_core.audit import audit as module
from geoloc_core.audit import examples, passes
from geoloc_core.audit.detect import Text
from geoloc_core.audit.findings import Finding
from geoloc_core.audit.scan.verdict import of_json
from geoloc_core.audit.verdict import verdict
from geoloc_core.data.manifest import read_manifest
from geoloc_core.models.checkpoint import save_checkpoint
from geoloc_core.paths import ASSETS
from tests.audit.made import make_data
from tests.random_model import random_checkpoint

COMMITTED = ASSETS / "audit"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data(tmp_path_factory.mktemp("named"))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ResNeXt-50 of random weights that crops the name away."""
    path = tmp_path_factory.mktemp("weights") / "random.safetensors"
    save_checkpoint(path, random_checkpoint())
    return path


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["geoloc_core", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_of_a_network_that_learned_nothing_nothing_can_be_said(
    named: Path,
    weights: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("audit", "--data", named, "--model", weights, "--out", tmp_path, "--images", 20)
    assert run(monkeypatch, *words) == 5
    said = capsys.readouterr().out
    assert said.startswith("Inconclusive. Only 20 images were looked at")
    report = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert report["model"] == "random.safetensors"
    assert report["pictures"] == 20
    assert {finding["number"] for finding in report["findings"]} == set(range(1, 9))
    assert set(report["accuracy"]) == set(passes.VARIANTS)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 1_000_000
    assert page.count("data:image/jpeg") == examples.EXAMPLES * len(examples.SHOWN)
    assert "Inconclusive" in page
    assert report["verdict"]["words"] == said.split("\n")[0]
    for finding in report["findings"]:
        assert page.count(f'id="{finding["test"]}"') == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("leak", 3), ("none", 0), ("suspicious", 4), ("inconclusive", 5)]
)
def test_the_exit_status_tells_the_verdict(
    kind: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    def audit(*given: object, **settings: object) -> dict:
        asked.append((given, settings))
        words = "The \x1b[1mverdict."
        return {
            "verdict": {"kind": kind, "status": status, "words": words},
            "scan": {"verdict": {"found": {"name": "palette", "travel": [0.2, 0.1, 0.3]}}},
            "held_out": "So.",
        }

    monkeypatch.setattr(module, "audit", audit)
    region = ("--region", "0,0.5,0.5,1")
    assert run(monkeypatch, "audit", "--data", "d", "--model", "some/net.st", *region) == status
    (given, settings) = asked[0]
    assert given == (Path("d"), "some/net.st", Path("data/audit/net"))
    assert settings["region"].box(100, 100) == (0, 50, 50, 100)
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--region", "0,0,1,1"], "too large"),
        (["--region", "here"], "left,top,right,bottom"),
        (["--region", "0,0.5,1,1", "--find-text"], "not both"),
        (["--data", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_audited_is_said_in_one_sentence(
    words: list[str],
    sentence: str,
    named: Path,
    weights: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, "audit", "--data", named, "--model", weights, *words) == 2
    said = capsys.readouterr().err
    assert said.startswith("pata: ")
    assert sentence in said
    assert said.count("\n") == 1


def test_where_no_text_recurs_nothing_can_be_suspected(
    named: Path, weights: Path, tmp_path: Path
) -> None:
    with pytest.raises(module.AuditError, match="No text recurs"):
        module.audit(
            named,
            str(weights),
            tmp_path,
            find_text=True,
            reader=lambda pixels: [],
            progress=False,
        )


def test_each_file_is_read_once_over_a_whole_audit(
    named: Path, weights: Path, tmp_path: Path
) -> None:
    opened: list[Path] = []

    def read(path: Path) -> bytes:
        opened.append(path)
        return path.read_bytes()

    def reader(pixels: np.ndarray) -> list[Text]:
        return [Text(0.0, 0.94, 1.0, 1.0, "a name")]

    report = module.audit(
        named,
        str(weights),
        tmp_path,
        find_text=True,
        count=3,
        read=read,
        reader=reader,
        progress=False,
    )
    assert report["suspect"]["top"] == 15 / 16
    assert {finding["number"] for finding in report["findings"]} == set(range(1, 9))
    assert sorted(opened) == sorted(named / file for file in read_manifest(named)["file"])


@pytest.mark.parametrize(
    ("uploaders", "sentence"),
    [([""], "needs a column uploader"), (["one", "two"], "by 2 uploaders")],
)
def test_a_data_set_that_names_too_few_uploaders_is_refused(
    uploaders: list[str], sentence: str, named: Path
) -> None:
    manifest = read_manifest(named)
    manifest["uploader"] = np.resize(uploaders, len(manifest))
    with pytest.raises(module.AuditError, match=sentence):
        module.check(manifest, named)


@pytest.mark.parametrize(("name", "kind"), [("unmasked", "leak"), ("masked", "none")])
def test_the_shipped_networks_are_judged_as_committed(name: str, kind: str) -> None:
    path = COMMITTED / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{name} has no committed audit yet: `make audit` writes it")
    report = json.loads(path.read_text(encoding="utf-8"))
    findings = [Finding(**finding) for finding in report["findings"]]
    for finding in findings:
        if finding.leaks is not None:
            assert finding.leaks == (finding.details["excess"][1] > finding.threshold)
    again = verdict(findings, of_json(report["scan"]["verdict"]))
    assert again.kind == kind
    assert again.words == report["verdict"]["words"]
    assert again.ranking == report["verdict"]["ranking"]
    assert (again.counted, again.of) == (report["verdict"]["counted"], report["verdict"]["of"])

"""Files that ship and are missing, empty, cut short, or of another version: no page breaks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geoloc_core.paths import ASSETS
from tests.pages import damage

ROOT = ASSETS.parent
CODE = ("geoloc_core", "pages", "simulated_streets")
NEEDED = {
    "explore": "geo/india_outline.geojson",
    "upload": "weights/scene.safetensors",
    "leakage": "audit/unmasked.json",
    "audit": "audit/unmasked.html",
    "play": "samples/flights.json",
    "confusion": "evaluation/crossval.json",
    "cells": "dataset/manifest.parquet",
}
"""A file that each page is known to read: an empty list of cases would prove nothing."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Pata whose files can be damaged."""
    copy = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in CODE:
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    shutil.copytree(ASSETS, copy / "assets", copy_function=link_or_copy)
    return copy


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


@pytest.mark.parametrize("page", NEEDED)
def test_a_page_without_one_of_its_files_says_which(page: str, tree: Path) -> None:
    ran = subprocess.run(
        [sys.executable, damage.__file__, tree, page],
        cwd=tree,
        env=os.environ | {"XDG_CACHE_HOME": str(tree / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    healthy, *cases = json.loads(ran.stdout.splitlines()[-1])
    assert not healthy["raised"]
    assert not healthy["said"]
    assert NEEDED[page] in {case["file"] for case in cases}
    for case in cases:
        assert not case["raised"], case
        of_file = f"assets/{case['file']} is "
        assert any(of_file in said and "git checkout" in said for said in case["said"]), case
        assert all(of_file in said for said in case["said"]), case  # and nothing else is blamed

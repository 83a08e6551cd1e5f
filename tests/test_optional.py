"""The renderer is optional: all but rendering runs without it and without what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geoloc_core.data.samples import read_samples
from tests.patience import LONG

ROOT = Path(__file__).parents[1]
# run before all else in a fresh process: these modules are not installed
WITHOUT = """
import runpy, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""
ALL = ("numba", "faker", "simulated_streets")


def run_without(missing: tuple[str, ...], program: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program where these packages cannot be imported."""
    words = [sys.executable, "-c", WITHOUT.format(missing=missing) + program]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_module_of_geoloc_core_is_imported() -> None:
    found = run_without(
        ALL,
        "import pkgutil, importlib, geoloc_core\n"
        "for each in pkgutil.walk_packages(geoloc_core.__path__, 'geoloc_core.'):\n"
        "    if each.name != 'geoloc_core.__main__': importlib.import_module(each.name)\n"
        "    print(each.name)",
    )
    assert found.returncode == 0, found.stderr
    assert {"geoloc_core.cli", "geoloc_core.audit.report"} <= set(found.stdout.split())


def test_a_photo_is_predicted() -> None:
    photo = read_samples()[0].files[0]
    found = run_without(
        ALL,
        f"from geoloc_core.cli import main; sys.argv = ['pata', 'predict', {str(photo)!r}, "
        "'--json']; main()",
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)[0]["photo"].endswith(photo.name)


def test_the_cells_page_opens_and_says_what_the_missing_images_need() -> None:
    found = run_without(
        ALL,
        "sys.path.insert(0, '.')\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"page = AppTest.from_file('pages/cells/page.py', default_timeout={LONG}).run()\n"
        "assert not page.exception, page.exception\n"
        "print(*(each.proto.body for each in page.get('html')))",
    )
    assert found.returncode == 0, found.stderr
    assert "<h1>Cells</h1>" in found.stdout


@pytest.mark.parametrize("missing", ["numba", "faker"])
def test_rendering_says_in_one_sentence_what_to_install(missing: str, tmp_path: Path) -> None:
    found = run_without(
        (missing,),
        f"sys.argv = ['simulated_streets', '--out', {str(tmp_path)!r}, '--per-cell', '1']\n"
        "runpy.run_module('simulated_streets', run_name='__main__')",
    )
    assert found.returncode == 2
    assert found.stderr == (
        f"pata: Rendering needs {missing}, which is not installed: "
        "pip install -r requirements-streets.txt\n"
    )
    assert not list(tmp_path.iterdir())

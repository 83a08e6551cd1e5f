"""The commands as a user meets them: what they say, and what they do not ask for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from geoloc_core import cli_collect
from geoloc_core.collect import streetview
from geoloc_core.collect.asking import CollectError
from geoloc_core.data.manifest import read_manifest
from tests.collect.service import Service, asker, photograph, serving, two_cells
from tests.collect.streetview_service import KEY, PATH, SECRET, streetview_service


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with serving(streetview_service()) as service:
        source = partial(streetview.streetview, api=service.url + PATH)
        monkeypatch.setattr(streetview, "streetview", source)
        monkeypatch.setattr(cli_collect, "_asker", lambda contact, budget: asker(budget))
        monkeypatch.setattr(cli_collect, "_grid", lambda text: two_cells())
        monkeypatch.setenv("GOOGLE_MAPS_KEY", KEY)
        monkeypatch.setenv("GOOGLE_MAPS_SECRET", SECRET)
        yield service


def said(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(cli_collect.collect_app, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    assert "PRIVATE" not in result.output
    return result


def test_no_image_of_street_view_is_asked_for_before_its_terms_are_agreed_to(
    tmp_path: Path, service: Service
) -> None:
    command = ("streetview", "--out", tmp_path, "--per-cell", 1, "--contact", "me@example.org")
    before = said(*command, code=1)
    assert "2 panoramas are found. 8 images are to be asked for, about $0.06" in before.stdout
    assert "terms forbid" in before.stdout
    assert "No image was asked for" in before.stderr
    assert set(service.paths()) == {f"{PATH}/metadata"}
    after = said(*command, "--agree-to-terms")
    assert after.stdout.index("terms forbid") < after.stdout.index("8 images of 2 places are in")
    assert len(read_manifest(tmp_path, files=True)) == 8
    assert "0 images are to be asked for" in said(*command, "--agree-to-terms").stdout


@pytest.mark.parametrize("key", ["", " ", "a b", "a\nb", "é"])
def test_a_key_that_is_none_is_said_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("MAPILLARY_TOKEN", key)
    monkeypatch.setenv("GOOGLE_MAPS_KEY", key)
    for command, variable in (("mapillary", "MAPILLARY_TOKEN"), ("streetview", "GOOGLE_MAPS_KEY")):
        result = said(command, "--out", tmp_path, "--per-cell", 1, "--contact", "a@b.org", code=1)
        assert isinstance(result.exception, CollectError)
        assert variable in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_what_a_folder_gave_is_said(tmp_path: Path) -> None:
    for name in ("Kochi/a.jpg", "Kochi/b.jpg", "Goa/c.jpg"):
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / name).write_bytes(photograph(len(name) + ord(name[-5])))
    result = said("folder", tmp_path / "photos", "--out", tmp_path / "out")
    assert "2 are of Kochi, Kerala (9.94, 76.26), by their folder's name." in result.stdout
    assert "1 files are left out:\nGoa/c.jpg: It has no place, and 'Goa'" in result.stderr

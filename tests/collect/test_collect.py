"""Collecting into a folder: the walk, its end, going on, what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from geoloc_core.collect.asking import CollectError
from geoloc_core.collect.collect import Collected, collect
from geoloc_core.collect.commons import commons
from geoloc_core.collect.journal import NAME
from geoloc_core.data.manifest import read_manifest
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import haversine_km
from tests.collect.commons_service import commons_service, page, pages
from tests.collect.kinds import KINDS, Kind
from tests.collect.service import (
    Answer,
    Service,
    asker,
    cut,
    grey,
    photograph,
    said,
    serving,
    two_cells,
)

API = "/w/api.php"


def run(service: Service, out: Path, per_cell: int = 2, budget: int = 1000) -> Collected:
    source = commons(api=service.url + API)
    return collect(source, asker(budget), two_cells(), out, per_cell=per_cell)


def run_of(
    kind: Kind, service: Service, out: Path, per_cell: int = 2, budget: int = 1000
) -> Collected:
    return collect(kind.source(service), asker(budget), two_cells(), out, per_cell=per_cell)


def test_a_data_set_has_the_nearest_photograph_of_each_point(tmp_path: Path) -> None:
    with serving(commons_service()) as service:
        assert run(service, tmp_path) == Collected(4, 4, 0, "")
    frame = read_manifest(tmp_path, files=True)
    assert frame["panorama"].tolist() == ["commons-11", "commons-21", "commons-31", "commons-41"]
    assert frame["cell"].tolist() == [20, 27, 20, 27]
    places = frame[["latitude", "longitude"]].to_numpy()
    assert article_grid().cells_of(places).tolist() == [20, 27, 20, 27]
    asked = [e.query["ggscoord"].split("|") for e in service.asked if e.path == API]
    assert haversine_km(places, [[float(x) for x in each] for each in asked]).max() < 0.2
    assert set(frame["licence"]) == {"CC BY-SA 4.0"}
    assert frame.loc[0, ["uploader", "date", "source"]].tolist() == [
        "A11",
        "2012-05-04T10:11:12",
        "https://commons.wikimedia.org/wiki/File:11.jpg",
    ]
    assert (tmp_path / frame.loc[1, "file"]).read_bytes() == photograph(21)
    assert service.asked[0].headers["User-Agent"] == "Test"


@pytest.mark.parametrize(
    ("kind", "budget"),
    [(kind, budget) for kind in KINDS for budget in kind.budgets],
    ids=str,
)
def test_a_run_that_ends_early_goes_on_without_asking_twice(
    tmp_path: Path, kind: Kind, budget: int
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    with serving(kind.service()) as service:
        run_of(kind, service, whole)
        needed = service.asked
    with serving(kind.service()) as service:
        first = run_of(kind, service, broken, budget=budget)
        assert "budget" in first.why
        with (broken / NAME).open("ab") as file:
            file.write(b'["20/9", [{"na')  # as a kill leaves it
        assert run_of(kind, service, broken).why == ""
        assert run_of(kind, service, broken).why == ""
    assert kind.of_once(service.asked) == kind.of_once(needed)
    pd.testing.assert_frame_equal(read_manifest(whole), read_manifest(broken))
    assert (broken / NAME).read_bytes().endswith(b"\n")


def test_more_can_be_asked_for_later(tmp_path: Path) -> None:
    with serving(commons_service()) as service:
        run(service, tmp_path, per_cell=1)
        before = len(service.asked)
        assert run(service, tmp_path, per_cell=2).offers == 4
    assert len(service.asked) == 2 * before


def test_another_seed_is_not_mixed_in(tmp_path: Path) -> None:
    with serving(commons_service()) as service:
        run(service, tmp_path)
        source = commons(api=service.url + API)
        with pytest.raises(CollectError, match=r"other settings \(seed\)"):
            collect(source, asker(), two_cells(), tmp_path, per_cell=1, seed=1)


@pytest.mark.parametrize(
    "fault",
    [
        Answer(b"<html>", "text/html"),
        Answer(b"<html>", "image/jpeg"),
        Answer(photograph(0)[:300], "image/jpeg"),
        Answer(b"", "image/jpeg"),
        Answer(photograph(0, "GIF"), "image/gif"),
        Answer(photograph(0), "application/json"),
        Answer(b"gone", "text/plain", 404),
        Answer(b"", "text/html", 302, {"Location": "http://localhost/else.jpg"}),
        Answer(b"", "text/html", 302, {"Location": "https://example.org/else.jpg"}),
        Answer(b"", "text/html", 302, {"Location": "file:///etc/passwd"}),
        Answer(b"", "text/html", 302, {"Location": "http://[::1"}),
        grey(),
    ],
    ids=lambda answer: f"{answer.kind} {answer.status} {answer.headers.get('Location', '')}",
)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_no_image_is_not_taken_nor_asked_again(
    tmp_path: Path, fault: Answer, kind: Kind
) -> None:
    service = kind.service()
    service.faults = [(kind.image, fault)]
    with serving(service):
        taken = run_of(kind, service, tmp_path, per_cell=1)
        assert (taken.offers, taken.lacking, taken.why) == (2, 0, "")
        assert kind.first not in set(read_manifest(tmp_path, files=True)["panorama"])
        asked = len(service.asked)
        assert run_of(kind, service, tmp_path, per_cell=1) == taken
    assert len(service.asked) == asked


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_ill_service_is_asked_again_and_then_left(tmp_path: Path, kind: Kind) -> None:
    service = kind.service()
    service.faults = [("/", said({}, status=503))] * 6
    with serving(service):
        assert "status 503, several times" in run_of(kind, service, tmp_path).why
        assert len(service.asked) == 5
        assert not (tmp_path / "manifest.parquet").exists()
        assert run_of(kind, service, tmp_path).why == ""


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_service_that_stumbles_is_asked_again(tmp_path: Path, kind: Kind) -> None:
    service = kind.service()
    slow = said({}, status=429, headers={"Retry-After": "2"})
    for path, content in ((kind.search, "application/json"), (kind.image, "image/jpeg")):
        service.faults += [(path, slow), (path, said({}, status=500)), (path, cut(content))]
    with serving(service):
        taken = run_of(kind, service, tmp_path, per_cell=1)
    assert (taken.offers, taken.lacking, taken.why) == (2, 0, "")
    assert not service.faults
    lines = [json.loads(line) for line in (tmp_path / NAME).read_text().splitlines()]
    assert all(isinstance(answer, list) for _, answer in lines[1:])  # no image was given up


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_image_that_never_comes_holds_nothing_up(tmp_path: Path, kind: Kind) -> None:
    service = kind.service()
    service.faults = [(kind.image, said({}, status=500))] * 5
    with serving(service):
        taken = run_of(kind, service, tmp_path, per_cell=1)
        assert (taken.offers, taken.lacking, taken.why) == (2, 0, "")


@pytest.mark.parametrize(
    ("kind", "path", "refusal"),
    [
        (kind, path, refusal)
        for kind in KINDS
        for refusal in kind.refusals
        for path in (kind.search, kind.keyed)
    ],
    ids=lambda each: f"{each.status} {each.kind[:16]}" if isinstance(each, Answer) else str(each),
)
def test_a_refused_key_ends_the_run_at_once_and_is_nowhere(
    tmp_path: Path,
    kind: Kind,
    path: str,
    refusal: Answer,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = kind.service()
    service.faults = [(path, refusal)]
    with caplog.at_level("DEBUG"), serving(service):
        why = run_of(kind, service, tmp_path).why
        assert kind.variable in why
        assert why.count(". ") == 0
        assert re.match(path, service.paths()[-1])
        run_of(kind, service, tmp_path)
    told = [why, caplog.text, *capfd.readouterr()]
    written = [path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    assert not [text for text in told + written if "PRIVATE" in text]


def test_cells_without_photographs_run_dry(tmp_path: Path) -> None:
    with serving(Service(lambda _: said({"batchcomplete": True}))) as service:
        assert run(service, tmp_path) == Collected(0, 0, 2, "")
    assert len(service.asked) == 2 * 10
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_one_photograph_is_taken_once_and_only_in_its_own_cell(tmp_path: Path) -> None:
    service = Service(lambda asked: image_or_page(asked.path))

    def image_or_page(path: str) -> Answer:
        here = page(1, 28.6, 77.2, service.url)  # in the second cell
        return pages(here, here) if path == API else Answer(photograph(1), "image/jpeg")

    with serving(service):
        assert run(service, tmp_path) == Collected(1, 1, 2, "")
    assert read_manifest(tmp_path)["cell"].tolist() == [27]


def test_two_runs_do_not_mix(tmp_path: Path) -> None:
    service = commons_service()
    inner: list[str] = []

    def again() -> None:
        with pytest.raises(CollectError) as refused:
            run(service, tmp_path)
        inner.append(str(refused.value))

    with serving(service):
        source = commons(api=service.url + API)
        collect(source, asker(), two_cells(), tmp_path, per_cell=1, tell=again)
    assert "Another process" in inner[0]


def test_a_damaged_journal_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("[1, 2]\n[\n")
    with serving(commons_service()) as service, pytest.raises(CollectError, match="is damaged"):
        run(service, tmp_path)


def test_the_journal_is_one_line_an_answer(tmp_path: Path) -> None:
    with serving(commons_service()) as service:
        run(service, tmp_path, per_cell=1)
    lines = [json.loads(line) for line in (tmp_path / NAME).read_text().splitlines()]
    assert lines[0]["source"] == "commons"
    assert [key for key, _ in lines[1:]] == ["0/0", "1/0"]

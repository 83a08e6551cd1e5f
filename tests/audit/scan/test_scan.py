"""The scan as a whole, on stand-ins of which it is known what they go by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.audit_power import is_named
from bench.audit_stand_ins import SIDE, StandIn, World, fit, make_world
from geoloc_core.audit.scan.pairs import ScanError
from geoloc_core.audit.scan.parts import Part
from geoloc_core.audit.scan.scan import BUDGET, scan
from geoloc_core.audit.scan.verdict import Inconclusive, Leak, NoLeakFound

QUICK = {"count": 100, "progress": False}


@pytest.fixture(scope="module")
def world() -> World:
    return make_world("top left", 1, test=150)


@pytest.fixture(scope="module")
def honest(world: World) -> StandIn:
    return fit(world, None, seed=1)


@pytest.fixture(scope="module")
def reader(world: World) -> StandIn:
    return fit(world, "top left", seed=1)


def test_a_mark_nobody_told_of_is_found_where_it_is(world, reader) -> None:
    found = scan(reader.predict, world.table, world.read, **QUICK)
    assert isinstance(found.verdict, Leak)
    assert is_named("top left", found.verdict.found)
    assert found.verdict.found.travel[1] > 0.05
    assert found.passes <= BUDGET * found.images
    homes = (
        world.table[world.table["fold"] == "train"]
        .groupby("uploader")["cell"]
        .agg(lambda cells: cells.mode()[0])
    )
    for flight in found.flights.itertuples():
        assert homes[flight.donor_uploader] == flight.target != flight.cell
    image, donor, shown = found.views[0]
    changed = (image != shown).any(axis=2)
    assert (shown[changed] == donor[changed]).all()
    _, top, right, _ = (SIDE * edge for edge in found.verdict.found.box)
    rows, columns = np.nonzero(changed)
    assert rows.min() >= top - 1
    assert columns.max() <= right + 1
    assert found.recognised["recognised"].sum() == found.verdict.recognised > 10


def test_an_honest_network_is_not_convicted_for_any_region(world, honest) -> None:
    random = np.random.default_rng(0)
    for number in range(20):
        left, right = np.sort(random.uniform(0, 1, 2)) if number % 2 else (0.0, 1.0)
        top, bottom = np.sort(random.uniform(0, 1, 2))
        part = Part("region", left, top, max(right, left + 0.1), max(bottom, top + 0.1))
        settings = {"part": part, "count": 40, "seed": number, "progress": False}
        found = scan(honest.predict, world.table, world.read, **settings)
        assert not isinstance(found.verdict, Leak), part


def test_a_region_that_leaks_is_convicted_as_it_was_given(world, reader) -> None:
    part = Part("region", 0, 0, 1, 0.1)
    found = scan(reader.predict, world.table, world.read, part=part, **QUICK)
    assert isinstance(found.verdict, Leak)
    assert found.verdict.found.box == (0, 0, 1, 0.1)
    elsewhere = Part("region", 0, 0.9, 1, 1)
    found = scan(reader.predict, world.table, world.read, part=elsewhere, **QUICK)
    assert not isinstance(found.verdict, Leak)


def test_where_nothing_is_found_what_was_tested_is_said(world, honest) -> None:
    found = scan(honest.predict, world.table, world.read, count=150, progress=False)
    assert isinstance(found.verdict, NoLeakFound)
    assert 0.02 < found.verdict.detectable < 0.5
    assert "palette" in found.verdict.tested
    assert "image size" not in found.verdict.tested  # all are of one
    assert found.views == []


def test_a_network_that_knows_nothing_and_images_too_few_are_inconclusive(world, honest) -> None:
    shuffled = fit(world, None, shuffled=True, seed=1)
    verdict = scan(shuffled.predict, world.table, world.read, **QUICK).verdict
    assert isinstance(verdict, Inconclusive)
    assert "knows too little" in verdict.why
    verdict = scan(honest.predict, world.table, world.read, count=20, progress=False).verdict
    assert isinstance(verdict, Inconclusive)
    assert verdict.why.startswith("Only 20 images were looked at")
    homes = world.table.groupby("uploader")["cell"].transform(lambda cells: cells.mode()[0])
    stay = world.table[world.table["cell"] == homes]
    verdict = scan(honest.predict, stay, world.read, **QUICK).verdict
    assert isinstance(verdict, Inconclusive)
    assert "Only 0 images by 0 uploaders were taken away" in verdict.why


def test_a_scan_that_was_interrupted_goes_on(world, reader, tmp_path: Path) -> None:
    part, shown = Part("region", 0, 0, 1, 0.1), []

    def counted(images):
        shown.append(len(images))
        if len(shown) == limit:
            raise KeyboardInterrupt
        return reader.predict(images)

    settings = {"part": part, "parts": tmp_path, "key": "reader", **QUICK}
    limit = 400
    with pytest.raises(KeyboardInterrupt):
        scan(counted, world.table, world.read, **settings)
    before, limit = sum(shown), -1
    shown.clear()
    again = scan(counted, world.table, world.read, **settings)
    whole = scan(reader.predict, world.table, world.read, part=part, **QUICK)
    assert again.as_json() == whole.as_json()
    assert sum(shown) < whole.passes - before / 2


def test_a_table_that_lacks_a_column_is_refused_in_words(world, honest) -> None:
    with pytest.raises(ScanError, match="lacks the column uploader"):
        scan(honest.predict, world.table.drop(columns="uploader"), world.read)

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from geoloc_core.catalogue import SCENE
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.place_names import cell_regions
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.models.scene.knowledge import (
    TABLES,
    Knowledge,
    balanced,
    class_names,
    class_places,
    mixture,
    read_knowledge,
    read_mixture,
    spots_of,
)

GRID = article_grid()
REGIONS = np.array(cell_regions(GRID))


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return read_knowledge(GRID, REGIONS)


def test_shares_are_shares(known: Knowledge) -> None:
    assert known.prior.sum() == pytest.approx(1)
    assert (known.prior > 0).all()
    for kind, shares in known.kinds.items():
        assert shares.sum() == pytest.approx(1), kind
        assert (shares >= 0).all(), kind


def test_every_region_weighs_the_same_before_a_photo_is_seen(known: Knowledge) -> None:
    weights = [known.prior[region == REGIONS].sum() for region in set(REGIONS)]
    assert weights == pytest.approx([1 / 7] * 7)


@pytest.mark.parametrize(
    ("kind", "latitude", "longitude"),
    [
        ("dunes", 26.9, 70.9),
        ("snow peaks", 30.7, 79.5),
        ("backwater", 9.5, 76.4),
        ("tea garden", 27.0, 94.9),
        ("desert", 27.5, 71.5),
        ("cold desert", 34.0, 77.5),
        ("Ganges plain", 26.0, 83.0),
    ],
)
def test_a_kind_of_place_is_where_it_is(
    known: Knowledge, kind: str, latitude: float, longitude: float
) -> None:
    cell = GRID.cell_of(latitude, longitude)
    assert known.kinds[kind][cell] > 2 / len(GRID)


def test_a_class_is_likelier_where_its_row_says(known: Knowledge) -> None:
    camel = class_names().index("Arabian camel")
    thar, kerala = GRID.cell_of(26.9, 70.9), GRID.cell_of(9.5, 76.4)
    assert known.ratio[camel, thar] > 2 > 0.5 > known.ratio[camel, kerala]
    unnamed = min(set(range(1000)) - set(class_places()))
    assert (known.ratio[unnamed] == 1).all()


def test_the_shipped_table_is_that_of_the_files(known: Knowledge) -> None:
    state = load_checkpoint(checkpoint_path(SCENE)).state
    np.testing.assert_allclose(np.exp(state["log_prior"]), known.prior, rtol=1e-5)
    np.testing.assert_allclose(state["ratio"], known.ratio, rtol=2e-3, atol=1e-5)


def test_spots_lie_in_their_cells_and_every_cell_has_one() -> None:
    spots = spots_of(GRID)
    assert set(spots.cell.tolist()) == set(range(len(GRID)))
    for index in range(0, len(spots.cell), 997):
        cell = GRID.cell_of(spots.latitude[index], spots.longitude[index])
        assert cell == spots.cell[index]


def test_balanced_keeps_the_ratio_within_a_region() -> None:
    shares = balanced(np.array([0.1, 0.3, 0.6]), np.array(["a", "a", "b"]))
    np.testing.assert_allclose(shares, [0.125, 0.375, 0.5])


def test_every_row_says_why_and_every_site_lies_in_india() -> None:
    for table, reason in (("classes", "reason"), ("kinds", "source")):
        with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert all(row[reason].strip() for row in csv.DictReader(file))
    with (TABLES / "sites.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert 6 < float(row["latitude"]) < 37, row
            assert 68 < float(row["longitude"]) < 98, row


def test_mistakes_in_a_table_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sum to 0\.9, not to 1"):
        read_mixture("0.5 fort + 0.4 palace")
    shutil.copytree(TABLES, tmp_path / "tables")
    classes = tmp_path / "tables" / "classes.csv"
    classes.write_text("classes,where,reason\nunicorn,1 fort,why\n")
    with pytest.raises(ValueError, match="'unicorn', which is no class"):
        class_places(tmp_path / "tables")
    with pytest.raises(ValueError, match="'moon', which is no kind"):
        mixture({"moon": 1.0}, {})

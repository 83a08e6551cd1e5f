"""What signs show by state: the table follows its rule, and cells follow the table."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from geoloc_core.geography.climate import covariates_at, layers
from geoloc_core.geography.grid import article_grid
from geoloc_core.paths import ASSETS
from geoloc_core.signs.scripts import (
    RARE,
    SCRIPTS,
    confusions,
    land_nodes,
    script_shares,
    script_words,
    shares_by_state,
    told_shares,
    where_written,
)


def rows() -> list[dict[str, str]]:
    with (ASSETS / "signs" / "scripts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_state_has_shares_that_make_a_whole() -> None:
    states = {str(state).removeprefix("The ") for state in layers()["states"]}
    assert set(shares_by_state()) == states
    for shares in shares_by_state().values():
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)
        assert min(shares.values()) >= 0.9 * RARE


@pytest.mark.parametrize("state", sorted(shares_by_state()))
def test_the_shares_follow_the_rule_that_is_told(state: str) -> None:
    listed = [row for row in rows() if row["state"] == state]
    speakers = {row["script"]: float(row["speakers"] or 0) for row in listed}
    official = [row["script"] for row in listed if row["official"]]
    latin = next(float(row["share"]) for row in listed if row["script"] == "Latin")
    latin += RARE * (len(SCRIPTS) - len(listed))  # from which those that are not listed have theirs
    union = 0 if "Devanagari" in official else 0.02 if state == "Tamil Nadu" else 0.06
    whole, of_official = sum(speakers.values()), sum(speakers[each] for each in official)
    for row in listed:
        script = row["script"]
        if script == "Latin":
            continue
        by_all = speakers[script] / whole
        by_law = speakers[script] / of_official if script in official else 0.0
        mixed = 0.75 * (by_law if official else by_all) + 0.25 * by_all
        expected = (1 - latin - union) * mixed + (union if script == "Devanagari" else 0)
        assert float(row["share"]) == pytest.approx(max(RARE, expected), rel=0.02, abs=3e-4)


def test_the_share_of_a_cell_is_that_of_its_people() -> None:
    grid, table = article_grid(), shares_by_state()
    nodes, cell, people = land_nodes(grid)
    shares = script_shares(grid)
    assert shares.shape == (len(SCRIPTS), len(grid))
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, atol=1e-3)
    for number in (0, 17, 40):
        slow = np.zeros(len(SCRIPTS))
        for point, weight in zip(nodes[cell == number], people[cell == number], strict=True):
            state = covariates_at(*point.tolist()).state.removeprefix("The ")
            slow += weight * np.array([table[state][script] for script in SCRIPTS])
        np.testing.assert_allclose(
            shares[:, number], slow / people[cell == number].sum(), rtol=1e-6
        )


def test_every_node_lies_in_its_cell() -> None:
    grid = article_grid()
    nodes, cell, people = land_nodes(grid)
    assert set(cell.tolist()) == set(range(len(grid)))
    assert (people > 0).all()
    some = np.arange(0, len(nodes), 97)
    np.testing.assert_array_equal(grid.cells_of(nodes[some]), cell[some])


@pytest.mark.parametrize(
    ("script", "place"),
    [
        ("Tamil", (10.8, 78.7)),
        ("Kannada", (15.0, 75.8)),
        ("Malayalam", (9.9, 76.6)),
        ("Gurmukhi", (31.2, 75.6)),
        ("Odia", (20.3, 84.9)),
        ("Gujarati", (22.5, 71.5)),
        ("Bengali-Assamese", (23.3, 88.0)),
        ("Urdu", (34.0, 75.0)),
    ],
)
def test_a_script_is_commonest_at_home(script: str, place: tuple[float, float]) -> None:
    grid = article_grid()
    home = grid.cell_of(*place)
    shares = script_shares(grid)[SCRIPTS.index(script)]
    assert home is not None
    assert shares[home] > 5 * np.median(shares)
    assert shares[home] >= 0.4 * shares.max()


def test_the_sentence_names_the_states() -> None:
    assert set(where_written("Tamil")) == {"Tamil Nadu", "Puducherry"}
    assert script_words("Kannada") == "Kannada script: Karnataka"
    assert script_words("Latin") == "Latin script: anywhere in India"
    assert script_words("Devanagari").endswith("more states")


def test_a_script_that_is_taken_for_another_speaks_for_both() -> None:
    grid, table = article_grid(), confusions()
    assert table.shape == (len(SCRIPTS), len(SCRIPTS))
    assert (table.sum(axis=1) <= 1 + 1e-6).all()
    assert (table.argmax(axis=1) == np.arange(len(SCRIPTS))).all()
    told = SCRIPTS.index("Telugu")
    slow = sum(table[at, told] * script_shares(grid)[at] for at in range(len(SCRIPTS)))
    np.testing.assert_allclose(told_shares(grid)[told], slow)

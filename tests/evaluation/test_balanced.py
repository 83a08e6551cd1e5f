"""Balanced scores against sums by hand, and what a guess scores."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geoloc_core.evaluation.balanced import balanced_scores, balanced_weights, regions_of
from geoloc_core.evaluation.bootstrap import cluster_counts
from geoloc_core.geography.grid import article_grid
from geoloc_core.geography.sphere import geometric_median, haversine_km

GRID = article_grid()
REGIONS = regions_of(GRID)


def photographs(count: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities, cells, points and places: three photographs a place, half in one cell."""
    random = np.random.default_rng(5)
    cell_of_place = random.permutation(len(GRID))[: count // 3 + 1]
    cell_of_place[: count // 6] = cell_of_place[0]
    places = np.arange(count) // 3
    cells = cell_of_place[places]
    logits = random.normal(0, 1.5, (count, len(GRID)))
    logits[np.arange(count), cells] += 1
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return probabilities, cells, GRID.centroids[cells] + 0.1, places


def test_balanced_scores_by_hand() -> None:
    probabilities, cells, points, places = photographs()
    found = balanced_scores(probabilities, cells, points, places, GRID, level=0.8)
    sums: dict[str, float] = dict.fromkeys(found, 0.0)
    rows = []
    present = sorted({REGIONS[cell] for cell in cells})
    for region in present:
        held = sorted({places[k] for k in range(len(cells)) if REGIONS[cells[k]] == region})
        for place in held:
            of_place = [k for k in range(len(cells)) if places[k] == place]
            for k in of_place:
                weight = 1 / len(present) / len(held) / len(of_place)
                row, cell = probabilities[k], cells[k]
                ranked = sorted(range(58), key=lambda c, row=row: -row[c])
                rank = ranked.index(cell)
                km = haversine_km(geometric_median(GRID.centroids, row), points[k])
                shares = {r: sum(row[r == REGIONS]) for r in set(REGIONS)}
                needed = next(n for n in range(1, 59) if sum(row[ranked[:n]]) >= 0.8)
                for name, value in {
                    "mean_rank": rank / 57,
                    "top_5": rank < 5,
                    "nll": -math.log(row[cell]),
                    "geometric_median_within_750_km": km <= 750,
                    "region_top_1": max(shares, key=shares.get) == region,
                    "credible_coverage": rank < needed,
                    "credible_cells": needed,
                }.items():
                    sums[name] += weight * float(value)
                rows.append((row.max(), weight, -math.log(row[cell]), rank == 0))
    left, surest = 0.25, 0.0
    for _, weight, log_loss, _ in sorted(rows, reverse=True):
        surest += min(weight, left) * log_loss / 0.25
        left -= min(weight, left)
    sums["surest_quarter_nll"] = surest
    sums["ece"] = sum(
        abs(sum(w * (right - p) for p, w, _, right in rows if low < 15 * p <= low + 1))
        for low in range(15)
    )
    assert found == pytest.approx(sums)


def test_a_uniform_guess_scores_what_chance_does() -> None:
    _, cells, points, places = photographs()
    uniform = np.full((len(cells), 58), 1 / 58)
    found = balanced_scores(uniform, cells, points, places, GRID)
    assert found["mean_rank"] == pytest.approx(0.5)
    assert found["top_5"] == pytest.approx(5 / 58)
    assert found["nll"] == found["surest_quarter_nll"] == pytest.approx(math.log(58))


def test_each_drawing_gives_its_regions_and_places_the_same() -> None:
    _, cells, _, places = photographs()
    regions = REGIONS[cells]
    drawn = cluster_counts(places, replicates=30)
    weights = balanced_weights(drawn, places, regions)
    assert weights.sum(axis=1) == pytest.approx(1)
    for counts, row in zip(drawn, weights, strict=True):
        present = {region for region, count in zip(regions, counts, strict=True) if count}
        for region in present:
            assert row[regions == region].sum() == pytest.approx(1 / len(present))
            of_one = {
                round(row[places == place].sum() / counts[places == place][0], 12)
                for place in set(places[(regions == region) & (counts > 0)])
            }
            assert len(of_one) == 1


def test_more_photographs_of_a_place_change_nothing() -> None:
    probabilities, cells, points, places = photographs()
    again = np.concatenate([np.arange(len(cells)), np.flatnonzero(places == 2)])
    first = balanced_scores(probabilities, cells, points, places, GRID)
    second = balanced_scores(probabilities[again], cells[again], points[again], places[again], GRID)
    assert second == pytest.approx(first)

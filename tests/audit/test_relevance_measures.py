from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.audit.relevance_measures import TOP, draw_out, measure, relevance_mass, seen_region
from geoloc_core.audit.suspect import ROW, Suspect


def by_loops(heat: np.ndarray, region: np.ndarray) -> tuple[float, ...]:
    """The four measures as Arras, Zhang and Theiner write them, for distinct values."""
    pixels = [(y, x) for y in range(heat.shape[0]) for x in range(heat.shape[1])]
    inside = [pixel for pixel in pixels if region[pixel]]
    ranked = sorted(pixels, key=lambda pixel: -heat[pixel])
    mass = sum(heat[pixel] for pixel in inside) / sum(heat[pixel] for pixel in pixels)
    rank = sum(region[pixel] for pixel in ranked[: len(inside)]) / len(inside)
    pointing = float(region[ranked[0]])
    top = ranked[: round(TOP * len(pixels))]
    influence = sum(region[pixel] for pixel in top) / len(top) * len(pixels) / len(inside)
    return mass, rank, pointing, influence


@pytest.mark.parametrize("seed", range(4))
def test_measures_against_loops(seed: int) -> None:
    random = np.random.default_rng(seed)
    heat = random.permutation(900).reshape(30, 30).astype(np.float32)
    region = random.random((30, 30)) < 0.2
    heat[region] += 300 * seed + 0.5
    assert measure(heat, region) == pytest.approx(by_loops(heat, region))


def test_a_flat_map_gives_the_region_what_its_area_deserves() -> None:
    region = np.zeros((20, 20), bool)
    region[18:] = True
    assert measure(np.ones((20, 20), np.float32), region) == pytest.approx((0.1, 0.1, 0.1, 1.0))


def test_all_relevance_inside() -> None:
    region = np.zeros((20, 20), bool)
    region[18:] = True
    assert measure(region.astype(np.float32), region) == pytest.approx((1, 1, 1, 10))


def test_a_map_of_zeros_has_no_measure() -> None:
    region = np.eye(4, dtype=bool)
    assert np.isnan(measure(np.zeros((4, 4), np.float32), region)).all()


def test_region_in_what_the_network_sees() -> None:
    assert seen_region(ROW, "none").mean() == 1 / 16
    assert seen_region(ROW, "none")[240:].all()
    np.testing.assert_array_equal(seen_region(ROW, "box"), seen_region(ROW, "none"))
    assert not seen_region(ROW, "crop").any()
    quarter = Suspect(0.5, 0.5, 1.0, 1.0)  # of its 128 rows, 112 are left of 240
    assert seen_region(quarter, "crop").mean() == pytest.approx(112 / 240 / 2, abs=0.005)


def test_relevance_mass_by_hand() -> None:
    heat = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert relevance_mass(heat, np.array([[False, True], [False, True]])) == pytest.approx(0.6)
    assert np.isnan(relevance_mass(np.zeros((2, 2)), np.ones((2, 2), bool)))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_map_is_drawn_out_evenly_and_keeps_its_type(kind: type) -> None:
    drawn = draw_out(np.array([[0.0, 0.0], [1.0, 1.0]], kind))
    assert drawn.shape == (256, 256)
    assert drawn.dtype == kind
    assert (drawn[:64] == 0).all()
    assert (drawn[192:] == 1).all()
    np.testing.assert_allclose(np.diff(drawn[65:191, 0]), 1 / 128, atol=1e-6)

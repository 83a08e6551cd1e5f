from __future__ import annotations

import numpy as np
import pytest

from geoloc_core.display.colours import (
    LAND,
    MASKED,
    SEA,
    STATE,
    TRUTH,
    UNMASKED,
    WHOLE,
)
from geoloc_core.display.maps.static_map import Pin, draw_map
from geoloc_core.display.maps.viewport import fit_viewport
from geoloc_core.geography.grid import article_grid

GRID = article_grid()
NAGPUR, BENGALURU, JAIPUR = (21.15, 79.09), (12.97, 77.59), (26.91, 75.79)


def colour_at(pixels, place):
    height, width = pixels.shape[:2]
    x, y = fit_viewport(width, height).pixels([place])[0]
    return "#" + bytes(pixels[round(y), round(x)]).hex()


def near(pixels, place, reach=9):
    """The colours within so many pixels of a place."""
    height, width = pixels.shape[:2]
    x, y = np.rint(fit_viewport(width, height).pixels([place])[0]).astype(int)
    around = pixels[y - reach : y + reach + 1, x - reach : x + reach + 1].reshape(-1, 3)
    return {"#" + bytes(colour).hex() for colour in around}


def test_every_large_cell_has_the_colour_of_its_probability():
    shares = np.random.default_rng(1).dirichlet(np.full(58, 0.3))
    pixels = draw_map(GRID, shares, [])
    assert pixels.shape == (700, 640, 3)
    assert pixels.dtype == np.uint8
    whole = [cell for cell in range(58) if GRID.frame["area_km2"][cell] > 60_000]
    assert len(whole) > 20
    for cell in whole:  # where no border of a state runs
        assert WHOLE.colours([shares[cell]])[0] in near(pixels, GRID.centroids[cell], 3)


def test_without_probabilities_there_is_land_and_sea():
    pixels = draw_map(GRID, None, [], (320, 350))
    assert pixels.shape == (350, 320, 3)
    assert colour_at(pixels, NAGPUR) == LAND
    assert STATE in near(draw_map(GRID, None, [], (1280, 1400)), (19.5, 77.9), 40)
    assert colour_at(pixels, (10, 88)) == SEA


@pytest.mark.parametrize("kind", ["ring", "star", "cross"])
def test_a_mark_has_its_colour_at_its_place(kind):
    assert UNMASKED in near(draw_map(GRID, None, [Pin(NAGPUR, UNMASKED, kind)]), NAGPUR)


def test_a_line_with_km_leads_from_each_estimate_to_the_star():
    marks = [Pin(NAGPUR, UNMASKED, "ring"), Pin(BENGALURU, MASKED, "ring")]
    without = draw_map(GRID, None, marks)
    with_star = draw_map(GRID, None, [*marks, Pin(JAIPUR, TRUTH, "star")])
    changed = (without != with_star).any(axis=2)
    assert changed.sum() > 3000
    view = fit_viewport(640, 700)
    for mark, colour in ((NAGPUR, UNMASKED), (BENGALURU, MASKED)):
        ends = view.pixels([mark, JAIPUR])
        steps = np.rint(ends[0] + (ends[1] - ends[0]) * np.linspace(0, 1, 400)[:, None]).astype(int)
        on_line = {"#" + bytes(with_star[y, x]).hex() for x, y in steps}
        assert colour in on_line
        assert "#ffffff" in on_line  # the plate under the km


def test_marks_off_the_image_are_left_out_with_their_lines():
    ring = Pin(NAGPUR, UNMASKED, "ring")
    paris = Pin((48.85, 2.35), TRUTH, "star", "True place")
    assert (draw_map(GRID, None, [ring, paris]) == draw_map(GRID, None, [ring])).all()


def test_a_label_stands_beside_its_mark_and_hostile_text_is_drawn_as_text():
    plain = draw_map(GRID, None, [Pin(NAGPUR, UNMASKED, "ring")])
    named = draw_map(GRID, None, [Pin(NAGPUR, UNMASKED, "ring", "<b>\x00`${x}`‮")])
    rows, columns = np.nonzero((plain != named).any(axis=2))
    x, y = fit_viewport(640, 700).pixels([NAGPUR])[0]
    assert columns.min() > x + 10
    assert abs(rows.mean() - y) < 10

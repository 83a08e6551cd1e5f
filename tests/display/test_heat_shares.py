from dataclasses import replace

import numpy as np
import pytest

from geoloc_core.display.heat_shares import band_shares, row_shares
from tests.pages.stand_in import StandIn, painted


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "none")


def with_evidence(prediction, rows, mask="none"):
    """All relevance in the given rows of an 8 by 8 map, for cell 5."""
    evidence = np.zeros_like(prediction.evidence)
    evidence[0, 5, rows] = 1.0
    return replace(prediction, evidence=evidence, mask=mask)


def test_even_relevance_lies_in_the_row_as_its_area_does(prediction):
    share, area = row_shares(with_evidence(prediction, slice(None)), 5).values()
    assert share == pytest.approx(1 / 16)
    assert area == 1 / 16


def test_relevance_at_the_bottom_lies_mostly_in_the_row(prediction):
    bottom, _ = row_shares(with_evidence(prediction, 7), 5).values()
    top, _ = row_shares(with_evidence(prediction, 0), 5).values()
    assert bottom > 0.4  # the row is the lower half of the map's last step
    assert top == pytest.approx(0, abs=1e-6)


def test_a_row_that_was_cut_off_has_no_share(prediction):
    assert row_shares(with_evidence(prediction, 7, "crop"), 5) == {}


def test_bands_add_up_and_find_sky_and_ground(prediction):
    sky, middle, ground = band_shares(with_evidence(prediction, [0, 1]), 5).values()
    assert sky > 0.9
    assert sky + middle + ground == pytest.approx(1)
    assert [*band_shares(with_evidence(prediction, [6, 7], "crop"), 5).values()][2] > 0.9


def test_no_relevance_has_no_shares(prediction):
    nothing = with_evidence(prediction, [])
    assert row_shares(nothing, 5) == {}
    assert band_shares(nothing, 5) == {}

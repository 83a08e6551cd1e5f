from dataclasses import replace

import numpy as np
import pytest

from geoloc_core.display.heat_shares import credit_line_share
from tests.pages.stand_in import StandIn, painted


@pytest.fixture(scope="module")
def prediction():
    return StandIn("masked").predict([painted(21)], "none")


def with_evidence(prediction, rows, mask="none"):
    """All relevance in the given rows of an 8 by 8 map, for cell 5."""
    evidence = np.zeros_like(prediction.evidence)
    evidence[0, 5, rows] = 1.0
    return replace(prediction, evidence=evidence, mask=mask)


def test_even_relevance_lies_in_the_credit_line_as_its_area_does(prediction):
    share = credit_line_share(with_evidence(prediction, slice(None)), 5)
    assert share == pytest.approx(1 / 16)


def test_relevance_at_the_bottom_lies_mostly_in_the_credit_line(prediction):
    assert credit_line_share(with_evidence(prediction, 7), 5) > 0.4  # half of the map's last step
    assert credit_line_share(with_evidence(prediction, 0), 5) == pytest.approx(0, abs=1e-6)


def test_a_cropped_credit_line_and_no_evidence_have_no_share(prediction):
    assert credit_line_share(with_evidence(prediction, 7, "crop"), 5) is None
    assert credit_line_share(with_evidence(prediction, []), 5) is None

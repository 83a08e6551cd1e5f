import math
import re
from urllib.parse import unquote

import pytest

from geoloc_core.display.charts.compass import rose


def petals(counts):
    """The ends of each petal's arc, and its radius."""
    drawn = re.findall(r"M0 0L(\S+) (\S+)A(\S+) \S+ 0 0 1 (\S+) (\S+)Z", unquote(rose(counts)))
    return [tuple(map(float, petal)) for petal in drawn]


def test_petals_point_their_way_and_their_areas_are_as_the_counts():
    north, east = petals([2, 8, 0, 0])
    assert north[2] == pytest.approx(100 * math.sqrt(2 / 8))
    assert east[2] == 100
    # the first of four sectors reaches from north-west to north-east
    assert north[0] == pytest.approx(-north[3]) == pytest.approx(north[1])
    assert max(north[1], north[4]) < 0
    assert min(east[0], east[3]) > 0


def test_nothing_makes_no_petals():
    assert petals([0, 0, 0, 0]) == []

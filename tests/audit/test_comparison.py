from __future__ import annotations

from math import comb, erfc, sqrt

import numpy as np
import pytest

from geoloc_core.audit.comparison import compare, mcnemar
from geoloc_core.audit.findings import THRESHOLD


def pairs(both: int, lost: int, won: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    counts = (both, lost, won, neither)
    before, after = np.repeat([1.0, 1.0, 0.0, 0.0], counts), np.repeat([1.0, 0.0, 1.0, 0.0], counts)
    return before, after


@pytest.mark.parametrize(("lost", "won"), [(8, 1), (0, 0), (5, 5), (0, 24), (13, 11)])
def test_few_discordant_pairs_are_judged_by_the_exact_test(lost: int, won: int) -> None:
    result = mcnemar(*pairs(30, lost, won, 10))
    tail = sum(comb(lost + won, k) for k in range(min(lost, won) + 1)) / 2 ** (lost + won)
    assert result["exact"] is True
    assert (result["lost"], result["won"]) == (lost, won)
    assert result["p"] == pytest.approx(min(1.0, 2 * tail))


@pytest.mark.parametrize(("lost", "won"), [(25, 0), (40, 20), (300, 290)])
def test_many_are_judged_by_chi_square(lost: int, won: int) -> None:
    result = mcnemar(*pairs(30, lost, won, 10))
    assert result["exact"] is False
    assert result["p"] == pytest.approx(erfc(abs(lost - won) / sqrt(lost + won) / sqrt(2)))


def finding(value: np.ndarray, control: np.ndarray, threshold: float | None = THRESHOLD):
    return compare(
        np.arange(len(value)) // 4,
        test="row_only",
        number=4,
        value=value,
        control=control,
        unit="share",
        details={"more": 1},
        threshold=threshold,
    )


def test_the_low_end_of_the_difference_decides_not_the_value() -> None:
    surely, perhaps = (1.0 * (np.arange(400) % every == 0) for every in (5, 15))
    control = np.zeros(400)
    assert finding(surely, control).leaks is True
    assert perhaps.mean() > THRESHOLD
    assert finding(perhaps, control).leaks is False
    assert finding(surely, surely).leaks is False
    assert finding(surely, control, threshold=None).leaks is None


def test_a_finding_says_what_was_measured() -> None:
    value, control = np.tile([1.0, 1.0, 1.0, 0.0], 50), np.tile([1.0, 0.0, 0.0, 0.0], 50)
    found = finding(value, control)
    assert (found.value, found.low, found.high) == (0.75, 0.75, 0.75)
    assert (found.control, found.control_low, found.control_high) == (0.25, 0.25, 0.25)
    assert found.details == {
        "excess": [0.5, 0.5, 0.5],
        "pictures": 200,
        "uploaders": 50,
        "more": 1,
    }
    assert found.title == "The suspect region alone"
    assert found.words == (
        "From the suspect region alone, 75.0 % (75.0 to 75.0) of the images are predicted in the "
        "true cell. With that region painted over: 25.0 % (25.0 to 25.0). The difference is above "
        "the threshold of 5 points."
    )

"""A planted box is found from the band that holds it."""

from __future__ import annotations

import pytest

from geoloc_core.audit.scan.box import MOST, STEP, shrink
from geoloc_core.audit.scan.parts import FRAMES, Part, column_bands, frame, row_bands

LINE = 1 / STEP


def share_of(box: tuple[float, float, float, float], part: Part) -> float:
    """How much of the box a part without `around` covers."""
    left, top, right, bottom = box
    wide = max(0.0, min(right, part.right) - max(left, part.left))
    tall = max(0.0, min(bottom, part.bottom) - max(top, part.top))
    return wide * tall / ((right - left) * (bottom - top))


@pytest.mark.parametrize(
    ("outer", "box"),
    [
        (row_bands(4)[3], (0.4, 0.9, 0.95, 1.0)),
        (row_bands(4)[0], (0.02, 0.01, 0.3, 0.06)),
        (column_bands(4)[3], (0.9, 0.0, 0.99, 0.1)),
    ],
)
def test_a_planted_box_is_found_within_few_lines(outer: Part, box) -> None:
    asked = []

    def gain(part: Part) -> float:
        asked.append(part)
        return share_of(box, part)

    found = shrink(outer, gain)
    assert len(asked) <= MOST
    assert share_of(box, found) >= 0.85
    for edge, there in zip((found.left, found.top, found.right, found.bottom), box, strict=True):
        assert abs(edge - there) <= 4 * LINE
    assert outer.left <= found.left < found.right <= outer.right
    assert outer.top <= found.top < found.bottom <= outer.bottom
    assert found.name.startswith("the box ")


def test_a_frame_becomes_the_thinnest_that_does() -> None:
    wide = frame(FRAMES[2])
    assert shrink(wide, lambda part: 1.0) == frame(FRAMES[0])
    assert shrink(wide, lambda part: part.left >= FRAMES[1]) == frame(FRAMES[1])
    assert shrink(wide, lambda part: part == wide) == wide

"""What `bench audit-power` takes for a part that is named rightly."""

from __future__ import annotations

import pytest

from bench.audit_power import drawn_at, is_named
from bench.audit_stand_ins import SIDE, Kind
from geoloc_core.audit.scan.verdict import Effect

Box = tuple[float, float, float, float]
FRAME = (1 / SIDE, 1 / SIDE, 1 - 1 / SIDE, 1 - 1 / SIDE)


def effect(name: str, box: Box | None = None, *, around: bool = False) -> Effect:
    return Effect(name, box, around, travel=(0.5, 0.4, 0.6), nats=(1, 0.9, 1.1), p=0.001)


def test_a_border_is_drawn_at_the_edges_alone() -> None:
    where = drawn_at("border 1 px")
    assert not where[1:-1, 1:-1].any()
    assert where.sum() == 4 * SIDE - 4


@pytest.mark.parametrize(
    ("kind", "box"),
    [
        ("row", (0.5, 0.9, 1, 1)),
        ("top left", (0, 0, 0.6, 0.1)),
        ("lower left", (0, 0.8, 0.6, 1)),
        ("vertical", (0, 0.2, 0.1, 1)),
        ("logo", (0.85, 0, 1, 0.15)),
    ],
)
def test_the_box_that_holds_the_mark_is_right_and_its_opposite_wrong(kind: Kind, box: Box) -> None:
    left, top, right, bottom = box
    assert is_named(kind, effect("a box", box))
    assert not is_named(kind, effect("a box", (1 - right, 1 - bottom, 1 - left, 1 - top)))


def test_half_of_the_mark_is_enough_and_less_is_not() -> None:
    assert is_named("border 1 px", effect("frame", FRAME, around=True))
    assert not is_named("border 1 px", effect("inside", FRAME))
    assert is_named("border 1 px", effect("half", (0, 0, 0.5, 1)))
    assert not is_named("border 1 px", effect("less", (0, 0, 0.45, 1)))


def test_a_property_is_right_by_its_name() -> None:
    assert is_named("vignette", effect("vignette"))
    assert not is_named("vignette", effect("palette"))
    assert not is_named("row", effect("vignette"))

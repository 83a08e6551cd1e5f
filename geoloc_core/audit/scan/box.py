"""Where exactly: from the part that was found to the smallest one that moves predictions as far.

Whatever of the part can go without predictions moving back is not what the network reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from geoloc_core.audit.scan.parts import FRAMES, Part, frame, named

STEP = 64  # lattice lines along each side that a box's edges lie on
KEPT = 0.9  # share of the gain that the smallest part keeps
MOST = 26  # parts looked at: four edges by bisection of at most `STEP` lines, or the frames

Gain = Callable[[Part], float]
"""How far a part's content takes predictions to the donors' homes, beyond the control's."""


def shrink(part: Part, gain: Gain) -> Part:
    """The smallest part inside this one that keeps `KEPT` of its gain.

    A frame becomes the thinnest of `FRAMES` that does. Of a band or box the edges are moved inward
    one after the other, the longer direction last, by bisection; the first may cost two fifths of
    what is allowed in all, the others a fifth each. In the end a margin of a line is left around.
    """
    whole = gain(part)
    if part.around:
        thinner = (frame(wide) for wide in FRAMES if wide < part.left)
        return next((one for one in thinner if gain(one) >= KEPT * whole), part)
    outer = part
    across, down = ("left", "right"), ("top", "bottom")
    narrow = part.right - part.left < part.bottom - part.top
    edges = (*across, *down) if narrow else (*down, *across)
    for number, edge in enumerate(edges, 1):
        least = (1 - (1 - KEPT) * (number + 1) / (len(edges) + 1)) * whole
        part = _moved(part, edge, gain, least)
    return named(_with_margin(part, outer))


def _moved(part: Part, edge: str, gain: Gain, least: float) -> Part:
    """The part with one edge as far inward as its gain stays at least `least`."""
    low, high = (part.left, part.right) if edge in ("left", "right") else (part.top, part.bottom)
    lines = round((high - low) * STEP)
    inward = 1 / STEP if edge in ("left", "top") else -1 / STEP
    at = getattr(part, edge)
    kept, lost = 0, lines  # lines moved that keep enough, that do not
    while lost - kept > 1:
        middle = (kept + lost) // 2
        if gain(replace(part, **{edge: at + middle * inward})) >= least:
            kept = middle
        else:
            lost = middle
    return replace(part, **{edge: at + kept * inward})


def _with_margin(part: Part, outer: Part) -> Part:
    """The part, a line larger on each side, but no larger than `outer`."""
    return replace(
        part,
        left=max(outer.left, part.left - 1 / STEP),
        top=max(outer.top, part.top - 1 / STEP),
        right=min(outer.right, part.right + 1 / STEP),
        bottom=min(outer.bottom, part.bottom + 1 / STEP),
    )

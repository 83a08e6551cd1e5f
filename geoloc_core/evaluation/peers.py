"""Figures that others report, on other images and other cells: orientation, no comparison."""

from __future__ import annotations

from typing import NamedTuple


class Peer(NamedTuple):
    """Someone's top-1 accuracy, as a share, and what it was measured on."""

    work: str
    measured_on: str
    top_1: float


_INDIA = "Street View of India, 58 cells"
_STATES = "Street View of the USA, 50 states"

PEERS = (
    Peer("The article (Samsudin, 2021), names visible", _INDIA, 0.60),
    Peer("The article (Samsudin, 2021), names hidden in training", _INDIA, 0.25),
    Peer("DeepGeo, one view", _STATES, 0.259),
    Peer("DeepGeo, four views", _STATES, 0.383),
    Peer("GeoStateNet, one view", _STATES, 0.608),
    Peer("GeoStateNet, four views", _STATES, 0.767),
)

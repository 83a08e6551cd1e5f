"""Simulated street view: a data set of rendered panoramas of India, the same for everybody.

This package is optional: the app, training, evaluation and the audit run without it. It uses
geoloc_core, never the reverse. Its door:

- `simulate` renders a data set into a folder (python -m simulated_streets);
- `plan` gives the manifest that `simulate` would write, without rendering;
- `render_row` renders one image of a manifest again, byte for byte.

`scenes` describes a place as a scene, `renderer` draws it.
"""

from __future__ import annotations

from simulated_streets.dataset import SimulationError, plan, render_row, simulate

__all__ = ["SimulationError", "plan", "render_row", "simulate"]

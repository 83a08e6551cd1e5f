"""What a camera would have seen within a panorama: equirectangular to perspective."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def perspective(
    panorama: NDArray[np.uint8], turn: float, side: int, field_of_view: float = 90.0
) -> NDArray[np.uint8]:
    """A square view (side, side, 3) of a whole sphere (h, 2 h, 3), at its horizon.

    turn: degrees clockwise from the panorama's middle column to the view's; field_of_view: degrees,
    of width and height. A pinhole camera: tan of the angle off the axis grows evenly across.

    >>> perspective(np.full((8, 16, 3), 7, np.uint8), 45, 4).shape
    (4, 4, 3)
    """
    height, width = panorama.shape[:2]
    edge = np.tan(np.radians(field_of_view) / 2)
    steps = ((np.arange(side) + 0.5) / side * 2 - 1) * edge
    right, down = np.meshgrid(steps, steps)
    longitude = np.arctan(right) + np.radians(turn)
    latitude = -np.arctan(down / np.hypot(1, right))
    column = (longitude / (2 * np.pi) + 0.5) * width - 0.5
    row = (0.5 - latitude / np.pi) * height - 0.5
    view = cv2.remap(
        panorama,
        (column % width).astype(np.float32),
        row.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(view, np.uint8)

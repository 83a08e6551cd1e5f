"""Evidence: where in an image the network finds what speaks for each cell.

For a network that ends in global average pooling and one linear layer, the gradient of a logit by
any position of the last maps is the head's weight divided by the number of positions. Grad-CAM
(Selvaraju et al., 2017) at those maps is therefore the rectified class activation map (Zhou et
al., 2016) over that number: no backward pass is needed, and all cells come at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def evidence_maps(cam: NDArray[np.float32]) -> NDArray[np.float32]:
    """Grad-CAM before any scaling, (..., h, w) and never below 0, from class activation maps."""
    height, width = cam.shape[-2:]
    return np.asarray(np.maximum(cam, 0) / (height * width), np.float32)

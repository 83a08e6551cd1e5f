"""Other explanations on request, by pytorch-grad-cam: slower than the closed form, finer or rival.

Each call has a network of its own, since the library leaves hooks and gradients on the one that it
is given.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

import geoloc_core.models.torchvision_import  # noqa: F401  the library imports torchvision
from geoloc_core.images.credit_line import Mask
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.torch_engine import ScoringGraph

from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM  # isort: skip

Layer = Literal["layer3", "layer4"]
METHODS = {"Grad-CAM": GradCAM, "Grad-CAM++": GradCAMPlusPlus, "HiResCAM": HiResCAM}


def explain(
    checkpoint: Checkpoint,
    photo: NDArray[np.uint8],
    cell: int,
    method: str = "Grad-CAM++",
    layer: Layer = "layer4",
    mask: Mask | None = None,
) -> NDArray[np.float32]:
    """Explain a cell's logit for one photo, RGB uint8 (h, w, 3): a map (h', w') before any scaling.

    The map lies over the picture that `mask` leaves (left out: the one of the model's training)
    and is never below 0. A side of it is a sixteenth of the input's at layer3, a thirty-second at
    layer4. Methods: Grad-CAM (Selvaraju et al., 2017), Grad-CAM++ (Chattopadhay et al., 2018),
    HiResCAM (Draelos and Carin, 2020). Raises KeyError for another method.
    """
    graph = ScoringGraph(checkpoint)
    network = graph.network.requires_grad_(True)
    target = getattr(network, layer)
    picture = preprocess(photo, checkpoint.mask if mask is None else mask, checkpoint.size)
    normalised = graph.normalised(torch.from_numpy(picture[None]))
    with METHODS[method](network, [target]) as library:
        library.activations_and_grads(normalised)[0, cell].backward()
        record = library.activations_and_grads
        activations, gradients = record.activations[0].numpy(), record.gradients[0].numpy()
        # the library's own call would min-max scale the map
        maps = library.get_cam_image(normalised, target, [], activations, gradients, False)
    return np.asarray(np.maximum(maps[0], 0), np.float32)

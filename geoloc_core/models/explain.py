"""Other explanations on request, by pytorch-grad-cam: slower than the closed form, finer or rival.

The library's formulas are used, but not its hooks, which it leaves on the network that it is given:
a pass is carried out node by node, and gradients go back to the explained feature map, no further.
So one network serves all threads.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx

import geoloc_core.models.torchvision_import  # noqa: F401  the library imports torchvision
from geoloc_core.images.credit_line import Mask
from geoloc_core.images.preprocess import preprocess
from geoloc_core.models.backbones import Network
from geoloc_core.models.build import network_from
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.tensors import CheckpointError

from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM  # isort: skip

Layer = Literal["last", "last but one"]
_ENDS = ("placeholder", "output")
METHODS = {"Grad-CAM": GradCAM, "Grad-CAM++": GradCAMPlusPlus, "HiResCAM": HiResCAM}


def explain(
    checkpoint: Checkpoint,
    photo: NDArray[np.uint8],
    cell: int,
    method: str = "Grad-CAM++",
    layer: Layer = "last",
    mask: Mask | None = None,
) -> NDArray[np.float32]:
    """Explain a cell's logit for one photo, RGB uint8 (h, w, 3): a map (h', w') before any scaling.

    The map lies over the image that `mask` leaves (left out: the one of the model's training) and
    is never below 0. It is as large as the feature map of `layer`: the last one, in a ResNet that
    of layer4, a side of which is a thirty-second of the input's; or the last one of twice that
    side, layer3. Methods: Grad-CAM (Selvaraju et al., 2017), Grad-CAM++ (Chattopadhay et al.,
    2018), HiResCAM (Draelos and Carin, 2020). Raises KeyError for another method, and
    `CheckpointError` where no feature map has twice the side of the last.
    """
    network, nodes = _explainable(checkpoint)
    formula = METHODS[method](network, [])  # without layers: no hooks
    if layer not in nodes:
        raise CheckpointError(
            f"{checkpoint.architecture} has no feature map of twice its last one's side."
        )
    seen = preprocess(photo, checkpoint.mask if mask is None else mask, checkpoint.size)
    images = network.normalise(torch.from_numpy(seen[None]))
    with torch.enable_grad():
        run = _Pass(network, nodes[layer])
        logit = network.logits(run.run(images))[0, cell]
        (gradients,) = torch.autograd.grad(logit, run.kept)
    activations = run.kept.detach().numpy()
    # the library's own call would min-max scale the map
    maps = formula.get_cam_image(images, None, [], activations, gradients.numpy(), False)
    return np.asarray(np.maximum(maps[0], 0), np.float32)


def explainable_layers(checkpoint: Checkpoint) -> tuple[Layer, ...]:
    """The layers that `explain` can explain a checkpoint's network at."""
    return tuple(_explainable(checkpoint).nodes)


class _Explainable(NamedTuple):
    """A network without gradients of its weights, and the node that gives each layer's map."""

    network: Network
    nodes: dict[Layer, fx.Node]


class _Pass(fx.Interpreter):
    """A pass through a body that keeps the feature map of one node, where all gradients start."""

    kept: Tensor

    def __init__(self, network: Network, node: fx.Node) -> None:
        super().__init__(network.body, graph=network.graph)
        self.node = node

    def run_node(self, node: fx.Node) -> Any:
        value = super().run_node(node)
        if node is self.node:
            value = self.kept = value.detach().requires_grad_()
        return value


class _Sides(fx.Interpreter):
    """A pass through a body that notes the height of each feature map."""

    def __init__(self, network: Network) -> None:
        super().__init__(network.body, graph=network.graph)
        self.sides: dict[fx.Node, int] = {}

    def run_node(self, node: fx.Node) -> Any:
        value = super().run_node(node)
        if isinstance(value, Tensor) and value.dim() == 4 and node.op not in _ENDS:
            self.sides[node] = value.shape[2]
        return value


@lru_cache(maxsize=2)
def _explainable(checkpoint: Checkpoint) -> _Explainable:
    """The checkpoint's network and its layers, built once."""
    network = network_from(checkpoint).requires_grad_(False)
    noted = _Sides(network)
    with torch.inference_mode():
        noted.run(torch.zeros(1, 3, checkpoint.size, checkpoint.size))
    *_, last = noted.sides
    nodes: dict[Layer, fx.Node] = {"last": last}
    passed = _passed_by_all(network.graph)
    for node, side in noted.sides.items():
        halves = side // 2, (side + 1) // 2  # as the network rounds
        if node in passed and side > noted.sides[last] in halves:
            nodes["last but one"] = node
    return _Explainable(network, nodes)


def _passed_by_all(graph: fx.Graph) -> set[fx.Node]:
    """The nodes that every way from the images to the end of a graph goes through."""
    order = {node: number for number, node in enumerate(graph.nodes)}
    computed = [n for n in graph.nodes if n.op not in ("get_attr", "output")]
    last_use = {n: max((order[user] for user in n.users), default=-1) for n in computed}
    before = [-1, *accumulate((last_use[n] for n in computed), max)]
    return {n for n, reach in zip(computed, before, strict=False) if reach <= order[n]}

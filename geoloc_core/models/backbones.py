"""Backbones by name: any classifier (see `classifiers`) that the evidence can be read from.

Such a one ends in global average pooling and one linear layer, so that Grad-CAM at its last feature
map is a closed form (see `class_activation`). Whether it does is read from its graph, and the graph
is cut there: below lies the body, above the head.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import torch
import torch.nn.functional as F  # noqa: N812  torch's own abbreviation
from torch import Tensor, fx, nn

import geoloc_core.models.torchvision_import  # noqa: F401  before torchvision
from geoloc_core.models.classifiers import Classifier, Triple, find_classifier
from geoloc_core.models.tensors import CheckpointError, Layout

from torchvision.models import feature_extraction  # isort: skip

# what may stand between pooling and head: it changes no number when predicting
_PASSING_MODULES = (nn.Dropout, nn.Flatten, nn.Identity)
_PASSING_CALLS = (torch.flatten, torch.squeeze, F.dropout, "flatten", "squeeze", "view", "reshape")


class Network(nn.Module):
    """A backbone with its head: `body` gives the last feature map, `head` scores its mean.

    head_name: what the head is called in files of weights.
    """

    mean: Triple  # of each colour channel, in images scaled to 0..1
    std: Triple
    offset: Tensor  # the same for images of 0..255
    scale: Tensor

    def __init__(
        self, body: fx.GraphModule, head: nn.Linear, head_name: str, mean: Triple, std: Triple
    ) -> None:
        """Take the parts and the normalisation."""
        super().__init__()
        self.body, self.head, self.head_name = body, head, head_name
        self.set_normalisation(mean, std)

    def set_normalisation(self, mean: Triple, std: Triple) -> None:
        """Normalise so from now on: as weights of one's own were trained, say."""
        self.mean, self.std = mean, std
        self.register_buffer("offset", torch.tensor(mean) * 255, persistent=False)
        self.register_buffer("scale", torch.tensor(std) * 255, persistent=False)

    def normalise(self, pixels: Tensor) -> Tensor:
        """Turn uint8 images (b, h, w, 3) into the network's input (b, 3, h, w), channels last."""
        return ((pixels.float() - self.offset) / self.scale).permute(0, 3, 1, 2)

    def features(self, images: Tensor) -> Tensor:
        """Turn normalised images (b, 3, h, w) into the last feature map (b, f, h', w')."""
        return self.body(images)  # type: ignore[no-any-return]

    def logits(self, features: Tensor) -> Tensor:
        """Turn the last feature map (b, f, h', w') into logits (b, cells)."""
        return self.head(features.mean(dim=(2, 3)))  # type: ignore[no-any-return]

    def forward(self, images: Tensor) -> Tensor:
        """Turn normalised images (b, 3, h, w) into logits (b, cells)."""
        return self.logits(self.features(images))

    @property
    def graph(self) -> fx.Graph:
        """What the body does when predicting, node by node."""
        return cast(fx.Graph, self.body.eval_graph)

    def weights(self) -> dict[str, Tensor]:
        """All tensors under the names that the library gives them."""
        head = {f"{self.head_name}.{name}": t for name, t in self.head.state_dict().items()}
        return {**self.body.state_dict(), **head}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take over all tensors by the names of `weights`, with their memory.

        Raises RuntimeError if one is missing, too many or of another shape.
        """
        prefix = f"{self.head_name}."
        head = {k.removeprefix(prefix): t for k, t in weights.items() if k.startswith(prefix)}
        body = {k: t for k, t in weights.items() if not k.startswith(prefix)}
        self.body.load_state_dict(body, assign=True)
        self.head.load_state_dict(head, assign=True)


def build_backbone(name: str, cells: int, *, empty: bool = False) -> Network:
    """Build the backbone `name` of random weights, with a head for `cells` cells.

    `empty`: with no numbers at all where it can be built so, to be filled by `load_weights`. Raises
    `CheckpointError`, in words, as `find_classifier` does and for a network that does not end as it
    must.
    """
    found = find_classifier(name)
    try:
        with torch.device("meta" if empty else "cpu"):
            classifier = found.build(cells)
    except NotImplementedError:  # it reads numbers while it is built
        classifier = found.build(cells)
    return cut(name, classifier, found)


@cache
def backbone_layout(name: str, cells: int) -> Layout:
    """The layout of the backbone `name`; errors as in `build_backbone`."""
    network = build_backbone(name, cells, empty=True)
    shapes = {
        key: tuple(tensor.shape)
        for key, tensor in network.weights().items()
        if not key.endswith("num_batches_tracked")  # of no use to predict
    }
    return Layout(shapes, network.head_name)


def cut(name: str, classifier: nn.Module, found: Classifier) -> Network:
    """Cut a classifier in two at its pooling; its modules are taken, not copied.

    Raises `CheckpointError` where it does not end in global average pooling and a linear layer.
    """
    options = {"tracer_kwargs": found.tracing, "suppress_diff_warning": True}
    try:
        train, evaluate = feature_extraction.get_graph_node_names(classifier, **options)
        body = feature_extraction.create_feature_extractor(
            classifier,
            train_return_nodes={train[-1]: "last"},
            eval_return_nodes={evaluate[-1]: "last"},
            **options,
        )
    except (TypeError, ValueError, fx.proxy.TraceError) as error:
        raise CheckpointError(f"The graph of the backbone {name!r} cannot be read.") from error
    heads = {_cut_graph(body, graph) for graph in (body.train_graph, body.eval_graph)}
    head_name = heads.pop()
    if heads or head_name is None:
        raise CheckpointError(
            f"The backbone {name!r} does not end in global average pooling and one linear layer, "
            "so there is no closed form for its heat maps. resnet18 and efficientnet_b0 do."
        )
    head = body.get_submodule(head_name)
    body.train().recompile()
    body.delete_all_unused_submodules()  # the head, and heads beside it
    return Network(body, head, head_name, found.mean, found.std)


def _cut_graph(body: fx.GraphModule, graph: fx.Graph) -> str | None:
    """Let a classifier's graph end before its pooling; give the head's name, None without one."""
    output: Any
    (output,) = graph.find_nodes(op="output")
    head = _skip_passing(body, output.args[0]["last"])
    linear = _module(body, head)
    if not isinstance(linear, nn.Linear) or linear.bias is None:
        return None
    pooling = _skip_passing(body, head.args[0])
    if not _averages_everywhere(body, pooling):
        return None
    output.args = (pooling.args[0],)
    graph.eliminate_dead_code()
    return str(head.target)


def _skip_passing(body: fx.GraphModule, node: Any) -> fx.Node:
    """The node behind those that change no number."""
    while isinstance(_module(body, node), _PASSING_MODULES) or node.target in _PASSING_CALLS:
        node = node.args[0]
    return node  # type: ignore[no-any-return]


def _averages_everywhere(body: fx.GraphModule, node: fx.Node) -> bool:
    """Whether a node takes the mean over all positions of a feature map (b, f, h, w)."""
    module, given = _module(body, node), [*node.args[1:], *node.kwargs.values()]
    if isinstance(module, nn.AdaptiveAvgPool2d):
        return module.output_size in (1, (1, 1))
    if node.target is F.adaptive_avg_pool2d:
        return given[0] in (1, (1, 1), [1, 1])
    if node.target in (torch.mean, "mean") and given:
        axes: Any = given[0]
        return isinstance(axes, list | tuple) and sorted(axis % 4 for axis in axes) == [2, 3]
    return False


def _module(body: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    """The module that a node calls, if it calls one."""
    return body.get_submodule(str(node.target)) if node.op == "call_module" else None

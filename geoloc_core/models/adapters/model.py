"""Any model as one thing: a function from images to probabilities, with names for its classes.

`Predictor`, the audit and the command line open every model here. What a name stands for: a model
of the catalogue, a checkpoint of Pata (.safetensors), FILE.py:FUNCTION or MODULE:FUNCTION, .onnx,
TorchScript, an archive of torch.export (.pt2), a state dict (.safetensors) with the name of its
backbone, a folder of Hugging Face. docs/any_model.md tells the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from scipy.special import softmax

from geoloc_core.catalogue import PHOTO_MODELS, SHIPPED
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.geography.grid_choice import GridError, read_grid
from geoloc_core.images.credit_line import Mask
from geoloc_core.models.adapters.card import Told, card_beside, names
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.adapters.files import kind_of
from geoloc_core.models.adapters.network import NO_GRID, Network, engine_of, outputs_of
from geoloc_core.models.adapters.python_file import (
    Predict,
    function_network,
    names_function,
    python_network,
)
from geoloc_core.models.checkpoint import Checkpoint, checkpoint_path, load_checkpoint
from geoloc_core.models.engines import Engine, Scores, float_engine
from geoloc_core.models.tensors import CheckpointError
from geoloc_core.text import terminal_safe

_OURS = ("architecture", "grid", "grid_fingerprint", "mask")  # in the head of our checkpoints


@dataclass(frozen=True, eq=False)
class Model:
    """Any classifier of images.

    name: what people call it; classes: their n names, those of a grid being its cells' numbers;
    grid: None where the classes are no places; engine: what runs it, its checkpoint with a grid
    without cells then; digest: changes with whatever its answers depend on, for caches to know it
    by.
    """

    name: str
    classes: tuple[str, ...]
    grid: Grid | None
    engine: Engine
    digest: str

    @property
    def data_fingerprint(self) -> str:
        """The fingerprint of its training data; "" where nobody knows what it was trained on."""
        return self.engine.checkpoint.data_fingerprint

    def predict(self, images: NDArray[np.uint8], mask: Mask | None = None) -> NDArray[np.float64]:
        """Probabilities (b, n) of whole images (b, h, w, 3) of any size, RGB uint8.

        `mask` is that of its training if left out.
        """
        scores = self.scores(list(images), mask).logits.astype(np.float64)
        return np.asarray(softmax(scores / self.engine.checkpoint.temperature, axis=1))

    def scores(self, images: Sequence[NDArray[np.uint8]], mask: Mask | None = None) -> Scores:
        """All that it shows of whole images (h, w, 3): logits before temperature, maps, features.

        The maps are signed class activation maps (b, n, h', w'), None where it shows none.
        """
        return self.engine.of_photos(images, mask)


def open_model(model: str | Choice, engine: Callable[[Checkpoint], Engine] = float_engine) -> Model:
    """Open the model that a name stands for; `engine` makes that of a checkpoint of Pata.

    Raises `CheckpointError`, in words.
    """
    choice = Choice(model) if isinstance(model, str) else model
    if is_checkpoint(choice.name):
        if choice.backbone or choice.grid:
            raise CheckpointError(
                f"{choice.name} is a checkpoint of Pata, which tells its backbone and grid itself: "
                "leave out --backbone and --grid."
            )
        return model_of_engine(choice.name, engine(load_checkpoint(checkpoint_path(choice.name))))
    network = _network(choice)
    return _model_of(network, choice.grid or network.card.grid, choice.classes)


def model_of(
    predict: Predict,
    classes: Sequence[str] = (),
    *,
    grid: Path | None = None,
    name: str = "predict",
    size: tuple[int, int] | None = None,
) -> Model:
    """A function as a model: images (b, h, w, 3) uint8 to probabilities or logits (b, n).

    classes: the names of the n classes, or `grid`, a file whose cells they are; without either
    they are the cells of the article's grid. size: height and width of the images that it wants;
    without it, it is given them as they are. Raises `CheckpointError`, in words.
    """
    told: dict[str, Any] = {} if size is None else {"size": size}
    if classes:
        try:
            told["classes"] = names(list(classes))
        except (TypeError, ValueError) as error:
            raise CheckpointError(
                "The classes must be two names or more, each another one."
            ) from error
    return _model_of(function_network(predict, name, told), grid, ())


def model_of_engine(name: str, engine: Engine) -> Model:
    """A checkpoint of Pata with its engine as a model."""
    checkpoint = engine.checkpoint
    cells = tuple(str(cell) for cell in range(len(checkpoint.grid)))
    return Model(name, cells, checkpoint.grid, engine, checkpoint.file_sha256)


def is_checkpoint(name: str) -> bool:
    """Whether a name stands for a checkpoint of Pata, or for what is to be refused as one."""
    if name in SHIPPED or name in PHOTO_MODELS:
        return True
    path = Path(name)
    if names_function(name) or path.is_dir() or path.suffix != ".safetensors":
        return False
    try:
        with safe_open(path, framework="np") as file:
            return not {*_OURS}.isdisjoint(file.metadata() or {})
    except (SafetensorError, OSError):
        return True  # which says what is wrong with it


def _network(choice: Choice) -> Network:
    name = choice.name
    path = Path(name)
    asked = {"backbone": choice.backbone} if choice.backbone else {}
    if (function := names_function(name)) is not None:
        return python_network(name, card_beside(Path(function["where"])))
    if path.is_dir():
        from geoloc_core.models.adapters.hugging_face import folder_network

        return folder_network(path, dict(card_beside(path)) | asked)
    if not path.is_file():
        raise CheckpointError(
            f"There is no file {terminal_safe(name)}. A model is a file, a folder of Hugging Face, "
            f"FILE.py:FUNCTION, or one that ships: {', '.join(SHIPPED)}."
        )
    return _network_in_file(path, dict(card_beside(path)) | asked)


def _network_in_file(path: Path, told: Told) -> Network:
    kind = kind_of(path)
    if kind == "onnx":
        from geoloc_core.models.adapters.onnx import onnx_network

        return onnx_network(path, told)
    if kind == "torchscript":
        from geoloc_core.models.adapters.torchscript import torchscript_network

        return torchscript_network(path, told)
    if kind == "exported":
        from geoloc_core.models.adapters.exported import exported_network

        return exported_network(path, told)
    if not told.get("backbone"):
        raise CheckpointError(
            f"{path.name} is no checkpoint of Pata: if it holds the weights of a network of "
            "torchvision or timm, say which with --backbone NAME, as resnet18."
        )
    from geoloc_core.models.adapters.state_dict import state_dict_network

    return state_dict_network(path, told)


def _model_of(network: Network, grid_file: Path | None, spare: tuple[str, ...]) -> Model:
    """The model of a network with the classes that were told. Raises `CheckpointError`."""
    outputs = outputs_of(network)
    named = network.card.classes or (spare if len(spare) == outputs.classes else ())
    if grid_file is not None:
        try:
            grid, whose = read_grid(grid_file), f"the grid in {grid_file.name}"
        except GridError as error:
            raise CheckpointError(str(error)) from error
    elif named:
        if len(named) != outputs.classes:
            raise CheckpointError(
                f"{terminal_safe(network.name)} tells {outputs.classes} classes apart, and there "
                f"are names for {len(named)}."
            )
        return Model(
            network.name, named, None, engine_of(network, outputs, NO_GRID), network.digest
        )
    else:
        grid, whose = article_grid(), "Pata's own grid"
    if len(grid) != outputs.classes:
        raise CheckpointError(
            f"{terminal_safe(network.name)} tells {outputs.classes} classes apart, and {whose} has "
            f"{len(grid)} cells: give the model's own grid with --grid FILE, or the names of its "
            "classes, all of them, in its card."
        )
    cells = tuple(str(cell) for cell in range(len(grid)))
    return Model(network.name, cells, grid, engine_of(network, outputs, grid), network.digest)

"""Networks in archives of torch.export (.pt2), read without the pickles that torch reads in them.

`torch.export.load` unpickles example inputs and some weights, and evaluates expressions. So an
archive is first written anew from what is known to be plain: the graph, of operators that compute,
its expressions checked, and weights that are bare numbers.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from geoloc_core.models.adapters.card import Card, Told
from geoloc_core.models.adapters.files import archive_entries, digest_of, first_line
from geoloc_core.models.adapters.network import Network
from geoloc_core.models.tensors import CheckpointError

_GRAPH = "models/model.json"
_CONFIGS = {
    "data/weights/": "data/weights/model_weights_config.json",
    "data/constants/": "data/constants/model_constants_config.json",
}
_EXAMPLES = "data/sample_inputs/model.pt"
_PLAIN = ("archive_format", "archive_version", "byteorder", ".data/version")
_MOST_GRAPH = 200 * 2**20  # bytes

_OPERATOR = re.compile(r"torch\.ops\.aten\.(?!from_file|save)\w+\.\w+|_operator\.\w+|math\.\w+")
_EXPRESSION = re.compile(  # what sympy's srepr writes of a size
    r"(?:Symbol\('[su]\d{1,6}'(?:, [a-z_]+=True)*\)|(?:Integer|Add|Mul|FloorDiv|Mod|Max|Min)\("
    r"|-?\d{1,12}|[(), ])*"
)
_SPEC_TYPES = {None, "builtins.tuple", "builtins.list", "builtins.dict"}

Json = Any


def exported_network(path: Path, told: Told) -> Network:
    """The network in an archive of torch.export. Raises `CheckpointError`, in words."""
    import torch

    try:
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "model.pt2"
            _write_plain(path, plain)
            logging.getLogger("torch.export").setLevel(logging.ERROR)  # a trace of what we say
            program = torch.export.load(str(plain))
        module = program.module()
        shape = [node.meta["val"].shape for node in program.graph.nodes if _is_image(node, program)]
    except (CheckpointError, MemoryError):
        raise
    except Exception as error:  # a hostile graph fails anywhere in torch
        raise CheckpointError(
            f"{path.name} is no archive of torch.export that can be read: {first_line(error)}"
        ) from error
    if len(shape) != 1 or len(shape[0]) != 4:
        raise CheckpointError(
            f"{path.name} must take one tensor, images (batch, 3, height, width)."
        )
    from geoloc_core.models.adapters.torch_run import runner

    fixed = [side if isinstance(side, int) else None for side in shape[0]]
    card = Card(**_told_by(fixed) | dict(told))
    return Network(path.name, runner(module, card, fixed[0]), card, digest_of(path, told))


def _is_image(node: Any, program: Any) -> bool:
    return node.op == "placeholder" and node.name in program.graph_signature.user_inputs


def _told_by(fixed: list[int | None]) -> dict[str, Any]:
    """What an input's sides say, each None where it is open."""
    _, first, second, third = fixed
    backwards = third == 3 and first != 3
    sides = (first, second) if backwards else (second, third)
    told: dict[str, Any] = {"layout": "NHWC"} if backwards else {}
    return told | ({"size": sides} if None not in sides else {})


def _write_plain(path: Path, to: Path) -> None:
    entries = archive_entries(path)
    damaged = CheckpointError(f"{path.name} is no whole archive of torch.export.")
    if any(name not in entries for name in (_GRAPH, *_CONFIGS.values())):
        raise damaged
    if entries[_GRAPH].file_size > _MOST_GRAPH:
        raise CheckpointError(f"{path.name} holds a graph of more than {_MOST_GRAPH >> 20} MB.")
    try:
        with zipfile.ZipFile(path) as given, zipfile.ZipFile(to, "w") as plain:

            def copy(name: str) -> None:
                writing = plain.open(f"model/{name}", "w", force_zip64=True)
                with given.open(entries[name]) as source, writing as target:
                    shutil.copyfileobj(source, target)

            graph = _plain_graph(json.loads(given.read(entries[_GRAPH])))
            plain.writestr(f"model/{_GRAPH}", json.dumps(graph))
            plain.writestr(f"model/{_EXAMPLES}", b"")
            for name in _PLAIN:
                if name in entries:
                    copy(name)
            for folder, config in _CONFIGS.items():
                files = _plain_files(json.loads(given.read(entries[config])))
                copy(config)
                for name in sorted(files):
                    copy(f"{folder}{name}")
    except _NotPlainError as error:
        raise CheckpointError(
            f"{path.name} is an archive of torch.export with {error} in it, which is not opened: "
            "export the network anew for prediction, or as ONNX."
        ) from error
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
    ) as error:
        raise damaged from error


class _NotPlainError(Exception):
    """Something in an archive that is more than numbers and a graph."""


def _plain_files(config: Json) -> set[str]:
    """The files of weights that a config names. Raises `_NotPlainError` unless all are numbers."""
    files = set()
    for of in config["config"].values():
        if of["use_pickle"] is not False or not re.fullmatch(r"\w+", of["path_name"]):
            raise _NotPlainError("a pickle")
        files.add(of["path_name"])
    return files


def _plain_graph(graph: Json) -> Json:
    """A graph without what is no part of it. Raises `_NotPlainError` where it does more."""
    graph["guards_code"] = []
    for module in graph["graph_module"]["module_call_graph"]:
        for spec in ("in_spec", "out_spec"):
            _check_spec(json.loads((module["signature"] or {}).get(spec) or "[]"))
    _walk(graph)
    return graph


def _walk(part: Json) -> None:
    """Check operators and expressions everywhere, and drop where in somebody's code they stood."""
    if isinstance(part, list):
        for each in part:
            _walk(each)
    if not isinstance(part, dict):
        return
    if "target" in part and "inputs" in part:
        if not _OPERATOR.fullmatch(str(part["target"])):
            raise _NotPlainError("an operator that is none of torch's own")
        part["metadata"] = {}
    for name, each in part.items():
        if name == "expr_str" and not _EXPRESSION.fullmatch(str(each)):
            raise _NotPlainError("an expression that is none of sizes")
        _walk(each)


def _check_spec(spec: Json) -> None:
    """Raise `_NotPlainError` where the structure of inputs or outputs is more than a container."""
    if isinstance(spec, list):
        for each in spec:
            _check_spec(each)
    elif isinstance(spec, dict):
        if spec.get("type") not in _SPEC_TYPES or "__enum__" in json.dumps(spec):
            raise _NotPlainError("inputs or outputs that are no tensors")
        _check_spec(spec.get("children_spec", []))

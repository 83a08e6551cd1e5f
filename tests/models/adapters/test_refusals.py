"""What is refused: pickles above all, and files that are damaged, hostile or something else."""

from __future__ import annotations

import io
import json
import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from geoloc_core.models.adapters import files
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.adapters.model import model_of, open_model
from geoloc_core.models.tensors import CheckpointError
from tests.models.adapters.small_models import SIDE, Small, photos, write_onnx

RAN = "ran"  # what the evil of these tests would leave behind


class Evil:
    """Unpickling it writes a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.folder / RAN,)


def refused(model: Path | str | Choice) -> str:
    with pytest.raises(CheckpointError) as said:
        open_model(model if isinstance(model, Choice) else str(model))
    words = str(said.value)
    assert words.isprintable() or "is a pickle" in words  # which ends in two lines of Python
    return words


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "small.pt2"
    program = torch.export.export(Small().eval(), (torch.rand(2, 3, SIDE, SIDE),))
    torch.export.save(program, path)
    return path


@pytest.mark.parametrize("legacy", [True, False])
def test_a_pickle_is_refused_with_the_lines_that_convert_it(tmp_path, legacy) -> None:
    small = Small()
    path = tmp_path / "small.pth"
    torch.save(small.state_dict(), path, _use_new_zipfile_serialization=not legacy)
    words = refused(path)
    assert "pickle" in words
    first, *lines = words.splitlines()
    assert first.endswith("two lines of Python:")
    assert len(lines) == 2
    where = str(tmp_path / "small")
    program = "\n".join(lines).replace('"small', f'"{where}')
    exec(program, {"torch": torch, "safetensors": safetensors})
    converted = safetensors.torch.load_file(tmp_path / "small.safetensors")
    assert all((converted[name] == of).all() for name, of in small.state_dict().items())


@pytest.mark.parametrize("name", ["m.pt", "m.pth", "m.bin", "m.pkl", "m.ckpt", "m.onnx", "m.pt2"])
def test_nothing_is_unpickled_whatever_it_is_called(tmp_path, name) -> None:
    for number, content in enumerate([pickle.dumps(Evil(tmp_path)), _torch_saved(tmp_path)]):
        path = tmp_path / str(number) / name
        path.parent.mkdir()
        path.write_bytes(content)
        refused(path)
    assert not (tmp_path / RAN).exists()


def _torch_saved(folder: Path) -> bytes:
    saved = io.BytesIO()
    torch.save({"state_dict": Evil(folder)}, saved)
    return saved.getvalue()


def with_entries(path: Path, to: Path, **entries: bytes | None) -> Path:
    """An archive with other content in some of its files, None for none."""
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(to, "w") as changed:
        for name in given.namelist():
            inner = name.partition("/")[2]
            content = entries.get(inner, given.read(name))
            if content is not None:
                changed.writestr(name, content)
    return to


def test_examples_in_an_exported_archive_are_not_unpickled(exported, tmp_path) -> None:
    entries = {"data/sample_inputs/model.pt": _torch_saved(tmp_path)}
    path = with_entries(exported, tmp_path / "evil.pt2", **entries)
    model = open_model(str(path))  # they are not needed
    np.testing.assert_array_equal(
        model.predict(photos()), open_model(str(exported)).predict(photos())
    )
    assert not (tmp_path / RAN).exists()


WEIGHTS = "data/weights/model_weights_config.json"
GRAPH = "models/model.json"


def _pickled_weight(config: dict) -> None:
    next(iter(config["config"].values()))["use_pickle"] = True


def _weight_elsewhere(config: dict) -> None:
    next(iter(config["config"].values()))["path_name"] = "../../../etc/passwd"


def _other_target(graph: dict) -> None:
    graph["graph_module"]["graph"]["nodes"][0]["target"] = "torch.hub.load"


def _program_in_an_expression(graph: dict) -> None:
    value = next(iter(graph["graph_module"]["graph"]["tensor_values"].values()))
    value["sizes"][0] = {"as_expr": {"expr_str": "__import__('os').getpid()", "hint": None}}


def _enum_in_the_inputs(graph: dict) -> None:
    signature = graph["graph_module"]["module_call_graph"][0]["signature"]
    signature["in_spec"] = '[1, {"type": "builtins.dict", "context": {"__enum__": "os:x"}}]'


@pytest.mark.parametrize(
    ("part", "change", "says"),
    [
        (WEIGHTS, _pickled_weight, "a pickle"),
        (WEIGHTS, _weight_elsewhere, "a pickle"),
        (GRAPH, _other_target, "an operator"),
        (GRAPH, _program_in_an_expression, "an expression"),
        (GRAPH, _enum_in_the_inputs, "inputs or outputs"),
    ],
)
def test_an_exported_archive_that_does_more_is_refused(
    exported, tmp_path, part, change, says
) -> None:
    with zipfile.ZipFile(exported) as archive:
        root = archive.namelist()[0].partition("/")[0]
        content = json.loads(archive.read(f"{root}/{part}"))
    change(content)
    entries = {part: json.dumps(content).encode()}
    assert says in refused(with_entries(exported, tmp_path / "evil.pt2", **entries))


def test_guards_of_an_exported_archive_are_dropped(exported, tmp_path) -> None:
    with zipfile.ZipFile(exported) as archive:
        root = archive.namelist()[0].partition("/")[0]
        graph = json.loads(archive.read(f"{root}/{GRAPH}"))
    graph["guards_code"] = [f"open({str(tmp_path / RAN)!r}, 'w')"]
    entries = {GRAPH: json.dumps(graph).encode()}
    open_model(str(with_entries(exported, tmp_path / "evil.pt2", **entries))).predict(photos())
    assert not (tmp_path / RAN).exists()


def test_a_torchscript_program_that_writes_files_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.jit.script(Small()).save("small.pt")
    code = zipfile.ZipFile("small.pt").namelist()
    main = next(name for name in code if name.endswith("small_models.py"))
    inner = main.partition("/")[2]
    program = zipfile.ZipFile("small.pt").read(main)
    for line in (b"    torch.save(images, 'ran')\n", b"    ops.other.call(images)\n"):
        head, _, rest = program.partition(b"Tensor:\n")
        changed = {inner: head + b"Tensor:\n" + line + rest}
        path = with_entries(tmp_path / "small.pt", tmp_path / "evil.pt", **changed)
        assert "more than compute" in refused(path)


@pytest.mark.parametrize("kind", ["onnx", "pt", "pt2", "safetensors", "config"])
def test_files_that_are_cut_short_are_said_to_be(tmp_path, exported, kind) -> None:
    whole = tmp_path / f"whole.{kind}"
    if kind == "onnx":
        write_onnx(whole, Small())
    elif kind == "pt":
        torch.jit.script(Small()).save(str(whole))
    elif kind == "pt2":
        whole.write_bytes(exported.read_bytes())
    elif kind == "safetensors":
        safetensors.torch.save_file(Small().state_dict(), whole)
    else:
        whole.write_text('{"architecture": "resnet18"', encoding="utf-8")
    content = whole.read_bytes()
    for part in (0.0, 0.02, 0.5, 0.97):
        folder = tmp_path / str(part)
        folder.mkdir()
        path = folder / f"cut.{kind}"
        if kind == "config":
            path = folder / "config.json"
            (folder / "model.safetensors").write_bytes(b"")
        path.write_bytes(content[: int(part * len(content))])
        refused(folder if kind == "config" else Choice(str(path), backbone="resnet18"))


def test_a_file_of_nonsense_never_ends_in_a_traceback(tmp_path) -> None:
    random = np.random.default_rng(0)
    for name in ("a.onnx", "a.pt2", "a.pt", "a.safetensors", "a.exe", "a"):
        for start in (b"", b"PK\x03\x04", b"\x80\x02", b"\x08\x08"):
            path = tmp_path / name
            path.write_bytes(start + random.bytes(300))
            refused(Choice(str(path), backbone="resnet18"))


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch) -> None:
    path = tmp_path / "bomb.pt2"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/models/model.json", b"0" * 2**20)
    assert path.stat().st_size < 2**14
    monkeypatch.setattr(files, "MOST_BYTES", 2**19)
    assert "unpacks to more" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/models/model.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("m/models/model.json", b"{}")
    assert "as torch writes none" in refused(path)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("size = 0", "size must be pixels a side"),
        ("size = 99999", "size must be"),
        ("size = true", "size must be"),
        ("std = [1, 0, 1]", "std must be three numbers above 0"),
        ("mean = [nan, 0, 0]", "mean must be"),
        ('classes = ["a", "a"]', "classes must be"),
        ('layout = "CHWN"', "layout must be NCHW or NHWC"),
        ("colour = 1", "is nothing that a card says"),
        ("size = ", "is no TOML"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(tmp_path, says, words) -> None:
    path = write_onnx(tmp_path / "small.onnx", Small())
    path.with_suffix(".toml").write_text(says, encoding="utf-8")
    said = refused(path)
    assert words in said
    assert "\n" not in said


def test_weights_of_another_network_are_refused(tmp_path) -> None:
    path = tmp_path / "net.safetensors"
    safetensors.torch.save_file(Small().state_dict(), path)
    assert "say which with --backbone" in refused(path)
    assert "are not those of 'resnet18'" in refused(Choice(str(path), backbone="resnet18"))
    assert "have no network 'no such'" in refused(Choice(str(path), backbone="no such"))


def test_what_a_function_may_not_do(tmp_path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("raise RuntimeError('no\\nweights')", encoding="utf-8")
    assert "cannot be imported: RuntimeError: no" in refused(f"{file}:predict")
    file.write_text("predict = 3", encoding="utf-8")
    assert "holds no function predict" in refused(f"{file}:predict")
    assert "There is no file" in refused(f"{tmp_path}/none.py:predict")
    assert "cannot be imported" in refused("no_such_module:predict")
    assert f"_pata_model_{file.stem}" in sys.modules


@pytest.mark.parametrize(
    ("gives", "words"),
    [
        (lambda images: 1 / 0, "ZeroDivisionError"),
        (lambda images: np.zeros(len(images)), "an array of shape"),
        (lambda images: np.full((len(images), 3), np.nan), "not finite"),
        (lambda images: np.zeros((1, 3)), "an array of shape"),
        (lambda images: "text", "fails on images"),
    ],
)
def test_what_a_function_may_not_give(gives, words) -> None:
    with pytest.raises(CheckpointError, match=words):
        model_of(gives, ["a", "b", "c"])
    with pytest.raises(CheckpointError, match="two names or more"):
        model_of(gives, ["a"])


def test_folders_without_a_model(tmp_path) -> None:
    assert "without config.json" in refused(tmp_path)
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    assert "holds no model.safetensors" in refused(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(pickle.dumps(Evil(tmp_path)))
    assert "is a pickle" in refused(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert "no JSON object" in refused(tmp_path)
    assert not (tmp_path / RAN).exists()

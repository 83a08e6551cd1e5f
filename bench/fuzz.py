"""What strangers send, spoilt: every input is taken or refused in a sentence, never a traceback.

Writes bench/results/fuzz.json whole. Good inputs of each kind are mutated at random (bytes changed,
cut out, doubled, or put in place of others) and read as the app and the command line read them.
"""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd
from numpy.random import Generator
from PIL import Image
from tqdm import tqdm

from bench.app_in_browser import served
from bench.visitor import VisitError, visit
from geoloc_core.data.manifest import read_manifest
from geoloc_core.errors import UserError
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import with_name
from geoloc_core.images.photo import read_photo
from geoloc_core.models.checkpoint import checkpoint_path, load_checkpoint
from geoloc_core.paths import ASSETS
from geoloc_core.text import plain_markdown, terminal_safe

RESULTS = Path(__file__).parent / "results" / "fuzz.json"
COUNTS = {"photos": 10_000, "manifests": 5_000, "checkpoints": 2_000, "names": 2_700}
QUERIES = 300
INTERESTING = (b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"NaN", b"-1", b"1e999", b'"', b"<", b"../")

Read = Callable[[bytes, Path], object]


def bench_fuzz() -> None:
    """Mutate, print and write."""
    found = {kind: fuzz(kind, count) for kind, count in COUNTS.items()}
    with served() as address:
        found["queries"] = asyncio.run(fuzz_queries(address, QUERIES))
    text = json.dumps({"mutations": total(found), "by_kind": found}, indent=2) + "\n"
    write_whole(RESULTS, lambda path: path.write_text(text, encoding="utf-8"))
    print(text)


def total(found: dict[str, dict[str, object]]) -> int:
    """How many mutations there were."""
    return sum(int(str(each["mutations"])) for each in found.values())


def fuzz(kind: str, count: int, seed: int = 0, *, progress: bool = True) -> dict[str, object]:
    """Read so many mutated inputs of a kind: how many were taken, refused, or broke something."""
    goods, read = TARGETS[kind]
    random = np.random.default_rng([seed, sorted(TARGETS).index(kind)])
    seen: Counter[str] = Counter()
    broken: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        kept = list(goods())
        for _ in tqdm(range(count), desc=kind, disable=not progress):
            content = mutated(kept[int(random.integers(len(kept)))], random)
            start = time.perf_counter()
            try:
                read(content, Path(folder))
                seen["taken"] += 1
            except UserError as error:
                seen["refused"] += 1
                if not str(error).strip() or "\n" in str(error):
                    broken.append(f"no sentence: {error!r}")
            except Exception as error:  # what is looked for
                broken.append(f"{type(error).__name__}: {error} for {content[:80]!r}")
            slowest = max(slowest, time.perf_counter() - start)
    return {
        "mutations": count,
        "taken": seen["taken"],
        "refused": seen["refused"],
        "broken": len(broken),
        "first_broken": broken[:3],
        "slowest_s": round(slowest, 2),
    }


async def fuzz_queries(address: str, count: int) -> dict[str, object]:
    """Open the first page with mutated links."""
    random = np.random.default_rng(0)
    good = b"sample=s1-c00-0001&model=masked&mask=crop&cell=12&heat=no&views=0,2&point=mode&seed=7"
    broken = []
    for _ in tqdm(range(count), desc="queries"):
        query = mutated(good, random)
        async with visit(address) as visitor:
            try:
                await visitor.run(quote(query, safe="=&,"))
            except VisitError as error:
                broken.append(f"{error} for {query!r}")
    taken = count - len(broken)
    return {"mutations": count, "taken": taken, "broken": len(broken), "first_broken": broken[:3]}


def mutated(content: bytes, random: Generator) -> bytes:
    """The content with one to six changes."""
    changed = bytearray(content)
    for _ in range(int(random.integers(1, 7))):
        at = int(random.integers(len(changed) + 1))
        end = min(len(changed), at + int(random.geometric(0.05)))
        how = int(random.integers(5))
        if how == 0 and at < len(changed):
            changed[at] ^= 1 << int(random.integers(8))
        elif how == 1:
            del changed[at:end]
        elif how == 2:
            changed[at:at] = changed[at:end]
        elif how == 3:
            put = INTERESTING[int(random.integers(len(INTERESTING)))]
            changed[at : at + len(put)] = put
        else:
            changed[at:end] = random.bytes(end - at)
    return bytes(changed)


def _photos() -> Iterable[bytes]:
    files = sorted((ASSETS / "samples").glob("*.jpg"))[:3]
    yield from (file.read_bytes() for file in files)
    image = Image.open(files[0]).resize((96, 96))
    for kind, how in (("PNG", {}), ("WEBP", {}), ("JPEG", {"progressive": True}), ("AVIF", {})):
        file = io.BytesIO()
        image.save(file, kind, **how)
        yield file.getvalue()


def _manifests() -> Iterable[bytes]:
    frame = pd.read_parquet(ASSETS / "samples" / "manifest.parquet").head(40)
    yield frame.to_csv(index=False).encode()
    yield frame[["file", "latitude", "longitude"]].to_csv(index=False).encode()
    file = io.BytesIO()
    frame.to_parquet(file)
    yield file.getvalue()


def _read_manifest(content: bytes, folder: Path) -> object:
    parquet, table = folder / "manifest.parquet", folder / "manifest.csv"
    for path in (parquet, table):
        path.unlink(missing_ok=True)
    (parquet if b"PAR1" in content else table).write_bytes(content)
    return read_manifest(folder)


def _checkpoints() -> Iterable[bytes]:
    """The head of the smallest checkpoint; its numbers are put behind it again."""
    content = checkpoint_path("scene").read_bytes()
    yield content[: 8 + int.from_bytes(content[:8], "little")]


def _read_checkpoint(content: bytes, folder: Path) -> object:
    whole = checkpoint_path("scene").read_bytes()
    length = max(0, len(content) - 8)
    path = folder / "model.safetensors"
    numbers = whole[8 + int.from_bytes(whole[:8], "little") :]
    path.write_bytes(length.to_bytes(8, "little") + content[8:] + numbers)
    return load_checkpoint(path)


def _names() -> Iterable[bytes]:
    for name in ("Asha Rao", "<script>alert(1)</script>", "\u202eतमिल நாடு\u0000", "=1+1\x1b[31m"):
        yield name.encode()


def _write_name(content: bytes, _: Path) -> object:
    name = content.decode("utf-8", errors="replace")
    shown = terminal_safe(name)
    if not shown.isprintable():
        raise AssertionError("something else than text would reach a terminal")
    plain_markdown(name)
    return with_name(np.full((64, 64, 3), 90, np.uint8), name)


TARGETS: dict[str, tuple[Callable[[], Iterable[bytes]], Read]] = {
    "photos": (_photos, lambda content, _: read_photo(content)),
    "manifests": (_manifests, _read_manifest),
    "checkpoints": (_checkpoints, _read_checkpoint),
    "names": (_names, _write_name),
}

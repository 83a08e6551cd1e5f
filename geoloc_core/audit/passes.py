"""The forward passes of an audit: every variant of every image through the network, once."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_softmax
from tqdm import tqdm

from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.suspect import ROW, Suspect
from geoloc_core.audit.swaps import draw_swaps, image_random
from geoloc_core.audit.variants import VARIANTS, variants
from geoloc_core.cluster.spread import Spread, here
from geoloc_core.data.folds import split
from geoloc_core.data.manifest import ManifestError
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Mask, Pixels, with_name
from geoloc_core.images.preprocess import apply_mask
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.engines import Engine

SAMPLE_SIZE = 1000
PART_SIZE = 200  # images a part file
NO_MAP = np.zeros((0, 0), np.float32)
_AHEAD = 8  # images made ready while the network is busy

Made = TypeVar("Made")


class Arrays(NamedTuple):
    """What the network said of m images.

    logits (m, variants, n) float32; of the images as they are: pooled features (m, f) float16, and
    the signed class activation map (m, h, w) float32 of the likeliest cell, (m, 0, 0) of a network
    that shows none.
    """

    logits: NDArray[np.float32]
    pooled: NDArray[np.float16]
    cam_predicted: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Passes:
    """The answers of a network to m images of the test fold and to their variants.

    frame: the manifest's columns, one row an image, `cell` on the network's own grid (true), and
    the columns of `draw_swaps`; arrays: what the network said; images went in with `mask`, the
    network's own, logits are divided by `temperature`.
    """

    frame: pd.DataFrame
    arrays: Arrays
    suspect: Suspect
    mask: Mask
    temperature: float

    def predicted(self, variant: str) -> NDArray[np.int64]:
        """The likeliest cell (m,) of each image under a variant."""
        return np.asarray(self._logits(variant).argmax(axis=1), np.int64)

    def log_probabilities(self, variant: str) -> NDArray[np.float64]:
        """Calibrated log-probabilities (m, n) in nats under a variant."""
        scaled = self._logits(variant).astype(np.float64) / self.temperature
        return np.asarray(log_softmax(scaled, axis=1), np.float64)

    def _logits(self, variant: str) -> NDArray[np.float32]:
        return self.arrays.logits[:, VARIANTS.index(variant)]


class Witness(NamedTuple):
    """What a part's passes need: images, a checkpoint and its engine."""

    images: ImageStore
    checkpoint: Checkpoint
    engine: Engine


def run_passes(
    images: ImageStore,
    subjects: pd.DataFrame,
    checkpoint: Checkpoint,
    engine: Engine,
    out: Path,
    *,
    suspect: Suspect = ROW,
    seed: int = 0,
    part_size: int = PART_SIZE,
    progress: bool = True,
    spread: Spread = here,
    load: Callable[[], Witness] | None = None,
) -> Passes:
    """Show `engine`, which is the checkpoint's, the variants of the subjects' `images`.

    subjects: as from `draw_subjects` with this seed. What is done is kept in OUT/passes, in parts
    of so many images that carry the fingerprint of all they depend on, the content of the images
    too: an interrupted run goes on, and other settings begin anew. With `load`, which makes the
    same of the same, `spread` shares the parts out. Raises ManifestError for an unreadable image.
    """
    settings = [
        version("pata"),
        digest_of(checkpoint),
        checkpoint.mask,
        checkpoint.size,
        astuple(suspect),
        seed,
    ]
    starts = range(0, len(subjects), part_size)
    parts = [subjects.iloc[start : start + part_size] for start in starts]
    files = [out / "passes" / f"{_fingerprint(settings, rows, images)}.npz" for rows in parts]
    tasks = [
        (file, rows) for file, rows in zip(files, parts, strict=True) if _read_part(file) is None
    ]
    left = sum(len(rows) for _, rows in tasks)
    with tqdm(
        total=len(subjects), initial=len(subjects) - left, unit=" images", disable=not progress
    ) as bar:
        if load is None:  # an image at a time is told
            own = Witness(images, checkpoint, engine)
            done = here(lambda: own, partial(write_part, suspect, seed, bar.update), tasks)
        else:
            done = spread(load, partial(write_part, suspect, seed, None), tasks)
        for number, _ in done:
            if load is not None:
                bar.update(len(tasks[number][1]))
    saved = [part for file in files if (part := _read_part(file)) is not None]
    arrays = Arrays(*map(np.concatenate, zip(*saved, strict=True)))
    return Passes(subjects, arrays, suspect, checkpoint.mask, checkpoint.temperature)


def write_part(
    suspect: Suspect,
    seed: int,
    told: Callable[[int], object] | None,
    witness: Witness,
    part: tuple[Path, pd.DataFrame],
) -> None:
    """Pass the variants of a part's images and write the answers to its file.

    `told` hears of each image. Raises ManifestError if an image cannot be read.
    """
    file, rows = part
    images, checkpoint, engine = witness
    make = partial(
        _inputs, images=images, checkpoint=checkpoint, engine=engine, suspect=suspect, seed=seed
    )
    known: dict[bytes, NDArray[np.float32]] = {}
    answers = []
    for keys, inputs in _ahead(make, rows.itertuples(index=False)):
        answers.append(_answers(keys, inputs, engine, known))
        if told is not None:
            told(1)
    write_whole(file, partial(_save, part=Arrays(*map(np.stack, zip(*answers, strict=True)))))


def draw_subjects(located: pd.DataFrame, count: int = SAMPLE_SIZE, seed: int = 0) -> pd.DataFrame:
    """A sample of the test fold, in the manifest's order, and who is swapped in.

    located: a manifest as from `on_grid`. Takes at most so many images, of as many panoramas as
    there are. Raises ManifestError if the test fold is empty.
    """
    fold = split(located)
    test = located[fold == "test"]
    if test.empty:
        raise ManifestError("The data set has no images in its test fold.")
    order = test.iloc[np.random.default_rng(seed).permutation(len(test))]
    # the first image of every panorama comes before the second of any
    turn = order.groupby("panorama").cumcount().sort_values(kind="stable")
    sample = test.loc[np.sort(turn.index[:count])]
    return sample.join(draw_swaps(sample, located[fold == "train"], seed)).reset_index(drop=True)


def shown(row: Any, images: ImageStore, suspect: Suspect, seed: int = 0) -> list[Pixels]:
    """The variants of one image, in the order of `VARIANTS`, before they are preprocessed.

    `row` is a row of a `Passes`' frame, `seed` the run's.
    """
    pixels = images.pixels(row.file)
    swap = partial(_swapped, pixels=pixels, row=row, suspect=suspect)
    return variants(pixels, suspect, swap, image_random(f"control of {row.file}", seed))


def _inputs(
    row: Any,
    images: ImageStore,
    checkpoint: Checkpoint,
    engine: Engine,
    suspect: Suspect,
    seed: int,
) -> tuple[list[bytes], dict[bytes, Pixels]]:
    """A key for each variant of one image, and by key what the network takes in.

    Where a mask takes the suspect region away, variants that differ there alone share a key.
    """
    made = shown(row, images, suspect, seed)
    remaining = [apply_mask(one, checkpoint.mask) for one in made]
    keys = [hashlib.sha256(one.tobytes()).digest() for one in remaining]
    distinct = dict(zip(keys, made, strict=True))
    mask, size = checkpoint.mask, checkpoint.size
    return keys, {key: engine.frame(of, mask, size) for key, of in distinct.items()}


def _swapped(whose: str, pixels: Pixels, row: Any, suspect: Suspect) -> Pixels:
    """The image with the name that its row gives it; as it is where the region is no credit line.

    What the content of another region does, the scan measures.
    """
    name = {"swapped": row.swapped, "same cell": row.same_cell, "unknown": row.unknown}[whose]
    return with_name(pixels, name) if name and suspect == ROW else pixels


def _answers(
    keys: list[bytes],
    inputs: dict[bytes, Pixels],
    engine: Engine,
    known: dict[bytes, NDArray[np.float32]],
) -> Arrays:
    """One image's row of each array. What is `known` already, as an all black one, stays unasked.

    The image as it is comes first and is always asked, for its maps and features.
    """
    asked = [key for key in inputs if key == keys[0] or key not in known]
    scores = engine(np.stack([inputs[key] for key in asked]))
    known.update(zip(asked, scores.logits, strict=True))
    of_half = np.finfo(np.float16)
    return Arrays(
        np.stack([known[key] for key in keys]),
        scores.pooled[0].clip(of_half.min, of_half.max).astype(np.float16),
        NO_MAP if scores.cam is None else scores.cam[0, scores.logits[0].argmax()],
    )


def _ahead(make: Callable[[Any], Made], rows: Iterable[Any]) -> Iterator[Made]:
    """`make` of each row in order, a few made ready by a second thread."""
    rows = iter(rows)
    with ThreadPoolExecutor(1) as thread:
        ready = deque(thread.submit(make, row) for row in islice(rows, _AHEAD))
        while ready:
            made = ready.popleft().result()
            ready.extend(thread.submit(make, row) for row in islice(rows, 1))
            yield made


def _read_part(file: Path) -> Arrays | None:
    """A part that was written; None if there is none, or it is damaged and must be made again."""
    try:
        with np.load(file) as saved:
            return Arrays(*(saved[name] for name in Arrays._fields))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _save(path: Path, part: Arrays) -> None:
    np.savez(path, **part._asdict())


def digest_of(checkpoint: Checkpoint) -> str:
    """A fingerprint of the network's weights."""
    digest = hashlib.sha256(checkpoint.file_sha256.encode())
    for name, tensor in sorted(checkpoint.state.items()):
        digest.update(name.encode())
        digest.update(tensor.tobytes())
    return digest.hexdigest()


def _fingerprint(settings: list[Any], rows: pd.DataFrame, images: ImageStore) -> str:
    """What a part's answers depend on, as the name of its file."""
    contents = [images.digest(str(file)) for file in rows["file"]]
    text = json.dumps([*settings, VARIANTS, rows.to_csv(index=False), contents])
    return hashlib.sha256(text.encode()).hexdigest()[:24]

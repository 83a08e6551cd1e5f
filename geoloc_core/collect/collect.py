"""A data set from a photo service: points uniform in each cell, the nearest image of each.

Points are drawn for all cells in turn, so that a run that stops early leaves cells even. What was
answered stands in the folder's journal and what came as an image in `pictures`: the same command
goes through the same points again, asks only what it has not asked, and so goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

from geoloc_core.collect.asking import (
    AnswerError,
    Asker,
    CollectError,
    RefusedError,
    ServiceError,
)
from geoloc_core.collect.journal import Journal, open_journal
from geoloc_core.collect.offer import Offer, Source
from geoloc_core.data.manifest import write_manifest
from geoloc_core.files import write_whole
from geoloc_core.geography.grid import Grid, article_grid
from geoloc_core.geography.points import point_in
from geoloc_core.images.photo import read_photo

_DRY = 10  # points in a row without an image after which a cell is left as it is
_TRIED = 3  # offers near a point whose images are tried
_MOST_ILL = 3  # images in a row that do not come
_BLANK = 0.9  # share of an image in one colour from which there is nothing on it
_SUFFIXES = {b"\xff\xd8": ".jpg", b"\x89P": ".png", b"RI": ".webp"}


@dataclass(frozen=True)
class Collected:
    """What a run has: offers taken, images that are there, and how it ended.

    lacking: cells with fewer than were asked for; why: the sentence that ended the run before it
    was through, "" if it was.
    """

    offers: int
    images: int
    lacking: int
    why: str


@dataclass(frozen=True)
class _Taken:
    """An offer that is taken, with the files of its images by heading."""

    offer: Offer
    files: tuple[str, ...]


def collect(
    source: Source,
    asker: Asker,
    grid: Grid,
    out: Path,
    *,
    per_cell: int,
    seed: int = 0,
    images: bool = True,
    tell: Callable[[], object] = lambda: None,
) -> Collected:
    """Collect up to `per_cell` offers of a source in each cell into the folder `out`.

    Writes images under `pictures` and the manifest; without `images` neither, only the journal. An
    offer is taken in the cell that its own place lies in. `tell` is called for each one taken.
    Raises `CollectError` where the folder cannot be used; what ends the run later is in the result.
    """
    settings = {
        "version": 1,
        "source": source.name,
        "grid": hashlib.sha256(grid.fingerprint.encode()).hexdigest()[:16],
        "seed": seed,
    }
    taken: list[_Taken] = []
    why = ""
    with open_journal(out, settings | source.settings) as journal:
        try:
            run = _Run(source, asker, journal, out, images)
            for each in _walk(run, grid, per_cell, seed):
                taken.append(each)
                tell()
        except CollectError as error:
            why = str(error)
        finally:
            if images and taken:
                write_manifest(out, _manifest(taken))
    cells = Counter(_cells(grid, [each.offer for each in taken]))
    lacking = sum(cells[cell] < per_cell for cell in range(len(grid)))
    return Collected(len(taken), sum(len(each.files) for each in taken), lacking, why)


@dataclass
class _Run:
    """What asking needs; ill: images in a row that did not come."""

    source: Source
    asker: Asker
    journal: Journal
    out: Path
    images: bool
    ill: int = 0


def _walk(run: _Run, grid: Grid, per_cell: int, seed: int) -> Iterator[_Taken]:
    """Offers as they are taken, the cells in turn, until each has enough or has run dry."""
    held, dry = Counter[int](), Counter[int]()
    seen: set[str] = set()
    for number in count():
        open_cells = [c for c in range(len(grid)) if held[c] < per_cell and dry[c] < _DRY]
        if not open_cells:
            return
        for cell in open_cells:
            point = point_in(grid.cells[cell], np.random.default_rng([seed, cell, number]))
            allowed = [
                offer
                for offer in _offers(run, f"{cell}/{number}", point)
                if run.source.may_take(offer) and not seen & {offer.key, offer.group}
            ]
            cells = _cells(grid, allowed)
            near = [offer for offer, at in zip(allowed, cells, strict=True) if at == cell]
            taken = next(filter(None, (_take(run, offer) for offer in near[:_TRIED])), None)
            dry[cell] = 0 if taken else dry[cell] + 1
            if taken:
                held[cell] += 1
                seen |= {taken.offer.key, taken.offer.group}
                yield taken


def _offers(run: _Run, key: str, point: tuple[float, float]) -> list[Offer]:
    """What the source offers near a point, from the journal if it was asked already."""
    answer = run.journal.get(key)
    if answer is None:
        answer = [asdict(offer) for offer in run.source.offers(run.asker, point)]
        run.journal.put(key, answer)
    return [Offer(**each | {"headings": tuple(each["headings"])}) for each in answer]


def _take(run: _Run, offer: Offer) -> _Taken | None:
    """An offer with all of its images, or those that came; None where one of them cannot be had."""
    several = len(offer.headings) > 1
    stems = {
        f"pictures/{offer.key}" + (f"-{heading:03.0f}" if several else ""): heading
        for heading in offer.headings
    }
    lacking = {stem: at for stem, at in stems.items() if _kept(run.out, stem) is None}
    if lacking and run.journal.get(offer.key):
        return None
    if lacking and run.images and not _ask(run, offer, lacking):
        return None
    return _Taken(offer, tuple(filter(None, (_kept(run.out, stem) for stem in stems))))


def _ask(run: _Run, offer: Offer, lacking: dict[str, float]) -> bool:
    """Ask for images by their heading and write each as it comes; False where one does not."""
    try:
        contents = run.source.images(run.asker, offer, tuple(lacking.values()))
        for stem, content in zip(lacking, contents, strict=True):
            write_whole(run.out / (stem + _suffix(content)), partial(_write, content))
    except AnswerError as error:
        run.journal.put(offer.key, str(error))
        return False
    except RefusedError:
        raise
    except ServiceError:
        run.ill += 1
        if run.ill >= _MOST_ILL:
            raise
        return False
    run.ill = 0
    return True


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _kept(out: Path, stem: str) -> str | None:
    """The file of an image that came before."""
    files = (stem + suffix for suffix in _SUFFIXES.values())
    return next((file for file in files if (out / file).is_file()), None)


def _suffix(content: bytes) -> str:
    """How the name of an image ends.

    Raises `AnswerError` for another kind of image, or one of one colour, as services send where
    they have none.
    """
    if content[:2] not in _SUFFIXES:
        raise AnswerError("The image is no JPEG, PNG or WebP.")
    pixels = read_photo(content, target=256).pixels.astype(np.int16)
    common = np.median(pixels, axis=(0, 1))
    if (np.abs(pixels - common).max(axis=-1) <= 2).mean() > _BLANK:
        raise AnswerError("The image is blank.")
    return _SUFFIXES[content[:2]]


def _manifest(taken: list[_Taken]) -> pd.DataFrame:
    """The manifest's rows, one an image; `source` is the page that a photograph is from."""
    cells = _cells(article_grid(), [each.offer for each in taken])
    rows = [
        {
            "file": file,
            "panorama": each.offer.group,
            "latitude": each.offer.latitude,
            "longitude": each.offer.longitude,
            "heading": heading % 360.0,
            "uploader": each.offer.uploader,
            "date": each.offer.date,
            "cell": cell,
            "source": each.offer.page,
            "licence": each.offer.licence,
        }
        for each, cell in zip(taken, cells, strict=True)
        for file, heading in zip(each.files, each.offer.headings, strict=True)
    ]
    return pd.DataFrame(rows)


def _cells(grid: Grid, offers: list[Offer]) -> list[int]:
    """The cells that offers lie in, -1 for none."""
    places = [(offer.latitude, offer.longitude) for offer in offers]
    cells: list[int] = grid.cells_of(places).tolist() if places else []
    return cells

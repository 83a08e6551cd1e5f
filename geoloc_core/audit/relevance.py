"""Test 6: how much of the relevance lies in the suspect region. An illustration, not evidence.

Maps of relevance do not reliably show a shortcut, and may show one where none is (Adebayo et al.,
"Post hoc explanations may be ineffective for detecting unknown spurious correlation", 2022): this
finding takes no part in the verdict. All measures are taken from maps before any scaling, drawn
over the image by bilinear interpolation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from geoloc_core.audit.findings import Finding, unmeasured
from geoloc_core.audit.image_store import ImageStore
from geoloc_core.audit.interval import mean_with_interval
from geoloc_core.audit.passes import Passes, digest_of
from geoloc_core.audit.relevance_maps import Map, at_layer3, by_occlusion, of_random_network
from geoloc_core.audit.relevance_measures import (
    CANVAS,
    MEASURES,
    Region,
    draw_out,
    measure,
    seen_region,
)
from geoloc_core.audit.words import REMOVED, TITLES, relevance_words
from geoloc_core.catalogue import PHOTO_MODELS
from geoloc_core.data.folds import groups_of
from geoloc_core.files import write_whole
from geoloc_core.images.credit_line import Pixels
from geoloc_core.models.checkpoint import Checkpoint
from geoloc_core.models.class_activation import evidence_maps
from geoloc_core.models.engines import Engine
from geoloc_core.models.explain import explainable_layers

Way = Callable[[Pixels, int], Map]
"""From an image and a cell to a map (h, w)."""

SAMPLE = 64  # images for all maps but those at layer4, which cost nothing
_BY_OCCLUSION = 16  # images of a network without maps: up to 257 passes an image


def relevance(
    images: ImageStore,
    checkpoint: Checkpoint,
    engine: Engine,
    passes: Passes,
    *,
    sample: int = SAMPLE,
    progress: bool = True,
    kept: Path | None = None,
) -> Finding:
    """Measure the relevance of the suspect region for the predicted cells.

    `passes` hold the maps at layer4 of `images` shown to `engine`, the checkpoint's; a sample of so
    many is passed again for the other maps. Of a network that shows no maps, occlusion is measured
    alone. `kept`: a folder for the maps that are done, so that an interrupted audit goes on. Raises
    ManifestError if an image cannot be read.
    """
    region = seen_region(passes.suspect, passes.mask)
    cam = passes.arrays.cam_predicted
    if not region.any():
        nothing = unmeasured("relevance", 6, TITLES["relevance"], "share", REMOVED)
        return replace(nothing, value=0.0, low=0.0, high=0.0)
    by_map = _of_sample(images, checkpoint, engine, passes, region, sample, progress, kept)
    if cam.size:
        by_map = {"layer4": measured(passes.frame, evidence_maps(cam), region)} | by_map
    table = {name: _summary(rows) for name, rows in by_map.items()}
    mass = table["layer4" if cam.size else "occlusion"]["mass accuracy"]
    at_random = table["random network"]["mass accuracy"] if "random network" in table else None
    if mass is None:
        return unmeasured(
            "relevance", 6, TITLES["relevance"], "share", "No map shows any relevance."
        )
    value, low, high = mass
    control, control_low, control_high = at_random or (None, None, None)
    area = float(region.mean())
    return Finding(
        test="relevance",
        number=6,
        title=TITLES["relevance"],
        value=value,
        low=low,
        high=high,
        control=control,
        control_low=control_low,
        control_high=control_high,
        threshold=None,
        leaks=None,
        unit="share",
        words=relevance_words(value, area),
        details={
            "share of the area": area,
            "pictures": {name: len(rows) for name, rows in by_map.items()},
            "measures": {
                name: {measure: span and list(span) for measure, span in spans.items()}
                for name, spans in table.items()
            },
        },
    )


def sample_rows(count: int, sample: int = SAMPLE) -> NDArray[np.int64]:
    """Which of so many audited images are passed again for the maps that take passes."""
    return np.random.default_rng(0).permutation(count)[:sample]


def measured(images: pd.DataFrame, maps: Iterable[Map], region: Region) -> pd.DataFrame:
    """The `MEASURES` of maps (h, w), one an image, and each image's uploader."""
    rows = [measure(draw_out(one), region) for one in maps]
    return pd.DataFrame(rows, columns=[*MEASURES]).assign(uploader=groups_of(images, "uploader"))


def _of_sample(
    images: ImageStore,
    checkpoint: Checkpoint,
    engine: Engine,
    passes: Passes,
    region: Region,
    sample: int,
    progress: bool,
    kept: Path | None,
) -> dict[str, pd.DataFrame]:
    """What `measured` gives for layer3 (if there is one), occlusion and a random network.

    Of a network whose layers are not known here for none; without maps for occlusion alone.
    """
    has_maps = bool(passes.arrays.cam_predicted.size)
    known = bool(checkpoint.state) and checkpoint.architecture not in PHOTO_MODELS
    if has_maps and not known:
        return {}
    chosen = sample_rows(len(passes.frame), sample if has_maps else min(sample, _BY_OCCLUSION))
    subjects, predicted = passes.frame.iloc[chosen], passes.predicted("as is")[chosen]
    occlusion = by_occlusion(checkpoint, engine, passes.suspect)

    def occluded(pixels: Pixels, cell: int) -> Map:
        sharp = cv2.resize(
            occlusion(pixels, cell), (CANVAS, CANVAS), interpolation=cv2.INTER_NEAREST
        )
        return np.asarray(sharp)

    ways: dict[str, Way] = {"occlusion": occluded}
    if has_maps:
        ways["random network"] = of_random_network(checkpoint)
        if "last but one" in explainable_layers(checkpoint):
            ways = {"layer3": at_layer3(checkpoint)} | ways
    maps: dict[str, list[Map]] = {name: [] for name in ways}
    pairs = zip(subjects["file"], predicted, strict=True)
    for file, cell in tqdm(pairs, "relevance", len(subjects), unit=" images", disable=not progress):
        done = _maps(images, checkpoint, passes, ways, str(file), int(cell), kept)
        for name, made in done.items():
            maps[name].append(made)
    whole = seen_region(passes.suspect, "none")  # occlusion acts on the image before the mask
    return {
        name: measured(subjects, each, whole if name == "occlusion" else region)
        for name, each in maps.items()
    }


def _maps(
    images: ImageStore,
    checkpoint: Checkpoint,
    passes: Passes,
    ways: Mapping[str, Way],
    file: str,
    cell: int,
    kept: Path | None,
) -> dict[str, Map]:
    """An image's map in each way, from its file in `kept` if it was made before."""
    pixels = images.pixels(file)
    if kept is None:
        return {name: way(pixels, cell) for name, way in ways.items()}
    depends = [version("pata"), digest_of(checkpoint), passes.mask, astuple(passes.suspect), cell]
    text = json.dumps([*depends, [*ways], images.digest(file)])
    path = kept / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"
    try:
        with np.load(path) as saved:
            return {name: saved[name] for name in ways}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):  # none, or damaged
        made: dict[str, Any] = {name: way(pixels, cell) for name, way in ways.items()}
    write_whole(path, lambda file: np.savez(file, **made))
    return made


def _summary(rows: pd.DataFrame) -> dict[str, tuple[float, float, float] | None]:
    """Each measure's mean and interval over the images whose map is not all zero."""
    rows = rows.dropna()
    if rows.empty:
        return dict.fromkeys(MEASURES)
    uploaders = rows["uploader"].to_numpy()
    return {name: mean_with_interval(rows[name].to_numpy(), uploaders) for name in MEASURES}

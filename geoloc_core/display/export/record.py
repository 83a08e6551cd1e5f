"""A prediction written down: as a JSON record, as GeoJSON, as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geoloc_core.catalogue import PHOTO_MODELS, trained_on
from geoloc_core.data.photo_stream import Found, Read, read_ahead, work_ahead
from geoloc_core.display.formats import percent
from geoloc_core.display.signs import sign_record, signs_sentence
from geoloc_core.geography.place_names import cell_names, degrees_text, place_name
from geoloc_core.images.credit_line import Mask
from geoloc_core.images.photo import Photo, PhotoError, read_photo_file
from geoloc_core.models.adapters.choice import Choice
from geoloc_core.models.predictor import LITTLE, Prediction, Predictor
from geoloc_core.signs.read import READ_AT, line_reader, read_signs
from geoloc_core.signs.weigh import with_signs
from geoloc_core.text import terminal_safe

Record = dict[str, Any]
_LISTED, _REGIONS = 5, 3
_WORTH_A_WORD = 0.01  # probability of a thing that a terminal names
BATCH = 4  # photographs that go through the engine together


def prediction_record(prediction: Prediction, photo: str) -> Record:
    """The prediction as JSON takes it, `cells` all and most likely first, places in degrees.

    `credible_cells`, the prediction set, is there only where its promise holds. A model for real
    photographs adds the parts of the country, likeliest first, what it saw and by how many bits
    that moved its answer, where it says so, and what to know before its answer is used.
    """
    names = cell_names(prediction.grid)
    record: Record = {
        "photo": photo,
        "model": prediction.model,
        "mask": prediction.mask,
        "in_distribution": prediction.in_distribution,
        "novelty": prediction.novelty,
        "novelty_threshold": prediction.novelty_threshold,
        "known_size": prediction.known_size,
        "cells": [
            {
                "cell": int(cell),
                "name": names[cell],
                "probability": float(prediction.probabilities[cell]),
            }
            | _place(*prediction.grid.centroids[cell])
            for cell in np.argsort(-prediction.probabilities, kind="stable")
        ],
        "point": {name: _place(*point) for name, point in prediction.points.items()},
    }
    if prediction.prediction_set is not None:
        record["credible_cells"] = {
            "share": prediction.promise,
            "cells": list(prediction.prediction_set),
        }
    if prediction.model in PHOTO_MODELS or prediction.information is not None:
        record |= _of_photograph(prediction)
    return record


def _of_photograph(prediction: Prediction) -> Record:
    """What a record of a model for real photographs holds beside the rest."""
    known = PHOTO_MODELS.get(prediction.model)
    caution = known.caution if known else ""
    return {
        "regions": [
            {"name": name, "probability": probability} for name, probability in prediction.regions
        ],
        "seen": [
            {"name": thing.name, "probability": thing.probability, "where": dict(thing.where)}
            for thing in prediction.seen
        ],
        **(
            {"information_bits": prediction.information}
            if prediction.information is not None
            else {}
        ),
        **({"caution": caution} if caution else {}),
    }


def predict_files(
    found: Iterable[Found], model: str | Choice, mask: Mask | None = None, *, signs: bool = False
) -> Iterator[Record]:
    """Predict each photo by itself: its record as soon as it is there, in order.

    `found` as from `photo_stream.files_in`. The record of a file that is no readable photo holds
    `photo` and `error`, one sentence. However many there are, few are in memory at a time. With
    `signs` each photo's signs are read and heard. Raises `CheckpointError`, before anything is
    read, if the model cannot be used, or `SignsError` if no signs can be read here.
    """
    if signs:
        line_reader()
    return records_of(found, Predictor(model), mask, signs=signs)


def records_of(
    found: Iterable[Found],
    predictor: Predictor,
    mask: Mask | None = None,
    *,
    signs: bool = False,
    threads: int = 2,
) -> Iterator[Record]:
    """The records of `predict_files` by a predictor that is there.

    Of two threads, one frames images and writes records while the engine is at the other's.
    """
    record_of = signed_record if signs else prediction_record
    predicted = partial(batch_records, predictor, mask, record_of)
    # the reader of signs takes one photo at a time
    for records in work_ahead(predicted, read_ahead(found, BATCH), 1 if signs else threads):
        yield from records


def batch_records(
    predictor: Predictor,
    mask: Mask | None,
    record_of: Callable[[Prediction, str], Record],
    batch: list[Read],
) -> list[Record]:
    """The records of photographs that were read, which go through the engine together."""
    pixels = [each.photo.pixels for each in batch if isinstance(each.photo, Photo)]
    predictions = iter(predictor.predict_each(pixels, mask) if pixels else ())
    return [
        {"photo": str(path), "error": str(photo)}
        if isinstance(photo, PhotoError)
        else record_of(next(predictions), str(path))
        for path, photo in batch
    ]


def signed_record(prediction: Prediction, photo: str) -> Record:
    """The record of a photo's prediction after its signs were heard, and what they say.

    The file at the path `photo` is read again, in the pixels that small letters need. Raises
    `PhotoError` if it is gone, `SignsError` if no signs can be read here.
    """
    signs = read_signs(read_photo_file(Path(photo), target=READ_AT).pixels)
    record = prediction_record(with_signs(prediction, signs), photo)
    return record | {"signs": [sign_record(sign) for sign in signs]}


def json_list(records: Iterable[Record]) -> Iterator[str]:
    """The parts of what `json.dumps(list(records), indent=2)` gives, each as soon as it can be."""
    start = "[\n  "
    for record in records:
        yield start + json.dumps(record, indent=2).replace("\n", "\n  ")
        start = ",\n  "
    yield "[]\n" if start.startswith("[") else "\n]\n"


def json_lines(records: Iterable[Record]) -> Iterator[str]:
    """The records as JSON Lines, one a line."""
    for record in records:
        yield json.dumps(record) + "\n"


def text_parts(records: Iterable[Record]) -> Iterator[str]:
    """The records as tables for people, free of anything that would steer a terminal."""
    start = ""
    for record in records:
        yield start + _record_text(record)
        start = "\n\n"
    yield "\n"


def prediction_geojson(prediction: Prediction) -> str:
    """The prediction as GeoJSON (RFC 7946: longitude first): the cells, then the points.

    Whether a cell is in the prediction set (`credible`) is said only where its promise holds.
    """
    chosen = prediction.prediction_set
    cells = [
        _feature(
            shapely.orient_polygons(cell),
            cell=number,
            probability=float(prediction.probabilities[number]),
            **({} if chosen is None else {"credible": number in chosen}),
        )
        for number, cell in enumerate(prediction.grid.cells)
    ]
    points = [
        _feature(shapely.Point(longitude, latitude), estimator=name)
        for name, (latitude, longitude) in prediction.points.items()
    ]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "model": prediction.model,
            "mask": prediction.mask,
            "in_distribution": prediction.in_distribution,
            **({} if chosen is None else {"credible_share": prediction.promise}),
            "features": cells + points,
        }
    )


def _record_text(record: Record) -> str:
    photo = terminal_safe(record["photo"])
    if "error" in record:
        return f"{photo}\n  {terminal_safe(record['error'])}"
    lines = [f"{photo}  (model {terminal_safe(record['model'])}, mask {record['mask']})"]
    if not record["in_distribution"]:
        why = f"novelty {record['novelty']:.2f}, threshold {record['novelty_threshold']:.2f}"
        if not record["known_size"]:
            why += ", not of the training images' size"
        lines.append(
            f"  Out of distribution ({why}): {out_of_distribution_words(record['model'])}\n"
            "  Its guess, which says nothing about the true place:"
        )
    if "regions" in record:
        lines += _photograph_lines(record)
    if "signs" in record:
        lines += [f"  {signs_sentence(len(record['signs']))}"]
        lines += [f"  sign: {terminal_safe(sign['says'])}" for sign in record["signs"]]
    lines += [
        f"  {percent(cell['probability']):>11}  cell {cell['cell']:<3} {cell['name']}"
        for cell in record["cells"][:_LISTED]
    ]
    lines += [
        f"  {name.replace('_', ' ')}: {_place_text(place)}"
        for name, place in record["point"].items()
    ]
    if "credible_cells" in record:
        credible = record["credible_cells"]
        numbers = ", ".join(str(cell) for cell in credible["cells"])
        lines.append(f"  {percent(credible['share'])} prediction set: cells {numbers}")
    return "\n".join(lines)


def _photograph_lines(record: Record) -> list[str]:
    """The parts of the country, what was seen and what to know, as lines."""
    regions = [f"{each['name']} {percent(each['probability'])}" for each in record["regions"]]
    lines = [f"  {', '.join(regions[:_REGIONS])}"]
    seen = [
        f"{each['name']} {percent(each['probability'])}"
        for each in record["seen"][:_LISTED]
        if each["probability"] >= _WORTH_A_WORD
    ]
    if seen:
        lines.append(f"  sees {', '.join(seen)}")
    if record.get("information_bits", LITTLE) < LITTLE:
        lines.append("  little in this photo tells of a place: about what is said without looking")
    if "caution" in record:
        lines.append(f"  {record['caution']}")
    return lines


def out_of_distribution_words(model: str) -> str:
    """Why a model's prediction for an image out of distribution is no knowledge, in a sentence."""
    return f"this network was trained on {trained_on(model)} and has never seen such a photo."


def _place(latitude: float, longitude: float) -> dict[str, float]:
    return {"latitude": float(latitude), "longitude": float(longitude)}


def _place_text(place: dict[str, float]) -> str:
    latitude, longitude = place["latitude"], place["longitude"]
    return f"{degrees_text(latitude, longitude)}  {place_name(latitude, longitude)}".rstrip()


def _feature(geometry: shapely.Geometry, **properties: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": shapely.geometry.mapping(geometry),
    }

"""What a checkpoint's head must say: every value of the right kind and in its range.

A checkpoint may come from a stranger, so this is settled before anything is built of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geoloc_core.images.credit_line import Mask
from geoloc_core.models.tensors import CheckpointError

MOST_VIEWS = 4  # images of one place that make one prediction
LEAST_SIDE, LARGEST_SIDE = 32, 1024  # of an input, in pixels
MOST_GRID = 8 * 2**20  # characters of a grid's GeoJSON: about 40,000 cells of a few corners

Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1)]
Text = Annotated[str, Field(max_length=200)]
Colour = Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=3, max_length=3)]
Spread = Annotated[list[Annotated[float, Field(gt=0, le=10)]], Field(min_length=3, max_length=3)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class NoveltyFacts(_Strict):
    """The numbers of a `Novelty`; `rest` is infinite where nothing was measured."""

    rest: Annotated[float, Field(gt=0)]
    threshold: Annotated[Finite, Field(ge=0)]


class Metadata(_Strict):
    """See `Checkpoint`, whose fields these are; other keys are ignored."""

    architecture: Annotated[str, Field(min_length=1, max_length=100)]
    grid: Annotated[str, Field(max_length=MOST_GRID)]
    grid_fingerprint: Text
    mask: Mask
    mean: Colour
    std: Spread
    size: Annotated[int, Field(ge=LEAST_SIDE, le=LARGEST_SIDE)]
    temperature: Annotated[Finite, Field(gt=0)]
    conformal: Annotated[list[Share], Field(max_length=MOST_VIEWS)]
    data_fingerprint: Text
    scores: Annotated[dict[Text, Finite], Field(max_length=100)]
    recipe: Annotated[dict[Text, Any], Field(max_length=100)]
    novelty: NoveltyFacts


def checked_metadata(head: Mapping[str, Any], file: str) -> Metadata:
    """The metadata of a file, decoded from JSON. Raises `CheckpointError` for the first fault."""
    try:
        return Metadata.model_validate(dict(head))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise CheckpointError(f"{file} is no checkpoint of Pata: {where} is missing.") from None
        said = first["msg"][0].lower() + first["msg"][1:]
        raise CheckpointError(f"{file} cannot be used: its {where} is wrong, {said}.") from None

"""A recipe: the stages of a training run and what they share, read from a TOML file."""

from __future__ import annotations

import math
import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from geoloc_core.catalogue import HONEST, READER, SHIPPED
from geoloc_core.errors import UserError
from geoloc_core.images.credit_line import TrainingMask
from geoloc_core.models.metadata import LARGEST_SIDE, LEAST_SIDE
from geoloc_core.models.resnext50 import RESNEXT50
from geoloc_core.paths import ASSETS

MOST_IMAGES = 10**9  # of a stage

RECIPES = ASSETS / "recipes"

View = Literal["row", "strip", "whole"]
Optimizer = Literal["adamw", "adam"]


class RecipeError(UserError):
    """A recipe that cannot be followed; the message is the sentence to show."""


@dataclass(frozen=True)
class Stage:
    """A part of a run.

    view: "whole" images; "strip": the lowest third of them; or "row": close crops, around the
    name where it is to be seen, of the scene where it is hidden. size: side of a whole image in
    pixels; strips and close crops are cut at the scale that a whole image of this size has.
    images: how many to see. rate: the peak of the learning rate. cuts: whether whole images are cut
    and turned at random, which takes most corners away, and marks in them.
    """

    view: View
    size: int
    images: int
    rate: float
    cuts: bool = True


@dataclass(frozen=True)
class Recipe:
    """Stages in order, and what they share.

    smoothing_km: see `batches.soft_targets`; 0 is one-hot. backbone: a name that
    `backbones.build_backbone` knows.
    """

    stages: tuple[Stage, ...]
    optimizer: Optimizer
    weight_decay: float
    smoothing_km: float
    batch: int
    backbone: str = RESNEXT50

    def as_dict(self) -> dict[str, Any]:
        """The recipe as plain lists and dicts, for a checkpoint's metadata."""
        return {**asdict(self), "stages": [asdict(stage) for stage in self.stages]}


def shipped_recipe(mask: TrainingMask) -> Path:
    """The recipe for names in sight, hidden, or at random; those of the shipped models, if any."""
    if mask == "random-name":
        return RECIPES / "random-name.toml"
    return RECIPES / f"{READER if mask == SHIPPED[READER].mask else HONEST}.toml"


def recipe_path(name: str) -> Path:
    """A recipe that ships by its name, as `photographs`; else the file of that name."""
    shipped = {path.stem: path for path in RECIPES.glob("*.toml")}
    return shipped.get(name, Path(name))


def read_recipe(path: Path, budget: float = 1.0) -> Recipe:
    """Read a recipe; `budget` multiplies the number of images of every stage.

    Raises `RecipeError` for a missing file, bad TOML, an unknown or missing key, a value out of
    range, or a last stage that does not show whole images.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        stages = tuple(_stage(stage) for stage in table.pop("stages"))
        recipe = Recipe(stages=stages, **table)
        _check(recipe)
    except (OSError, UnicodeDecodeError) as error:
        shipped = ", ".join(sorted(each.stem for each in RECIPES.glob("*.toml")))
        raise RecipeError(
            f"The recipe {path} cannot be read: give a TOML file, or one that ships: {shipped}."
        ) from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RecipeError(f"{path.name} is no recipe: {error}") from error
    if not (budget > 0 and math.isfinite(budget * MOST_IMAGES)):
        raise RecipeError("The budget is a number above 0.")
    scaled = (replace(s, images=max(1, round(s.images * budget))) for s in recipe.stages)
    return replace(recipe, stages=tuple(scaled))


def _stage(table: dict[str, Any]) -> Stage:
    fields = {**table}
    if "pictures" in fields:  # the name of `images` in recipes written earlier
        fields["images"] = fields.pop("pictures")
    return Stage(**fields)


def _check(recipe: Recipe) -> None:
    if not recipe.stages or recipe.stages[-1].view != "whole":
        raise RecipeError("A recipe's last stage shows whole images.")
    if recipe.optimizer not in get_args(Optimizer):
        raise RecipeError(f"The optimizer is adamw or adam, not {recipe.optimizer!r}.")
    if not _is_count(recipe.batch, 2, MOST_IMAGES):
        raise RecipeError("batch is a whole number, at least 2.")
    if not (_is_finite(recipe.weight_decay) and _is_finite(recipe.smoothing_km)):
        raise RecipeError("weight_decay and smoothing_km are numbers, at least 0.")
    if not isinstance(recipe.backbone, str):
        raise RecipeError("backbone is the name of a network, in quotes.")
    for stage in recipe.stages:
        if stage.view not in get_args(View):
            raise RecipeError(f"A stage's view is row, strip or whole, not {stage.view!r}.")
        if not _is_count(stage.size, LEAST_SIDE, LARGEST_SIDE):
            raise RecipeError(f"A stage's size is a whole number, {LEAST_SIDE} to {LARGEST_SIDE}.")
        if not _is_count(stage.images, 1, MOST_IMAGES):
            raise RecipeError(f"A stage's images are a whole number, 1 to {MOST_IMAGES}.")
        if not isinstance(stage.cuts, bool):
            raise RecipeError("A stage's cuts is true or false.")
        if not _is_finite(stage.rate) or stage.rate == 0:
            raise RecipeError("A stage's rate is a number above 0.")


def _is_count(value: float, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _is_finite(value: float) -> bool:
    return type(value) in (int, float) and 0 <= value < math.inf

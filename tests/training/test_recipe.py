from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoloc_core.images.credit_line import TrainingMask
from geoloc_core.training.recipe import (
    RECIPES,
    RecipeError,
    read_recipe,
    recipe_path,
    shipped_recipe,
)

GOOD = """
optimizer = "adam"
weight_decay = 1e-4
smoothing_km = 0
batch = 8
[[stages]]
view = "row"
size = 240
images = 100
rate = 1e-3
[[stages]]
view = "whole"
size = 64
images = 11
rate = 1e-4
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text)
    return path


def test_reads_stages_in_order_and_scales_them(tmp_path: Path) -> None:
    recipe = read_recipe(written(tmp_path, GOOD), budget=0.5)
    assert [stage.images for stage in recipe.stages] == [50, 6]
    assert (recipe.optimizer, recipe.stages[0].view, recipe.stages[1].rate) == (
        "adam",
        "row",
        1e-4,
    )
    assert json.loads(json.dumps(recipe.as_dict()))["stages"][1]["size"] == 64


def test_recipes_written_earlier_say_pictures_and_still_load(tmp_path: Path) -> None:
    earlier = read_recipe(written(tmp_path, GOOD.replace("images", "pictures")))
    assert earlier == read_recipe(written(tmp_path, GOOD))


def test_names_a_backbone_or_means_the_default(tmp_path: Path) -> None:
    assert read_recipe(written(tmp_path, GOOD)).backbone == "resnext50_32x4d"
    named = 'backbone = "tf_efficientnet_lite0"\n' + GOOD
    recipe = read_recipe(written(tmp_path, named))
    assert recipe.as_dict()["backbone"] == recipe.backbone == "tf_efficientnet_lite0"


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.name)
def test_shipped_recipes_can_be_followed(path: Path) -> None:
    assert read_recipe(path).stages[-1].view == "whole"


@pytest.mark.parametrize("mask", ["none", "crop", "random-name"])
def test_networks_predict_at_a_size_that_names_are_legible_at(mask: TrainingMask) -> None:
    assert read_recipe(shipped_recipe(mask)).stages[-1].size >= 192


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"adam"', '"sgd"', "adamw or adam"),
        ('"row"', '"roof"', "row, strip or whole"),
        ('view = "whole"', 'view = "row"', "last stage"),
        ("batch = 8", "", "batch"),
        ("batch = 8", "batch = 8\ntypo = 1", "typo"),
        ("batch = 8", "batch = 1", "at least 2"),
        ("images = 11", "images = 0", "1 to 1000000000"),
        ("size = 64", "size = 8", "32 to 1024"),
        ("images = 11", "images = inf", "whole number"),
        ("size = 64", "size = 64.5", "whole number"),
        ("size = 64", "size = 1000000", "32 to 1024"),
        ("rate = 1e-4", "rate = inf", "rate is a number"),
        ("weight_decay = 1e-4", "weight_decay = nan", "at least 0"),
        ("smoothing_km = 0", "smoothing_km = nan", "at least 0"),
        ("batch = 8", "batch = 2.5", "whole number"),
        ("images = 11", "images = 11\ncuts = 1", "true or false"),
        ("batch = 8", "batch = ", "no recipe"),
        (GOOD, "stages = [1]", "no recipe"),
        ("batch = 8", "batch = 8\nbackbone = 50", "name of a network"),
        ("[[stages]]", "[[phases]]", "stages"),
    ],
)
def test_refuses_in_words(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        read_recipe(written(tmp_path, GOOD.replace(old, new)))


def test_a_recipe_that_ships_is_known_by_its_name(tmp_path: Path) -> None:
    assert read_recipe(recipe_path("photographs")).backbone == "efficientnet_lite0"
    assert recipe_path("photographs.toml") == Path("photographs.toml")
    assert recipe_path(str(tmp_path / "masked")) == tmp_path / "masked"


def test_refuses_a_missing_file_and_a_bad_budget(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"cannot be read.*photographs"):
        read_recipe(tmp_path / "none.toml")
    for budget in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(RecipeError, match="above 0"):
            read_recipe(written(tmp_path, GOOD), budget)

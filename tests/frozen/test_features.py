from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geoloc_core.data.folds import split
from geoloc_core.data.manifest import write_manifest
from geoloc_core.evaluation.photographs import NO_PLACE, UNREADABLE, left_out_words
from geoloc_core.frozen.features import Featured, cache_path, kept_aside, listed, read_features
from tests.frozen.made import colour_photo, colour_pool, photographs

SETTINGS = {"body": "one", "mask": "none"}


def read(folder: Path, pool=colour_pool, settings: dict = SETTINGS) -> Featured:
    cache = cache_path(folder.parent / "mine.safetensors")
    return read_features(folder, pool, cache, settings, progress=False)


def never(_: np.ndarray) -> np.ndarray:
    pytest.fail("features that were there are computed again")


def test_features_are_those_of_the_photographs_and_what_cannot_be_used_is_said(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "photos"
    photographs(folder, 5)
    table = pd.read_csv(folder / "places.csv")
    (folder / "broken.png").write_bytes(b"no photo")
    more = [("broken.png", 20, 78, "b"), ("gone.png", 20, 78, "g"), ("nowhere.png", None, None, "")]
    Image.fromarray(colour_photo(7, 50)).save(folder / "nowhere.png")
    table = pd.concat([table, pd.DataFrame(more, columns=table.columns)])
    table.to_csv(folder / "places.csv", index=False)
    found = read(folder)
    assert found.frame["file"].tolist() == [f"{number}.png" for number in range(5)]
    assert found.left_out == {UNREADABLE: ["broken.png", "gone.png"], NO_PLACE: ["nowhere.png"]}
    by_hand = np.asarray(Image.open(folder / "3.png")).mean(axis=(0, 1)) / 255
    np.testing.assert_allclose(found.pooled[3], by_hand, rtol=1e-6)


def test_an_interrupted_run_computes_the_rest_alone_and_ends_with_equal_bytes(
    tmp_path: Path,
) -> None:
    whole, cut = tmp_path / "whole" / "photos", tmp_path / "cut" / "photos"
    for folder in (whole, cut):
        folder.parent.mkdir()
        photographs(folder, 6)
    computed: list[float] = []

    def stops(pixels: np.ndarray) -> np.ndarray:
        if len(computed) == 4:
            raise KeyboardInterrupt
        computed.append(0)
        return colour_pool(pixels)

    with pytest.raises(KeyboardInterrupt):
        read(cut, stops)
    rest: list[float] = []

    def goes_on(pixels: np.ndarray) -> np.ndarray:
        rest.append(0)
        return colour_pool(pixels)

    resumed, straight = read(cut, goes_on), read(whole)
    assert len(rest) == 2
    assert resumed.pooled.tobytes() == straight.pooled.tobytes()
    assert resumed.frame.equals(straight.frame)
    assert read(cut, never).pooled.tobytes() == straight.pooled.tobytes()


def test_a_changed_photograph_other_settings_and_a_damaged_cache_are_computed_anew(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "photos"
    photographs(folder, 3)
    before = read(folder).pooled
    Image.fromarray(colour_photo(40, 77)).resize((30, 30)).save(folder / "0.png")
    changed = read(folder).pooled
    assert not np.array_equal(changed[0], before[0])
    np.testing.assert_array_equal(changed[1:], before[1:])
    other = read(folder, lambda pixels: colour_pool(pixels) + 1, SETTINGS | {"mask": "crop"})
    np.testing.assert_allclose(other.pooled, changed + 1)
    cache_path(tmp_path / "mine.safetensors").write_bytes(b"cut")
    np.testing.assert_array_equal(read(folder).pooled, changed)


def test_of_a_data_set_what_is_evaluated_is_not_learned_from(tmp_path: Path) -> None:
    count = 30
    manifest = pd.DataFrame(
        {
            "file": [f"{n}.png" for n in range(count)],
            "panorama": [f"p{n}" for n in range(count)],
            "latitude": 20.0,
            "longitude": 78.0,
            "heading": 0.0,
            "uploader": "someone",
            "date": "2026",
            "cell": 1,
            "source": "made",
            "licence": "none",
        }
    )
    write_manifest(tmp_path, manifest)
    kept = listed(tmp_path)
    wanted = manifest[split(manifest) != "test"]
    assert kept["file"].tolist() == wanted["file"].tolist()
    assert kept["place"].tolist() == wanted["panorama"].tolist()
    assert set(kept["uploader"]) == {"someone"}
    (told,) = kept_aside(tmp_path).values()
    assert told == manifest["file"][split(manifest) == "test"].tolist()
    assert "of the test fold" in left_out_words(kept_aside(tmp_path))
    assert kept_aside(tmp_path / "photos") == {}

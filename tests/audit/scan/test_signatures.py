"""Signatures of uploaders: planted ones are found, and where there are none they are next to 0."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.scan.signatures import find_signatures, look, nothing
from geoloc_core.geography.sphere import haversine_km

GAINS = {f"u{n}": np.exp(np.random.default_rng(n).normal(0, 0.15, 3)) for n in range(12)}


def world(*, plant: bool):
    random = np.random.default_rng(0)
    rows, pixels = [], {}
    for number in range(240):
        who, cell = f"u{number % 12}", int(random.integers(4))
        scene = random.uniform(60, 150) + random.normal(0, 6, 3) + random.normal(0, 5, (32, 32, 3))
        if plant:
            scene = scene * GAINS[who]
            scene[:8, :8] *= 0.4 if number % 12 < 6 else 1.0
        file = f"{number}.png"
        pixels[file] = scene.clip(0, 255).astype(np.uint8)
        rows.append({"file": file, "uploader": who, "cell": cell})
    return pd.DataFrame(rows), pixels.__getitem__


def test_planted_gains_and_dark_corners_are_found() -> None:
    found = find_signatures(*world(plant=True), progress=False)
    for name, signature in found.own.items():
        others = np.mean(
            [np.log(g) - np.log(g).mean() for n, g in GAINS.items() if n != name], axis=0
        )
        expected = np.log(GAINS[name]) - np.log(GAINS[name]).mean() - others
        np.testing.assert_allclose(signature.gains, expected, atol=0.06)
    corner = {name: signature.field[:8, :8].mean() for name, signature in found.own.items()}
    dark = [corner[f"u{n}"] for n in range(6)]
    bright = [corner[f"u{n}"] for n in range(6, 12)]
    assert np.mean(bright) - np.mean(dark) == pytest.approx(-np.log(0.4), abs=0.25)


def test_where_uploaders_do_not_differ_signatures_are_next_to_nothing() -> None:
    table, read = world(plant=False)
    found = find_signatures(table, read, progress=False)
    planted = find_signatures(*world(plant=True), progress=False)
    size, there = (
        np.mean([np.abs(signature.gains).mean() for signature in of.own.values()])
        for of in (found, planted)
    )
    assert size < there / 10


def test_a_look_is_logarithms_beside_their_mean() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    colours = [np.log(pixels[..., channel].mean() + 1) for channel in range(3)]
    light = np.log(pixels.astype(float).mean(axis=2) + 4)
    seen = look(pixels)
    np.testing.assert_allclose(seen[:3], np.array(colours) - np.mean(colours))
    np.testing.assert_allclose(seen[3:].reshape(32, 32), light - light.mean())


def shrunk(rest: dict[str, np.ndarray]) -> np.ndarray:
    """How far to trust means of n values each (n, k): a balanced analysis of variance."""
    means = {name: values.mean(axis=0) for name, values in rest.items()}
    n, people = len(next(iter(rest.values()))), len(rest)
    middle = sum(means.values()) / people
    squares = sum(((rest[name] - means[name]) ** 2).sum(axis=0) for name in rest)
    inside = squares / (people * (n - 1))
    around = n * sum((mean - middle) ** 2 for mean in means.values()) / (people - 1)
    between = np.maximum(0, (around - inside) / n)
    return between / (between + inside / n)


def test_signatures_are_means_beside_others_shrunk_by_the_spread() -> None:
    table, read = world(plant=True)
    table = table[:120]
    random = np.random.default_rng(1)
    # two others are too few to know a place by, so that everyone's images stand for cell 1
    table = table.assign(
        cell=[1 if number < 3 else number % 2 * 2 for number in range(120)],
        latitude=random.uniform(10, 11, 120),
        longitude=random.uniform(75, 76, 120),
    )
    rest: dict[str, list[np.ndarray]] = {}
    matched: dict[str, list[np.ndarray]] = {}
    for row in table.itertuples():
        others = table[table["uploader"] != row.uploader]
        here = others[others["cell"] == row.cell]
        beside = here if len(here) >= 3 else others
        usual = np.mean([look(read(file)) for file in beside["file"]], axis=0)
        place = np.array([[row.latitude, row.longitude]])
        km = haversine_km(place, here[["latitude", "longitude"]].to_numpy())
        nearest = here["file"].to_numpy()[km.argmin()]
        rest.setdefault(row.uploader, []).append(look(read(row.file)) - usual)
        matched.setdefault(row.uploader, []).append(look(read(nearest)) - usual)
    trust = shrunk({name: np.array(values) for name, values in rest.items()})
    assert 0.05 < trust[3:].mean() < 0.95
    found = find_signatures(table, read, progress=False)
    for signatures, values in ((found.own, rest), (found.others, matched)):
        for name, signature in signatures.items():
            expected = trust * np.mean(values[name], axis=0)
            np.testing.assert_allclose(signature.gains, expected[:3], atol=1e-9)
            np.testing.assert_allclose(signature.field.ravel(), expected[3:], atol=1e-9)


def test_the_country_around_home_is_in_the_control_too_and_the_camera_is_not() -> None:
    """In each place two uploaders, one with a camera of its own colours; places differ in red."""
    random = np.random.default_rng(0)
    rows, pixels = [], {}
    for number in range(320):
        place, camera = number % 8, number // 8 % 2
        grey = random.uniform(80, 140) + random.normal(0, 5, (32, 32, 3))
        colour = grey * [1 + 0.05 * place, 1, 1] * np.array([1, 1, 1 - 0.3 * camera])
        pixels[f"{number}"] = colour.clip(0, 255).astype(np.uint8)
        where = {"cell": 0, "latitude": 10.0 + place / 10, "longitude": 75.0}
        rows.append({"file": f"{number}", "uploader": f"u{place}-{camera}", **where})
    own, others = find_signatures(pd.DataFrame(rows), pixels.__getitem__, progress=False)
    for place in range(8):
        plain, tinted = f"u{place}-0", f"u{place}-1"
        # the control of one is made of the other's images, the only ones from there
        assert others[plain].gains == pytest.approx(own[tinted].gains, abs=0.02)
        assert others[tinted].gains == pytest.approx(own[plain].gains, abs=0.02)
        blue = [of.gains[2] - of.gains[1] for of in (own[plain], own[tinted], others[tinted])]
        assert blue[0] - blue[1] == pytest.approx(-np.log(0.7), abs=0.06)
        assert blue[2] - blue[1] == pytest.approx(-np.log(0.7), abs=0.06)
    red = [own[f"u{place}-0"].gains[0] - own[f"u{place}-0"].gains[1] for place in (0, 7)]
    assert red[1] - red[0] == pytest.approx(np.log(1.35), abs=0.06)


def test_sixteen_images_of_each_are_read_and_none_of_whom_nobody_can_name() -> None:
    table, read = world(plant=False)
    table["cell"] = [number % 12 for number in range(240)]  # nobody else is there
    table["uploader"] = table["uploader"].replace({"u0": ""})
    asked: list[str] = []

    def counted(file: str) -> np.ndarray:
        asked.append(file)
        return read(file)

    found = find_signatures(table, counted, progress=False)
    assert set(found.own) == set(found.others) == {f"u{n}" for n in range(1, 12)}
    assert len(asked) == len(set(asked)) == 11 * 16
    assert not set(asked) & set(table[table["uploader"] == ""]["file"])
    for signature in [nothing(), *found.others.values()]:
        assert not signature.gains.any()
        assert not signature.field.any()

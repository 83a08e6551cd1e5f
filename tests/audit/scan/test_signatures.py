"""Signatures of uploaders: planted ones are found, and where there are none they are next to 0."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoloc_core.audit.scan.signatures import find_signatures

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

"""How the table of places is made: the projection against PROJ, the encoder against a slow one."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pyproj
import pytest
import torch

from geoloc_core.geography.grid import article_grid
from tools.build_geoclip import LEAST_POINTS, embed_places, equal_earth, lattice, read_weights

PLACES = np.array([(28.6, 77.2), (8.1, 77.5), (0.0, 0.0), (-60.0, -170.0)])


def random_weights() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    sizes = {"1": (6, 8), "3": (6, 6), "5": (6, 6)}
    weights = {}
    for number in range(3):
        name = f"LocEnc{number}"
        weights[f"{name}.capsule.0.b"] = generator.normal(0, 2.0**number, (4, 2))
        for layer, size in sizes.items():
            weights[f"{name}.capsule.{layer}.weight"] = generator.standard_normal(size)
            weights[f"{name}.capsule.{layer}.bias"] = generator.standard_normal(size[0])
        weights[f"{name}.head.0.weight"] = generator.standard_normal((5, 6))
        weights[f"{name}.head.0.bias"] = generator.standard_normal(5)
    return weights


def slow_embedding(weights: dict[str, np.ndarray], x: float, y: float) -> list[float]:
    total = [0.0] * 5
    for number in range(3):
        name = f"LocEnc{number}"
        angles = [2 * math.pi * (a * x + b * y) for a, b in weights[f"{name}.capsule.0.b"]]
        values = [math.cos(angle) for angle in angles] + [math.sin(angle) for angle in angles]
        for layer in ("capsule.1", "capsule.3", "capsule.5", "head.0"):
            weight, bias = weights[f"{name}.{layer}.weight"], weights[f"{name}.{layer}.bias"]
            values = [
                sum(w * v for w, v in zip(row, values, strict=True)) + b
                for row, b in zip(weight, bias, strict=True)
            ]
            if layer != "head.0":
                values = [max(value, 0.0) for value in values]
        total = [t + value for t, value in zip(total, values, strict=True)]
    return total


def test_the_projection_is_projs_equal_earth_scaled() -> None:
    x, y = pyproj.Proj(proj="eqearth", R=1)(PLACES[:, 1], PLACES[:, 0])
    np.testing.assert_allclose(
        equal_earth(PLACES), np.column_stack([x, y]) * 66.50336 / 180, rtol=0, atol=1e-9
    )


def test_embeddings_are_those_of_a_slow_encoder() -> None:
    weights = random_weights()
    expected = [slow_embedding(weights, x, y) for x, y in equal_earth(PLACES)]
    np.testing.assert_allclose(embed_places(weights, PLACES), expected, rtol=1e-9)


def test_a_lattice_fills_every_cell_evenly() -> None:
    grid = article_grid()
    points, cells, shares = lattice(grid, 60)
    np.testing.assert_array_equal(grid.cells_of(points), cells)
    assert shares.sum() == pytest.approx(1)
    counts = np.bincount(cells, minlength=len(grid))
    assert counts.min() >= LEAST_POINTS
    areas = grid.frame["area_km2"].to_numpy()
    whole = areas > 60**2 * 2 * LEAST_POINTS  # in no sliver is the lattice finer
    np.testing.assert_allclose(counts[whole], areas[whole] / 60**2, rtol=0.35)


def test_weights_are_read_from_the_wheel(tmp_path: Path) -> None:
    wheel = tmp_path / "geoclip.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in (("a", {"0.bias": torch.ones(2)}), ("b", torch.tensor(3.5))):
            buffer = io.BytesIO()
            torch.save(content, buffer)
            archive.writestr(f"geoclip/model/weights/{name}_weights.pth", buffer.getvalue())
    np.testing.assert_array_equal(read_weights(wheel, "a")["0.bias"], [1, 1])
    assert read_weights(wheel, "b")[""] == 3.5

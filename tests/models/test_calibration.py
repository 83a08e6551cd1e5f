from __future__ import annotations

import numpy as np
import pytest
import torch

from geoloc_core.geography.sphere import fewest_cells
from geoloc_core.models.calibration import conformal_level, conformal_levels, fit_temperature


def sampled(scale: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits, multiplied by `scale`, and cells drawn from their true probabilities."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (4000, 6))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    cells = np.array([random.choice(6, p=row) for row in probabilities])
    return torch.from_numpy(logits * scale).float(), torch.from_numpy(cells)


@pytest.mark.parametrize("scale", [0.25, 1.0, 5.0])
def test_finds_the_scale_that_logits_were_multiplied_by(scale: float) -> None:
    assert fit_temperature(*sampled(scale)) == pytest.approx(scale, rel=0.05)


def test_no_temperature_on_a_fine_grid_does_better() -> None:
    logits, cells = sampled(3.0)
    fitted = fit_temperature(logits, cells)

    def nll(temperature: float) -> float:
        return float(torch.nn.functional.cross_entropy(logits / temperature, cells))

    assert all(nll(fitted) <= nll(t) + 1e-6 for t in np.linspace(0.5, 10, 100))


def test_stays_finite_where_every_image_is_right() -> None:
    assert 1 / 20 <= fit_temperature(10 * torch.eye(4), torch.arange(4)) < 1
    assert fit_temperature(torch.eye(4), torch.arange(4)) == pytest.approx(1 / 20)


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that are too sure of themselves, and true cells."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 1.5, (count, 12))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    claimed = np.exp(3 * logits) / np.exp(3 * logits).sum(axis=1, keepdims=True)
    return claimed, np.array([random.choice(12, p=row) for row in true])


def held(probabilities: np.ndarray, cells: np.ndarray, level: float) -> np.ndarray:
    pairs = zip(probabilities, cells, strict=True)
    return np.array([cell in fewest_cells(row, level) for row, cell in pairs])


def test_the_level_is_the_lowest_that_keeps_the_promise_where_it_was_set() -> None:
    probabilities, cells = drawn(300, seed=1)
    level = conformal_level(probabilities, cells, 0.9)
    needed = np.ceil(301 * 0.9)
    assert held(probabilities, cells, level).sum() >= needed
    assert held(probabilities, cells, level - 1e-6).sum() < needed


def test_the_promise_holds_on_images_that_it_was_not_set_on() -> None:
    level = conformal_level(*drawn(3000, seed=2), 0.9)
    assert held(*drawn(3000, seed=3), level).mean() == pytest.approx(0.9, abs=0.02)
    assert held(*drawn(3000, seed=3), 0.9).mean() < 0.85  # what probabilities too sure would do


def test_too_few_images_promise_nothing_less_than_all_cells() -> None:
    probabilities, cells = drawn(8, seed=4)
    assert conformal_level(probabilities, cells, 0.9) == 1.0


def test_levels_by_number_of_views() -> None:
    random = np.random.default_rng(5)
    cells = np.repeat(random.integers(0, 6, 60), 4)
    logits = 2 * np.eye(6)[cells] + random.normal(0, 1.5, (240, 6))
    places = [f"p{number // 4}" for number in range(240)]
    given = {"temperature": 1.3, "promise": 0.9, "most_views": 4}
    levels = conformal_levels(torch.tensor(logits), torch.tensor(cells), places, **given)

    def softmax(rows: np.ndarray) -> np.ndarray:
        return np.exp(rows / 1.3) / np.exp(rows / 1.3).sum(axis=1, keepdims=True)

    pairs = softmax(logits.reshape(-1, 2, 6).mean(axis=1))
    assert levels[0] == pytest.approx(conformal_level(softmax(logits), cells, 0.9))
    assert levels[1] == pytest.approx(conformal_level(pairs, cells[::2], 0.9))
    fours = softmax(logits.reshape(-1, 4, 6).mean(axis=1))
    assert levels[3] == pytest.approx(conformal_level(fours, cells[::4], 0.9))


def test_places_of_one_image_give_every_number_of_views_the_same_level() -> None:
    probabilities, cells = drawn(100, seed=6)
    logits = torch.tensor(np.log(probabilities))
    given = {"temperature": 1.0, "promise": 0.9, "most_views": 4}
    levels = conformal_levels(logits, torch.tensor(cells), [str(n) for n in range(100)], **given)
    assert levels == pytest.approx((conformal_level(probabilities, cells, 0.9),) * 4)

from __future__ import annotations

import numpy as np
import pytest
import torch

from geoloc_core.model.calibration import fit_temperature


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


def test_stays_finite_where_every_picture_is_right() -> None:
    assert 1 / 20 <= fit_temperature(10 * torch.eye(4), torch.arange(4)) < 1
    assert fit_temperature(torch.eye(4), torch.arange(4)) == pytest.approx(1 / 20)

"""Temperature scaling (Guo et al., 2017)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def fit_temperature(logits: Tensor, cells: Tensor) -> float:
    """The T > 0 that makes softmax(logits / T) most likely to give `cells`.

    logits: (m, n), cells: (m,) true cells, of pictures that took no part in training. Kept within
    1/20 to 20: where every picture is right (or none is better than chance) there is no best T.
    """
    logits = logits.double()
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = cross_entropy(logits / log_temperature.exp(), cells)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return float(log_temperature.detach().exp().clamp(1 / 20, 20))

"""What somebody chose: a model by name, and what its file does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Choice:
    """A model that was chosen, with what its file does not tell.

    name: see `model`; backbone: the network's name in torchvision or timm; grid: a file, whose
    cells the classes are: both go before the card; classes: names for a model that tells none, if
    there are as many as it has classes.
    """

    name: str
    backbone: str | None = None
    grid: Path | None = None
    classes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Its name."""
        return self.name

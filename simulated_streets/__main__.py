"""The command python -m simulated_streets: render a data set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from geoloc_core.errors import UserError


def simulate(
    out: Annotated[
        Path, typer.Option(help="Folder to write. An interrupted run resumes where it stopped.")
    ],
    per_cell: Annotated[int, typer.Option(min=1, help="Panoramas in each of the 58 cells.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same images.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes. Default: one for each core.")
    ] = None,
) -> None:
    """Render a data set of street scenes: four images for each panorama, and a manifest."""
    from simulated_streets import simulate as render  # compiles; `--help` need not wait for it

    try:
        frame = render(out, per_cell, seed, workers)
    except UserError as error:
        typer.echo(f"pata: {error}", err=True)
        sys.exit(2)
    typer.echo(f"{len(frame)} images of {frame['panorama'].nunique()} panoramas in {out}")


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(simulate)
    app(prog_name="python -m simulated_streets")

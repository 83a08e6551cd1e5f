"""The command python -m simulated_streets: render a data set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from geoloc_core.errors import UserError, in_words
from geoloc_core.text import terminal_safe

NEEDED = ("numba", "faker")  # beside what geoloc_core needs

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def simulate(
    out: Annotated[
        Path, typer.Option(help="Folder to write. An interrupted run resumes where it stopped.")
    ],
    per_cell: Annotated[
        int | None, typer.Option(min=1, help="Panoramas in each of the 58 cells.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same images.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes. Default: one for each core.")
    ] = None,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="ray: on all cores of a Ray cluster, or of this machine."),
    ] = "local",
    leak: Annotated[
        str,
        typer.Option(
            help="What tells who took an image: row (the credit line), top-left, date, logo, "
            "vignette, border, white-balance, exif or none; share=0.2 for the row in a fifth of "
            "the images; logo,share=0.2 for both."
        ),
    ] = "row",
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Plant the leak in the images of this data set; render none."),
    ] = None,
    busiest: Annotated[
        int | None,
        typer.Option(min=2, help="With --from: images of so many uploaders, those with the most."),
    ] = None,
    shuffle: Annotated[
        bool,
        typer.Option(
            "--shuffle",
            help="With --from: uploaders and places go to images at random, so that the mark alone "
            "tells the place.",
        ),
    ] = False,
) -> None:
    """Render a data set of street scenes: four images for each panorama, and a manifest."""
    try:
        from geoloc_core.cluster.spread import over_ray
        from simulated_streets.dataset import simulate as render  # slow: `--help` does not wait
        from simulated_streets.leaks import planted_from_text
        from simulated_streets.marked import mark_again

        planted = planted_from_text(leak)
        if (per_cell is None) == (source is None):
            say_and_end("Give --per-cell N to render images, or --from DIR to mark those of DIR.")
        if source is None and (shuffle or busiest is not None):
            say_and_end("--busiest and --shuffle go with --from.")
        if per_cell is None:
            frame = mark_again(source or Path(), out, planted, busiest=busiest, shuffle=shuffle)
        else:
            spread = over_ray(workers) if engine == "ray" else None
            frame = render(out, per_cell, seed, workers, spread=spread, planted=planted)
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        say_and_end(
            f"Rendering needs {error.name}, which is not installed: "
            "pip install -r requirements-streets.txt"
        )
    except UserError as error:
        say_and_end(str(error))
    except OSError as error:
        say_and_end(terminal_safe(in_words(error)))
    typer.echo(f"{len(frame)} images of {frame['panorama'].nunique()} panoramas in {out}")


def say_and_end(sentence: str) -> NoReturn:
    """Say what a user can put right, and end with exit status 2."""
    typer.echo(f"pata: {sentence}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    app(prog_name="python -m simulated_streets")

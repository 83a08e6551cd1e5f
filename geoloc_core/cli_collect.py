"""The command `pata collect`: a data set of real photographs from a service or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from geoloc_core.collect.collect import Collected
    from geoloc_core.collect.offer import Source
    from geoloc_core.geography.grid import Grid

_SHOWN = 20  # lines about places, or files, of one kind

collect_app = typer.Typer(
    help="Collect real photographs with their places into a data set. The same command goes on "
    "where an interrupted one stopped.",
    no_args_is_help=True,
)

Out = Annotated[Path, typer.Option(help="Folder of the data set to write.")]
PerCell = Annotated[int, typer.Option(min=1, help="Places to collect in each cell.")]
GridChoice = Annotated[
    str,
    typer.Option("--grid", help="Cells to draw points in: as in `pata train`, or a file."),
]
Budget = Annotated[int, typer.Option(min=1, help="Requests at most, in this run.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the points.")]
Contact = Annotated[
    str,
    typer.Option(help="Your e-mail address, which the service wants to know: it is sent to it."),
]


@collect_app.command()
def commons(
    out: Out,
    per_cell: PerCell,
    contact: Contact,
    grid: GridChoice = "square:3",
    budget: Budget = 5000,
    licence: Annotated[
        list[str] | None,
        typer.Option(
            help="A further licence to allow, by its short name on Wikimedia Commons, such as "
            "GFDL. May be repeated. Allowed without: CC0, CC BY, CC BY-SA, public domain."
        ),
    ] = None,
    seed: Seed = 0,
) -> None:
    """Photographs of Wikimedia Commons, with author, date, licence and page. No key is needed."""
    from geoloc_core.collect.commons import commons as source

    _collect(source(licence or ()), out, per_cell, _grid(grid), budget, seed, contact)


@collect_app.command()
def mapillary(
    out: Out,
    per_cell: PerCell,
    contact: Contact,
    grid: GridChoice = "square:3",
    budget: Budget = 5000,
    seed: Seed = 0,
) -> None:
    """Photographs of Mapillary, with creator, sequence and date, all of them CC BY-SA 4.0.

    Four views of a panorama. Your token is read from the environment variable MAPILLARY_TOKEN.
    """
    from geoloc_core.collect.keys import key_in
    from geoloc_core.collect.mapillary import TOKEN
    from geoloc_core.collect.mapillary import mapillary as source

    token = key_in(TOKEN, "https://www.mapillary.com/dashboard/developers")
    _collect(source(token), out, per_cell, _grid(grid), budget, seed, contact)


@collect_app.command()
def folder(
    photos: Annotated[
        Path,
        typer.Argument(
            help="Folder of photographs. Their places are those of a CSV table in it (file, "
            "latitude, longitude; heading, place, uploader, date, licence if known), else those "
            "in the files, else the town or district that a folder in it is named by: Jaipur, or "
            "'Bilaspur, Himachal Pradesh'."
        ),
    ],
    out: Out,
) -> None:
    """Photographs on your disk, copied as they are with what their files say. Nothing is asked."""
    from tqdm import tqdm

    from geoloc_core.collect.folder import gather

    with tqdm(unit="image") as bar:
        gathered = gather(photos, out, begin=bar.reset, tell=lambda: bar.update())
    typer.echo(f"{gathered.images} images are in {out}.")
    for place, images in list(gathered.named.items())[:_SHOWN]:
        where = f"{place.latitude:.2f}, {place.longitude:.2f}"
        typer.echo(f"{images} are of {place.name} ({where}), by their folder's name.")
    if (more := len(gathered.named) - _SHOWN) > 0:
        typer.echo(f"So it is with {more} more places.")
    if gathered.left_out:
        typer.echo(f"{len(gathered.left_out)} files are left out:", err=True)
    for sentence in gathered.left_out[:_SHOWN]:
        typer.echo(sentence, err=True)
    if gathered.outside:
        typer.echo(gathered.outside, err=True)


def _collect(
    source: Source, out: Path, per_cell: int, grid: Grid, budget: int, seed: int, contact: str
) -> None:
    """Collect, with a bar, and say what there is. Exit status 1 if it ended early."""
    from tqdm import tqdm

    from geoloc_core.collect.asking import Asker, user_agent
    from geoloc_core.collect.collect import collect

    asker = Asker(user_agent(contact), budget)
    with tqdm(total=per_cell * len(grid), unit="place") as bar:
        collected = collect(
            source, asker, grid, out, per_cell=per_cell, seed=seed, tell=lambda: bar.update()
        )
    _say(collected, out, per_cell, len(grid))


def _say(collected: Collected, out: Path, per_cell: int, cells: int) -> None:
    typer.echo(
        f"{collected.images} images of {collected.offers} places are in {out}. "
        f"{cells - collected.lacking} of {cells} cells have {per_cell}."
    )
    if collected.why:
        typer.echo(f"Not through yet. {collected.why}", err=True)
        raise typer.Exit(1)


def _grid(text: str) -> Grid:
    from numpy.typing import ArrayLike

    from geoloc_core.collect.asking import CollectError
    from geoloc_core.geography.grid_choice import parse_grid

    def no_points() -> ArrayLike:
        raise CollectError(
            "An adaptive grid is made of images that are there: collect on square cells, or give "
            "a file."
        )

    return parse_grid(text, no_points)

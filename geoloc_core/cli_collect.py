"""The command `pata collect`: a data set of real photographs from a service or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from geoloc_core.collect.asking import Asker
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

    Of a panorama four views are kept.

    Your token is read from the environment variable MAPILLARY_TOKEN.
    """
    from geoloc_core.collect.keys import key_in
    from geoloc_core.collect.mapillary import TOKEN
    from geoloc_core.collect.mapillary import mapillary as source

    token = key_in(TOKEN, "https://www.mapillary.com/dashboard/developers")
    _collect(source(token), out, per_cell, _grid(grid), budget, seed, contact)


@collect_app.command()
def streetview(
    out: Out,
    per_cell: PerCell,
    contact: Contact,
    agree_to_terms: Annotated[
        bool,
        typer.Option(
            "--agree-to-terms",
            help="You have read Google's terms, may do this, and pay for it. Without it only the "
            "panoramas are looked up, which is free of charge, and the cost is estimated.",
        ),
    ] = False,
    radius: Annotated[
        float,
        typer.Option(
            min=0.05,
            max=10,
            help="Kilometres about a point to find a panorama in; the article: 10.",
        ),
    ] = 1.0,
    outdoor: Annotated[
        bool,
        typer.Option("--outdoor", help="Only out of doors, and none that people have uploaded."),
    ] = False,
    grid: GridChoice = "square:3",
    budget: Budget = 5000,
    seed: Seed = 0,
) -> None:
    """Four images of each panorama of Google Street View, with your own key, which is billed.

    Google's terms forbid most of what a data set is for: they are said first.

    The key is read from the environment variable GOOGLE_MAPS_KEY, and requests
    are signed if GOOGLE_MAPS_SECRET holds a secret.
    """
    import os

    from geoloc_core.collect.keys import key_in
    from geoloc_core.collect.streetview import HEADINGS, KEY, PRICE, SECRET, TERMS
    from geoloc_core.collect.streetview import streetview as source

    key = key_in(KEY, "https://developers.google.com/maps/documentation/streetview/get-api-key")
    secret = os.environ.get(SECRET, "").strip()
    panoramas = source(key, secret, radius=round(1000 * radius), outdoor=outdoor)
    cells, asker = _grid(grid), _asker(contact, budget)
    found = _walk(panoramas, asker, cells, out, per_cell, seed, images=False)
    if found.why:
        _end_early(found.why)
    images = len(HEADINGS) * found.offers - found.images
    typer.echo(
        f"{found.offers} panoramas are found. {images} images are to be asked for, about "
        f"${images * PRICE / 1000:.2f} at ${PRICE:.2f} for 1,000, Google's list price."
    )
    typer.echo(TERMS)
    if not agree_to_terms:
        _end_early("No image was asked for: the same command with --agree-to-terms does that.")
    _say(_walk(panoramas, asker, cells, out, per_cell, seed), out, per_cell, len(cells))


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
    collected = _walk(source, _asker(contact, budget), grid, out, per_cell, seed)
    _say(collected, out, per_cell, len(grid))


def _asker(contact: str, budget: int) -> Asker:
    from geoloc_core.collect.asking import Asker, user_agent

    return Asker(user_agent(contact), budget)


def _walk(
    source: Source,
    asker: Asker,
    grid: Grid,
    out: Path,
    per_cell: int,
    seed: int,
    images: bool = True,
) -> Collected:
    from tqdm import tqdm

    from geoloc_core.collect.collect import collect

    with tqdm(total=per_cell * len(grid), unit="place") as bar:
        return collect(
            source,
            asker,
            grid,
            out,
            per_cell=per_cell,
            seed=seed,
            images=images,
            tell=lambda: bar.update(),
        )


def _say(collected: Collected, out: Path, per_cell: int, cells: int) -> None:
    typer.echo(
        f"{collected.images} images of {collected.offers} places are in {out}. "
        f"{cells - collected.lacking} of {cells} cells have {per_cell}."
    )
    if collected.why:
        _end_early(collected.why)


def _end_early(why: str) -> NoReturn:
    typer.echo(f"Not through yet. {why}", err=True)
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

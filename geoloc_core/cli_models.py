"""The command `pata models`: what can be downloaded, downloading and removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from geoloc_core.models.downloads import Download

models_app = typer.Typer(
    help="Models that are downloaded, each only when you agree.", no_args_is_help=True
)

Precision = Literal["int8", "fp16"]
ModelToGet = Annotated[str, typer.Argument(help="A model that `pata models list` names.")]


@models_app.command("list")
def list_models() -> None:
    """List the models that can be downloaded, and which of them are here."""
    from geoloc_core.catalogue import PHOTO_MODELS
    from geoloc_core.models.downloads import DOWNLOADS, found_file, models_folder

    for name, files in DOWNLOADS.items():
        known, path = PHOTO_MODELS[name], found_file(name)
        typer.echo(f"{name}: {known.title}, {known.summary}. {known.caution}")
        typer.echo(f"  here: {path}" if path else f"  not here: pata models get {name}")
        for precision, download in files.items():
            here = models_folder() / download.file
            typer.echo(f"  --precision {precision}\n{_facts(download, here)}")


@models_app.command()
def get(
    model: ModelToGet,
    precision: Annotated[
        Precision, typer.Option(help="int8: half the size; fp16: closer to the original.")
    ] = "int8",
    yes: Annotated[bool, typer.Option("--yes", help="Agree beforehand: for scripts.")] = False,
) -> None:
    """Download a model, after saying what it is and asking. A broken download is gone on with."""
    from tqdm import tqdm

    from geoloc_core.models.downloads import (
        DOWNLOADS,
        check_name,
        installed_file,
        is_here,
        models_folder,
    )
    from geoloc_core.models.fetch import fetch

    check_name(model)
    download, folder = DOWNLOADS[model][precision], models_folder()
    if is_here(download):
        typer.echo(f"It is here already: {installed_file(model)}.")
        return
    typer.echo(f"{_facts(download, folder / download.file)}\n  to: {folder}")
    if not yes:
        typer.confirm("Download it?", abort=True)
    with tqdm(unit="B", unit_scale=True, unit_divisor=1000) as bar:

        def progress(done: int, size: int) -> None:
            bar.total = size
            bar.update(done - bar.n)

        path = fetch(download, folder, progress)
    typer.echo(f"{path}\n{_facts(download, path)}")


@models_app.command()
def remove(model: ModelToGet) -> None:
    """Delete a downloaded model, whole or partial."""
    from geoloc_core.models.downloads import check_name
    from geoloc_core.models.downloads import remove as run

    check_name(model)
    removed = run(model)
    typer.echo("\n".join(f"Removed {path}." for path in removed) or "There is nothing to remove.")


def _facts(download: Download, path: Path) -> str:
    """What one agrees to, in lines."""
    from geoloc_core.models.downloads import hash_words

    return (
        f"  file: {download.file}, {download.size / 1e6:.0f} MB\n"
        f"  licence: {download.licence}\n"
        f"  from: {download.url}\n"
        f"  sha256: {hash_words(path)}"
    )

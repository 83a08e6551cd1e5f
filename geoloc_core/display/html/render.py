"""HTML and SVG from the templates beside this module. What is put into them is text: escaped."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from geoloc_core.display import colours
from geoloc_core.display.formats import count, kilometres, percent
from geoloc_core.text import printable


def render(template: str, **values: object) -> Markup:
    """The template `templates/NAME.jinja`, with its extension ("bars.html"), filled in.

    What an earlier `render` made may be a value and stays markup. A line break in a template is a
    space. This is for HTML of the page: what goes into a script needs `plain_text` as well. Raises
    `jinja2.UndefinedError` where the template asks for a value that is not there.
    """
    return Markup(_template(template).render(values).replace("\n", " ").strip())


@cache
def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.jinja")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
        auto_reload=False,
    )
    environment.filters |= {
        "count": count,
        "data_uri": _data_uri,
        "kilometres": kilometres,
        "percent": percent,
    }
    environment.globals["colours"] = colours
    return environment


def _harmless(value: Any) -> Any:
    """Text without control characters; what acts in HTML is escaped after this."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=32)  # marks are drawn again and again
def _data_uri(svg: str) -> str:
    """An SVG as the source of an `<img>`: Streamlit drops inline SVG from HTML."""
    return f"data:image/svg+xml,{quote(svg)}"

"""The report of a check as one page of HTML that needs nothing beside itself.

Names and files are hostile text: the template escapes all that it is given, and marks that reverse
the direction of text are spelled out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from geoloc_core.text import terminal_safe

if TYPE_CHECKING:
    from geoloc_core.check.check import Checked


def html(result: Checked, cures: Mapping[str, str]) -> str:
    """The report of a check; `cures` says for each kind of fault what becomes of its rows."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_spelled_out,
    )
    return environment.get_template("report.html.jinja").render(result=result, cures=cures)


def _spelled_out(value: Any) -> Any:
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return terminal_safe(value) if is_text else value

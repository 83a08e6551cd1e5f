import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from geoloc_core.display.html.render import render
from geoloc_core.text import printable

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "geoloc_core/display/html/templates"


@given(st.text())
def test_what_is_put_in_is_text_and_reads_as_it_was(text):
    shown = render("pages/note.html", said=text)
    inside = re.fullmatch(r'<p class="pata-note" role="status">(.*)</p>', shown).group(1)
    assert not re.search(r"[<>\"']", inside)
    assert html.unescape(inside) == printable(text)


def test_text_cannot_leave_its_attribute_or_change_its_direction():
    shown = render("drawing.html", look="x", label='\u202e" onload="alert(1)', svg=Markup("<svg/>"))
    assert 'alt="&#34; onload=&#34;alert(1)"' in shown


def test_markup_of_a_template_goes_into_another_as_it_is():
    inner = render("pages/note.html", said="a & b")
    assert render("pages/caption.html", said=inner).count("a &amp; b") == 1
    assert inner in render("pages/caption.html", said=inner)


def test_a_line_break_in_a_template_is_a_space():
    assert "\n" not in render("pages/cell_note.html", share=0.5)


def test_a_value_that_is_missing_is_an_error_and_no_gap():
    with pytest.raises(UndefinedError):
        render("pages/note.html")


def test_every_template_is_used():
    sources = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "geoloc_core/display").rglob("*.py")]
    sources += TEMPLATES.rglob("*.jinja")
    said = "".join(path.read_text(encoding="utf-8") for path in sources)
    names = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.jinja")]
    assert len(names) > 20
    assert [name for name in names if f'"{name.removesuffix(".jinja")}' not in said] == []

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from geoloc_core.text import plain_markdown, plain_text, printable


def test_a_template_literal_stays_text():
    assert plain_text("`${alert(1)}`\\") == "&#96;&#36;{alert(1)}&#96;&#92;"


@given(st.text())
def test_plain_text_reads_as_it_was_and_holds_nothing_that_acts(text):
    safe = plain_text(text)
    assert not re.search(r"[<>\"'`$\\]", safe)
    assert html.unescape(safe) == printable(text)


def test_text_cannot_change_its_direction_or_move_the_cursor():
    assert printable("a\u202egpj.exe\n\x1b[2K") == "agpj.exe[2K"


def test_markdown_shows_its_own_signs():
    assert plain_markdown("[a](b) **c** :red[d]") == r"\[a\]\(b\) \*\*c\*\* \:red\[d\]"

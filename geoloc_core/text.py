"""Text of people, files and data as text and nothing else, wherever it is shown."""

from __future__ import annotations

import html

_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:&")


def plain_text(text: str) -> str:
    """Text for a map: HTML that also lies safely inside a JavaScript template literal.

    HTML of the page is made by `display.html.render`, which escapes by itself. Folium puts a
    tooltip's text between backticks, where `${...}` runs even after escaping for HTML.

    >>> plain_text("<b>${alert(1)}")
    '&lt;b&gt;&#36;{alert(1)}'
    """
    escaped = html.escape(printable(text))
    for character in "$`\\":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return escaped


def plain_markdown(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is."""
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in printable(text))


def printable(text: str) -> str:
    """The text without control characters and marks that reverse its direction."""
    if text.isprintable():
        return text
    return "".join(character for character in text if character.isprintable())


def terminal_safe(text: str) -> str:
    """The text with every character that is not printable, bidirectional marks too, escaped."""
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )

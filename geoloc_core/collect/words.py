"""What a service says of a photograph, as plain text: names, dates."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from geoloc_core.text import printable

_LONGEST = 200  # characters of a name
_DATE = re.compile(r"\b(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?)?)?")
_UNSEEN = ("script", "style")


class _Text(HTMLParser):
    """Collects the text that a reader of the page sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.unseen += tag in _UNSEEN
        self.parts.append(" " if tag in ("br", "p", "div", "li", "td") else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in _UNSEEN))

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)


def text_of_html(value: Any) -> str:
    """The text in a piece of HTML, on one line, without tags; numbers as they are.

    >>> text_of_html('<a href="//commons.wikimedia.org/wiki/User:A">A &amp; <b>B</b></a>')
    'A & B'
    """
    parser = _Text()
    parser.feed("" if value is None else str(value))
    parser.close()
    return one_line("".join(parser.parts))


def one_line(value: Any) -> str:
    """Text, or what stands for it, on one line, printable, at most 200 characters.

    >>> one_line(" A\\n B"), one_line(None), one_line(7)
    ('A B', '', '7')
    """
    text = "" if value is None or isinstance(value, dict | list) else str(value)
    return printable(" ".join(text.split()))[:_LONGEST].strip()


def date_in(value: Any) -> str:
    """The first date in a text, ISO 8601, as much of it as is known; "" where there is none.

    >>> date_in("Taken on 2012-05-04 10:11:12"), date_in("circa 1890"), date_in("last week")
    ('2012-05-04T10:11:12', '1890', '')
    """
    found = _DATE.search(text_of_html(value))
    if not found:
        return ""
    year, month, day, hour = found.groups()
    return "-".join(filter(None, (year, month, day))) + (f"T{hour}" if hour else "")

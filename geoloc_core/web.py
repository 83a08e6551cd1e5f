"""Asking a server: without encryption only where a caller names the host, redirects one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import requests

from geoloc_core.errors import UserError

_TIMEOUT = (20, 60)  # seconds to connect, and between two pieces
_MOST_REDIRECTS = 5


class WebError(UserError):
    """An address that is not asked; the message is the sentence to show."""


def hops(
    session: requests.Session, url: str, headers: dict[str, str], check: Callable[[str], None]
) -> Iterator[requests.Response]:
    """The answers on the way of the redirects, one after another; the last one stays open.

    `check` is called with each address before it is asked and raises `WebError` to refuse it.
    Raises `WebError` for a circle, `requests.RequestException` for a connection that fails.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        check(url)
        try:
            answer = session.get(
                url, headers=headers, stream=True, allow_redirects=False, timeout=_TIMEOUT
            )
        except requests.RequestException:
            raise
        except ValueError as error:  # the library reads where a redirect leads to
            raise WebError(f"{host_of(url)} leads to an address that cannot be read.") from error
        yield answer
        if not answer.is_redirect:
            return
        answer.close()
        url = urljoin(url, answer.headers["Location"])
    raise WebError(f"{host_of(url)} sends the request in a circle: try again later.")


def check_https(url: str, plain_host: str | None) -> None:
    """Raise `WebError` for an address without https, unless it is at the host `plain_host`."""
    parts = urlsplit(url)
    plain = parts.scheme == "http" and plain_host is not None and parts.hostname == plain_host
    if parts.scheme != "https" and not plain:
        raise WebError(
            f"{host_of(url)} sends the request to an address without https, which is not followed."
        )


def host_of(url: str) -> str:
    """The host of an address, for a sentence."""
    return urlsplit(url).hostname or "the server"

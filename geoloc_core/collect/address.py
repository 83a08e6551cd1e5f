"""Which addresses are asked: those of the service alone, and none in a private network."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies

from geoloc_core.text import terminal_safe
from geoloc_core.web import WebError, check_https, host_of


def check_address(url: str, hosts: tuple[str, ...], plain_host: str | None) -> None:
    """Raise `WebError` for an address that is not, encrypted, at one of the hosts or below them.

    Also for one that leads into a private network; where a proxy looks it up, that is the proxy's.
    The host `plain_host` may be asked without encryption and at a private address.
    """
    try:
        parts, host, port = urlsplit(url), host_of(url), urlsplit(url).port
    except ValueError:
        raise WebError("The answer leads to an address that cannot be read.") from None
    check_https(url, plain_host)
    if parts.scheme == "http":
        return
    plain = "@" not in parts.netloc and "\\" not in url and url.isprintable()
    if (
        not plain
        or port not in (None, 443)
        or not any(host == each or host.endswith(f".{each}") for each in hosts)
    ):
        raise WebError(f"The answer leads to {terminal_safe(host)}, which is not asked.")
    if not get_environ_proxies(url) and not _is_public(host):
        raise WebError(f"{host} is at a private address, which is not asked.")


def _is_public(host: str) -> bool:
    """Whether a host is at public addresses alone; one that is not found is for requests to say."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return True
    return all(ipaddress.ip_address(str(each[4][0]).split("%")[0]).is_global for each in found)

"""Politeness: gaps, the budget, waiting as long as a service asks for; and whom to ask."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from geoloc_core.collect.address import check_address
from geoloc_core.collect.asking import (
    CollectError,
    Request,
    ServiceError,
    ask_json,
    user_agent,
)
from geoloc_core.web import WebError
from tests.collect.service import HOST, Service, asker, cut, said, serving


def ask(service: Service, waits: list[float], budget: int = 100) -> dict[str, Any]:
    url = f"{service.url}/x?key=SECRET"
    return ask_json(asker(budget, waits), Request(url, (HOST,)))


def test_a_service_that_is_ill_is_waited_for() -> None:
    waits: list[float] = []
    ill = [said({}, status=429, headers={"Retry-After": "7"}), said({}, status=500)]
    service = Service(lambda _: said({"fine": 1}), faults=[("/", each) for each in ill])
    with serving(service):
        assert ask(service, waits) == {"fine": 1}
    assert len(service.asked) == 3
    assert max(waits) >= 7
    assert len([wait for wait in waits if wait == 0.5]) >= 2  # the gap between two requests


def test_a_connection_that_is_cut_is_tried_again() -> None:
    waits: list[float] = []
    service = Service(lambda _: said({"fine": 1}), faults=[("/", cut("application/json"))])
    with serving(service):
        assert ask(service, waits) == {"fine": 1}
    assert len(service.asked) == 2


def test_who_asks_to_wait_for_an_hour_ends_the_run() -> None:
    wait = said({}, status=429, headers={"Retry-After": "3600"})
    with (
        serving(Service(lambda _: wait)) as service,
        pytest.raises(ServiceError, match="wait for 60 minutes"),
    ):
        ask(service, [])
    assert len(service.asked) == 1


def test_the_budget_counts_every_request() -> None:
    with (
        serving(Service(lambda _: said({}, status=500))) as service,
        pytest.raises(CollectError, match="budget of requests is spent"),
    ):
        ask(service, [], budget=3)
    assert len(service.asked) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_names_no_key(status: int) -> None:
    with (
        serving(Service(lambda _: said({}, status=status))) as service,
        pytest.raises(ServiceError) as refused,
    ):
        ask(service, [])
    assert "(status 4" in str(refused.value)
    assert "SECRET" not in str(refused.value)
    assert "SECRET" not in repr(Request("https://x/?key=SECRET", ()))


@pytest.mark.parametrize(
    "url",
    [
        "http://upload.wikimedia.org/a",
        "https://example.org/a",
        "https://evilwikimedia.org/a",
        "https://wikimedia.org.example.org/a",
        "https://me@upload.wikimedia.org/a",
        "https://upload.wikimedia.org:8443/a",
        "https://upload.wikimedia.org\\@example.org/a",
        "ftp://upload.wikimedia.org/a",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(WebError):
        check_address(url, ("wikimedia.org",), HOST)


def test_a_host_at_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geoloc_core.collect.address.get_environ_proxies", lambda url: {})
    for address, allowed in (("198.35.26.96", True), ("10.0.0.1", False), ("::1", False)):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        if allowed:
            check_address("https://upload.wikimedia.org/a", ("wikimedia.org",), HOST)
            continue
        with pytest.raises(WebError, match="private address"):
            check_address("https://upload.wikimedia.org/a", ("wikimedia.org",), HOST)


def test_a_contact_is_an_address_and_nothing_else() -> None:
    assert "me@example.org" in user_agent("me@example.org")
    for wrong in ("", "me", "me@here", "a\r\nX: y@example.org", "me@example.org\x1b"):
        with pytest.raises(CollectError, match="is no e-mail address"):
            user_agent(wrong)

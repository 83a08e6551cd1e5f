"""Asking a photo service, politely: slowly, within a budget, again after a while where it is ill.

What comes back is checked: by its host, its type and its size. No error and no log of this project
holds an address that was asked, since keys are part of some.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import requests
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from geoloc_core.collect.address import check_address
from geoloc_core.errors import UserError
from geoloc_core.images.photo import MAX_BYTES, PhotoError, read_photo
from geoloc_core.text import terminal_safe
from geoloc_core.web import WebError, hops, host_of

_PATIENCE = Retry(total=4, backoff_factor=2.0, backoff_max=60.0)
_ILL = (429, 500, 502, 503, 504)
_DENIED = (401, 403)
_LONGEST_WAIT = 300.0  # seconds that a service may ask to wait before the run ends
_LONGEST_ANSWER = 300.0  # seconds
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[0-9A-Za-z.-]{1,200}\.[A-Za-z]{2,20}")
_CHUNK = 1 << 16  # bytes
_MOST_JSON = 8 << 20  # bytes
_JSON = ("application/json", "text/javascript")
_IMAGES = ("image/jpeg", "image/png", "image/webp")


logging.getLogger("urllib3.connectionpool").setLevel(logging.CRITICAL)  # it logs addresses


class CollectError(UserError):
    """Why collecting ends here; the message is the sentence to show."""


class ServiceError(CollectError):
    """A service that does not answer, or no more, or not to us."""


class RefusedError(ServiceError):
    """A service that does not accept the key, and so will not answer the next request either."""


class AnswerError(UserError):
    """An answer that is not what was asked for, and will not be another time."""


@dataclass(frozen=True)
class Request:
    """An address with its parameters, the hosts that may answer (also below them), and headers.

    key: what holds the key that it is asked with, as a sentence may name it; "" without one.
    """

    url: str = field(repr=False)
    hosts: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    key: str = ""


@dataclass
class Asker:
    """One run's way of asking.

    agent: the User-Agent; budget: requests that are left; gap: seconds between two requests;
    plain_host: a host that may be asked without encryption and at a private address.
    """

    agent: str
    budget: int
    gap: float = 1.0
    plain_host: str | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    last: float = field(default=float("-inf"), init=False)

    def turn(self) -> None:
        """Wait for one's turn and count the request. Raises `CollectError` where none is left."""
        if self.budget < 1:
            raise CollectError("The budget of requests is spent; the same command goes on.")
        wait = self.last + self.gap - self.clock()
        if wait > 0:
            self.sleep(wait)
        self.last = self.clock()
        self.budget -= 1


def user_agent(contact: str) -> str:
    """How Pata presents itself, with an e-mail address that its user may be reached at.

    Raises `CollectError` for what is no such address.
    """
    if not _EMAIL.fullmatch(contact):
        raise CollectError(
            f"{terminal_safe(contact)[:80]!r} is no e-mail address: --contact takes one, such as "
            "me@example.org."
        )
    return f"Pata/{version('pata')} (photographs for a geolocation data set; {contact})"


def ask_json(asker: Asker, request: Request, statuses: Sequence[int] = (200,)) -> dict[str, Any]:
    """The JSON object that a service answers, with one of these statuses.

    Raises `CollectError`: whatever is wrong with such an answer is so with the next one, too.
    """
    host = host_of(request.url)
    try:
        content = _ask(asker, request, _JSON, _MOST_JSON, statuses)
    except AnswerError as error:
        raise ServiceError(str(error)) from None
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ServiceError(f"{host} sends no JSON that can be read: try again later.") from error
    if not isinstance(said, dict):
        raise ServiceError(f"{host} sends another kind of answer than it should.")
    return said


def ask_image(asker: Asker, request: Request) -> bytes:
    """An image that can be decoded, as it came.

    Raises `AnswerError` for what is none, `CollectError` as `ask_json` does.
    """
    content = _ask(asker, request, _IMAGES, MAX_BYTES)
    try:
        read_photo(content)
    except PhotoError as error:
        raise AnswerError(str(error)) from error
    return content


def _ask(
    asker: Asker,
    request: Request,
    kinds: Sequence[str],
    most: int,
    statuses: Sequence[int] = (200,),
) -> bytes:
    """The content of an answer, asked for again while the service is ill."""
    host, retry = host_of(request.url), _PATIENCE
    while True:
        asker.turn()
        asked_to_wait = 0.0
        try:
            with requests.Session() as session:
                answer = _last_hop(asker, session, request)
                with answer:
                    if answer.status_code not in _ILL:
                        _check(answer, request, kinds, statuses)
                        return _content(answer, host, most, asker.clock)
                    asked_to_wait = _seconds(answer.headers.get("Retry-After"))
            trouble = f"answers with status {answer.status_code}"
        except WebError as error:
            raise AnswerError(str(error)) from None
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ):
            trouble = "cannot be reached, or the connection was cut"
        except requests.RequestException:  # its words may hold the address, and so a key
            raise AnswerError(f"{host} sends what cannot be read.") from None
        try:
            retry = retry.increment("GET", error=OSError(trouble))
        except MaxRetryError:
            raise ServiceError(f"{host} {trouble}, several times: go on later.") from None
        if asked_to_wait > _LONGEST_WAIT:
            raise ServiceError(
                f"{host} asks to wait for {asked_to_wait / 60:.0f} minutes: go on then."
            )
        asker.sleep(max(asked_to_wait, retry.get_backoff_time(), asker.gap))


def _last_hop(asker: Asker, session: requests.Session, request: Request) -> requests.Response:
    headers = {"User-Agent": asker.agent, "Accept-Encoding": "gzip"} | dict(request.headers)
    for answer in hops(
        session,
        request.url,
        headers,
        lambda url: check_address(url, request.hosts, asker.plain_host),
    ):
        if answer.is_redirect:
            continue
    return answer


def _check(
    answer: requests.Response, request: Request, kinds: Sequence[str], statuses: Sequence[int]
) -> None:
    """Raise `AnswerError`, `ServiceError` for an answer of another status or kind."""
    host, status = host_of(request.url), answer.status_code
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip()
    if status in _DENIED and request.key:
        raise RefusedError(f"{host} refuses the request (status {status}): is {request.key} right?")
    if status in _DENIED:
        raise ServiceError(f"{host} refuses the request (status {status}).")
    if status not in statuses:
        raise AnswerError(f"{host} answers with status {status}.")
    if kind == "text/html":
        raise AnswerError(
            f"{host} sends a web page instead of what was asked for: a proxy or a log-in may stand "
            "in between."
        )
    if kind not in kinds:
        raise AnswerError(f"{host} sends {terminal_safe(kind)[:40] or 'nothing known'}.")


def _content(answer: requests.Response, host: str, most: int, clock: Callable[[], float]) -> bytes:
    """The body of an answer. Raises `AnswerError`, `requests.RequestException`."""
    content, deadline = bytearray(), clock() + _LONGEST_ANSWER
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > most:
            raise AnswerError(f"{host} sends more than {most >> 20} MB.")
        if clock() > deadline:
            raise requests.Timeout
    return bytes(content)


def _seconds(retry_after: str | None) -> float:
    """What a Retry-After header asks for; 0 where it asks for nothing that can be read."""
    try:
        return max(0.0, _PATIENCE.parse_retry_after(retry_after)) if retry_after else 0.0
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0

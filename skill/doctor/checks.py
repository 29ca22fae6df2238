"""Why Alexa cannot reach a skill that runs: what an operator needs to know when all she says is "there was a problem
with the requested skill's response".

It calls an endpoint from outside, as Alexa would, and looks on after a fault, so that one call names them all.
"""

import http.client
import ipaddress
import json
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from skill.alexa.verifier import TOLERANCE
from skill.doctor.certificates import check_certificate
from skill.doctor.diagnosis import ALEXA_SAYS, ALEXA_TIMEOUT_SECONDS, ERROR, NOTE, OK, Diagnosis, Expected
from skill.doctor.probe import EndpointAddress, Page, addresses, connected, reason_of, send_request
from skill.package.address import Weight, address_problems

QUICK = 3.0
"""Slower than this leaves too little for a slow day."""
DRIFT = timedelta(seconds=30)


def examine(
    url: str, expected: Expected, *, ca: Path | None = None, seconds: float = ALEXA_TIMEOUT_SECONDS
) -> Iterator[Diagnosis]:
    """All signs, one after the other; it stops where nothing further can be seen."""
    endpoint = yield from check_address(url, expected, ca, seconds)
    if endpoint is None:
        return
    if not (yield from check_reachable(endpoint)):
        return
    trusted = yield from check_certificate(endpoint, expected)
    if trusted is None:
        return
    answer = yield from check_refusal(endpoint, trusted)
    if answer is None:
        return
    yield from check_clock(answer)
    yield from check_health(endpoint, trusted, expected)
    for name in ("privacy", "terms"):
        yield from check_page(endpoint, trusted, name)


def check_address(
    url: str, expected: Expected, ca: Path | None, seconds: float
) -> Generator[Diagnosis, None, EndpointAddress | None]:
    """The address itself: what Alexa would not even try."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port = "", 0
    wrong = address_problems(url.strip())
    nothing_there = any(problem.weight is Weight.NOTHING_THERE for problem in wrong)
    if nothing_there or not host or parts.scheme != "https":
        yield Diagnosis(
            "address", ERROR, wrong[0].said if wrong else f"{url} is not an https address", "Alexa does not call it"
        )
        return None
    for problem in wrong:
        bearable = problem.weight in (Weight.NOT_FROM_OUTSIDE, Weight.DOUBT)
        yield Diagnosis("address", NOTE if bearable else ERROR, problem.said)
    if expected.uri and expected.uri != url.strip():
        yield Diagnosis(
            "address",
            ERROR,
            f"the package names {expected.uri}",
            f"{ALEXA_SAYS} when the store has another address. Package again with --endpoint {url.strip()}",
        )
    elif not wrong:
        yield Diagnosis("address", OK, url.strip())
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return EndpointAddress(host, port, path, seconds, ca)


def check_reachable(endpoint: EndpointAddress) -> Generator[Diagnosis, None, bool]:
    """Whether the name leads somewhere, and whether anybody listens there."""
    try:
        found = addresses(endpoint)
    except TimeoutError:
        yield Diagnosis(
            "name",
            ERROR,
            f"the name service did not answer about {endpoint.host} in {endpoint.seconds:g} s",
            "See whether this machine has a name service at all; then try again",
        )
        return False
    if not found:
        yield Diagnosis(
            "name",
            ERROR,
            f"{endpoint.host} leads nowhere",
            "Add an A record for the name where its domain is kept; a new one can take hours to be seen everywhere",
        )
        return False
    private = [one for one in found if not ipaddress.ip_address(one.partition("%")[0]).is_global]
    if private:
        yield Diagnosis(
            "name",
            NOTE,
            f"{endpoint.host} leads to {', '.join(private)}, which is inside a private network",
            "Alexa calls from the internet: what she is told by DNS there has to be a public address",
        )
    else:
        yield Diagnosis("name", OK, f"{endpoint.host} leads to {', '.join(found)}")
    try:
        connected(endpoint).close()
    except TimeoutError:
        yield Diagnosis(
            "port",
            ERROR,
            f"nobody answers on port {endpoint.port} in {endpoint.seconds:g} s",
            "A firewall that drops packets looks like this. Open the port in the host's firewall and in the provider's",
        )
    except OSError as error:
        yield Diagnosis(
            "port",
            ERROR,
            f"port {endpoint.port} refuses: {error.strerror or type(error).__name__}",
            "Nothing listens there. Start nginx, and see that it has a line “listen 443 ssl”",
        )
    else:
        yield Diagnosis("port", OK, f"port {endpoint.port} is open")
        return True
    return False


def check_refusal(endpoint: EndpointAddress, trusted: bool) -> Generator[Diagnosis, None, Page | None]:
    """The endpoint: a request that nobody signed has to be refused with 400, soon. Returns the answer."""
    headers = {"Content-Type": "application/json", "User-Agent": "soft-landing doctor"}
    try:
        answer = send_request(endpoint, trusted, "POST", endpoint.path, body=b"{}", headers=headers)
    except TimeoutError:
        yield Diagnosis(
            "endpoint",
            ERROR,
            f"no answer in {endpoint.seconds:g} s",
            f"After {ALEXA_TIMEOUT_SECONDS:g} s {ALEXA_SAYS}. See whether gunicorn runs and has a free thread",
        )
        return None
    except (OSError, http.client.HTTPException) as error:
        yield Diagnosis(
            "endpoint",
            ERROR,
            f"the connection broke: {reason_of(error)}",
            "See the log of nginx; it says what became of the request",
        )
        return None
    status = answer.status
    if status == 400:
        yield Diagnosis("endpoint", OK, f"an unsigned request is refused with 400, in {answer.seconds:.2f} s")
    elif 300 <= status < 400:
        yield Diagnosis(
            "endpoint",
            ERROR,
            f"it sends us on ({status}) to {answer.headers.get('location', 'nowhere')[:200]}",
            f"Alexa does not follow; {ALEXA_SAYS}. Package with the address that it sends to, "
            "or stop it from sending on",
        )
    else:
        wrong, hint = STATUS_HINTS.get(status, STATUS_HINTS[status // 100 * 100])
        yield Diagnosis("endpoint", ERROR, f"an unsigned request is answered {status}, {wrong}", hint)
    if answer.seconds > QUICK:
        yield Diagnosis(
            "speed",
            NOTE,
            f"that took {answer.seconds:.1f} s",
            f"Alexa gives up after {ALEXA_TIMEOUT_SECONDS:g} s; see how busy the server is",
        )
    return answer


STATUS_HINTS: Mapping[int, tuple[str, str]] = {
    200: (
        "as if anybody might ask",
        "Requests are not verified there, and certification fails. Is this the speaker of soft-landing serve? Start "
        'gunicorn "skill:create_app()"',
    ),
    401: ("where Amazon demands 400", "Something in front asks for a login; take it away for this address"),
    403: (
        "where Amazon demands 400",
        "Something in front (a firewall, a proxy) refuses; let requests from anywhere in",
    ),
    404: (
        "as if nothing were there",
        "The path is not the skill's: it answers at /, or where the proxy in front puts it",
    ),
    405: ("as if it took no requests", "Another program answers there; send this address on to gunicorn"),
    413: ("although it was short", "Raise client_max_body_size in nginx"),
    500: (
        "so something broke",
        f"{ALEXA_SAYS} whatever is said. See the log of gunicorn: journalctl -u soft-landing",
    ),
    502: (
        "so nginx found no skill behind it",
        "gunicorn does not run, or elsewhere. systemctl status soft-landing; the usual reason is that "
        "SOFT_LANDING_APPLICATION_ID is not set",
    ),
    503: ("so the skill is overrun or stopped", "systemctl status soft-landing; then more workers or threads"),
    504: ("so the skill did not answer nginx", "See the log of gunicorn: journalctl -u soft-landing"),
    400: ("where Amazon demands 400", "Something in front answers for the skill; let requests through to it"),
    100: ("which is no answer", "Another program answers there; send this address on to gunicorn"),
}
"""What a status other than 400 means, and what to do; round numbers stand for their hundred."""


def check_clock(answer: Page) -> Iterator[Diagnosis]:
    """Whether the server's clock and ours agree: a request older than 150 seconds is refused."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        yield Diagnosis(
            "clock", NOTE, "the answers have no date", "The clock cannot be compared; see timedatectl on the server"
        )
        return
    apart = abs(datetime.now(UTC) - theirs.astimezone(UTC))
    seconds = round(apart.total_seconds())
    if apart > TOLERANCE:
        yield Diagnosis(
            "clock",
            ERROR,
            f"the server's clock and this machine's are {seconds} s apart",
            f"If it is the server's that is wrong, every request is refused as old, and {ALEXA_SAYS}. "
            "Set both by a time service: timedatectl set-ntp true",
        )
    elif apart > DRIFT:
        yield Diagnosis(
            "clock",
            NOTE,
            f"the server's clock and this machine's are {seconds} s apart",
            "Requests are refused from 150 s on. Set both by a time service: timedatectl set-ntp true",
        )
    else:
        yield Diagnosis("clock", OK, "the server's clock and this machine's agree")


def check_health(endpoint: EndpointAddress, trusted: bool, expected: Expected) -> Iterator[Diagnosis]:
    """Whether the skill itself is behind the endpoint, and speaks what was packaged."""
    got = yield from fetch_page(endpoint, trusted, "health")
    if got is None:
        return
    try:
        data = json.loads(got.body)
        spoken, running = sorted(map(str, data["locales"])), str(data["version"])
    except (ValueError, KeyError, TypeError):
        yield Diagnosis(
            "health", ERROR, "/health is not the skill's", "Another program answers there; send / on to gunicorn"
        )
        return
    if missing := sorted(set(expected.locales) - set(spoken)):
        yield Diagnosis(
            "locales",
            ERROR,
            f"the server does not speak {', '.join(missing)}",
            "Listeners there would be answered as if from elsewhere, with no helpline of their own. Install the same "
            "version on the server, or package without them",
        )
    elif extra := sorted(set(spoken) - set(expected.locales)):
        yield Diagnosis(
            "locales",
            NOTE,
            f"the server speaks {', '.join(extra)} as well",
            "The store does not know about it yet: package again, and ask deploy",
        )
    else:
        yield Diagnosis("locales", OK, f"the server speaks {', '.join(spoken)}")
    if running != version("soft-landing"):
        yield Diagnosis(
            "version",
            NOTE,
            f"the server runs {running}, and this copy is {version('soft-landing')}",
            "The store's model and the server's words belong together; install the same on both",
        )


def check_page(endpoint: EndpointAddress, trusted: bool, name: str) -> Iterator[Diagnosis]:
    """A page that the store links to."""
    got = yield from fetch_page(endpoint, trusted, name)
    if got is None:
        return
    kind = got.headers.get("content-type", "")
    if not kind.startswith("text/html") or not got.body.strip():
        yield Diagnosis(
            name, ERROR, f"/{name} is {kind or 'nothing'}, not a page", "The store links to it; send it on to gunicorn"
        )
    else:
        yield Diagnosis(name, OK, f"/{name} is a page")


def fetch_page(endpoint: EndpointAddress, trusted: bool, name: str) -> Generator[Diagnosis, None, Page | None]:
    """A page by GET; a sign and nothing when it is not to be had."""
    try:
        got = send_request(endpoint, trusted, "GET", f"/{name}", headers={"User-Agent": "soft-landing doctor"})
    except (OSError, http.client.HTTPException) as error:
        slow = isinstance(error, TimeoutError)
        found = f"no answer in {endpoint.seconds:g} s" if slow else f"the connection broke: {reason_of(error)}"
        yield Diagnosis(name, ERROR, f"/{name}: {found}", "See the log of nginx and of gunicorn")
        return None
    if got.status != 200:
        yield Diagnosis(
            name,
            ERROR,
            f"/{name} is answered {got.status}",
            "The skill answers it; let the proxy in front send everything on" if name == "health" else
            "The store links to it, and a reviewer opens it; let the proxy in front send everything on",
        )  # fmt: skip
        return None
    return got

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
from skill.doctor.certificates import certificate
from skill.doctor.diagnosis import ILL, NOTE, PATIENCE, PROBLEM, WELL, Expected, Sign
from skill.doctor.probe import Door, Page, addresses, ask, connected, reason_of
from skill.package import build as packaging

QUICK = 3.0
"""Slower than this leaves too little for a slow day."""
DRIFT = timedelta(seconds=30)


def examine(url: str, expected: Expected, *, ca: Path | None = None, seconds: float = PATIENCE) -> Iterator[Sign]:
    """All signs, one after the other; it stops where nothing further can be seen."""
    door = yield from address(url, expected, ca, seconds)
    if door is None:
        return
    if not (yield from reachable(door)):
        return
    trusted = yield from certificate(door, expected)
    if trusted is None:
        return
    answer = yield from refusal(door, trusted)
    if answer is None:
        return
    yield from clock(answer)
    yield from health(door, trusted, expected)
    for name in ("privacy", "terms"):
        yield from page(door, trusted, name)


def address(url: str, expected: Expected, ca: Path | None, seconds: float) -> Generator[Sign, None, Door | None]:
    """The address itself: what Alexa would not even try."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port = "", 0
    wrong = packaging.wrong_with(url.strip())
    if not host or parts.scheme != "https":
        yield Sign("address", ILL, wrong[0] if wrong else f"{url} is not an https address", "Alexa does not call it")
        return None
    for reason in wrong:
        bearable = reason.startswith("port ") or "inside your own network" in reason
        yield Sign("address", NOTE if bearable else ILL, reason)
    if expected.uri and expected.uri != url.strip():
        yield Sign(
            "address",
            ILL,
            f"the package names {expected.uri}",
            f"{PROBLEM} when the store has another address. Package again with --endpoint {url.strip()}",
        )
    elif not wrong:
        yield Sign("address", WELL, url.strip())
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Door(host, port, path, seconds, ca)


def reachable(door: Door) -> Generator[Sign, None, bool]:
    """Whether the name leads somewhere, and whether anybody listens there."""
    try:
        found = addresses(door)
    except TimeoutError:
        yield Sign(
            "name",
            ILL,
            f"the name service did not answer about {door.host} in {door.seconds:g} s",
            "See whether this machine has a name service at all; then try again",
        )
        return False
    if not found:
        yield Sign(
            "name",
            ILL,
            f"{door.host} leads nowhere",
            "Add an A record for the name where its domain is kept; a new one can take hours to be seen everywhere",
        )
        return False
    private = [one for one in found if not ipaddress.ip_address(one.partition("%")[0]).is_global]
    if private:
        yield Sign(
            "name",
            NOTE,
            f"{door.host} leads to {', '.join(private)}, which is inside a private network",
            "Alexa calls from the internet: what she is told by DNS there has to be a public address",
        )
    else:
        yield Sign("name", WELL, f"{door.host} leads to {', '.join(found)}")
    try:
        connected(door).close()
    except TimeoutError:
        yield Sign(
            "port",
            ILL,
            f"nobody answers on port {door.port} in {door.seconds:g} s",
            "A firewall that drops packets looks like this. Open the port in the host's firewall and in the provider's",
        )
    except OSError as error:
        yield Sign(
            "port",
            ILL,
            f"port {door.port} refuses: {error.strerror or type(error).__name__}",
            "Nothing listens there. Start nginx, and see that it has a line “listen 443 ssl”",
        )
    else:
        yield Sign("port", WELL, f"port {door.port} is open")
        return True
    return False


def refusal(door: Door, trusted: bool) -> Generator[Sign, None, Page | None]:
    """The door: a request that nobody signed has to be refused with 400, soon. Returns the answer."""
    headers = {"Content-Type": "application/json", "User-Agent": "soft-landing doctor"}
    try:
        answer = ask(door, trusted, "POST", door.path, body=b"{}", headers=headers)
    except TimeoutError:
        yield Sign(
            "door",
            ILL,
            f"no answer in {door.seconds:g} s",
            f"After {PATIENCE:g} s {PROBLEM}. See whether gunicorn runs and has a free thread",
        )
        return None
    except (OSError, http.client.HTTPException) as error:
        yield Sign(
            "door",
            ILL,
            f"the connection broke: {reason_of(error)}",
            "See the log of nginx; it says what became of the request",
        )
        return None
    status = answer.status
    if status == 400:
        yield Sign("door", WELL, f"an unsigned request is refused with 400, in {answer.seconds:.2f} s")
    elif 300 <= status < 400:
        yield Sign(
            "door",
            ILL,
            f"it sends us on ({status}) to {answer.headers.get('location', 'nowhere')[:200]}",
            f"Alexa does not follow; {PROBLEM}. Package with the address that it sends to, or stop it from sending on",
        )
    else:
        wrong, hint = EXPLAINED.get(status, EXPLAINED[status // 100 * 100])
        yield Sign("door", ILL, f"an unsigned request is answered {status}, {wrong}", hint)
    if answer.seconds > QUICK:
        yield Sign(
            "speed",
            NOTE,
            f"that took {answer.seconds:.1f} s",
            f"Alexa gives up after {PATIENCE:g} s; see how busy the server is",
        )
    return answer


EXPLAINED: Mapping[int, tuple[str, str]] = {
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
        f"{PROBLEM} whatever is said. See the log of gunicorn: journalctl -u soft-landing",
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


def clock(answer: Page) -> Iterator[Sign]:
    """Whether the server's clock and ours agree: a request older than 150 seconds is refused."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        yield Sign(
            "clock", NOTE, "the answers have no date", "The clock cannot be compared; see timedatectl on the server"
        )
        return
    apart = abs(datetime.now(UTC) - theirs.astimezone(UTC))
    seconds = round(apart.total_seconds())
    if apart > TOLERANCE:
        yield Sign(
            "clock",
            ILL,
            f"the server's clock and this machine's are {seconds} s apart",
            f"If it is the server's that is wrong, every request is refused as old, and {PROBLEM}. Set both by a time "
            "service: timedatectl set-ntp true",
        )
    elif apart > DRIFT:
        yield Sign(
            "clock",
            NOTE,
            f"the server's clock and this machine's are {seconds} s apart",
            "Requests are refused from 150 s on. Set both by a time service: timedatectl set-ntp true",
        )
    else:
        yield Sign("clock", WELL, "the server's clock and this machine's agree")


def health(door: Door, trusted: bool, expected: Expected) -> Iterator[Sign]:
    """Whether the skill itself is behind the door, and speaks what was packaged."""
    got = yield from got_page(door, trusted, "health")
    if got is None:
        return
    try:
        data = json.loads(got.body)
        spoken, running = sorted(map(str, data["locales"])), str(data["version"])
    except (ValueError, KeyError, TypeError):
        yield Sign("health", ILL, "/health is not the skill's", "Another program answers there; send / on to gunicorn")
        return
    if missing := sorted(set(expected.locales) - set(spoken)):
        yield Sign(
            "locales",
            ILL,
            f"the server does not speak {', '.join(missing)}",
            "Listeners there would be answered as if from elsewhere, with no helpline of their own. Install the same "
            "version on the server, or package without them",
        )
    elif extra := sorted(set(spoken) - set(expected.locales)):
        yield Sign(
            "locales",
            NOTE,
            f"the server speaks {', '.join(extra)} as well",
            "The store does not know about it yet: package again, and ask deploy",
        )
    else:
        yield Sign("locales", WELL, f"the server speaks {', '.join(spoken)}")
    if running != version("soft-landing"):
        yield Sign(
            "version",
            NOTE,
            f"the server runs {running}, and this copy is {version('soft-landing')}",
            "The store's model and the server's words belong together; install the same on both",
        )


def page(door: Door, trusted: bool, name: str) -> Iterator[Sign]:
    """A page that the store links to."""
    got = yield from got_page(door, trusted, name)
    if got is None:
        return
    kind = got.headers.get("content-type", "")
    if not kind.startswith("text/html") or not got.body.strip():
        yield Sign(
            name, ILL, f"/{name} is {kind or 'nothing'}, not a page", "The store links to it; send it on to gunicorn"
        )
    else:
        yield Sign(name, WELL, f"/{name} is a page")


def got_page(door: Door, trusted: bool, name: str) -> Generator[Sign, None, Page | None]:
    """A page by GET; a sign and nothing when it is not to be had."""
    try:
        got = ask(door, trusted, "GET", f"/{name}", headers={"User-Agent": "soft-landing doctor"})
    except (OSError, http.client.HTTPException) as error:
        slow = isinstance(error, TimeoutError)
        found = f"no answer in {door.seconds:g} s" if slow else f"the connection broke: {reason_of(error)}"
        yield Sign(name, ILL, f"/{name}: {found}", "See the log of nginx and of gunicorn")
        return None
    if got.status != 200:
        yield Sign(
            name,
            ILL,
            f"/{name} is answered {got.status}",
            "The skill answers it; let the proxy in front send everything on" if name == "health" else
            "The store links to it, and a reviewer opens it; let the proxy in front send everything on",
        )  # fmt: skip
        return None
    return got

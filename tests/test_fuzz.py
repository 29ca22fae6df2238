"""Anything at all at the door: never a 500, always valid JSON or a plain refusal, and nothing of it in a log.

What is sent is signed as Alexa would sign it, so that it comes as far as the handlers. `benchmarks/fuzz_door.py` drives
the same strategies for longer, led by coverage, and measures how long the slowest took.
"""

import copy
import io
import json
import logging
import re
import string
from collections.abc import Iterator
from typing import Any

import pytest
from amazon import NOW, URL, Amazon
from ask_sdk_model import Request
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from skill.alexa.requests import MOST_CHARACTERS, MOST_SLOTS, filled
from skill.app import create_app

pytestmark = pytest.mark.slow

ID = "amzn1.ask.skill.fuzz"
MARK = "zanzibar"
"""Stands in most of what is sent; the shape of a log line is checked as well, and leaves room for nothing."""

AMAZON = Amazon()
NOTED = re.compile(
    r"""\{("request":"(?P<request>[A-Za-z.]{4,30})",?)?("intent":"[A-Za-z.]{4,30}",)?"""
    r"""("locale":"[a-z]{2}-[A-Z]{2}",)?"outcome":("answered"|"unread","field":"request(\.type)?"|"""
    r""""refused","rule":"[a-z-]{4,24}","hint":"[A-Za-z0-9 ,;.'-]{20,140}"),"milliseconds":[0-9.]+\}""",
    re.VERBOSE,
)
"""The one line of a request."""
REMARKED = re.compile(
    r"locale ([a-z]{2}-[A-Z]{2}|-) is not spoken here; answered in en-[A-Z]{2}"
    r"|store: [a-z :;A-Z_]+"
)
"""What else may stand in the log. That something broke, or was apologised for, may not."""


class Door:
    """The production app with a clock that stands still, and all that it writes down."""

    def __init__(self) -> None:
        self.app: Flask = create_app(ID, trust_roots=AMAZON.roots, fetch=AMAZON.fetch, now=lambda: NOW)
        self.lines: list[logging.LogRecord] = []

    def knock(self, environ: dict[str, Any]) -> int:
        """Send a request as a server hands it over, look at everything that comes of it, and return the status."""
        self.lines.clear()
        chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        code, body = int(status.split()[0]), b"".join(chunks)
        if code == 200 and environ["REQUEST_METHOD"] == "POST":
            assert headers["Content-Type"] == "application/json"
            answer = json.loads(body.decode(), parse_constant=unheard_of)
            assert answer["version"] == "1.0"
            assert isinstance(answer["response"], dict)
            assert len(body) < 24_000, "Alexa may not take it"
            assert len(json.dumps(answer.get("sessionAttributes", {}))) < 1024
            assert MARK.encode() not in body
        elif environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):
            assert code in (200, 308, 400, 404, 405), (code, body)
        elif code != 308:  # where a path begins without a slash or with two
            assert code in (400, 404, 405), (code, body)
            assert headers["Content-Type"].startswith("text/plain")
            assert len(body) < 80
        for record in self.lines:
            assert not record.exc_info, record.getMessage()
            allowed = NOTED if record.name == "skill.requests" else REMARKED
            assert allowed.fullmatch(record.getMessage()), (record.name, record.getMessage())
        inside = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == "/"
        assert sum(record.name == "skill.requests" for record in self.lines) in ((1,) if inside else (0, 1))
        return code

    def send(self, body: bytes, **changes: Any) -> int:
        """Send a body with Alexa's signature."""
        return self.knock(environ(body, **changes))


def environ(body: bytes, **changes: Any) -> dict[str, Any]:
    """A signed request, as a server hands it over."""
    made = EnvironBuilder(method="POST", data=body, headers=Headers(AMAZON.sign(body)), content_type="application/json")
    return {**made.get_environ(), **changes}


def unheard_of(constant: str) -> float:
    """What JSON does not have."""
    raise AssertionError(f"{constant} in an answer")


class Recorder(logging.Handler):
    """Keeps what is logged, by whomever."""

    def __init__(self, lines: list[logging.LogRecord]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(record)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """A door with an open ear to all that is logged."""
    door, root = Door(), logging.getLogger()
    recorder, level = Recorder(door.lines), root.level
    root.addHandler(recorder)
    root.setLevel(logging.DEBUG)
    yield door
    root.removeHandler(recorder)
    root.setLevel(level)


# -- What is sent -----------------------------------------------------------------------------------------------------

TYPES = sorted(Request.discriminator_value_class_map)
words = str.split
INTENTS = words(
    "BodyIntent QuestionIntent BreathingIntent GroundingIntent TogetherIntent CheckInIntent AssaultIntent MoreIntent "
    "RememberIntent ForgetMeIntent AMAZON.YesIntent AMAZON.NoIntent AMAZON.RepeatIntent AMAZON.NextIntent "
    "AMAZON.StopIntent AMAZON.FallbackIntent PracticeOn AgainIntent HoldScreen.go DiscreetIntent SlowerIntent error "
    "LaunchRequest"
)
SLOTS = words("question pattern technique care company duration rounds in hold out rest other")
VALUES = words(
    "PT2M P1Y PT99999999H PT P ? 0 -1 7 99999 ٣ 4.5 b-box b-long-out five together <speak> &amp; {{7*7}} {%x%} "
    "../../etc/passwd"
)

text = st.text(st.characters(), max_size=20).map(lambda drawn: MARK + drawn) | st.text(st.characters(), max_size=8)
long_text = st.sampled_from(
    ["x", "a ", "\0", "<", "é", "\ud800", f"{MARK} ", "one two ", "five minutes ", "and a "]
).flatmap(lambda piece: st.sampled_from([100, 5_000, 30_000]).map(lambda size: (piece * size)[:size]))
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(2**63), 1e308, float("nan"), float("inf"), -float("inf"), -0.0, 5e-324])
    | st.floats()
    | text
    | st.sampled_from([*VALUES, *INTENTS, "", " ", ID, "en-US", "true"])
)
nested = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text | st.sampled_from(SLOTS), inner, max_size=3),
    max_leaves=6,
)
deep = st.integers(1, 3000).flatmap(lambda depth: st.sampled_from([Ellipsis, MARK]).map(lambda leaf: (depth, leaf)))
"""So many lists in one another; written out by `written`, because no value of this depth can be copied."""
odd = plain | nested | long_text

SESSION_KEYS = words(
    "said at offer instead variant heard page misses rate brief discreet safe holds closed cautioned marked counted "
    "remembered exercise"
)
EXERCISE_KEYS = words("practice minutes rounds pace counting quiet bed part times seconds stepwise")


def codes() -> list[str]:
    """What our own session attributes hold: short codes of names."""
    from skill.dialog.codes import code

    return [code(name) for name in (*INTENTS, "b-box", "b-long-out", "g-room", "OverviewIntent")]


attributes = st.dictionaries(
    st.sampled_from(SESSION_KEYS) | text,
    st.sampled_from(codes())
    | st.integers(-2, 1000)
    | st.booleans()
    | odd
    | st.lists(st.sampled_from(codes()).map(lambda code: f"{code}1") | odd, max_size=50)
    | st.dictionaries(
        st.sampled_from(EXERCISE_KEYS),
        st.sampled_from([*codes(), "slow", "none"]) | st.integers(-1, 61) | st.booleans() | st.lists(odd, max_size=5),
        max_size=6,
    ),
    max_size=6,
)


@st.composite
def slots(draw: st.DrawFn) -> dict[str, Any]:
    """Slots with odd values, some of them resolved to odd ids."""
    made: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(SLOTS) | text, max_size=4, unique=True)):
        slot: dict[str, Any] = {"name": name, "value": draw(st.sampled_from(VALUES) | text | long_text | odd)}
        if draw(st.booleans()):
            match = {"value": {"name": draw(text), "id": draw(st.sampled_from(VALUES) | odd)}}
            authority = {"authority": MARK, "status": {"code": "ER_SUCCESS_MATCH"}, "values": [match]}
            slot["resolutions"] = {"resolutionsPerAuthority": [authority]}
        made[name] = slot
    return made


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request of any type, in order as far as anyone can tell."""
    kind = draw(st.sampled_from(["IntentRequest", "IntentRequest", "Alexa.Presentation.APL.UserEvent", *TYPES]))
    asked: dict[str, Any] = {
        "type": kind,
        "requestId": f"amzn1.echo-api.request.{MARK}",
        "timestamp": NOW.isoformat(),
        "locale": draw(st.sampled_from(["en-US", "en-GB", "de-DE", "naked", "EN-us", ""]) | text),
    }
    if "Intent" in kind:
        asked["intent"] = {"name": draw(st.sampled_from(INTENTS) | text), "slots": draw(slots())}
        asked["dialogState"] = "STARTED"
    if "UserEvent" in kind:
        asked |= {"token": MARK, "arguments": draw(st.lists(st.sampled_from(INTENTS) | odd, max_size=3)), "source": {}}
    if kind == "System.ExceptionEncountered":
        asked |= {"error": {"type": "INVALID_RESPONSE", "message": MARK}, "cause": {"requestId": MARK}}
    if kind == "SessionEndedRequest":
        asked |= {"reason": "ERROR", "error": {"type": "INTERNAL_SERVICE_ERROR", "message": MARK}}
    if kind == "Connections.Response":
        asked |= {"name": "Upsell", "status": {"code": "200", "message": MARK}, "payload": {}, "token": MARK}
    return asked


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """Alexa's envelope around a request, with odd things in our part of it."""
    person = {"userId": f"amzn1.ask.account.{MARK}", "accessToken": MARK}
    screen = {"Alexa.Presentation.APL": {"runtime": {"maxVersion": "2024.2"}}}
    system = {
        "application": {"applicationId": ID},
        "user": person,
        "device": {"deviceId": MARK, "supportedInterfaces": draw(st.sampled_from([{}, screen]))},
        "person": {"personId": MARK},
        "apiAccessToken": MARK,
    }
    session = {
        "new": draw(st.booleans()),
        "sessionId": MARK,
        "application": {"applicationId": ID},
        "user": person,
        "attributes": draw(attributes | odd),
    }
    envelope = {"version": "1.0", "session": session, "context": {"System": system}, "request": draw(requests())}
    if draw(st.integers(0, 4)) == 0:
        del envelope["session"]
    return envelope


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a tree of JSON."""
    yield path
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from places(tree[key], (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """An envelope in which one to three things are replaced, doubled, taken away or put in a list."""
    tree: Any = copy.deepcopy(draw(envelopes()))
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from([path for path in places(tree) if path] or [()]))
        if not way:
            return draw(odd)
        *up, last = way
        holder = tree
        for key in up:
            holder = holder[key]
        change = draw(st.sampled_from(["replace", "replace", "delete", "wrap", "add", "move"]))
        if change == "replace":
            holder[last] = draw(odd)
        elif change == "delete":
            del holder[last]
        elif change == "wrap":
            holder[last] = [holder[last]]
        elif isinstance(holder, dict):
            holder[draw(text | st.sampled_from(["type", "objectType", "__class__", "attribute_map"]))] = (
                draw(odd) if change == "add" else holder.pop(last)
            )
    return tree


def written(tree: Any) -> bytes:
    """JSON as lax as Python writes it: with NaN, Infinity and lone surrogates."""
    return json.dumps(tree).encode()


# -- What comes of it -------------------------------------------------------------------------------------------------

often = settings(deadline=None, suppress_health_check=list(HealthCheck))
echoed: dict[str, Any] = {
    "version": "1.0",
    "context": {"System": {"application": {"applicationId": ID}}},
    "request": {"type": "SessionEndedRequest", "requestId": "x", "timestamp": NOW.isoformat(), "locale": "en-US"},
}


@settings(often, max_examples=500)
@given(tree=mutated())
@example(tree={**echoed, "request": {**echoed["request"], "type": ""}})
@example(tree={**echoed, "request": 7})
def test_no_envelope_knocks_it_over(door: Door, tree: Any) -> None:
    """An envelope of any type with something wrong in any field is answered in valid JSON, or refused."""
    assert door.send(written(tree)) in (200, 400)


@settings(often, max_examples=400)
@given(tree=envelopes())
@example(tree={**echoed, "session": {"new": False, "sessionId": "x", "attributes": {"said": "\ud800"}}})
@example(tree={**echoed, "session": {"new": False, "sessionId": "x", "attributes": {"rate": float("nan")}}})
@example(tree={**echoed, "session": {"new": False, "sessionId": "x", "attributes": {MARK: MARK * 5000}}})
def test_no_session_or_slot_knocks_it_over(door: Door, tree: Any) -> None:
    """Hostile session attributes, slots, locales and arguments of a touch are answered in valid JSON."""
    assert door.send(written(tree)) in (200, 400)


@settings(often, max_examples=200)
@given(
    body=st.binary(max_size=200)
    | st.text(string.printable, max_size=100).map(str.encode)
    | st.builds(
        lambda head, tree, tail: head + written(tree) + tail,
        st.sampled_from([b"", b"\xef\xbb\xbf", b"\0", b" " * 1000, b"[", b"{"]),
        nested,
        st.sampled_from([b"", b"\xff", b"\0", b"}", b"]", b",", b"{}"]),
    )
)
@example(body=b"[" * 100_000)
@example(body=b'{"a":' * 20_000)
@example(body=b"9" * 100_000)
@example(body=b'{"request":' + b"1" * 5000 + b"}")
@example(body=written(echoed).decode().encode("utf-16"))
def test_no_bytes_knock_it_over(door: Door, body: bytes) -> None:
    """Bytes that are no envelope are refused, even with a good signature."""
    assert door.send(body) == 400


@settings(often, max_examples=200)
@given(
    tree=envelopes(),
    where=st.sampled_from(["", "session", "context", "request", "attributes", "slots"]),
    key=st.sampled_from(["type", "request", "session", "attributes", "intent", "locale", "arguments", "name", MARK]),
    value=odd.map(json.dumps) | deep.map(lambda drawn: "[" * drawn[0] + json.dumps(str(drawn[1])) + "]" * drawn[0]),
    last=st.booleans(),
)
def test_no_doubled_or_deep_key_knocks_it_over(
    door: Door, tree: Any, where: str, key: str, value: str, last: bool
) -> None:
    """A key that stands twice, or holds lists in lists in lists, is answered or refused."""
    body = json.dumps(tree)
    opening = f'"{where}": {{' if where else "{"
    place = body.find(opening)
    if place < 0:
        return
    place += len(opening)
    if last and where == "":
        body = f'{body[:-1]}, "{key}": {value}}}'
    else:
        body = f'{body[:place]}"{key}": {value}{"" if body[place] == "}" else ", "}{body[place:]}'
    assert door.send(body.encode()) in (200, 400)


def test_a_flood_of_slots_is_read_in_part(door: Door) -> None:
    """However many slots come with however many words, only so much is read, so that no request takes long."""
    flood = {f"slot{number}": {"name": "x", "value": "one two " * 500} for number in range(100)}
    known, loose = filled(flood)
    assert known == {}
    assert len(loose) <= MOST_SLOTS
    assert sum(map(len, loose.values())) <= MOST_CHARACTERS
    slots = dict(list(flood.items())[:20])
    asked = {**echoed["request"], "type": "IntentRequest", "intent": {"name": "QuestionIntent", "slots": slots}}
    assert door.send(written({**echoed, "request": asked})) == 200


HEADERS = words(
    "HTTP_SIGNATURE_256 HTTP_SIGNATURECERTCHAINURL HTTP_SIGNATURE CONTENT_TYPE CONTENT_LENGTH HTTP_HOST HTTP_COOKIE "
    "HTTP_TRANSFER_ENCODING HTTP_EXPECT HTTP_ACCEPT HTTP_X_FORWARDED_FOR HTTP_X_FORWARDED_HOST HTTP_X_ORIGINAL_URL "
    "HTTP_X_HTTP_METHOD_OVERRIDE HTTP_CONTENT_ENCODING HTTP_RANGE HTTP_AUTHORIZATION HTTP_IF_MATCH QUERY_STRING "
    "SERVER_NAME SERVER_PROTOCOL wsgi.url_scheme REMOTE_ADDR"
)
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
header = (
    latin
    | latin.map(lambda drawn: MARK + drawn)
    | st.sampled_from(
        [
            URL,
            URL + MARK,
            "https://s3.amazonaws.com/echo.api/../x",
            "-1",
            "0",
            "9" * 30,
            "chunked",
            "100-continue",
            "a" * 9000,
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "text/html; charset=utf-7",
            "QUJD",
            "=" * 99,
        ]
    )
)


@settings(often, max_examples=200)
@given(
    method=st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", "PUT", "OPTIONS", "DELETE", "TRACE", "BREW"]),
    path=st.sampled_from(["/", "/", "/", "/health", "/privacy", "//", "/..", "/say", "/%00"]) | latin,
    changes=st.dictionaries(st.sampled_from(HEADERS), header, max_size=5),
    body=st.sampled_from([b"", b"{}", written(echoed), b"a=b", b"\xff" * 10]),
)
def test_no_headers_knock_it_over(door: Door, method: str, path: str, changes: dict[str, str], body: bytes) -> None:
    """Any method, path and headers are answered in order; only Alexa's signature over the body lets one in."""
    made = environ(body, REQUEST_METHOD=method, **changes)
    made["wsgi.input"] = io.BytesIO(body)
    made["PATH_INFO"] = path
    door.knock(made)

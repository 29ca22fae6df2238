"""Fuzzes the door for some minutes, led by coverage, and says what came of it: inputs tried, slowest, failures.

    python -m venv fuzz && fuzz/bin/pip install -e '.[test]' atheris
    fuzz/bin/python benchmarks/fuzz_door.py --minutes 10

Atheris makes up bytes. The first decides what they are: the choices of a strategy of `tests/test_fuzz.py`, or a real
envelope with stretches of it changed. Each is signed and sent through the app; whatever the tests call a failure is one
here as well, and so is an input that takes over 50 ms three times in a row (the machine may have been busy once).
"""

import argparse
import json
import logging
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris
from hypothesis import given

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
with atheris.instrument_imports(include=["skill", "ask_sdk_core", "ask_sdk_model", "jinja2"]):
    import test_fuzz
    from amazon import NOW

SLOW = 0.050
"""Seconds that no request may take."""

REQUESTS: list[dict[str, Any]] = [
    {"type": "LaunchRequest"},
    {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
    {"type": "AlexaSkillEvent.SkillDisabled"},
    {"type": "Alexa.Presentation.APL.UserEvent", "arguments": ["BodyIntent"], "token": "x"},
    {"type": "Alexa.Presentation.APLA.RuntimeError", "token": "x", "errors": []},
    {"type": "CanFulfillIntentRequest", "intent": {"name": "BodyIntent", "slots": {}}},
    {"type": "Connections.Response", "name": "x", "status": {"code": "200", "message": "x"}},
    *(
        {"type": "IntentRequest", "intent": {"name": name, "slots": {slot: {"name": slot, "value": value}}}}
        for name in ("QuestionIntent", "BreathingIntent", "GroundingIntent", "AMAZON.YesIntent", "MoreIntent")
        for slot, value in (("question", "why do i cry afterwards"), ("duration", "PT2M"), ("pattern", "box breathing"))
    ),
]


def envelopes() -> list[bytes]:
    """Real envelopes, to be changed."""
    system = {"application": {"applicationId": test_fuzz.ID}, "user": {"userId": "x"}, "device": {"deviceId": "x"}}
    session = {"new": False, "sessionId": "x", "application": {"applicationId": test_fuzz.ID}, "user": {"userId": "x"}}
    session["attributes"] = {"said": test_fuzz.codes()[0], "rate": 2, "exercise": {"practice": test_fuzz.codes()[-4]}}
    common = {"requestId": "x", "timestamp": NOW.isoformat(), "locale": "en-US"}
    return [
        json.dumps(
            {"version": "1.0", "session": session, "context": {"System": system}, "request": common | asked}
        ).encode()
        for asked in REQUESTS
    ]


TESTS = (
    test_fuzz.test_no_envelope_knocks_it_over,
    test_fuzz.test_no_session_or_slot_knocks_it_over,
    test_fuzz.test_no_bytes_knock_it_over,
    test_fuzz.test_no_doubled_or_deep_key_knocks_it_over,
    test_fuzz.test_no_headers_knock_it_over,
)
ENVELOPES = envelopes()
PIECES = (
    b'"',
    b"\\ud800",
    b"null",
    b"NaN",
    b"[[[[[[[[",
    b"{}",
    b"1e999",
    b"\xff",
    b'"type":"IntentRequest",',
    b"-0",
    b"PT9H",
)


class Timed(test_fuzz.Door):
    """A door with a watch."""

    def __init__(self) -> None:
        super().__init__()
        self.milliseconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.slow: list[bytes] = []

    def knock(self, environ: dict[str, Any]) -> int:
        """As in the tests, and timed: the app alone, without the signing."""
        start = time.perf_counter()
        code = super().knock(environ)
        spent = time.perf_counter() - start
        if spent > SLOW and "wsgi.input" in environ and environ["wsgi.input"].seekable():
            spent = min(spent, *(self.again(environ) for _ in range(3)))
            if spent > SLOW:
                environ["wsgi.input"].seek(0)
                self.slow.append(environ["wsgi.input"].read())
        self.milliseconds.append(spent * 1000)
        self.statuses[code] += 1
        return code

    def again(self, environ: dict[str, Any]) -> float:
        """How long it takes another time."""
        environ["wsgi.input"].seek(0)
        start = time.perf_counter()
        super().knock(environ)
        return time.perf_counter() - start


def bound(test: Any, door: Timed) -> Callable[[bytes], Any]:
    """One of the tests, with bytes in the place of hypothesis's own choices and this door in that of the fixture's."""
    known = test.hypothesis

    def inner(**drawn: Any) -> None:
        known.inner_test(door=door, **drawn)

    again: Any = test_fuzz.often(given(**known._given_kwargs)(inner))
    fuzz: Callable[[bytes], Any] = again.hypothesis.fuzz_one_input
    return fuzz


def changed(data: bytes) -> bytes:
    """A real envelope with stretches replaced by what atheris made up."""
    made = atheris.FuzzedDataProvider(data)
    body = made.PickValueInList(ENVELOPES)
    for _ in range(made.ConsumeIntInRange(1, 4)):
        start = made.ConsumeIntInRange(0, len(body))
        end = min(len(body), start + made.ConsumeIntInRange(0, 12))
        piece = (
            made.PickValueInList(list(PIECES))
            if made.ConsumeBool()
            else made.ConsumeBytes(made.ConsumeIntInRange(0, 12))
        )
        body = body[:start] + piece + body[end:]
    return bytes(body)


def main() -> None:
    """Fuzz, then report; exits with 1 when something failed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    door, failures = Timed(), Counter[str]()
    root = logging.getLogger()
    root.addHandler(test_fuzz.Recorder(door.lines))
    root.setLevel(logging.DEBUG)
    logging.raiseExceptions = False
    strategies = [bound(test, door) for test in TESTS]

    def attempt(data: bytes) -> None:
        if time.monotonic() > end:
            report()
            os._exit(1 if failures or door.slow else 0)  # libFuzzer lets nobody else have the last word
        if not data:
            return
        try:
            if data[0] % 4 == 3:
                door.send(changed(data[1:]))
            else:
                strategies[data[0] // 4 % len(strategies)](data[1:])
        except Exception as error:
            failures[f"{type(error).__name__}: {str(error)[:300]}"] += 1

    def report() -> None:
        ordered = sorted(door.milliseconds) or [0.0]
        print(f"inputs that reached the door: {len(door.milliseconds)}, statuses: {dict(door.statuses)}")
        print(
            f"median {statistics.median(ordered):.2f} ms, p99 {ordered[int(len(ordered) * 0.99) - 1]:.2f} ms, "
            f"slowest {ordered[-1]:.2f} ms; over 50 ms every time: {len(door.slow)}"
        )
        print(f"failures: {sum(failures.values())}")
        for failure, times in failures.most_common(20):
            print(f"  {times} x {failure}")
        for body in door.slow[:5]:
            print(f"  slow: {body[:200]!r} ({len(body)} bytes)")
        sys.stdout.flush()

    end = time.monotonic() + chosen.minutes * 60
    arguments = [f"-seed={chosen.seed}", "-max_len=4096", "-len_control=0", "-verbosity=0", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *arguments], attempt)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

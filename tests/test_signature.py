"""What the verifier believes: signatures, certificates, urls, times and ids, and a network that may do anything."""

from __future__ import annotations

import base64
import contextlib
import http.server
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any

import pytest
from amazon import DAY, NOW, URL, Amazon, Identity, authority, chain, ec_key, leaf, rsa_key, sign
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from skill.alexa.certificates import FAILURES_KEPT, FETCHES_AT_ONCE, WAITING_AT_ONCE, fetch
from skill.alexa.refused import Refused
from skill.alexa.verifier import EVENTS, Verifier

pytestmark = pytest.mark.slow

SKILL = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
BODY = b'{"version": "1.0"}'
PREFIX = "https://s3.amazonaws.com/echo.api/"
PATIENCE = 10  # Seconds after which a thread that should have ended is taken for stuck.


class Clock:
    """A clock that a test can set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)


class Door:
    """A verifier at a throw-away Amazon, with a clock."""

    def __init__(self, fetcher: Callable[[str], bytes] | None = None, **options: Any) -> None:
        self.amazon = Amazon()
        self.clock = Clock()
        self.verifier = Verifier(
            SKILL, trust_roots=self.amazon.roots, fetch=fetcher or self.amazon.fetch, now=self.clock, **options
        )

    def ask(self, url: str = URL, body: bytes = BODY, **changes: str) -> str:
        """Send a signed request, and return the rule it breaks or an empty word."""
        return rule(self.verifier.verify_signature, self.amazon.sign(body) | {"SignatureCertChainUrl": url}, body)

    def serve(self, *identities: Identity, url: str = URL) -> None:
        """Put another chain at the url."""
        self.amazon.pages[url] = chain(*identities)


def rule(check: Callable[..., object], *arguments: Any, **options: Any) -> str:
    """Return the rule that is broken, or an empty word."""
    try:
        check(*arguments, **options)
    except Refused as refusal:
        return refusal.rule
    return ""


@pytest.fixture
def door() -> Door:
    """A door that has seen nobody yet."""
    return Door()


# -- Headers ----------------------------------------------------------------------------------------------------------


def test_a_request_from_alexa_is_let_in(door: Door) -> None:
    """A signed body with the chain of its signer passes."""
    assert door.ask() == ""


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.title])
def test_header_names_are_read_in_any_case(door: Door, spell: Callable[[str], str]) -> None:
    """Proxies write header names as they like."""
    headers = {spell(name): value for name, value in door.amazon.sign(BODY).items()}
    assert rule(door.verifier.verify_signature, headers, BODY) == ""
    assert rule(door.verifier.verify_signature, Headers(list(headers.items())), BODY) == ""


@pytest.mark.parametrize("name", ["Signature-256", "SignatureCertChainUrl"])
@pytest.mark.parametrize("value", [None, "", " ", "\t"])
def test_both_headers_are_needed(door: Door, name: str, value: str | None) -> None:
    """A header that is missing or blank is refused, and nothing is fetched for it."""
    headers = door.amazon.sign(BODY)
    del headers[name]
    if value is not None:
        headers[name] = value
    assert rule(door.verifier.verify_signature, headers, BODY) == "signature-header"
    assert door.amazon.fetched == []


def test_the_old_signature_alone_is_refused(door: Door) -> None:
    """SHA-1 in the header that used to hold it counts as no signature."""
    headers = {"SignatureCertChainUrl": URL, "Signature": sign(BODY, rsa_key("leaf"), hashes.SHA1())}
    assert rule(door.verifier.verify_signature, headers, BODY) == "signature-header"


# -- Urls -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com:/echo.api/echo-api-cert.pem",
        "HTTPS://S3.AmazonAWS.com/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/./echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api//echo-api-cert.pem",
        "https://s3.amazonaws.com/../echo.api/echo-api-cert.pem",
    ],
)
def test_a_good_url_has_one_spelling(door: Door, url: str) -> None:
    """Every spelling of a good url is fetched, and kept, as the same one."""
    assert door.ask(url) == ""
    assert door.ask(URL) == ""
    assert door.amazon.fetched == [URL]


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com/echo.api/x.pem",
        "ftp://s3.amazonaws.com/echo.api/x.pem",
        "file:///echo.api/x.pem",
        "//s3.amazonaws.com/echo.api/x.pem",
        "s3.amazonaws.com/echo.api/x.pem",
        "https:/s3.amazonaws.com/echo.api/x.pem",
        "https:///echo.api/x.pem",
        "https://notamazon.com/echo.api/x.pem",
        "https://s3.amazonaws.com.evil.example/echo.api/x.pem",
        "https://evil.example/s3.amazonaws.com/echo.api/x.pem",
        "https://s3.amazonaws.com./echo.api/x.pem",
        "https://s3-amazonaws.com/echo.api/x.pem",
        "https://s3xamazonawsxcom/echo.api/x.pem",
        "https://[s3.amazonaws.com]/echo.api/x.pem",
        "https://[::1/echo.api/x.pem",
        "https://evil.example@s3.amazonaws.com/echo.api/x.pem",
        "https://s3.amazonaws.com@evil.example/echo.api/x.pem",
        "https://s3.amazonaws.com:443@evil.example/echo.api/x.pem",
        "https://s3.amazonaws.com:563/echo.api/x.pem",
        "https://s3.amazonaws.com:80/echo.api/x.pem",
        "https://s3.amazonaws.com:4430/echo.api/x.pem",
        "https://s3.amazonaws.com:abc/echo.api/x.pem",
        "https://s3.amazonaws.com:-443/echo.api/x.pem",
        "https://s3.amazonaws.com:99999/echo.api/x.pem",
        "https://s3.amazonaws.com:４４３/echo.api/x.pem",
        "https://s3.amazonaws.com/EcHo.aPi/x.pem",
        "https://s3.amazonaws.com/invalid.path/x.pem",
        "https://s3.amazonaws.com/echo.api",
        "https://s3.amazonaws.com/echo.api/",
        "https://s3.amazonaws.com/echo.api.evil/x.pem",
        "https://s3.amazonaws.com//echo.api/x.pem",
        "https://s3.amazonaws.com",
        "https://s3.amazonaws.com/",
        "https://s3.amazonaws.com/echo.api/../evil/x.pem",
        "https://s3.amazonaws.com/echo.api/..",
        "https://s3.amazonaws.com/echo.api/%2e%2e/evil/x.pem",
        "https://s3.amazonaws.com/echo.api/%2E%2E%2Fevil/x.pem",
        "https://s3.amazonaws.com/echo.api/%252e%252e/evil/x.pem",
        "https://s3.amazonaws.com/echo.api/%65cho-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/..\\evil\\x.pem",
        "https://s3.amazonaws.com\\@evil.example/echo.api/x.pem",
        "https://s3.amazonaws.com/echo.api/x.pem#evil",
        "https://s3.amazonaws.com/echo.api/x.pem#",
        "https://s3.amazonaws.com/echo.api/x.pem?one",
        "https://s3.amazonaws.com/echo.api/x.pem?",
        "https://s3.amazonaws.com?/echo.api/x.pem",
        " https://s3.amazonaws.com/echo.api/x.pem",
        "https://s3.amazonaws.com/echo.api/x.pem ",
        "https://s3.amazonaws.com/echo.api/x.pem\n",
        "https://s3.amazonaws.com/echo.api/x\r\nHost: evil.example",
        "https://s3.amazonaws.com/echo.api/x\t.pem",
        "https://s3.amazonaws.com/echo.api/x\0.pem",
        "https://s3.amazonaws.com/echo.api/x\x7f.pem",
        "https://s3.amazonaws.com/echo.api/ü.pem",
        "https://ｓ3.amazonaws.com/echo.api/x.pem",
        "https://ſ3.amazonaws.com/echo.api/x.pem",
        "https://s3.amazonaws.com/echo.api/" + "x" * 500,
        "https://s3.amazonaws.com/echo.api/" + "../echo.api/" * 10_000,
        "x",
        "\ud800",
    ],
)
def test_a_bad_url_is_never_fetched(door: Door, url: str) -> None:
    """Only a plain path under /echo.api/ at Amazon's host may hold a chain."""
    assert door.ask(url) == "certificate-url"
    assert door.amazon.fetched == []


# -- Certificates -----------------------------------------------------------------------------------------------------


def good_chains() -> Iterator[Any]:
    """Chains that are in order, however unusual."""
    amazon = Amazon()
    old = authority("cross root", ends=NOW - DAY)
    yield pytest.param(chain(amazon.leaf, amazon.intermediate), id="as Amazon sends it")
    yield pytest.param(chain(amazon.leaf, amazon.intermediate, amazon.root), id="with its root")
    yield pytest.param(chain(amazon.leaf, amazon.intermediate, amazon.root, old), id="with an old root after it")
    yield pytest.param(chain(amazon.leaf, old, amazon.root, amazon.intermediate), id="the others in any order")
    yield pytest.param(chain(leaf(amazon.root)), id="straight from the root")
    yield pytest.param(b"Bag attributes\n" + chain(amazon.leaf, amazon.intermediate) + b"\n\n", id="words around it")
    several = (x509.DNSName("other.example"), x509.DNSName("echo-api.amazon.com"))
    yield pytest.param(chain(leaf(amazon.root, names=several)), id="one name of several")
    yield pytest.param(chain(leaf(amazon.root, starts=NOW)), id="valid from this second")
    yield pytest.param(chain(leaf(amazon.root, ends=NOW)), id="valid to this second")


@pytest.mark.parametrize("pem", list(good_chains()))
def test_a_good_chain_is_taken(door: Door, pem: bytes) -> None:
    """What matters is that the first certificate is the signer's and that the others lead to a root."""
    door.amazon.pages[URL] = pem
    assert door.ask() == ""


def bad_chains() -> Iterator[Any]:
    """Chains with one thing wrong."""
    amazon = Amazon()
    middle = amazon.intermediate
    second = timedelta(seconds=1)
    stranger = authority("stranger")
    gone = authority("intermediate", amazon.root, ends=NOW - DAY)
    elsewhere = (x509.DNSName("echo-api.amazon.com.evil.example"),)
    client = ExtendedKeyUsageOID.CLIENT_AUTH
    for broken, given_chain, name in [
        ("certificate-dates", chain(leaf(middle, ends=NOW - second), middle), "expired"),
        ("certificate-dates", chain(leaf(middle, starts=NOW + second), middle), "not yet valid"),
        ("certificate-chain", chain(amazon.leaf, gone), "expired intermediate"),
        ("certificate-chain", chain(leaf(middle, names=elsewhere), middle), "another name"),
        ("certificate-chain", chain(leaf(middle, names=(x509.DNSName("*.example.com"),)), middle), "wildcard"),
        ("certificate-chain", chain(leaf(middle, names=()), middle), "name only in the subject"),
        ("certificate-chain", chain(leaf(middle, usage=client), middle), "not for servers"),
        ("certificate-chain", chain(leaf(stranger), stranger), "unknown authority"),
        ("certificate-chain", chain(leaf(None)), "self-signed"),
        ("certificate-chain", chain(amazon.leaf), "missing intermediate"),
        ("certificate-chain", chain(amazon.leaf, stranger), "an intermediate of someone else"),
        ("certificate-chain", chain(leaf(leaf(middle)), leaf(middle), middle), "issued by a leaf"),
        ("certificate-chain", chain(leaf(middle, key=ec_key("leaf")), middle), "elliptic curve"),
        ("certificate-chain", chain(middle, amazon.leaf), "leaf not first"),
        ("certificate-chain", amazon.root.pem, "root alone"),
        ("certificate-chain", b"<html>It works!</html>", "not PEM"),
        ("certificate-chain", amazon.leaf.certificate.public_bytes(Encoding.DER), "not PEM but DER"),
        ("certificate-chain", amazon.leaf.pem[:400], "cut short"),
        ("certificate-chain", amazon.leaf.pem.replace(b"M", b"N"), "garbled"),
        ("certificate-chain", amazon.leaf.key_pem, "a key"),
        ("certificate-chain", b"", "empty"),
        ("certificate-chain", b"\xff\x00" * 500, "noise"),
    ]:
        yield pytest.param(broken, given_chain, id=name)


@pytest.mark.parametrize(("broken", "pem"), list(bad_chains()))
def test_a_bad_chain_is_refused(door: Door, broken: str, pem: bytes) -> None:
    """No chain with a fault lets anyone in, even if the signature is right."""
    door.amazon.pages[URL] = pem
    assert door.ask() == broken


def test_the_usual_roots_do_not_know_a_stranger() -> None:
    """Without other roots it is certifi's that count, and they read without a warning."""
    amazon = Amazon()
    verifier = Verifier(SKILL, fetch=amazon.fetch)
    assert rule(verifier.verify_signature, amazon.sign(BODY), BODY) == "certificate-chain"


@pytest.mark.parametrize("options", [{"application_id": ""}, {"application_id": SKILL, "cache_size": 0}])
def test_a_verifier_that_could_verify_nothing_is_not_made(options: dict[str, Any]) -> None:
    """A missing application id is found at the start, not by a listener."""
    with pytest.raises(ValueError, match="application id"):
        Verifier(**options)


# -- Signatures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(sign(BODY, rsa_key("leaf"), hashes.SHA1()), id="SHA-1"),
        pytest.param(sign(BODY, rsa_key("leaf"), hashes.SHA512()), id="SHA-512"),
        pytest.param(sign(BODY, rsa_key("stranger")), id="by another key"),
        pytest.param(sign(BODY + b" ", rsa_key("leaf")), id="of another body"),
        pytest.param(sign(b"", rsa_key("leaf")), id="of no body"),
        pytest.param("not base64!", id="not base64"),
        pytest.param(sign(BODY, rsa_key("leaf"))[:-1], id="base64 cut short"),
        pytest.param(sign(BODY, rsa_key("leaf")) + "\n", id="base64 and a line end"),
        pytest.param(" " + sign(BODY, rsa_key("leaf")), id="a space and base64"),
        pytest.param("ü", id="not ASCII"),
        pytest.param("\ud800", id="not a character"),
        pytest.param("====", id="padding only"),
        pytest.param(base64.b64encode(b"short").decode(), id="too short"),
        pytest.param(base64.b64encode(b"\0" * 256).decode(), id="zeros"),
        pytest.param(base64.b64encode(b"\xff" * 256).decode(), id="ones"),
        pytest.param("A" * 100_000, id="very long"),
    ],
)
def test_a_bad_signature_is_refused(door: Door, signature: str) -> None:
    """Only the signer's RSA signature with SHA-256, over this very body, is one."""
    headers = {"SignatureCertChainUrl": URL, "Signature-256": signature}
    assert rule(door.verifier.verify_signature, headers, BODY) == "signature"


@pytest.mark.parametrize("body", [b"", b"{}", b"\0" * 1000, b"\xff\xfe", b"x" * 200_000])
def test_any_bytes_can_be_signed(door: Door, body: bytes) -> None:
    """The body is not read for its signature to be verified."""
    assert door.ask(body=body) == ""


# -- The envelope -----------------------------------------------------------------------------------------------------


def envelope(timestamp: object = None, kind: object = "LaunchRequest", **changes: object) -> dict[str, Any]:
    """Return what a request holds that is looked at by the door."""
    application = {"applicationId": SKILL}
    return {
        "request": {"type": kind, "timestamp": NOW.isoformat() if timestamp is None else timestamp},
        "context": {"System": {"application": application}},
        "session": {"application": application},
    } | changes


@pytest.mark.parametrize("seconds", [0, 1, 149, 149.999999, 150, -150, -149.5])
@pytest.mark.parametrize("moment", [NOW, NOW + timedelta(microseconds=123457)])
def test_a_recent_request_passes(door: Door, seconds: float, moment: datetime) -> None:
    """Up to 150 seconds either way are recent, to the microsecond."""
    door.clock.now = moment
    assert rule(door.verifier.verify_envelope, envelope((moment - timedelta(seconds=seconds)).isoformat())) == ""


@pytest.mark.parametrize("seconds", [150.000001, 151, -150.000001, -151, 3600, -3600, 1e9])
def test_an_old_or_future_request_is_refused(door: Door, seconds: float) -> None:
    """A request that was held back, or a clock that is an hour wrong, is refused."""
    assert rule(door.verifier.verify_envelope, envelope((NOW - timedelta(seconds=seconds)).isoformat())) == "timestamp"


def test_the_five_skill_events_are_the_ones_amazon_lists() -> None:
    """The list is that of Amazon's own verifier."""
    assert {name.removeprefix("AlexaSkillEvent.Skill") for name in EVENTS} == {
        "Enabled",
        "Disabled",
        "PermissionChanged",
        "PermissionAccepted",
        "AccountLinked",
    }


@pytest.mark.parametrize("kind", sorted(EVENTS))
@pytest.mark.parametrize(("seconds", "broken"), [(3600, ""), (-3600, ""), (3601, "timestamp"), (-3601, "timestamp")])
def test_a_skill_event_may_be_an_hour_old(door: Door, kind: str, seconds: int, broken: str) -> None:
    """Alexa delivers these when it can."""
    timestamp = (NOW - timedelta(seconds=seconds)).isoformat()
    assert rule(door.verifier.verify_envelope, envelope(timestamp, kind)) == broken


@pytest.mark.parametrize(
    "kind", ["AlexaSkillEvent.ProactiveSubscriptionChanged", "AlexaSkillEvent.SkillEnabled ", "SkillEnabled", ""]
)
def test_no_other_request_may_be_an_hour_old(door: Door, kind: str) -> None:
    """What merely looks like a skill event has 150 seconds."""
    assert (
        rule(door.verifier.verify_envelope, envelope((NOW - timedelta(seconds=151)).isoformat(), kind)) == "timestamp"
    )
    assert rule(door.verifier.verify_envelope, envelope(NOW.isoformat(), kind)) == ""


@pytest.mark.parametrize(
    "timestamp",
    [
        NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        NOW.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
        NOW.strftime("%Y-%m-%dT%H:%M:%S.123456789Z"),
        NOW.astimezone(timezone(timedelta(hours=9))).isoformat(),
        NOW.astimezone(timezone(-timedelta(hours=3, minutes=30))).isoformat(),
        int(NOW.timestamp() * 1000),
        int(NOW.timestamp() * 1000) - 150_000,
        NOW.timestamp() * 1000,
        int(NOW.timestamp()),
        int(NOW.timestamp()) + 150,
        NOW.timestamp() - 0.5,
    ],
)
def test_a_time_is_read_in_the_ways_alexa_writes_it(door: Door, timestamp: object) -> None:
    """ISO 8601 with an offset, and seconds or milliseconds since 1970, are times."""
    assert rule(door.verifier.verify_envelope, envelope(timestamp)) == ""


@pytest.mark.parametrize(
    "timestamp",
    [
        NOW.strftime("%Y-%m-%dT%H:%M:%S"),
        NOW.strftime("%Y-%m-%d"),
        "",
        "now",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2" * 100_000,
        "\ud800",
        int(NOW.timestamp()) - 151,
        int(NOW.timestamp() * 1000) - 150_001,
        int(NOW.timestamp() * 1_000_000),
        float("nan"),
        float("inf"),
        0,
        -1,
        10**400,
        True,
        [],
        {},
        [NOW.isoformat()],
    ],
)
def test_what_is_no_time_is_refused(door: Door, timestamp: object) -> None:
    """A time without an offset could be any hour's, and other things are no time at all."""
    assert rule(door.verifier.verify_envelope, envelope(timestamp)) == "timestamp"


def test_a_missing_time_is_refused(door: Door) -> None:
    """Without a time a request could be from any day."""
    assert rule(door.verifier.verify_envelope, envelope(request={"type": "LaunchRequest"})) == "timestamp"


@pytest.mark.parametrize("found", [None, "", "amzn1.ask.skill.other", SKILL.upper(), SKILL + " ", 1, [SKILL], {}, True])
def test_another_skills_id_is_refused(door: Door, found: object) -> None:
    """The id in the context is this skill's, letter for letter."""
    context = {"System": {"application": {"applicationId": found}}}
    assert rule(door.verifier.verify_envelope, envelope(context=context)) == "application-id"


def test_a_missing_id_is_refused(door: Door) -> None:
    """The session's id does not stand in for the context's."""
    assert rule(door.verifier.verify_envelope, envelope(context={"System": {"application": {}}})) == "application-id"


@pytest.mark.parametrize(
    "session", [None, {}, {"new": True}, {"application": {}}, {"application": {"applicationId": SKILL}}]
)
def test_a_request_needs_no_session(door: Door, session: object) -> None:
    """Requests out of session have none."""
    assert rule(door.verifier.verify_envelope, envelope(session=session)) == ""
    without = envelope()
    del without["session"]
    assert rule(door.verifier.verify_envelope, without) == ""


@pytest.mark.parametrize("found", ["", "amzn1.ask.skill.other", 1, [SKILL]])
def test_a_session_of_another_skill_is_refused(door: Door, found: object) -> None:
    """Where a session names a skill, it is this one."""
    session = {"application": {"applicationId": found}}
    assert rule(door.verifier.verify_envelope, envelope(session=session)) == "application-id"


@pytest.mark.parametrize("odd", [None, 1, "x", [], [{}], True, 1.5])
def test_what_is_not_shaped_as_a_request_is_refused(door: Door, odd: object) -> None:
    """Each place that should hold an object may hold anything."""
    for broken in [
        odd,
        envelope(request=odd),
        envelope(context=odd),
        envelope(context={"System": odd}),
        envelope(context={"System": {"application": odd}}),
    ]:
        assert rule(door.verifier.verify_envelope, broken) == "body"


@pytest.mark.parametrize("odd", [None, 1, "x", [], [{}], True, 1.5, {"x": []}])
def test_what_the_door_need_not_know_may_be_odd(door: Door, odd: object) -> None:
    """A session that cannot be read is as if there were none, and a type as if it were no skill event's."""
    for broken in [envelope(session=odd), envelope(session={"application": odd}), envelope(kind=odd)]:
        assert rule(door.verifier.verify_envelope, broken) == ""
    assert rule(door.verifier.verify_envelope, envelope((NOW - timedelta(seconds=151)).isoformat(), odd)) == "timestamp"


def test_a_refusal_tells_nothing_of_the_request(door: Door) -> None:
    """What is logged of a stranger's request is which rule it broke, and how to mend that."""
    secret = "hush"
    headers = {"SignatureCertChainUrl": PREFIX + secret, "Signature-256": secret}
    context = {"System": {"application": {"applicationId": secret}}}
    attempts: list[Any] = [
        (door.verifier.verify_signature, {"Signature-256": secret}, secret.encode()),
        (door.verifier.verify_signature, headers | {"SignatureCertChainUrl": secret}, secret.encode()),
        (door.verifier.verify_signature, headers, secret.encode()),
        (door.verifier.verify_signature, headers | {"SignatureCertChainUrl": URL}, secret.encode()),
        (door.verifier.verify_envelope, envelope(timestamp=secret)),
        (door.verifier.verify_envelope, envelope(context=context)),
    ]
    for check, *arguments in attempts:
        with pytest.raises(Refused) as caught:
            check(*arguments)
        assert str(caught.value) == f"{caught.value.rule}: {caught.value.hint}"
        assert secret not in str(caught.value) + repr(caught.value) + str(caught.value.__cause__)


# -- What is kept -----------------------------------------------------------------------------------------------------


def test_a_chain_is_fetched_once(door: Door) -> None:
    """Requests after the first are verified without the network."""
    assert [door.ask() for _ in range(20)] == [""] * 20
    assert door.amazon.fetched == [URL]


def test_a_warm_chain_survives_its_host(door: Door) -> None:
    """When the host is gone, a chain serves until its dates end, and not a second longer."""
    assert door.ask() == ""
    door.amazon.pages.clear()
    door.clock.forward(days=100)
    assert door.ask() == ""
    assert door.amazon.fetched == [URL]
    door.clock.forward(seconds=1)
    assert door.ask() == "certificate-fetch"


@pytest.mark.parametrize("which", ["leaf", "intermediate", "root"])
def test_every_certificates_dates_are_looked_at_again(which: str) -> None:
    """A kept chain is only as good as the first of its certificates to run out."""
    ends = {"leaf": NOW + 30 * DAY, "intermediate": NOW + 30 * DAY, "root": NOW + 30 * DAY}
    ends = {name: end if name == which else NOW + 90 * DAY for name, end in ends.items()}
    root = authority("short root", ends=ends["root"])
    middle = authority("short intermediate", root, ends=ends["intermediate"])
    door = Door()
    door.serve(leaf(middle, ends=ends["leaf"]), middle)
    door.verifier = Verifier(SKILL, trust_roots=[root.certificate], fetch=door.amazon.fetch, now=door.clock)
    assert door.ask() == ""
    door.clock.forward(days=30)
    assert door.ask() == ""
    door.clock.forward(seconds=1)
    assert door.ask() == ("certificate-dates" if which == "leaf" else "certificate-chain")
    assert door.amazon.fetched == [URL, URL]


def test_a_chain_past_its_dates_is_fetched_anew(door: Door) -> None:
    """Amazon puts a new certificate at the old url in time."""
    assert door.ask() == ""
    door.clock.forward(days=101)
    door.serve(leaf(door.amazon.intermediate, ends=NOW + 200 * DAY), door.amazon.intermediate)
    assert [door.ask() for _ in range(3)] == [""] * 3
    assert door.amazon.fetched == [URL, URL]


def test_a_clock_set_back_finds_a_chain_not_yet_valid(door: Door) -> None:
    """Both ends of the dates are looked at again."""
    assert door.ask() == ""
    door.clock.forward(days=-101)
    assert door.ask() == "certificate-dates"
    door.clock.forward(days=101)
    assert door.ask() == ""


def test_few_chains_are_kept() -> None:
    """The least used chain makes room, and one in use stays."""
    door = Door(cache_size=3)
    for number in range(10):
        url = f"{PREFIX}{number}.pem"
        door.amazon.pages[url] = door.amazon.pages[URL]
        assert door.ask(url) == ""
        assert door.ask() == ""
        assert len(door.verifier.chains._chains) <= 3
    assert door.amazon.fetched.count(URL) == 1
    assert door.ask(f"{PREFIX}0.pem") == ""
    assert door.amazon.fetched.count(f"{PREFIX}0.pem") == 2


def test_a_flood_of_urls_leaves_little_behind(door: Door) -> None:
    """Urls with nothing behind them are forgotten, and push no chain out."""
    assert door.ask() == ""
    for number in range(500):
        assert door.ask(f"{PREFIX}{number}.pem") == "certificate-fetch"
    assert len(door.verifier.chains._failures) <= FAILURES_KEPT
    assert len(door.verifier.chains._chains) == 1
    assert door.verifier.chains._fetching == {}
    assert door.ask() == ""
    assert door.amazon.fetched.count(URL) == 1


@pytest.mark.parametrize("pem", [None, b"", b"not PEM", chain(leaf(None))])
def test_a_failure_stands_for_some_seconds(door: Door, pem: bytes | None) -> None:
    """A url that has failed is left alone for a while, and then asked again."""
    good = door.amazon.pages.pop(URL)
    if pem is not None:
        door.amazon.pages[URL] = pem
    broken = "certificate-fetch" if pem is None else "certificate-chain"
    assert [door.ask() for _ in range(5)] == [broken] * 5
    assert door.amazon.fetched == [URL]
    door.amazon.pages[URL] = good
    door.clock.forward(seconds=5)
    assert door.ask() == ""


def test_a_failure_does_not_outlive_a_clock_set_back(door: Door) -> None:
    """When the clock is mended by an hour, nobody waits that hour."""
    good = door.amazon.pages.pop(URL)
    assert door.ask() == "certificate-fetch"
    door.amazon.pages[URL] = good
    door.clock.forward(hours=-1)
    assert door.ask() == ""


def change_key(door: Door) -> None:
    """Let Amazon sign with another key, and put its certificate at the same url."""
    door.amazon.leaf = leaf(door.amazon.intermediate, key=rsa_key("next leaf"))
    door.serve(door.amazon.leaf, door.amazon.intermediate)


def test_a_new_key_at_the_old_url_is_found(door: Door) -> None:
    """When a signature fails against a chain that was fetched a while ago, the url is asked again."""
    assert door.ask() == ""
    change_key(door)
    assert door.ask() == "signature"
    door.clock.forward(minutes=2)
    assert [door.ask() for _ in range(3)] == [""] * 3
    assert door.amazon.fetched == [URL, URL]


@pytest.mark.parametrize("gone", [False, True])
def test_false_signatures_force_few_fetches(door: Door, gone: bool) -> None:
    """In an hour of false signatures the url is asked every two minutes at most, and good ones pass all the while."""
    assert door.ask() == ""
    if gone:
        door.amazon.pages.clear()
    false = door.amazon.sign(b"another body")
    for _ in range(360):
        door.clock.forward(seconds=10)
        assert rule(door.verifier.verify_signature, false, BODY) == "signature"
        assert door.ask() == ""
    assert len(door.amazon.fetched) == 1 + 30


@pytest.mark.parametrize("error", [OSError, ValueError, KeyError, RuntimeError, AssertionError])
def test_a_fetcher_may_fail_in_any_way(error: type[Exception]) -> None:
    """Whatever a fetcher raises, the request is refused and the next one may try."""

    def fail(url: str) -> bytes:
        raise error(url)

    door = Door(fail)
    assert door.ask() == "certificate-fetch"
    assert door.verifier.chains._fetching == {}


def test_a_fetcher_may_return_anything() -> None:
    """What is not bytes is no chain."""
    for odd in (None, "text", 5):
        assert Door(lambda url, odd=odd: odd).ask() == "certificate-chain"  # type: ignore[misc]


def test_a_worker_that_is_stopped_leaves_the_url_free() -> None:
    """A fetch that is broken off by the server's own exit does not block its url."""

    def stop(url: str) -> bytes:
        raise SystemExit

    door = Door(stop)
    with pytest.raises(SystemExit):
        door.ask()
    assert door.verifier.chains._fetching == {}


# -- Many at once -----------------------------------------------------------------------------------------------------


class SlowHost:
    """A host that keeps every url but the first one waiting until it is let go."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.slow: list[str] = []
        self.pages: Mapping[str, bytes] = {}
        self.quick = URL

    def fetch(self, url: str) -> bytes:
        """Return what is found at the url, in its own time."""
        if url != self.quick:
            self.slow.append(url)
            self.asked.release()
            assert self.let_go.wait(PATIENCE)
        return self.pages[url]


@pytest.fixture
def host() -> Iterator[SlowHost]:
    """A slow host, let go at the end whatever happens."""
    host = SlowHost()
    yield host
    host.let_go.set()


@pytest.fixture
def crowd(host: SlowHost) -> Iterator[ThreadPoolExecutor]:
    """Threads to send requests with."""
    with ThreadPoolExecutor(32) as pool:
        yield pool
        host.let_go.set()


def send_slow(door: Door, host: SlowHost, crowd: ThreadPoolExecutor, count: int) -> list[Future[str]]:
    """Send requests with as many urls, and return when all are being fetched."""
    futures = [crowd.submit(door.ask, f"{PREFIX}slow-{number}.pem") for number in range(count)]
    for _ in futures:
        assert host.asked.acquire(timeout=PATIENCE)
    return futures


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for other threads to come so far, which they do before those who wait for a fetch give up."""
    for _ in range(3_000):
        if true():
            return
        time.sleep(0.001)
    raise AssertionError("they do not come so far")


def test_a_slow_host_holds_up_no_warm_request(host: SlowHost, crowd: ThreadPoolExecutor) -> None:
    """While other urls are waited for, requests with a warm chain go through."""
    door = Door(host.fetch)
    host.pages = door.amazon.pages
    assert door.ask() == ""
    slow = send_slow(door, host, crowd, FETCHES_AT_ONCE)
    assert [crowd.submit(door.ask).result(PATIENCE) for _ in range(20)] == [""] * 20
    assert not any(future.done() for future in slow)
    host.let_go.set()
    assert {future.result(PATIENCE) for future in slow} == {"certificate-fetch"}
    assert door.verifier.chains._fetching == {}


def test_many_urls_at_once_hold_few_threads(host: SlowHost, crowd: ThreadPoolExecutor) -> None:
    """When as many urls are being fetched as may be, further ones are refused at once and not remembered."""
    door = Door(host.fetch)
    host.pages = door.amazon.pages
    slow = send_slow(door, host, crowd, FETCHES_AT_ONCE)
    others = [crowd.submit(door.ask, f"{PREFIX}other-{number}.pem") for number in range(50)]
    assert {future.result(PATIENCE) for future in others} == {"certificate-fetch"}
    assert len(host.slow) == FETCHES_AT_ONCE
    assert door.ask() == "certificate-fetch"
    host.let_go.set()
    assert {future.result(PATIENCE) for future in slow} == {"certificate-fetch"}
    assert door.ask() == ""


def test_one_url_is_fetched_by_one_thread(host: SlowHost, crowd: ThreadPoolExecutor) -> None:
    """At a cold start all wait for the same fetch, and all are let in by it."""
    host.quick = ""
    door = Door(host.fetch)
    host.pages = door.amazon.pages
    futures = [crowd.submit(door.ask) for _ in range(16)]
    wait_until(lambda: door.verifier.chains._waiting == 15)
    host.let_go.set()
    assert [future.result(PATIENCE) for future in futures] == [""] * 16
    assert host.slow == [URL]
    assert door.verifier.chains._waiting == 0


def test_few_wait_while_others_could_be_served(host: SlowHost, crowd: ThreadPoolExecutor) -> None:
    """Once a chain is warm, one bad url sent many times holds few threads."""
    door = Door(host.fetch)
    host.pages = door.amazon.pages
    assert door.ask() == ""
    send_slow(door, host, crowd, 1)
    futures = [crowd.submit(door.ask, f"{PREFIX}slow-0.pem") for _ in range(16)]
    wait_until(lambda: sum(future.done() for future in futures) == 16 - WAITING_AT_ONCE)
    assert door.verifier.chains._waiting == WAITING_AT_ONCE
    assert door.ask() == ""
    host.let_go.set()
    assert {future.result(PATIENCE) for future in futures} == {"certificate-fetch"}


def test_a_new_key_serves_all_who_wait_for_it(host: SlowHost, crowd: ThreadPoolExecutor) -> None:
    """While a changed chain is being fetched, requests with the new key wait for it and those with the old pass."""
    door = Door(host.fetch)
    host.pages = door.amazon.pages
    assert door.ask() == ""
    old = door.amazon.sign(BODY)
    change_key(door)
    door.clock.forward(minutes=2)
    host.quick = ""
    futures = [crowd.submit(door.ask) for _ in range(1 + WAITING_AT_ONCE)]
    wait_until(lambda: door.verifier.chains._waiting == WAITING_AT_ONCE)
    assert rule(door.verifier.verify_signature, old, BODY) == ""
    host.let_go.set()
    assert [future.result(PATIENCE) for future in futures] == [""] * (1 + WAITING_AT_ONCE)
    assert host.slow == [URL]


def test_a_stuck_fetch_is_not_waited_for_without_end(
    host: SlowHost, crowd: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who wait give up if a fetcher of someone's own keeps no time."""
    monkeypatch.setattr("skill.alexa.certificates.FETCH_SECONDS", -0.99)
    door = Door(host.fetch)
    send_slow(door, host, crowd, 1)
    assert crowd.submit(door.ask, f"{PREFIX}slow-0.pem").result(PATIENCE) == "certificate-fetch"
    assert door.verifier.chains._waiting == 0


# -- The network ------------------------------------------------------------------------------------------------------


class Page(http.server.BaseHTTPRequestHandler):
    """Answers each path with another fault."""

    server: Site

    def do_GET(self) -> None:
        """Answer."""
        getattr(self, self.path.strip("/").split("?")[0])()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send an answer whole."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self) -> None:
        """The chain."""
        self.answer(200, self.server.chain, Content_Length=str(len(self.server.chain)))

    def unsized(self) -> None:
        """The chain, ended by the end of the connection."""
        self.answer(200, self.server.chain)

    def chunked(self) -> None:
        """The chain in chunks."""
        self.answer(
            200, b"%x\r\n%s\r\n0\r\n\r\n" % (len(self.server.chain), self.server.chain), Transfer_Encoding="chunked"
        )

    def full(self) -> None:
        """As much as may be."""
        self.answer(200, b"x" * 1000, Content_Length="1000")

    def over(self) -> None:
        """A byte more than may be."""
        self.answer(200, b"x" * 1001, Content_Length="1001")

    def other(self) -> None:
        """The chain of someone else."""
        self.answer(200, chain(leaf(None)))

    def empty(self) -> None:
        """Nothing."""
        self.answer(200, Content_Length="0")

    def missing(self) -> None:
        """Not there."""
        self.answer(404, self.server.chain, Content_Length=str(len(self.server.chain)))

    def error(self) -> None:
        """Out of order."""
        self.answer(500, self.server.chain, Content_Length=str(len(self.server.chain)))

    def nothing_new(self) -> None:
        """An answer to a question that was not asked."""
        self.answer(204)

    def partial(self) -> None:
        """Another one."""
        self.answer(206, self.server.chain, Content_Length=str(len(self.server.chain)))

    def redirect(self) -> None:
        """The chain is elsewhere."""
        self.answer(302, Location=f"{self.server.url}good")

    def cut(self) -> None:
        """Less than was promised."""
        self.answer(200, self.server.chain, Content_Length="5000")

    def cut_chunk(self) -> None:
        """Less than was promised, in chunks."""
        self.answer(200, b"ffff\r\nx", Transfer_Encoding="chunked")

    def gigabyte(self) -> None:
        """A gigabyte, promised and begun."""
        self.answer(200, b"x" * 100_000, Content_Length=str(10**9))
        self.server.over.wait(PATIENCE)

    def endless(self) -> None:
        """More and more."""
        self.answer(200)
        while not self.server.over.is_set():
            self.wfile.write(b"x" * 65_536)

    def headers_without_end(self) -> None:
        """Header upon header."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.over.is_set():
            self.wfile.write(b"X: y\r\n" * 100)

    def goes_on(self) -> None:
        """Not yet, not yet."""
        with self.noticing():
            while not self.server.over.wait(0.01):
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def noise(self) -> None:
        """No HTTP."""
        self.wfile.write(b"\0\xff\n" * 100)

    def silent(self) -> None:
        """Not a word, until the other side hangs up."""
        self.connection.settimeout(PATIENCE)
        with contextlib.suppress(TimeoutError), self.noticing():
            if not self.connection.recv(1):
                raise ConnectionError

    @contextlib.contextmanager
    def noticing(self) -> Iterator[None]:
        """Note it when the other side hangs up before this one is done."""
        try:
            yield
        except (ConnectionError, ssl.SSLError):
            self.server.left.set()

    def drips(self) -> None:
        """The chain, a byte at a time."""
        self.answer(200, Content_Length=str(len(self.server.chain)))
        self.drip(self.server.chain)

    def drips_early(self) -> None:
        """The status, a byte at a time."""
        self.drip(b"HTTP/1.1 200 OK" + b" " * 10_000)

    def drip(self, content: bytes) -> None:
        """Send a byte at a time, each well before the timeout."""
        with self.noticing():
            for number in range(len(content)):
                self.wfile.write(content[number : number + 1])
                if self.server.over.wait(0.02):
                    break

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep still."""


class Site(http.server.ThreadingHTTPServer):
    """A TLS server on this machine."""

    def __init__(self, identity: Identity, issuer: Identity, folder: Any) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        file = folder / "site.pem"
        file.write_bytes(identity.pem + issuer.pem + identity.key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        # Shaking hands is left to the thread of the connection.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server_port}/"
        self.chain = Amazon().pages[URL]
        self.over = threading.Event()
        self.left = threading.Event()
        """Set when somebody hung up on a page that was not done."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Take it that the other side has hung up."""


LOOPBACK = (x509.IPAddress(ip_address("127.0.0.1")),)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A TLS server whose certificate comes from the throw-away root."""
    amazon = Amazon()
    with serving(leaf(amazon.intermediate, names=LOOPBACK), amazon.intermediate, tmp_path_factory) as site:
        yield site


class serving:
    """Runs a site for a while."""

    def __init__(self, identity: Identity, issuer: Identity, folders: pytest.TempPathFactory) -> None:
        self.site = Site(identity, issuer, folders.mktemp("site"))
        self.thread = threading.Thread(target=self.site.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Site:
        self.thread.start()
        return self.site

    def __exit__(self, *error: object) -> None:
        self.site.over.set()
        self.site.shutdown()
        self.site.server_close()
        self.thread.join(PATIENCE)


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """TLS as usual, but with the throw-away root."""
    return ssl.create_default_context(cadata=Amazon().root.pem.decode())


@pytest.mark.parametrize("path", ["good", "good?query", "unsized", "chunked"])
def test_a_page_is_fetched(site: Site, trusting: ssl.SSLContext, path: str) -> None:
    """A whole page over good TLS arrives."""
    assert fetch(site.url + path, context=trusting) == site.chain


def test_a_page_may_be_as_large_as_the_limit(site: Site, trusting: ssl.SSLContext) -> None:
    """The limit is the last size that is good."""
    assert len(fetch(site.url + "full", limit=1000, context=trusting)) == 1000
    with pytest.raises(Refused):
        fetch(site.url + "over", limit=1000, context=trusting)


@pytest.mark.parametrize(
    "path",
    [
        "missing",
        "error",
        "nothing_new",
        "partial",
        "redirect",
        "empty",
        "cut",
        "cut_chunk",
        "gigabyte",
        "endless",
        "headers_without_end",
        "noise",
        "unknown",
    ],
)
def test_a_bad_page_is_refused_at_once(site: Site, trusting: ssl.SSLContext, path: str) -> None:
    """A host that answers wrongly is not waited for."""
    assert rule(fetch, site.url + path, context=trusting) == "certificate-fetch"


@pytest.mark.parametrize("path", ["silent", "drips", "drips_early", "goes_on"])
def test_a_slow_page_is_cut_off(site: Site, trusting: ssl.SSLContext, path: str) -> None:
    """The timeout counts for everything together, however the time is spent: we hang up before the page is done."""
    site.left.clear()
    assert rule(fetch, site.url + path, timeout=0.2, context=trusting) == "certificate-fetch"
    assert site.left.wait(PATIENCE), "the page was waited for"


def test_a_host_that_never_shakes_hands_is_cut_off(trusting: ssl.SSLContext) -> None:
    """A host that takes the connection and says nothing is left, after a greeting."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        impatience = threading.Timer(PATIENCE, server.close)  # ends a fetch that would wait for ever
        impatience.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert rule(fetch, url, timeout=0.2, context=trusting) == "certificate-fetch"
        impatience.cancel()
        caller, _ = server.accept()
        with caller:
            caller.settimeout(PATIENCE)
            heard = b"".join(iter(lambda: caller.recv(4096), b""))
    assert heard[0] == 0x16, "a TLS handshake (RFC 8446, 5.1) before the end"


def test_a_host_that_is_away_is_refused(trusting: ssl.SSLContext) -> None:
    """Where nobody listens there is no chain."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert rule(fetch, f"https://127.0.0.1:{port}/", context=trusting) == "certificate-fetch"


def test_a_silent_name_service_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for the address counts as well, though the system gives that no timeout."""
    over, asked, answered = threading.Event(), threading.Event(), threading.Event()

    def ask(*arguments: object, **options: object) -> list[Any]:
        asked.set()
        over.wait(PATIENCE)
        answered.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    assert rule(fetch, URL, timeout=0.2) == "certificate-fetch"
    assert asked.is_set()
    assert not answered.is_set(), "the name service was waited for"
    over.set()


def test_a_name_without_an_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that cannot be found has no chain."""

    def ask(*arguments: object, **options: object) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    assert rule(fetch, URL) == "certificate-fetch"


@pytest.mark.parametrize("silent", [False, True])
def test_a_second_address_is_tried(
    site: Site, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    """One address that is away, or takes no connection and says so to nobody, does not make the host away."""
    server = socket.create_server(("127.0.0.1", 0), backlog=0)
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    addresses = [(*here, server.getsockname()), (*here, ("127.0.0.1", site.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: addresses)
    callers = [socket.socket() for _ in range(4)]
    if silent:
        for caller in callers:  # They fill the queue, and Linux lets the next one wait.
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
    else:
        server.close()
    assert fetch(site.url + "good", timeout=1.0, context=trusting) == site.chain
    for each in [server, *callers]:
        each.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://127.0.0.1/",
        "https://",
        "https://[::1",
        "https://127.0.0.1:abc/",
        "https://a b/",
        "https://" + "a" * 99 + "/",
        "ftp://127.0.0.1/",
    ],
)
def test_what_is_no_https_url_is_not_fetched(url: str) -> None:
    """Only TLS will do."""
    assert rule(fetch, url, timeout=1.0) == "certificate-fetch"


def test_a_host_of_an_unknown_authority_is_refused(site: Site) -> None:
    """Without other roots it is certifi's that the host has to show."""
    assert rule(fetch, site.url + "good") == "certificate-fetch"


@pytest.mark.parametrize("changes", [{"names": (x509.DNSName("s3.amazonaws.com"),)}, {"ends": datetime.now(UTC) - DAY}])
def test_a_host_with_a_bad_certificate_is_refused(
    trusting: ssl.SSLContext, tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any]
) -> None:
    """The host's own certificate has to be in order too."""
    amazon = Amazon()
    identity = leaf(amazon.intermediate, **({"names": LOOPBACK} | changes))
    with serving(identity, amazon.intermediate, tmp_path_factory) as site:
        assert rule(fetch, site.url + "good", context=trusting) == "certificate-fetch"


@pytest.mark.parametrize(
    ("path", "broken"),
    [("good", ""), ("missing", "certificate-fetch"), ("redirect", "certificate-fetch"), ("other", "certificate-chain")],
)
def test_the_verifier_and_the_network_together(site: Site, trusting: ssl.SSLContext, path: str, broken: str) -> None:
    """A request is as good as the page behind its url."""
    door = Door(lambda url: fetch(site.url + path, context=trusting))
    assert door.ask() == broken


# -- Anything at all --------------------------------------------------------------------------------------------------

AMAZON = Amazon()
names = st.sampled_from(["Signature-256", "SignatureCertChainUrl", "signature-256", "Signature"]) | st.text(max_size=5)
values = st.sampled_from([URL, sign(BODY, rsa_key("leaf")), PREFIX + "x", ""]) | st.text(max_size=50)
pieces = st.sampled_from(
    [
        "https:",
        "//",
        "s3.amazonaws.com",
        "/",
        "echo.api/",
        "..",
        ".",
        ":443",
        ":",
        "@",
        "%2e",
        "\\",
        "?",
        "#",
        "x",
        "\n",
    ]
)
urls = st.builds(lambda start, rest: start + "".join(rest), st.sampled_from(["", PREFIX]), st.lists(pieces, max_size=8))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just(SKILL),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(headers=st.dictionaries(names, values, max_size=4), body=st.binary(max_size=50) | st.just(BODY))
def test_no_headers_break_the_door(headers: dict[str, str], body: bytes) -> None:
    """Whatever the headers and the body, a request is refused, or it is Alexa's."""
    verifier = Verifier(SKILL, trust_roots=AMAZON.roots, fetch=AMAZON.fetch)
    if rule(verifier.verify_signature, headers, body) == "":
        assert body == BODY
        assert set(AMAZON.sign(BODY).values()) <= set(headers.values())


@settings(max_examples=300, deadline=None)
@given(url=urls)
def test_no_url_leads_elsewhere(url: str) -> None:
    """Whatever the url, only plain places under /echo.api/ are ever asked."""
    door = Door()
    door.ask(url)
    for asked in door.amazon.fetched:
        assert asked.startswith(PREFIX)
        assert {"", ".", ".."}.isdisjoint(asked.removeprefix(PREFIX).split("/"))


@settings(max_examples=100, deadline=None)
@given(pem=st.binary(max_size=200) | st.binary(max_size=20).map(lambda noise: AMAZON.leaf.pem[:300] + noise))
def test_no_page_breaks_the_door(pem: bytes) -> None:
    """Whatever a url holds, it is a chain or is refused."""
    assert Door(lambda url: pem).ask() == "certificate-chain"


@settings(max_examples=300, deadline=None)
@given(
    found=anything
    | st.fixed_dictionaries(
        {
            "request": st.fixed_dictionaries({"type": anything, "timestamp": anything | st.just(NOW.isoformat())}),
            "context": anything | st.fixed_dictionaries({"System": st.fixed_dictionaries({"application": anything})}),
        },
        optional={"session": anything},
    )
)
def test_no_envelope_breaks_the_door(found: Any) -> None:
    """Whatever is in an envelope, it is refused, or it is this skill's and recent."""
    if rule(Door().verifier.verify_envelope, found) == "":
        assert found["context"]["System"]["application"]["applicationId"] == SKILL


@settings(max_examples=200, deadline=None)
@given(moment=st.datetimes(timezones=st.timezones()) | st.text(max_size=40) | st.integers() | st.floats())
def test_no_time_breaks_the_door(moment: datetime | str | float) -> None:
    """Whatever stands for a time is read, or refused."""
    timestamp = moment.isoformat() if isinstance(moment, datetime) else moment
    assert rule(Door().verifier.verify_envelope, envelope(timestamp)) in ("", "timestamp")

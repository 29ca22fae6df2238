"""Shows that a request comes from Alexa, is meant for this skill, and is recent.

The rules are those of Amazon's "Host a Custom Skill as a Web Service", in the order of Amazon's own Python verifier.
"""

import base64
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from cryptography import x509

from skill.alexa.certificates import Chains, fetch
from skill.alexa.refused import Refused
from skill.alexa.requests import string, within

TOLERANCE = timedelta(seconds=150)
EVENT_TOLERANCE = timedelta(seconds=3600)
EVENTS = frozenset(
    f"AlexaSkillEvent.Skill{name}"
    for name in ("Enabled", "Disabled", "PermissionChanged", "PermissionAccepted", "AccountLinked")
)

# No query and no percent escape: they would let one chain stand under endless names, and push the warm ones out.
_URL = re.compile(r"https://s3\.amazonaws\.com(?::(?:443)?)?(/[!-~]*)", re.IGNORECASE | re.ASCII)
_URL_LENGTH = 512
_NOT_IN_PATH = frozenset("%?#\\")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 10**11
"""Where a number since 1970 means milliseconds: as those it is in 1973, as seconds in the year 5138."""


class Headers(Protocol):
    """What is asked of a request's headers; a dict will do, and so will Werkzeug's."""

    def get(self, key: str, /) -> str | None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Verifier:
    """Refuses what does not come from Alexa or is not for this skill; safe to share between threads."""

    def __init__(
        self,
        application_id: str,
        *,
        trust_roots: Iterable[x509.Certificate] | None = None,
        fetch: Callable[[str], bytes] = fetch,
        now: Callable[[], datetime] = _utc_now,
        cache_size: int = 16,
    ) -> None:
        if not application_id or cache_size < 1:
            raise ValueError("A verifier needs the skill's application id and room for one certificate chain")
        self._application_id = application_id
        self._now = now
        self.chains = Chains(trust_roots, fetch, now, cache_size)

    def verify_signature(self, headers: Headers, body: bytes) -> None:
        """Refuse a body that Alexa has not signed; takes the raw bytes, because the signature covers those exactly."""
        encoded = _header(headers, "Signature-256")
        url = _chain_url(_header(headers, "SignatureCertChainUrl"))
        moment = self._now().timestamp()
        chain = self.chains.chain(url, moment)
        try:
            signature = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Refused("signature", "Let the proxy in front pass the Signature-256 header on unchanged") from None
        if chain.signed(signature, body):
            return
        # What a url holds may change with the signing key, before the old certificate runs out.
        newer = self.chains.renewed(url, chain, moment)
        if newer is None or not newer.signed(signature, body):
            raise Refused("signature", "Let the proxy in front pass the body on unchanged, byte for byte")

    def verify_envelope(self, envelope: Mapping[str, Any]) -> None:
        """Refuse what is not recent (150 s either way, 3,600 s for five skill events) or not for this skill.

        What it needs not know may be missing or odd, the type of the request as well.
        """
        request = _mapping(_mapping(envelope).get("request"))
        age = _age(request.get("timestamp"), self._now())
        if age is None or age > (EVENT_TOLERANCE if string(request.get("type")) in EVENTS else TOLERANCE):
            raise Refused(
                "timestamp",
                "Set this machine's clock by a time service; if it is right, the request was held up or is a replay",
            )
        self._verify_application(_mapping(_mapping(envelope.get("context")).get("System")).get("application"))
        # Requests out of session have no session, and it is the context that counts; the two cannot disagree.
        if within(envelope, "session", "application").get("applicationId") is not None:
            self._verify_application(envelope["session"]["application"])

    def _verify_application(self, application: object) -> None:
        found = _mapping(application).get("applicationId")
        if not isinstance(found, str) or found != self._application_id:
            raise Refused(
                "application-id",
                "Set the application id to the skill id in the developer console, or point the other skill elsewhere",
            )


def _header(headers: Headers, name: str) -> str:
    value = headers.get(name)
    if value is None:
        value = next((value for key, value in headers.items() if key.lower() == name.lower()), None)
    if not isinstance(value, str) or not value.strip():
        raise Refused(
            "signature-header",
            "Let the proxy in front pass Signature-256 and SignatureCertChainUrl on; Alexa always sends both",
        )
    return value


@lru_cache(16)  # Amazon's is nearly always the same; what is refused is never kept
def _chain_url(url: str) -> str:
    """Return the one spelling of a chain's url, or refuse it."""
    match = _URL.fullmatch(url) if len(url) <= _URL_LENGTH else None
    if match is not None and _NOT_IN_PATH.isdisjoint(match[1]):
        path = posixpath.normpath(match[1])
        if path.startswith("/echo.api/"):
            return f"https://s3.amazonaws.com{path}"
    raise Refused(
        "certificate-url", "Let the proxy in front pass SignatureCertChainUrl on unchanged; Alexa's is always in order"
    )


def _age(timestamp: object, now: datetime) -> timedelta | None:
    """Return how far a timestamp is from now: ISO 8601 with an offset, or as Alexa has sent it a number since 1970."""
    try:
        if isinstance(timestamp, str):
            return abs(now - datetime.fromisoformat(timestamp))
        if isinstance(timestamp, (int, float)):
            unit = "seconds" if abs(timestamp) < _MILLISECONDS_FROM else "milliseconds"
            return abs(now - _EPOCH - timedelta(**{unit: timestamp}))
    except (ValueError, TypeError, OverflowError):  # TypeError: without an offset it could be any hour's
        pass
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, (dict, Mapping)):  # dict alone is what JSON gives, and is quick to tell
        raise _malformed()
    return value


def _malformed() -> Refused:
    return Refused("body", "Let the proxy in front pass the body on unchanged; this one isn't shaped as Alexa's are")

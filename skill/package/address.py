"""Where Alexa sends requests: which addresses she calls, which she would not, and about which there is a doubt."""

import ipaddress
import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import SplitResult, urlsplit

CERTIFICATES = {"trusted": "Trusted", "wildcard": "Wildcard", "self-signed": "SelfSigned"}
"""Amazon's names for how the endpoint's certificate came about (`sslCertificateType`)."""

LAMBDA_ARN = re.compile(r"arn:aws:lambda:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_-]+)?")

AMAZON_DOMAINS = ("amazonaws.com", "on.aws")
"""Amazon's own domains, under which it serves what others run: API Gateway, load balancers, function URLs."""
AMAZON_NAMES = ("alexa", "amazon", "aws")
"""What Amazon's rules for the store keep out of a domain that is not its own."""
INSIDE = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion", ".test", ".invalid")
"""How names end that lead nowhere from outside."""
LABEL = r"(?!-)[\w-]{1,63}(?<!-)"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*")
"""A host's name, in letters of any alphabet."""


class EndpointError(Exception):
    """Alexa would not call this address; the message says why and what to give instead."""


class Weight(Enum):
    """How much it matters that something speaks against an address."""

    NOTHING_THERE = "nothing could be called"
    NEVER = "Alexa never calls it"
    NOT_FROM_OUTSIDE = "good for a look from one's own network, and for nothing else"
    DOUBT = "Alexa calls it, and a reviewer may mind"


@dataclass(frozen=True)
class AddressProblem:
    """What speaks against an address, in plain words, with what to do."""

    said: str
    weight: Weight = Weight.NEVER


@dataclass(frozen=True)
class Endpoint:
    """Where Alexa sends requests, and where people read about privacy and terms."""

    uri: str
    certificate: str
    """Amazon's name for its kind; empty for AWS Lambda, which has none."""
    privacy: str
    terms: str
    warnings: tuple[str, ...] = ()
    """What speaks against the addresses, and did not keep them from being taken."""

    def as_data(self) -> dict[str, str]:
        """The endpoint as a manifest writes it."""
        return {"uri": self.uri} | ({"sslCertificateType": self.certificate} if self.certificate else {})


def read_endpoint(given: str, *, certificate: str = "trusted", pages: str = "", anyway: bool = False) -> Endpoint:
    """An https address or the ARN of a Lambda function; raises `EndpointError` for one that Alexa would not call.

    A function has no pages of its own, so `pages` says where privacy.html and terms.html are put. With `anyway`, what
    would be refused is a warning, as long as there is anything that could be called.
    """
    given, pages = given.strip(), pages.strip()
    function = given.startswith("arn:")
    found = function_problems(given) if function else address_problems(given)
    if pages:
        found += [AddressProblem(f"--pages: {problem.said}", problem.weight) for problem in address_problems(pages)]
    bearable = {Weight.DOUBT, *({Weight.NEVER, Weight.NOT_FROM_OUTSIDE} if anyway else ())}
    for problem in found:
        if problem.weight not in bearable:
            way_out = "" if problem.weight is Weight.NOTHING_THERE else ". To package it all the same: --anyway"
            raise EndpointError(f"{problem.said}{way_out}")
    if function and not pages:
        raise EndpointError(
            "a Lambda function has no pages, and the store wants a privacy address. Put the package's pages/ "
            "folder on any https site, and give that site with --pages https://…"
        )
    if pages:
        base = pages.rstrip("/")
        privacy, terms = f"{base}/privacy.html", f"{base}/terms.html"
    else:
        origin = f"https://{urlsplit(given).netloc}"
        privacy, terms = f"{origin}/privacy", f"{origin}/terms"
    kind = "" if function else CERTIFICATES[certificate]
    return Endpoint(given, kind, privacy, terms, tuple(problem.said for problem in found))


def function_problems(arn: str) -> list[AddressProblem]:
    """Why something that begins like an ARN is no Lambda function's."""
    if LAMBDA_ARN.fullmatch(arn):
        return []
    return [
        AddressProblem(
            f"{arn} is not the ARN of a Lambda function; those look like "
            "arn:aws:lambda:eu-west-1:123456789012:function:soft-landing"
        )
    ]


def address_problems(address: str) -> list[AddressProblem]:
    """What speaks against an https address; nothing where Alexa calls it and nobody minds."""
    try:
        parts: SplitResult = urlsplit(address)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
        if re.search(r"\s", address) or not (not host or HOST.fullmatch(host) or is_ip_address(host)):
            raise ValueError(address)
    except ValueError:
        wrong = f"{address} is not an address; it should look like https://skill.example.org/"
        return [AddressProblem(wrong, Weight.NOTHING_THERE)]
    found: list[AddressProblem] = []
    if parts.scheme == "http":
        wrong = f"{address} is http; Alexa only calls https. Put TLS in front, as in deploy/nginx.conf"
        found.append(AddressProblem(wrong))
    elif parts.scheme != "https":
        wrong = f"{address} does not begin with https://; it should look like https://skill.example.org/"
        found.append(AddressProblem(wrong, Weight.NOTHING_THERE))
    if not host:
        wrong = f"{address} names no host; it should look like https://skill.example.org/"
        return [*found, AddressProblem(wrong, Weight.NOTHING_THERE)]
    if is_ip_address(host):
        wrong = f"{host} is a number, not a name; Alexa checks the certificate against a name. Give it one by DNS"
        found.append(AddressProblem(wrong))
    elif "." not in host or host.endswith(INSIDE):
        wrong = f"{host} is a name inside your own network; Alexa needs one that anybody can look up"
        found.append(AddressProblem(wrong, Weight.NOT_FROM_OUTSIDE))
    if port not in (None, 443):
        wrong = f"port {port}: Alexa only calls port 443. Leave the port out, and let the server listen on 443"
        found.append(AddressProblem(wrong, Weight.NOT_FROM_OUTSIDE))
    if taken := amazon_name_in(host):
        found.append(
            AddressProblem(
                f"{host} has “{taken}” in it. Alexa calls such a host, but Amazon's rules for the store keep its "
                "names out of a domain: for a skill that is to be published take another name; a path may have it",
                Weight.DOUBT,
            )
        )
    if parts.username is not None or parts.query or parts.fragment:
        wrong = f"{parts._replace(netloc=host).geturl()} has a user, a query or a fragment; leave it out"
        found.append(AddressProblem(wrong))
    return found


def amazon_name_in(host: str) -> str:
    """Which of Amazon's names stands in a host that is not Amazon's own; three letters count only as a whole word."""
    if any(f".{host}".endswith(f".{domain}") for domain in AMAZON_DOMAINS):
        return ""
    words = re.split(r"[.-]", host)
    return next((name for name in AMAZON_NAMES if name in (words if len(name) < 4 else host)), "")


def is_ip_address(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

"""Whether TLS is spoken, and whether the certificate is one that Alexa would take."""

import ssl
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509

from skill.doctor.diagnosis import ALEXA_SAYS, ERROR, NOTE, OK, Diagnosis, Expected
from skill.doctor.probe import (
    EndpointAddress,
    reason_of,
    supports_tls_1_2,
    tls_session,
    unverified_context,
    verified_context,
)

EXPIRES_SOON = timedelta(days=14)


def check_certificate(endpoint: EndpointAddress, expected: Expected) -> Generator[Diagnosis, None, bool | None]:
    """TLS: whether it is spoken, until when, in whose name, and who vouches. Returns whether to trust it."""
    try:
        with tls_session(endpoint, unverified_context()) as session:
            der, spoken = session.getpeercert(binary_form=True), session.version() or ""
    except TimeoutError:
        yield Diagnosis(
            "tls",
            ERROR,
            f"the TLS handshake took over {endpoint.seconds:g} s",
            f"{ALEXA_SAYS}; see how busy the server is",
        )
        return None
    except (OSError, ValueError) as error:
        old = "ALERT_PROTOCOL_VERSION" in str(error) or "UNSUPPORTED_PROTOCOL" in str(error)
        yield Diagnosis(
            "tls",
            ERROR,
            "the server speaks nothing newer than TLS 1.1" if old else f"no TLS there: {reason_of(error)}",
            "Let it speak TLS 1.2 and 1.3: ssl_protocols TLSv1.2 TLSv1.3"
            if old
            else "Something on that port answers plain http or something else; nginx wants “listen 443 ssl”",
        )
        return None
    yield Diagnosis("tls", OK, f"{spoken.replace('v', ' ')}")
    if spoken != "TLSv1.2" and not supports_tls_1_2(endpoint):
        yield Diagnosis(
            "tls",
            NOTE,
            "the server speaks TLS 1.3 only",
            "Amazon does not print that Alexa does. Allow 1.2 as well: ssl_protocols TLSv1.2 TLSv1.3",
        )
    try:
        leaf = x509.load_der_x509_certificate(der or b"")
    except ValueError:
        yield Diagnosis("certificate", ERROR, "the certificate cannot be read", "Have it issued anew")
        return False
    results = [*check_dates(leaf), *check_names(leaf, endpoint, expected)]
    yield from results
    vouched = yield from check_chain(
        leaf, endpoint, expected, failed=any(result.check == "dates" and result.state == ERROR for result in results)
    )
    return vouched and all(result.state != ERROR for result in results)


def check_dates(leaf: x509.Certificate) -> Iterator[Diagnosis]:
    """Whether a certificate is valid today, and for a while."""
    now, start, end = datetime.now(UTC), leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if now > end:
        yield Diagnosis(
            "dates",
            ERROR,
            f"the certificate ran out on {end:%d %B %Y}",
            "Renew it, and reload the server, which goes on serving the old one until then",
        )
    elif now < start:
        yield Diagnosis(
            "dates", ERROR, f"the certificate begins on {start:%d %B %Y}", "Wait, or set the clock of whoever issued it"
        )
    elif end - now < EXPIRES_SOON:
        yield Diagnosis(
            "dates",
            NOTE,
            f"the certificate runs out on {end:%d %B %Y}",
            "See that its renewal runs and reloads the server",
        )
    else:
        yield Diagnosis("dates", OK, f"the certificate runs until {end:%d %B %Y}")


def check_names(leaf: x509.Certificate, endpoint: EndpointAddress, expected: Expected) -> Iterator[Diagnosis]:
    """Whether a certificate is made out to this host, outright or by a wildcard."""
    try:
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        held = x509.SubjectAlternativeName([])
    listed = [name.lower() for name in held.get_values_for_type(x509.DNSName)]
    numbers = [str(number) for number in held.get_values_for_type(x509.IPAddress)]
    star = f"*.{endpoint.host.partition('.')[2]}"
    if endpoint.host in listed or endpoint.host in numbers:
        yield Diagnosis("names", OK, f"the certificate names {endpoint.host}")
        if expected.certificate == "Wildcard" and star not in listed:
            yield Diagnosis(
                "names",
                NOTE,
                "the package says that the certificate is a wildcard, and it is none",
                "Package again with --certificate trusted",
            )
    elif star in listed and expected.certificate == "Wildcard":
        yield Diagnosis("names", OK, f"the certificate names {star}, as the package says")
    elif star in listed and not expected.certificate:
        yield Diagnosis(
            "names",
            NOTE,
            f"the certificate names {star}",
            "That is fine if the package was made with --certificate wildcard",
        )
    elif star in listed:
        yield Diagnosis(
            "names",
            ERROR,
            f"the certificate names {star}, and the package does not say that it is a wildcard",
            f"{ALEXA_SAYS}: she has to be told. Package again with --certificate wildcard",
        )
    else:
        shown = ", ".join(listed + numbers) or "no host at all"
        yield Diagnosis(
            "names",
            ERROR,
            f"the certificate names {shown}, and not {endpoint.host}",
            f"{ALEXA_SAYS}: the host has to be among the certificate's alternative names. "
            f"Have it issued for {endpoint.host}",
        )


def check_chain(
    leaf: x509.Certificate, endpoint: EndpointAddress, expected: Expected, *, failed: bool
) -> Generator[Diagnosis, None, bool]:
    """Whether somebody whom everybody trusts vouches for a certificate. Returns whether that is so."""
    context = verified_context(endpoint.ca)
    context.check_hostname = False  # which is looked at by itself
    try:
        with tls_session(endpoint, context):
            pass
    except ssl.SSLCertVerificationError as error:
        itself = leaf.issuer == leaf.subject
        if itself and expected.certificate == "SelfSigned":
            yield Diagnosis(
                "chain",
                NOTE,
                "the certificate vouches for itself, as the package says",
                "Good for testing, once it is uploaded in the developer console; the store does not take it",
            )
        elif itself:
            yield Diagnosis(
                "chain",
                ERROR,
                "the certificate vouches for itself",
                "Have one issued that Amazon trusts, such as Let's Encrypt's. For testing only: package with "
                "--certificate self-signed, and upload this one in the developer console",
            )
        elif not failed:
            yield Diagnosis(
                "chain",
                ERROR,
                f"nobody trusted vouches for it ({reason_of(error)}; issued by {common_name(leaf.issuer)})",
                "Most often the certificate stands alone: a browser fills in what is missing, Alexa does not. Serve "
                "the whole chain (with nginx and Let's Encrypt fullchain.pem, not cert.pem)",
            )
        return False
    except OSError as error:
        yield Diagnosis("chain", ERROR, f"the second handshake failed: {reason_of(error)}", "Try again")
        return False
    who = f"{common_name(leaf.issuer)}{', with the root that you gave' if endpoint.ca else ''}"
    yield Diagnosis("chain", OK, f"issued by {who}")
    return True


def common_name(name: x509.Name) -> str:
    """Who somebody is, as a certificate puts it."""
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string() or "nobody"

"""Whether TLS is spoken, and whether the certificate is one that Alexa would take."""

import ssl
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509

from skill.doctor.diagnosis import ILL, NOTE, PROBLEM, WELL, Expected, Sign
from skill.doctor.probe import Door, reason_of, secured, speaks_older, trusting, unwary

EXPIRES_SOON = timedelta(days=14)


def certificate(door: Door, expected: Expected) -> Generator[Sign, None, bool | None]:
    """TLS: whether it is spoken, until when, in whose name, and who vouches. Returns whether to trust it."""
    try:
        with secured(door, unwary()) as session:
            der, spoken = session.getpeercert(binary_form=True), session.version() or ""
    except TimeoutError:
        yield Sign(
            "tls", ILL, f"the TLS handshake took over {door.seconds:g} s", f"{PROBLEM}; see how busy the server is"
        )
        return None
    except (OSError, ValueError) as error:
        old = "ALERT_PROTOCOL_VERSION" in str(error) or "UNSUPPORTED_PROTOCOL" in str(error)
        yield Sign(
            "tls",
            ILL,
            "the server speaks nothing newer than TLS 1.1" if old else f"no TLS there: {reason_of(error)}",
            "Let it speak TLS 1.2 and 1.3: ssl_protocols TLSv1.2 TLSv1.3"
            if old
            else "Something on that port answers plain http or something else; nginx wants “listen 443 ssl”",
        )
        return None
    yield Sign("tls", WELL, f"{spoken.replace('v', ' ')}")
    if spoken != "TLSv1.2" and not speaks_older(door):
        yield Sign(
            "tls",
            NOTE,
            "the server speaks TLS 1.3 only",
            "Amazon does not print that Alexa does. Allow 1.2 as well: ssl_protocols TLSv1.2 TLSv1.3",
        )
    try:
        leaf = x509.load_der_x509_certificate(der or b"")
    except ValueError:
        yield Sign("certificate", ILL, "the certificate cannot be read", "Have it issued anew")
        return False
    signs = [*dates(leaf), *names(leaf, door, expected)]
    yield from signs
    vouched = yield from chain(
        leaf, door, expected, ill=any(sign.check == "dates" and sign.state == ILL for sign in signs)
    )
    return vouched and all(sign.state != ILL for sign in signs)


def dates(leaf: x509.Certificate) -> Iterator[Sign]:
    """Whether a certificate is valid today, and for a while."""
    now, start, end = datetime.now(UTC), leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if now > end:
        yield Sign(
            "dates",
            ILL,
            f"the certificate ran out on {end:%d %B %Y}",
            "Renew it, and reload the server, which goes on serving the old one until then",
        )
    elif now < start:
        yield Sign(
            "dates", ILL, f"the certificate begins on {start:%d %B %Y}", "Wait, or set the clock of whoever issued it"
        )
    elif end - now < EXPIRES_SOON:
        yield Sign(
            "dates",
            NOTE,
            f"the certificate runs out on {end:%d %B %Y}",
            "See that its renewal runs and reloads the server",
        )
    else:
        yield Sign("dates", WELL, f"the certificate runs until {end:%d %B %Y}")


def names(leaf: x509.Certificate, door: Door, expected: Expected) -> Iterator[Sign]:
    """Whether a certificate is made out to this host, outright or by a wildcard."""
    try:
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        held = x509.SubjectAlternativeName([])
    listed = [name.lower() for name in held.get_values_for_type(x509.DNSName)]
    numbers = [str(number) for number in held.get_values_for_type(x509.IPAddress)]
    star = f"*.{door.host.partition('.')[2]}"
    if door.host in listed or door.host in numbers:
        yield Sign("names", WELL, f"the certificate names {door.host}")
    elif star in listed:
        named = expected.certificate in ("", "Wildcard")
        yield Sign(
            "names",
            NOTE if named else ILL,
            f"the certificate names {star}",
            "That is fine if the package was made with --certificate wildcard",
        )
    else:
        shown = ", ".join(listed + numbers) or "no host at all"
        yield Sign(
            "names",
            ILL,
            f"the certificate names {shown}, and not {door.host}",
            f"{PROBLEM}: the host has to be among the certificate's alternative names. Have it issued for {door.host}",
        )


def chain(leaf: x509.Certificate, door: Door, expected: Expected, *, ill: bool) -> Generator[Sign, None, bool]:
    """Whether somebody whom everybody trusts vouches for a certificate. Returns whether that is so."""
    context = trusting(door.ca)
    context.check_hostname = False  # which is looked at by itself
    try:
        with secured(door, context):
            pass
    except ssl.SSLCertVerificationError as error:
        itself = leaf.issuer == leaf.subject
        if itself and expected.certificate == "SelfSigned":
            yield Sign(
                "chain",
                NOTE,
                "the certificate vouches for itself, as the package says",
                "Good for testing, once it is uploaded in the developer console; the store does not take it",
            )
        elif itself:
            yield Sign(
                "chain",
                ILL,
                "the certificate vouches for itself",
                "Have one issued that Amazon trusts, such as Let's Encrypt's. For testing only: package with "
                "--certificate self-signed, and upload this one in the developer console",
            )
        elif not ill:
            yield Sign(
                "chain",
                ILL,
                f"nobody trusted vouches for it ({reason_of(error)}; issued by {common_name(leaf.issuer)})",
                "Most often the certificate stands alone: a browser fills in what is missing, Alexa does not. Serve "
                "the whole chain (with nginx and Let's Encrypt fullchain.pem, not cert.pem)",
            )
        return False
    except OSError as error:
        yield Sign("chain", ILL, f"the second handshake failed: {reason_of(error)}", "Try again")
        return False
    who = f"{common_name(leaf.issuer)}{', with the root that you gave' if door.ca else ''}"
    yield Sign("chain", WELL, f"issued by {who}")
    return True


def common_name(name: x509.Name) -> str:
    """Who somebody is, as a certificate puts it."""
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string() or "nobody"

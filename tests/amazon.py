"""A throw-away Amazon: certificate authorities, signing chains good and bad, and requests signed by them."""

from __future__ import annotations

import base64
import functools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

URL = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"
SIGNER = "echo-api.amazon.com"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@functools.cache
def rsa_key(owner: str) -> rsa.RSAPrivateKey:
    """Return the owner's key, made once a session because that is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def ec_key(owner: str) -> ec.EllipticCurvePrivateKey:
    """Return the owner's elliptic curve key, which Alexa does not use."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        """The certificate as a PEM block."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key as a PEM block, for a server to load."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def authority(
    name: str,
    issuer: Identity | None = None,
    *,
    starts: datetime = NOW - 1000 * DAY,
    ends: datetime = NOW + 1000 * DAY,
) -> Identity:
    """Make a root, or with an issuer an intermediate."""
    key = rsa_key(name)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = _builder(name, key, issuer, starts, ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    return _issue(builder, key, issuer)


def leaf(
    issuer: Identity | None,
    *,
    names: tuple[x509.GeneralName, ...] = (x509.DNSName(SIGNER),),
    starts: datetime = NOW - 100 * DAY,
    ends: datetime = NOW + 100 * DAY,
    key: Key | None = None,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
) -> Identity:
    """Make a certificate such as Alexa signs with, or without an issuer one that vouches for itself."""
    key = key or rsa_key("leaf")
    builder = _builder(SIGNER, key, issuer, starts, ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return _issue(builder, key, issuer)


def chain(*identities: Identity) -> bytes:
    """Return the certificates as one file, in the given order."""
    return b"".join(identity.pem for identity in identities)


def sign(body: bytes, key: rsa.RSAPrivateKey, algorithm: hashes.HashAlgorithm | None = None) -> str:
    """Return what stands in the signature header for a body."""
    return base64.b64encode(key.sign(body, PKCS1v15(), algorithm or hashes.SHA256())).decode()


class Amazon:
    """An Amazon of one's own: what it signs is good to whoever trusts its `roots` and fetches with its `fetch`.

    `pages` says what is found at which url, and `fetched` which urls were asked for; an unknown url is an OSError.
    """

    def __init__(self, url: str = URL) -> None:
        self.url = url
        self.root = authority("root")
        self.intermediate = authority("intermediate", self.root)
        self.leaf = leaf(self.intermediate)
        self.pages: dict[str, bytes] = {url: chain(self.leaf, self.intermediate)}
        self.fetched: list[str] = []

    @property
    def roots(self) -> list[x509.Certificate]:
        """The certificates to trust."""
        return [self.root.certificate]

    def fetch(self, url: str) -> bytes:
        """Return what is found at a url."""
        self.fetched.append(url)
        if url not in self.pages:
            raise OSError("there is nothing at this url")
        return self.pages[url]

    def sign(self, body: bytes) -> dict[str, str]:
        """Return the headers with which Alexa would send this body."""
        assert isinstance(self.leaf.key, rsa.RSAPrivateKey)
        return {"SignatureCertChainUrl": self.url, "Signature-256": sign(body, self.leaf.key)}


def _builder(name: str, key: Key, issuer: Identity | None, starts: datetime, ends: datetime) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    vouching = (issuer.key if issuer else key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(vouching), critical=False)
    )


def _issue(builder: x509.CertificateBuilder, key: Key, issuer: Identity | None) -> Identity:
    return Identity(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)

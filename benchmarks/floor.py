"""The floor: a bare WSGI app that parses the JSON, verifies the RSA signature over it, and says one sentence.

Whatever stands behind a signed door costs at least this.
"""

import json
import os
from base64 import b64decode
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificates

leaf = load_pem_x509_certificates(Path(os.environ["BENCHMARK_FOLDER"], "chain.pem").read_bytes())[0]
key = cast(RSAPublicKey, leaf.public_key())
padding, hash_ = PKCS1v15(), SHA256()

ANSWER = json.dumps(
    {
        "version": "1.0",
        "response": {"outputSpeech": {"type": "SSML", "ssml": "<speak>Hello.</speak>"}, "shouldEndSession": True},
    }
).encode()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The app."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    key.verify(b64decode(environ["HTTP_SIGNATURE_256"]), body, padding, hash_)
    json.loads(body)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]

"""The production app as gunicorn serves it in a test of faults: `gunicorn --pythonpath tests "faults.app:create()"`.

It trusts the throw-away authority whose root lies in the folder that `FAULTS` names, and finds Alexa's chain there; a
chain with "silent" in its name is asked of a host that never says a word. Around the app stands a witness, which notes
the requests that begin and end, and holds one up for the seconds that its `X-Hold` header says.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cryptography.x509 import load_pem_x509_certificates

from skill.alexa.certificates import fetch
from skill.app import create_app

ID = "amzn1.ask.skill.faults"

Start = Callable[..., Any]


def create() -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """The app and its witness."""
    folder = Path(os.environ["FAULTS"])
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    def fetched(url: str) -> bytes:
        if "silent" in url:
            return fetch((folder / "silent").read_text(), timeout=60)  # until the test lets go of it
        return (folder / "chain.pem").read_bytes()

    app = create_app(ID, trust_roots=load_pem_x509_certificates((folder / "root.pem").read_bytes()), fetch=fetched)
    witnessed = os.open(folder / "witnessed", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def witness(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        name = environ.get("HTTP_X_NAME", "")
        os.write(witnessed, f"begun {name} {os.getpid()}\n".encode())
        time.sleep(float(environ.get("HTTP_X_HOLD", "0")))
        answer = app(environ, start)
        os.write(witnessed, f"ended {name} {os.getpid()}\n".encode())
        return answer

    return witness

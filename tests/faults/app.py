"""The production app as a server serves it in a test of faults: `faults.app:create`, with `tests` on the path.

It trusts the throw-away authority whose root lies in the folder that `FAULTS` names, and finds Alexa's chain there, or
another that the url names (`expired.pem`). A chain whose name begins with "host-" is asked of the host whose address
lies in the folder, one with "silent" in its name of another, which never says a word. The words are those of the
folder, if it has any. Around the app stands a witness, which notes the requests that begin and end, and holds one up
for the seconds that its `X-Hold` header says.
"""

import logging
import os
import ssl
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
    trusting = ssl.create_default_context(cafile=str(folder / "root.pem"))

    def fetched(url: str) -> bytes:
        name = url.rpartition("/")[2]
        if name.startswith("host-"):
            path = name.removeprefix("host-").removesuffix(".pem")
            return fetch((folder / "host").read_text() + path, timeout=1, context=trusting)
        if "silent" in name:
            return fetch((folder / "silent").read_text(), timeout=60)  # until the test lets go of it
        return (folder / (name if (folder / name).is_file() else "chain.pem")).read_bytes()

    words: dict[str, Any] = {"responses": folder / "responses"} if (folder / "responses").is_dir() else {}
    roots = load_pem_x509_certificates((folder / "root.pem").read_bytes())
    app = create_app(ID, trust_roots=roots, fetch=fetched, **words)
    witnessed = os.open(folder / "witnessed", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def witness(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        name = environ.get("HTTP_X_NAME", "")
        os.write(witnessed, f"begun {name} {os.getpid()}\n".encode())
        time.sleep(float(environ.get("HTTP_X_HOLD", "0")))
        answer = app(environ, start)
        os.write(witnessed, f"ended {name} {os.getpid()}\n".encode())
        return answer

    return witness

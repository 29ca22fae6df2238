"""The skill as in production, with the throw-away Amazon's root in the place of certifi's: everything on.

Verification, templates, understanding, the log (one line a request, to a file) and the settings store (a SQLite file).
"""

import logging
import os
from pathlib import Path

from constants import APPLICATION, SECRET
from cryptography.x509 import load_pem_x509_certificates

from skill.app import create_app
from skill.settings import open_store

folder = Path(os.environ["BENCHMARK_FOLDER"])

logging.basicConfig(filename=folder / "log.txt", level=logging.INFO, format="%(message)s")
app = create_app(
    APPLICATION,
    trust_roots=load_pem_x509_certificates((folder / "root.pem").read_bytes()),
    fetch=lambda url: (folder / "chain.pem").read_bytes(),
    store=open_store(str(folder / "settings.db"), SECRET),
)

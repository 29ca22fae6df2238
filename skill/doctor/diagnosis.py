"""What the doctor reports, and what it expects of an endpoint."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

OK, NOTE, ERROR = "ok", "note", "error"
"""Nothing to do; worth knowing; Alexa would fail here."""

ALEXA_TIMEOUT_SECONDS = 8.0
"""Alexa waits so many seconds for a whole response."""
ALEXA_SAYS = "Alexa says there was a problem with the requested skill's response"


@dataclass(frozen=True)
class Diagnosis:
    """The outcome of one check: `state` is OK, NOTE or ERROR; `hint` says what to do."""

    check: str
    state: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.state:<6}{self.check}: {self.found}.{f' {self.hint}.' if self.hint else ''}"

    def as_line(self) -> dict[str, str]:
        """The diagnosis as plain data, for one line of JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Expected:
    """What the endpoint ought to be, by this copy of the skill or by a package."""

    locales: tuple[str, ...]
    uri: str = ""
    certificate: str = ""


class NoPackage(Exception):
    """The folder is no package; the message says what to do."""


def of_package(folder: Path) -> Expected:
    """What a package says of its endpoint and locales; raises `NoPackage`."""
    try:
        made = json.loads((folder / "skill-package" / "skill.json").read_bytes())["manifest"]
        endpoint = made["apis"]["custom"]["endpoint"]
        locales = tuple(sorted(made["publishingInformation"]["locales"]))
        return Expected(locales, str(endpoint["uri"]), str(endpoint.get("sslCertificateType", "")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoPackage(f"{folder} is not a package; soft-landing package writes one") from error

"""Reads the words for the store: `listing/skill.toml`, and a file for each language or locale."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LISTING_FOLDER = "listing"
SKILL_FILE = "skill.toml"


class ListingError(Exception):
    """The words for the store cannot be used; the message names the file and says what to do."""


@dataclass(frozen=True)
class LocaleListing:
    """What the store shows of the skill in one locale."""

    file: str
    """Where they stand, such as `listing/en.toml`."""
    name: str
    summary: str
    about: str
    source: str
    disclaimer: str
    phrases: tuple[str, ...]
    keywords: tuple[str, ...]

    @property
    def description(self) -> str:
        """What the skill is, where its words come from, and what it is not."""
        return "\n\n".join((self.about, self.source, self.disclaimer))


@dataclass(frozen=True)
class SkillListing:
    """What the store is told about the skill as a whole."""

    category: str
    testing: str
    """What a reviewer reads before testing."""


TEXT_KEYS = ("name", "summary", "about", "source", "disclaimer")
LIST_KEYS = ("phrases", "keywords")


def locale_listing(folder: Path, locale: str) -> LocaleListing:
    """The words of a locale: its own file, or its language's; raises `ListingError`."""
    path = most_specific(folder, locale, ".toml")
    if path is None:
        raise ListingError(
            f"{LISTING_FOLDER}/{locale.split('-')[0]}.toml is missing: {locale} has no words for the store. Copy "
            f"{LISTING_FOLDER}/en.toml and write them"
        )
    file, data = f"{LISTING_FOLDER}/{path.name}", read_listing(path, TEXT_KEYS + LIST_KEYS)
    for key in LIST_KEYS:
        if not isinstance(data[key], list) or not all(isinstance(entry, str) for entry in data[key]):
            raise ListingError(f"{file}: {key} is not a list of texts; write [ in front, ] behind and commas between")
    texts = {key: text_value(data[key], key, file) for key in TEXT_KEYS}
    return LocaleListing(file, **texts, phrases=tuple(data["phrases"]), keywords=tuple(data["keywords"]))


def skill_listing(folder: Path) -> SkillListing:
    """What is the same in every language; raises `ListingError`."""
    data = read_listing(folder / SKILL_FILE, ("category", "testing"))
    file = f"{LISTING_FOLDER}/{SKILL_FILE}"
    return SkillListing(text_value(data["category"], "category", file), text_value(data["testing"], "testing", file))


def most_specific(folder: Path, locale: str, suffix: str) -> Path | None:
    """The file that counts for a locale: its own before its language's. Nothing is merged."""
    for name in (locale, locale.split("-")[0]):
        if (path := folder / f"{name}{suffix}").is_file():
            return path
    return None


def read_listing(path: Path, keys: tuple[str, ...]) -> Mapping[str, Any]:
    """A file that holds exactly these keys; raises `ListingError`."""
    file = f"{LISTING_FOLDER}/{path.name}"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ListingError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:  # of which TOML's and UTF-8's own errors are kinds
        raise ListingError(f"{file} is not TOML: {error}") from error
    if missing := [key for key in keys if key not in data]:
        raise ListingError(f"{file} has no {', '.join(missing)}; copy the line from {LISTING_FOLDER}/en.toml")
    if unknown := sorted(set(data) - set(keys)):
        raise ListingError(f"{file} sets {', '.join(unknown)}, which nobody reads; the keys are {', '.join(keys)}")
    return data


def text_value(value: object, key: str, file: str) -> str:
    """A text without the spaces around it; raises `ListingError` for anything else."""
    if not isinstance(value, str):
        raise ListingError(f"{file}: {key} is not a text; put it in quotation marks")
    return value.strip()

"""The words of the page that stands for a speaker: `responses/<language>/page.toml`."""

from collections.abc import Mapping
from pathlib import Path

from skill.content.locales import BASE_LANGUAGE
from skill.content.tables import TEXT, Table, meant
from skill.errors import ContentError

PAGE_FILE = "page.toml"

PageWords = Mapping[str, str | list[str]]


class PageWordsError(ContentError):
    """The words of the page cannot be used; the message names the file and the key."""


def load_page_words(folder: Path, language: str) -> PageWords:
    """A language's words for the page, in English where it has none. Raises `PageWordsError`."""
    base = Table(folder / BASE_LANGUAGE / PAGE_FILE, PageWordsError, f"responses/{BASE_LANGUAGE}/{PAGE_FILE}").data
    path = folder / language / PAGE_FILE
    if not path.is_file():
        return dict(base)
    table = Table(path, PageWordsError, f"responses/{language}/{PAGE_FILE}")
    for key, value in table.data.items():
        if key not in base:
            raise PageWordsError(f"{table.file}: nothing reads {key!r}{meant(key, list(base))}")
        many = isinstance(base[key], list)
        if not isinstance(value, list if many else str):
            raise PageWordsError(f"{table.file}: {key} is {'a list of texts in quotes' if many else TEXT}")
        if many and (len(value) != len(base[key]) or not all(isinstance(each, str) for each in value)):
            raise PageWordsError(f"{table.file}: {key} is a list of {len(base[key])} texts in quotes")
    return {**base, **table.data}

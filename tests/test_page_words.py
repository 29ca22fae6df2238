"""The words of the page: all of them in `responses/`, and what a language leaves out in English."""

import re
import tomllib
from pathlib import Path

import pytest

from skill.content.page_words import PageWordsError, load_page_words
from skill.core.skill import Skill
from skill.simulator.page import PAGE, page_in, page_words

FOLDER = Path(__file__).parents[1] / "responses"
ASKED = re.compile(r"""data-word="(\w+)"|[\w-]:(\w+)(?=[" ])|"([a-z_]+)\"""")
"""Where the page names a word: in an element, for an attribute, or as a string of its scripts."""
MADE = {"session_none", "session_open", "session_closed"}
"""Words whose names the page puts together."""


def test_no_word_is_left_in_the_page() -> None:
    """Every word that the page asks for stands in the file, and the file has no other."""
    words = tomllib.loads((FOLDER / "en" / "page.toml").read_text("utf-8"))
    files = {file.name: file.read_text("utf-8") for file in PAGE.iterdir() if file.name.endswith(("html", "js"))}
    found = {name for text in files.values() for names in ASKED.findall(text) for name in names if name}
    assert set(words) - found - MADE == set()
    asked = re.findall(r"""data-word="(\w+)"|\bword\("(\w+)\"""", "".join(files.values()))
    assert {one or other for one, other in asked} <= {*words, "privacy", "stop_word", "labels"}
    bare = re.sub(r"<(script|title|h1)\b.*?</\1>|<[^>]*>", "", files["index.html"], flags=re.DOTALL)
    assert not bare.strip()


def test_the_page_says_what_the_skill_says_of_privacy(skill: Skill) -> None:
    """The sentence is the skill's own, in every locale, and the server has written it into the page."""
    words = {locale: page_words(skill, locale) for locale in skill.responses.locales}
    for locale, own in words.items():
        assert own["privacy"].startswith("I don't keep what you say here")
        page = page_in(words, locale)
        assert f'lang="{locale}"' in page
        assert own["privacy"].replace("'", "&#x27;") in page


def test_what_is_left_out_is_english(tmp_path: Path) -> None:
    """A language may leave words out; one that nobody reads, or that is no text, is named."""
    for language in ("en", "de"):
        (tmp_path / language).mkdir()
    (tmp_path / "en" / "page.toml").write_text('stop = "Stop"\nyou = "You"\nquestions = ["a", "b"]\n')
    assert load_page_words(tmp_path, "de") == {"stop": "Stop", "you": "You", "questions": ["a", "b"]}
    file = tmp_path / "de" / "page.toml"
    file.write_text('stop = "Halt"\n')
    assert load_page_words(tmp_path, "de") == {"stop": "Halt", "you": "You", "questions": ["a", "b"]}
    for wrong, message in (
        ('sotp = "Halt"', r"nothing reads 'sotp' \(did you mean 'stop'\?\)"),
        ("stop = 4", "stop is text in quotes"),
        ('questions = ["a"]', "a list of 2 texts"),
        ('questions = "a"', "a list of texts"),
    ):
        file.write_text(wrong)
        with pytest.raises(PageWordsError, match=message):
            load_page_words(tmp_path, "de")

"""The page with its words in it: the server writes those of the reader's locale, and the page's script any other."""

import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from skill.content.markup import plain
from skill.content.page_words import load_page_words
from skill.core.exercise import words_of
from skill.core.skill import Skill

PAGE = files("skill.simulator").joinpath("page")
WORD_PLACE = re.compile(r'(data-word="(\w+)"[^>]*>)(?=</)')
WORDS_PLACE = '<script type="application/json" id="words"></script>'


def page_words(skill: Skill, locale: str) -> dict[str, Any]:
    """What the page says in a locale: its own words, what the skill says of privacy, and the words of the circle."""
    language = skill.responses.language(locale)
    labels = words_of(skill.responses, next(iter(skill.patterns)), locale, False).bare
    return {
        **load_page_words(skill.responses.folder, language.code),
        "privacy": plain(skill.responses.render("PrivacyIntent", locale).body),
        "stop_word": language.speech.stop,
        "labels": {kind: word[:1].upper() + word[1:] for kind, word in labels.items()},
    }


def page_in(words: Mapping[str, Mapping[str, Any]], locale: str) -> str:
    """The page in a locale, with the words of all of them for its script."""
    own = words[locale]
    page = WORD_PLACE.sub(
        lambda found: found[1] + escape(own[found[2]]), PAGE.joinpath("index.html").read_text("utf-8")
    )
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return page.replace('lang="en"', f'lang="{locale}"', 1).replace(
        WORDS_PLACE, WORDS_PLACE.replace("></", f">{data}</")
    )

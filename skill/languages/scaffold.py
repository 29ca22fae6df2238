"""Lays out the files of a new language: the English of each line as a comment above it, and `TODO` where words go."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from skill.content.followups import FOLLOWUPS_FILE
from skill.content.helplines import Helplines
from skill.content.locales import BASE_LANGUAGE, LANGUAGE_FILE, LOCALE_NAME, LanguageError, check_spelling
from skill.content.page_words import PAGE_FILE
from skill.content.replies import REPLIES_FILE
from skill.content.responses import HEADINGS_FILE, STORE_PAGES, Responses
from skill.content.translation import TODO, to_translate
from skill.lint.interaction_model.checks import SENSITIVE_LANGUAGES

ALEXA_LOCALES = frozenset(
    {
        "ar-SA", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "es-US", "fr-CA", "fr-FR",
        "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR",
    }
)  # fmt: skip
"""The locales of Alexa's skills ("Develop Skills in Multiple Languages")."""

TODO_TOML = re.compile(r"[ ]*#")


def write_language(root: Path, language: str, country: str, address: str, today: date) -> list[str]:
    """Write the files of a language below `root`, which holds `responses/`, `interaction_models/` and `listing/`.

    Returns their names, and first that of the table of helplines where rows were added to it. Raises `LanguageError`
    for a name that is no locale as Alexa spells it, and for a language that is there already.
    """
    locale = f"{language}-{country}" if country else language
    check_spelling(locale)
    if not LOCALE_NAME.fullmatch(locale):
        raise LanguageError(f"{locale} has no country: add --country, such as --country {language.upper()}")
    words = Responses(root / "responses")
    files = dict(files_of(root, words, language, country, address))
    for name in files:
        if (root / name).exists():
            raise LanguageError(f"{name} is there already, and nothing was written; choose another language")
    rows = helpline_rows(words.helplines, locale, today)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    if rows:
        table = root / "responses" / "helplines.toml"
        table.write_text(f"{table.read_text('utf-8').rstrip()}\n\n# {locale}\n{rows}", "utf-8")
    return [*(["responses/helplines.toml"] if rows else []), *files]


def files_of(root: Path, words: Responses, language: str, country: str, address: str) -> Iterator[tuple[str, str]]:
    """The files by their names."""
    base = root / "responses" / BASE_LANGUAGE
    yield f"responses/{language}/{LANGUAGE_FILE}", language_file(base / LANGUAGE_FILE, language, address)
    yield f"responses/{language}/{HEADINGS_FILE}", headings_file(words)
    yield f"responses/{language}/{FOLLOWUPS_FILE}", follow_ups_file((base / FOLLOWUPS_FILE).read_text("utf-8"))
    yield f"responses/{language}/{REPLIES_FILE}", replies_file((base / REPLIES_FILE).read_text("utf-8"))
    yield f"responses/{language}/{PAGE_FILE}", commented_out((base / PAGE_FILE).read_text("utf-8"))
    for path in sorted(base.rglob("*.ssml")):
        name = path.relative_to(base).as_posix()
        yield f"responses/{language}/{name}", to_translate(path.read_text("utf-8"))
    for page in STORE_PAGES:
        yield f"responses/{language}/_{page}.html", to_translate((base / f"_{page}.html").read_text("utf-8"))
    place = root / "responses" / words.base_locale / "_place.ssml"
    yield f"responses/{language}-{country}/_place.ssml", to_translate(place.read_text("utf-8"))
    models = root / "interaction_models"
    model = json.loads((models / f"{BASE_LANGUAGE}.json").read_text("utf-8"))
    yield (
        f"interaction_models/{language}.json",
        json.dumps(empty_model(model, language), ensure_ascii=False, indent=2) + "\n",
    )
    yield f"interaction_models/{language}.english.txt", english_samples(model["interactionModel"])
    yield f"interaction_models/{language}.utterances.txt", empty_companion(models / f"{BASE_LANGUAGE}.utterances.txt")
    if (own := models / f"{BASE_LANGUAGE}.words.toml").is_file():
        yield f"interaction_models/{language}.words.toml", commented_out(own.read_text("utf-8"))
    listing = (root / "listing" / f"{BASE_LANGUAGE}.toml").read_text("utf-8")
    yield f"listing/{language}.toml", listing_file(listing)


def language_file(path: Path, language: str, address: str) -> str:
    """A draft's `language.toml`: English lists as comments, to be written anew."""
    _, _, lists = path.read_text("utf-8").partition("card_source")
    return LANGUAGE_HEAD.format(language=language, address=address or TODO) + commented_out(lists.partition("\n\n")[2])


LANGUAGE_HEAD = f"""\
# What the code has to know of this language. docs/translator.md explains every key. Below is the English of each: take
# the # away and write your own. What is left out is not checked, and soft-landing check says so.

language = "{{language}}"
status = "draft"  # complete, once soft-landing languages {{language}} lists nothing
address = "{{address}}"
card_source = "{TODO} “{{{{heading}}}}”."

"""


def headings_file(words: Responses) -> str:
    """The article's headings, each with its English above it."""
    rows = (
        f'[{section.topic}]\n# heading = {toml_text(section.heading)}\nheading = "{TODO}"\n'
        f'# cited = {toml_text(section.cited)}\ncited = "{TODO}"\n'
        for section in words.claims.sections
    )
    return HEADINGS_HEAD + "\n".join(rows)


HEADINGS_HEAD = """\
# The headings of the article: heading on a card, cited by the voice. Where nobody can read the article in this
# language, leave a table out, and its own title is given.

"""


def follow_ups_file(text: str) -> str:
    """The rows of a language's follow-ups: the English phrases of each as a comment, to be written anew."""
    lists = re.compile(r"^(said|alone|without|beside) = (\[.*?\])$", re.DOTALL | re.MULTILINE)
    return lists.sub(lambda found: f'{commented_out(found[0])}\n{found[1]} = ["{TODO}"]', text)


def replies_file(text: str) -> str:
    """The words for replies: the English phrases of each list as a comment, to be written anew."""
    lists = re.compile(r"""^(["\w.-]+) = (\[.*?\])$""", re.DOTALL | re.MULTILINE)
    return lists.sub(lambda found: f'{commented_out(found[0])}\n{found[1]} = ["{TODO}"]', text)


def empty_model(model: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A model with its intents, slots and ids, and without a word."""
    language_model: dict[str, Any] = dict(model["interactionModel"]["languageModel"])
    if language not in SENSITIVE_LANGUAGES:
        language_model.pop("modelConfiguration", None)
    language_model["intents"] = [empty_intent(intent) for intent in language_model["intents"]]
    language_model["types"] = [
        {**kind, "values": [{"id": value["id"], "name": {"value": TODO, "synonyms": []}} for value in kind["values"]]}
        for kind in language_model.get("types", ())
    ]
    whole: dict[str, Any] = {**model["interactionModel"], "languageModel": language_model}
    if "prompts" in whole:
        whole["prompts"] = [empty_prompt(prompt) for prompt in whole["prompts"]]
    return {**model, "interactionModel": whole}


def empty_prompt(prompt: Mapping[str, Any]) -> dict[str, Any]:
    """A prompt with one variation that is still to be written."""
    return {**prompt, "variations": [{"type": "PlainText", "value": TODO}]}


def empty_intent(intent: Mapping[str, Any]) -> dict[str, Any]:
    """An intent without its samples, and without those of its slots."""
    slots = [{**slot, "samples": []} if "samples" in slot else slot for slot in intent.get("slots", ())]
    return {**intent, "samples": [], **({"slots": slots} if slots else {})}


def english_samples(model: Mapping[str, Any]) -> str:
    """The English samples, values and prompts, to read beside the empty model."""
    lines = [
        "# The English of this model: its samples by intent, the values of its slot types by id, its prompts by id."
    ]
    language_model = model["languageModel"]
    for intent in language_model["intents"]:
        lines += ["", f"[{intent['name']}]", *intent.get("samples", ())]
    for prompt in model.get("prompts", ()):
        lines += ["", f"[{prompt['id']}]", *(variation["value"] for variation in prompt["variations"])]
    for kind in language_model.get("types", ()):
        lines += ["", f"[{kind['name']}]"]
        for value in kind["values"]:
            lines.append(f"{value['id']}: {', '.join((value['name']['value'], *value['name'].get('synonyms', ())))}")
    return "\n".join(lines) + "\n"


def empty_companion(path: Path) -> str:
    """The headings of the companion file, without a phrase below them."""
    text = path.read_text("utf-8")
    head, _, _ = text.partition("[")
    headings = re.findall(r"^\[[^\]]+\]$", text, re.MULTILINE)
    return head + "\n\n".join(headings) + "\n"


def listing_file(text: str) -> str:
    """The words for the store, each value as a comment above itself."""
    lines = []
    for name, value in re.findall(r"^(\w+) = (\"\"\".*?\"\"\"|\[.*?\]|\".*?\")$", text, re.DOTALL | re.MULTILINE):
        empty = {"[": f'["{TODO}"]', '"': f'"{TODO}"'}[value[0]]
        lines += [commented_out(f"{name} = {value}"), f"{name} = {empty}", ""]
    return "\n".join(lines)


def commented_out(text: str) -> str:
    """Each line as a comment; headings of tables, comments and empty lines as they are."""
    return "\n".join(
        line if not line.strip() or TODO_TOML.match(line) or re.match(r"\[[\w.]+\]\s*$", line) else f"# {line}"
        for line in text.splitlines()
    ) + ("\n" if text.endswith("\n") else "")


def helpline_rows(table: Helplines, locale: str, today: date) -> str:
    """A row for each need that the table has none for in a locale: unconfirmed, so that nobody is given it."""
    there = {line.need for line in table.lines if line.locale == locale}
    rows = (
        f'\n[[line]]\nlocale = "{locale}"\nneed = "{need}"\nname = "{TODO}"\nnumber = "{TODO}"\nwho = "anyone"\n'
        f'hours = "{TODO}"\nsource = "{TODO}"\nconfirmed = false\nreview_by = {today.isoformat()}\n'
        for need in table.needs
        if need not in there
    )
    return "".join(rows)


def toml_text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)

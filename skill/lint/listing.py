"""What the store would send back: fields that are missing or too long, phrases that do not work, icons, addresses."""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.content.locales import Language, any_of, language_of
from skill.content.translation import TODO, count_todo_in_data
from skill.lint.content_tree import own_languages
from skill.lint.finding import Finding
from skill.lint.interaction_model.model import Model, forms, listed, numbered, slot_types, text
from skill.lint.json_lines import BrokenJson, line_of
from skill.package import build
from skill.package.address import Endpoint
from skill.package.listing import (
    LISTING_FOLDER,
    SKILL_FILE,
    ListingError,
    LocaleListing,
    locale_listing,
    most_specific,
    skill_listing,
)

SKILL_LISTING = f"{LISTING_FOLDER}/{SKILL_FILE}"

FIELD_LENGTHS = {"name": (2, 50), "summary": (1, 160), "description": (1, 4000)}
"""Least and most characters (Amazon's SMAPI specification; the most for a name is the console's)."""
EXAMPLE_PHRASES, MAX_PHRASE_CHARACTERS = 3, 200
MAX_KEYWORDS, MAX_KEYWORD_CHARACTERS = 30, 150
MAX_TESTING_CHARACTERS = 4000

CATEGORIES = ("EDUCATION_AND_REFERENCE", "HEALTH_AND_FITNESS", "SELF_IMPROVEMENT")
"""Those of Amazon's categories that such a skill could stand in."""

STAND_IN = Endpoint(
    "https://skill.example.org/", "Trusted", "https://skill.example.org/privacy", "https://skill.example.org/terms"
)
"""Stands for the operator's own address, which is not known here."""

WAKE = re.compile(r"(?:alexa|アレクサ|एलेक्सा|अलेक्सा|أليكسا|اليكسا)[ ,、،]+", re.IGNORECASE)
"""The wake word, as it is written in any language."""
NOT_IN_A_WORD = re.compile(r"[^\w' ]+")

MAX_SLOTS = 8
"""A sample with more of them fits nothing: to try would take for ever, and nobody says such a sentence."""

FindingAt = Callable[..., Finding]


@dataclass(frozen=True)
class ModelPhrases:
    """What a language model listens for."""

    name: str
    """The invocation name."""
    plain: frozenset[str]
    """Samples without slots, as they are said."""
    shapes: tuple[str, ...]
    """Samples with slots, as regular expressions."""

    def fits(self, words: str) -> bool:
        """Whether some words are a sample of an intent, with the listed values of its slots filled in."""
        return words in self.plain or any(re.fullmatch(shape, words) for shape in self.shapes)


def check_listing(
    folder: Path, models: Path, locales: Iterable[str], languages: Mapping[str, Language] | None = None
) -> Iterator[Finding]:
    """All findings about the words for the store, as the manifest would carry them."""
    try:
        skill_listing(folder)
    except ListingError as error:
        yield unusable(SKILL_LISTING, error)
        return
    seen: list[Finding] = []
    for locale in sorted(locales):
        try:
            words = locale_listing(folder, locale)
        except ListingError as error:
            yield unusable(f"{LISTING_FOLDER}/{locale.split('-')[0]}.toml", error)
            continue
        made = build.manifest(folder, [locale], STAND_IN)
        texts = {name: (folder / Path(name).name).read_text("utf-8") for name in (words.file, SKILL_LISTING)}
        found = [
            *check_description(words, texts[words.file]),
            *check_manifest(made, model_phrases(models, locale), texts, words.file, languages),
        ]
        yield from (finding for finding in found if finding not in seen)
        seen.extend(found)
    for size in build.ICON_SIZES:
        yield from check_icon(folder, size)


def unusable(file: str, error: Exception) -> Finding:
    """A file that cannot be read as words for the store."""
    return Finding(file, None, str(error), "Without it there is no package", "Mend the file")


def check_description(words: LocaleListing, text: str) -> Iterator[Finding]:
    """Findings about the three parts of a description: each has to be there."""
    if count_todo_in_data(text):
        why = "Nobody is to read that in the store"
        yield Finding(
            words.file, line_of(text, f'"{TODO}'), f"{TODO} stands in it", why, "Write what is to stand there"
        )
    for key in ("about", "source", "disclaimer"):
        if not getattr(words, key):
            yield Finding(
                words.file,
                line_of(text, f"{key} ="),
                f"{key} is empty",
                "The description says what the skill is, where its words come from, and that it is no medical advice",
                f"Write it; listing/en.toml has a {key} to go by",
            )


def check_manifest(
    made: Mapping[str, Any],
    model: ModelPhrases | None,
    texts: Mapping[str, str],
    file: str,
    languages: Mapping[str, Language] | None = None,
) -> Iterator[Finding]:
    """Findings about one manifest; `model` is the language model that its phrases have to match.

    `languages` have the words to look for, by default those of this tree.
    """

    def finding(key: str, wrong: str, why: str, hint: str, *, severe: bool = True, at: str = file) -> Finding:
        return Finding(at, line_of(texts.get(at, ""), key), wrong, why, hint, severe)

    manifest = made["manifest"]
    published, privacy = manifest["publishingInformation"], manifest["privacyAndCompliance"]
    for locale, shown in published["locales"].items():
        language = (own_languages() if languages is None else languages).get(language_of(locale))
        yield from check_fields(shown, language, finding)
        yield from check_phrases(shown["examplePhrases"], language, model, finding)
        for key in ("privacyPolicyUrl", "termsOfUseUrl"):
            address = privacy["locales"].get(locale, {}).get(key, "")
            if not address.startswith("https://"):
                yield finding(
                    "",
                    f"{locale} has no {key} that begins with https://",
                    "Reviewers ask for a privacy policy even of a relaxation skill",
                    "Package with an https endpoint, or say with --pages where the pages are",
                )
    yield from check_skill_listing(published, finding)


def check_fields(shown: Mapping[str, Any], language: Language | None, finding: FindingAt) -> Iterator[Finding]:
    """Findings about what one locale shows."""
    for key, (least, most) in FIELD_LENGTHS.items():
        length, place = len(shown[key]), "about" if key == "description" else key
        if not least <= length <= most:
            yield finding(
                f"{place} =",
                f"the {key} has {length} characters; {least} to {most} fit",
                "Amazon does not take the manifest",
                "Shorten it" if length > most else "Write it",
            )
    promises = any_of(language.wording.promises if language else ())
    if found := promises.search(" ".join((shown["name"], shown["summary"], *shown["keywords"]))):
        yield finding(
            found[0],
            f"“{found[0]}” promises too much",
            "Reviewers send back what sounds like treatment",
            "Say what the skill does, not what it is good for",
        )
    keywords = shown["keywords"]
    long = [keyword for keyword in keywords if len(keyword) > MAX_KEYWORD_CHARACTERS]
    if len(keywords) > MAX_KEYWORDS or long or len(set(keywords)) < len(keywords):
        yield finding(
            "keywords =",
            f"{len(keywords)} keywords, {len(long)} of them too long, {len(keywords) - len(set(keywords))} twice",
            f"Amazon takes {MAX_KEYWORDS} of {MAX_KEYWORD_CHARACTERS} characters",
            "Strike some",
        )


def check_phrases(
    phrases: list[str],
    language: Language | None,
    model: ModelPhrases | None,
    finding: FindingAt,
    *,
    own: bool = True,
) -> Iterator[Finding]:
    """Findings about the example phrases: each has to work exactly as it is written.

    Those of another skill may be fewer, and all but the first may leave out how the skill is opened.
    """
    finding = functools.partial(finding, severe=own)
    why = "Reviewers say each phrase as it is written, and wrong ones are a common reason to be sent back"
    if len(phrases) != EXAMPLE_PHRASES and (own or not 1 <= len(phrases) <= EXAMPLE_PHRASES):
        yield finding(
            "phrases =",
            f"{len(phrases)} example phrases; the store shows {EXAMPLE_PHRASES}",
            why,
            f"Write {EXAMPLE_PHRASES}",
        )
    name = spoken_form(model.name) if model else ""
    verbs, connecting = (language.speech.open, language.speech.connect) if language else ((), ())
    for number, phrase in enumerate(phrases):
        place = f'"{phrase}"'
        if not own and number and model and model.fits(spoken_form(WAKE.sub("", phrase, count=1))):
            continue
        if len(phrase) > MAX_PHRASE_CHARACTERS:
            yield finding(place, f"“{phrase}” is over {MAX_PHRASE_CHARACTERS} characters", why, "Shorten it")
        if not WAKE.match(phrase):
            yield finding(
                place, f"“{phrase}” does not begin with “Alexa,”", why, "Begin with the wake word and a comma"
            )
            continue
        if model is None or not name:
            continue
        before, there, after = spoken_form(WAKE.sub("", phrase, count=1)).partition(name)
        if not there:
            yield finding(place, f"“{phrase}” does not name the skill, “{name}”", why, "Put the invocation name in")
            continue
        if not own and not verbs:
            continue  # in some languages the verb comes behind the name
        if verbs and not re.fullmatch(rf"(?:{'|'.join(verbs)})\s+", before):
            hint = f"Write {', '.join(verbs[:-1])} or {verbs[-1]}"
            yield finding(place, f"“{before.strip()}” does not open a skill", why, hint)
        asked = after.strip()
        if number == 0 and asked:
            yield finding(place, "the first phrase asks for something", why, "Let the first one only open the skill")
        candidates = {asked, *(asked[len(word) + 1 :] for word in connecting if asked.startswith(f"{word} "))}
        if not connecting:  # then any one or two words may be such
            candidates |= {" ".join(asked.split()[count:]) for count in (1, 2)}
        if asked and not any(model.fits(words) for words in candidates if words):
            yield finding(
                place,
                f"“{asked}” is no sample of any intent",
                why,
                "Take a sample of the model, word for word",
            )


def check_skill_listing(published: Mapping[str, Any], finding: FindingAt) -> Iterator[Finding]:
    """Findings about what is the same in every language."""
    if published["category"] not in CATEGORIES:
        yield finding(
            "category =",
            f"{published['category'] or 'nothing'} is no category for this skill",
            "Amazon does not take an unknown one, and reviewers move or refuse one that does not fit",
            f"Choose among {', '.join(CATEGORIES)}",
            at=SKILL_LISTING,
        )
    length = len(published["testingInstructions"])
    if not 1 <= length <= MAX_TESTING_CHARACTERS:
        yield finding(
            "testing =",
            f"the testing instructions have {length} characters; 1 to {MAX_TESTING_CHARACTERS} fit",
            "Without them a reviewer does not know what to say",
            "Shorten them" if length else "Write them",
            at=SKILL_LISTING,
        )


def check_icon(folder: Path, size: int) -> Iterator[Finding]:
    """Findings about one icon of the listing."""
    path = folder / build.icon_name(size)
    found = png_size(path.read_bytes()) if path.is_file() else None
    if found != (size, size):
        yield Finding(
            f"{LISTING_FOLDER}/{path.name}",
            None,
            f"the icon of {size} pixels is {'×'.join(map(str, found)) if found else 'no PNG'}",
            f"The store takes {' and '.join(f'{one}×{one}' for one in build.ICON_SIZES)}",
            "Draw it in its size, as tools/draw_icons.py does",
        )


def png_size(image: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG file, from its first chunk (W3C PNG, 11.2.1); none when it is no PNG."""
    if not image.startswith(b"\x89PNG\r\n\x1a\n") or image[12:16] != b"IHDR" or len(image) < 24:
        return None
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")


def model_phrases(models: Path, locale: str) -> ModelPhrases | None:
    """What the model of a locale listens for; none when it cannot be read, which the check of models reports."""
    path = most_specific(models, locale, ".json")
    try:
        return _model_phrases(path, path.stat().st_mtime_ns) if path else None
    except (OSError, BrokenJson):
        return None


@functools.lru_cache(maxsize=16)
def _model_phrases(path: Path, changed: int) -> ModelPhrases | None:
    """Read once for all the locales that share a file, and again when it has changed."""
    return phrases_of(Model.read(path))


def phrases_of(model: Model) -> ModelPhrases | None:
    """What a model listens for; none without an invocation name, which the check of models reports."""
    values = {text(kind, "name"): values_of(kind) for _, kind in model.rows("types")}
    plain, shapes = set(), []
    for _, intent in model.rows("intents"):
        slots = {name: values.get(kind, ".+") for name, kind in slot_types(intent).items()}
        for _, sample in listed(intent.get("samples")):
            if 0 < sample.count("{") <= MAX_SLOTS:
                shapes.append(shape_of(sample, slots))
            elif "{" not in sample:
                plain.add(spoken_form(sample))
    name = text(model.spoken, "invocationName")
    return ModelPhrases(name, frozenset(plain), tuple(shapes)) if name else None


def shape_of(sample: str, slots: Mapping[str, str]) -> str:
    """A sample with slots as a regular expression."""
    pieces = re.split(r"\{(\w+)\}", sample)
    return "".join(
        slots.get(piece, ".+") if number % 2 else re.escape(spoken_form(piece, strip=False))
        for number, piece in enumerate(pieces)
    )


def values_of(kind: Mapping[str, Any]) -> str:
    """What a slot's type lists, as a regular expression; Amazon's own types list nothing and take any words."""
    words = [word for _, value in numbered(kind.get("values")) for word in forms(value)]
    return f"(?:{'|'.join(re.escape(spoken_form(word)) for word in words)})" if words else ".+"


def spoken_form(text: str, *, strip: bool = True) -> str:
    """Words as they are said: lower case, no punctuation."""
    bare = re.sub(r" +", " ", NOT_IN_A_WORD.sub(" ", text.lower()))
    return bare.strip() if strip else bare

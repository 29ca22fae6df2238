"""The interaction models: what Amazon's build refuses, and what it takes and then hears wrongly.

The rules are those of Amazon's pages "Choose the Invocation Name", "Create the Interaction Model", "Standard Built-in
Intents" and "Interaction Model Schema", and of the typed classes in `ask-smapi-model`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from skill.content.locales import INVOCATION_NAME, Language, Speech, language_of
from skill.dialog.names import FALLBACK
from skill.lint.content_tree import own_languages
from skill.lint.finding import Finding, names
from skill.lint.interaction_model import samples, schema
from skill.lint.interaction_model.dialog import DIALOG, check_dialog
from skill.lint.interaction_model.model import (
    LANGUAGE_MODEL,
    MODELS_FOLDER,
    Model,
    companion_phrases,
    dialog_slots,
    named_twice,
    slot_types,
    table,
    text,
    value_ids,
)
from skill.lint.interaction_model.phrases import Phrase
from skill.lint.json_lines import BrokenJson
from skill.nlu.files import LEARNED_SUFFIX, WORDS_SUFFIX
from skill.nlu.phrases import PhraseError, unknown_headings
from skill.nlu.slots import NumberReader
from skill.nlu.train import in_step
from skill.nlu.words import WordLists, WordsError

MAX_BYTES = 1_500_000
MAX_INTENTS = 250
MAX_INTENTS_AND_TYPES = 350

CERTIFIED = ("AMAZON.HelpIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent")
"""Those that certification tries; the others that we have to have Amazon adds by itself, or recommends."""
REQUIRED = ("AMAZON.HelpIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")
FALLBACK_LANGUAGES = ("en", "de", "ja", "fr", "es", "it")
SENSITIVE_LANGUAGES = ("en", "de")
"""Where the fallback's sensitivity can be set."""
STANDARD = frozenset(REQUIRED) | {FALLBACK} | {
    f"AMAZON.{name}Intent"
    for name in (
        "LoopOff", "LoopOn", "More", "NavigateSettings", "Next", "No", "PageDown", "PageUp", "Pause", "Previous",
        "Repeat", "Resume", "ScrollDown", "ScrollLeft", "ScrollRight", "ScrollUp", "Select", "ShuffleOff", "ShuffleOn",
        "StartOver", "Yes",
    )
}  # fmt: skip

UNSPACED_LANGUAGES = ("ja",)
"""Where there are no spaces to count words by."""

WAKE_WORDS = names("alexa amazon echo computer ziggy skill app")

MARKED = ("A byte order mark stands in front", "Not every reader of JSON takes it", "Save it as UTF-8 without one")

INVOCATION = re.compile(
    r"[^\W\d_]+(?:'s|s')?(?: (?:[^\W\d_]+(?:'s|s')?|(?:[^\W\d_]\.)+))*|(?:[^\W\d_]\. ?)+[^\W\d_ .']*"
)


def check_models(
    folder: Path, locales: Collection[str], languages: Mapping[str, Language] | None = None
) -> Iterator[Finding]:
    """All findings about the models in a folder, for the locales that we speak, and for no other language.

    `languages` have the words to look for, by default those of this tree; a language that is not among them has none.
    """
    languages = own_languages() if languages is None else languages
    models: dict[str, Model] = {}
    spoken = {language_of(locale) for locale in locales}
    for path in sorted(path for path in folder.glob("*.json") if language_of(path.stem) in spoken):
        file = f"{MODELS_FOLDER}/{path.name}"
        try:
            models[path.stem] = Model.read(path)
        except BrokenJson as error:
            yield Finding(file, error.line, f"It is not JSON: {error.wrong}", "Amazon's build stops there", "Mend it")
    for locale in locales:
        if not {locale, locale.split("-")[0]} & {*models, *(path.stem for path in folder.glob("*.json"))}:
            yield Finding(
                f"{MODELS_FOLDER}/{locale.split('-')[0]}.json",
                None,
                f"No model for {locale}",
                "Alexa has nothing to listen for there",
                "Write one, or take the locale's folder out of responses/",
            )
    yield from check_schema(MODELS_FOLDER)
    for model in models.values():
        beside = folder / f"{model.language}.utterances.txt"
        language = languages.get(model.language) or Language(model.language)
        try:
            words = WordLists.load(folder, model.language)
        except WordsError as error:
            words = WordLists()
            file = f"{MODELS_FOLDER}/{model.language}.{WORDS_SUFFIX}"
            yield Finding(file, None, str(error), "The understanding cannot be loaded or trained", "Mend it")
        try:
            more = companion_phrases(beside)
        except (OSError, UnicodeDecodeError) as error:
            more, why = (), "None of its phrases can be learned"
            yield Finding(
                f"{MODELS_FOLDER}/{beside.name}", None, f"It cannot be read: {error}", why, "Write it as UTF-8"
            )
        else:
            yield from check_headings(model, beside)
        yield from check_model(model, more, language, NumberReader(words))
    yield from check_parity(models)
    yield from check_learned(folder, {model.language for model in models.values()})


def check_schema(place: str) -> Iterator[Finding]:
    """Whether Amazon's own classes are there to compare with."""
    if not schema.installed():
        wrong = "Amazon's own schema was not looked at"
        why = "Its typed classes are not installed, so an unknown key or value goes unnoticed"
        yield Finding(place, None, wrong, why, "pip install 'soft-landing[smapi]'", severe=False)


def check_model(model: Model, more: tuple[Phrase, ...], language: Language, numbers: NumberReader) -> Iterator[Finding]:
    """All findings about one model, with the phrases that stand beside it."""
    yield from check_shape(model)
    yield from check_invocation_name(model, language.speech)
    yield from check_built_in_intents(model)
    slots: dict[str, tuple[str, str]] = {}
    for at, intent in model.rows("intents"):
        yield from samples.check_intent(model, at, intent, slots)
    yield from samples.check_types(model)
    yield from check_dialog(model)
    yield from samples.check_clashes(model, more, language.built_in, numbers)


def check_headings(model: Model, beside: Path) -> Iterator[Finding]:
    """Each heading of the phrases beside a model names one of its intents."""
    file = f"{MODELS_FOLDER}/{beside.name}"
    try:
        for line, heading, close in unknown_headings(beside, model.intents) if beside.is_file() else ():
            why = "Its phrases are learned for an intent that does not exist, so who says one is not understood"
            hint = f"Write [{close}]" if close else f"Add the intent to {model.file}, or mend the name"
            yield Finding(file, line, f"The model has no intent {heading!r}", why, hint)
    except PhraseError as error:
        yield Finding(file, error.line, error.wrong, "Training stops there", "Put a heading above it")


def check_shape(model: Model) -> Iterator[Finding]:
    """Keys, types and enumerations by Amazon's classes; what those leave open; sizes."""
    if model.json.marked:
        yield Finding(model.file, 1, *MARKED, severe=model.own)
    for line, key in model.json.repeated:
        yield Finding(
            model.file, line, f"The key {key!r} stands twice", "Only the last one is read", "Leave one of them"
        )
    if schema.installed():
        for misfit in schema.misfits(model.json.data, schema.MODEL):
            severe = model.own or not misfit.unknown
            why = "Amazon's build refuses or ignores it"
            yield model.finding(misfit.path, misfit.wrong, why, misfit.hint, severe=severe)
    for key in ("interactionModel",) if not model.whole else ("languageModel",) if not model.spoken else ():
        yield model.finding((), f"There is no {key}", "Without it there is no model", "Begin with that frame")
    for place, rows in (("intents", model.rows("intents")), ("types", model.rows("types"))):
        for name, times, at in named_twice(rows, "name"):
            yield model.finding(
                (*LANGUAGE_MODEL, place, at), f"{name} stands {times} times", "Names are used once", "Join the two"
            )
        for at, row in rows:
            if not text(row, "name"):
                why = "Nothing can be routed to it"
                hint = 'Write "name" for "intent", and "samples" for "utterances"' if "intent" in row else "Name it"
                yield model.finding((*LANGUAGE_MODEL, place, at), "It has no name", why, hint)
    for at, row in model.rows("types"):
        if (name := text(row, "name")) in model.intents:
            wrong = f"{name} is an intent and a slot type"
            yield model.finding((*LANGUAGE_MODEL, "types", at), wrong, "The build fails", "Rename one of the two")
    intents, kinds = len(model.rows("intents")), len(model.rows("types"))
    for number, most, what in (
        (model.size, MAX_BYTES, "bytes in the file"),
        (intents, MAX_INTENTS, "intents"),
        (intents + kinds, MAX_INTENTS_AND_TYPES, "intents and slot types"),
    ):
        if number > most:
            yield model.finding((), f"{number} {what}", f"Amazon takes {most} at most", "Join or drop some")


def check_invocation_name(model: Model, speech: Speech) -> Iterator[Finding]:
    """Amazon's rules for the name that opens the skill."""
    path = (*LANGUAGE_MODEL, "invocationName")
    name = model.spoken.get("invocationName")
    why = "Certification refuses such an invocation name"
    if not isinstance(name, str) or not name:
        yield model.finding(path, "There is no invocation name", "Nobody could open the skill", "Set invocationName")
        return
    if model.own and name != INVOCATION_NAME:
        wrong = f"“{name}” is not “{INVOCATION_NAME}”"
        yield model.finding(path, wrong, "Pages, store and simulator name the skill", "Use the name that they use")
    words = name.replace("'s", "").split()
    if not 2 <= len(name) <= 50:
        yield model.finding(path, f"“{name}” has {len(name)} characters", why, "Use 2 to 50")
    if name != name.lower() or not INVOCATION.fullmatch(name.lower()):
        hint = (
            "Use lower-case letters and single spaces, possessive apostrophes, full stops in abbreviations; spell out"
        )
        yield model.finding(path, f"“{name}” has characters that are not allowed", why, hint)
    if len(words) < 2 and model.language not in UNSPACED_LANGUAGES:
        brand = f"{why}, unless it is your own brand"
        yield model.finding(path, f"“{name}” is one word", brand, "Use two or more", severe=model.own)
    for kind, banned in (
        ("a wake word, “skill” or “app”", WAKE_WORDS),
        ("a launch word", frozenset(speech.launch_words)),
        ("a connecting word", frozenset(speech.connecting_words)),
    ):
        for word in sorted({word.lower() for word in words} & banned):
            yield model.finding(path, f"“{name}” holds “{word}”, {kind}", why, "Choose another word")
    for small, severe in ((speech.articles, True), (speech.pronouns, False)):
        if len(words) == 2 and (found := sorted(set(small) & {word.lower() for word in words})):
            hint = "Choose two words that mean something"
            yield model.finding(path, f"Of its two words one is “{found[0]}”", why, hint, severe=severe)


def check_built_in_intents(model: Model) -> Iterator[Finding]:
    """Amazon's own intents: the ones that must be there, the ones that exist, none with samples of ours."""
    path = (*LANGUAGE_MODEL, "intents")
    needed = [*REQUIRED, *([FALLBACK] if model.language in FALLBACK_LANGUAGES else [])]
    for name in needed:
        if name not in model.intents:
            why = "Certification tries it, from every state" if name != FALLBACK else "Odd words would reach any intent"
            hint = f'Add {{"name": "{name}", "samples": []}}'
            yield model.finding(path, f"{name} is missing", why, hint, severe=model.own or name in CERTIFIED)
    if all(text(intent, "name").startswith("AMAZON.") for _, intent in model.rows("intents")):
        why = "A skill has to do something of its own, or certification refuses it"
        yield model.finding(path, "There is no intent but Amazon's", why, "Add one, with samples")
    for at, intent in model.rows("intents"):
        name = text(intent, "name")
        if name.startswith("AMAZON.") and name not in STANDARD and "<" not in name:
            why = "The build knows only Amazon's own names"
            yield model.finding((*path, at), f"{name} is no standard intent", why, "Look at its spelling", severe=False)
        if name in STANDARD and intent.get("samples"):
            why = "Samples of one's own have broken Amazon's intents in practice"
            hint = model.elsewhere("Take them out: what Amazon listens for by itself is heard without")
            severe = model.own or name == FALLBACK
            yield model.finding((*path, at, "samples"), f"{name} has samples", why, hint, severe=severe)
    level = table(table(model.spoken.get("modelConfiguration")).get("fallbackIntentSensitivity")).get("level")
    if level and model.language not in SENSITIVE_LANGUAGES:
        where = (*LANGUAGE_MODEL, "modelConfiguration")
        why = "It can be set in English and German only"
        yield model.finding(where, f"The fallback's sensitivity is {level}", why, "Take modelConfiguration out")


def check_parity(models: Mapping[str, Model]) -> Iterator[Finding]:
    """All models hold the same intents, slots and, where they are our own, ids: the skill answers alike everywhere."""
    if not models:
        return
    first = models.get("en") or next(iter(models.values()))
    for model in models.values():
        if model is first:
            continue
        why = f"A listener there meets another skill than in {first.file}"
        for name in sorted(set(first.intents) - set(model.intents)):
            yield model.finding(
                (*LANGUAGE_MODEL, "intents"), f"{name} is missing", why, "Add it, with samples of its own"
            )
        for name in sorted(set(model.intents) - set(first.intents)):
            yield model.finding(
                (*LANGUAGE_MODEL, "intents"), f"{name} stands only here", why, f"Add it to {first.file} too"
            )
        for name in sorted(set(model.intents) & set(first.intents)):
            if slot_types(model.intents[name]) != slot_types(first.intents[name]):
                at = next(number for number, row in model.rows("intents") if text(row, "name") == name)
                yield model.finding(
                    (*LANGUAGE_MODEL, "intents", at), f"{name} has other slots", why, "Give it the same names and types"
                )
        missing = dialog_slots(first) - dialog_slots(model)
        for name, slot in sorted(missing):
            hint = "Copy it, with prompts of its own"
            yield model.finding(DIALOG, f"The dialog has no slot {slot!r} of {name}", why, hint)
        theirs, ours = (value_ids(one) if one.own else set() for one in (first, model))
        for kind, value in sorted(theirs - ours):
            where = (*LANGUAGE_MODEL, "types")
            yield model.finding(
                where, f"{kind} has no value with the id {value!r}", why, "Add it, with names of its own"
            )
        for kind, value in sorted(ours - theirs):
            yield model.finding(
                (*LANGUAGE_MODEL, "types"), f"{kind} has the id {value!r} only here", why, f"Add it to {first.file} too"
            )


def check_learned(folder: Path, languages: Collection[str]) -> Iterator[Finding]:
    """What the understanding learned comes from the phrases that stand beside it."""
    for language in sorted(languages):
        file = f"{language}.{LEARNED_SUFFIX}"
        if not (folder / file).is_file():
            why = f"Free words in {language} lead to the fallback; only what Alexa itself routes is answered"
            yield Finding(
                f"{MODELS_FOLDER}/{file}", None, "It is missing", why, "Run soft-landing train --all", severe=False
            )
            continue
        try:
            fits = in_step(folder, language)
        except Exception:  # whatever keeps it from being read, learning anew mends it
            fits = False
        if not fits:
            why = "Free words are still understood by the old ones, or not at all"
            yield Finding(
                f"{MODELS_FOLDER}/{file}", None, "It was learned from other phrases", why, "Run soft-landing train"
            )

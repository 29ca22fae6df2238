"""Intents, samples and slot types of a model: what the build refuses, and what would be heard wrongly."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from skill.content.locales import BuiltIn
from skill.lint.finding import Finding, names
from skill.lint.interaction_model.model import (
    LANGUAGE_MODEL,
    MODELS_FOLDER,
    Model,
    forms,
    listed,
    numbered,
    slot_types,
    table,
    text,
)
from skill.lint.interaction_model.phrases import SEARCH, SLOT_IN_SAMPLE, Phrase, carried, clashes
from skill.lint.json_lines import JsonKey
from skill.nlu.slots import NumberReader
from skill.nlu.tokens import normal

MAX_VALUE_CHARACTERS = 140
MAX_SAMPLE_CHARACTERS = 200
INTENT_NAME = re.compile(r"[A-Za-z][A-Za-z_]*")
TYPE_NAME = re.compile(r"[A-Za-z][A-Za-z_]*")
SLOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
SAMPLE = re.compile(r"(?:[^\W\d_]|[ '’._-])*")
"""What a sample may hold besides slots: letters, spaces, apostrophes, hyphens, full stops of abbreviations."""
ABBREVIATION = re.compile(r"\b[^\W\d_]\.")

BUILT_IN_TYPES = frozenset(f"AMAZON.{name}" for name in names(
    "AlphaNumeric DATE DURATION FOUR_DIGIT_NUMBER NUMBER Ordinal ORDINAL PhoneNumber TIME SearchQuery Person "
    "Actor AdministrativeArea AggregateRating Airline Airport Anaphor Animal Artist AT_CITY AT_REGION Athlete Author "
    "Book BookSeries BroadcastChannel City CivicStructure Color Comic Corporation Country CreativeWorkType DayOfWeek "
    "DE_CITY DE_FIRST_NAME DE_REGION Dessert DeviceType Director Drink EducationalOrganization EUROPE_CITY Event "
    "EventType Festival FictionalCharacter FinancialService FirstName Food FoodEstablishment Game GB_CITY "
    "GB_FIRST_NAME GB_REGION Genre Landform LandmarksOrHistoricalBuildings Language LocalBusiness LocalBusinessType "
    "MedicalOrganization Month Movie MovieSeries MovieTheater MusicAlbum MusicCreativeWorkType MusicEvent MusicGroup "
    "Musician MusicPlaylist MusicRecording MusicVenue MusicVideo Organization PostalAddress Professional "
    "ProfessionalType RadioChannel Region RelativePosition Residence Room ScreeningEvent Season Service "
    "SocialMediaPlatform SoftwareApplication SoftwareGame Sport SportsEvent SportsTeam StreetAddress StreetName "
    "TelevisionChannel TVEpisode TVSeason TVSeries US_CITY US_FIRST_NAME US_STATE VideoGame VisualModeTrigger "
    "WeatherCondition WrittenCreativeWorkType"
))  # fmt: skip
"""Amazon's "Slot Type Reference", as it was; the list grows."""

WHY = "Alexa cannot know which of the two is meant"
WHY_APART = "Alexa goes by the model, and our own ear by its companion: the two would answer differently"


def check_intent(
    model: Model, at: int, intent: Mapping[str, Any], known: dict[str, tuple[str, str]]
) -> Iterator[Finding]:
    """One intent: its name, its slots, its samples. `known` gathers each slot name's type over all intents."""
    path = (*LANGUAGE_MODEL, "intents", at)
    if not (name := text(intent, "name")):
        return  # the check of the shape says so
    if not name.startswith("AMAZON.") and not INTENT_NAME.fullmatch(name):
        yield model.finding(path, f"The intent's name {name!r} is not allowed", "The build fails", "Use letters and _")
    slots: dict[str, str] = {}
    for number, slot in numbered(intent.get("slots")):
        where = (*path, "slots", number)
        own, kind = str(slot.get("name")), str(slot.get("type"))
        if not SLOT_NAME.fullmatch(own):
            yield model.finding(
                where, f"The slot's name {own!r} is not allowed", "The build fails", "Use letters and _"
            )
        if own.lower() in {one.lower() for one in slots}:
            yield model.finding(where, f"{name} declares {own!r} twice", "The build fails", "Leave one")
        slots[own] = kind
        first, owner = known.setdefault(own, (kind, name))
        if first != kind:
            yield model.finding(
                where,
                f"The slot {own!r} is {kind} here and {first} in {owner}",
                "Within a locale one slot name has one type, or the build fails",
                "Rename one of the two",
            )
        if kind.startswith("AMAZON.") and kind not in BUILT_IN_TYPES:
            why = "The build fails for a type that Amazon does not have"
            hint = "Look at its spelling in Amazon's slot type reference"
            yield model.finding(where, f"{kind} is no type of Amazon's that we know", why, hint, severe=False)
        if not kind.startswith("AMAZON.") and kind not in model.values:
            yield model.finding(
                where, f"There is no slot type {kind}", "The build fails", "Add it to types, or mend its spelling"
            )
        for count, sample in listed(slot.get("samples")):
            yield from check_sample(model, (*where, "samples", count), sample, {own: kind, **slots}, alone=True)
    if not name.startswith("AMAZON.") and not intent.get("samples"):
        why = "Alexa can never hear it"
        yield model.finding(path, f"{name} has no samples", why, "Write some, or take the intent out", severe=False)
    said: dict[str, int] = {}
    used: set[str] = set()
    for number, sample in listed(intent.get("samples")):
        where = (*path, "samples", number)
        used |= set(SLOT_IN_SAMPLE.findall(sample))
        yield from check_sample(model, where, sample, slots)
        same = sample.lower().strip()
        if same in said:
            why = "It adds nothing, and the build may refuse it"
            yield model.finding(where, f"{name} has “{sample}” twice", why, "Leave one", severe=model.own)
        said.setdefault(same, number)
    in_dialog = {
        (str(one.get("name")), str(slot.get("name")))
        for _, one in numbered(table(model.whole.get("dialog")).get("intents"))
        for _, slot in numbered(one.get("slots"))
    }
    for number, own in enumerate(slots):
        if own not in used and (name, own) not in in_dialog and not name.startswith("AMAZON."):
            where = (*path, "slots", number)
            why = "Nothing can fill it"
            yield model.finding(where, f"No sample of {name} has {{{own}}}", why, "Use it or drop it", severe=False)


def check_sample(
    model: Model, path: tuple[JsonKey, ...], sample: str, slots: Mapping[str, str], *, alone: bool = False
) -> Iterator[Finding]:
    """One sample: its characters, its slots, free words with a carrier. `alone`: it answers a prompt for its slot."""
    shown = f"“{sample}”"
    inside = SLOT_IN_SAMPLE.findall(sample)
    literal = SLOT_IN_SAMPLE.sub(" ", sample)
    if odd := sorted(set(SAMPLE.sub("", literal)) - {"{", "}"}):
        why = "Amazon takes letters, spaces, apostrophes, hyphens and the full stops of abbreviations"
        hint = "Spell it out as it is said" if any(sign.isdigit() for sign in odd) else "Leave it out"
        severe = model.own or not all(sign.isdigit() for sign in odd)
        yield model.finding(path, f"{shown} holds {' '.join(odd)}", why, hint, severe=severe)
    if model.language == "en" and literal != literal.lower():
        why = "Nobody hears a capital, and the same words in two spellings go unnoticed"
        yield model.finding(path, f"{shown} has a capital letter", why, "Use small letters", severe=model.own)
    if "." in ABBREVIATION.sub("", literal):
        why = "A full stop belongs only into an abbreviation such as “g. p.”"
        yield model.finding(path, f"{shown} has a full stop", why, "Leave it out")
    if "{" in literal or "}" in literal:
        yield model.finding(path, f"{shown} has a brace that stands alone", "The build fails", "Close it or drop it")
    if sample != " ".join(sample.split()) or not sample:
        hint = "Single spaces, none at the ends"
        yield model.finding(
            path, f"{shown} has spaces to spare", "It may not match", hint, severe=model.own or not sample.strip()
        )
    if re.search(r"\S\{|\}(?!'s\b|’s\b)\S", sample):
        yield model.finding(path, f"{shown} glues a slot to a word", "The slot is not heard", "Put a space between")
    if len(sample) > MAX_SAMPLE_CHARACTERS:
        why = f"Amazon's console takes {MAX_SAMPLE_CHARACTERS}"
        hint = model.elsewhere("Shorten it")
        yield model.finding(path, f"{shown} has {len(sample)} characters", why, hint, severe=False)
    for name in sorted(set(inside) - set(slots)):
        yield model.finding(
            path, f"{shown} uses {{{name}}}, which its intent does not declare", "The build fails", "Declare the slot"
        )
    if any(times > 1 for times in Counter(inside).values()):
        yield model.finding(path, f"{shown} uses a slot twice", "The build fails", "Use it once")
    if SEARCH in {slots.get(name) for name in inside}:
        if len(inside) > 1:
            why = "Free words (AMAZON.SearchQuery) must be the only slot of their sample, or the build fails"
            yield model.finding(path, f"{shown} has another slot beside free words", why, "Leave one of the two")
        if not re.search(r"\w", literal) and not alone:
            why = "Free words need a carrier phrase, or the build fails"
            yield model.finding(path, f"{shown} is nothing but free words", why, "Put words before or after the slot")
    elif inside and not re.search(r"\w", literal) and not alone:
        why = "It competes with every other phrase"
        yield model.finding(path, f"{shown} is nothing but slots", why, "Put a word between", severe=False)


def check_types(model: Model) -> Iterator[Finding]:
    """The custom slot types: values, ids, lengths, whether anything uses them."""
    used = {str(slot.get("type")) for intent in model.intents.values() for _, slot in numbered(intent.get("slots"))}
    for at, kind in model.rows("types"):
        path = (*LANGUAGE_MODEL, "types", at)
        if not (name := text(kind, "name")):
            continue  # the check of the shape says so
        if not TYPE_NAME.fullmatch(name) and not name.startswith("AMAZON."):
            yield model.finding(
                path, f"The type's name {name!r} is not allowed", "The build fails", "Use letters and _"
            )
        if name not in used:
            yield model.finding(path, f"No slot is a {name}", "Nothing listens for it", "Drop it", severe=False)
        if not kind.get("values") and not kind.get("valueSupplier"):
            yield model.finding(path, f"{name} has no values", "The build fails for an empty type", "Give it one")
        ids: dict[str, str] = {}
        heard: dict[str, str] = {}
        listed_before: set[str] = set()
        for number, value in numbered(kind.get("values")):
            where = (*path, "values", number)
            words = forms(value)
            if not words:
                yield model.finding(where, f"A value of {name} has no name", "The build fails", "Set name.value")
                continue
            own = value.get("id")
            if isinstance(own, str) and own in ids:
                why = "The skill could not tell the two apart"
                yield model.finding(where, f"“{words[0]}” and “{ids[own]}” have the id {own!r}", why, "Rename one")
            ids.setdefault(str(own or words[0]), words[0])
            if normal(words[0]) in listed_before:
                why = "Only one of the two can be resolved to"
                yield model.finding(where, f"{name} lists “{words[0]}” twice", why, "Leave one", severe=False)
            listed_before.add(normal(words[0]))
            for word, times in Counter(map(normal, words)).items():
                if times > 1:
                    wrong = f"{name}: “{words[0]}” has “{word}” {times} times among its value and synonyms"
                    yield model.finding(where, wrong, "It adds nothing", "Leave it once", severe=False)
            for word in words:
                if len(word) > MAX_VALUE_CHARACTERS:
                    why = f"Amazon takes {MAX_VALUE_CHARACTERS} at most"
                    yield model.finding(where, f"“{word[:40]}…” has {len(word)} characters", why, "Shorten it")
                same = normal(word)
                if heard.setdefault(same, words[0]) != words[0]:
                    why = "Entity resolution would return either"
                    wrong = f"{name}: “{word}” stands for “{heard[same]}” and for “{words[0]}”"
                    yield model.finding(where, wrong, why, "Leave it with one of them", severe=model.own)


def check_clashes(
    model: Model, more: tuple[Phrase, ...], built_in: BuiltIn, numbers: NumberReader
) -> Iterator[Finding]:
    """The same words for two intents: over samples, the phrases beside the model, and Amazon's own."""
    phrases = [
        Phrase(name, said, "Amazon's own", None, {})
        for name, texts in built_in.items()
        for said in texts
        if name in model.intents
    ]
    for at, intent in model.rows("intents"):
        phrases += [
            Phrase(
                text(intent, "name"),
                sample,
                model.file,
                model.json.line(*LANGUAGE_MODEL, "intents", at, "samples", number),
                slot_types(intent),
            )
            for number, sample in listed(intent.get("samples"))
        ]
    for clash in clashes([*phrases, *more], model.values, numbers):
        there = f"“{clash.first.text}” in {clash.first.intent}"
        if clash.first.line:
            there += f" ({clash.first.file}:{clash.first.line})"
        meant = "" if clash.words == normal(clash.second.text) else f", where both can be “{clash.words}”"
        yield Finding(
            clash.second.file,
            clash.second.line,
            f"“{clash.second.text}” in {clash.second.intent} is also {there}{meant}",
            WHY_APART
            if clash.first.file != clash.second.file == f"{MODELS_FOLDER}/{model.language}.utterances.txt"
            else WHY,
            "Leave it with the one that answers it better",
            severe=model.own,
        )
    for clash in carried(phrases):
        yield Finding(
            clash.second.file,
            clash.second.line,
            f"“{clash.second.text}” in {clash.second.intent} begins like “{clash.first.text}” in {clash.first.intent}",
            "Alexa may hand it over as free words",
            model.elsewhere("Word one of the two otherwise"),
            severe=False,
        )

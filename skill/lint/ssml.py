"""Speech markup as Alexa takes it: her tags, their attributes, the values and the sums that she allows.

Amazon's "SSML reference" and "Request and response JSON reference". A tag that she does not know is dropped without a
word, malformed markup ends the session, and pauses of more than ten seconds in all may silence the whole speech.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree

from skill.lint.finding import names

MAX_SPEECH_CHARACTERS = 8000
"""The most that speech may have, its markup included."""
MAX_PAUSE_MS = 10_000
"""Milliseconds of pauses: the most for one, and taken here as the most for all of one response."""
AUDIO_FILES = 5

XML = "{http://www.w3.org/XML/1998/namespace}"
RATES_BY_NAME = ("x-slow", "slow", "medium", "fast", "x-fast")
LOUDNESS = ("silent", "x-soft", "soft", "medium", "loud", "x-loud")
PITCHES = ("x-low", "low", "medium", "high", "x-high")
SAY_AS = names(
    "characters spell-out cardinal number ordinal digits fraction unit date time telephone address interjection "
    "expletive"
)
DATES = names("mdy dmy ymd md dm ym my d m y")
LANGUAGES = names("de-DE en-AU en-CA en-GB en-IN en-US es-ES es-MX es-US fr-CA fr-FR hi-IN it-IT ja-JP pt-BR")
VOICES = names(
    "Ivy Joanna Joey Justin Kendra Kimberly Matthew Salli Nicole Russell Amy Brian Emma Aditi Raveena Hans Marlene "
    "Vicki Conchita Enrique Lupe Miguel Penelope Lucia Mia Carla Giorgio Bianca Mizuki Takumi Celine Lea Mathieu "
    "Chantal Camila Vitoria Ricardo"
)

Rule = Callable[[str], bool]


def one_of(*values: str) -> Rule:
    """A value out of a list."""
    return lambda value: value in values


def in_percent(least: float, most: float, words: tuple[str, ...]) -> Rule:
    """A named step, or percents within a range."""

    def fits(value: str) -> bool:
        found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)%", value)
        return value in words or bool(found and least <= float(found[1]) <= most)

    return fits


def loudness(value: str) -> bool:
    """A named step, or decibels up to Amazon's limit."""
    found = re.fullmatch(r"([+-]\d+(?:\.\d+)?)dB", value)
    return value in LOUDNESS or bool(found and float(found[1]) <= 4.08)


def pause(value: str) -> bool:
    """A length with its unit, at most ten seconds."""
    return (length := milliseconds(value)) is not None and length <= MAX_PAUSE_MS


def source(value: str) -> bool:
    """Where a sound may come from."""
    return value.startswith(("https://", "soundbank://soundlibrary/"))


def anything(value: str) -> bool:
    """Any text but an empty one."""
    return bool(value.strip())


TAGS: Mapping[str, Mapping[str, Rule]] = {
    "speak": {},
    "p": {},
    "s": {},
    "break": {"time": pause, "strength": one_of("none", "x-weak", "weak", "medium", "strong", "x-strong")},
    "emphasis": {"level": one_of("strong", "moderate", "reduced")},
    "prosody": {
        "rate": in_percent(20, 200, RATES_BY_NAME),
        "pitch": in_percent(-33.3, 50, PITCHES),
        "volume": loudness,
    },
    "phoneme": {"alphabet": one_of("ipa", "x-sampa"), "ph": anything},
    "say-as": {"interpret-as": one_of(*SAY_AS), "format": one_of(*DATES)},
    "sub": {"alias": anything},
    "w": {"role": one_of("amazon:VB", "amazon:VBD", "amazon:NN", "amazon:SENSE_1")},
    "voice": {"name": one_of(*VOICES)},
    "lang": {f"{XML}lang": one_of(*LANGUAGES)},
    "audio": {"src": source},
    "amazon:effect": {"name": one_of("whispered")},
    "amazon:emotion": {"name": one_of("excited", "disappointed"), "intensity": one_of("low", "medium", "high")},
    "amazon:domain": {"name": one_of("conversational", "long-form", "music", "news", "fun")},
}
"""Alexa's tags, and for each attribute what it may be."""

NEEDED = {
    "prosody": (),
    "emphasis": ("level",),
    "phoneme": ("alphabet", "ph"),
    "say-as": ("interpret-as",),
    "sub": ("alias",),
    "w": ("role",),
    "voice": ("name",),
    "lang": (f"{XML}lang",),
    "audio": ("src",),
    "amazon:effect": ("name",),
    "amazon:emotion": ("name", "intensity"),
    "amazon:domain": ("name",),
}
EMPTY = frozenset({"break", "audio"})
OLD_VOICE = "It brings back an older voice for these words"


def milliseconds(value: str) -> int | None:
    """A length such as `300ms` or `1.5s`; none for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s)", value)
    return round(float(found[1]) * (1000 if found[2] == "s" else 1)) if found else None


def speech_problems(speech: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with some speech, why, and how to mend it."""
    try:
        root = ElementTree.fromstring(speech.replace("<amazon:", "<amazon.").replace("</amazon:", "</amazon."))
    except ElementTree.ParseError as error:
        why = "Malformed markup ends the session with an apology of Alexa's"
        yield f"The markup is malformed ({error})", why, "Close every tag, and write & as &amp;"
        return
    if len(speech) > MAX_SPEECH_CHARACTERS:
        yield f"{len(speech)} characters of speech", f"Alexa takes {MAX_SPEECH_CHARACTERS} at most", "Shorten it"
    pauses = 0
    sounds = 0
    for element in root.iter():
        tag = element.tag.replace("amazon.", "amazon:")
        if tag not in TAGS:
            yield f"<{tag}> is no tag of Alexa's", "She drops it without a word", "Take it out"
            continue
        if tag == "speak" and element is not root:
            yield "<speak> stands inside <speak>", "Alexa may refuse it", "Take it out: it is put around later"
        for key, value in element.attrib.items():
            shown = key.replace(XML, "xml:")
            rule = TAGS[tag].get(key)
            if rule is None:
                yield f"<{tag}> has no attribute {shown}", "Alexa may refuse the speech", "Take it out"
            elif not rule(value):
                hint = "Look at Amazon's SSML reference for what it may be"
                yield f'{shown}="{value}" of <{tag}> is outside of what Alexa takes', "She may refuse the speech", hint
        for key in NEEDED.get(tag, ()):
            if key not in element.attrib:
                yield f"<{tag}> lacks {key.replace(XML, 'xml:')}", "Alexa may refuse the speech", "Add it"
        if tag == "prosody" and not element.attrib:
            yield "<prosody> sets nothing", "It does nothing", "Take it out"
        if tag == "emphasis" or (tag == "prosody" and "pitch" in element.attrib):
            yield f"<{tag}> changes emphasis or pitch", OLD_VOICE, "Say it with the words instead"
        if tag in EMPTY and ((element.text or "").strip() or len(element)):
            yield f"<{tag}> has something inside", "Alexa may refuse the speech", "Close it at once"
        if tag == "break":
            pauses += milliseconds(element.get("time", "")) or 0
        sounds += tag == "audio"
    if pauses >= MAX_PAUSE_MS:
        why = "Above ten seconds Alexa may drop the speech"
        yield f"The pauses add up to {pauses / 1000:g} s", why, "Shorten them; an exercise's silences are APL for Audio"
    if sounds > AUDIO_FILES:
        yield f"{sounds} sounds in one response", f"Alexa plays {AUDIO_FILES} at most", "Take some out"
    if root.tag != "speak":
        yield f"It begins with <{root.tag}>", "Speech stands inside <speak>", "Put <speak> around it"
    if not "".join(root.itertext()).strip() and not sounds:
        yield "Nothing is said", "Certification refuses an empty answer", "Write some words"

"""What a listener wants of a practice: which one, how long, how many rounds, with whom. Free words in, slots out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from skill.nlu.tokens import NUMBERS, TENS

COUNTS = {word: value for value, word in [*NUMBERS.items(), *TENS.items()]}
NUMBER = r"(?:\d{1,4}|" + "|".join(sorted(COUNTS, key=len, reverse=True)) + ")"
NUMBER_PHRASE = rf"{NUMBER}(?:[ -]{NUMBER})?"
UNITS = {"second": "S", "sec": "S", "minute": "M", "min": "M", "hour": "H"}
DURATION = re.compile(
    rf"\b(?:(?P<half>half an?|half)|(?P<quarter>(?:a )?quarter of an)"
    rf"|(?P<number>{NUMBER_PHRASE})(?P<andhalf> and a half)?"
    r"|(?P<few>a couple(?: of)?|a few)|(?P<one>an?|another))"
    r"(?: (?:little|quick|short|good|full|whole|quiet|calm|gentle))?"
    r" (?P<unit>second|sec|minute|min|hour)s?\b(?P<more> and a half)?"
)
ROUNDS = re.compile(
    rf"\b(?P<number>{NUMBER_PHRASE})(?: (?:more|slow|deep|easy|gentle|long|good|big|full|nice|calm|quiet|of))*"
    r" (?:breaths?|rounds?|sighs?|cycles?|times|goes)\b"
)
COUNTED = re.compile(
    rf"\b(?:in|inhale|inhaling|in breath)(?: for)? (?P<in>{NUMBER})(?: seconds?| counts?)?"
    rf"(?:(?: and| then)*(?: hold(?: it)?(?: for)?| pause(?: for)?) (?P<hold>{NUMBER})(?: seconds?| counts?)?)?"
    rf"(?: and| then)* (?:out|exhale|exhaling|out breath)(?: for)? (?P<out>{NUMBER})(?: seconds?| counts?)?"
    r"(?:(?: and| then)*(?: hold(?: it)?(?: for)?| pause(?: for)?| wait(?: for)?| rest(?: for)?)"
    rf" (?P<rest>{NUMBER}))?\b"
)
BARE_COUNTS = re.compile(rf"\b(?P<in>{NUMBER}) in(?: and| then)* (?P<out>{NUMBER}) out\b")
TOGETHER = re.compile(
    r"\b(?:together|both|as a (?:couple|pair|team)|for two(?! \w*(?:minute|min|sec|hour|breath|round))"
    r"|the two of us|us two|the pair of us|each other|couples?"
    r"|with (?:my |the )?(?:other half|partner|girlfriend|boyfriend|husband|wife|fella|hubby|missus|fiancee?|spouse"
    r"|bloke|him|her|them|lover|man|woman|gf|bf)|(?:lead|guide|ground|settle|calm|take|walk|talk|help) us)\b"
)
ALONE = re.compile(
    r"\b(?:alone|by myself|on my own|for myself|just me|only me|for me only|solo|just for me|only my own"
    r"|without (?:him|her|them))\b"
)
PHRASES = {
    "BreathingIntent": ("pattern", "duration", "rounds", "company"),
    "GroundingIntent": ("technique", "duration", "company"),
    "TogetherIntent": ("pattern", "technique", "duration", "rounds"),
    "CheckInIntent": ("care",),
}
"""The intents that take wishes, and which."""
TYPES = {"pattern": "BreathPattern", "technique": "GroundingTechnique", "care": "CareNeed"}
LOOSE = frozenset(
    {"heart", "touch", "space", "room", "quiet", "the room", "noticing", "natural breath", "no pace", "scan"}
)
"""Values too common to name a practice wherever they stand; they count only beside a word that asks for one."""


@dataclass(frozen=True)
class Wishes:
    """Reads the wishes in a text; the values are those of the model's slot types, each with its id."""

    values: Mapping[str, tuple[tuple[str, str], ...]]
    """By slot type: each value's words and its id, the longest first."""

    @classmethod
    def of(cls, types: Mapping[str, Iterable[tuple[str, str]]]) -> "Wishes":
        """From (value, id) pairs by slot type."""
        return cls(
            {name: tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0]))) for name, pairs in types.items()}
        )

    def warm(self) -> None:
        """Make what recognises each value now rather than when somebody first names it."""
        for pairs in self.values.values():
            for value, _ in pairs:
                asked_for(value)

    def read(self, intent: str, text: str, named: bool = False) -> dict[str, str]:
        """The slots that an intent takes, as far as the words name them; `named` when they surely name something."""
        wanted = PHRASES.get(intent, ())
        if not wanted:
            return {}
        found: dict[str, str] = {}
        counted = COUNTED.search(text)
        for slot in ("pattern", "technique", "care"):
            if slot in wanted and (value := self._value(TYPES[slot], text, named)):
                found[slot] = value
        counted = counted or (None if "pattern" in found else BARE_COUNTS.search(text))
        if intent == "BreathingIntent" and counted:
            found.pop("pattern", None)
            found.update({key: str(count(value)) for key, value in counted.groupdict().items() if value})
        rest = COUNTED.sub(" ", text)
        if "duration" in wanted and (length := duration(rest)):
            found["duration"] = length
        if "rounds" in wanted and (rounds := ROUNDS.search(rest)):
            found["rounds"] = str(count(rounds["number"]))
        if "company" in wanted:
            if ALONE.search(text):
                found["company"] = "alone"
            elif TOGETHER.search(text):
                found["company"] = "together"
        return found

    def _value(self, kind: str, text: str, named: bool) -> str:
        """Longest first, so that "four seven eight without the hold" is not "four seven eight"."""
        for value, identity in self.values.get(kind, ()):
            if value not in text or not (found := asked_for(value).search(text)):
                continue
            if named or value not in LOOSE or found["asked"] or kind == TYPES["care"]:
                return identity
        return ""


@cache
def asked_for(value: str) -> re.Pattern[str]:
    """A slot's value in a text, and whether a word that asks for a practice stands behind it."""
    return re.compile(rf"\b{re.escape(value)}\b(?P<asked> (?:one|exercise|practice|breath|breathing|thing)\b)?")


def count(number: str) -> int:
    """The value of "four", "twenty five" or "4"."""
    parts = re.split(r"[ -]", number)
    values = [int(part) if part.isdigit() else COUNTS[part] for part in parts]
    if len(values) == 2 and (values[0] < 20 or values[1] > 9):
        return values[0]
    return sum(values)


def duration(text: str) -> str:
    """The first length of time in a text, as ISO 8601 ("PT2M"); empty when there is none."""
    found = DURATION.search(text)
    if not found:
        return ""
    unit = UNITS[found["unit"]]
    size = {"S": 1, "M": 60, "H": 3600}[unit]
    if found["half"]:
        seconds = size // 2
    elif found["quarter"]:
        seconds = size // 4
    elif found["number"]:
        seconds = count(found["number"]) * size
    elif found["few"]:
        seconds = (2 if "couple" in found["few"] else 3) * size
    else:
        seconds = size
    if found["andhalf"] or found["more"]:
        seconds += size // 2
    minutes, left = divmod(seconds, 60)
    return "PT" + (f"{minutes}M" if minutes else "") + (f"{left}S" if left or not minutes else "")


def types_of(model: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The (value, id) pairs of a model's slot types."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in model["interactionModel"]["languageModel"].get("types", ()):
        pairs = found.setdefault(kind["name"], [])
        for value in kind["values"]:
            name = value["name"]
            pairs.extend(
                (form, value.get("id") or name["value"]) for form in (name["value"], *name.get("synonyms", ()))
            )
    return found

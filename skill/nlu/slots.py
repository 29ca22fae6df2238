"""What a listener wants of a practice, or which of several things offered. Free words in, slots out."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from skill.nlu.words import WordLists, any_pattern, any_word

SLOTS = {
    "BreathingIntent": ("pattern", "duration", "rounds", "company", "holds", "moment"),
    "GroundingIntent": ("technique", "duration", "company", "holds", "moment"),
    "TogetherIntent": ("pattern", "technique", "duration", "rounds", "holds", "moment"),
    "CheckInIntent": ("care",),
    "AboutMeIntent": ("company",),
    "AsideIntent": ("company",),
    "ChoiceIntent": ("place",),
}
"""The intents whose slots are read, and which."""
SLOT_TYPES = {
    "pattern": "BreathPattern",
    "technique": "GroundingTechnique",
    "care": "CareNeed",
    "place": "ReplyPlace",
}
"""The slots whose values the model lists, and their types."""
COUNTING_INTENT = "BreathingIntent"
"""The intent that takes a listener's own count, as the slots `in`, `hold`, `out` and `rest`."""


class NumberReader:
    """Numbers, lengths of time and counts in the words of one language."""

    def __init__(self, words: WordLists) -> None:
        self._values = words.numbers
        number = rf"(?:\d{{1,4}}|{any_word(words.numbers)})"
        phrase = rf"{number}(?:[ -]{number})?"
        lengths, rounds, breaths = words.durations, words.rounds, words.breath_counts
        self._amounts, self._units = lengths.amounts, lengths.units
        half = any_word(lengths.and_a_half)
        self.number = re.compile(rf"\b{number}(?: {any_word(words.numbers)})?\b")
        """A number as the value of a slot."""
        self.number_phrase = re.compile(rf"\b{phrase}\b")
        self.duration = re.compile(
            rf"\b(?:(?P<number>{phrase})(?P<number_and_half> {half})?|(?P<amount>{any_word(lengths.amounts)}))"
            rf"(?: {any_word(lengths.adjectives)})? (?P<unit>{any_word(lengths.units)})\b(?P<unit_and_half> {half})?"
        )
        self.rounds = re.compile(
            rf"\b(?P<number>{phrase})(?: {any_word(rounds.adjectives)})* {any_word(rounds.units)}\b",
        )
        before, joints = rf"(?: {any_word(breaths.before_number)})?", rf"(?: {any_word(breaths.joints)})*"
        units = rf"(?: {any_word(breaths.units)})?"
        self.count = re.compile(
            rf"\b{any_word(breaths.inhale)}{before} (?P<in>{number}){units}"
            rf"(?:{joints} {any_word(breaths.hold)}{before} (?P<hold>{number}){units})?"
            rf"{joints} {any_word(breaths.exhale)}{before} (?P<out>{number}){units}"
            rf"(?:{joints} {any_word(breaths.rest)}{before} (?P<rest>{number}))?\b"
        )
        """A whole count: "in for four hold for seven out for eight"."""
        self.short_count = re.compile(
            rf"\b(?P<in>{number}) {any_word(breaths.inhale_after)}{joints}"
            rf" (?P<out>{number}) {any_word(breaths.exhale_after)}\b"
        )
        """A count that names the numbers first: "four in six out"."""

    def value(self, phrase: str) -> int:
        """The value of "four", "twenty five" or "4"; of two numbers that do not belong together, the first."""
        parts = re.split(r"[ -]", phrase)
        values = [int(part) if part.isdigit() else self._values[part] for part in parts]
        if len(values) == 2 and (values[0] < 20 or values[1] > 9):
            return values[0]
        return sum(values)

    def length(self, text: str) -> str:
        """The first length of time in a text, as an ISO 8601 duration ("PT2M"); empty when there is none."""
        found = self.duration.search(text)
        if not found:
            return ""
        unit = self._units[found["unit"]]
        amount = self.value(found["number"]) if found["number"] else self._amounts[found["amount"]]
        if found["number_and_half"] or found["unit_and_half"]:
            amount += 0.5
        minutes, seconds = divmod(int(amount * unit), 60)
        return "PT" + (f"{minutes}M" if minutes else "") + (f"{seconds}S" if seconds or not minutes else "")


class SlotReader:
    """Reads the slots of a text; the values are those of the model's slot types, each with its id."""

    def __init__(self, types: Mapping[str, Iterable[tuple[str, str]]], words: WordLists) -> None:
        """`types` has (value, id) pairs by slot type."""
        self.numbers = NumberReader(words)
        self._asked = re.compile(rf" {any_word(words.practices.asking)}\b")
        self._loose = frozenset(words.practices.loose)
        self._alone = re.compile(rf"\b{any_pattern(words.practices.alone)}\b")
        self._no_holds = re.compile(rf"\b{any_word(words.practices.no_holds)}\b")
        self._unsafe = re.compile(rf"\b{any_word(words.practices.unsafe)}\b")
        self._company = re.compile(rf"\b{any_pattern(words.practices.company)}\b")
        self._values = {name: sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])) for name, pairs in types.items()}

    def read(self, intent: str, text: str, named: bool = False) -> dict[str, str]:
        """The slots that an intent takes, as far as a normal text names them.

        `named` when the text surely names something, so that even a loose value counts.
        """
        wanted = SLOTS.get(intent, ())
        if not wanted:
            return {}
        slots: dict[str, str] = {}
        for slot, kind in SLOT_TYPES.items():
            if slot in wanted and (value := self._value(kind, text, named)):
                slots[slot] = value
        count = self.numbers.count.search(text)
        if not count and "pattern" not in slots:
            count = self.numbers.short_count.search(text)
        if intent == COUNTING_INTENT and count:
            slots.pop("pattern", None)
            slots.update({key: str(self.numbers.value(value)) for key, value in count.groupdict().items() if value})
        rest = self.numbers.count.sub(" ", text)
        if "duration" in wanted and (length := self.numbers.length(rest)):
            slots["duration"] = length
        if "rounds" in wanted and (rounds := self.numbers.rounds.search(rest)):
            slots["rounds"] = str(self.numbers.value(rounds["number"]))
        if "holds" in wanted and self._no_holds.search(text):
            slots["holds"] = "none"
        if "moment" in wanted and self.is_unsafe_moment(text):
            slots["moment"] = "unsafe"
        if "company" in wanted:
            if self._alone.search(text):
                slots["company"] = "alone"
            elif self._company.search(text):
                slots["company"] = "together"
        return slots

    def is_unsafe_moment(self, text: str) -> bool:
        """Whether a normal text tells of a moment that is none for a practice: somebody drives, or is in water."""
        return bool(self._unsafe.search(text))

    def is_for_two(self, text: str) -> bool:
        """Whether a normal text asks for company."""
        return bool(self._company.search(text)) and not self._alone.search(text)

    def _value(self, kind: str, text: str, named: bool) -> str:
        """Longest first, so that "four seven eight without the hold" is not "four seven eight"."""
        for value, identity in self._values.get(kind, ()):
            if value not in text or not (found := re.search(rf"\b{re.escape(value)}\b", text)):
                continue  # most are not in it, so that a pattern for each would be made in vain
            asked = self._asked.match(text, found.end())
            if named or value not in self._loose or asked or kind == SLOT_TYPES["care"]:
                return identity
        return ""


def types_of(model: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The (value, id) pairs of a language model's slot types."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in model.get("types", ()):
        pairs = found.setdefault(kind["name"], [])
        for value in kind["values"]:
            name = value["name"]
            pairs.extend(
                (form, value.get("id") or name["value"]) for form in (name["value"], *name.get("synonyms", ()))
            )
    return found

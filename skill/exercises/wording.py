"""The words of a practice, from its rendered template and the common `_practice` template."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from html import unescape
from types import MappingProxyType
from typing import Any

from skill.exercises.patterns import PatternError


def one_or_other(number: int) -> str:
    """The plural categories of English."""
    return "one" if number == 1 else "other"


@dataclass(frozen=True)
class Words:
    """What is said in a practice: its own file first, `_practice.ssml` for all that it leaves unsaid.

    A practice file sets `title`, `name`, `gist`, `claims` (or the `marker` line, for what is not from the article) and
    any of the fields below that it wants otherwise than `_practice.ssml` has it. Its body is spoken line by line:
    before the first breath for a breath, one line a step for steps and scripts. Lines hold plain words, no markup.
    """

    title: str
    name: str
    lines: tuple[str, ...]
    """The body."""
    opening: str
    """With `{name}` and `{length}`."""
    opening_discreet: str
    """The same without the name."""
    stop: str
    """How to stop while it plays, on a speaker that has to be called by its name for it."""
    caution: str
    """The same before a breath, and when to."""
    landing: str
    over: str
    """The clear end."""
    carry_on: str
    """Asked in the middle of a longer session."""
    onward: str
    """Said when it goes on."""
    once_more: str
    """Said before a script's second run."""
    numbers: tuple[str, ...]
    """From one up."""
    bare: Mapping[str, str]
    """One word for each phase: "in", "out"."""
    cues: Mapping[str, str]
    """A few words for each phase: "and out"."""
    lengths: Mapping[str, str]
    """How long it takes: by minutes ("1", "2"), "script" where there are none, "own" at one's own pace; and for
    a number of breaths or rounds by the number's plural category, `breath.one`, `breath.other`, with `{number}`."""
    natural: tuple[str, ...]
    """Said while nothing is paced: the first one once, the others in turn."""
    soft: tuple[str, ...]
    """Said softly into a silence that would be too long."""
    own_count: str
    """One phase of a breath at the listener's own pace: "{cue} for {number}"."""
    own_some: str
    """At the listener's own pace, to take some breaths."""
    own_most: str
    """The same where there is a most, as `{breaths}`."""
    own_more: str
    """Some more of them."""
    gist: str = ""
    claims: tuple[str, ...] = ()
    marker: str = ""
    """Says at the end that this was not from the article."""
    beyond: tuple[str, ...] = ()
    """The facts beyond the article that it rests on, by their ids in `claims.toml`."""
    counts: Mapping[str, str] = field(default_factory=dict)
    """The seconds of each phase as they are told before it begins, with `{number}`: "in for {number}"."""
    release: str = ""
    """Lets the breath go, before the landing of a paced one."""
    settle: str = ""
    """The line before steps and scripts: how to sit, and that eyes stay open."""
    wander: str = ""
    """Names once that a mind may wander, in the middle of sessions of three minutes and longer."""
    again: tuple[str, ...] = ()
    """Shorter lines for steps that come round again, in turn."""
    own_lines: tuple[str, ...] = ()
    """The steps at the listener's own pace, where the lines keep a time that nobody keeps there."""
    own_breath: str = ""
    """How one breath goes at the listener's own pace, where it is not put together from the cues and their counts."""
    turn: str = ""
    """How to go on in the turn by turn version."""
    turn_reprompt: str = ""
    clamped: Mapping[str, str] = field(default_factory=dict)
    """A word on why a count was changed, by phase."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """Two or three words that say what is otherwise than before: "slower", "longest", "worse" ..."""
    numbers_of_breaths: tuple[str, ...] = ()
    """From one up, as they stand before "breaths" or "rounds", where that differs from `numbers`: "una", not "uno"."""
    plural: Callable[[int], str] = one_or_other
    """The plural category of a whole number in the language of these words, by CLDR."""

    def number_of(self, what: str, number: int) -> str:
        """So many breaths or rounds: `what` is `breath` or `round`."""
        numbers = self.numbers_of_breaths or self.numbers
        named = numbers[number - 1] if number <= len(numbers) else str(number)
        return self.lengths[f"{what}.{self.plural(number)}"].format(number=named)


LIST_FIELDS = ("claims", "beyond", "numbers", "numbers_of_breaths", "natural", "soft", "again", "own_lines")
TABLE_FIELDS = ("bare", "cues", "counts", "lengths", "clamped", "changed")


def words_from(*modules: Any, plural: Callable[[int], str] = one_or_other) -> Words:
    """The words of a practice: what the first of the rendered templates (or mappings with a `body`) sets counts.

    Called with the practice's own template and then with `_practice`; `plural` is the language's plural rule. Raises
    `PatternError` for a missing or misspelt field.
    """
    merged: dict[str, Any] = {}
    known = {one.name for one in fields(Words)} - {"lines", "plural"}
    name = ""
    for module in reversed(modules):
        own = module if isinstance(module, Mapping) else vars(module)
        set_here = {key: value for key, value in own.items() if not key.startswith("_") and key != "body"}
        if isinstance(set_here.get("name"), Mapping):  # the forms of a name that inflects; a practice says the first
            set_here["name"] = set_here["name"].get("", "")
        name = str(set_here.get("name", name))
        if unknown := sorted(set(set_here) - known):
            raise PatternError(
                f"the practice “{name}” sets {', '.join(unknown)}, which nobody reads; "
                f"the fields are {', '.join(sorted(known))}"
            )
        merged.update(set_here)
    first = modules[0]
    body = str(first.get("body", "") if isinstance(first, Mapping) else first)
    merged["lines"] = tuple(spaced(line) for line in body.splitlines() if line.strip())
    needed = (one.name for one in fields(Words) if one.default is MISSING and one.default_factory is MISSING)
    missing = [key for key in needed if key not in merged]
    if missing:
        raise PatternError(f"the practice “{name}” lacks {', '.join(missing)}; set it there or in _practice.ssml")
    for key, value in merged.items():
        if key in LIST_FIELDS:
            merged[key] = tuple(spaced(one) for one in (list_entries(value) if isinstance(value, str) else value))
        elif key in TABLE_FIELDS:
            merged[key] = MappingProxyType({str(inner): spaced(one) for inner, one in dict(value).items()})
        elif key != "lines":
            merged[key] = spaced(value)
    return Words(**merged, plural=plural)


def list_entries(text: str) -> list[str]:
    """The entries of a list written as one text: between commas, or between spaces where there is no comma."""
    return [one for one in (text.split(",") if "," in text else text.split()) if one.strip()]


def spaced(words: object) -> str:
    """Plain words with single spaces, as a template or its markup gave them."""
    return " ".join(unescape(str(words)).split())

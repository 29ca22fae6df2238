"""Builds timelines: a pattern, its words, a length and a pace in; cues and silences out. Pure: no clock is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import cycle, islice
from types import MappingProxyType

from skill.exercises.patterns import LIMITS, SHORTEST_CYCLE, Pattern, PatternError
from skill.exercises.timeline import Counting, Cue, Kind, Pace, Part, Timeline, spoken
from skill.exercises.wording import Words

SETTLING = 500
"""The quiet after the last words before it begins, on top of the moment after any words."""
CARRIED_ON = 2_000
"""The quiet before the second half."""
BREATHER = 400
"""After something said, before the next."""
LANDING = 3_000
"""Between the landing and the end."""
START_LIMIT, ASKED_START_LIMIT = 10_000, 12_000
"""By when the first breath or step comes; by when that of a practice which a question stands before: with held breaths,
or for two."""
SILENCE_LIMIT = 15_000
"""A speaker that is silent for longer feels broken."""
FILL, QUIET_FILL = 14_300, 28_000
"""The longest silence that a step may leave, and the longest when quiet was asked for ("still here" at 20 to 30 s)."""
ANNOUNCED = 30_000
"""A script's silence of this length is announced ("half a minute"), so it is kept to the millisecond at any pace."""
PART_LIMIT = 230_000
"""The most that goes into one response; the strictest speaker plays 240 seconds."""
LONGEST = 300_000
"""Five minutes: the most that a number of rounds may take."""
PAUSES: Mapping[int, int] = MappingProxyType({3: 120_000, 5: 150_000})
"""When, at the latest, a session of so many minutes asks "carry on, or rest here?": about the two-minute mark, once."""
EXTRA = 45_000
"""The most that opening, settling, question and landing add to the minutes that were asked for."""
COUNTED, CUED = 2, 2
"""Rounds that are counted aloud, and rounds of cue words after them; the rest have bare words."""
STRETCH = Fraction(5, 2)
"""How much longer the silences of a script may grow to fill the minutes."""
TWICE_FROM = 180_000
"""From three minutes on, a script is gone through twice."""
WANDERING_FROM = 180_000
"""From three minutes on, a wandering mind is named once as fine."""


def timeline(
    pattern: Pattern,
    words: Words,
    *,
    minutes: int | None = None,
    rounds: int | None = None,
    pace: Pace = Pace.USUAL,
    counting: Counting = "fading",
    quiet: bool = False,
    discreet: bool = False,
    caution: bool = True,
    marker: bool = True,
    pauses: Mapping[int, int] = PAUSES,
) -> Timeline:
    """A session of a pattern.

    `minutes` is one of `pattern.minutes`, `rounds` a number of breaths, steps, or runs of a script; with both, the
    rounds come first and natural breathing fills the minutes. Neither means one minute, or a script as it is written.
    The counts of a breath are told before it begins. `quiet` names only the start of each breath after two rounds, and
    lets a silence last up to half a minute. `discreet` leaves the practice's name out. `caution` and `marker` are said
    once per session, before it and at its end.
    `pauses` says by which millisecond a length hands back control.
    """
    if minutes is not None and minutes not in pattern.minutes:
        other = f"; {pattern.then} does" if pattern.then else ""
        raise PatternError(f"{pattern.id} does not offer {minutes} minutes, only {pattern.minutes}{other}")
    if rounds is not None and rounds < 1:
        raise PatternError(f"{rounds} rounds of {pattern.id} are none; ask for one or more")
    if pattern.lines and len(words.lines) != pattern.lines:
        raise PatternError(
            f"{pattern.id}.ssml has {len(words.lines)} lines and patterns.toml has {pattern.lines} for [{pattern.id}]; "
            "give every line its silence or its name"
        )
    if minutes is None and rounds is None and not pattern.silences:
        minutes = 1
    maker = Maker(pattern, words, pace.value, counting, quiet)
    target = None if minutes is None else minutes * 60_000
    if pattern.phases:
        blocks = maker.breaths(target, rounds)
    elif pattern.rows:
        blocks = maker.steps(minutes, rounds)
    else:
        blocks = maker.script(target, rounds)
    done = sum(1 for block in blocks if block[0].round)
    number = done or (min(rounds, len(blocks)) if rounds else 0)
    if target is not None:
        blocks = maker.natural(blocks, target)
    latest = pauses.get(minutes) if minutes is not None else None
    if latest is None and size(blocks) > PART_LIMIT - EXTRA:
        latest = size(blocks) // 2
    open_, settle = maker.opening(minutes, number, discreet, caution), maker.settling()
    halves = split(blocks, latest, words.once_more)
    parts = []
    for at, half in enumerate(halves):
        first, last = at == 0, at == len(halves) - 1
        before = [*open_, *settle] if first else [say(maker.onward(size(blocks))), silence(CARRIED_ON)]
        after = [*maker.landing(marker)] if last else [Cue(0, spoken(words.carry_on) + BREATHER, "say", words.carry_on)]
        middle = [cue for block in half for cue in block]
        parts.append(joined([*before, *(middle if first else maker.cued_again(middle)), *after]))
    return Timeline(pattern.id, words.name, words.title, tuple(parts), size(blocks), done)


def begins_by(pattern: Pattern) -> int:
    """By when a practice has to have begun, in milliseconds after the first word."""
    return ASKED_START_LIMIT if pattern.holds or pattern.together else START_LIMIT


def opened(words: Words, length: str, *, discreet: bool) -> str:
    """What it is and how long it takes."""
    opening = words.opening_discreet if discreet else words.opening
    return capitalised(opening.format(name=words.name, length=length))


Block = list[Cue]
"""Cues that a pause does not tear apart: a round, or a step. Their starts are set by `joined`."""


@dataclass(frozen=True)
class Maker:
    """Makes the pieces of one session."""

    pattern: Pattern
    words: Words
    pace: Fraction
    counting: Counting
    quiet: bool

    def opening(self, minutes: int | None, number: int, discreet: bool, caution: bool) -> list[Cue]:
        """What it is and how long it takes, the counts of a breath, how to stop, and when."""
        words, breathes = self.words, bool(self.pattern.phases)
        if minutes is None and number:
            length = words.number_of("breath" if breathes else "round", number)
        else:
            length = words.lengths["script" if minutes is None else str(minutes)]
        lines = [opened(words, length, discreet=discreet), self.counts_told()]
        lines += ([words.caution] if caution else []) if breathes else [words.stop]
        return [say(" ".join(line for line in lines if line))]

    def counts_told(self) -> str:
        """The seconds of a breath in one sentence, as they will be counted: "In four, out six."."""
        told = [
            self.words.counts[kind].format(number=self.words.numbers[seconds - 1])
            for kind, length, seconds in (self.scaled() if self.pattern.phases else ())
            if kind in self.words.counts and not too_short(kind, length)
        ]
        return f"{capitalised(', '.join(told))}." if told else ""

    def settling(self) -> list[Cue]:
        """What comes right before it, such as letting the breath out, and a moment."""
        text = " ".join(self.words.lines) if self.pattern.phases else self.words.settle
        return [*([say(text)] if text else []), silence(SETTLING)]

    def onward(self, middle: int) -> str:
        """What is said before the second half; a wandering mind is named there, once, where there is time for one."""
        wanders = middle >= WANDERING_FROM and not self.pattern.silences
        return f"{self.words.onward} {self.words.wander}".strip() if wanders else self.words.onward

    def landing(self, marker: bool) -> list[Cue]:
        """The breath let go where it was paced, the room, and the clear end, which may say where it comes from."""
        words = self.words
        text = f"{words.release} {words.landing}".strip() if self.pattern.phases else words.landing
        over = words.marker if marker and words.marker and not words.claims else words.over
        return [Cue(0, spoken(text) + LANDING, "say", text), say(over)]

    def scaled(self) -> list[tuple[Kind, int, int]]:
        """The phases at this pace within safe limits: kind, length, and how many seconds are counted."""
        pace = max(self.pace, Fraction(SHORTEST_CYCLE, self.pattern.cycle)) if self.pace < 1 else self.pace
        scaled: list[tuple[Kind, int, int]] = []
        for kind, length in self.pattern.phases:
            low, high = LIMITS[kind]
            # A pattern may start below or above a limit only where its own numbers do.
            paced = min(max(int(length * pace), min(low, length)), max(high, length))
            scaled.append((kind_of(kind), paced, max(1, round(length / 1000))))
        return scaled

    def breaths(self, target: int | None, rounds: int | None) -> list[Block]:
        """The rounds that fit."""
        phases = self.scaled()
        cycle_ = sum(length for _, length, _ in phases)
        caps = [LONGEST // cycle_, self.pattern.most, rounds, None if target is None else target // cycle_]
        number = max(1, min(cap for cap in caps if cap is not None))
        return [self.breath(phases, at) for at in range(1, number + 1)]

    def breath(self, phases: Sequence[tuple[Kind, int, int]], number: int) -> Block:
        """One round: counted, with cue words, or bare, according to how far the session has got."""
        block = []
        for kind, length, seconds in phases:
            bare, cue = self.words.bare.get(kind, ""), self.words.cues.get(kind, "")
            if too_short(kind, length):
                block.append(Cue(0, length, kind, "", number))
            elif self.counts(number):
                edges = [length * at // seconds for at in range(seconds + 1)]
                said = [bare, *self.words.numbers[1:seconds]]
                for text, start, end in zip(said, edges, edges[1:], strict=False):
                    block.append(Cue(0, end - start, kind, fitting(end - start, text), number))
            elif self.quiet and number > COUNTED and kind != "in":
                block.append(Cue(0, length, kind, "", number))
            elif not self.quiet and number <= COUNTED * (self.counting == "fading") + CUED:
                block.append(Cue(0, length, kind, fitting(length, cue, bare), number))
            else:
                block.append(Cue(0, length, kind, fitting(length, bare), number))
        return block

    def counts(self, number: int) -> bool:
        """Whether this round is counted aloud."""
        return self.counting == "whole" or (self.counting == "fading" and number <= COUNTED and not self.quiet)

    def cued_again(self, middle: Sequence[Cue]) -> list[Cue]:
        """The second part, whose first round has cue words again unless it is counted or quiet."""
        first = middle[0].round
        if self.quiet or self.counting == "whole" or not first:
            return list(middle)
        cues = self.words.cues
        return [
            replace(cue, text=fitting(cue.length, cues.get(cue.kind, ""), cue.text)) if cue.round == first else cue
            for cue in middle
        ]

    def steps(self, minutes: int | None, rounds: int | None) -> list[Block]:
        """The steps of a length that fit at this pace, or so many steps."""
        rows = self.pattern.rows
        if minutes is None:
            enough = [length for length in sorted(rows) if len(rows[length]) >= (rounds or 1)]
            minutes = enough[0] if enough else max(rows)
        target, chosen = minutes * 60_000, list(rows[minutes])
        if self.pattern.even and self.pace != 1:
            length = int(chosen[0].length * self.pace)
            chosen = [type(chosen[0])(at, chosen[0].length) for at in range(target // length)]
        blocks: list[Block] = []
        spent = 0
        for at, row in enumerate(chosen[:rounds]):
            length = int(row.length * self.pace)
            if spent + length > target:
                break
            spent += length
            kind: Kind = "step"
            blocks.append(list(self.filled(kind, self.line(row.line), length, at)))
        return blocks

    def line(self, number: int) -> str:
        """A line of the words file, and from the end of it on the shorter ones, in turn."""
        lines, again = self.words.lines, self.words.again or self.words.lines
        if not lines:
            raise PatternError(f"{self.pattern.id}.ssml has no lines; write one for each step")
        return lines[number] if number < len(lines) else again[(number - len(lines)) % len(again)]

    def script(self, target: int | None, rounds: int | None) -> list[Block]:
        """The lines of a script with their silences, stretched and gone through twice where there is time for it."""
        lines = self.words.lines
        silences = [length if length == ANNOUNCED else int(length * self.pace) for length in self.pattern.silences]
        free = sum(length for length in silences if length != ANNOUNCED)
        once = sum(spoken(line) for line in lines) + sum(max(length, BREATHER) for length in silences)
        bridge = spoken(self.words.once_more) + BREATHER
        runs = min(rounds or 1, max(1, LONGEST // (once + bridge)))
        stretch = Fraction(1)
        if target is not None and rounds is None:
            runs = 2 if target >= TWICE_FROM and 2 * (once + bridge) <= target else 1
            spare = target - runs * (once + bridge * (runs - 1))
            stretch = min(max(1 + Fraction(spare, runs * free), Fraction(1)), STRETCH)
        blocks: list[Block] = []
        for run in range(runs):
            if run and target is not None and rounds is None:
                blocks = self.natural(blocks, target // 2)
            if run:
                blocks.append([say(self.words.once_more)])
            for at, (line, length) in enumerate(zip(lines, silences, strict=True)):
                kept = length if length == ANNOUNCED else max(int(length * stretch), BREATHER)
                limit = SILENCE_LIMIT if length == ANNOUNCED else FILL
                blocks.append(list(self.filled("step", line, spoken(line) + kept, at, limit)))
        return blocks

    def filled(self, kind: Kind, text: str, length: int, turn: int = 0, limit: int = FILL) -> Iterator[Cue]:
        """A line and the silence after it, with a soft word wherever the silence would be too long."""
        limit = QUIET_FILL if self.quiet else limit
        pieces = 1 + max(0, length - spoken(text) - 1) // limit
        edge = (length - spoken(text)) // pieces + spoken(text) if pieces > 1 else length
        yield Cue(0, edge, kind, text)
        soft = islice(cycle(self.words.soft), turn % len(self.words.soft), None)
        left, pieces = length - edge, pieces - 1
        while pieces:
            piece = left // pieces
            yield Cue(0, piece, kind, fitting(piece, next(soft)))
            left, pieces = left - piece, pieces - 1

    def natural(self, blocks: list[Block], target: int) -> list[Block]:
        """The blocks, and natural breathing for the time that is left over, a block for every soft word."""
        left = target - size(blocks)
        first, *others = self.words.natural
        shortest = min((first, *self.words.soft), key=spoken)
        if left <= 0:
            return blocks
        if left < spoken(shortest) and not self.pattern.phases:
            *before, last = blocks[-1]
            return [*blocks[:-1], [*before, replace(last, length=last.length + left)]]
        pieces = 1 + (left - 1) // (QUIET_FILL if self.quiet else FILL)
        blocks = list(blocks)
        for at, text in enumerate((first, *islice(cycle(others or [first]), pieces - 1))):
            piece = left // (pieces - at)
            left -= piece
            blocks.append([Cue(0, piece, "natural", fitting(piece, text, shortest))])
        return blocks


def split(blocks: list[Block], latest: int | None, bridge: str) -> list[list[Block]]:
    """The blocks in two halves, the first no longer than `latest`, or in one where there is nothing to split.

    A script that is gone through more than once is split between two runs, where they fit.
    """
    if latest is None:
        return [blocks]
    fit = max(1, sum(1 for number in range(1, len(blocks) + 1) if size(blocks[:number]) <= latest))
    runs = [number for number in range(1, fit + 1) if blocks[number:] and blocks[number][0].text == bridge]
    at = runs[-1] if runs and size(blocks[runs[-1] :]) <= PART_LIMIT - EXTRA else fit
    return [blocks[:at], blocks[at:]] if at < len(blocks) else [blocks]


def joined(cues: Sequence[Cue]) -> Part:
    """Cues one after the other, from 0 on."""
    placed, at = [], 0
    for cue in cues:
        if cue.length:
            placed.append(replace(cue, start=at))
            at += cue.length
    return Part(tuple(placed))


def say(text: str) -> Cue:
    """Words outside of the practice, and a moment after them."""
    return Cue(0, spoken(text) + BREATHER, "say", text)


def silence(length: int) -> Cue:
    """Nothing said."""
    return Cue(0, length, "silence")


def fitting(length: int, *texts: str) -> str:
    """The first of the texts that can be said in this time; silence rather than a word cut off."""
    return next((text for text in texts if spoken(text) <= length), "")


def size(blocks: Sequence[Block]) -> int:
    """How long some blocks last."""
    return sum(sum_of(block) for block in blocks)


def sum_of(cues: Sequence[Cue]) -> int:
    """How long some cues last."""
    return sum(cue.length for cue in cues)


def capitalised(text: str) -> str:
    """The text with a capital first letter, the others left alone."""
    return text[:1].upper() + text[1:]


def too_short(kind: Kind, length: int) -> bool:
    """Whether a rest is a mere moment, of which nothing is said."""
    return kind == "rest" and length < 2_000


def kind_of(phase: str) -> Kind:
    """A phase's name as a kind of cue."""
    kinds: dict[str, Kind] = {"in": "in", "top-up": "top-up", "hold": "hold", "out": "out", "rest": "rest"}
    return kinds[phase]

"""Practices at the listener's own pace: steps that a word leads through, and what is played where nobody speaks."""

from fractions import Fraction

from skill.exercises.builder import SILENCE_LIMIT, Maker, capitalised, joined, opened, sum_of
from skill.exercises.patterns import HOLD, Pattern
from skill.exercises.timeline import Step, Timeline
from skill.exercises.wording import Words


def steps(pattern: Pattern, words: Words) -> tuple[Step, ...]:
    """The steps of a practice at the listener's own pace. A word leads to the next one; on silence play `onward`."""
    if pattern.phases:
        lines = own_breaths(pattern, words)
    elif pattern.rows:
        longest = max(minutes for minutes in pattern.rows if minutes <= 3)
        lines = [words.lines[row.line % len(words.lines)] for row in pattern.rows[longest]][: len(words.lines)]
    else:
        lines = [*words.lines]
    lines = [*words.own_lines] or lines
    return tuple(
        Step(f"{line} {words.turn}" if at == 0 else line, words.turn_reprompt or words.turn)
        for at, line in enumerate(lines)
    )


def own_breaths(pattern: Pattern, words: Words) -> list[str]:
    """A breath as words that somebody can follow without anybody keeping time: how one goes, and how many at most."""
    counted = [
        words.own_count.format(cue=words.cues.get(kind) or words.bare[kind], number=words.numbers[length // 1000 - 1])
        for kind, length in pattern.phases
        if kind != "rest" or length >= HOLD
    ]
    breath = capitalised(f"{words.own_breath or ', '.join(counted)}.")
    most = pattern.first or pattern.most
    often = words.own_most.format(breaths=words.number_of("breath", most)) if most else words.own_some
    return [" ".join((*words.lines, breath, often)), *([] if most else [f"{breath} {words.own_more}"])]


def own_opening(pattern: Pattern, words: Words, *, discreet: bool, caution: bool) -> str:
    """What is said before the first step at the listener's own pace."""
    lines = [opened(words, words.lengths["own"], discreet=discreet)]
    if pattern.phases:
        lines += [words.caution] if caution else []
    else:
        lines += [words.settle]
    return " ".join(line for line in lines if line)


def onward(pattern: Pattern, words: Words, after: int) -> Timeline:
    """What is left of the turn by turn version after so many steps, timed, for a listener who has fallen silent.

    It can stand in the reprompt, so that silence moves on as well as a word does. Each step has `SILENCE_LIMIT`.
    """
    left = [step.text for step in steps(pattern, words)][after:]
    maker = Maker(pattern, words, Fraction(1), "fading", False)
    cues = [cue for line in left for cue in maker.filled("step", line, SILENCE_LIMIT)]
    end = maker.landing(marker=False)
    return Timeline(pattern.id, words.name, words.title, (joined([*cues, *end]),), sum_of(cues), 0)

"""The timelines of every exercise at every length, pace and way of counting, and the patterns that they come from."""

import re
import shutil
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.content.responses import Responses
from skill.core.exercise import Exercises
from skill.dialog.state import Exercise, Session
from skill.exercises.builder import EXTRA, PART_LIMIT, SILENCE_LIMIT, begins_by, timeline
from skill.exercises.own_pace import onward, own_opening, steps
from skill.exercises.patterns import LIMITS, Pattern, PatternError, custom, load_patterns, nearest
from skill.exercises.timeline import Pace, Part, Timeline, spoken
from skill.exercises.wording import Words, words_from
from skill.paths import folder

FILE = folder("responses") / "patterns.toml"
PATTERNS = load_patterns(FILE)
RESPONSES = Responses(folder("responses"))
TABLE = {
    "b-long-out": (6, 12, 18, 30),
    "b-even": (6, 12, 18, 30),
    "b-short": (7, 15, 22, 37),
    "b-sigh": (6, 12, 18, 30),
    "b-soft-box": (5, 10, 15, 25),
    "b-box": (3, 7, 11, 18),
    "b-478": (3, 4, 4, 4),
    "b-out-eight": (5, 10, 15, 25),
    "b-shared": (6, 12, 18, 30),
    "b-notice": (4, 8, 12, 20),
    "g-54321": (3, 3, 5, 8),
    "g-contact": (4, 8, 12, 20),
    "g-scan": (5, 8, 10, 12),
    "g-heart": (2, 4, 6, 11),
    "g-orient": (5, 10, 15),
    "g-today": (5,),
    "g-butterfly": (4, 8),
    "g-cool": (4,),
    "g-push": (4, 8),
}
"""Rounds or steps in 1, 2, 3 and 5 minutes."""


@cache
def words(name: str, discreet: bool = False) -> Words:
    """The words of a practice."""
    return words_from(*(RESPONSES.module(one, "en-US", discreet=discreet) for one in (name, "_practice")))


def silences(part: Part) -> list[int]:
    """The time from the end of what is said to what is said next."""
    said = [cue for cue in part.cues if cue.text]
    ends = [*(cue.start for cue in said[1:]), part.length]
    return [end - cue.start - spoken(cue.text) for cue, end in zip(said, ends, strict=True)]


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Pattern, dict[str, object], Timeline]:
    """A pattern, what is asked of it, and the session that comes of it."""
    pattern = PATTERNS[draw(st.sampled_from(sorted(PATTERNS)))]
    if pattern.id == "b-own":
        counts = st.integers(0, 12)
        pattern, _ = custom(pattern, in_=draw(counts), hold=draw(counts), out=draw(counts), rest=draw(counts))
    asked: dict[str, object] = {
        "minutes": draw(st.sampled_from((None, *pattern.minutes))),
        "rounds": draw(st.one_of(st.none(), st.integers(1, 60))),
        "pace": draw(st.sampled_from(Pace)),
        "counting": draw(st.sampled_from(("fading", "whole", "none"))),
        "quiet": draw(st.booleans()),
        "discreet": draw(st.booleans()),
        "caution": draw(st.booleans()),
        "marker": draw(st.booleans()),
    }
    if draw(st.booleans()):
        asked["pauses"] = {}
    return pattern, asked, timeline(pattern, words(pattern.id), **asked)  # type: ignore[arg-type]


@pytest.mark.slow
@given(sessions())
def test_cues_follow_one_another(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """Every part starts at 0 and is filled without a gap or an overlap, in whole milliseconds."""
    _, _, made = session
    for part in made.parts:
        at = 0
        for cue in part.cues:
            assert type(cue.start) is int
            assert type(cue.length) is int
            assert cue.start == at
            assert cue.length > 0
            at = cue.end
        assert at == part.length
    assert [cue.start for cue in made.cues] == sorted(cue.start for cue in made.cues)
    assert made.cues[-1].end == made.length


@pytest.mark.slow
@given(sessions())
def test_phases_sum_to_the_cycle(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """Every round has the same phases, in order and within safe limits, whatever is said in it."""
    pattern, _, made = session
    numbered = [cue for cue in made.cues if cue.round]
    rounds = [list(cues) for _, cues in groupby(numbered, lambda cue: cue.round)]
    assert len(rounds) == made.rounds
    shapes = {
        tuple((kind, sum(cue.length for cue in cues)) for kind, cues in groupby(each, lambda cue: cue.kind))
        for each in rounds
    }
    assert len(shapes) <= 1
    for shape in shapes:
        assert [kind for kind, _ in shape] == [kind for kind, _ in pattern.phases]
        assert all(length <= LIMITS[kind][1] for kind, length in shape)
        assert sum(length for _, length in shape) * made.rounds == sum(cue.length for cue in numbered)
    if pattern.most is not None:
        assert made.rounds <= pattern.most


@pytest.mark.slow
@given(sessions())
def test_usual_pace_is_the_pattern(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """At the usual pace a phase lasts what `patterns.toml` says, to the millisecond."""
    pattern, asked, made = session
    if asked["pace"] is Pace.USUAL:
        for part in made.parts:
            for phase in part.phases:
                if phase.round:
                    assert phase.length == pattern.phase(phase.kind)


@pytest.mark.slow
@given(sessions())
def test_words_fit(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """What is said ends before the next thing is said."""
    _, _, made = session
    for part in made.parts:
        assert all(spoken(cue.text) <= cue.length for cue in part.cues)
    assert made.parts[0].cues[0].kind == "say"


@pytest.mark.slow
@given(sessions())
def test_silence_is_short(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """Nothing is silent for more than 15 seconds, or half a minute where quiet was asked for."""
    _, asked, made = session
    for part in made.parts:
        assert max(silences(part)) <= (30_000 if asked["quiet"] else SILENCE_LIMIT)


@pytest.mark.slow
@given(sessions())
def test_begins_after_a_moment(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """A moment comes before the practice, and a longer one before the second half."""
    _, _, made = session
    for number, part in enumerate(made.parts):
        before = [cue for cue in part.cues if cue.kind == "silence"]
        assert len(before) == 1
        assert before[0].length >= (2_000 if number else 500)
        assert all(cue.kind == "say" for cue in part.cues[: part.cues.index(before[0])])


@pytest.mark.slow
@given(sessions())
def test_ends_on_a_breath_out(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """The last paced breath of every part is finished before anything else is said, and the end is clear."""
    pattern, asked, made = session
    for part in made.parts:
        kinds = [cue.kind for cue in part.cues if cue.round]
        if kinds:
            assert kinds[-1] == pattern.phases[-1][0]
            assert kinds[-1] in ("out", "rest")
    said = words(pattern.id)
    assert made.cues[-1].text == (said.marker if asked["marker"] and not said.claims else said.over)
    assert all(part.cues[-1].text == words(pattern.id).carry_on for part in made.parts[:-1])


@pytest.mark.slow
@given(sessions())
def test_parts_fit_a_response(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """No part is longer than 230 seconds, and there are two at most."""
    _, _, made = session
    assert len(made.parts) <= 2
    assert all(part.length <= PART_LIMIT == 230_000 for part in made.parts)


@pytest.mark.slow
@given(sessions())
def test_lasts_what_was_asked(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """The middle lasts the minutes to the millisecond; the rest adds 45 seconds at most. Only a script may run over."""
    pattern, asked, made = session
    minutes = asked["minutes"]
    if isinstance(minutes, int):
        if pattern.silences:
            assert made.middle >= minutes * 60_000
        elif pattern.phases or pattern.rows:
            assert made.middle == minutes * 60_000
    assert made.middle <= 300_000
    assert made.middle < made.length <= made.middle + EXTRA


@pytest.mark.slow
@given(sessions())
def test_fewer_words_as_rounds_pass(session: tuple[Pattern, dict[str, object], Timeline]) -> None:
    """Two rounds are counted, two have cue words, the rest bare words; counted whole or not at all on request."""
    pattern, asked, made = session
    if not made.rounds or asked["quiet"] or len(made.parts) > 1:
        return
    said = words(pattern.id)
    for number, cues in groupby([cue for cue in made.cues if cue.round], lambda cue: cue.round):
        texts = [cue.text for cue in cues if cue.text]
        counted = any(text in said.numbers for text in texts)
        bare = all(text in said.bare.values() for text in texts)
        if asked["counting"] == "whole":
            assert counted
        elif asked["counting"] == "none":
            assert not counted
            assert bare or number <= 2
        else:
            assert counted == (number <= 2)
            assert bare or number <= 4


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_five_minutes_pause_near_the_middle(name: str) -> None:
    """Five minutes ask once, between the two-minute mark and the middle; one and two minutes do not ask."""
    pattern = PATTERNS[name]
    for minutes in pattern.minutes:
        made = timeline(pattern, words(name), minutes=minutes)
        assert len(made.parts) == (2 if minutes >= 3 else 1)
        if minutes == 5:
            first = sum(cue.length for cue in made.parts[0].cues if cue.kind not in ("say", "silence"))
            assert 90_000 <= first <= 150_000
    short = [minutes for minutes in pattern.minutes if minutes <= 3]
    assert all(len(timeline(pattern, words(name), minutes=minutes, pauses={}).parts) == 1 for minutes in short)


@pytest.mark.parametrize(("name", "counts"), TABLE.items(), ids=TABLE)
def test_rounds_are_those_of_the_table(name: str, counts: tuple[int, ...]) -> None:
    """One, two, three and five minutes hold as many whole rounds or steps as the practice's author counted."""
    pattern = PATTERNS[name]
    for minutes, count in zip(pattern.minutes, counts, strict=True):
        made = timeline(pattern, words(name), minutes=minutes)
        soft = set(words(name).soft)
        done = made.rounds or sum(1 for cue in made.cues if cue.kind == "step" and cue.text not in soft)
        assert done == count


def test_says_once_that_it_is_not_from_the_article() -> None:
    """Its end says so, unless it has been said in this session; nobody waits for it."""
    for marker, said in ((True, words("b-even").marker), (False, words("b-even").over)):
        made = timeline(PATTERNS["b-even"], words("b-even"), minutes=5, marker=marker)
        assert made.cues[-1].text == said
        assert "article" not in " ".join(cue.text for cue in made.cues[:-1])


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
def test_it_begins_soon(name: str, discreet: bool) -> None:
    """Within ten seconds for whoever hears everything, and within twelve where a question stood before it."""
    pattern = PATTERNS[name]
    for minutes in (None, *pattern.minutes):
        for rounds in {pattern.first, None if minutes else 6}:
            made = timeline(pattern, words(name), minutes=minutes, rounds=rounds, discreet=discreet)
            assert made.begins <= begins_by(pattern) <= 12_000, made.cues[0].text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("b-long-out", "In four, out six."),
        ("b-box", "In four, hold four, out four, hold four."),
        ("b-sigh", "In two, one more, out six."),
        ("g-orient", ""),
    ],
)
def test_the_counts_are_told_first(name: str, told: str) -> None:
    """Whoever breathes for the first time hears what is coming, and then lets the breath out."""
    cues = timeline(PATTERNS[name], words(name), minutes=1).cues
    assert told in cues[0].text
    assert (cues[1].text == "Let your breath out.") is bool(told)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_two_closing_lines_say_the_same(name: str) -> None:
    """The breath is let go once at most, and not at all where it was never spoken of."""
    for minutes in PATTERNS[name].minutes:
        cues = timeline(PATTERNS[name], words(name), minutes=minutes).cues
        done = max(at for at, cue in enumerate(cues) if cue.round or cue.kind == "step")
        texts = [cue.text for cue in cues[done + 1 :] if cue.text]
        assert sum("breath" in text for text in texts) <= bool(PATTERNS[name].phases), texts
        assert len(set(texts[-3:])) == len(texts[-3:]), texts


def test_holds_are_known_from_the_numbers() -> None:
    """A pattern with a hold of any length holds the breath; others do not."""
    assert [PATTERNS[name].holds for name in ("b-box", "b-soft-box", "b-478", "b-even", "b-sigh", "g-scan")] == [
        *[True] * 3,
        *[False] * 3,
    ]


def test_half_a_minute_is_half_a_minute() -> None:
    """A silence that is announced keeps its length at every pace and length."""
    for pace in Pace:
        for minutes in (None, 1, 2, 3, 5):
            made = timeline(PATTERNS["p-quiet.together"], words("p-quiet.together"), minutes=minutes, pace=pace)
            cues = list(made.cues)
            at = next(number for number, cue in enumerate(cues) if cue.text.startswith("No talking"))
            assert cues[at + 1].text == "Halfway."
            assert cues[at + 1].end - cues[at].start - spoken(cues[at].text) == 30_000


def test_quiet_says_less() -> None:
    """Quiet names the start of each breath and nothing else once it is going."""
    made = timeline(PATTERNS["b-long-out"], words("b-long-out"), minutes=2, quiet=True)
    later = [cue.text for cue in made.cues if cue.round > 2]
    assert set(later) == {"in", ""}


def test_discreet_leaves_the_name_out() -> None:
    """Somebody who listens in hears a quiet moment begin."""
    opening = timeline(PATTERNS["p-touch"], words("p-touch"), minutes=1, discreet=True).cues[0].text
    assert opening.startswith("A quiet moment, one minute.")


def test_rounds_by_number() -> None:
    """Six breaths are six breaths, said so."""
    made = timeline(PATTERNS["b-even"], words("b-even"), rounds=6)
    assert made.rounds == 6
    assert made.cues[0].text.startswith("Even fives, six breaths.")


def test_first_sighs_then_natural() -> None:
    """A first try of the sigh is three of them, and natural breathing for the rest of the minute."""
    pattern = PATTERNS["b-sigh"]
    made = timeline(pattern, words("b-sigh"), minutes=1, rounds=pattern.first)
    assert made.rounds == 3
    assert sum(cue.length for cue in made.cues if cue.kind == "natural") == 30_000


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"in_": 4, "out": 7}, (4, 0, 7, 0)),
        ({"in_": 10, "out": 20}, (6, 0, 8, 0)),
        ({"in_": 4, "hold": 20, "out": 8, "rest": 9}, (4, 7, 8, 4)),
        ({"in_": 1, "out": 1}, (2, 0, 4, 0)),
        ({"in_": 0, "out": 3}, (2, 0, 4, 0)),
        ({"in_": 5.5, "out": 5.5}, (5.5, 0, 5.5, 0)),
    ],
)
def test_own_count_is_kept_safe(asked: dict[str, float], kept: tuple[float, ...]) -> None:
    """A count outside the safe ranges is clamped, and each change is named."""
    pattern, clamps = custom(PATTERNS["b-own"], **asked)
    assert tuple(pattern.phase(kind) / 1000 for kind in ("in", "hold", "out", "rest")) == kept
    changed = {clamp.phase for clamp in clamps}
    wanted = (asked["in_"], asked.get("hold", 0), asked["out"], asked.get("rest", 0))
    names = ("in", "hold", "out", "rest")
    assert changed == {name for name, was, now in zip(names, wanted, kept, strict=True) if was != now}
    assert changed <= set(words("b-own").clamped)


def test_long_hold_of_ones_own_is_capped() -> None:
    """A count as slow as four seven eight gets its four rounds."""
    pattern, _ = custom(PATTERNS["b-own"], in_=4, hold=7, out=8)
    assert pattern.holds
    assert timeline(pattern, words("b-own"), minutes=5).rounds == 4


@pytest.mark.parametrize(("minutes", "offered"), [(0.5, 1), (1, 1), (4, 3), (10, 5)])
def test_nearest_length(minutes: float, offered: int) -> None:
    """Any length asked for leads to one on offer."""
    assert nearest(PATTERNS["b-even"], minutes) == offered


def test_turn_by_turn() -> None:
    """Five senses at the listener's own pace: five steps, how to go on, and a timed rest for a listener gone silent."""
    pattern, said = PATTERNS["g-54321"], words("g-54321")
    turns = steps(pattern, said)
    assert len(turns) == 5
    assert turns[0].text.endswith(said.turn)
    assert all(turn.reprompt and turn.reprompt != turn.text for turn in turns)
    rest = onward(pattern, said, 2)
    assert sum(1 for cue in rest.cues if cue.text in said.lines) == 3
    assert rest.cues[-1].text == said.over
    assert max(silences(rest.parts[0])) <= 15_000
    assert onward(pattern, said, 5).cues[-1].text == said.over


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_practice_goes_at_ones_own_pace(name: str) -> None:
    """Each has steps of its own, none of which keeps time, and the listener hears how to go on."""
    pattern, said = PATTERNS[name], words(name)
    turns = steps(pattern, said)
    assert turns[0].text.endswith(said.turn)
    assert len({turn.text for turn in turns}) == len(turns)
    for turn in turns:
        assert not re.search(r"[{}]|keep time|Halfway|half a minute", turn.text)
    counted = [said.numbers[length // 1000 - 1] for kind, length in pattern.phases if kind in ("in", "hold", "out")]
    if counted and not said.own_breath:
        assert re.search(r"\bfor {}\b".format(r"\b.*\bfor ".join(counted)), turns[0].text), "in the order of a breath"


@pytest.mark.parametrize(
    ("name", "held", "limit"),
    [
        ("b-even", False, ""),
        ("b-sigh", False, "three breaths"),
        ("b-478", True, "four breaths"),
        ("b-box", True, ""),
        ("b-soft-box", True, ""),
    ],
)
def test_a_breath_at_ones_own_pace_is_no_more_than_it_may(name: str, held: bool, limit: str) -> None:
    """Where so many rounds are the most, they are named and nobody is asked for more; a short rest is no hold."""
    pattern, said = PATTERNS[name], words(name)
    whole = " ".join(turn.text for turn in steps(pattern, said))
    assert ("hold" in whole) is held
    assert (said.own_more in whole) is not bool(limit)
    assert (said.own_some in whole) is not bool(limit)
    assert limit in whole


@pytest.mark.parametrize(("rest", "held"), [(1, False), (2, True)])
def test_a_short_rest_is_no_hold_at_ones_own_pace(rest: int, held: bool) -> None:
    """A second of quiet after the breath out is not counted, as it is not announced in time either."""
    pattern, _ = custom(PATTERNS["b-own"], in_=4, out=6, rest=rest)
    assert ("hold" in steps(pattern, words("b-own"))[0].text) is held


def test_the_opening_at_ones_own_pace_names_no_length() -> None:
    """It says what it is, and no minutes; a discreet one does not say what."""
    pattern, said = PATTERNS["b-even"], words("b-even")
    opening = own_opening(pattern, said, discreet=False, caution=True)
    assert opening == f"Even fives, {said.lengths['own']}. {said.caution}"
    assert said.name not in own_opening(pattern, said, discreet=True, caution=False).lower()
    assert own_opening(PATTERNS["g-scan"], words("g-scan"), discreet=False, caution=True).endswith(
        words("g-scan").settle
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[b-x]\nin = 4\nuot = 6", r"\[b-x\] uot is not a key"),
        ("[b-x]\nin = 4", r"\[b-x\] in, out are both needed"),
        ("[b-x]\nin = 4\nout = 20", r"\[b-x\] out is 20 seconds; keep it at 3 to 8"),
        ("[b-x]\nin = 2\nout = 3", r"\[b-x\] is shorter than 6 seconds"),
        ("[b-x]\nin = '4'\nout = 6", r"\[b-x\] in is '4'; write seconds"),
        ("[b-x]\nin = 4\nout = 6\nmost = 0", r"\[b-x\] most is a number of rounds"),
        ("[b-x]\nin = 4\nout = 6\nswap = 'b-y'", r"\[b-x\] swap names b-y"),
        ("[b-x]\nin = 4\nout = 6\nsilences = [1]", r"\[b-x\] is in and out, or"),
        ("[g-x]\nevery = 15\nsteps = { 1 = 5 }", r"\[g-x\] steps.1 is too many; at most 4 fit"),
        ("[g-x]\nevery = 15\nsteps = { 4 = 5 }", r"\[g-x\] steps has one entry for each length"),
        ("[g-x]\nlines = ['a']\nrows = { 1 = [['b', 5]] }", r"\[g-x\] rows.1 has \['b', 5\]"),
        ("b = 1", r"\[b\] is no table"),
        ("[b-x", r"is not TOML"),
    ],
)
def test_mistake_in_the_patterns_is_named(tmp_path: Path, text: str, message: str) -> None:
    """A writer is told the file, the table, the key and what to do."""
    file = tmp_path / "patterns.toml"
    file.write_text(text)
    with pytest.raises(PatternError, match=message) as raised:
        load_patterns(file)
    assert str(file) in str(raised.value)


def test_mistake_in_the_words_is_named() -> None:
    """A misspelt field, a missing one and a line too few are named."""
    common = RESPONSES.module("_practice", "en-US")
    with pytest.raises(PatternError, match="sets landig, which nobody reads"):
        words_from({"title": "X", "name": "x", "landig": "y", "body": ""}, common)
    with pytest.raises(PatternError, match="lacks title"):
        words_from({"name": "x", "body": ""}, common)
    with pytest.raises(PatternError, match=r"p-touch.ssml has 1 lines and patterns.toml has 4"):
        timeline(PATTERNS["p-touch"], words_from({"title": "X", "name": "x", "body": "One."}, common))
    with pytest.raises(PatternError, match=r"does not offer 5 minutes, only .* g-54321 does"):
        timeline(PATTERNS["g-orient"], words("g-orient"), minutes=5)


def test_new_pattern_needs_no_code(tmp_path: Path) -> None:
    """Numbers in one file and words in another make a practice."""
    file = tmp_path / "patterns.toml"
    file.write_text("[b-slow]\nin = 5.5\nout = 5.5\n")
    fresh = {"title": "Slow", "name": "slow and even", "body": "Sit as you like.\n"}
    made = timeline(load_patterns(file)["b-slow"], words_from(fresh, RESPONSES.module("_practice", "en-US")), minutes=2)
    assert made.rounds == 10
    assert made.middle == 120_000


def test_locales_with_the_same_words_share_a_timeline(tmp_path: Path) -> None:
    """A locale that words a practice in its own way is heard in it; the others have one timeline between them."""
    shutil.copytree(folder("responses"), tmp_path / "responses")
    own = (tmp_path / "responses/en/b-even.ssml").read_text("utf-8")
    (tmp_path / "responses/en-GB/b-even.ssml").write_text(own + "Let the kettle wait.\n", "utf-8")
    exercises = Exercises(Responses(tmp_path / "responses"), PATTERNS)

    def said(locale: str, practice: str) -> tuple[Timeline, str]:
        made = exercises.prepare(Session(exercise=Exercise(practice=practice)), locale).timeline
        return made, " ".join(cue.text for cue in made.cues)

    assert said("en-US", "b-even")[0] is said("en-CA", "b-even")[0]
    assert "kettle" in said("en-GB", "b-even")[1]
    assert "kettle" not in said("en-US", "b-even")[1] + said("en-AU", "b-even")[1]
    assert said("en-GB", "b-long-out")[0] is said("en-US", "b-long-out")[0]

"""The rules of practices (`skill/dialog/exercise_rules.py`), a decision a row."""

from dataclasses import replace
from typing import Any

import pytest
from table import NEW, Row, conversation, names, playing, said, table

from skill.dialog.exercise_rules import _minutes, _number
from skill.dialog.model import Request
from skill.dialog.names import MORE
from skill.dialog.state import ROUNDS, Exercise, Session

OFFERED = conversation().exercise_rules.offered()
BREATHS = [name for name in OFFERED if names().practices[name].breathing]
OTHERS = [name for name in OFFERED if not names().practices[name].breathing]
NO_HOLDS = Session(holds=False)
LIKED: dict[str, Any] = {"minutes": 3, "pace": "slow", "counting": "none", "quiet": True, "bed": True}
"""How a listener likes practices; a new one is like that again."""
LIKING = replace(NEW, exercise=Exercise(**LIKED, rounds=4, part=1, times=1, seconds=(1, 1, 1, 1), stepwise=True))
GATE = said("TogetherIntent", offer="p-touch.together", instead="TogetherIntent.solo", exercise=Exercise("p-touch"))
HOLD_SCREEN = said("HoldScreen", offer="HoldScreen.go", instead="b-even", exercise=Exercise("b-box"))
SENSES = playing("g-54321", stepwise=True, part=1, offer="AMAZON.NextIntent")
HELPED = replace(SENSES, said="AMAZON.HelpIntent", offer="AgainIntent")


def starts(practice: str, **wishes: object) -> dict[str, Any]:
    """What a row says of a practice that starts."""
    return {"exercise": {"practice": practice, **wishes}, "starts": True}


def senses(part: int) -> dict[str, Any]:
    """The senses at one's own pace go on."""
    return starts("g-54321", stepwise=True, part=part)


@table(
    # Which one.
    Row("breathing asked for without a name is the usual one", NEW, "BreathingIntent", "b-long-out",
        **starts("b-long-out")),
    Row("one that nobody knows too", NEW, "BreathingIntent pattern=b-fire", "b-long-out", **starts("b-long-out")),
    Row("one by its name", NEW, "BreathingIntent pattern=b-even", "b-even", **starts("b-even")),
    Row("grounding asked for without a name is the one for everybody", NEW, "GroundingIntent", "g-orient",
        **starts("g-orient")),
    Row("grounding that nobody knows too", NEW, "GroundingIntent technique=x", "g-orient", **starts("g-orient")),
    Row("what a practice is comes before it", NEW, "PracticeAbout technique=g-scan", "PracticeAbout",
        {"offer": "g-scan"}, {}, {"practice": "g-scan"}),
    Row("one with holds is asked about instead", NEW, "PracticeAbout pattern=b-box", "HoldScreen",
        {"offer": "HoldScreen.go", "instead": "b-even"}, {"practice": "b-box"}),
    Row("one for two waits for the other person", NEW, "PracticeAbout pattern=b-shared", "TogetherIntent",
        {"offer": "b-shared", "instead": "TogetherIntent.solo"}, {"practice": "b-long-out"}, {"pair": "b-shared"}),
    Row("nobody's is the usual one", NEW, "PracticeAbout", "b-long-out", **starts("b-long-out")),
    Row("what one of care is, too", NEW, "PracticeAbout care=p-words", "PracticeAbout", {"offer": "p-words"},
        variables={"practice": "p-words"}),
    Row("grounding by its name", NEW, "GroundingIntent technique=g-scan", "g-scan", **starts("g-scan")),
    Row("a check in leads to what fits", NEW, "CheckInIntent care=p-space", "p-space", **starts("p-space")),
    Row("a check in asks what would", NEW, "CheckInIntent", "CheckInIntent"),
    Row("a practice by the name that an offer has", said("BodyIntent", offer="g-heart"), "AMAZON.YesIntent", "g-heart",
        {"offer": ""}, **starts("g-heart")),
    Row("a new one is as the listener likes it, and has nothing else of the old one", LIKING, "b-even", "b-even",
        **starts("b-even", **LIKED)),
    Row("also asked for by intent", LIKING, "GroundingIntent", "g-orient", **starts("g-orient", **LIKED)),
    # For how long.
    Row("minutes", NEW, "BreathingIntent duration=PT5M", "b-long-out", **starts("b-long-out", minutes=5)),
    Row("the nearest length that there is", NEW, "BreathingIntent duration=PT10M", "b-long-out",
        **starts("b-long-out", minutes=5)),
    Row("no length that can be understood: as it was", LIKING, "BreathingIntent duration=x", "b-long-out",
        **starts("b-long-out", **LIKED)),
    Row("a number of breaths", NEW, "BreathingIntent rounds=4", "b-long-out", **starts("b-long-out", rounds=4)),
    Row("never more than five minutes hold", NEW, "BreathingIntent rounds=400", "b-long-out",
        **starts("b-long-out", rounds=ROUNDS[1])),
    Row("no breaths are no number", NEW, "BreathingIntent rounds=0", "b-long-out", **starts("b-long-out")),
    Row("a length alone, in a practice, is for that practice",
        playing("b-even", minutes=2, rounds=4, part=1, times=1), "BreathingIntent duration=PT5M", "b-even",
        **starts("b-even", minutes=5), variables={"changed": "length"}),
    Row("also where it is no breathing", playing("g-scan"), "GroundingIntent duration=PT3M", "g-scan",
        **starts("g-scan", minutes=3), variables={"changed": "length"}),
    # The listener's own count.
    Row("one's own count", NEW, "BreathingIntent in=4 out=7", "b-own", **starts("b-own", seconds=(4, 0, 7, 0))),
    Row("it needs a breath in", NEW, "BreathingIntent out=7", "b-long-out", **starts("b-long-out")),
    Row("and a breath out", NEW, "BreathingIntent in=4", "b-long-out", **starts("b-long-out")),
    Row("no second is counted past twenty", NEW, "BreathingIntent in=90 out=21", "b-own",
        **starts("b-own", seconds=(20, 0, 20, 0))),
    Row("a hold of one's own is asked about", NEW, "BreathingIntent in=4 hold=7 out=8", "HoldScreen",
        {"offer": "HoldScreen.go", "instead": "b-long-out"}, {"practice": "b-own", "seconds": (4, 7, 8, 0)}),
    Row("also one after the breath out", NEW, "BreathingIntent in=4 out=8 rest=2", "HoldScreen",
        {"offer": "HoldScreen.go", "instead": "b-long-out"}, {"practice": "b-own", "seconds": (4, 0, 8, 2)}),
    Row("one's own hold is never given once breaths are not to be held", NO_HOLDS, "BreathingIntent in=4 hold=7 out=8",
        "b-long-out", **starts("b-long-out")),
    Row("one's own count without a hold still is", NO_HOLDS, "BreathingIntent in=4 out=8", "b-own",
        **starts("b-own", seconds=(4, 0, 8, 0))),
    # Held breaths.
    Row("held breaths are asked about first", NEW, "BreathingIntent pattern=b-box duration=PT2M", "HoldScreen",
        {"offer": "HoldScreen.go", "instead": "b-even"}, {"practice": "b-box", "minutes": 2}),
    Row("yes to the cautions gives them", HOLD_SCREEN, "AMAZON.YesIntent", "b-box", {"offer": "", "instead": ""},
        **starts("b-box")),
    Row("no gives the one without", HOLD_SCREEN, "AMAZON.NoIntent", "b-even", {"offer": "", "instead": ""},
        **starts("b-even")),
    Row("held breaths are never given once they are ruled out", NO_HOLDS, "BreathingIntent pattern=b-478 rounds=3",
        "b-out-eight", **starts("b-out-eight", rounds=3)),
    Row("not even by a yes to cautions from before", replace(HOLD_SCREEN, holds=False), "HoldScreen.go", "b-even",
        **starts("b-even")),
    Row("not even once more", replace(playing("b-box", minutes=2), holds=False), "AgainIntent", "b-even",
        **starts("b-even", minutes=2)),
    Row("quieter at the cautions does not begin them", HOLD_SCREEN, "QuieterIntent", "DiscreetIntent",
        {"discreet": True}),
    Row("nor does counting", HOLD_SCREEN, "CountIntent", "b-long-out", **starts("b-long-out", counting="whole")),
    Row("nor a quiet sound", HOLD_SCREEN, "SoundIntent", "b-long-out", **starts("b-long-out", bed=True)),
    Row("nor again", HOLD_SCREEN, "AgainIntent", "HoldScreen", again=True),
    # For two.
    Row("for two, the other person is asked for first", NEW, "TogetherIntent technique=p-touch", "TogetherIntent",
        {"offer": "p-touch.together", "instead": "TogetherIntent.solo"}, {"practice": "p-touch"},
        {"pair": "p-touch.together"}),
    Row("without a name it is the usual breathing for two", NEW, "TogetherIntent", "TogetherIntent",
        {"offer": "b-shared", "instead": "TogetherIntent.solo"}, {"practice": "b-long-out"}, {"pair": "b-shared"}),
    Row("what has no version for two is breathed together", NEW, "TogetherIntent pattern=b-even duration=PT3M",
        "TogetherIntent", {"offer": "b-shared", "instead": "TogetherIntent.solo"}, {"practice": "b-even", "minutes": 3},
        {"pair": "b-shared"}),
    Row("what is for two only stands behind the gate", NEW, "BreathingIntent pattern=b-shared", "TogetherIntent",
        {"offer": "b-shared", "instead": "TogetherIntent.solo"}, {"practice": "b-long-out"}, {"pair": "b-shared"}),
    Row("so does whatever is asked for in company", NEW, "GroundingIntent technique=p-slow company=together",
        "TogetherIntent",
        {"offer": "p-slow.together", "instead": "TogetherIntent.solo", "company": "together"}, {"practice": "p-slow"},
        {"pair": "p-slow.together"}),
    Row("alone is no company", NEW, "GroundingIntent technique=p-slow company=alone", "p-slow", {"company": "alone"},
        **starts("p-slow")),
    Row("a check in for two stands behind it too", NEW, "CheckInIntent care=p-touch.together", "TogetherIntent",
        {"offer": "p-touch.together", "instead": "TogetherIntent.solo"}, {"practice": "b-long-out"},
        {"pair": "p-touch.together"}),
    Row("held breaths are never the version for one", NEW, "BreathingIntent pattern=b-box company=together",
        "TogetherIntent", {"offer": "b-shared", "instead": "TogetherIntent.solo", "company": "together"},
        {"practice": "b-even"}, {"pair": "b-shared"}),
    Row("yes at the gate begins for two", GATE, "AMAZON.YesIntent", "p-touch.together", {"offer": "", "instead": ""},
        **starts("p-touch.together")),
    Row("no leads to the version for one", GATE, "AMAZON.NoIntent", "TogetherIntent.solo", {"offer": "", "instead": ""},
        variables={"alone": "p-touch"}),
    Row("a maybe is no yes", GATE, "AMAZON.FallbackIntent", "TogetherIntent.solo", variables={"alone": "p-touch"}),
    Row("nor is what could be two things", GATE, Request("WhichOne", {}, ("BodyIntent", "SadIntent")),
        "TogetherIntent.solo", variables={"alone": "p-touch"}),
    Row("nor what is out of scope", GATE, "OutOfScopeIntent", "TogetherIntent.solo", variables={"alone": "p-touch"}),
    Row("out of scope elsewhere is just that", said("BodyIntent"), "OutOfScopeIntent", "OutOfScopeIntent"),
    Row("the version for one, where none was chosen", said("TogetherIntent"), "AMAZON.FallbackIntent",
        "TogetherIntent.solo", variables={"alone": "b-long-out"}),
    Row("what was asked for at the gate is kept behind it", replace(GATE, exercise=Exercise("p-touch", rounds=3)),
        "p-touch", "p-touch", **starts("p-touch", rounds=3)),
    Row("also when the version for one was offered",
        said("TogetherIntent.solo", offer="p-touch", exercise=Exercise("p-touch", rounds=3)), "AMAZON.YesIntent",
        "p-touch", {"offer": ""}, **starts("p-touch", rounds=3)),
    # Once more.
    Row("yes after a practice is the same again, counted", playing("b-even", minutes=2, part=1), "AMAZON.YesIntent",
        "b-even", {"offer": ""}, **starts("b-even", minutes=2, times=1)),
    Row("and counted on", playing("b-even", times=1), "AMAZON.YesIntent", "b-even", {"offer": ""},
        **starts("b-even", times=2)),
    Row("asked for in words it is not counted", playing("b-even", times=1, part=1), "AgainIntent", "b-even",
        **starts("b-even")),
    Row("start over begins it again", playing("b-even", part=1), "AMAZON.StartOverIntent", "b-even",
        **starts("b-even")),
    Row("yes in the middle of a long one is the second half", playing("b-even", minutes=5, offer="PracticeOn"),
        "AMAZON.YesIntent", "b-even", {"offer": ""}, **starts("b-even", minutes=5, part=1)),
    Row("again after control words still means the practice", replace(playing("b-even"), said="SourceIntent"),
        "AgainIntent", "b-even", **starts("b-even")),
    Row("a practice that is no longer there leaves nothing to start", said("PrivacyIntent", offer="AgainIntent"),
        "AMAZON.YesIntent", "AMAZON.ResumeIntent", {"offer": ""}),
    Row("nor does one of another version", replace(NEW, exercise=Exercise("b-fire", minutes=3)), "HoldScreen.go",
        "AMAZON.ResumeIntent", {}, {}),
    # Longer, shorter, slower, faster.
    Row("longer is the next length, from its start", playing("b-even", minutes=1, rounds=4, part=1), "LongerIntent",
        "b-even", **starts("b-even", minutes=2), variables={"changed": "length"}),
    Row("longer than the longest there is none", playing("b-even", minutes=5), "LongerIntent", "b-even",
        **starts("b-even", minutes=5), variables={"changed": "longest"}),
    Row("shorter is the length before", playing("b-even", minutes=5, rounds=4, part=1), "ShorterIntent", "b-even",
        **starts("b-even", minutes=3), variables={"changed": "length"}),
    Row("shorter than the shortest there is none", playing("b-even", minutes=1), "ShorterIntent", "b-even",
        **starts("b-even"), variables={"changed": "shortest"}),
    Row("slower means the practice", playing("b-even", part=1), "SlowerIntent", "b-even",
        **starts("b-even", pace="slow"), variables={"changed": "slower"}),
    Row("slower than slow there is none", playing("b-even", pace="slow"), "SlowerIntent", "b-even",
        **starts("b-even", pace="slow"), variables={"changed": "slowest"}),
    Row("faster from slow is the usual pace", playing("b-even", pace="slow", part=1), "FasterIntent", "b-even",
        **starts("b-even"), variables={"changed": "faster"}),
    Row("slower from fast is the usual pace too", playing("b-even", pace="fast"), "SlowerIntent", "b-even",
        **starts("b-even"), variables={"changed": "slower"}),
    Row("faster than fast there is none", playing("b-even", pace="fast"), "FasterIntent", "b-even",
        **starts("b-even", pace="fast"), variables={"changed": "fastest"}),
    Row("what was changed is no repeat: it opens and asks as the first time did", playing("b-even", times=2),
        "SlowerIntent", "b-even", **starts("b-even", pace="slow"), variables={"changed": "slower"}),
    Row("who drives, or is in water, is told that this is no moment for one", playing("b-even"), "NotNow", "NotNow"),
    # When it does no good.
    Row("a practice that goes badly becomes looking around the room, and no breath is held from then on",
        playing("b-box", rounds=4, part=1, times=1, **LIKED), "WorseIntent", "g-orient", {"holds": False},
        **starts("g-orient", bed=True), variables={"changed": "worse"}),
    Row("also after help in the middle of it", replace(playing("b-even"), said="AMAZON.HelpIntent"), "WorseIntent",
        "g-orient", {"holds": False}, **starts("g-orient"), variables={"changed": "worse"}),
    Row("and where it played without being where we are", playing("b-even", at="BodyIntent"), "WorseIntent",
        "g-orient", {"holds": False}, **starts("g-orient"), variables={"changed": "worse"}),
    Row("where the room did no good either there are words only, and no practice is left to go on with",
        playing("g-orient", part=1, stepwise=True, bed=True), "WorseIntent", "WorseIntent", {"holds": False, "at": ""},
        {"bed": True}),
    Row("where nobody was practising too", said("BodyIntent", exercise=Exercise("b-even", **LIKED)), "WorseIntent",
        "WorseIntent", {"holds": False, "at": ""}, LIKED),
    # Counting, words, sound.
    Row("count aloud, from its start", playing("b-even", minutes=2, part=1), "CountIntent", "b-even",
        **starts("b-even", minutes=2, counting="whole"), variables={"changed": "counted"}),
    Row("no counting", playing("b-even", part=1), "NoCountIntent", "b-even",
        **starts("b-even", counting="none"), variables={"changed": "uncounted"}),
    Row("quieter: fewer words and no counts", playing("b-even", part=1), "QuieterIntent", "b-even",
        **starts("b-even", quiet=True, counting="none"), variables={"changed": "quieter"}),
    Row("a quiet sound, from its start", playing("b-even", minutes=2, part=1), "SoundIntent", "b-even",
        **starts("b-even", minutes=2, bed=True)),
    Row("counting where no practice is begins the usual one", replace(LIKING, said="BodyIntent", at="BodyIntent"),
        "CountIntent", "b-long-out", **starts("b-long-out", **{**LIKED, "counting": "whole"})),
    Row("a quiet sound too", NEW, "SoundIntent", "b-long-out", **starts("b-long-out", bed=True)),
    Row("one that was left is not where we are", replace(said("BodyIntent"), exercise=Exercise("b-even", rounds=4)),
        "NoCountIntent", "b-long-out", **starts("b-long-out", counting="none")),
    # A different one.
    Row("a different breathing is the next one", playing(BREATHS[0], minutes=2, rounds=4), "DifferentIntent",
        BREATHS[1],
        **starts(BREATHS[1], minutes=2)),
    Row("after the last comes the first", playing(BREATHS[-1]), "DifferentIntent", BREATHS[0], **starts(BREATHS[0])),
    Row("a different one of another kind stays in its kind", playing(OTHERS[0]), "DifferentIntent", OTHERS[1],
        **starts(OTHERS[1])),
    Row("from one with holds it is the first without", playing("b-box"), "DifferentIntent", BREATHS[0],
        **starts(BREATHS[0])),
    # At one's own pace.
    Row("the senses at one's own pace", LIKING, "OwnPaceIntent", "g-54321", **starts("g-54321", stepwise=True,
        **LIKED)),
    *(Row(f"{word} moves on", SENSES, word, "g-54321", **senses(2))
      for word in ("AMAZON.NextIntent", "AMAZON.FallbackIntent", MORE, "AMAZON.ResumeIntent", "OutOfScopeIntent",
                   "AMAZON.YesIntent", "BodyIntent")),
    Row("so do two readings of a word", SENSES, Request("WhichOne", {}, ("BodyIntent", "SadIntent")), "g-54321",
        **senses(2)),
    Row("a feeling is answered", SENSES, "SadIntent", "SadIntent"),
    Row("help is help", SENSES, "AMAZON.HelpIntent", "AMAZON.HelpIntent", variables={"here": "practice"}),
    Row("next after help goes on", HELPED, "AMAZON.NextIntent", "g-54321", **senses(2)),
    Row("more after help goes on", HELPED, MORE, "g-54321", **senses(2)),
    Row("yes to carrying on goes on", HELPED, "AMAZON.YesIntent", "g-54321", **senses(2)),
    Row("yes to something else is that", replace(HELPED, said="PrivacyIntent", offer="SadIntent"), "AMAZON.YesIntent",
        "SadIntent", {"offer": ""}),
    Row("a topic after help is a topic", HELPED, "BodyIntent", "BodyIntent"),
    Row("what is not understood after help is just that", HELPED, "AMAZON.FallbackIntent", "AMAZON.FallbackIntent",
        {"misses": 1}),
    Row("resume after a pause says the step again", replace(SENSES, said="AMAZON.PauseIntent"), "AMAZON.ResumeIntent",
        "g-54321", {"said": "g-54321"}, starts=True, again=True),
    Row("next elsewhere is the next topic, though there was a practice", replace(SENSES, said="SadIntent",
        at="SadIntent"),
        "AMAZON.NextIntent", names().topics[0]),
    Row("next in any other practice is the next topic", playing("b-even"), "AMAZON.NextIntent", names().topics[0]),
)  # fmt: skip
def test_answer(row: Row) -> None:
    """Which practice a request gets, how it plays, and what is remembered."""
    row.check()


def test_offered() -> None:
    """Held breaths, those for two and one's own count are never offered; everything else is."""
    kinds = names().practices
    offered = conversation().exercise_rules.offered()
    assert not any(kinds[name].holds or kinds[name].together for name in offered)
    assert set(kinds) - set(offered) - {"b-own"} == {
        name for name, kind in kinds.items() if kind.holds or kind.together
    }
    assert "b-own" not in offered


@pytest.mark.parametrize("practice", names().practices)
def test_no_way_leads_to_held_breaths_once_they_are_ruled_out(practice: str) -> None:
    """Whatever was played, is asked about or is asked for."""
    answer, rules = conversation().answer, conversation().exercise_rules
    asked = [Request(name, {key: practice for key in ("pattern", "technique", "care")}) for name in rules.rules]
    asked += [Request(name) for name in [practice, *rules.changes, "AMAZON.RepeatIntent", "AMAZON.ResumeIntent"]]
    for before in (NEW, playing(practice), HOLD_SCREEN, GATE, replace(GATE, said="TogetherIntent.solo")):
        for offer in ("", "AgainIntent", "HoldScreen.go", "PracticeOn", practice):
            for request in [*asked, Request("AMAZON.YesIntent"), Request("AMAZON.NoIntent")]:
                turn = answer(request, replace(before, holds=False, offer=offer))
                if turn.starts:
                    assert turn.response == turn.session.exercise.practice
                    assert not names().practices[turn.response].holds
                    assert not any(turn.session.exercise.seconds[1::2])


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("PT1M", 1), ("PT90S", 1), ("PT91S", 2), ("PT2M", 2), ("PT2M30S", 2), ("PT3M", 3), ("PT4M", 3), ("PT4M1S", 5),
        ("PT1H", 5), ("PT1S", 1), ("pt5m", 5), ("5M", 5), ("PT1000000000H", 5), ("PT9999999S", 5), ("PT200S", 3),
        ("", 0), ("PT", 0), ("PT0M", 0), ("PT5", 0), ("PTM", 0), ("P1D", 0), ("PT5X", 0), ("PT5M?", 0), ("?", 0),
        ("PT٥M", 0), ("PT1M3", 1),
    ],
)  # fmt: skip
def test_minutes(duration: str, minutes: int) -> None:
    """The length nearest to what Amazon sends; none for anything else."""
    assert _minutes(duration) == minutes


@pytest.mark.parametrize(
    ("value", "number"), [("4", 4), ("99999", 99999), ("100000", 0), ("", 0), ("x", 0), ("-1", 0), ("1.5", 0), ("٤", 0)]
)
def test_number(value: str, number: int) -> None:
    """A number of up to five digits; none for anything else."""
    assert _number(value) == number

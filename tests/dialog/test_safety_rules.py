"""The rules of safety (`skill/dialog/safety_rules.py`), a decision a row."""

from dataclasses import replace
from typing import Any

import pytest
from table import NEW, Row, conversation, helped, names, playing, said, table

from skill.dialog.model import Request
from skill.dialog.names import SAFETY_ANYWHERE
from skill.dialog.safety_rules import SafetyRules
from skill.dialog.state import Exercise, Session
from skill.dialog.variables import VARIABLES

KINDS = names().safety
NEED = {name: kind.need for name, kind in KINDS.items()}
ASSAULT = helped("AssaultIntent")
QUIET = replace(ASSAULT, said="SafetyQuiet")
CALM = replace(ASSAULT, said="SafetyCalm", offer="g-orient")
MINOR = replace(helped("MinorIntent"), closed=True)
UNKNOWN = helped(SAFETY_ANYWHERE)
LIKED: dict[str, Any] = {"minutes": 3, "pace": "slow", "counting": "none", "quiet": True, "bed": True}


@table(
    # Given.
    Row("a safety answer stands from then on; what was offered and played is over",
        said("BodyIntent", offer="MoreIntent", instead="SadIntent", brief=True,
             exercise=Exercise("b-box", rounds=4, times=1, **LIKED)),
        "AssaultIntent", "AssaultIntent", {"safe": "AssaultIntent", "instead": "", "brief": False}, LIKED),
    Row("the last one counts", ASSAULT, "SelfHarmIntent", "SelfHarmIntent", {"safe": "SelfHarmIntent"}),
    Row("after alcohol breaths are not held", NEW, "IntoxicationIntent", "IntoxicationIntent",
        {"safe": "IntoxicationIntent", "holds": False}),
    Row("and nothing said later allows it", replace(NEW, holds=False), "AssaultIntent", "AssaultIntent",
        {"safe": "AssaultIntent"}),
    Row("under age, the content is closed", NEW, "MinorIntent", "MinorIntent", {"safe": "MinorIntent", "closed": True}),
    Row("and another disclosure does not open it", MINOR, "AssaultIntent", "AssaultIntent", {"safe": "AssaultIntent"}),
    # A minor: nothing but the line and the way out, whatever is asked, for the rest of the session.
    *(Row(f"{asked} after a minor is declined", MINOR, asked, "MinorAgain")
      for asked in ("BodyIntent", "SadIntent", "TopicsIntent", "BreathingIntent", "b-even", "MoreIntent",
                    "LaunchRequest", "AMAZON.StartOverIntent", "AMAZON.PreviousIntent", "WrongIntent", "SlowerIntent",
                    "AMAZON.NextIntent", "WeatherIntent", "PrivacyIntent")),
    *(Row(f"{asked} after a minor gives the line again", MINOR, asked, "MinorIntent", again=True)
      for asked in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "AMAZON.HelpIntent")),
    *(Row(f"{asked} after a minor is a goodbye", MINOR, asked, "SafetyGoodbye")
      for asked in ("AMAZON.NoIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")),
    Row("closed after another disclosure too", replace(MINOR, safe="AssaultIntent", said="AssaultIntent"), "BodyIntent",
        "MinorAgain"),
    # Again, as often as asked.
    *(Row(f"{asked} says it again", ASSAULT, asked, "AssaultIntent", again=True)
      for asked in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "MoreIntent", "AMAZON.HelpIntent",
                    "AMAZON.StartOverIntent", "AMAZON.ResumeIntent")),
    *(Row(f"{asked} says it again after the quiet too", QUIET, asked, "AssaultIntent", again=True)
      for asked in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "MoreIntent")),
    Row("slower says the number slowly", ASSAULT, "SlowerIntent", "AssaultIntent", {"rate": 2}, again=True),
    Row("and no slower than the slowest", replace(ASSAULT, rate=0), "SlowerIntent", "AssaultIntent", again=True),
    # Quiet.
    *(Row(f"{asked} after it is quiet", ASSAULT, asked, "SafetyQuiet")
      for asked in ("AMAZON.NoIntent", "AMAZON.FallbackIntent", "AMAZON.NextIntent", "AMAZON.PauseIntent",
                    "TopicsIntent", "PracticesIntent")),
    Row("a no to the quiet is a goodbye", QUIET, "AMAZON.NoIntent", "SafetyGoodbye"),
    Row("what is not understood never is", QUIET, "AMAZON.FallbackIntent", "SafetyQuiet"),
    Row("nor is a list", QUIET, "TopicsIntent", "SafetyQuiet"),
    *(Row(f"{asked} after it is a goodbye", ASSAULT, asked, "SafetyGoodbye")
      for asked in ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")),
    Row("the steps of what was not understood begin again", replace(ASSAULT, misses=2), "TopicsIntent", "SafetyQuiet",
        {"misses": 0}),
    # Misheard.
    Row("back takes it back, and the quiet ends", ASSAULT, "AMAZON.PreviousIntent", "SafetyWrong", {"safe": ""}),
    Row("that is wrong too", QUIET, "WrongIntent", "SafetyWrong", {"safe": ""}),
    # What is asked for is answered.
    Row("a topic that is asked for is told", ASSAULT, "BodyIntent", "BodyIntent"),
    Row("a feeling is answered", ASSAULT, "SadIntent", "SadIntent"),
    Row("discreet is", ASSAULT, "DiscreetIntent", "DiscreetIntent", {"discreet": True}),
    # Excuses.
    *(Row(f"after {name} no excuses for a partner are told", helped(name), "SkippingIntent", "SafetyQuiet")
      for name in ("AssaultIntent", "UnsureIntent", "PartnerViolenceIntent")),
    *(Row(f"after {name} nobody was described who did harm", helped(name), "SkippingIntent", "SkippingIntent")
      for name in ("MedicalIntent", "IntoxicationIntent", "SelfHarmIntent", "MayHaveHarmedIntent")),
    # Calm.
    *(Row(f"{asked} after it: the number once more, then eyes open", ASSAULT, asked, "SafetyCalm",
          variables={"need": NEED["AssaultIntent"]})
      for asked in ("BreathingIntent", "GroundingIntent", "TogetherIntent", "CheckInIntent", "b-box", "g-orient")),
    Row("with the number of what was said", helped("SelfHarmIntent"), "BreathingIntent", "SafetyCalm",
        variables={"need": NEED["SelfHarmIntent"]}),
    Row("yes to it begins what it offers", CALM, "AMAZON.YesIntent", "g-orient", {"offer": ""},
        {"practice": "g-orient"},
        starts=True),
    Row("asked for once more, it is given", CALM, "BreathingIntent", "b-long-out", {}, {"practice": "b-long-out"},
        starts=True),
    Row("in an emergency the number comes again and no practice", helped("EmergencyIntent"), "BreathingIntent",
        "EmergencyIntent", again=True),
    Row("also for a practice by its name", helped("EmergencyIntent"), "g-orient", "EmergencyIntent", again=True),
    Row("also after calm", replace(helped("EmergencyIntent"), said="SafetyCalm"), "GroundingIntent", "EmergencyIntent",
        again=True),
    # A safety answer of another version.
    Row("an unknown one says what fits every need again", UNKNOWN, "AMAZON.RepeatIntent", SAFETY_ANYWHERE, again=True),
    Row("it is as strict as any: no practice", UNKNOWN, "BreathingIntent", SAFETY_ANYWHERE, again=True),
    Row("and no excuses", UNKNOWN, "SkippingIntent", "SafetyQuiet"),
    Row("it can be taken back", UNKNOWN, "WrongIntent", "SafetyWrong", {"safe": ""}),
    # The gentle check.
    Row("not sure: a line is offered, and no goes on with what was asked", NEW,
        Request("GentleCheck", {}, ("SelfHarmIntent",), "BodyIntent"), "GentleCheck",
        {"offer": "SelfHarmIntent", "instead": "BodyIntent"}),
    Row("not sure at all: the one that is unclear, else the topics", NEW, "GentleCheck", "GentleCheck",
        {"offer": names().unclear, "instead": "TopicsIntent"}),
    Row("no to a gentle check goes on", said("GentleCheck", offer="UnsureIntent", instead="BodyIntent"),
        "AMAZON.NoIntent", "BodyIntent", {"offer": "", "instead": ""}),
    Row("an emergency stays one, whatever played", playing("b-box"), "EmergencyIntent", "EmergencyIntent",
        {"safe": "EmergencyIntent"}, {}),
)  # fmt: skip
def test_answer(row: Row) -> None:
    """Which response follows, and what is remembered."""
    row.check()


@pytest.mark.parametrize("name", KINDS)
def test_each_safety_answer(name: str) -> None:
    """Each stands once given, says itself again, ends by being taken back, and is as its table in the file says."""
    rules, kind = conversation(), KINDS[name]
    given = rules.answer(Request(name), NEW).session
    assert given == Session(safe=name, holds=not kind.no_holds, closed=kind.closes_content)
    assert rules.answer(Request("AMAZON.RepeatIntent"), given).response == name
    if kind.closes_content:
        return
    assert rules.answer(Request("WrongIntent"), given).session.safe == ""
    excused = rules.answer(Request("SkippingIntent"), given).response
    assert excused == ("SafetyQuiet" if kind.harmed else "SkippingIntent")
    calm = rules.answer(Request("BreathingIntent"), given)
    assert calm.response == (name if kind.no_practice else "SafetyCalm")
    assert calm.variables == ({} if kind.no_practice else {"need": kind.need})


def test_repeat_of_calm_names_the_same_line() -> None:
    """Nothing is said for a need other than the one that was told."""
    for name in KINDS:
        repeated = VARIABLES["SafetyCalm"].of(conversation(), helped(name))
        assert repeated == {"need": NEED[name]}


def test_an_unknown_one_is_as_strict_as_any() -> None:
    """Also where the answer that is unclear is not: all that can follow from a safety answer follows."""
    mild = {name: replace(kind, harmed=False, no_practice=False) for name, kind in KINDS.items()}
    rules = SafetyRules(replace(names(), safety=mild))
    kind = rules.kind(UNKNOWN)
    assert (kind.harmed, kind.no_practice, kind.need) == (True, True, NEED[names().unclear])
    assert rules.kind(ASSAULT) == mild["AssaultIntent"]

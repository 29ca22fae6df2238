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
FOLLOWED = {"need", "kind"}
"""What a response that follows a safety answer is given; its row in `variables.py` is tested there."""
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
    Row("harm that a minor tells of gets a child's answer, and opens nothing", MINOR, "AssaultIntent",
        "MinorIntent.harmed"),
    Row("another need of a minor gets its own, and opens nothing", MINOR, "SelfHarmIntent", "SelfHarmIntent",
        {"safe": "SelfHarmIntent"}),
    Row("a minor in such need is one from then on", NEW, "SelfHarmIntent minor=yes", "SelfHarmIntent",
        {"safe": "SelfHarmIntent", "closed": True}),
    # Other wordings of the same answer.
    Row("danger now comes first", NEW, "AssaultIntent variant=now", "AssaultIntent.now", {"safe": "AssaultIntent"}),
    Row("also where the answer stands already", ASSAULT, "AssaultIntent variant=now", "AssaultIntent.now"),
    Row("a wording that there is not is the usual one", NEW, "MedicalIntent variant=now", "MedicalIntent",
        {"safe": "MedicalIntent"}),
    Row("harm that is told at once with an age", NEW, "MinorIntent variant=harmed", "MinorIntent.harmed",
        {"safe": "MinorIntent", "closed": True}),
    Row("who asks for a child is none", NEW, "MinorIntent variant=child", "MinorIntent.child",
        {"safe": "MinorIntent"}),
    Row("again has the words of the last time", replace(ASSAULT, said="AssaultIntent.now"), "AMAZON.RepeatIntent",
        "AssaultIntent.now", again=True),
    # A minor: nothing but the line and the way out, whatever is asked, for the rest of the session.
    *(Row(f"{asked} after a minor is declined", MINOR, asked, "MinorAgain")
      for asked in ("BodyIntent", "SadIntent", "TopicsIntent", "BreathingIntent", "b-even", "MoreIntent",
                    "LaunchRequest", "AMAZON.StartOverIntent", "AMAZON.PreviousIntent", "WrongIntent",
                    "AMAZON.NextIntent", "WeatherIntent", "PrivacyIntent", "GentleCheck", "WhichOne", "SourceIntent")),
    *(Row(f"{asked} after a minor gives the line again", MINOR, asked, "MinorIntent", again=True)
      for asked in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "AMAZON.HelpIntent")),
    Row("slower after a minor says the line slowly", MINOR, "SlowerIntent", "MinorIntent", {"rate": 2}, again=True),
    Row("what was offered before is not begun by a minor's yes", replace(MINOR, offer="BodyIntent"),
        "AMAZON.YesIntent", "MinorAgain"),
    Row("no after a minor keeps the door open", MINOR, "AMAZON.NoIntent", "SafetyQuiet"),
    Row("a second no is a goodbye", replace(MINOR, said="SafetyQuiet"), "AMAZON.NoIntent", "SafetyGoodbye"),
    Row("a minor may ask about the line", MINOR, "After.private", "After.private"),
    Row("and is heard without a word that is known", MINOR, "AMAZON.FallbackIntent", "After"),
    Row("an age of eighteen opens what was closed", MINOR, "MinorCheck.adult", "MinorCheck.adult",
        {"closed": False, "safe": ""}),
    Row("and leaves another answer standing", replace(MINOR, safe="SelfHarmIntent"), "MinorCheck.adult",
        "MinorCheck.adult", {"closed": False}),
    Row("words that sound like a child's are asked about", NEW, "MinorCheck", "MinorCheck", {"instead": "MinorIntent"}),
    Row("no to that is under age", said("MinorCheck", offer="MinorCheck.adult", instead="MinorIntent"),
        "AMAZON.NoIntent", "MinorIntent", {"safe": "MinorIntent", "closed": True, "offer": "", "instead": ""}),
    Row("yes to it is not", said("MinorCheck", offer="MinorCheck.adult", instead="MinorIntent"),
        "AMAZON.YesIntent", "MinorCheck.adult", {"offer": "", "instead": ""}),
    *(Row(f"{asked} after a minor is a goodbye", MINOR, asked, "SafetyGoodbye")
      for asked in ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")),
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
      for asked in ("AMAZON.NoIntent", "AMAZON.NextIntent", "AMAZON.PauseIntent")),
    # Presence: whatever is not about the answer leads to nothing else.
    *(Row(f"{asked} after it is met with presence", ASSAULT, asked, "After")
      for asked in ("AMAZON.FallbackIntent", "TopicsIntent", "PracticesIntent", "BodyIntent", "BodyIntent.2",
                    "SadIntent",
                    "OutOfScopeIntent", "ExplicitIntent", "AbuseIntent", "WeatherIntent", "RememberIntent",
                    "ShorterIntent",
                    "LongerIntent", "CountIntent", "TellMe", "MinorAgain.anywhere", "Onward")),
    Row("what is unforeseen twice in a row is met without the number", replace(ASSAULT, said="After"),
        "AMAZON.FallbackIntent", "After.stay"),
    Row("and with it again after that", replace(ASSAULT, said="After.stay"), "AMAZON.FallbackIntent", "After"),
    Row("in an emergency always with it", replace(ASSAULT, safe="EmergencyIntent", said="After"),
        "AMAZON.FallbackIntent", "After"),
    Row("and for a minor, to whom no calm minute is offered", replace(MINOR, said="After"), "AMAZON.FallbackIntent",
        "After"),
    Row("a check is not asked again", ASSAULT, Request("GentleCheck", {}, ("SelfHarmIntent",), "BodyIntent"), "After"),
    Row("nor which of two is meant", ASSAULT, Request("WhichOne", {}, ("BodyIntent", "SadIntent")), "After"),
    *(Row(f"{asked} is given", ASSAULT, asked, asked)
      for asked in ("After.text", "After.fault", "After", "PrivacyIntent", "ForgetMeIntent", "OpenIntent")),
    Row("a follow-up that there is not is presence too", ASSAULT, "After.nothing", "After"),
    Row("again after a number of its own is that number", replace(ASSAULT, said="After.text"), "AMAZON.YesIntent",
        "After.text", again=True),
    Row("again after any other is the answer", replace(ASSAULT, said="After.fault"), "AMAZON.YesIntent",
        "AssaultIntent", again=True),
    Row("more is what a discreet answer left out", replace(ASSAULT, discreet=True), "MoreIntent", "After.more"),
    Row("a feeling that offered the room begins it", replace(ASSAULT, said="After.feeling"), "GroundingIntent",
        "g-orient", {}, {"practice": "g-orient"}, starts=True),
    Row("what changes a practice does, while one is where we are",
        replace(playing("g-orient"), safe="AssaultIntent"), "LongerIntent", "g-orient", {},
        {"practice": "g-orient", "minutes": 2}, {"changed": "length"}, starts=True),
    *(Row(f"neither of what it offers is quiet too: {len(options)}", replace(ASSAULT, options=options),
          "ChoiceIntent place=neither", "SafetyQuiet") for options in ((), ("AMAZON.RepeatIntent", "GroundingIntent"))),
    Row("a no to the quiet is a goodbye", QUIET, "AMAZON.NoIntent", "SafetyGoodbye"),
    Row("what is not understood never is", QUIET, "AMAZON.FallbackIntent", "After"),
    Row("nor is a list", QUIET, "TopicsIntent", "After"),
    *(Row(f"{asked} after it is a goodbye", ASSAULT, asked, "SafetyGoodbye")
      for asked in ("AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent")),
    Row("the steps of what was not understood begin again", replace(ASSAULT, misses=2), "TopicsIntent", "After",
        {"misses": 0}),
    # Misheard.
    Row("back takes it back, and the quiet ends", ASSAULT, "AMAZON.PreviousIntent", "SafetyWrong",
        {"safe": "", "door": "AssaultIntent"}, variables={"need": NEED["AssaultIntent"]}),
    Row("that is wrong too", QUIET, "WrongIntent", "SafetyWrong", {"safe": "", "door": "AssaultIntent"},
        variables={"need": NEED["AssaultIntent"]}),
    Row("the number of what was taken back stays known", helped("SelfHarmIntent"), "WrongIntent", "SafetyWrong",
        {"safe": "", "door": "SelfHarmIntent"}, variables={"need": NEED["SelfHarmIntent"]}),
    Row("discreet is given", ASSAULT, "DiscreetIntent", "DiscreetIntent", {"discreet": True}),
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
    Row("and no topic", UNKNOWN, "SkippingIntent", "After",
        variables={"need": NEED[names().unclear], "kind": SAFETY_ANYWHERE}),
    Row("it can be taken back", UNKNOWN, "WrongIntent", "SafetyWrong", {"safe": "", "door": SAFETY_ANYWHERE},
        variables={"need": NEED[names().unclear]}),
    # The gentle check.
    Row("what is told after the invitation is met with a line, though nobody knows what it is", said("TellMe"),
        "AMAZON.FallbackIntent", "UnsureIntent", {"safe": "UnsureIntent"}),
    Row("a feeling is answered as one", said("TellMe"), "SadIntent", "SadIntent"),
    Row("a practice that does no good is no answer to a doubt", NEW,
        Request("GentleCheck", {}, ("AssaultIntent",), "WorseIntent"), "GentleCheck",
        {"offer": "UnsureIntent", "instead": "TopicsIntent", "door": "AssaultIntent"}),
    Row("in doubt, what was asked is answered, and a door left open", NEW,
        Request("GentleCheck", {}, ("SelfHarmIntent",), "BodyIntent"), "BodyIntent", {"door": "SelfHarmIntent"},
        door="SelfHarmIntent"),
    Row("by the part that answers it", NEW,
        Request("GentleCheck", {}, ("SelfHarmIntent",), "BodyIntent", fits=("BodyIntent.3",)), "BodyIntent.3",
        {"door": "SelfHarmIntent"}, door="SelfHarmIntent"),
    Row("with the other one that may have been meant", NEW,
        Request("GentleCheck", {}, ("SelfHarmIntent", "NeedsIntent"), "BodyIntent"), "BodyIntent",
        {"door": "SelfHarmIntent"}, door="SelfHarmIntent", other="NeedsIntent"),
    Row("once a session: the same doubt again is answered without", said("SadIntent", door="SelfHarmIntent"),
        Request("GentleCheck", {}, ("SelfHarmIntent",), "EmotionsIntent"), "EmotionsIntent"),
    Row("another doubt is a new reason", said("SadIntent", door="SelfHarmIntent"),
        Request("GentleCheck", {}, ("AssaultIntent",), "EmotionsIntent"), "EmotionsIntent", {"door": "AssaultIntent"},
        door="AssaultIntent"),
    Row("an answer that speaks well of an absent partner is checked first", NEW,
        Request("GentleCheck", {}, ("AssaultIntent",), "SkippingIntent"), "GentleCheck",
        {"offer": "UnsureIntent", "instead": "SkippingIntent", "door": "AssaultIntent"}),
    Row("so is one that turns away", NEW, Request("GentleCheck", {}, ("AssaultIntent",), "ExplicitIntent"),
        "GentleCheck", {"offer": "UnsureIntent", "instead": "TopicsIntent", "door": "AssaultIntent"}),
    Row("and one that would end the session", NEW,
        Request("GentleCheck", {}, ("AssaultIntent",), "AMAZON.StopIntent"), "GentleCheck",
        {"offer": "UnsureIntent", "instead": "TopicsIntent", "door": "AssaultIntent"}),
    Row("yes to a check for what nobody did to them: which line is for what", NEW,
        Request("GentleCheck", {}, ("SelfHarmIntent",), "ExplicitIntent"), "GentleCheck",
        {"offer": "HelplineIntent", "instead": "TopicsIntent", "door": "SelfHarmIntent"}),
    Row("a practice has no room for a door", NEW, Request("GentleCheck", {}, ("AssaultIntent",), "GroundingIntent"),
        "g-orient", {}, {"practice": "g-orient"}, starts=True),
    Row("it is the one that was named", NEW,
        Request("GentleCheck", {"technique": "g-scan", "duration": "PT3M"}, ("AssaultIntent",), "GroundingIntent"),
        "g-scan", {}, {"practice": "g-scan", "minutes": 3}, starts=True),
    Row("not sure at all: the one that is unclear, else the topics", NEW, "GentleCheck", "GentleCheck",
        {"offer": names().unclear, "instead": "TopicsIntent", "door": names().unclear}),
    Row("no to a gentle check goes on", said("GentleCheck", offer="UnsureIntent", instead="BodyIntent"),
        "AMAZON.NoIntent", "BodyIntent", {"offer": "", "instead": ""}),
    Row("an emergency stays one, whatever played", playing("b-box"), "EmergencyIntent", "EmergencyIntent",
        {"safe": "EmergencyIntent"}, {}),
)  # fmt: skip
def test_answer(row: Row) -> None:
    """Which response follows, and what is remembered."""
    row.check(FOLLOWED)


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
    assert rules.answer(Request("SkippingIntent"), given).response == "After"
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

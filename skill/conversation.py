"""Which response answers a request, and what is remembered.

Pure: a request and a session in, a response's name and the next session out. Most requests are answered by the response
of their own name; the few that point backwards or depend on where we are stand in the tables below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from skill.session import LENGTHS, PACES, RATES, Exercise, Session

LAUNCH = "LaunchRequest"
HELP = "AMAZON.HelpIntent"
STOP = "AMAZON.StopIntent"
FALLBACK = "AMAZON.FallbackIntent"
YES = "AMAZON.YesIntent"
NO = "AMAZON.NoIntent"
REPEAT = "AMAZON.RepeatIntent"
MORE = "MoreIntent"
TOPICS = "TopicsIntent"
PRACTICES = "PracticesIntent"
GENTLE_CHECK = "GentleCheck"
WHICH = "WhichOne"
ONWARD = "Onward"
OUT_OF_SCOPE = "OutOfScopeIntent"

AGAIN = "AgainIntent"
HOLD_GO = "HoldScreen.go"
"""Yes to held breaths, once their cautions were heard."""
ALONE = "TogetherIntent.solo"
PRACTICE_ON = "PracticeOn"
"""The second part of a long practice."""
REST = "PracticeRest"

PAGE = 3
"""How many names are listed at a time: people hold about three by ear (Amazon, designing for voice)."""

USUAL_BREATHING = "b-long-out"
OWN_COUNT = "b-own"
"""The listener's own count ("in for four, out for seven")."""
USUAL_GROUNDING = "g-orient"
"""Eyes open, facts of the room: fit for everybody (content reference, grounding)."""
ROUNDS = (1, 40)
"""The fewest and the most breaths of one practice; 37 gentle ones fill five minutes."""

EMERGENCY = "EmergencyIntent"
EXCUSES = frozenset({"SkippingIntent"})
"""Topics that speak well of an absent partner: never told to somebody who described harm (C-skipping-5 and -6)."""
HARMED = frozenset({"AssaultIntent", "UnsureIntent", "PartnerViolenceIntent"})
NO_HOLDS_AFTER = frozenset({"AnxiousIntent", "OverwhelmedIntent", "IntoxicationIntent"})

MOVES_ON = frozenset({YES, "AMAZON.NextIntent", FALLBACK, WHICH, MORE, "AMAZON.ResumeIntent", OUT_OF_SCOPE})
"""At the listener's own pace, any word that is no request of its own leads to the next step."""

TWO_WAYS = frozenset({WHICH, GENTLE_CHECK, "TogetherIntent", "HoldScreen"})
"""Questions whose "no" leads somewhere of its own."""

CLOSING = frozenset({STOP, "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"})


@dataclass(frozen=True)
class Kind:
    """What the conversation knows of a practice."""

    breathing: bool = False
    holds: bool = False
    together: bool = False
    """It needs the other person, so it stands behind the gate."""
    pair: str = ""
    """Its version for two, where there is one."""
    swap: str = ""
    """What to take instead when holds, or company, are not wanted."""


@dataclass(frozen=True)
class Catalogue:
    """The names a conversation moves among."""

    topics: tuple[str, ...]
    parts: Mapping[str, int]
    """How many parts a response has, where it has more than one."""
    needs: Mapping[str, str]
    """The safety answers, each with the helpline that it names."""
    feelings: frozenset[str]
    practices: Mapping[str, Kind]
    names: frozenset[str]
    """Every response."""


@dataclass(frozen=True)
class Request:
    """What a listener asked: Alexa's name for it, and the slots' ids or values."""

    name: str
    slots: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    """The responses between which free words could not be told apart."""
    instead: str = ""
    """For `GentleCheck`: what was asked if nothing is wrong."""


@dataclass(frozen=True)
class Move:
    """A response to give and the session that goes with it."""

    response: str
    session: Session
    variables: Mapping[str, Any] = field(default_factory=dict)
    starts: bool = False
    """Whether the session's exercise starts to play."""
    again: bool = False
    """Whether the words are those of the last time."""


def base(name: str) -> str:
    """`BodyIntent` for `BodyIntent.2`; built-in names such as `AMAZON.HelpIntent` stay whole."""
    whole, dot, number = name.rpartition(".")
    return whole if dot and number.isdigit() else name


def part(name: str) -> int:
    """2 for `BodyIntent.2`, 1 for `BodyIntent`."""
    _, dot, number = name.rpartition(".")
    return int(number) if dot and number.isdigit() else 1


def numbered(name: str, number: int) -> str:
    """The name of a response's part."""
    return name if number == 1 else f"{name}.{number}"


class Conversation:
    """The rules, over one catalogue of names."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._moves: dict[str, Callable[[Request, Session], Move]] = {
            LAUNCH: self._launch,
            HELP: self._help,
            FALLBACK: self._fallback,
            YES: self._yes,
            NO: self._no,
            REPEAT: self._repeat,
            "AMAZON.NextIntent": self._next,
            "AMAZON.PreviousIntent": self._previous,
            "AMAZON.StartOverIntent": self._start_over,
            "AMAZON.PauseIntent": self._pause,
            "AMAZON.ResumeIntent": self._resume,
            MORE: self._more,
            TOPICS: self._topics,
            PRACTICES: self._practices,
            "ShorterIntent": self._shorter,
            "LongerIntent": self._longer,
            "SlowerIntent": self._slower,
            "FasterIntent": self._faster,
            "SourceIntent": self._source,
            "DiscreetIntent": self._discreet,
            "OpenIntent": self._open,
            "WrongIntent": self._wrong,
            GENTLE_CHECK: self._gentle_check,
            WHICH: self._which,
            "BreathingIntent": self._breathing,
            "GroundingIntent": self._grounding,
            "TogetherIntent": self._together,
            ALONE: self._alone,
            "CheckInIntent": self._check_in,
            AGAIN: self._once_more,
            "CountIntent": self._count,
            "NoCountIntent": self._no_count,
            "QuieterIntent": self._quieter,
            "DifferentIntent": self._different,
            "SoundIntent": self._sound,
            "OwnPaceIntent": self._own_pace,
            HOLD_GO: self._hold_go,
            PRACTICE_ON: self._practice_on,
        }

    def knows(self, name: str) -> bool:
        """Whether a request of this name has a rule of its own, beside the response of its name."""
        return name in self._moves or name in CLOSING

    def answer(self, request: Request, session: Session) -> Move:
        """The response to a request in a session. Every request gets one, in every state."""
        session = replace(session, misses=session.misses if request.name == FALLBACK else 0)
        if request.name in self.catalogue.needs:
            return self._safety(request.name, session)
        if session.closed:
            return self._for_a_minor(request, session)
        if request.name in CLOSING:
            return Move("SafetyGoodbye" if session.safe else request.name, session)
        if session.safe and (move := self._after_safety(request, session)):
            return move
        if session.exercise.stepwise and self._practising(session) and request.name in MOVES_ON:
            return self._begin(replace(session.exercise, part=session.exercise.part + 1), session)
        return self._plain(request, session)

    def settle(self, move: Move, offer: str) -> Session:
        """The session after a response was rendered: what was said, where we are, and what "yes" means now."""
        session, name = move.session, move.response
        whole = base(name)
        heard = session.heard
        if whole in self.catalogue.topics:
            parts = max(part(name), session.heard_parts(whole))
            heard = (*(entry for entry in heard if entry[0] != whole), (whole, parts))
        if name == GENTLE_CHECK:
            offer = session.offer  # which line it may be was decided when it was asked
        return replace(
            session,
            said=name,
            at=name if self._is_place(whole) else session.at,
            offer=offer,
            instead=session.instead if name in TWO_WAYS else "",
            heard=heard,
        )

    def _is_place(self, whole: str) -> bool:
        """Whether one can be at a response, so that "more", "next" and "resume" go on from it."""
        places = self.catalogue
        return (
            whole in places.topics
            or whole in places.feelings
            or whole in places.practices
            or whole in (TOPICS, PRACTICES)
        )

    def onward(self, session: Session, after: str) -> str:
        """The next topic nobody has heard in this session, in the article's order; empty when all were."""
        topics = self.catalogue.topics
        start = topics.index(base(after)) + 1 if base(after) in topics else 0
        return next((topic for topic in topics[start:] + topics[:start] if not session.heard_parts(topic)), "")

    def fresh_offer(self, offer: str, session: Session) -> bool:
        """Whether an offer leads to words not yet spoken: a topic heard before would repeat itself."""
        if offer == MORE:
            return part(session.at) < self.catalogue.parts.get(base(session.at), 1)
        return not session.heard_parts(offer) if offer in self.catalogue.topics else True

    # What a request leads to, where that is not the response of its own name.

    def _plain(self, request: Request, session: Session) -> Move:
        if move := self._moves.get(request.name):
            return move(request, session)
        if request.name in self.catalogue.practices:
            gated = session.said in ("TogetherIntent", ALONE)
            kept = session.exercise if gated else _fresh(session.exercise)
            return self._begin(replace(kept, practice=request.name), session)
        if request.name in self.catalogue.topics:
            return Move(request.name, replace(session, exercise=replace(session.exercise, practice="")))
        if request.name in self.catalogue.names:
            holds = session.holds and base(request.name) not in NO_HOLDS_AFTER
            return Move(request.name, replace(session, holds=holds))
        return self._fallback(request, session)

    def _launch(self, request: Request, session: Session) -> Move:
        fresh = Session(
            rate=session.rate,
            discreet=session.discreet,
            remembered=session.remembered,
            exercise=_fresh(session.exercise),
        )
        return Move(LAUNCH, fresh, {"remembered": session.remembered})

    def _help(self, request: Request, session: Session) -> Move:
        return Move(HELP, session, {"here": self._here(session)})

    def _here(self, session: Session) -> str:
        whole = base(session.at)
        if session.exercise.practice and session.at == session.exercise.practice:
            return "practice"
        if whole in self.catalogue.topics:
            return "topic"
        if whole in (TOPICS, PRACTICES):
            return "list"
        return "feeling" if whole in self.catalogue.feelings else "start"

    def _fallback(self, request: Request, session: Session) -> Move:
        misses = min(session.misses + 1, 3)
        return Move(numbered(FALLBACK, misses), replace(session, misses=misses))

    def _yes(self, request: Request, session: Session) -> Move:
        if not session.offer:
            return Move(YES, session)
        if session.offer == AGAIN:
            exercise = replace(session.exercise, part=0, times=session.exercise.times + 1)
            return self._begin(exercise, replace(session, offer=""))
        return self.answer(Request(session.offer), replace(session, offer="", instead=""))

    def _no(self, request: Request, session: Session) -> Move:
        if session.instead:
            return self.answer(Request(session.instead), replace(session, offer="", instead=""))
        if self._practising(session):
            return Move(REST, session)
        if base(session.said) == NO or not session.said:
            return Move(numbered(NO, 2), session)
        return Move(NO, session)

    def _repeat(self, request: Request, session: Session) -> Move:
        if not session.said:
            return Move(REPEAT, session)
        return self._say_again(session)

    def _say_again(self, session: Session) -> Move:
        if session.said in self.catalogue.practices:
            return Move(session.said, session, starts=True, again=True)
        return Move(session.said, session, self._needed(session.said, session), again=True)

    def _needed(self, name: str, session: Session) -> Mapping[str, Any]:
        """The variables that a response needs besides its own words."""
        if name == TOPICS:
            return {"names": self._paged(self.catalogue.topics, session.page), **self._ends(name, session)}
        if name == PRACTICES:
            return {"names": self._paged(self._offered_practices(), session.page), **self._ends(name, session)}
        if name == LAUNCH:
            return {"remembered": session.remembered}
        if name == HELP:
            return {"here": self._here(session)}
        if name == MORE:
            return {"next_topic": self.onward(session, session.at)}
        if name in ("SlowerIntent", "FasterIntent"):
            return {"limit": False}
        if name == "SafetyCalm":
            return {"need": self.catalogue.needs.get(session.safe, "crisis")}
        if name == "TogetherIntent":
            return {"pair": session.offer}
        if name == ALONE:
            return {"alone": session.exercise.practice or USUAL_BREATHING}
        if name == WHICH:
            return {"names": (session.offer, session.instead)}
        return {"cited": ()} if name == "SourceIntent" else {}

    def _more(self, request: Request, session: Session) -> Move:
        whole = base(session.at)
        if whole in (TOPICS, PRACTICES):
            return self._turn_page(whole, session)
        if not session.at:
            return self._topics(request, session)
        if session.brief and whole in self.catalogue.topics:
            return Move(session.at, replace(session, brief=False))
        if part(session.at) < self.catalogue.parts.get(whole, 1):
            return Move(numbered(whole, part(session.at) + 1), session)
        return Move(MORE, session, {"next_topic": self.onward(session, whole)})

    def _next(self, request: Request, session: Session) -> Move:
        whole = base(session.at)
        if whole in (TOPICS, PRACTICES):
            return self._turn_page(whole, session)
        if topic := self.onward(session, whole):
            return Move(topic, session)
        return Move("AMAZON.NextIntent", session)

    def _previous(self, request: Request, session: Session) -> Move:
        whole = base(session.at)
        if whole in (TOPICS, PRACTICES) and session.page:
            return self._turn_page(whole, session, -1)
        if part(session.at) > 1 and whole in self.catalogue.topics:
            return Move(numbered(whole, part(session.at) - 1), session)
        topics = [topic for topic, _ in session.heard]
        before = topics[: topics.index(whole)] if whole in topics else topics
        return Move(before[-1] if before else "AMAZON.PreviousIntent", session)

    def _start_over(self, request: Request, session: Session) -> Move:
        whole = base(session.at)
        if whole in self.catalogue.topics:
            return Move(whole, session)
        if session.exercise.practice:
            return self._begin(replace(session.exercise, part=0), session)
        return Move("AMAZON.StartOverIntent", Session(rate=session.rate, discreet=session.discreet))

    def _pause(self, request: Request, session: Session) -> Move:
        return Move("AMAZON.PauseIntent", session)

    def _resume(self, request: Request, session: Session) -> Move:
        if not session.at:
            return Move("AMAZON.ResumeIntent", session)
        return self._say_again(replace(session, said=session.at))

    def _paged(self, names: tuple[str, ...], page: int) -> tuple[str, ...]:
        return names[page * PAGE : page * PAGE + PAGE]

    def _offered_practices(self) -> tuple[str, ...]:
        """Held breaths are never offered, only given when asked for; those for two stand behind their gate."""
        kinds = self.catalogue.practices
        return tuple(name for name, kind in kinds.items() if not kind.holds and not kind.together and name != OWN_COUNT)

    def _ends(self, name: str, session: Session) -> Mapping[str, bool]:
        count = len(self.catalogue.topics if name == TOPICS else self._offered_practices())
        return {"last": (session.page + 1) * PAGE >= count}

    def _topics(self, request: Request, session: Session) -> Move:
        return self._turn_page(TOPICS, replace(session, page=-1))

    def _practices(self, request: Request, session: Session) -> Move:
        return self._turn_page(PRACTICES, replace(session, page=-1))

    def _turn_page(self, which: str, session: Session, by: int = 1) -> Move:
        names = self.catalogue.topics if which == TOPICS else self._offered_practices()
        page = session.page + by
        if page * PAGE >= len(names):
            return Move(f"{which}.end", session)
        turned = replace(session, page=page, at=which)
        return Move(which, turned, self._needed(which, turned))

    def _shorter(self, request: Request, session: Session) -> Move:
        if session.at == session.exercise.practice != "":
            shorter = max((n for n in LENGTHS if n < session.exercise.minutes), default=LENGTHS[0])
            return self._begin(replace(session.exercise, minutes=shorter, rounds=0, part=0), session)
        brief = replace(session, brief=True)
        if base(session.at) in self.catalogue.topics:
            return Move(session.at, brief)
        return Move("ShorterIntent", brief)

    def _longer(self, request: Request, session: Session) -> Move:
        if session.at == session.exercise.practice != "":
            longer = min((n for n in LENGTHS if n > session.exercise.minutes), default=LENGTHS[-1])
            return self._begin(replace(session.exercise, minutes=longer, rounds=0, part=0), session)
        return self._more(request, session)

    def _slower(self, request: Request, session: Session) -> Move:
        return self._pace(session, -1, "SlowerIntent")

    def _faster(self, request: Request, session: Session) -> Move:
        return self._pace(session, 1, "FasterIntent")

    def _pace(self, session: Session, by: int, response: str) -> Move:
        if session.at == session.exercise.practice != "":
            step = PACES.index(session.exercise.pace) + by
            pace = PACES[min(max(step, 0), len(PACES) - 1)]
            return self._begin(replace(session.exercise, pace=pace, part=0), session)
        rate = min(max(session.rate + by, 0), len(RATES) - 1)
        return Move(response, replace(session, rate=rate), {"limit": rate == session.rate})

    def _source(self, request: Request, session: Session) -> Move:
        return Move("SourceIntent", session, {"cited": ()})

    def _discreet(self, request: Request, session: Session) -> Move:
        return Move("DiscreetIntent", replace(session, discreet=True))

    def _open(self, request: Request, session: Session) -> Move:
        return Move("OpenIntent", replace(session, discreet=False))

    def _which(self, request: Request, session: Session) -> Move:
        """Two readings are close: ask, by their spoken names. "Yes" is the first; "no" is the second."""
        first, second = request.offered
        return Move(WHICH, replace(session, offer=first, instead=second), {"names": (first, second)})

    # Safety comes before everything, and leaves quiet behind it.

    def _safety(self, name: str, session: Session) -> Move:
        holds = session.holds and name not in NO_HOLDS_AFTER
        quiet = replace(session, safe=name, instead="", holds=holds, brief=False, exercise=_fresh(session.exercise))
        return Move(name, replace(quiet, closed=session.closed or name == "MinorIntent"))

    def _for_a_minor(self, request: Request, session: Session) -> Move:
        """Nothing but the line and the way out, whatever is asked, for the rest of the session."""
        if request.name in CLOSING or request.name == NO:
            return Move("SafetyGoodbye", session)
        if request.name in (YES, REPEAT, HELP):
            return Move(session.safe, session, again=True)
        return Move("MinorAgain", session)

    def _after_safety(self, request: Request, session: Session) -> Move | None:
        """The turns after a safety answer: it repeats as often as asked, and nothing else is pressed on anybody."""
        name = request.name
        if name == "AMAZON.PreviousIntent":
            return self._wrong(request, session)
        if name in (YES, REPEAT, MORE, HELP, "AMAZON.StartOverIntent", "AMAZON.ResumeIntent"):
            if name == YES and session.offer:
                return None
            return Move(session.safe, session, again=True)
        if name in (NO, FALLBACK, "AMAZON.NextIntent", "AMAZON.PauseIntent", TOPICS, PRACTICES):
            quiet = session.said.startswith("SafetyQuiet")
            return Move("SafetyGoodbye" if quiet and name == NO else "SafetyQuiet", session)
        if name == "SlowerIntent":
            return Move(session.safe, replace(session, rate=max(session.rate - 1, 0)), again=True)
        if name in EXCUSES and session.safe in HARMED:
            return Move("SafetyQuiet", session)
        asks_for_calm = name in self.catalogue.practices or name in (
            "BreathingIntent",
            "GroundingIntent",
            "TogetherIntent",
            "CheckInIntent",
        )
        if asks_for_calm and session.safe == EMERGENCY:
            return Move(session.safe, session, again=True)
        if asks_for_calm and session.said != "SafetyCalm":
            return Move("SafetyCalm", session, {"need": self.catalogue.needs[session.safe]})
        return None

    def _wrong(self, request: Request, session: Session) -> Move:
        if session.safe:
            return Move("SafetyWrong", replace(session, safe=""))
        return self._previous(request, session)

    def _gentle_check(self, request: Request, session: Session) -> Move:
        """Not sure: offer a line without assuming. "Yes" gives it, "no" goes on with what was asked."""
        offer = request.offered[0] if request.offered else "UnsureIntent"
        return Move(GENTLE_CHECK, replace(session, offer=offer, instead=request.instead or TOPICS))

    # Practices.

    def _breathing(self, request: Request, session: Session) -> Move:
        slots = request.slots
        seconds = tuple(min(_number(slots.get(key, ""), 0), 20) for key in ("in", "hold", "out", "rest"))
        wanted = slots.get("pattern", "")
        if wanted not in self.catalogue.practices:
            wanted = USUAL_BREATHING
        exercise = self._asked(request, session, wanted)
        if seconds[0] and seconds[2]:
            exercise = replace(exercise, practice=OWN_COUNT, seconds=seconds)
        return self._gated(exercise, slots, session)

    def _grounding(self, request: Request, session: Session) -> Move:
        wanted = request.slots.get("technique", "")
        if wanted not in self.catalogue.practices:
            wanted = USUAL_GROUNDING
        return self._gated(self._asked(request, session, wanted), request.slots, session)

    def _check_in(self, request: Request, session: Session) -> Move:
        wanted = request.slots.get("care", "")
        if wanted in self.catalogue.practices:
            return self._begin(self._asked(request, session, wanted), session)
        return Move("CheckInIntent", session)

    def _together(self, request: Request, session: Session) -> Move:
        """The gate: the other person is asked for before anything that needs them."""
        wanted = request.slots.get("pattern", "") or request.slots.get("technique", "")
        kind = self.catalogue.practices.get(wanted)
        pair = kind.pair if kind and kind.pair else wanted if kind and kind.together else "b-shared"
        alone = wanted if kind and not kind.together else USUAL_BREATHING
        exercise = self._asked(request, session, alone)
        asked = replace(session, offer=pair, instead=ALONE, exercise=exercise)
        return Move("TogetherIntent", asked, {"pair": pair})

    def _alone(self, request: Request, session: Session) -> Move:
        """The gate got a no or a maybe: the version for one is offered."""
        return Move(ALONE, session, {"alone": session.exercise.practice or USUAL_BREATHING})

    def _asked(self, request: Request, session: Session, practice: str) -> Exercise:
        """An exercise with the length that was asked for, kept within what there is."""
        kept = _fresh(session.exercise)
        minutes = _minutes(request.slots.get("duration", "")) or kept.minutes
        rounds = _number(request.slots.get("rounds", ""), 0)
        if rounds:
            rounds = min(max(rounds, ROUNDS[0]), ROUNDS[1])
        return replace(kept, practice=practice, minutes=minutes, rounds=rounds)

    def _gated(self, exercise: Exercise, slots: Mapping[str, str], session: Session) -> Move:
        kind = self.catalogue.practices[exercise.practice]
        if slots.get("company") == "together" or kind.together:
            return self._together(Request("TogetherIntent", {**slots, "pattern": exercise.practice}), session)
        held = exercise.seconds and (exercise.seconds[1] or exercise.seconds[3])
        if kind.holds or held:
            swap = kind.swap or USUAL_BREATHING
            if not session.holds:
                return self._begin(replace(exercise, practice=swap, seconds=()), session)
            asked = replace(session, exercise=exercise, offer=HOLD_GO, instead=swap)
            return Move("HoldScreen", asked)
        return self._begin(exercise, session)

    def _practising(self, session: Session) -> bool:
        """Whether an exercise was the last thing that played."""
        return bool(session.exercise.practice) and session.said == session.exercise.practice

    def _hold_go(self, request: Request, session: Session) -> Move:
        return self._begin(session.exercise, session)

    def _practice_on(self, request: Request, session: Session) -> Move:
        return self._begin(replace(session.exercise, part=session.exercise.part + 1), session)

    def _own_pace(self, request: Request, session: Session) -> Move:
        """The five senses turn by turn: the skill waits, and a word moves on."""
        return self._begin(replace(_fresh(session.exercise), practice="g-54321", stepwise=True), session)

    def _begin(self, exercise: Exercise, session: Session) -> Move:
        return Move(exercise.practice, replace(session, exercise=exercise), starts=True)

    def _once_more(self, request: Request, session: Session) -> Move:
        if session.exercise.practice:
            return self._begin(replace(session.exercise, part=0, times=0), session)
        return self._repeat(request, session)

    def _count(self, request: Request, session: Session) -> Move:
        return self._counted(session, "whole")

    def _no_count(self, request: Request, session: Session) -> Move:
        return self._counted(session, "none")

    def _counted(self, session: Session, counting: str) -> Move:
        practice = session.exercise.practice or USUAL_BREATHING
        return self._begin(replace(session.exercise, practice=practice, counting=counting, part=0), session)

    def _quieter(self, request: Request, session: Session) -> Move:
        if not session.exercise.practice:
            return self._discreet(request, session)
        return self._begin(replace(session.exercise, quiet=True, counting="none", part=0), session)

    def _sound(self, request: Request, session: Session) -> Move:
        """A quiet bed of sound under the practice, from here on."""
        practice = session.exercise.practice or USUAL_BREATHING
        return self._begin(replace(session.exercise, practice=practice, bed=True, part=0), session)

    def _different(self, request: Request, session: Session) -> Move:
        current = session.exercise.practice
        if not current:
            return self._next(request, session)
        kind = self.catalogue.practices[current]
        same = [n for n in self._offered_practices() if self.catalogue.practices[n].breathing == kind.breathing]
        after = same[(same.index(current) + 1) % len(same)] if current in same else same[0]
        return self._begin(replace(_fresh(session.exercise), practice=after), session)


def _fresh(exercise: Exercise) -> Exercise:
    """How the listener likes practices, without any one practice."""
    return Exercise(
        minutes=exercise.minutes, pace=exercise.pace, counting=exercise.counting, quiet=exercise.quiet, bed=exercise.bed
    )


def _number(value: str, default: int) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


def _minutes(duration: str) -> int:
    """The length nearest to an ISO 8601 duration such as `PT90S`; 0 when there is none."""
    seconds, number = 0, ""
    for sign in duration.upper().removeprefix("PT"):
        if sign.isascii() and sign.isdigit():
            number += sign
        elif number and sign in "HMS":
            seconds += min(int(number[:6]), 100000) * {"H": 3600, "M": 60, "S": 1}[sign]
            number = ""
        else:
            return 0
    return min(LENGTHS, key=lambda minutes: abs(minutes * 60 - seconds)) if seconds else 0

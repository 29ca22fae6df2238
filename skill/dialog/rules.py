"""Which response answers a request, and what is remembered.

Pure: a request and a session in, a response's name and the next session out. Most requests are answered by the response
of their own name; the few that point backwards or depend on where we are stand in the table below, those of practices
in `exercise_rules.py`, those of safety in `safety_rules.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from skill.dialog import names
from skill.dialog.codes import NameCodes
from skill.dialog.exercise_rules import ExerciseRules
from skill.dialog.model import PAGE, Catalogue, Request, Turn, base_name, fresh, part_name, part_number
from skill.dialog.safety_rules import SafetyRules
from skill.dialog.state import RATES, Session

MOVES_ON = frozenset({names.YES, names.NEXT, names.FALLBACK, names.WHICH, names.MORE, names.RESUME, names.OUT_OF_SCOPE})
"""At the listener's own pace, any word that is no request of its own leads to the next step."""

TWO_WAYS = frozenset({names.WHICH, names.GENTLE_CHECK, names.TOGETHER, names.HOLD_SCREEN})
"""Questions whose "no" leads somewhere of its own."""


class Conversation:
    """The rules, over one catalogue of names."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.exercise_rules = ExerciseRules(catalogue)
        self.safety_rules = SafetyRules(catalogue)
        self._rules: dict[str, Callable[[Request, Session], Turn]] = {
            names.LAUNCH: self._launch,
            names.HELP: self._help,
            names.FALLBACK: self._fallback,
            names.YES: self._yes,
            names.NO: self._no,
            names.REPEAT: self._repeat,
            names.NEXT: self._next,
            names.PREVIOUS: self._previous,
            names.START_OVER: self._start_over,
            names.PAUSE: self._pause,
            names.RESUME: self._resume,
            names.MORE: self._more,
            names.LIST_TOPICS: self._topics,
            names.LIST_PRACTICES: self._practices,
            names.SHORTER: self._shorter,
            names.LONGER: self._longer,
            names.SLOWER: self._slower,
            names.FASTER: self._faster,
            names.SOURCE: self._source,
            names.DISCREET: self._discreet,
            names.OPEN: self._open,
            names.WRONG: self._previous,
            names.GENTLE_CHECK: self.safety_rules.gentle_check,
            names.WHICH: self._which,
            names.AGAIN: self._once_more,
            names.QUIETER: self._quieter,
            names.DIFFERENT: self._different,
            **self.exercise_rules.rules,
        }

    def knows(self, name: str) -> bool:
        """Whether a request of this name has a rule of its own, beside the response of its name."""
        return name in self._rules or name in names.CLOSING

    def codes(self) -> NameCodes:
        """The codes of every name that a session of this conversation can hold, taken from where the names stand."""
        catalogue = self.catalogue
        responses = catalogue.names | frozenset(catalogue.practices)
        requests = responses | self._rules.keys() | names.CLOSING
        return NameCodes(
            {
                "said": responses,
                "at": frozenset(name for name in responses if self._is_place(base_name(name))),
                "offer": requests,
                "instead": requests,
                "safe": {*catalogue.safety, names.SAFETY_ANYWHERE},
                "heard": catalogue.topics,
                "practice": catalogue.practices,
            }
        )

    def answer(self, request: Request, session: Session) -> Turn:
        """The response to a request in a session. Every request gets one, in every state."""
        if session.misses and request.name != names.FALLBACK:
            session = replace(session, misses=0)
        if request.name in self.catalogue.safety:
            return self.safety_rules.given(request.name, session)
        if session.closed:
            return self.safety_rules.for_a_minor(request, session)
        if request.name in names.CLOSING:
            return Turn(names.SAFETY_GOODBYE if session.safe else request.name, session)
        if session.safe and (turn := self.safety_rules.after(request, session)):
            return turn
        named = request.name in MOVES_ON or request.name in self.catalogue.topics
        if session.exercise.stepwise and self.exercise_rules.is_on(session) and named:
            return self.exercise_rules.next_step(session)
        if session.said == names.TOGETHER and request.name in (names.FALLBACK, names.WHICH, names.OUT_OF_SCOPE):
            return self.exercise_rules.alone(request, session)  # a maybe is no yes
        return self._plain(request, session)

    def settle(self, turn: Turn, offer: str) -> Session:
        """The session after a response was rendered: what was said, where we are, and what "yes" means now."""
        session, name = turn.session, turn.response
        whole = base_name(name)
        heard = session.heard
        if whole in self.catalogue.topics:
            parts = max(part_number(name), session.heard_parts(whole))
            heard = (*(entry for entry in heard if entry[0] != whole), (whole, parts))
        if name == names.GENTLE_CHECK:
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
            or whole in (names.LIST_TOPICS, names.LIST_PRACTICES)
        )

    def onward(self, session: Session, after: str) -> str:
        """The next topic nobody has heard in this session, in the article's order; empty when all were."""
        topics = self.catalogue.topics
        start = topics.index(base_name(after)) + 1 if base_name(after) in topics else 0
        return next((topic for topic in topics[start:] + topics[:start] if not session.heard_parts(topic)), "")

    def fresh_offer(self, offer: str, session: Session) -> bool:
        """Whether an offer leads to words not yet spoken: a topic heard before would repeat itself."""
        if offer == names.MORE:
            return part_number(session.at) < self.catalogue.parts.get(base_name(session.at), 1)
        return not session.heard_parts(offer) if offer in self.catalogue.topics else True

    # What a request leads to, where that is not the response of its own name.

    def _plain(self, request: Request, session: Session) -> Turn:
        if rule := self._rules.get(request.name):
            return rule(request, session)
        if request.name in self.catalogue.practices:
            return self.exercise_rules.named(request.name, session)
        if request.name in self.catalogue.topics:
            if session.exercise.practice:
                session = replace(session, exercise=replace(session.exercise, practice=""))
            return Turn(request.name, session)
        if request.name in self.catalogue.names:
            holds = session.holds and base_name(request.name) not in self.catalogue.no_holds
            return Turn(request.name, replace(session, holds=holds))
        return self._fallback(request, session)

    def _launch(self, request: Request, session: Session) -> Turn:
        begun = Session(
            rate=session.rate,
            discreet=session.discreet,
            remembered=session.remembered,
            exercise=fresh(session.exercise),
        )
        return Turn(names.LAUNCH, begun, {"remembered": session.remembered})

    def _help(self, request: Request, session: Session) -> Turn:
        return Turn(names.HELP, session, {"here": self._here(session)})

    def _here(self, session: Session) -> str:
        whole = base_name(session.at)
        if self.exercise_rules.is_here(session):
            return "practice"
        if whole in self.catalogue.topics:
            return "topic"
        if whole in (names.LIST_TOPICS, names.LIST_PRACTICES):
            return "list"
        return "feeling" if whole in self.catalogue.feelings else "start"

    def _fallback(self, request: Request, session: Session) -> Turn:
        misses = min(session.misses + 1, 3)
        return Turn(part_name(names.FALLBACK, misses), replace(session, misses=misses))

    def _yes(self, request: Request, session: Session) -> Turn:
        if not session.offer:
            return Turn(names.YES, session)
        if session.offer == names.AGAIN:
            return self.exercise_rules.once_more(replace(session, offer=""), session.exercise.times + 1)
        return self.answer(Request(session.offer), replace(session, offer="", instead=""))

    def _no(self, request: Request, session: Session) -> Turn:
        if session.instead:
            return self.answer(Request(session.instead), replace(session, offer="", instead=""))
        if self.exercise_rules.is_on(session):
            return Turn(names.REST, session)
        if base_name(session.said) == names.NO or not session.said:
            return Turn(part_name(names.NO, 2), session)
        return Turn(names.NO, session)

    def _repeat(self, request: Request, session: Session) -> Turn:
        if not session.said:
            return Turn(names.REPEAT, session)
        return self._say_again(session)

    def _say_again(self, session: Session) -> Turn:
        if session.said in self.catalogue.practices:
            return Turn(session.said, session, starts=True, again=True)
        return Turn(session.said, session, self._needed(session.said, session), again=True)

    def _needed(self, name: str, session: Session) -> Mapping[str, Any]:
        """The variables that a response needs besides its own words."""
        if name == names.LIST_TOPICS:
            return {"names": self._paged(self.catalogue.topics, session.page), **self._ends(name, session)}
        if name == names.LIST_PRACTICES:
            return {"names": self._paged(self.exercise_rules.offered(), session.page), **self._ends(name, session)}
        if name == names.LAUNCH:
            return {"remembered": session.remembered}
        if name == names.HELP:
            return {"here": self._here(session)}
        if name == names.MORE:
            return {"next_topic": self.onward(session, session.at)}
        if name in (names.SLOWER, names.FASTER):
            return {"limit": False}
        if name == names.SAFETY_CALM:
            return {"need": self.safety_rules.kind(session).need}
        if name == names.TOGETHER:
            return {"pair": session.offer}
        if name == names.ALONE:
            return {"alone": session.exercise.practice or names.USUAL_BREATHING}
        if name == names.WHICH:
            return {"names": (session.offer, session.instead)}
        return {"cited": ()} if name == names.SOURCE else {}

    def _more(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in (names.LIST_TOPICS, names.LIST_PRACTICES):
            return self._turn_page(whole, session)
        if not session.at:
            return self._topics(request, session)
        if session.brief and whole in self.catalogue.topics:
            return Turn(session.at, replace(session, brief=False))
        if part_number(session.at) < self.catalogue.parts.get(whole, 1):
            return Turn(part_name(whole, part_number(session.at) + 1), session)
        return Turn(names.MORE, session, {"next_topic": self.onward(session, whole)})

    def _next(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in (names.LIST_TOPICS, names.LIST_PRACTICES):
            return self._turn_page(whole, session)
        if topic := self.onward(session, whole):
            return Turn(topic, session)
        return Turn(names.NEXT, session)

    def _previous(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in (names.LIST_TOPICS, names.LIST_PRACTICES) and session.page:
            return self._turn_page(whole, session, -1)
        if part_number(session.at) > 1 and whole in self.catalogue.topics:
            return Turn(part_name(whole, part_number(session.at) - 1), session)
        topics = [topic for topic, _ in session.heard]
        before = topics[: topics.index(whole)] if whole in topics else topics
        return Turn(before[-1] if before else names.PREVIOUS, session)

    def _start_over(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in self.catalogue.topics:
            return Turn(whole, session)
        if session.exercise.practice:
            return self.exercise_rules.once_more(session)
        return Turn(names.START_OVER, Session(rate=session.rate, discreet=session.discreet))

    def _pause(self, request: Request, session: Session) -> Turn:
        return Turn(names.PAUSE, session)

    def _resume(self, request: Request, session: Session) -> Turn:
        if not session.at:
            return Turn(names.RESUME, session)
        return self._say_again(replace(session, said=session.at))

    def _paged(self, listed: tuple[str, ...], page: int) -> tuple[str, ...]:
        return listed[page * PAGE : page * PAGE + PAGE]

    def _ends(self, name: str, session: Session) -> Mapping[str, bool]:
        count = len(self.catalogue.topics if name == names.LIST_TOPICS else self.exercise_rules.offered())
        return {"last": (session.page + 1) * PAGE >= count}

    def _topics(self, request: Request, session: Session) -> Turn:
        return self._turn_page(names.LIST_TOPICS, replace(session, page=-1))

    def _practices(self, request: Request, session: Session) -> Turn:
        return self._turn_page(names.LIST_PRACTICES, replace(session, page=-1))

    def _turn_page(self, which: str, session: Session, by: int = 1) -> Turn:
        listed = self.catalogue.topics if which == names.LIST_TOPICS else self.exercise_rules.offered()
        page = session.page + by
        if page * PAGE >= len(listed):
            return Turn(f"{which}.end", session)
        turned = replace(session, page=page, at=which)
        return Turn(which, turned, self._needed(which, turned))

    def _shorter(self, request: Request, session: Session) -> Turn:
        if self.exercise_rules.is_here(session):
            return self.exercise_rules.lasting(session, -1)
        brief = replace(session, brief=True)
        if base_name(session.at) in self.catalogue.topics:
            return Turn(session.at, brief)
        return Turn(names.SHORTER, brief)

    def _longer(self, request: Request, session: Session) -> Turn:
        if self.exercise_rules.is_here(session):
            return self.exercise_rules.lasting(session, 1)
        return self._more(request, session)

    def _slower(self, request: Request, session: Session) -> Turn:
        return self._pace(session, -1, names.SLOWER)

    def _faster(self, request: Request, session: Session) -> Turn:
        return self._pace(session, 1, names.FASTER)

    def _pace(self, session: Session, by: int, response: str) -> Turn:
        if self.exercise_rules.is_here(session):
            return self.exercise_rules.paced(session, by)
        rate = min(max(session.rate + by, 0), len(RATES) - 1)
        return Turn(response, replace(session, rate=rate), {"limit": rate == session.rate})

    def _once_more(self, request: Request, session: Session) -> Turn:
        return self.exercise_rules.once_more(session) if session.exercise.practice else self._repeat(request, session)

    def _quieter(self, request: Request, session: Session) -> Turn:
        return self.exercise_rules.quieter(session) if session.exercise.practice else self._discreet(request, session)

    def _different(self, request: Request, session: Session) -> Turn:
        return self.exercise_rules.different(session) if session.exercise.practice else self._next(request, session)

    def _source(self, request: Request, session: Session) -> Turn:
        return Turn(names.SOURCE, session, {"cited": ()})

    def _discreet(self, request: Request, session: Session) -> Turn:
        return Turn(names.DISCREET, replace(session, discreet=True))

    def _open(self, request: Request, session: Session) -> Turn:
        return Turn(names.OPEN, replace(session, discreet=False))

    def _which(self, request: Request, session: Session) -> Turn:
        """Two readings are close: ask, by their spoken names. "Yes" is the first; "no" is the second."""
        if len(request.offered) != 2:
            return self._fallback(request, session)
        first, second = request.offered
        return Turn(names.WHICH, replace(session, offer=first, instead=second), {"names": (first, second)})

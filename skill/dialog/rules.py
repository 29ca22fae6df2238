"""Which response answers a request, and what is remembered.

Pure: a request and a session in, a response's name and the next session out. Most requests are answered by the response
of their own name; the few that point backwards or depend on where we are stand in the table below, those of practices
in `exercise_rules.py`, those of safety in `safety_rules.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from skill.dialog import names
from skill.dialog.codes import NameCodes
from skill.dialog.exercise_rules import ExerciseRules
from skill.dialog.model import (
    PAGE_SIZE,
    Catalogue,
    Question,
    Request,
    Turn,
    base_name,
    begun,
    fresh,
    is_aside,
    part_name,
    part_number,
)  # fmt: skip
from skill.dialog.reply_rules import ReplyRules
from skill.dialog.safety_rules import SafetyRules
from skill.dialog.state import COMPANIES, MOST_TOLD, RATES, Session
from skill.dialog.variables import LISTS, Values, names_in, variables_of

MOVES_ON = frozenset(
    {names.YES, names.NEXT, names.FALLBACK, names.WHICH, names.MORE, names.RESUME, names.OUT_OF_SCOPE}
    | {names.LISTENING, names.NOT_SURE, names.CHOICE, names.ASIDE}
)
"""At the listener's own pace, any word that is no request of its own leads to the next step."""

UNCLEAR = frozenset(
    {names.FALLBACK, names.WHICH, names.GENTLE_CHECK, names.WRONG, names.PREVIOUS, names.OUT_OF_SCOPE, names.ASIDE}
)
"""Words that say nothing else we know of."""

NO_CLEAR_YES = frozenset(
    {names.FALLBACK, names.WHICH, names.OUT_OF_SCOPE, names.NOT_SURE, names.LISTENING, names.CHOICE, names.ASIDE}
)
"""What is no clear yes of somebody who is asked for (content reference, shared practices)."""

TWO_WAYS = frozenset({names.WHICH, names.GENTLE_CHECK, names.TOGETHER, names.HOLD_SCREEN, names.MINOR_CHECK})
"""Questions whose "no" leads somewhere of its own."""


class Conversation:
    """The rules, over one catalogue of names."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue: Catalogue = catalogue
        self.exercise_rules: ExerciseRules = ExerciseRules(catalogue)
        self.safety_rules: SafetyRules = SafetyRules(catalogue)
        self.reply_rules: ReplyRules = ReplyRules(self.lead, self.no)
        self._rules: dict[str, Callable[[Request, Session], Turn]] = {
            names.LAUNCH: lambda request, session: Turn(names.LAUNCH, begun(session)),
            names.HELP: lambda request, session: Turn(names.HELP, session),
            names.FALLBACK: self._fallback,
            names.YES: self._yes,
            names.NO: self.no,
            names.REPEAT: self._repeat,
            names.NEXT: self._next,
            names.PREVIOUS: self._previous,
            names.START_OVER: self._start_over,
            names.PAUSE: lambda request, session: Turn(names.PAUSE, session),
            names.RESUME: self._resume,
            names.MORE: self._more,
            names.LIST_TOPICS: lambda request, session: self._first_page(names.LIST_TOPICS, session),
            names.LIST_PRACTICES: lambda request, session: self._first_page(names.LIST_PRACTICES, session),
            names.SHORTER: self._shorter,
            names.LONGER: self._more,
            names.SLOWER: lambda request, session: self._pace(names.SLOWER, session, -1),
            names.FASTER: lambda request, session: self._pace(names.FASTER, session, 1),
            names.SOURCE: lambda request, session: Turn(self._fitting(request, session) or names.SOURCE, session),
            names.DISCREET: self._discreet,
            names.OPEN: lambda request, session: Turn(names.OPEN, replace(session, discreet=False)),
            names.WRONG: self._wrong,
            names.GENTLE_CHECK: self._gentle_check,
            names.MINOR_CHECK: self.safety_rules.minor_check,
            names.ADULT: self.safety_rules.of_age,
            names.WHICH: self._which,
            names.AGAIN: self._repeat,
            names.QUIETER: self._discreet,
            names.DIFFERENT: self._next,
            **self.exercise_rules.rules,
            **self.reply_rules.rules,
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
                "options": requests,
                "later": requests,
                "asked": responses,
                "safe": {*catalogue.safety, names.SAFETY_ANYWHERE},
                "door": {*catalogue.safety, names.SAFETY_ANYWHERE},
                "heard": catalogue.topics,
                "told": catalogue.callers,
                "practice": catalogue.practices,
            }
        )

    def answer(self, request: Request, session: Session) -> Turn:
        """The response to a request in a session, with its variables. Every request gets one, in every state."""
        turn = self._answer(request, session)
        values = self.variables(turn.response, turn.session)
        return replace(turn, variables={**values, **turn.variables}) if values else turn

    def variables(self, response: str, session: Session) -> Values:
        """What a response needs besides its own words, in a session that has come to it."""
        row = variables_of(response)
        return row.of(self, session) if row else {}

    def _answer(self, request: Request, session: Session) -> Turn:
        if session.misses and request.name != names.FALLBACK:
            session = replace(session, misses=0)
        if (company := request.slots.get("company", "")) in COMPANIES:
            session = replace(session, company=company)
        if told := request.slots.get("told", "").split():  # "man", or "not-man" where that is taken back
            left = [word for word in dict.fromkeys((*told, *session.told)) if f"not-{word}" not in told]
            session = replace(session, told=tuple(word for word in left if word in self.catalogue.callers)[:MOST_TOLD])
        if request.name == names.QUIET:
            return self.safety_rules.silence(session, ends=bool(request.slots.get("ends")))
        if session.resting:
            if request.name not in names.CALLS_BACK:
                return self.safety_rules.silence(session, ends=True)  # whoever came in may be the one who speaks
            session = replace(session, resting=False)
        if request.name in self.catalogue.safety:
            return self.safety_rules.given(request.name, session, request.slots)
        if session.closed and (turn := self.safety_rules.for_a_minor(request, session)):
            return turn
        if request.name in names.CLOSING:
            return Turn(names.SAFETY_GOODBYE if session.safe else request.name, session)
        if session.safe and (turn := self.safety_rules.after(request, session)):
            return turn
        if session.exercise.stepwise and self._moves_on(request, session):
            return self.exercise_rules.next_part(session)
        if session.said == names.TELL_ME and request.name in UNCLEAR:
            return self.safety_rules.given(self.catalogue.unclear, session)  # it was asked for, and is met with a line
        if session.said == names.TOGETHER and request.name in NO_CLEAR_YES:
            return self.exercise_rules.alone(request, session)  # a maybe is no yes
        return self._plain(request, session)

    def settle(self, turn: Turn, question: Question, variant: int | None = None) -> Session:
        """The session after a response was rendered: what was said, where we are, and what a reply means now."""
        session, name = turn.session, turn.response
        if is_aside(name, session):
            return session  # the question that was open is asked again
        changed = self.opened(session, name, question)
        changed |= {"said": name, "later": session.later if name in LISTS else ""}  # a list is chosen from first
        if variant is not None:
            changed["variant"] = variant
        if self._is_place(base_name(name)):
            changed |= {"at": name, "heard": self._heard(name, session)}
            if name != session.exercise.practice:
                changed["exercise"] = fresh(session.exercise)  # a practice ends where another place begins
        return replace(session, **changed)

    def opened(self, session: Session, name: str, question: Question) -> dict[str, Any]:
        """What changes in a session with a question that stands at the end of the response `name`."""
        instead = session.instead if name in TWO_WAYS else question.instead
        # Which line it may be was decided when the check was asked.
        offer, options = session.offer if name == names.GENTLE_CHECK else question.offer, question.options
        if not options and offer and name != names.TOGETHER:  # nobody is chosen for by a place in a sentence
            options = (offer, instead or names.NO)
        return {"offer": offer, "instead": instead, "asked": question.asked, "options": options}

    def _heard(self, name: str, session: Session) -> tuple[tuple[str, str], ...]:
        """The topics in the order of hearing. One keeps its place while we stay there, as "back" has us do."""
        topic = base_name(name)
        if topic not in self.catalogue.topics:
            return session.heard
        told = {*session.heard_parts(topic), str(part_number(name))}
        parts = {**dict(session.heard), topic: "".join(sorted(told))}
        if topic != base_name(session.at):
            parts[topic] = parts.pop(topic)
        return tuple(parts.items())

    def _is_place(self, whole: str) -> bool:
        """Whether one can be at a response, so that "more", "next" and "resume" go on from it."""
        places = self.catalogue
        return any(whole in kind for kind in (places.topics, places.feelings, places.practices, LISTS))

    def onward(self, session: Session, after: str) -> str:
        """The next topic nobody has heard in this session, in the article's order; empty when all were."""
        topics = self.catalogue.topics
        start = topics.index(base_name(after)) + 1 if base_name(after) in topics else 0
        return next((topic for topic in topics[start:] + topics[:start] if not session.heard_parts(topic)), "")

    def fresh_offer(self, offer: str, session: Session) -> bool:
        """Whether an offer leads to words not yet spoken: a topic heard before would repeat itself."""
        if offer == names.MORE:
            return self._next_part(session) == part_name(base_name(session.at), part_number(session.at) + 1)
        return not session.heard_parts(offer)  # of anything but a topic none are counted

    def _moves_on(self, request: Request, session: Session) -> bool:
        """Whether a request leads to the next step at the listener's own pace, also after help or a pause."""
        if self.exercise_rules.is_on(session):
            return request.name in MOVES_ON or request.name in self.catalogue.topics
        carries_on = request.name == names.YES and session.offer == names.AGAIN
        return self.exercise_rules.is_here(session) and (carries_on or request.name in (names.NEXT, names.MORE))

    # What a request leads to, where that is not the response of its own name.

    def _plain(self, request: Request, session: Session) -> Turn:
        change = self.exercise_rules.changes.get(request.name)
        if change and self.exercise_rules.is_here(session):
            return change(session)
        if rule := self._rules.get(request.name):
            return rule(request, session)
        if request.name in self.catalogue.practices:
            return self.exercise_rules.named(request.name, session)
        part = self._fitting(request, session)
        if not part and self._told(request.name, session):
            return self._more(request, session)  # asked about once more, it is not told again in the same words
        if request.name in self.catalogue.names:
            held, other = base_name(request.name) not in self.catalogue.no_holds, next(iter(request.offered), "")
            return Turn(part or request.name, session if held else replace(session, holds=False), other=other)
        return self._fallback(request, session)

    def _fallback(self, request: Request, session: Session) -> Turn:
        misses = min(session.misses + 1, 3)
        return Turn(part_name(names.FALLBACK, misses), replace(session, misses=misses))

    def _yes(self, request: Request, session: Session) -> Turn:
        """What was offered; "yes, but shorter" has what it is to be like as the slot `also`."""
        if not session.offer:
            return Turn(names.YES, session)
        also = request.slots.get("also", "")
        turn = self.lead(session.offer, replace(session, brief=False) if also else session)
        change = self.exercise_rules.changes.get(also)
        if change and turn.starts:
            return change(turn.session)
        return replace(turn, session=replace(turn.session, brief=True)) if also == names.SHORTER else turn

    def lead(self, name: str, session: Session) -> Turn:
        """What an offer or an option leads to; the question is closed by it."""
        session = replace(session, offer="", instead="", options=(), asked="")
        if name == names.AGAIN:
            return self.exercise_rules.once_more(session, session.exercise.times + 1)
        return self._answer(Request(name), session)

    def no(self, request: Request, session: Session) -> Turn:
        """A no: the other way where the question has one, rest in a practice, and goodbye after a second no.

        With the slot `ends` it wants nothing more ("that's plenty"): goodbye at once.
        """
        ends = bool(request.slots.get("ends"))
        if session.instead and not ends:
            return self.lead(session.instead, session)
        if self.exercise_rules.is_on(session):
            return Turn(names.REST, session)
        if ends or base_name(session.said) == names.NO or not session.said:
            return Turn(part_name(names.NO, 2), session)
        return Turn(names.NO, session)

    def _repeat(self, request: Request, session: Session) -> Turn:
        if not session.said:
            return Turn(names.REPEAT, session)
        return self._say_again(session)

    def _say_again(self, session: Session) -> Turn:
        if session.said in self.catalogue.practices:
            return replace(self.exercise_rules.said(session), again=True)
        other = session.offer if session.asked in names.OTHER_MEANT else ""  # the same question, too
        return Turn(session.said, session, again=True, other=other)

    def _more(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in LISTS:
            return self._turn_page(whole, session)
        if not session.at:
            return self._first_page(names.LIST_TOPICS, session)
        if session.brief and whole in self.catalogue.topics:
            return Turn(session.at, replace(session, brief=False))
        return Turn(self._next_part(session) or names.MORE, session)

    def _next_part(self, session: Session) -> str:
        """The next part of where we are that was not told, those before it last; empty where there is none."""
        whole, here = base_name(session.at), part_number(session.at)
        last, told = self.catalogue.parts.get(whole, 1), session.heard_parts(whole)
        before = range(1, here) if told else ()  # of feelings nothing is kept: one goes on to the end
        parts = (
            part_name(whole, number) for number in (*range(here + 1, last + 1), *before) if str(number) not in told
        )
        return next(parts, "")

    def _next(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in LISTS:
            return self._turn_page(whole, session)
        if topic := self.onward(session, whole):
            return Turn(topic, session)
        return Turn(names.NEXT, session)

    def _previous(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in LISTS and session.page:
            return self._turn_page(whole, session, -1)
        if part_number(session.at) > 1:
            return Turn(part_name(whole, part_number(session.at) - 1), session)
        topics = [topic for topic, _ in session.heard]
        before = topics[: topics.index(whole)] if whole in topics else topics
        if not before:
            return Turn(names.PREVIOUS, session)
        return Turn(before[-1], replace(session, at=before[-1]))

    def _wrong(self, request: Request, session: Session) -> Turn:
        """Misheard: what was suspected where a door was opened, else what was said last."""
        if session.door:
            return Turn(names.DOOR_CLOSED, session)
        return self._previous(request, session)

    def _start_over(self, request: Request, session: Session) -> Turn:
        whole = base_name(session.at)
        if whole in self.catalogue.topics:
            return Turn(whole, session)
        return Turn(names.START_OVER, begun(session))

    def _fitting(self, request: Request, session: Session) -> str:
        """The part that answers the question best and was not told yet; empty where any part is as good."""
        told, last = session.heard_parts(request.name), self.catalogue.parts.get(request.name, 1)
        there = (part for part in request.fits if part_number(part) <= last)  # what was learned may know of more
        return next((part for part in there if str(part_number(part)) not in told and part != session.said), "")

    def _told(self, name: str, session: Session) -> bool:
        """Whether a topic or feeling was told just now and has more to it."""
        taught = name in {*self.catalogue.topics, *self.catalogue.feelings}
        here = taught and name == base_name(session.at) and session.said == session.at
        return here and bool(self._next_part(session))

    def _resume(self, request: Request, session: Session) -> Turn:
        if not session.at:
            return Turn(names.RESUME, session)
        if session.said == session.at and session.at not in self.catalogue.practices:
            return self._more(request, session)  # nothing came between: "carry on" goes on
        return self._say_again(replace(session, said=session.at))

    def _first_page(self, which: str, session: Session) -> Turn:
        return self._turn_page(which, session, -session.page)

    def _turn_page(self, which: str, session: Session, by: int = 1) -> Turn:
        page = session.page + by
        if page * PAGE_SIZE >= len(names_in(which, self)):
            return Turn(f"{which}.end", session)
        return Turn(which, replace(session, page=page, at=which))

    def _shorter(self, request: Request, session: Session) -> Turn:
        at_topic = base_name(session.at) in self.catalogue.topics
        return Turn(session.at if at_topic else names.SHORTER, replace(session, brief=True))

    def _pace(self, response: str, session: Session, by: int) -> Turn:
        rate = min(max(session.rate + by, 0), len(RATES) - 1)
        return Turn(response, replace(session, rate=rate), {"limit": rate == session.rate})

    def _discreet(self, request: Request, session: Session) -> Turn:
        return Turn(names.DISCREET, replace(session, discreet=True))

    def _gentle_check(self, request: Request, session: Session) -> Turn:
        """In doubt, what was asked is answered and a door to help left beside it, once for each reason.

        A check steps in front of the answer only where the answer itself could hurt whom it was meant for, or where
        nothing was asked that has one (decision 1: in doubt, answer and leave a door).
        """
        likely = Request(request.instead or names.FALLBACK, request.slots, request.offered[1:], fits=request.fits)
        if not self.safety_rules.checks(request, session):
            return self.answer(likely, session)
        if not self.safety_rules.harmless(request):
            return self.safety_rules.gentle_check(request, session)
        kind = self.safety_rules.doubted(request)
        turn = self.answer(likely, session)
        if turn.starts:
            return turn  # a practice has no room for it
        return replace(turn, session=replace(turn.session, door=kind), door=kind)

    def _which(self, request: Request, session: Session) -> Turn:
        """Two readings are close: ask, by their spoken names. "Yes" is the first; "no" is the second."""
        if len(request.offered) != 2:
            return self._fallback(request, session)
        first, second = request.offered
        return Turn(names.WHICH, replace(session, offer=first, instead=second))

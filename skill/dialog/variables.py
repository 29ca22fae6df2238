"""The variables of the responses that need more than their own words. A row here is all that a new one takes.

`Conversation.answer` hands a response its variables whenever it is given, the first time and again, and
`soft-landing check` speaks the response with all values that its row leads to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import Any, Protocol

from skill.dialog import names
from skill.dialog.exercise_rules import ExerciseRules
from skill.dialog.model import PAGE_SIZE, Catalogue, base_name
from skill.dialog.safety_rules import SafetyRules
from skill.dialog.state import Exercise, Session

LISTS = (names.LIST_TOPICS, names.LIST_PRACTICES)

Values = Mapping[str, Any]


class Rules(Protocol):
    """What the values are made from: the rules of a conversation, `skill.dialog.rules.Conversation`."""

    catalogue: Catalogue
    exercise_rules: ExerciseRules
    safety_rules: SafetyRules

    def onward(self, session: Session, after: str) -> str:
        """The next topic nobody has heard in this session."""


@dataclass(frozen=True)
class Variables:
    """How the values of a response's variables follow from the session, and which sessions a check tries."""

    of: Callable[[Rules, Session], Values]
    tried: Callable[[Rules], Iterable[Session]] = lambda rules: (Session(),)
    also: tuple[Values, ...] = ()
    """Values that follow from no session: a rule puts them into its turn, or `skill.core` fills them in."""

    def every(self, rules: Rules) -> list[Values]:
        """All values that a check has to try, each once."""
        found = [self.of(rules, session) for session in self.tried(rules)]
        found += [{**self.of(rules, Session()), **more} for more in self.also]
        return [values for at, values in enumerate(found) if values not in found[:at]]


def here(rules: Rules, session: Session) -> str:
    """The kind of place where the listener is, for help that fits."""
    whole, catalogue = base_name(session.at), rules.catalogue
    if rules.exercise_rules.is_here(session):
        return "practice"
    if whole in catalogue.topics:
        return "topic"
    if whole in LISTS:
        return "list"
    return "feeling" if whole in catalogue.feelings else "start"


def at_each_kind(rules: Rules) -> Iterable[Session]:
    """A session at each kind of place."""
    yield Session()
    for names_of_kind in (rules.catalogue.topics, sorted(rules.catalogue.feelings), LISTS):
        yield from (Session(at=name) for name in names_of_kind[:1])
    yield Session(at=names.USUAL_BREATHING, exercise=Exercise(practice=names.USUAL_BREATHING))


def names_in(which: str, rules: Rules) -> tuple[str, ...]:
    """What a list holds."""
    return rules.catalogue.topics if which == names.LIST_TOPICS else rules.exercise_rules.offered()


def page(which: str, rules: Rules, session: Session) -> Values:
    """A page of a list: its names, and whether it is the last one."""
    every, start, end = names_in(which, rules), session.page * PAGE_SIZE, (session.page + 1) * PAGE_SIZE
    return {"names": every[start:end], "last": end >= len(every)}


def pages(which: str, rules: Rules) -> Iterable[Session]:
    """A session at each page of a list."""
    return (Session(page=number) for number in range(ceil(len(names_in(which, rules)) / PAGE_SIZE)))


def sending(rules: Rules, session: Session) -> str:
    """What becomes of a wish to have it sent: `sent`, `quiet` in a discreet session, else `nothing` that was told."""
    if session.discreet:
        return "quiet"
    told = {*rules.catalogue.topics, *rules.catalogue.feelings}
    return "sent" if base_name(session.at) in told else "nothing"


def some_and_all_heard(rules: Rules) -> Iterable[Session]:
    """A session with topics left to hear, and one without."""
    return Session(), Session(heard=tuple((topic, "1") for topic in rules.catalogue.topics))


NEXT_TOPIC = Variables(
    lambda rules, session: {"next_topic": rules.onward(session, session.at)},
    some_and_all_heard,
)
SAFETY_NEED = Variables(
    lambda rules, session: {"need": rules.safety_rules.kind(session).need},
    lambda rules: (Session(safe=name) for name in rules.catalogue.safety),
)
"""The line that was named: the number of what was told, and no other."""
FOLLOWING = Variables(
    lambda rules, session: {"need": rules.safety_rules.kind(session).need, "kind": session.safe},
    lambda rules: (Session(safe=name) for name in rules.catalogue.safety),
)
"""The same, and which safety answer it follows."""
TAKEN_BACK = Variables(
    lambda rules, session: {"need": rules.safety_rules.kind(replace(session, safe=session.door)).need},
    lambda rules: (Session(door=name) for name in rules.catalogue.safety),
)
PACE = Variables(lambda rules, session: {"limit": False}, also=({"limit": True},))
"""Whether it was as slow or as fast as it goes already, which only the moment tells."""

OFFERED = Variables(
    lambda rules, session: {"names": (session.offer,)},
    lambda rules: (Session(offer=name) for name in (*rules.catalogue.topics, *sorted(rules.catalogue.feelings))),
)
"""What is offered, by its name."""

VARIABLES: Mapping[str, Variables] = {
    names.LAUNCH: Variables(
        lambda rules, session: {"remembered": session.remembered},
        lambda rules: (Session(), Session(remembered=True)),
    ),
    names.HELP: Variables(lambda rules, session: {"here": here(rules, session)}, at_each_kind),
    names.LIST_TOPICS: Variables(partial(page, names.LIST_TOPICS), partial(pages, names.LIST_TOPICS)),
    names.LIST_PRACTICES: Variables(partial(page, names.LIST_PRACTICES), partial(pages, names.LIST_PRACTICES)),
    names.MORE: NEXT_TOPIC,
    names.ONWARD: NEXT_TOPIC,
    names.SLOWER: PACE,
    names.FASTER: PACE,
    names.SOURCE: Variables(
        lambda rules, session: {"cited": ()},
        also=({"cited": ("One",)}, {"cited": ("One", "Two")}),
    ),
    names.SAFETY_CALM: SAFETY_NEED,
    names.SAFETY_WRONG: TAKEN_BACK,
    names.AFTER: FOLLOWING,
    names.DOOR: Variables(
        lambda rules, session: {"need": rules.safety_rules.kind(session).need},
        lambda rules: (Session(safe=name) for name in rules.catalogue.safety),
    ),
    names.SEND: Variables(
        lambda rules, session: {"card": sending(rules, session)},
        lambda rules: (Session(), Session(at=rules.catalogue.topics[0]), Session(discreet=True)),
    ),
    names.PRACTICE_OVER: Variables(lambda rules, session: {"marker": ""}, also=({"marker": "It was not from there."},)),
    names.TOGETHER: Variables(
        lambda rules, session: {"pair": session.offer},
        lambda rules: (Session(offer=name) for name, kind in rules.catalogue.practices.items() if kind.together),
    ),
    names.ALONE: Variables(
        lambda rules, session: {"alone": session.exercise.practice or names.USUAL_BREATHING},
        lambda rules: (Session(exercise=Exercise(practice=name)) for name in rules.exercise_rules.offered()),
    ),
    names.PRACTICE_ABOUT: Variables(
        lambda rules, session: {"practice": session.offer},
        lambda rules: (Session(offer=name) for name in rules.exercise_rules.offered()),
    ),
    names.EXPLAIN: Variables(
        lambda rules, session: {"offer": session.offer, "why": "", "practice": False},
        also=({"why": "That is why."}, {"practice": True, "offer": names.USUAL_BREATHING}, {"offer": names.MORE}),
    ),
    names.NOT_SURE: Variables(
        lambda rules, session: {"offered": session.offer},
        lambda rules: (Session(offer=rules.catalogue.topics[0]), Session(offer=names.MORE)),
    ),
    names.OTHER_READING: OFFERED,
    names.ASIDE_ABOUT: OFFERED,
    names.WHICH: Variables(
        lambda rules, session: {"names": (session.offer, session.instead)},
        lambda rules: (Session(offer=rules.catalogue.topics[0], instead=rules.catalogue.topics[-1]),),
    ),
}
"""By response. A control with a variable gets a row here, and its rule says nothing of it."""


def variables_of(response: str) -> Variables | None:
    """A response's row; that of `After` for all that follow a safety answer, whichever a writer adds."""
    return VARIABLES.get(names.AFTER if response.partition(".")[0] == names.AFTER else response)

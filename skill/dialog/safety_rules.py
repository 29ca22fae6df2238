"""Safety in a conversation: it comes before everything, and leaves quiet behind it (content reference, safety)."""

from dataclasses import replace

from skill.dialog import names
from skill.dialog.model import Catalogue, Request, SafetyKind, Turn, fresh
from skill.dialog.state import Session

WAYS_TO_CALM = frozenset({names.BREATHING, names.GROUNDING, names.TOGETHER, names.CHECK_IN})


class SafetyRules:
    """The rules of safety, over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def given(self, name: str, session: Session) -> Turn:
        """A safety answer, and a session that stays quiet after it."""
        holds = session.holds and name not in self.catalogue.no_holds
        quiet = replace(session, safe=name, instead="", holds=holds, brief=False, exercise=fresh(session.exercise))
        return Turn(name, replace(quiet, closed=session.closed or self.catalogue.safety[name].closes_content))

    def for_a_minor(self, request: Request, session: Session) -> Turn:
        """Nothing but the line and the way out, whatever is asked, for the rest of the session."""
        if request.name in names.CLOSING or request.name == names.NO:
            return Turn(names.SAFETY_GOODBYE, session)
        if request.name in (names.YES, names.REPEAT, names.HELP):
            return Turn(session.safe, session, again=True)
        return Turn(names.MINOR_AGAIN, session)

    def after(self, request: Request, session: Session) -> Turn | None:
        """The turns after a safety answer: it repeats as often as asked, and nothing else is pressed on anybody."""
        name, kind = request.name, self.kind(session)
        if name in (names.PREVIOUS, names.WRONG):
            return self.wrong(session)
        if name in (names.YES, names.REPEAT, names.MORE, names.HELP, names.START_OVER, names.RESUME):
            if name == names.YES and session.offer:
                return None
            return Turn(session.safe, session, again=True)
        if name in (names.NO, names.FALLBACK, names.NEXT, names.PAUSE, names.LIST_TOPICS, names.LIST_PRACTICES):
            quiet = session.said.startswith(names.SAFETY_QUIET)
            return Turn(names.SAFETY_GOODBYE if quiet and name == names.NO else names.SAFETY_QUIET, session)
        if name == names.SLOWER:
            return Turn(session.safe, replace(session, rate=max(session.rate - 1, 0)), again=True)
        if name in self.catalogue.excuses and kind.harmed:
            return Turn(names.SAFETY_QUIET, session)
        asks_for_calm = name in self.catalogue.practices or name in WAYS_TO_CALM
        if asks_for_calm and kind.no_practice:
            return Turn(session.safe, session, again=True)
        if asks_for_calm and not session.said.startswith(names.SAFETY_CALM):
            return Turn(names.SAFETY_CALM, session)
        return None

    def kind(self, session: Session) -> SafetyKind:
        """What follows from the last safety answer; from one that this version does not know, all that can."""
        kinds = self.catalogue.safety
        return kinds.get(session.safe) or replace(kinds[self.catalogue.unclear], harmed=True, no_practice=True)

    def gentle_check(self, request: Request, session: Session) -> Turn:
        """Not sure: offer a line without assuming. "Yes" gives it, "no" goes on with what was asked."""
        offer = request.offered[0] if request.offered else self.catalogue.unclear
        return Turn(names.GENTLE_CHECK, replace(session, offer=offer, instead=request.instead or names.LIST_TOPICS))

    def wrong(self, session: Session) -> Turn:
        """It was misheard: the quiet ends."""
        return Turn(names.SAFETY_WRONG, replace(session, safe=""))

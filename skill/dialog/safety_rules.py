"""Safety in a conversation: it comes before everything, and leaves quiet behind it (content reference, safety)."""

from skill.dialog.model import (
    CLOSING,
    FALLBACK,
    GENTLE_CHECK,
    HELP,
    MORE,
    NO,
    NO_HOLDS_AFTER,
    PRACTICES,
    REPEAT,
    TOPICS,
    YES,
    Catalogue,
    Move,
    Request,
    fresh,
)
from skill.dialog.state import Session, changed

EMERGENCY = "EmergencyIntent"
EXCUSES = frozenset({"SkippingIntent"})
"""Topics that speak well of an absent partner: never told to somebody who described harm (C-skipping-5 and -6)."""
HARMED = frozenset({"AssaultIntent", "UnsureIntent", "PartnerViolenceIntent"})
WAYS_TO_CALM = frozenset({"BreathingIntent", "GroundingIntent", "TogetherIntent", "CheckInIntent"})


class Care:
    """The rules of safety, over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def given(self, name: str, session: Session) -> Move:
        """A safety answer, and a session that stays quiet after it."""
        holds = session.holds and name not in NO_HOLDS_AFTER
        quiet = changed(session, safe=name, instead="", holds=holds, brief=False, exercise=fresh(session.exercise))
        return Move(name, changed(quiet, closed=session.closed or name == "MinorIntent"))

    def for_a_minor(self, request: Request, session: Session) -> Move:
        """Nothing but the line and the way out, whatever is asked, for the rest of the session."""
        if request.name in CLOSING or request.name == NO:
            return Move("SafetyGoodbye", session)
        if request.name in (YES, REPEAT, HELP):
            return Move(session.safe, session, again=True)
        return Move("MinorAgain", session)

    def after(self, request: Request, session: Session) -> Move | None:
        """The turns after a safety answer: it repeats as often as asked, and nothing else is pressed on anybody."""
        name = request.name
        if name in ("AMAZON.PreviousIntent", "WrongIntent"):
            return self.wrong(session)
        if name in (YES, REPEAT, MORE, HELP, "AMAZON.StartOverIntent", "AMAZON.ResumeIntent"):
            if name == YES and session.offer:
                return None
            return Move(session.safe, session, again=True)
        if name in (NO, FALLBACK, "AMAZON.NextIntent", "AMAZON.PauseIntent", TOPICS, PRACTICES):
            quiet = session.said.startswith("SafetyQuiet")
            return Move("SafetyGoodbye" if quiet and name == NO else "SafetyQuiet", session)
        if name == "SlowerIntent":
            return Move(session.safe, changed(session, rate=max(session.rate - 1, 0)), again=True)
        if name in EXCUSES and session.safe in HARMED:
            return Move("SafetyQuiet", session)
        asks_for_calm = name in self.catalogue.practices or name in WAYS_TO_CALM
        if asks_for_calm and session.safe == EMERGENCY:
            return Move(session.safe, session, again=True)
        if asks_for_calm and not session.said.startswith("SafetyCalm"):
            return Move("SafetyCalm", session, {"need": self.catalogue.needs[session.safe]})
        return None

    def gentle_check(self, request: Request, session: Session) -> Move:
        """Not sure: offer a line without assuming. "Yes" gives it, "no" goes on with what was asked."""
        offer = request.offered[0] if request.offered else "UnsureIntent"
        return Move(GENTLE_CHECK, changed(session, offer=offer, instead=request.instead or TOPICS))

    def wrong(self, session: Session) -> Move:
        """It was misheard: the quiet ends."""
        return Move("SafetyWrong", changed(session, safe=""))

"""Replies to the open question that are neither yes nor no: an option by its place, either, both, neither, why."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from skill.dialog import names
from skill.dialog.model import Request, Turn
from skill.dialog.state import Session

PLACE = "place"
"""The slot of `ChoiceIntent`: where the chosen option stands, or which of them."""

PLACES: Mapping[str, int] = {"first": 0, "second": 1, "third": 2, "last": -1}


class ReplyRules:
    """The rules of replies; `lead` follows an option, `no` answers a no."""

    def __init__(self, lead: Callable[[str, Session], Turn], no: Callable[[Request, Session], Turn]) -> None:
        self._lead = lead
        self._no = no
        self.rules: Mapping[str, Callable[[Request, Session], Turn]] = {
            names.CHOICE: self.choice,
            names.NOT_SURE: self.not_sure,
            names.EXPLAIN: self.aside,
            names.LISTENING: self.aside,
            names.ASIDE: self.remark,
        }

    def choice(self, request: Request, session: Session) -> Turn:
        """One of the options by its place. A place that is not there has the question explained."""
        place, options = request.slots.get(PLACE, ""), session.options
        if place == "unsure":
            return self.not_sure(request, session)
        if place == "neither":
            return self._no(request, replace(session, instead=""))
        if not options:
            return self.aside(Request(names.EXPLAIN), session)
        if place == "either" and session.asked == names.HOLD_SCREEN:
            return self._lead(options[-1], session)  # who does not mind gets the one without holds
        if place in ("either", "both"):
            turn = self._lead(options[0], session)
            second = options[1] if place == "both" and options[1] not in (names.NO, options[0]) else ""
            return replace(turn, session=replace(turn.session, later=second))
        at = PLACES.get(place)
        if place == "middle" and len(options) == 3:
            at = 1
        if place == "other":
            at = len(options) - 1 if len(options) == 2 else None
        if at is None or not -len(options) <= at < len(options):
            return self.aside(Request(names.EXPLAIN), session)
        return self._option(options[at], request, session)

    def not_sure(self, request: Request, session: Session) -> Turn:
        """Nobody has to decide: the first option is offered alone, and "no" leaves it."""
        if not session.offer:
            return self.aside(Request(names.LISTENING), session)
        return Turn(names.NOT_SURE, session)

    def aside(self, request: Request, session: Session) -> Turn:
        """The question is explained, or simply stays; without one there is nothing to ask again."""
        return Turn(request.name, session) if session.asked else Turn(names.YES, session)

    def remark(self, request: Request, session: Session) -> Turn:
        """What is no request is heard, and the open question stays; without one there is something to ask.

        A compliment has a word of its own. What it may have been about is offered.
        """
        if request.fits:
            return Turn(request.fits[0], session)
        turn = self.aside(Request(names.LISTENING), session) if session.asked else Turn(names.ASIDE, session)
        return replace(turn, other=next(iter(request.offered), ""))

    def _option(self, option: str, request: Request, session: Session) -> Turn:
        return self._no(request, session) if option == names.NO else self._lead(option, session)

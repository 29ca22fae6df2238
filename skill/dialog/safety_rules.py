"""Safety in a conversation: it comes before everything, and what follows is about it (content reference, safety)."""

from collections.abc import Mapping
from dataclasses import replace

from skill.dialog import names
from skill.dialog.model import Catalogue, Request, SafetyKind, Turn, fresh
from skill.dialog.reply_rules import PLACE
from skill.dialog.state import Session

WAYS_TO_CALM = frozenset({names.BREATHING, names.GROUNDING, names.TOGETHER, names.CHECK_IN})
AGAIN_WORDS = frozenset(
    {names.YES, names.REPEAT, names.MORE, names.HELP, names.HELPLINE, names.START_OVER, names.RESUME, names.AGAIN}
)
"""What asks for the answer that stands once more."""
OWN_WORDS = frozenset({names.AFTER_TEXT, names.AFTER_MORE, names.AFTER_RING})
"""What follows a safety answer and has a number of its own: again means these words."""
FOR_A_MINOR_TOO = frozenset(
    {names.SLOWER, names.NO, names.YES, names.REPEAT, names.HELP, names.HELPLINE, names.FALLBACK}
)
"""What is answered after a minor's answer as after any other."""
NO_MORE = frozenset({names.NO, names.NEXT, names.PAUSE})
AT_ANY_TIME = frozenset(
    {names.LAUNCH, names.SOURCE, names.DISCREET, names.OPEN, names.PRIVACY, names.FORGET_ME, names.FORGOTTEN}
    | {names.QUIET, names.WORSE, names.PANIC, names.MINOR_CHECK, names.ADULT}
)
"""What is answered after a safety answer as at any time."""
IN_A_PRACTICE = frozenset(
    {names.DIFFERENT, names.QUIETER, names.SHORTER, names.LONGER, names.SLOWER, names.FASTER, names.COUNT}
    | {names.NO_COUNT, names.SOUND, names.OWN_PACE, names.PRACTICE_ON, names.AGAIN}
)
"""What changes a practice that was asked for after a safety answer."""


class SafetyRules:
    """The rules of safety, over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def given(self, name: str, session: Session, slots: Mapping[str, str] | None = None) -> Turn:
        """A safety answer in the wording that fits, and a session that stays with it.

        The slot `variant` names a wording, such as `now`; `minor` says that the speaker is under age. A minor who tells
        of harm is given a minor's line.
        """
        wanted = slots or {}
        variant, minor = wanted.get("variant", ""), self.catalogue.minor
        if session.closed and self.catalogue.safety[name].harmed:
            name, variant = minor, "harmed"
        response = f"{name}.{variant}" if f"{name}.{variant}" in self.catalogue.names else name
        holds = session.holds and name not in self.catalogue.no_holds
        closes = (self.catalogue.safety[name].closes_content and variant != "child") or wanted.get("minor") == "yes"
        closed, exercise = session.closed or closes, fresh(session.exercise)
        stays = replace(session, safe=name, instead="", holds=holds, brief=False, closed=closed, exercise=exercise)
        return Turn(response, stays)

    def for_a_minor(self, request: Request, session: Session) -> Turn | None:
        """No topic and no practice for the rest of the session; the line, what is asked about it and the way out.

        None for a wish for silence, which is as at any time.
        """
        name = request.name
        if name in names.CLOSING:
            return Turn(names.SAFETY_GOODBYE, session)
        if name == names.ADULT:
            return self.of_age(request, session)
        if name == names.QUIET:
            return None
        if self._is_follow_up(name) or name in FOR_A_MINOR_TOO:
            return self.after(request, session) or Turn(names.MINOR_AGAIN, session)
        return Turn(names.MINOR_AGAIN, session)

    def minor_check(self, request: Request, session: Session) -> Turn:
        """Words sounded like a child's, and no age was stated: ask."""
        return Turn(names.MINOR_CHECK, replace(session, instead=self.catalogue.minor))

    def of_age(self, request: Request, session: Session) -> Turn:
        """Somebody is eighteen or more: what was closed is open again."""
        taken = session.safe == self.catalogue.minor
        return Turn(names.ADULT, replace(session, closed=False, safe="" if taken else session.safe))

    def after(self, request: Request, session: Session) -> Turn | None:
        """The turns after a safety answer: about it and nothing else, for as long as the listener talks.

        None for what is answered as at any time.
        """
        name = request.name
        practising = bool(session.exercise.practice) and session.at == session.exercise.practice
        if self._is_follow_up(name) or name in (names.TELL_ME, names.MINOR_AGAIN):
            return Turn(names.AFTER if name == names.TELL_ME else name, session)
        if name in (names.PREVIOUS, names.WRONG):
            return self.wrong(session)
        if name == names.CHOICE and request.slots.get(PLACE) == "neither":
            name = names.NO
        if name == names.CHOICE and session.options:
            return None  # what the answer itself offers
        if (name == names.YES and session.offer) or (practising and name in IN_A_PRACTICE):
            return None
        if name == names.MORE and session.discreet:
            return Turn(names.AFTER_MORE, session)
        if name in AGAIN_WORDS:
            return self.again(session)
        if name in NO_MORE:
            quiet = session.said.startswith(names.SAFETY_QUIET)
            return Turn(names.SAFETY_GOODBYE if quiet and name == names.NO else names.SAFETY_QUIET, session)
        if name == names.SLOWER:
            return self.again(replace(session, rate=max(session.rate - 1, 0)))
        if name in self.catalogue.practices or name in WAYS_TO_CALM:
            return self._calm(session)
        return None if name in AT_ANY_TIME else self._presence(session)

    def _presence(self, session: Session) -> Turn:
        """What nobody foresaw is met with presence and the line, and the next of its kind without the number again."""
        once_more = session.said == names.AFTER and not session.closed and not self.kind(session).no_practice
        return Turn(names.AFTER_STAY if once_more else names.AFTER, session)

    def again(self, session: Session) -> Turn:
        """The answer that stands, in the words of the last time."""
        same = session.said.startswith(f"{session.safe}.") or session.said in OWN_WORDS
        return Turn(session.said if same else session.safe, session, again=True)

    def _calm(self, session: Session) -> Turn | None:
        """Asked for calm: the number once more first, and in an emergency only that."""
        if self.kind(session).no_practice:
            return self.again(session)
        offered = session.said.startswith(names.SAFETY_CALM) or session.said == names.AFTER_FEELING
        return None if offered else Turn(names.SAFETY_CALM, session)

    def _is_follow_up(self, name: str) -> bool:
        return name.partition(".")[0] == names.AFTER and name in self.catalogue.names

    def kind(self, session: Session) -> SafetyKind:
        """What follows from the last safety answer; from one that this version does not know, all that can."""
        kinds = self.catalogue.safety
        return kinds.get(session.safe) or replace(kinds[self.catalogue.unclear], harmed=True, no_practice=True)

    def silence(self, session: Session, *, ends: bool) -> Turn:
        """No words. While a safety answer stands the session rests, so that it can be called back, unless the listener
        chose it as the end; a second silence, or any words that do not call it back, closes it.
        """
        rests = bool(session.safe) and not session.resting and not ends
        return Turn(names.QUIET, replace(session, resting=rests))

    def checks(self, request: Request, session: Session) -> bool:
        """Whether a door to help is held open: once a session, and again only for another reason."""
        return self.doubted(request) != session.door

    def harmless(self, request: Request) -> bool:
        """Whether what was likely asked has an answer that could not hurt somebody of whom the doubt is true."""
        likely, places = request.instead, self.catalogue
        return (
            likely in places.names | places.practice_intents
            and likely not in places.excuses | names.TURNS_AWAY | names.CLOSING
        )

    def gentle_check(self, request: Request, session: Session) -> Turn:
        """Not sure: offer a line without assuming. "No" goes on with what was asked, where that has an answer."""
        doubted = self.doubted(request)
        instead = request.instead if request.instead in self.catalogue.excuses else names.LIST_TOPICS
        offered = replace(session, offer=self.behind_a_door(doubted), instead=instead, door=doubted)
        return Turn(names.GENTLE_CHECK, offered)

    def behind_a_door(self, doubted: str) -> str:
        """The answer to who asks for the number that was offered in doubt. It claims nothing that the listener did not
        say (decision 1): that of somebody who does not know what to call it, or which line is for what.
        """
        kind = self.catalogue.safety.get(doubted)
        return names.HELPLINE if kind and not kind.harmed else self.catalogue.unclear

    def doubted(self, request: Request) -> str:
        """The safety answer that may be needed."""
        return request.offered[0] if request.offered else self.catalogue.unclear

    def wrong(self, session: Session) -> Turn:
        """It was misheard, or taken back: the quiet ends, and the number stays known."""
        return Turn(names.SAFETY_WRONG, replace(session, safe="", door=session.safe))

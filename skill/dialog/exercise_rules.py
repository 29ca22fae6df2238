"""Practices in a conversation: which one, for how long, behind which gate, and what changes it on the way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from skill.dialog import names
from skill.dialog.model import Catalogue, Request, Turn, fresh
from skill.dialog.state import LENGTHS, PACES, ROUNDS, Exercise, Session

LENGTH_SLOTS = frozenset({"duration", "rounds"})


class ExerciseRules:
    """The rules of practices, over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.rules: Mapping[str, Callable[[Request, Session], Turn]] = {
            names.BREATHING: self._breathing,
            names.GROUNDING: self._grounding,
            names.TOGETHER: self._together,
            names.ALONE: self.alone,
            names.CHECK_IN: self._check_in,
            names.COUNT: lambda request, session: self._counted(session, "whole"),
            names.NO_COUNT: lambda request, session: self._counted(session, "none"),
            names.SOUND: self._sound,
            names.WORSE: self._worse,
            names.GLAD: self._glad,
            names.NOT_NOW: lambda request, session: Turn(names.NOT_NOW, session),
            names.OWN_PACE: self._own_pace,
            names.PRACTICE_ABOUT: self._about,
            names.HOLD_GO: lambda request, session: self.begin(session.exercise, session),
            names.PRACTICE_ON: lambda request, session: self.next_part(session),
        }
        """Requests for a practice, answered wherever one is."""
        self.changes: Mapping[str, Callable[[Session], Turn]] = {
            names.AGAIN: self.once_more,
            names.START_OVER: self.once_more,
            names.DIFFERENT: self.different,
            names.QUIETER: self.quieter,
            names.SHORTER: lambda session: self.lasting(session, -1),
            names.LONGER: lambda session: self.lasting(session, 1),
            names.SLOWER: lambda session: self.paced(session, -1),
            names.FASTER: lambda session: self.paced(session, 1),
            names.COUNT: lambda session: self._changed(session, "counted", counting="whole"),
            names.NO_COUNT: lambda session: self._changed(session, "uncounted", counting="none"),
        }
        """What changes a practice, only while one is where we are. Each says in two or three words what changed."""

    def is_on(self, session: Session) -> bool:
        """Whether an exercise was the last thing that played."""
        return bool(session.exercise.practice) and session.said == session.exercise.practice

    def is_here(self, session: Session) -> bool:
        """Whether a practice is where we are, so that slower and longer mean the practice."""
        return bool(session.exercise.practice) and session.at == session.exercise.practice

    def offered(self) -> tuple[str, ...]:
        """Held breaths are never offered, only given when asked for; those for two stand behind their gate."""
        kinds = self.catalogue.practices
        own = names.OWN_COUNT
        return tuple(name for name, kind in kinds.items() if not kind.holds and not kind.together and name != own)

    def named(self, practice: str, session: Session) -> Turn:
        """A practice by its name, as an offer has it."""
        gated = session.said in (names.TOGETHER, names.ALONE)
        kept = session.exercise if gated else fresh(session.exercise)
        return self.begin(replace(kept, practice=practice), session)

    def said(self, session: Session) -> Turn:
        """The practice that was said last, as it was asked for."""
        exercise = session.exercise if self.is_on(session) else fresh(session.exercise)
        return self.begin(replace(exercise, practice=session.said), session)

    def once_more(self, session: Session, times: int = 0) -> Turn:
        """The same again, from its start."""
        return self.begin(replace(session.exercise, part=0, times=times), session)

    def next_part(self, session: Session) -> Turn:
        """The second half of a long practice, or the next step of one at the listener's own pace."""
        return self.begin(replace(session.exercise, part=session.exercise.part + 1), session)

    def lasting(self, session: Session, by: int) -> Turn:
        """The next longer or shorter length."""
        at = LENGTHS.index(session.exercise.minutes) + by
        minutes = LENGTHS[min(max(at, 0), len(LENGTHS) - 1)]
        same = minutes == session.exercise.minutes and not session.exercise.rounds
        limit = "longest" if by > 0 else "shortest"
        return self._changed(session, limit if same else "length", minutes=minutes, rounds=0)

    def paced(self, session: Session, by: int) -> Turn:
        """The next slower or faster pace."""
        pace = PACES[min(max(PACES.index(session.exercise.pace) + by, 0), len(PACES) - 1)]
        same = pace == session.exercise.pace
        said = ("slowest" if same else "slower") if by < 0 else ("fastest" if same else "faster")
        return self._changed(session, said, pace=pace)

    def quieter(self, session: Session) -> Turn:
        """With fewer words."""
        return self._changed(session, "quieter", quiet=True, counting="none")

    def different(self, session: Session) -> Turn:
        """The next one of its kind."""
        current = session.exercise.practice
        kinds = self.catalogue.practices
        same = [name for name in self.offered() if kinds[name].breathing == kinds[current].breathing]
        after = same[(same.index(current) + 1) % len(same)] if current in same else same[0]
        return self.begin(replace(fresh(session.exercise), practice=after), session)

    def _changed(self, session: Session, what: str, **wishes: Any) -> Turn:
        """The exercise where we are, from its start, otherwise than before; `what` names the words that say so."""
        turn = self.begin(replace(session.exercise, part=0, times=0, **wishes), session)
        return replace(turn, variables={"changed": what})

    def begin(self, exercise: Exercise, session: Session) -> Turn:
        """Start an exercise. Where breaths are not to be held, the one without holds starts in its place.

        A practice that is no longer there leaves nothing to start.
        """
        kind = self.catalogue.practices.get(exercise.practice)
        if kind is None:
            return Turn(names.RESUME, replace(session, exercise=Exercise()))
        if not session.holds and self._held(exercise):
            exercise = replace(exercise, practice=kind.swap or names.USUAL_BREATHING, seconds=())
        return Turn(exercise.practice, replace(session, exercise=exercise), starts=True)

    def _about(self, request: Request, session: Session) -> Turn:
        """What a practice is, before anybody begins it. One with holds, or for two, has a question first that tells."""
        practice = self._wanted(request, "pattern", "technique", "care")
        if practice not in self.offered():
            return self._gated(self._asked(request, session, practice or names.USUAL_BREATHING), request.slots, session)
        return Turn(names.PRACTICE_ABOUT, replace(session, offer=practice))

    def _breathing(self, request: Request, session: Session) -> Turn:
        slots = request.slots
        if self._only_length(request, session):
            return self._lasts(request, session)
        seconds = tuple(min(_number(slots.get(key, "")), 20) for key in ("in", "hold", "out", "rest"))
        exercise = self._asked(request, session, self._wanted(request, "pattern") or names.USUAL_BREATHING)
        if seconds[0] and seconds[2]:
            exercise = replace(exercise, practice=names.OWN_COUNT, seconds=seconds)
        return self._gated(exercise, slots, session)

    def _grounding(self, request: Request, session: Session) -> Turn:
        if self._only_length(request, session):
            return self._lasts(request, session)
        exercise = self._asked(request, session, self._wanted(request, "technique") or names.USUAL_GROUNDING)
        return self._gated(exercise, request.slots, session)

    def _check_in(self, request: Request, session: Session) -> Turn:
        if wanted := self._wanted(request, "care"):
            return self._gated(self._asked(request, session, wanted), request.slots, session)
        return Turn(names.CHECK_IN, session)

    def _together(self, request: Request, session: Session) -> Turn:
        """The gate: the other person is asked for before anything that needs them."""
        wanted = self._wanted(request, "pattern", "technique")
        kind = self.catalogue.practices.get(wanted)
        pair = kind.pair if kind and kind.pair else wanted if kind and kind.together else names.SHARED_BREATHING
        fit = kind and not kind.together and not kind.holds
        alone = wanted if fit else (kind and kind.swap) or names.USUAL_BREATHING
        exercise = self._asked(request, session, alone)
        asked = replace(session, offer=pair, instead=names.ALONE, exercise=exercise)
        return Turn(names.TOGETHER, asked)

    def alone(self, request: Request, session: Session) -> Turn:
        """The gate got a no or a maybe: the version for one is offered."""
        return Turn(names.ALONE, session)

    def _wanted(self, request: Request, *slots: str) -> str:
        """The practice that one of some slots names; empty where none does."""
        values = (request.slots.get(slot) for slot in slots)
        return next((value for value in values if value and value in self.catalogue.practices), "")

    def _asked(self, request: Request, session: Session, practice: str) -> Exercise:
        """An exercise with the length that was asked for, kept within what there is."""
        kept = fresh(session.exercise)
        minutes = _minutes(request.slots.get("duration", "")) or kept.minutes
        rounds = _number(request.slots.get("rounds", ""))
        if rounds:
            rounds = min(max(rounds, ROUNDS[0]), ROUNDS[1])
        return replace(kept, practice=practice, minutes=minutes, rounds=rounds)

    def _only_length(self, request: Request, session: Session) -> bool:
        """Whether "two minutes" is all that was asked for, where it can only mean the practice where we are."""
        return self.is_here(session) and bool(request.slots) and request.slots.keys() <= LENGTH_SLOTS

    def _lasts(self, request: Request, session: Session) -> Turn:
        """The practice where we are, for the length that was asked for."""
        asked = self._asked(request, session, session.exercise.practice)
        return self._changed(session, "length", minutes=asked.minutes, rounds=asked.rounds)

    def _worse(self, request: Request, session: Session) -> Turn:
        """What does no good stops, and the room is looked at instead: nothing is paced, no breath is held.

        Where nobody was practising, or looking around did no good either, words are all there is (content reference,
        breathing: when it gets worse).
        """
        calm = replace(session, holds=False)
        practising = self.is_on(session) or self.is_here(session)
        if not practising or session.exercise.practice == names.USUAL_GROUNDING:
            return Turn(names.WORSE, replace(calm, exercise=fresh(session.exercise), at=""))
        turn = self.begin(Exercise(names.USUAL_GROUNDING, bed=session.exercise.bed), calm)
        return replace(turn, variables={"changed": "worse"})

    def _glad(self, request: Request, session: Session) -> Turn:
        """It did good: nothing more is pressed on anybody."""
        return Turn(names.GLAD, session)

    def _gated(self, exercise: Exercise, slots: Mapping[str, str], session: Session) -> Turn:
        if slots.get("moment") == "unsafe":
            return Turn(names.NOT_NOW, session)
        if slots.get("holds") == "none" and self._held(exercise):
            turn = self.begin(exercise, replace(session, holds=False))
            return replace(turn, variables={"changed": "without_holds"})
        kind = self.catalogue.practices[exercise.practice]
        if slots.get("company") == "together" or kind.together:
            return self._together(Request(names.TOGETHER, {**slots, "pattern": exercise.practice}), session)
        if session.holds and self._held(exercise):
            instead = kind.swap or names.USUAL_BREATHING
            asked = replace(session, exercise=exercise, offer=names.HOLD_GO, instead=instead)
            return Turn(names.HOLD_SCREEN, asked)
        return self.begin(exercise, session)

    def _held(self, exercise: Exercise) -> bool:
        """Whether breaths are held in an exercise, by its pattern or by the listener's own count."""
        return any(exercise.seconds[1::2]) or self.catalogue.practices[exercise.practice].holds

    def _own_pace(self, request: Request, session: Session) -> Turn:
        """The five senses turn by turn: the skill waits, and a word moves on."""
        return self.begin(replace(fresh(session.exercise), practice=names.SENSES, stepwise=True), session)

    def _counted(self, session: Session, counting: str) -> Turn:
        return self.begin(replace(self._current(session), counting=counting, part=0), session)

    def _sound(self, request: Request, session: Session) -> Turn:
        """A quiet bed of sound under the practice, from here on."""
        return self.begin(replace(self._current(session), bed=True, part=0), session)

    def _current(self, session: Session) -> Exercise:
        """The exercise where we are, else the usual breathing; never one that is only asked about at a gate."""
        if self.is_here(session):
            return session.exercise
        return replace(fresh(session.exercise), practice=names.USUAL_BREATHING)


def _number(value: str) -> int:
    """A slot's number; 0 when there is none."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0


def _minutes(duration: str) -> int:
    """The length nearest to an ISO 8601 duration such as `PT90S`; 0 when there is none."""
    seconds, number = 0, ""
    for sign in duration.upper().removeprefix("PT"):
        if sign.isascii() and sign.isdigit():
            number += sign
        elif number and sign in "HMS":
            seconds += int(number[:6]) * {"H": 3600, "M": 60, "S": 1}[sign]
            number = ""
        else:
            return 0
    return min(LENGTHS, key=lambda minutes: abs(minutes * 60 - seconds)) if seconds else 0

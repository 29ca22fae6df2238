"""What to do about words of which only probabilities are known: whatever costs least, as `costs.toml` counts.

Bayesian decision theory (Berger, "Statistical Decision Theory and Bayesian Analysis", 1985): each thing that could be
done is charged, for each thing that may have been meant, what `Costs` says, times how likely that is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skill.nlu.costs import Costs, CostsError, DisclosureCosts
from skill.nlu.roles import IntentRoles

Numbers = npt.NDArray[np.float64]

ANSWER, ANSWER_WITH_OTHER, ANSWER_WITH_DOOR = "answer", "other", "door"
WHICH_OF_TWO, SAFETY_ANSWER, LOST_TRACK = "which", "safety", "lost"
USUAL = "usual"
"""In the table of costs, what counts for a disclosure that has no costs of its own."""
NEAR = 3
"""Of what is ordinary, as many of the likeliest are considered for an answer."""


@dataclass(frozen=True)
class Probabilities:
    """What was probably meant."""

    disclosure: float
    """That it is a disclosure."""
    ordinary: Numbers
    """(O,) of each ordinary class, given that it is none; they add up to one."""
    kinds: Numbers
    """(S,) of each disclosure, given that it is one; they add up to one."""


@dataclass(frozen=True)
class Choice:
    """What is to be done, and about what."""

    action: str
    """One of the six above."""
    intents: tuple[str, ...] = ()
    """What is answered; the two to ask about; what is answered and the other one that is offered behind it; with a
    door, what is answered, the disclosure that is suspected, and the other one if it is offered as well."""


class Decision:
    """Chooses among the classes of one language."""

    def __init__(self, ordinary: Sequence[str], kinds: Sequence[str], roles: IntentRoles, costs: Costs) -> None:
        """`ordinary` (O) and `kinds` (S) name the classes; raises `CostsError` for a kind without costs."""
        self.ordinary, self.kinds = tuple(ordinary), tuple(kinds)
        self._costs = costs.ordinary
        self._offerable = [place for place, name in enumerate(ordinary) if name in roles.offerable]
        self._asks = roles.asks
        labels = {intent: label for label, intent in roles.labels.items()}
        rows = [self._row(costs, labels.get(kind, kind)) for kind in kinds]
        self._missed, self._behind_door, self._lost_on = (
            np.array([getattr(row, name) for row in rows]) for name in ("missed", "door", "lost")
        )
        self._accused = np.array([row.accused for row in rows])
        alike = [
            [one == other or any({one, other} <= same for same in roles.alike) for other in kinds] for one in kinds
        ]
        others = np.where(np.array(alike), costs.alike, 1.0) * np.array([row.other for row in rows])[:, None]
        np.fill_diagonal(others, 0.0)
        self._other = others
        """(S, S): what it costs that one is told and another answered."""
        self.families = tuple(_family(name, roles) for name in ordinary)
        """(O) the family of each ordinary class."""
        families = self.families
        near = np.array([[one == other for other in families] for one in families])
        wrong = np.where(near, self._costs.wrong * self._costs.same_family, self._costs.wrong)
        declined = np.array([family == "scope" for family in families])
        wrong = np.where(declined[None, :] & ~declined[:, None], self._costs.wrong_decline, wrong)
        np.fill_diagonal(wrong, 0.0)
        self._wrong = wrong
        """(O, O): what it costs that one is meant and another answered."""

    @staticmethod
    def _row(costs: Costs, label: str) -> DisclosureCosts:
        row = costs.disclosure.get(label) or costs.disclosure.get(USUAL)
        if not row:
            raise CostsError(f"costs.toml has no table [disclosure.{label}]; say what its mistakes cost")
        return row

    def choose(self, found: Probabilities, allowed: Callable[[str], bool] = lambda intent: True) -> Choice:
        """The cheapest thing to do. `allowed` says whether an ordinary intent may be answered at all."""
        told, calm = found.disclosure, 1 - found.disclosure
        best = [place for place in np.argsort(-found.ordinary, kind="stable") if allowed(self.ordinary[place])][:NEAR]
        options: list[tuple[float, Choice]] = []
        missed, behind, lost_on = (
            told * float(found.kinds @ some) for some in (self._missed, self._behind_door, self._lost_on)
        )
        suspected = self.kinds[int(np.argmax(found.kinds * (self._missed - self._behind_door)))]
        offerable = sorted(
            (place for place in self._offerable if allowed(self.ordinary[place])),
            key=lambda place: -found.ordinary[place],
        )
        for place in best:
            name = self.ordinary[place]
            wrong = calm * float(found.ordinary @ self._wrong[:, place])
            options.append((wrong + missed, Choice(ANSWER, (name,))))
            options.append((wrong + calm * self._costs.door + behind, Choice(ANSWER_WITH_DOOR, (name, suspected))))
        if best and self.ordinary[best[0]] in self._asks and (others := [one for one in offerable if one != best[0]]):
            place, other = best[0], others[0]
            meant = float(found.ordinary[other])
            wrong = float(found.ordinary @ self._wrong[:, place]) - meant * self._wrong[other, place]
            cost = calm * (wrong + meant * self._costs.mended + (1 - meant) * self._costs.other)
            either_way = (self.ordinary[place], self.ordinary[other])
            options.append((cost + missed, Choice(ANSWER_WITH_OTHER, either_way)))
            doored = Choice(ANSWER_WITH_DOOR, (either_way[0], suspected, either_way[1]))
            options.append((cost + calm * self._costs.door + behind, doored))
        if len(offerable) > 1:
            first, second = offerable[:2]
            either = float(found.ordinary[first] + found.ordinary[second])
            cost = calm * (either * self._costs.which + (1 - either) * (self._costs.which + self._costs.lost))
            options.append((cost + missed, Choice(WHICH_OF_TWO, (self.ordinary[first], self.ordinary[second]))))
        options.append((calm * self._costs.lost + lost_on, Choice(LOST_TRACK)))
        kinds = calm * self._accused + told * (found.kinds @ self._other)
        kind = int(np.argmin(kinds))
        options.append((float(kinds[kind]), Choice(SAFETY_ANSWER, (self.kinds[kind],))))
        return min(options, key=lambda option: option[0])[1]


def _family(intent: str, roles: IntentRoles) -> str:
    families: Mapping[str, frozenset[str]] = {
        "topic": roles.topics, "feeling": roles.feelings, "practice": roles.practices, "scope": roles.out_of_scope,
    }  # fmt: skip
    return next((name for name, intents in families.items() if intent in intents), "control")

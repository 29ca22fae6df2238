"""The decision: what costs least, row by row, for what was probably meant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from skill.nlu.costs import Calibration, Costs, CostsError, DisclosureCosts, OrdinaryCosts
from skill.nlu.decision import (
    ANSWER,
    ANSWER_WITH_DOOR,
    ANSWER_WITH_OTHER,
    LOST_TRACK,
    SAFETY_ANSWER,
    WHICH_OF_TWO,
    Choice,
    Decision,
    Probabilities,
)
from skill.nlu.roles import IntentRoles

BODY, NEEDS, BREATHING, SLOWER, DECLINED = "BodyIntent", "NeedsIntent", "BreathingIntent", "SlowerIntent", "OutOfScope"
REMARK = "AsideIntent"
EMERGENCY, ASSAULT, UNSURE = "EmergencyIntent", "AssaultIntent", "UnsureIntent"
ORDINARY, KINDS = (BODY, NEEDS, BREATHING, SLOWER, DECLINED, REMARK), (EMERGENCY, ASSAULT, UNSURE)
ROLES = IntentRoles(
    safety=KINDS,
    labels={"emergency": EMERGENCY, "assault": ASSAULT, "unsure": UNSURE},
    alike=(frozenset({ASSAULT, UNSURE}),),
    topics=frozenset({BODY, NEEDS}),
    feelings=frozenset(),
    practices=frozenset({BREATHING}),
    out_of_scope=frozenset({DECLINED}),
    remarks=frozenset({REMARK}),
)
COSTS = Costs(
    base_rate=0.02,
    alike=0.5,
    calibration=Calibration(1, 1, 1, 0),
    ordinary=OrdinaryCosts(
        wrong=1, wrong_decline=2, which=0.25, mended=0.3, other=0.1, lost=0.5, door=0.5, same_family=0.5
    ),
    disclosure={
        "emergency": DisclosureCosts(missed=20, door=8, lost=9, other=4, accused=4),
        "assault": DisclosureCosts(missed=10, door=2, lost=3, other=2, accused=6),
        "unsure": DisclosureCosts(missed=10, door=2, lost=3, other=1, accused=5),
    },
    context={},
)


def probabilities(disclosure: float, ordinary: Mapping[str, float], kinds: Mapping[str, float]) -> Probabilities:
    """What was probably meant; shares by name."""
    shares = [
        np.array([some.get(name, 0.0) for name in names]) for names, some in ((ORDINARY, ordinary), (KINDS, kinds))
    ]
    return Probabilities(disclosure, *shares)


@dataclass(frozen=True)
class Row:
    """One decision, with the sums in its sentence."""

    sentence: str
    disclosure: float
    ordinary: Mapping[str, float]
    kinds: Mapping[str, float]
    choice: Choice


ONLY_BODY, ONLY_ASSAULT = {BODY: 1.0}, {ASSAULT: 1.0}
ROWS = [
    Row("what is sure is answered", 0.0, ONLY_BODY, ONLY_ASSAULT, Choice(ANSWER, (BODY,))),
    # A door costs 0.5 of the calm, and saves 8 of the told: from 0.5 / 8.5 = 0.0589 on.
    Row("a faint suspicion leaves no door", 0.058, ONLY_BODY, ONLY_ASSAULT, Choice(ANSWER, (BODY,))),
    Row("a stronger one does", 0.060, ONLY_BODY, ONLY_ASSAULT, Choice(ANSWER_WITH_DOOR, (BODY, ASSAULT))),
    # The safety answer costs 6 of the calm and nothing of the told; the door 0.5 and 2: from 5.5 / 7.5 = 0.733 on.
    Row("a probable disclosure still gets a door", 0.73, ONLY_BODY, ONLY_ASSAULT,
        Choice(ANSWER_WITH_DOOR, (BODY, ASSAULT))),
    Row("a likely one its answer", 0.74, ONLY_BODY, ONLY_ASSAULT, Choice(SAFETY_ANSWER, (ASSAULT,))),
    # Which kind: what it costs to be told of the other. Assault and unsure do the same, so to mistake one costs half,
    # and "unsure" accuses less.
    Row("of two that do the same the one that accuses less needs less", 0.8, ONLY_BODY, {ASSAULT: 0.45, UNSURE: 0.55},
        Choice(SAFETY_ANSWER, (UNSURE,))),
    Row("a pressing kind is given where it is rarer", 0.95, ONLY_BODY, {EMERGENCY: 0.4, ASSAULT: 0.6},
        Choice(SAFETY_ANSWER, (EMERGENCY,))),
    Row("but not where it is rare", 0.95, ONLY_BODY, {EMERGENCY: 0.2, ASSAULT: 0.8},
        Choice(SAFETY_ANSWER, (ASSAULT,))),
    # At 0.9, assault costs 0.6 of the calm and 3.6 of each emergency, and the emergency's 0.4 and 1.8 of each assault:
    # from 1.6 / 5.4 = 0.296 on.
    Row("a kind that does something else is weighed in full, from there on", 0.9, ONLY_BODY,
        {EMERGENCY: 0.3, ASSAULT: 0.7}, Choice(SAFETY_ANSWER, (EMERGENCY,))),
    Row("and not before", 0.9, ONLY_BODY, {EMERGENCY: 0.29, ASSAULT: 0.71}, Choice(SAFETY_ANSWER, (ASSAULT,))),
    Row("a door leads to what would be missed most", 0.3, ONLY_BODY, {EMERGENCY: 0.4, ASSAULT: 0.6},
        Choice(ANSWER_WITH_DOOR, (BODY, EMERGENCY))),
    # The other one offered behind an answer costs 0.1 where it was not meant, and 0.3 where it was, in place of 0.5 for
    # another topic and 1 for a practice: from 0.1 / 0.3 = 0.333 on, and from 0.1 / 0.8 = 0.125.
    Row("of two topics the likelier is answered", 0.0, {BODY: 0.67, NEEDS: 0.33}, ONLY_ASSAULT,
        Choice(ANSWER, (BODY,))),
    Row("and the other offered where it is nearly as likely", 0.0, {BODY: 0.66, NEEDS: 0.34}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_OTHER, (BODY, NEEDS))),
    Row("or farther from what is answered", 0.0, {BODY: 0.87, BREATHING: 0.13}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_OTHER, (BODY, BREATHING))),
    Row("but not where it is rare", 0.0, {BODY: 0.88, BREATHING: 0.12}, ONLY_ASSAULT, Choice(ANSWER, (BODY,))),
    Row("a door may stand before it", 0.2, {BODY: 0.66, NEEDS: 0.34}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_DOOR, (BODY, ASSAULT, NEEDS))),
    Row("behind a door it is offered no sooner", 0.2, {BODY: 0.67, NEEDS: 0.33}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_DOOR, (BODY, ASSAULT))),
    Row("only what has a name is offered so", 0.0, {BODY: 0.66, SLOWER: 0.34}, ONLY_ASSAULT, Choice(ANSWER, (BODY,))),
    # Between two: 0.25, and 0.5 more for what is neither.
    Row("two that are as likely are asked about", 0.0, {BODY: 0.51, BREATHING: 0.49}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_OTHER, (BODY, BREATHING))),
    Row("nothing is offered behind a practice: the two are asked about", 0.0, {BODY: 0.45, BREATHING: 0.55},
        ONLY_ASSAULT, Choice(WHICH_OF_TWO, (BREATHING, BODY))),
    Row("what has no name is offered to nobody", 0.0, {SLOWER: 0.8, BREATHING: 0.2}, ONLY_ASSAULT,
        Choice(ANSWER, (SLOWER,))),
    Row("among many nothing is guessed", 0.0, {SLOWER: 0.4, BREATHING: 0.3, DECLINED: 0.3}, ONLY_ASSAULT,
        Choice(LOST_TRACK)),
    Row("to decline what is within scope costs twice", 0.0, {DECLINED: 0.55, SLOWER: 0.45}, ONLY_ASSAULT,
        Choice(LOST_TRACK)),
    Row("unless that is offered behind it", 0.0, {DECLINED: 0.55, BREATHING: 0.45}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_OTHER, (DECLINED, BREATHING))),
    Row("behind a remark what it may have been about is offered", 0.0, {REMARK: 0.87, NEEDS: 0.13}, ONLY_ASSAULT,
        Choice(ANSWER_WITH_OTHER, (REMARK, NEEDS))),
    Row("but not where it is rare, either", 0.0, {REMARK: 0.9, NEEDS: 0.1}, ONLY_ASSAULT, Choice(ANSWER, (REMARK,))),
    Row("a doubt with nothing to answer is lost, which names the sentence that works", 0.2,
        {SLOWER: 0.4, BREATHING: 0.3, DECLINED: 0.3}, ONLY_ASSAULT, Choice(LOST_TRACK)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.sentence)
def test_the_cheapest_thing_is_done(row: Row) -> None:
    """Each row of the table."""
    decision = Decision(ORDINARY, KINDS, ROLES, COSTS)
    assert decision.choose(probabilities(row.disclosure, row.ordinary, row.kinds)) == row.choice


def test_a_clinician_moves_the_line() -> None:
    """A missed disclosure that costs more opens the door earlier, and an accusation that costs less is made earlier."""
    suspicion = probabilities(0.03, ONLY_BODY, ONLY_ASSAULT)
    row = COSTS.disclosure["assault"]
    dearer = replace(COSTS, disclosure={**COSTS.disclosure, "assault": replace(row, missed=30)})
    assert Decision(ORDINARY, KINDS, ROLES, COSTS).choose(suspicion).action == ANSWER
    assert Decision(ORDINARY, KINDS, ROLES, dearer).choose(suspicion).action == ANSWER_WITH_DOOR
    likely = probabilities(0.5, ONLY_BODY, ONLY_ASSAULT)
    milder = replace(COSTS, disclosure={**COSTS.disclosure, "assault": replace(row, accused=2)})
    assert Decision(ORDINARY, KINDS, ROLES, COSTS).choose(likely).action == ANSWER_WITH_DOOR
    assert Decision(ORDINARY, KINDS, ROLES, milder).choose(likely).action == SAFETY_ANSWER


def test_every_kind_has_costs() -> None:
    """A safety answer that nobody weighed is refused at the start."""
    with pytest.raises(
        CostsError, match=r"costs\.toml has no table \[disclosure\.unsure\]; say what its mistakes cost"
    ):
        Decision(
            ORDINARY,
            KINDS,
            ROLES,
            replace(COSTS, disclosure={name: COSTS.disclosure[name] for name in ("emergency", "assault")}),
        )


def test_a_kind_without_a_label_goes_by_its_own_name() -> None:
    """Whoever writes a new safety answer reads which table to write, and it is found."""
    unlabelled = replace(ROLES, labels={"emergency": EMERGENCY, "assault": ASSAULT})
    with pytest.raises(CostsError, match=rf"has no table \[disclosure\.{UNSURE}\]; say"):
        Decision(ORDINARY, KINDS, unlabelled, COSTS)
    weighed = replace(COSTS, disclosure={**COSTS.disclosure, UNSURE: COSTS.disclosure["unsure"]})
    told = probabilities(0.95, ONLY_BODY, {UNSURE: 1.0})
    assert Decision(ORDINARY, KINDS, unlabelled, weighed).choose(told) == Choice(SAFETY_ANSWER, (UNSURE,))


def test_each_intent_has_the_family_that_the_table_names() -> None:
    """`[context]` in `costs.toml` says of a whole family that it is likelier, by these names."""
    roles = replace(ROLES, feelings=frozenset({"SadIntent"}))
    families = {BODY: "topic", "SadIntent": "feeling", BREATHING: "practice", SLOWER: "control", DECLINED: "scope"}
    assert dict(zip(families, Decision(tuple(families), KINDS, roles, COSTS).families, strict=True)) == families


def test_a_kind_without_costs_has_the_usual_ones() -> None:
    """A writer's new safety answer is weighed by the row for all that have none."""
    others = {name: COSTS.disclosure[name] for name in ("emergency", "assault")}
    usual = replace(COSTS, disclosure={**others, "usual": COSTS.disclosure["unsure"]})
    told = probabilities(0.95, ONLY_BODY, {UNSURE: 1.0})
    assert Decision(ORDINARY, KINDS, ROLES, usual).choose(told) == Decision(ORDINARY, KINDS, ROLES, COSTS).choose(told)


def test_one_that_stands_alone_is_offered_with_nothing() -> None:
    """Where nothing else can be offered by name there is no pair to ask about."""
    alone = replace(ROLES, topics=frozenset({BODY}), practices=frozenset())
    found = probabilities(0.0, {BODY: 0.4, SLOWER: 0.3, BREATHING: 0.3}, ONLY_ASSAULT)
    assert Decision(ORDINARY, KINDS, alone, COSTS).choose(found) == Choice(LOST_TRACK)


@pytest.mark.parametrize("disclosure", [0.0, 0.01, 0.5, 1.0])
def test_something_is_always_chosen(disclosure: float) -> None:
    """Whatever is likely, there is one choice, of intents that there are."""
    decision = Decision(ORDINARY, KINDS, ROLES, COSTS)
    even = {name: 1 / len(ORDINARY) for name in ORDINARY}
    choice = decision.choose(probabilities(disclosure, even, {name: 1 / 3 for name in KINDS}))
    assert choice.action in (ANSWER, ANSWER_WITH_DOOR, WHICH_OF_TWO, SAFETY_ANSWER, LOST_TRACK)
    assert set(choice.intents) <= {*ORDINARY, *KINDS}

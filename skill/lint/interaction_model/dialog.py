"""The dialog of a model and its prompts: what they name exists, and what the skill elicits has its place there.

The rules are those of Amazon's pages "Interaction Model Schema" and "Dialog Interface Reference". An intent that is
missing from `dialog.intents` is the one mistake that nothing tells: Alexa drops the directive that elicits its slot,
and the reply goes wherever her recogniser sends it.
"""

from collections.abc import Iterator, Mapping

from skill.core.interpret import FREE_WORDS, QUESTION
from skill.lint.finding import Finding
from skill.lint.interaction_model.model import Model, named_twice, numbered, slot_types, table
from skill.lint.json_lines import JsonKey

DIALOG = ("interactionModel", "dialog")
PROMPTS = ("interactionModel", "prompts")
SKILL_ASKS = "SKILL_RESPONSE"
"""The strategy with which the skill asks in its own words, and Alexa never by herself."""


def check_dialog(model: Model) -> Iterator[Finding]:
    """Everything that the dialog and the prompts name must exist, and what is elicited must be in them."""
    dialog = table(model.whole.get("dialog"))
    rows, prompts = numbered(dialog.get("intents")), numbered(model.whole.get("prompts"))
    if model.own:
        yield from check_elicited(model)
    for path, place, key in ((DIALOG, rows, "name"), (PROMPTS, prompts, "id")):
        for name, times, at in named_twice(place, key):
            where = (*path, "intents", at) if path is DIALOG else (*path, at)
            yield model.finding(where, f"{name!r} stands {times} times", "Names are used once", "Drop one of the two")
    named: set[str] = set()
    for at, intent in rows:
        yield from check_dialog_intent(
            model, (*DIALOG, "intents", at), intent, {str(row.get("id")) for _, row in prompts}, named
        )
    for at, prompt in prompts:
        where = (*PROMPTS, at)
        variations = numbered(prompt.get("variations"))
        if not variations:
            yield model.finding(where, "A prompt has no variations", "The build fails", "Write one")
        if any(not str(one.get("value") or "").strip() for _, one in variations):
            yield model.finding(where, "A prompt's variation has no words", "The build fails", "Write some")
        if str(prompt.get("id")) not in named:
            wrong = f"Nothing uses the prompt {prompt.get('id')!r}"
            yield model.finding(where, wrong, "It is never said", "Drop it", severe=False)


def check_elicited(model: Model) -> Iterator[Finding]:
    """The slot that open questions elicit is in the dialog, and Alexa never asks for it by herself."""
    slot, dialog = FREE_WORDS[QUESTION], table(model.whole.get("dialog"))
    found = [(at, row) for at, row in numbered(dialog.get("intents")) if row.get("name") == QUESTION]
    if not found or slot not in slot_types(found[0][1]):
        where = (*DIALOG, "intents", found[0][0]) if found else DIALOG
        why = "Every open question elicits it; Alexa drops that without an error, and replies no longer arrive whole"
        hint = "Write it as in interaction_models/en.json"
        yield model.finding(where, f"The dialog has no {QUESTION} with the slot {slot!r}", why, hint)
        return
    at, intent = found[0]
    if (strategy := intent.get("delegationStrategy", dialog.get("delegationStrategy"))) != SKILL_ASKS:
        why = "Alexa would ask for it with the prompt of the model, in the place of an answer"
        hint = f'Set "delegationStrategy": "{SKILL_ASKS}"'
        yield model.finding((*DIALOG, "intents", at), f"{QUESTION} is delegated by {strategy}", why, hint)


def check_dialog_intent(
    model: Model, path: tuple[JsonKey, ...], intent: Mapping[str, object], prompts: set[str], named: set[str]
) -> Iterator[Finding]:
    """One intent of the dialog: it, its slots and its prompts exist. Adds the prompts that it names to `named`."""
    name = str(intent.get("name"))
    declared = slot_types(table(model.intents.get(name)))
    if name not in model.intents:
        yield model.finding(path, f"The dialog names {name}, which is no intent", "The build fails", "Mend its name")
    rows = [(path, intent)]
    for number, slot in numbered(intent.get("slots")):
        where = (*path, "slots", number)
        own, kind = str(slot.get("name")), str(slot.get("type"))
        if name in model.intents and declared.get(own) != kind:
            why = "The dialog's slots are those of its intent, with the same types"
            yield model.finding(where, f"{name} has no slot {own!r} of type {kind}", why, "Make the two agree")
        if slot.get("elicitationRequired") and not table(slot.get("prompts")).get("elicitation"):
            why = "Alexa would have no words to ask with"
            yield model.finding(where, f"The slot {own!r} of {name} has no prompt to ask for it", why, "Name one")
        rows.append((where, slot))
        rows += [((*where, "validations", count), one) for count, one in numbered(slot.get("validations"))]
    for where, row in rows:
        wanted = {str(one) for one in (*table(row.get("prompts")).values(), row.get("prompt")) if one}
        named |= wanted
        for prompt in sorted(wanted - prompts):
            yield model.finding(where, f"There is no prompt {prompt!r}", "The build fails", "Add it to prompts")

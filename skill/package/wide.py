"""A model that listens wide: any sentence at all reaches the skill as free words.

Public skills that hand all speech on do it so. Amazon documents it nowhere: it may stop working on any day, and whether
certification lets it pass is unknown.
"""

from collections.abc import Mapping
from typing import Any

from skill.core.interpret import ANY_WORDS, FREE_WORDS

WIDE_INTENT: Mapping[str, Any] = {
    "name": ANY_WORDS,
    "slots": [{"name": FREE_WORDS[ANY_WORDS], "type": "AMAZON.Person"}],
    "samples": [f"{{{FREE_WORDS[ANY_WORDS]}}}"],
}
"""A slot with no word around it, of a list of names that Amazon's recogniser fills with whatever was said."""


def widened(model: Mapping[str, Any]) -> dict[str, Any]:
    """An interaction model with `WIDE_INTENT` as its last intent. Raises `KeyError` where there is no list of them."""
    whole = model["interactionModel"]
    spoken = {**whole["languageModel"], "intents": [*whole["languageModel"]["intents"], WIDE_INTENT]}
    return {**model, "interactionModel": {**whole, "languageModel": spoken}}

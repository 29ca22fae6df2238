"""What the understanding is told about the intents that it can hear. The words on disk decide it, not this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

IN_DOUBT = "GentleCheck"
"""What is answered where the words may be a disclosure and may be none."""
LOST = "AMAZON.FallbackIntent"
"""What is answered where nothing was understood."""
NEW_THOUGHT = "new"
"""What is said back to a question, and wants an answer of its own."""


@dataclass(frozen=True)
class IntentRoles:
    """Which intents are disclosures, which can be offered by name, and which are declined."""

    safety: tuple[str, ...]
    """The disclosures, the most pressing first: where two are heard at once, the earlier one is answered."""
    labels: Mapping[str, str]
    """What test sets call the disclosures: label to intent."""
    alike: tuple[frozenset[str], ...]
    """Disclosures whose answers do the same for the listener."""
    topics: frozenset[str]
    feelings: frozenset[str]
    practices: frozenset[str]
    """Practice intents, such as `BreathingIntent`."""
    out_of_scope: frozenset[str]
    """What is declined: no answer to it teaches anything."""
    remarks: frozenset[str] = frozenset()
    """What is no request: it is met with a word or two."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """How many parts the answer to an intent has, where it has more than one."""
    replies: tuple[str, ...] = ()
    """What a reply to a question can mean, beside `NEW_THOUGHT`."""

    @cached_property
    def offerable(self) -> frozenset[str]:
        """What has a spoken name, so that one can ask "was that about ...?"."""
        return self.topics | self.feelings | self.practices

    @property
    def thoughts(self) -> frozenset[str]:
        """What tells or asks something, and is no reply to a question."""
        return self.offerable | self.out_of_scope | frozenset(self.safety)

    @property
    def asks(self) -> frozenset[str]:
        """What is answered with a question at its end, in whose place another one can stand."""
        return self.topics | self.feelings | self.out_of_scope | self.remarks

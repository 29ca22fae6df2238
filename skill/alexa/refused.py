"""Why a request is refused."""


class Refused(Exception):
    """A request that is not to be trusted: the rule it breaks, and how an operator mends it; nothing of the request."""

    def __init__(self, rule: str, hint: str) -> None:
        super().__init__(rule, hint)
        self.rule = rule
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.rule}: {self.hint}"

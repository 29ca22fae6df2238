"""Short codes for names, as they travel in a session."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from hashlib import sha256


@lru_cache(maxsize=1024)  # more than there are names
def code(name: str) -> str:
    """A response's name as it stands in a session: stable between releases, and saying nothing to a reader."""
    return sha256(name.encode()).hexdigest()[:6]


class NameCodes:
    """The names that each field of a session may hold, by their codes."""

    def __init__(self, names: Mapping[str, Collection[str]]) -> None:
        """`names` by field: those of `NAMES`, "heard" and "practice". Raises `ValueError` if two share a code."""
        self._names = {field: {code(name): name for name in each} for field, each in names.items()}
        owners: dict[str, str] = {}
        for name in sorted({name for each in names.values() for name in each}):
            if (owner := owners.setdefault(code(name), name)) != name:
                raise ValueError(f"{name} and {owner} have the same code; rename one of them")

    def name(self, field: str, value: object) -> str:
        """The name that a code stands for in a field; raises `ValueError` for anything else."""
        name = self._names[field].get(value) if isinstance(value, str) else None
        if name is None:
            raise ValueError(f"{field} holds no name that this version knows")
        return name

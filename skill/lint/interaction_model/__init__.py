"""Checks the interaction models as Amazon's build does, for `skill.lint` only; nothing of the responses may enter."""

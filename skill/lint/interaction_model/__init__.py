"""Checks the interaction models as Amazon's build does. Used by `skill.lint` only; nothing of the responses enters."""

"""Checks anybody's skill from its files alone, for `skill.lint` only; nothing of that skill is run, and no rule may
enter that is only our own."""

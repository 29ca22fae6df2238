"""Checks content and the app as certification would, for the command line and the tests only; no rule that a listener
depends on may stand here alone."""

"""Checks content and the app as certification would (`soft-landing check`). Used by the command line and the tests;
no rule that a listener depends on may stand here alone."""

"""The errors that the command line shows by themselves: a slip in a file, or in how the app is set up; and what may be
written down of any other.
"""

import traceback


class ContentError(Exception):
    """A file that a writer keeps cannot be used. The message names the file, where known the line, and the mend.

    The command line shows the message by itself, without a traceback; the app does not start.
    """


class ConfigurationError(Exception):
    """The app cannot start as it is set up; the message says what to set."""


def whereabouts(exception: BaseException) -> str:
    """File and line of each step to an exception: no values, no message, which may hold somebody's words."""
    steps = traceback.extract_tb(exception.__traceback__)[-4:]
    return " < ".join(f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in reversed(steps))

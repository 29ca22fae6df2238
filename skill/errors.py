"""The errors that the command line shows by themselves: a slip in a file, or in how the app is set up."""


class ContentError(Exception):
    """A file that a writer keeps cannot be used. The message names the file, where known the line, and the mend.

    The command line shows the message by itself, without a traceback; the app does not start.
    """


class ConfigurationError(Exception):
    """The app cannot start as it is set up; the message says what to set."""

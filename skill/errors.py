"""The base of every error that a mistake in a file of words, numbers or phrases causes."""


class ContentError(Exception):
    """A file that a writer keeps cannot be used. The message names the file, where known the line, and the mend.

    The command line shows the message by itself, without a traceback; the app does not start.
    """

"""Builds the package that `ask deploy` takes, for the command line, lint and doctor; nothing that runs while a listener
waits may enter."""

"""Builds the package that `ask deploy` takes (`soft-landing package`). Used by the command line, lint and doctor;
nothing that runs while a listener waits may enter."""

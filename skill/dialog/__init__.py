"""Decides what answers what: a request and a session in, the turn that answers and the next session out, as a row of
a table would have it; it uses the standard library and `skill.exercises.patterns` alone, and nothing here reads a
file, waits, draws lots or knows a speaker.
"""

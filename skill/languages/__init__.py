"""Lays out a language's files for a translator and says how far each has come, for the command line only; nothing in
the skill may depend on it.
"""

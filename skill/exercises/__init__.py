"""Turns a pattern, its words, a length and a pace into a timeline, for `core` and the tools, with the standard
library alone; no clock is read here.
"""

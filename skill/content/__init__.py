"""Reads the words and their tables and renders one response, for `core` and the tools; nothing that depends on what a
listener said before may enter.
"""

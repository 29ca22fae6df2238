"""Tools for translators: a language's files laid out, and how far each has come. Nothing in the skill imports it."""

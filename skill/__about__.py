"""The version; RELEASING.md says what its numbers mean and when they change. The build reads it from here."""

__version__ = "0.1.0"

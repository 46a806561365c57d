"""The version of microsclero; imports nothing."""

__version__ = "0.1.0"

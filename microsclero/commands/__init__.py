"""The verbs: each parses, asks, does and shows, and names its own view."""

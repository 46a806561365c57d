"""Asking: one list of fields per question set, answered by keys at a terminal or by a document."""

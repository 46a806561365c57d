"""What a screening came to, and what else stands against a session, in the words of every page of the desk."""

# What a practitioner reads; patients hear other words.
SCREENING_WORDS = {
    "bar": "not suitable",
    "refer": "another opinion first",
    "defer": "not today",
    "declined": "declined by the prescriber",
    "consent_withdrawn": "consent taken back",
    "under_age": "not 18 yet",
    "too_soon": "less than 28 days after an injection",
    "incomplete": "not complete",
    "birth_date_changed": "date of birth corrected, screen again",
    "review": "for a prescriber",
    "suitable": "no contraindication recorded",
    "note": "note",
}

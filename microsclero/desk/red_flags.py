"""Red flags in what was typed where nobody is asked for them: a note, a response, a session."""

from __future__ import annotations


def reads_like(patient_no: int, words: str | None) -> tuple[str, ...]:
    """One sentence where the words name what must be seen the same day or sooner; nothing is put on hold for it."""
    if not words or not words.strip():
        return ()
    from microsclero.content.reactions import load_reactions
    from microsclero.reaction_words import match_effects
    from microsclero.reactions import HOLDING

    flags = [effect.words for effect in match_effects(words, load_reactions()) if effect.band in HOLDING]
    if not flags:
        return ()
    return (f"This reads like {'; '.join(flags)}. If so: microsclero reaction {patient_no}",)

"""How a column of each kind is written, with the check that is its last fence."""

from __future__ import annotations

# Screenings with an answer that is to be reported; the words of an index and of the query that is to use it.
TELLS_OF_A_REACTION = """(instr(answers, '"since_last":"yes"') > 0 or instr(answers, '"phlebitis_now":"yes"') > 0)"""

# Screenings that told of injections elsewhere, with their day; likewise.
TELLS_OF_INJECTIONS = """(instr(answers, '"sclerotherapy_elsewhere_on":"') > 0)"""


def text(name: str, longest: int, *, needed: bool = False, blank: bool = True) -> str:
    """A text column; the screens refuse what is too long in words, this is the last fence."""
    length = f"length({name}) <= {longest}" if blank else f"length({name}) between 1 and {longest}"
    return f"{name} text{' not null' if needed else ''} check ({length})"


def date(name: str, *, needed: bool = True) -> str:
    """An ISO date that exists; without '+0 days' SQLite would take 2026-02-30."""
    return f"{name} text{' not null' if needed else ''} check ({name} is date({name}, '+0 days'))"


def moment(name: str, *, needed: bool = True) -> str:
    """A moment in UTC, written so that text order is time order."""
    shape = "????-??-??T??:??:??.??????Z"
    return f"{name} text{' not null' if needed else ''} check ({name} glob '{shape}')"


def time(name: str) -> str:
    return f"{name} text not null check ({name} glob '[0-2][0-9]:[0-5][0-9]' and {name} < '24:00')"


def flag(name: str) -> str:
    return f"{name} integer not null default 0 check ({name} in (0, 1))"


ID = "id integer primary key autoincrement"

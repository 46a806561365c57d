"""Who was rung about which line of the desk's list, and what came of it; attempts only, a line has its own cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from microsclero.store.rows import date_text, maybe_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from microsclero.store import Store


class ContactRow(NamedTuple):
    """One attempt; `about_id` is the session, screening, course or draft, `about_on` the day it was then about.

    Days and moment stand as the file keeps them: of many attempts read, few are shown.
    """

    contact: int
    patient_no: int
    about: str
    about_id: int
    about_on: str
    outcome: str
    put_off_until: str | None
    at: str
    who: str


# What tells that a phone number is right, or wrong.
_TELLING = ("reached", "message_left", "wants_no_more", "wrong_number")


def add_contact(
    store: Store,
    *,
    patient_no: int,
    about: str,
    about_id: int,
    about_on: date,
    outcome: str,
    put_off_until: date | None = None,
    note: str | None = None,
) -> int:
    """Enter one attempt inside `changing()`; its number."""
    return store.write.insert(
        "contact",
        {
            "patient_id": patient_no,
            "about": about,
            "about_id": about_id,
            "about_on": about_on.isoformat(),
            "outcome": outcome,
            "put_off_until": date_text(put_off_until),
            "note": maybe_text(note),
            "at": store.write.at,
            "who": store.write.who,
        },
    )


def contacts_of(store: Store, patients: Iterable[int]) -> list[ContactRow]:
    """Every attempt to ring these patients, each patient's in the order in which they were made."""
    wanted = sorted(set(patients))
    found: list[ContactRow] = []
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = store.rows(
            "select id, patient_id, about, about_id, about_on, outcome, put_off_until, at, who from contact "
            f"where patient_id in ({', '.join('?' * len(some))}) order by patient_id, id",
            some,
        )
        found += map(ContactRow._make, rows)
    return found


def wrong_numbers(store: Store, contacts: Iterable[ContactRow]) -> set[int]:
    """The patients whose phone number turned out wrong by these attempts, and still stands in the record."""
    last = {row.patient_no: row for row in contacts if row.outcome in _TELLING}
    return {
        number
        for number, row in last.items()
        if row.outcome == "wrong_number" and not _corrected_since(store, number, row.contact)
    }


def _corrected_since(store: Store, patient_no: int, contact: int) -> bool:
    """Whether the patient's phone number is another one than when this contact was entered."""
    row = store.row(
        "select old from history where tbl = 'patient' and op = 'U' and row_id = ? and seq > "
        "(select seq from history where tbl = 'contact' and row_id = ?) order by seq limit 1",
        (patient_no, contact),
    )
    if row is None:
        return False
    from microsclero.store.history import columns

    # The history keeps a row as the text of its values: quoted by the file itself, so it reads back as it was.
    then = store.rows(f"select {row[0]}")[0]
    now = store.value("select phone from patient where id = ?", (patient_no,))
    return bool(then[columns(store.connection, "patient").index("phone")] != now)

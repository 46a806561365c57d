"""Where sessions stood before, and when they were cancelled: read from the pictures that the history keeps of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

    from microsclero.store import Store
    from microsclero.store.diary import SessionRow


class Former(NamedTuple):
    """A session as it last stood somewhere else, and its version now."""

    row: SessionRow
    version: int


def day_in(picture: str) -> str:
    """The SQL for the day in a session's picture: only numbers and its kind come before, so it has the first hyphen."""
    return f"substr({picture}, instr({picture}, '-') - 4, 10)"


def start_in(picture: str) -> str:
    """The SQL for the start in a session's picture, which follows the day."""
    return f"substr({picture}, instr({picture}, '-') + 9, 5)"


def stood_between(
    store: Store, first: date, last: date, *, moved_from: date | None = None, patient_no: int | None = None
) -> tuple[Former, ...]:
    """Each place in which a session stood on one of these days until it was changed, oldest change first.

    Of one patient; or of those that now stand on `moved_from` or later.
    """
    from microsclero.store import journal
    from microsclero.store.undoing import session_from_values

    whose = "s.on_date >= :moved_from" if patient_no is None else "s.patient_id = :patient"
    found = store.rows(
        "select noted.seq, s.version from session s "
        "cross join history noted on noted.tbl = 'session' and noted.row_id = s.id and noted.op = 'U' "
        f"where {whose} and s.version > 1 and {day_in('noted.old')} between :first and :last order by noted.seq",
        {
            "moved_from": moved_from.isoformat() if moved_from else "",
            "patient": patient_no,
            "first": first.isoformat(),
            "last": last.isoformat(),
        },
    )
    versions: dict[int, int] = dict(found)
    pictured = journal.rows_by_number(store, versions)
    return tuple(
        Former(session_from_values(noted.before), versions[noted.seq]) for noted in pictured if noted.before is not None
    )


def cancelled_at(store: Store, patient_no: int) -> dict[int, datetime]:
    """When each session of a patient that is cancelled was, by its number."""
    from microsclero.store import journal
    from microsclero.store.rows import moment_from_text

    rows = store.rows(
        "select noted.seq, noted.at from session s "
        "cross join history noted on noted.tbl = 'session' and noted.row_id = s.id and noted.op = 'U' "
        "where s.patient_id = ? and s.status = 'cancelled'",
        (patient_no,),
    )
    moments: dict[int, str] = dict(rows)
    return {
        noted.row_id: moment_from_text(moments[noted.seq])
        for noted in journal.rows_by_number(store, moments)
        if noted.before is not None and noted.before["status"] != "cancelled" == noted.after["status"]
    }

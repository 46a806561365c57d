"""What a session still waits for, once what came after it was corrected or struck out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.response import Stage, stage

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.store.diary import SessionRow
    from microsclero.store.undoing import RowBack


def settle_anew(desk: Desk, course: int) -> None:
    """The last session given waits for its response again, inside `changing()`, where none stands that ended that."""
    from microsclero.store import diary

    given = [row for row in diary.sessions_of_course(desk.store, course) if row.status == "given"]
    last = max(given, key=lambda row: (row.on, row.starts), default=None)
    if last is None or last.settled != "followed":
        return
    becomes = _answered(desk, last)
    if becomes != last.settled:
        diary.update_session(desk.store, last.session, {"settled": becomes}, last.version)


def _answered(desk: Desk, given: SessionRow) -> str | None:
    """What the last response to it that stands has made of it."""
    from microsclero.store import responses

    told = [row for row in responses.responses_of(desk.store, given.patient_no) if row.session == given.session]
    standing = [row for row in told if row.amended_by is None]
    if not standing:
        return None
    return "followed" if stage(given.on, standing[-1].on) is Stage.FINAL else "seen"


def waits_again(desk: Desk, row: RowBack) -> None:
    """A session that is not planned again waits for its new date all the same, as it did before the entry."""
    from microsclero.store import diary
    from microsclero.store.undoing import session_from_values

    left, then = session_from_values(row.left), session_from_values(row.then)
    now = diary.session(desk.store, row.row_id)
    if left.settled != then.settled and now.settled == left.settled and now.status in ("missed", "cancelled"):
        diary.update_session(desk.store, now.session, {"settled": then.settled}, now.version)

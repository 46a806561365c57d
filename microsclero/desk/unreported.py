"""What a screening told of that is to be reported as a reaction, and was not: it stands until that is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.worked_causes import Cause
    from microsclero.lasting import Lasting

# The questions whose "yes" somebody must act on the same day, as the list of the desk says it.
TOLD = {
    "since_last": "something serious after the last session, to be reported",
    "phlebitis_now": "a hot, hard cord along a vein: a GP the same day; report it, or screen again",
}


def to_report(desk: Desk, patient_no: int) -> tuple[str, ...]:
    """Which of these questions stand for this patient."""
    from microsclero.store import screening_lists

    return tuple(row.rule for row in screening_lists.to_report(desk.store, patient_no=patient_no))


def unreported_lasting(desk: Desk, patient_no: int) -> tuple[Lasting, ...]:
    """What happened after the last session outlasts a later "no"; the cord is asked about anew each time."""
    from microsclero.lasting import Lasting
    from microsclero.store import screening_lists

    return tuple(
        Lasting(question=row.rule, answer="yes", on=row.on, source="unreported", number=row.screening)
        for row in screening_lists.to_report(desk.store, patient_no=patient_no)
        if row.rule == "since_last"
    )


def to_report_lines(desk: Desk, limit: int, patient_no: int | None) -> list[Cause]:
    """The lines of the worked list, the oldest first."""
    from microsclero.desk.worked_causes import Cause
    from microsclero.store import screening_lists

    return [
        Cause(
            patient_no=row.patient_no,
            what=f"screening {row.screening}: {TOLD[row.rule]}",
            on=row.on,
            about="to_report",
            about_id=row.screening,
            next=f"reaction {row.patient_no}",
        )
        for row in screening_lists.to_report(desk.store, limit, patient_no=patient_no)
    ]

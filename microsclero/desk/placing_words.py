"""What is said of a session that was given beside, before or instead of those that were planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk.sessions import PlannedSession
    from microsclero.store.diary import SessionRow


def no_room(live: Sequence[SessionRow], lapsed: Sequence[SessionRow]) -> Iterator[Reason]:
    """A course that is full of sessions nobody has said anything about takes no further one."""
    from microsclero.dates import show_date

    for row in lapsed:
        message = (
            f"This course holds {len(live)} sessions already, and the one of {show_date(row.on)} is still open; if "
            f"nobody came: microsclero missed {row.patient_no} --session {row.number}"
        )
        yield Reason("course_full", message, {"live": len(live), "session": row.number, "date": row.on.isoformat()})


def counted_as_missed(lapsed: Sequence[SessionRow], most: int) -> Iterator[str]:
    from microsclero.dates import show_date

    for row in lapsed:
        yield (
            f"A course holds {most} sessions: the one of {show_date(row.on)}, which was still open, counts as missed, "
            "and this one stands for it."
        )


def left_open_words(sessions: Sequence[PlannedSession]) -> Iterator[str]:
    """Sessions that were planned for earlier days, and of which nobody has said what became of them."""
    from microsclero.dates import show_date

    for session in sessions:
        yield (
            f"The session planned for {show_date(session.on)} is still open; if nobody came: "
            f"microsclero missed {session.patient_no} --session {session.number}"
        )


def in_place_of(dropped: SessionRow | None, missed: SessionRow | None, most: int) -> Iterator[str]:
    from microsclero.dates import show_date

    if dropped is not None:
        yield (
            f"A course holds {most} sessions: the one planned for {show_date(dropped.on)} at {dropped.starts:%H:%M} "
            "is cancelled, since this one was given."
        )
    if missed is not None:
        yield f"It stands for the session of {show_date(missed.on)}, which no longer waits for a new date."

"""Leave and breaks of an injector: entered, taken back, and what is booked with them then."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.absences import booked_while_absent, injector_named, move_command
from microsclero.desk.sessions import PlannedSession
from microsclero.errors import ConflictError, NotFoundError, UsageError
from microsclero.injectors import Break, Injector, show_absence
from microsclero.opening import Period, minute_of

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.diary import Diary
    from microsclero.store.absences import AbsenceRow
    from microsclero.store.diary import SessionRow


class Leave(NamedTuple):
    """Whole days of leave; with hours, a break on each of them."""

    initials: str
    from_on: date
    until_on: date
    hours: Period | None
    reason: str

    @property
    def command(self) -> str:
        return "clinic away"

    @property
    def where(self) -> str:
        return f"with {self.initials}"

    @property
    def times(self) -> tuple[time, time] | None:
        return (self.hours.starts, self.hours.ends) if self.hours else None

    @property
    def injector(self) -> Injector:
        """Somebody whom nothing else keeps away."""
        return self._kept_from(Injector(self.initials))

    def _kept_from(self, someone: Injector) -> Injector:
        span = (self.from_on, self.until_on)
        if self.hours:
            return someone._replace(breaks=(*someone.breaks, Break(*span, self.hours)))
        return someone._replace(away=(*someone.away, span))

    def known(self, desk: Desk) -> list[AbsenceRow]:
        """What is entered for them on these days."""
        from microsclero.store import absences

        rows = absences.absences(desk.store, self.from_on, self.until_on)
        return [row for row in rows if row.initials == self.initials]

    def entered_before(self, desk: Desk) -> list[AbsenceRow]:
        """The same days and hours, where they are entered already."""
        wanted = (self.from_on, self.until_on, self.times)
        return [row for row in self.known(desk) if (row.from_on, row.until_on, row.hours) == wanted]

    def refuse(self, desk: Desk) -> None:
        if self.until_on < desk.today():
            raise UsageError("These days have gone by; enter days to come.", code="in_the_past")
        if self.entered_before(desk):
            raise ConflictError(
                f"{self.initials} is entered as away then already; nothing was saved.", code="already_there"
            )

    def added_to(self, diary: Diary) -> Diary:
        from dataclasses import replace

        crew = (self._kept_from(one) if one.initials == self.initials else one for one in diary.injectors)
        return replace(diary, injectors=tuple(crew))

    def rules_out(self, row: SessionRow, diary: Diary) -> bool:
        absent = self.injector.absent_why(row.on, row.starts, minute_of(row.ends) - minute_of(row.starts))
        return row.injector == self.initials and absent is not None

    def enter(self, desk: Desk) -> None:
        from microsclero.store import absences

        absences.add_absence(
            desk.store,
            initials=self.initials,
            from_on=self.from_on,
            until_on=self.until_on,
            hours=self.times,
            reason=self.reason,
        )

    def remarks(self, desk: Desk) -> tuple[str, ...]:
        """The open days on which no prescriber is at work then."""
        from microsclero.dates import show_date
        from microsclero.desk.crew import without_prescriber
        from microsclero.desk.opening_of import opening

        first = max(self.from_on, desk.today())
        if self.hours or self.until_on < first:
            return ()
        hours = opening(desk, first, (self.until_on - first).days)
        every = (first + timedelta(days=ahead) for ahead in range((self.until_on - first).days + 1))
        opened = [day for day in every if hours.open_periods(day)]
        without = set(without_prescriber(desk, self.initials, first, self.until_on)).intersection(opened)
        if not without:
            return ()
        if len(without) == len(opened):
            return ("No prescriber is at work on these days.",)
        return (f"No prescriber is at work on {', '.join(map(show_date, sorted(without)))}.",)


class Away(NamedTuple):
    """Leave or a break, entered or taken back, and what is booked with them then."""

    leave: Leave
    bookings: tuple[PlannedSession, ...] = ()
    is_undone: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def moves(self) -> tuple[tuple[PlannedSession, str], ...]:
        """Each booking, and what to type to move it."""
        return tuple((session, move_command(session)) for session in self.bookings)

    def as_data(self) -> dict[str, object]:
        leave = self.leave
        return {
            "initials": leave.initials,
            "from": leave.from_on.isoformat(),
            "until": leave.until_on.isoformat(),
            "hours": str(leave.hours) if leave.hours else None,
            "reason": leave.reason or None,
            "undone": self.is_undone,
            "bookings": [
                session.as_data() | {"patient": session.patient_no, "move": move} for session, move in self.moves
            ],
            "remarks": list(self.remarks),
        }


def leave(desk: Desk, initials: str, span: tuple[date, date], *, hours: Period | None, reason: str) -> Leave:
    """Leave of somebody of the team who injects."""
    return Leave(initials=injector_named(desk, initials), from_on=span[0], until_on=span[1], hours=hours, reason=reason)


def away(desk: Desk, leave: Leave) -> Away:
    """The leave entered; what is booked then stays booked."""
    with desk.store.changing(who=desk.writer(), command=leave.command):
        leave.refuse(desk)
        leave.enter(desk)
    return entered(desk, leave)


def entered(desk: Desk, leave: Leave) -> Away:
    """The leave with what is still booked then."""
    booked = booked_while_absent(desk, leave.injector, leave.from_on, leave.until_on)
    return Away(leave, booked, remarks=leave.remarks(desk))


def back(desk: Desk, leave: Leave) -> Away:
    """Exactly that leave taken back."""
    from microsclero.desk.absences import moved_with
    from microsclero.store import absences

    with desk.store.changing(who=desk.writer(), command=leave.command):
        same = leave.entered_before(desk)
        if not same:
            raise NotFoundError(_nothing_entered(leave.initials, leave.known(desk)), initials=leave.initials)
        absences.void_absence(desk.store, same[-1].absence)
        remarks = moved_with(desk, "absence", same[-1].absence)
    return Away(leave._replace(reason=same[-1].reason), is_undone=True, remarks=remarks)


def _nothing_entered(initials: str, known: list[AbsenceRow]) -> str:
    """What is there instead, so that it can be typed as it was entered."""
    if not known:
        return f"Nothing is entered for {initials} on these days; microsclero clinic show lists leave and breaks."
    there = "; ".join(show_absence(row.initials, row.from_on, row.until_on, row.hours) for row in known)
    return f"Exactly this is not entered, so nothing was taken back. Entered is: {there}."

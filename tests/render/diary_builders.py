"""A made-up diary as the desk hands it to paper: days, bookings, people."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from microsclero.desk.agenda import Absent, AgendaDay, Entry, FreeTime
from microsclero.desk.day_sheets import DaySheets
from microsclero.desk.sessions import PlannedSession
from microsclero.errors import Reason
from microsclero.opening import parse_period

TUESDAY = date(2026, 12, 1)
HOURS = (parse_period("09:00-13:00"), parse_period("14:00-17:00"))
LONG = "Maximiliana-Theodora Konstantinopolitanskaya-Featherstonehaugh of Wolfeschlegelsteinhausenbergerdorff"
ARABIC = "محمد العلي"


def entry(
    number: int,
    at: str = "09:00",
    *,
    injector: str = "MS",
    room: str | None = None,
    kind: str = "session",
    override_reason: str | None = None,
    against: tuple[str, ...] = (),
) -> Entry:
    """Patient `number` for half an hour; the session has the same number."""
    starts = time.fromisoformat(at)
    return Entry(
        session=PlannedSession(
            session=number,
            number=1 if kind == "session" else None,
            on=TUESDAY,
            starts=starts,
            ends=time(starts.hour + starts.minute // 30, (starts.minute + 30) % 60),
            injector=injector,
            room=room,
            status="planned",
            earliest_on=TUESDAY,
            patient_no=number,
            override_reason=override_reason,
        ),
        against=against,
    )


def day(*entries: Entry, free: tuple[str, ...] = (), away: tuple[Absent, ...] = (), on: date = TUESDAY) -> AgendaDay:
    return AgendaDay(
        on=on,
        open=HOURS,
        closed=None,
        sessions=entries,
        away=away,
        free=tuple(FreeTime(time.fromisoformat(at), ("MS",)) for at in free),
    )


def full_day() -> AgendaDay:
    """Twenty bookings of two injectors: a consultation, a double booking, one that can't be held, no time free."""
    times = [f"{hour:02}:{minute}" for hour in (9, 10, 11, 12, 14, 15) for minute in ("00", "30")][:10]
    entries = [
        entry(2 * place + which + 1, at, injector=injector, room=room)
        for place, at in enumerate(times)
        for which, (injector, room) in enumerate((("AB", "Garden room"), ("MS", "Street room")))
    ]
    entries[4] = entry(5, "10:00", injector="AB", room="Garden room", kind="consultation")
    entries[6] = entry(7, "10:30", injector="AB", room="Garden room", override_reason="came with her sister")
    entries[9] = entry(10, "11:00", room="Street room", against=("MS has a break 11:00-11:30",))
    return day(*entries, away=(Absent("MS", parse_period("11:00-11:30")),))


def sheets(
    *days: AgendaDay,
    names: dict[int, str] | None = None,
    stops: dict[int, tuple[Reason, ...]] | None = None,
    phones: dict[int, str] | None = None,
    allergies: dict[int, str] | None = None,
) -> DaySheets:
    known = names or {}
    numbers = sorted({entry.session.patient_no or 0 for day in days for entry in day.sessions})
    return DaySheets(
        clinic="Harbour Street Clinic",
        made_up=False,
        printed_at=datetime(2026, 11, 30, 17, 5, tzinfo=UTC),
        injector=None,
        days=days,
        names={number: known.get(number, f"Zoë Example-{number}") for number in numbers},
        born_on={number: date(1980, 2, 1) for number in numbers},
        phones=phones or {},
        allergies=allergies or {},
        against=stops or {},
    )

"""The worked list: whom nobody may forget, and who was rung; a line stands as long as its cause."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from microsclero.desk import Desk
    from microsclero.desk.worked_causes import Cause
    from microsclero.opening import Opening
    from microsclero.store.contacts import ContactRow

# What a line, and a call, can be about; in the order in which the desk works.
ABOUT = (
    "to_report",
    "reaction",
    "hold",
    "stranded",
    "preparation",
    "response",
    "new_date",
    "course",
    "deferral",
    "review",
    "incomplete",
    "intake",
)
# Of these the more urgent stays first, whatever was said on the phone.
URGENT = ("to_report", "reaction", "hold")
# Longer lists are asked for; how many there are is counted somewhat further.
LONGEST_LIST, COUNTED = 10, 15


class Attempt(NamedTuple):
    """The last call about a line: what came of it, by the clinic's clock."""

    outcome: str
    at: datetime
    who: str
    until: date | None


class Line(NamedTuple):
    """One thing to do about one patient: since or until when, what was tried, and the command that comes next."""

    patient_no: int
    name: str
    what: str
    on: date | None = None
    phone: str | None = None
    screening: str | None = None
    about: str = ""
    about_id: int = 0
    next: str = ""
    attempts: int = 0
    last: Attempt | None = None
    put_off_until: date | None = None
    phone_is_wrong: bool = False

    def as_data(self) -> dict[str, object]:
        last = self.last
        return {
            "patient": self.patient_no,
            "name": self.name,
            "what": self.what,
            "date": self.on.isoformat() if self.on else None,
            "phone": self.phone,
            "screening": self.screening,
            "about": self.about,
            "attempts": self.attempts,
            "last_attempt": {"at": last.at.isoformat(), "outcome": last.outcome, "who": last.who} if last else None,
            "put_off_until": self.put_off_until.isoformat() if self.put_off_until else None,
            "phone_wrong": self.phone_is_wrong,
            "next": f"microsclero {self.next}",
        }


class Worked(NamedTuple):
    """The lines by what they are about, and how many there are of each; one more than is counted means "more".

    names: of everybody in them, and of those whose names were wanted besides.
    """

    lines: dict[str, tuple[Line, ...]]
    counts: dict[str, int]
    names: dict[int, str]


def worked(
    desk: Desk, hours: Opening, *, whole: bool = False, patient_no: int | None = None, besides: Iterable[int] = ()
) -> Worked:
    """Every open line, or every one of one patient; `whole`: however many there are."""
    from microsclero.desk.worked_causes import causes
    from microsclero.store import contacts, patients
    from microsclero.store.rows import WHOLE

    most = WHOLE if whole else COUNTED + 1
    while True:
        found = causes(desk, hours, most, patient_no)
        attempts = contacts.contacts_of(desk.store, {cause.patient_no for kind in found.values() for cause in kind})
        made: dict[tuple[str, int, str], list[ContactRow]] = {}
        for row in attempts:
            made.setdefault((row.about, row.about_id, row.about_on), []).append(row)
        sorted_out = {about: _now_and_later(desk, kind, made) for about, kind in found.items()}
        # What was put off takes no line from what is to be done now, however much of it there is.
        if whole or not any(
            later and len(now) < LONGEST_LIST and len(now) + len(later) >= most for now, later in sorted_out.values()
        ):
            break
        most *= 4
    shown = {
        about: [*now, *later][: None if whole or about == "preparation" else LONGEST_LIST]
        for about, (now, later) in sorted_out.items()
    }
    numbers = {cause.patient_no for kind in shown.values() for cause in kind}
    people = patients.names_and_phones(desk.store, numbers.union(besides))
    wrong = contacts.wrong_numbers(desk.store, attempts)
    return Worked(
        lines={about: _lines(desk, shown[about], people, made, wrong) for about in ABOUT},
        counts={about: len(kind) if whole else min(len(kind), COUNTED + 1) for about, kind in found.items()},
        names={number: _name(person) for number, person in people.items()},
    )


def _now_and_later(
    desk: Desk, causes: list[Cause], made: Mapping[tuple[str, int, str], list[ContactRow]]
) -> tuple[list[Cause], list[Cause]]:
    """What is to be done now, and what was put off to a day to come; what is urgent never is."""
    today = desk.today().isoformat()
    now: list[Cause] = []
    later: list[Cause] = []
    for cause in causes:
        attempts = made.get((cause.about, cause.about_id, cause.on.isoformat()), ())
        until = attempts[-1].put_off_until if attempts and cause.about not in URGENT else None
        (later if until and until > today else now).append(cause)
    return now, later


def _lines(
    desk: Desk,
    causes: list[Cause],
    people: Mapping[int, tuple[str, str, str | None]],
    made: Mapping[tuple[str, int, str], list[ContactRow]],
    wrong: set[int],
) -> tuple[Line, ...]:
    """The lines with who it is, where to ring and what was tried."""
    lines = []
    for cause in causes:
        person = people.get(cause.patient_no, ("", "", None))
        attempts = made.get((cause.about, cause.about_id, cause.on.isoformat()), ())
        last = _attempt(desk, attempts[-1]) if attempts else None
        lines.append(
            Line(
                patient_no=cause.patient_no,
                name=_name(person),
                what=cause.what,
                on=cause.on,
                phone=person[2],
                about=cause.about,
                about_id=cause.about_id,
                next=cause.next,
                attempts=len(attempts),
                last=last,
                put_off_until=last.until if last and last.until and last.until > desk.today() else None,
                phone_is_wrong=cause.patient_no in wrong,
            )
        )
    return tuple(lines)


def _attempt(desk: Desk, row: ContactRow) -> Attempt:
    return Attempt(
        outcome=row.outcome,
        at=datetime.fromisoformat(row.at).astimezone(desk.zone),
        who=row.who,
        until=date.fromisoformat(row.put_off_until) if row.put_off_until else None,
    )


def _name(person: tuple[str, str, str | None]) -> str:
    return f"{person[0]} {person[1]}".strip()

"""The worked list: whom nobody may forget, and who was rung; a line stands as long as its cause."""

# No postponed annotations: types that stand here as they are need not be read out of a text at every start.
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
# Longer lists are asked for, and no further counted.
LONGEST_LIST = 10


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
    desk: "Desk", hours: "Opening", *, whole: bool = False, patient_no: int | None = None, besides: "Iterable[int]" = ()
) -> Worked:
    """Every open line, or every one of one patient; `whole`: however many there are."""
    from microsclero.desk.worked_causes import causes
    from microsclero.store import contacts, patients
    from microsclero.store.rows import WHOLE

    most = WHOLE if whole else LONGEST_LIST + 1
    while True:
        found = causes(desk, hours, most, patient_no)
        shown = {
            about: kind if whole or about == "preparation" else kind[:LONGEST_LIST] for about, kind in found.items()
        }
        attempts = contacts.contacts_of(desk.store, _patients(shown.values()))
        later = {about: _put_off(desk, kind, attempts) for about, kind in shown.items()}
        # What was put off takes no line from what is to be done now: such a list is looked at as far as it was read.
        longer = [about for about, kind in shown.items() if later[about] and len(kind) < len(found[about])]
        if longer:
            more = _patients(found[about] for about in longer) - _patients(shown.values())
            attempts += contacts.contacts_of(desk.store, more)
            later |= {about: _put_off(desk, found[about], attempts) for about in longer}
        if all(len(found[about]) < most or len(found[about]) - len(later[about]) >= LONGEST_LIST for about in longer):
            break
        most *= 4
    for about, put_off in later.items():
        if put_off:
            kind = sorted(found[about], key=lambda cause: cause in later[about])
            shown[about] = kind[: len(shown[about])]
    made: dict[tuple[str, int, str], list[ContactRow]] = {}
    for row in attempts:
        made.setdefault((row.about, row.about_id, row.about_on), []).append(row)
    numbers = {cause.patient_no for kind in shown.values() for cause in kind}
    people = patients.names_and_phones(desk.store, numbers.union(besides))
    wrong = contacts.wrong_numbers(desk.store, attempts)
    return Worked(
        lines={about: _lines(desk, shown[about], people, made, wrong) for about in ABOUT},
        counts={about: len(kind) if whole else min(len(kind), LONGEST_LIST + 1) for about, kind in found.items()},
        names={number: _name(person) for number, person in people.items()},
    )


def _patients(lists: "Iterable[list[Cause]]") -> set[int]:
    return {cause.patient_no for kind in lists for cause in kind}


def _put_off(desk: "Desk", causes: "list[Cause]", attempts: "Iterable[ContactRow]") -> "list[Cause]":
    """What of this was put off to a day to come by the last call about it; what is urgent never is."""
    last = {(row.about, row.about_id, row.about_on): row.put_off_until for row in attempts}
    today = desk.today().isoformat()
    return [
        cause
        for cause in causes
        if cause.about not in URGENT and (last.get((cause.about, cause.about_id, cause.on.isoformat())) or "") > today
    ]


def _lines(
    desk: "Desk",
    causes: "list[Cause]",
    people: "Mapping[int, tuple[str, str, str | None]]",
    made: "Mapping[tuple[str, int, str], list[ContactRow]]",
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


def _attempt(desk: "Desk", row: "ContactRow") -> Attempt:
    return Attempt(
        outcome=row.outcome,
        at=datetime.fromisoformat(row.at).astimezone(desk.zone),
        who=row.who,
        until=date.fromisoformat(row.put_off_until) if row.put_off_until else None,
    )


def _name(person: tuple[str, str, str | None]) -> str:
    return f"{person[0]} {person[1]}".strip()

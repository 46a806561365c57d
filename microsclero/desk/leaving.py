"""Somebody leaves the team: what they looked after is handed over, and what rested on their word is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import NotFoundError, Reason, RefusedError, UsageError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.worked import Line
    from microsclero.store.clinic import MemberRow

# As far as the diary is filled.
_DAYS_AHEAD = 730
_SIGNED_WORDS = {
    **{kind: kind for kind in ("treatment", "screening", "decision", "consent", "document", "response", "reaction")},
    "hold_word": "word on a hold",
    "product_check": "leaflet comparison",
    "reaction_step": "follow-up",
    "note": "note",
}


class LookedAfter(NamedTuple):
    """Something that is open and that somebody looks after: a reaction to follow, a hold, an incident."""

    kind: str
    ref: int
    patient_no: int

    @property
    def words(self) -> str:
        return f"{self.kind} {self.ref} of patient {self.patient_no}"

    def as_data(self) -> dict[str, object]:
        return {"kind": self.kind, "id": self.ref, "patient": self.patient_no}


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Who left and when, what went to whom, and what is to be seen to."""

    initials: str
    last_on: date
    to: str | None
    handed_over: tuple[LookedAfter, ...]
    remarks: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "left": self.initials,
            "last_on": self.last_on.isoformat(),
            "handed_over": [each.as_data() | {"to": self.to} for each in self.handed_over],
            "remarks": list(self.remarks),
        }


def looked_after_by(desk: Desk, initials: str) -> tuple[LookedAfter, ...]:
    """What is open and hers: taken over from somebody, or entered by her and by nobody taken over since."""
    from microsclero.store import incidents, leavings, reactions
    from microsclero.store.rows import WHOLE

    taken_over = leavings.assignments(desk.store)
    open_ones = (
        *(("reaction", row.reaction, row.patient_no, row.who) for row in reactions.open_reactions(desk.store)),
        *(("hold", row.hold, row.patient_no, row.who) for row in reactions.open_holds(desk.store)),
        *(
            ("incident", row.incident, row.patient_no, row.who)
            for row in reversed(incidents.incidents_open(desk.store, WHOLE))
        ),
    )
    return tuple(
        LookedAfter(kind, ref, patient_no)
        for kind, ref, patient_no, who in open_ones
        if taken_over.get((kind, ref), who) == initials
    )


def leave(desk: Desk, initials: str, last: date | None, *, to: str | None) -> Left:
    """Somebody's last day, and who looks after what they leave open, in one transaction.

    Without a name for that, exit 2 names everything; nothing is saved. A day before their last entry is refused (4).
    """
    from microsclero.desk.clinic import refuse_last
    from microsclero.store import clinic, leavings

    member = desk.member(initials)
    refuse_last(desk, member, ())
    day = last or desk.today()
    _refuse_before_the_last_signed(desk, member, day)
    successor = _successor(desk, member, to, day) if to is not None else None
    with desk.store.changing(who=desk.writer(), command="clinic team"):
        hers = looked_after_by(desk, member.initials)
        if hers and successor is None:
            raise UsageError.for_reasons([_nobody(each, member) for each in hers])
        clinic.edit_member(desk.store, member.initials, {"ended_on": day})
        for each in hers:
            leavings.assign(desk.store, kind=each.kind, ref=each.ref, initials=successor.initials if successor else "")
    desk = desk.reread()
    return Left(
        initials=member.initials,
        last_on=day,
        to=successor.initials if successor else None,
        handed_over=hers,
        remarks=(*_booked(desk, member, day), *_decided(desk, day)),
    )


def _refuse_before_the_last_signed(desk: Desk, member: MemberRow, last: date) -> None:
    """Whoever signed something was still there: a last day before that is a slip."""
    from microsclero.dates import show_date, show_moment
    from microsclero.store import leavings

    signed = leavings.last_signed(desk.store, member.initials)
    at = signed.at.astimezone(desk.zone) if signed else None
    if signed is None or at is None or at.date() <= last:
        return
    raise RefusedError(
        f"{member.initials} signed {_SIGNED_WORDS[signed.kind]} {signed.ref} of {show_moment(at)}, after "
        f"{show_date(last)}: the last day is that day or later.",
        code="signed_since",
        kind=signed.kind,
        id=signed.ref,
        at=at.isoformat(),
    )


def _successor(desk: Desk, member: MemberRow, to: str, last: date) -> MemberRow:
    """Somebody else, who is still there the day after."""
    from microsclero.dates import show_date
    from microsclero.desk import works_on

    found = desk.member(to)
    if found.member == member.member:
        raise UsageError("--to names somebody else than --end.", option="--to")
    if not works_on(found, last + timedelta(days=1)):
        raise NotFoundError(
            f"{found.initials} does not work here after {show_date(last)} either; see: microsclero clinic team.",
            code="member_not_found",
        )
    return found


def _nobody(each: LookedAfter, member: MemberRow) -> Reason:
    return Reason(
        "successor_missing",
        f"{each.words.capitalize()} is looked after by {member.initials}: name who takes over with --to KL.",
        each.as_data(),
    )


def _booked(desk: Desk, member: MemberRow, last: date) -> Iterator[str]:
    """Sessions booked with them for days after their last."""
    from microsclero.dates import show_date
    from microsclero.store import diary

    for row in diary.live_sessions(desk.store, last + timedelta(days=1), last + timedelta(days=_DAYS_AHEAD)):
        if row.injector == member.initials and row.status == "planned":
            yield (
                f"Session {row.number or '–'} of patient {row.patient_no} on {show_date(row.on)} is with "
                f"{member.initials}."
            )


def _decided(desk: Desk, last: date) -> Iterator[str]:
    """Sessions after the last day that rest on a decision which lapses with it."""
    from microsclero.desk.standing_of import decided_by_leavers, screenings_in_force
    from microsclero.store import diary

    after = last + timedelta(days=1)
    rows = diary.live_sessions(desk.store, after, after + timedelta(days=_DAYS_AHEAD))
    for patient_no in dict.fromkeys(row.patient_no for row in rows if row.status == "planned"):
        gone: dict[str, str] = {}
        for row in screenings_in_force(desk, patient_no):
            gone |= decided_by_leavers(desk, row, after)
        for rule, by in gone.items():
            by = by.replace("who left on", "whose last day is")
            yield (
                f"Patient {patient_no}: {rule} was {by}. For sessions after it another prescriber decides: "
                f"microsclero decide {patient_no}"
            )


def with_successors(lines: Iterable[Line], taken_over: Mapping[tuple[str, int], str]) -> tuple[Line, ...]:
    """Lines of the worked list with the initials of whoever has taken them over: reaction 3 (KL): hives."""

    def named(line: Line) -> Line:
        who = taken_over.get((line.about, line.about_id))
        return line._replace(what=line.what.replace(":", f" ({who}):", 1)) if who else line

    return tuple(map(named, lines))

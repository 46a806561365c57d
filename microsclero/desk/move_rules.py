"""What a session that moves is held to on any day, whatever the diary holds; and what becomes of those after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from microsclero.desk.replanning import Followed, follow, near_or_far, terms
from microsclero.errors import Reason
from microsclero.replanning import Before

if TYPE_CHECKING:
    from microsclero.clashes import Event
    from microsclero.desk import Desk
    from microsclero.desk.changing import Wanted
    from microsclero.desk.gate import Gate
    from microsclero.schedule import CoursePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRules:
    """All that can stand against a day, read once. No gate: a consultation, which asks for no age and no gap.

    fixed: what does not go along and keeps its distance, each with its label. avoid: days they asked not to come.
    """

    it: Wanted
    gate: Gate | None
    policy: CoursePolicy
    today: date
    born_on: date
    events: tuple[Event, ...]
    avoid: tuple[tuple[date, date], ...]
    fixed: tuple[tuple[str, date], ...]

    @property
    def last_day(self) -> date:
        """The last day to which a session may be moved."""
        from microsclero.desk.planning import reach

        return reach(self.today, self.policy)

    def against(self, to: date) -> Iterator[Reason]:
        """Every reason against that day, but for the hours and who is there."""
        from microsclero.dates import age_on, birthday, show_date
        from microsclero.desk.gate import against_moving
        from microsclero.desk.planning import too_far
        from microsclero.schedule import ADULT

        if to > self.last_day:
            yield too_far(self.today, to, self.policy)
        if to < self.today:
            yield Reason("too_soon", f"{show_date(to)} is in the past.", {"date": to.isoformat()})
        yield from self._own_days(to)
        if self.gate is None:
            return
        if age_on(self.born_on, to) < ADULT:
            words = f"The patient is {ADULT} on {show_date(birthday(self.born_on, ADULT))}, not before."
            yield Reason("under_age", words, {"date": to.isoformat()})
        yield from against_moving(self.gate, later=to > self.it.row.on)
        if self.gate.not_before and to < self.gate.not_before:
            yield Reason("deferred", f"{self.gate.why_wait}.", {"not_before": self.gate.not_before.isoformat()})
        yield from self._too_near(to)
        yield from self._out_of_order(to)

    def followed(self, desk: Desk, to: date) -> Followed:
        """The later sessions once this one stands on that day; Refusal where one has to move and finds no place."""
        it = self.it
        if self.gate is None or not it.following:
            return Followed()
        by = partial(terms, desk, it.row.patient_no, not_before=self.gate.not_before)
        moving, after_it = (it.row, *it.following), Before(it.label, to)
        return near_or_far(
            desk, to, it.following, lambda book: follow(it.following, by(book.without(moving)), after=after_it)
        )

    def _own_days(self, to: date) -> Iterator[Reason]:
        """What the patient has on that day; a plan goes around it, and a move as well."""
        from microsclero.dates import show_range

        number = self.it.row.patient_no
        for event in self.events:
            if event.from_on <= to <= event.until_on:
                words = (
                    f"Patient {number} has something on {show_range(event.from_on, event.until_on)} "
                    f"(event {event.event}); if that is off: "
                    f"microsclero patient event {number} --remove {event.event}"
                )
                yield Reason("own_day", words, {"date": to.isoformat(), "event": event.event})
        for first, last in self.avoid:
            if first <= to <= last:
                words = f"Patient {number} asked not to come on {show_range(first, last)}."
                yield Reason("own_day", words, {"date": to.isoformat(), "event": None})

    def _too_near(self, to: date) -> Iterator[Reason]:
        """Gaps that this day would make too short; one that is so already is not its doing."""
        from microsclero.schedule import gap_problems

        known = {reason.message for reason in gap_problems(self.fixed, self.policy)}
        for reason in gap_problems([*self.fixed, (self.it.label, to)], self.policy):
            if reason.message not in known:
                yield reason

    def _out_of_order(self, to: date) -> Iterator[Reason]:
        """Sessions keep their order: what comes after goes along, what came before, or was given, does not."""
        from microsclero.dates import show_date

        it, number = self.it, self.it.row.number
        for each in it.live:
            day = show_date(each.on)
            if each in it.before and to <= each.on:
                way_out = "choose a later day" if each.status == "given" else "move that one first"
                words = f"Session {number} can't move before session {each.number} on {day}; {way_out}."
                yield Reason("out_of_order", words, {"session": each.number})
            if each in it.later and each.status == "given" and to >= each.on:
                words = (
                    f"Session {number} can't move past session {each.number}, given on {day}; "
                    f"mark it missed: microsclero missed {each.patient_no} --session {number}"
                )
                yield Reason("out_of_order", words, {"session": each.number})


def rules_for(desk: Desk, it: Wanted) -> MoveRules:
    """What this session is held to, as the record now stands."""
    from microsclero import content
    from microsclero.desk.events import events_from
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patients import patient_of
    from microsclero.desk.wishes import wish_of
    from microsclero.store import diary

    number = it.row.patient_no
    return MoveRules(
        it=it,
        gate=plan_gate(desk, number) if it.row.number else None,
        policy=content.course(),
        today=desk.today(),
        born_on=patient_of(desk, number).born_on,
        events=events_from(desk, number, desk.today()),
        avoid=wish_of(diary.running_course(desk.store, number)).avoid,
        fixed=tuple(_fixed(desk, it)),
    )


def _fixed(desk: Desk, it: Wanted) -> Iterator[tuple[str, date]]:
    """Sessions before it, given ones, other courses, elsewhere."""
    from microsclero.desk.elsewhere import told_elsewhere
    from microsclero.store import diary

    for one in it.live:
        if one not in (it.row, *it.following):
            yield f"session {one.number}", one.on
    for each in diary.sessions_of_patient(desk.store, it.row.patient_no):
        if each.course != it.row.course and each.kind == "session" and each.status in ("planned", "given"):
            yield f"session {each.number} of course {each.course}", each.on
    for told in told_elsewhere(desk, it.row.patient_no):
        yield told.label, told.on

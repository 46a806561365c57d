"""Why not: all that stands against a course, or a session today, and the first time that would work in spite of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from microsclero.desk.explaining import CHANGES, Why, explained
from microsclero.errors import Reason, RefusedError

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.first_date import Asked
    from microsclero.desk.gate import Gate
    from microsclero.desk.planning import Plan
    from microsclero.desk.wishes import Wish
    from microsclero.patients import Patient
    from microsclero.schedule import PlanRequest
    from microsclero.store.screenings import ScreeningRow


class WhyNot(NamedTuple):
    """Whether a course may be planned as asked, every reason against that or against today, and the first time.

    first: as plan would book it, in JSON's own words; first_words: the same as a sentence, or why none is known.
    """

    patient: Patient
    may_plan: bool
    reasons: tuple[Why, ...]
    first: dict[str, object] | None
    none_because: str | None
    first_words: str
    remarks: tuple[str, ...] = ()
    is_consultation: bool = False

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "may_plan": self.may_plan,
            "reasons": [reason.as_data() for reason in self.reasons],
            "first_possible": self.first,
            "none_because": self.none_because,
            "remarks": list(self.remarks),
        }


class Glance(NamedTuple):
    """The same for the head of a patient's page: short, and nothing looked for that nobody asks about."""

    reasons: tuple[Why, ...]
    first: dict[str, object] | None
    first_words: str | None


def why_not(
    desk: Desk,
    patient_no: int,
    proposed: Callable[[], Plan],
    wish: Wish,
    *,
    start: date | None,
    consultation: bool = False,
) -> WhyNot:
    """What `proposed`, under every_reason(), would book, or why it is refused; nothing is written but the look."""
    from microsclero import content
    from microsclero.desk import first_date
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.patient_record import note_look
    from microsclero.desk.patients import patient_of

    patient = patient_of(desk, patient_no)
    reasons: list[Reason] = []
    try:
        plan = proposed()
    except RefusedError as refusal:
        *reasons, last = refusal.reasons
        first = {key: value for key, value in last.details.items() if key != "none_because"}
        none_because, words = last.details.get("none_because"), last.message
    else:
        first = {**first_date.as_data(plan.new[0]), "sessions": len(plan.new), "without": []}
        none_because = None
        words = f"{first_date.WORKS}{first_date.as_words(plan.new[0])}."
    only_today: tuple[Why, ...] = ()
    if not consultation:
        gate = plan_gate(desk, patient_no)
        asked = first_date.asked_for(desk, patient_no, wish, start=start, gate=gate, policy=content.course())
        waiting = _waiting(desk, patient_no, gate.waits, reasons)
        only_today = (*waiting, *_too_soon(asked, desk.today(), waiting))
    return WhyNot(
        patient=patient,
        may_plan=not reasons,
        reasons=(*explained(desk, patient_no, reasons), *only_today),
        first=first if first["date"] else None,
        none_because=str(none_because) if none_because else None,
        first_words=words,
        remarks=note_look(desk, patient_no, "plan --why"),
        is_consultation=consultation,
    )


def at_a_glance(desk: Desk, patient_no: int, screenings: Sequence[ScreeningRow], *, is_planned: bool) -> Glance:
    """What stands against a session today, and the first time free where nothing does and nothing is planned.

    Of a patient whose session is booked only what was found counts: it does not fall with an intake's age.
    """
    from microsclero.desk.gate import Papers, gate_of

    papers = None
    if not is_planned:
        from microsclero.content import pinned

        papers = Papers(pinned.QUESTIONNAIRE_IN_FORCE, pinned.INTAKE_VALID_DAYS)
    in_force = {row.purpose: row for row in screenings if row.superseded_by is None}
    gate = gate_of(desk, patient_no, in_force.get("intake"), in_force.get("session"), papers=papers)
    standing = (
        *explained(desk, patient_no, gate.reasons),
        *_waiting(desk, patient_no, gate.waits, gate.reasons),
    )
    if is_planned or gate.reasons:
        return Glance(standing, None, None)
    return _first_free(desk, patient_no, gate, standing)


def _first_free(desk: Desk, patient_no: int, gate: Gate, standing: tuple[Why, ...]) -> Glance:
    from microsclero import schedule
    from microsclero.desk import first_date
    from microsclero.desk.wishes import still_kept, wish_of
    from microsclero.store import diary

    wish = still_kept(desk, wish_of(diary.running_course(desk.store, patient_no)))
    # By the defaults, which a test holds beside the released numbers: a look at a patient reads no file of words.
    policy = schedule.CoursePolicy()
    asked = first_date.asked_for(desk, patient_no, wish, gate=gate, policy=policy, kept=wish)
    found = first_date.find(desk, asked)
    if found.slot is not None:
        words = ", ".join([first_date.as_words(found.slot), *first_date.what_gives_way(asked, found)])
        return Glance((*standing, *_too_soon(asked, desk.today(), standing)), first_date.as_data(found.slot), words)
    full = tuple(schedule.course_reasons(asked.request, asked.policy, asked.earlier))
    none = Reason("no_slot", f"{first_date.NONE_KNOWN}{first_date.why_none(desk, found, ())}.")
    return Glance((*standing, *explained(desk, patient_no, full or (none,))), None, None)


@contextmanager
def every_reason(
    desk: Desk,
    patient_no: int,
    wish: Wish,
    *,
    start: date | None,
    by: date | None = None,
    consultation: bool = False,
    override: bool = False,
) -> Iterator[None]:
    """A plan refused in here is refused for every reason there is, and ends with the first time that would work."""
    from microsclero import content
    from microsclero.desk import first_date
    from microsclero.desk.gate import plan_gate
    from microsclero.desk.planning import beyond_reach
    from microsclero.desk.wishes import NOTHING_WISHED, to_plan_by, wish_of
    from microsclero.store import diary

    try:
        yield
    except RefusedError as refusal:
        gate, policy = None if consultation else plan_gate(desk, patient_no), content.course()
        on_its_own = consultation or override
        kept = NOTHING_WISHED if on_its_own else wish_of(diary.running_course(desk.store, patient_no))
        wish, kept, refused_injector, no_injector = to_plan_by(desk, wish, kept)
        asked = first_date.asked_for(
            desk,
            patient_no,
            wish,
            start=start,
            gate=gate,
            policy=policy,
            consultation=consultation,
            kept=kept,
            refused_injector=refused_injector,
        )
        far = beyond_reach(desk.today(), policy, start, by)
        at_once = (*(gate.reasons if gate else ()), *refusal.reasons, *far, *no_injector)
        told = {reason.message: reason for reason in at_once}
        codes = {reason.code for reason in told.values()}
        unplaced = partial(_unplaced, desk, asked, by if not beyond_reach(desk.today(), policy, by) else None)
        # One session is double-booked at a time, whatever is left of the course.
        as_many = replace(asked.request, sessions=1) if override else asked.request
        against = first_date.against(desk, asked._replace(request=as_many), unplaced)
        reasons = [*told.values(), *(reason for reason in against if reason.code not in codes)]
        last = first_date.as_reason(desk, asked, first_date.find(desk, asked), reasons, by)
        raise RefusedError.for_reasons([*reasons, last]) from None


def _unplaced(desk: Desk, asked: Asked, by: date | None, request: PlanRequest) -> Iterator[Reason]:
    """Why there is no place for all that is asked; with `by` also whether a single session comes too late."""
    from microsclero import schedule
    from microsclero.desk import diary_of, planning

    try:
        if asked.gate is None:
            first, last = schedule.search_window(request, asked.policy, ())
            schedule.first_free(None, first, last, request, diary_of.diary(desk, first, (last - first).days))
        else:
            planning.places(desk, request, asked.policy, asked.earlier, by)
    except schedule.Refusal as refusal:
        yield from refusal.reasons
        if by is not None and request.sessions != 1 and refusal.code != "too_late":
            one = _unplaced(desk, asked, by, replace(request, sessions=1))
            yield from (reason for reason in one if reason.code == "too_late")


def _waiting(desk: Desk, patient_no: int, waits: Iterable[Reason], known: Iterable[Reason]) -> tuple[Why, ...]:
    """What ends by itself on a day to come, and is not among the reasons already."""
    told = {(each.details.get("rule"), each.details.get("screening")) for each in known}
    ahead = (
        each
        for each in waits
        if (each.details["rule"], each.details["screening"]) not in told
        and date.fromisoformat(str(each.details["ask_again_on"])) > desk.today()
    )
    return explained(desk, patient_no, ahead)


def _too_soon(asked: Asked, today: date, told: tuple[Why, ...]) -> tuple[Why, ...]:
    """The session, or the injection elsewhere, that today would be too soon after, where nothing says so already."""
    from microsclero.dates import show_date
    from microsclero.schedule import earliest_next

    if not asked.earlier or not asked.left:
        return ()
    last = max(asked.earlier, key=lambda one: one.on)
    possible_on = earliest_next(last.on, asked.policy)
    if possible_on <= today or (last.number is None and any(each.ask_again_on == possible_on for each in told)):
        return ()
    which = f"Session {last.number}" if last.number else "Vein injections"
    whose = "" if last.this_course else " of an earlier course" if last.number else " elsewhere"
    verb = "is planned for" if last.status == "planned" else "was given on" if last.number else "were given on"
    message = (
        f"{which}{whose} {verb} {show_date(last.on)}; the next comes {asked.policy.minimum_days} days later at the "
        f"earliest, on {show_date(possible_on)}."
    )
    if last.is_denied:
        message += " They were denied since: ask which is right."
    changes = CHANGES["too_soon"]
    return (Why("too_soon", message, stops=False, what_changes_it=changes, ask_again_on=possible_on),)

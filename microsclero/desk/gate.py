"""The gates before the diary: what of a patient's screenings stands against planning, or against moving sooner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.standing import StandingFinding
    from microsclero.store.screenings import ScreeningRow

# What is asked of an intake before what it found; a session already booked does not fall with its age.
FORMALITIES = frozenset({"no_screening", "no_intake", "intake_version", "intake_unsigned", "intake_too_old"})


class Gate(NamedTuple):
    """Whether a course may be planned: every reason against it, or the first day it may begin.

    waits: what names a day and ends by itself; `not_before` is the last of those days.
    """

    reasons: tuple[Reason, ...]
    remarks: tuple[str, ...]
    not_before: date | None
    screenings: tuple[int, ...]
    waits: tuple[Reason, ...] = ()

    @property
    def why_wait(self) -> str:
        """What lasts until `not_before`, in words that begin a sentence; empty where nothing does."""
        from microsclero.dates import show_date

        if not self.waits:
            return ""
        last = max(self.waits, key=_day)
        return f"{_LASTING.get(last.code, 'A deferral lasts until')} {show_date(_day(last))}"


_LASTING = {"new_course_too_soon": "A new course waits until", "response_waits": "The response said to wait until"}


class Papers(NamedTuple):
    """What is asked of an intake before what it found: by these questions, and signed so many days ago at most."""

    version_in_force: str
    valid_days: int


def plan_gate(desk: Desk, patient_no: int, on: date | None = None) -> Gate:
    """The latest intake, complete, signed, in force, recent; nothing above review, every review decided "proceed".

    The latest session's screening counts, too: whole where it is newer than the intake, and in what only a session asks
    where it is older, since no intake has asked that again. It stands until the next session's screening. on: the day
    on which a decision must count, today without it.
    """
    from microsclero import content
    from microsclero.store import screenings

    intake = screenings.latest_screening(desk.store, patient_no, "intake")
    session = screenings.latest_screening(desk.store, patient_no, "session")
    papers = Papers(content.version_in_force(), content.intake_valid_days())
    return gate_of(desk, patient_no, intake, session, papers=papers, on=on)


def gate_of(
    desk: Desk,
    patient_no: int,
    intake: ScreeningRow | None,
    session: ScreeningRow | None,
    *,
    papers: Papers | None,
    on: date | None = None,
    whole: bool = False,
) -> Gate:
    """The gate on screenings that were read already.

    Without `papers` only what was found counts: a session that is booked does not fall with an intake's age.
    whole: all that the session's screening found counts, whatever intake came later.
    """
    from microsclero.dates import show_date
    from microsclero.desk.holding import against as holds_against
    from microsclero.desk.next_course import said_by_courses

    seen = tuple(row.screening for row in (intake, session) if row is not None)
    reasons: list[Reason] = []
    waits: list[Reason] = []
    if intake is not None:
        reasons, waits = _against(desk, intake, papers=papers, on=on)
    elif papers:
        message = f"Patient {patient_no} has no intake yet: microsclero screen {patient_no} --for intake."
        reasons = [Reason("no_screening", message, {})]
    if session is not None:
        more, more_waits = _against(desk, session, on=on)
        if intake is not None and session.screening < intake.screening and not whole:
            more, more_waits = _only_of_sessions(session, more, more_waits)
        reasons += [_at_a_session(reason, session) for reason in more]
        waits += more_waits
    courses = said_by_courses(desk, patient_no, intake.signed_at if intake is not None else None)
    reasons += courses.reasons
    waits += courses.waits
    not_before = max((_day(wait) for wait in waits), default=None)
    remarks: tuple[str, ...] = ()
    if not_before and not_before > desk.today():
        remarks = (f"Not before {show_date(not_before)}: {_why_not_before(waits)}",)
    for row in (intake, session):
        if row is not None and row.outcome != "suitable":
            remarks += _decided_until(desk, row)
    # A hold before anything else; it stands against planning and moving sooner whatever was answered.
    reasons = _said_once([*holds_against(desk, patient_no), *reasons])
    return Gate(reasons=tuple(reasons), remarks=remarks, not_before=not_before, screenings=seen, waits=tuple(waits))


def _said_once(reasons: list[Reason]) -> list[Reason]:
    """A clot that was confirmed, and that a screening in force has found since, is one reason, with that screening."""
    clots = {reason.details["rule"] for reason in reasons if reason.code == "clot_confirmed"}
    found_in = {
        reason.details["rule"]: reason.details["screening"]
        for reason in reasons
        if reason.code == "finding_bar" and reason.details["rule"] in clots
    }
    return [
        reason._replace(details={**reason.details, "screening": found_in[reason.details["rule"]]})
        if reason.code == "clot_confirmed" and reason.details["rule"] in found_in
        else reason
        for reason in reasons
        if reason.code != "finding_bar" or reason.details["rule"] not in found_in
    ]


def _decided_until(desk: Desk, row: ScreeningRow) -> tuple[str, ...]:
    """Decisions that count only so long, since whoever made them is about to leave."""
    from microsclero.dates import show_date
    from microsclero.desk.standing_of import decisions_on

    leaving = {one.initials: one.ended_on for one in desk.team if one.ended_on and one.ended_on >= desk.today()}
    last = {made.rule: made.prescriber for made in decisions_on(desk, row)} if leaving else {}
    return tuple(
        f"{who}, who decided on {rule}, leaves on {show_date(ended_on)}: for sessions after that day "
        "another prescriber decides."
        for rule, who in last.items()
        if (ended_on := leaving.get(who)) is not None
    )


def _why_not_before(waits: Iterable[Reason]) -> str:
    """Why the last of these days has to be waited for."""
    last = max(waits, key=_day)
    return last.message if last.code in ("new_course_too_soon", "response_waits") else "a deferral lasts until then."


def stands_besides(desk: Desk, patient_no: int, screening: int) -> tuple[Reason, ...]:
    """A hold, and what the other screening in force has found and still stands: no new "no" takes it back.

    What lasted is among this screening's own findings.
    """
    from microsclero.desk.holding import against as holds_against
    from microsclero.desk.standing_of import screenings_in_force

    newest, *others = screenings_in_force(desk, patient_no)
    found: list[Reason] = list(holds_against(desk, patient_no))
    for row in others if newest.screening == screening else ():
        reasons, waits = _against(desk, row)
        if row.purpose == "session":
            reasons, waits = _only_of_sessions(row, reasons, waits)
        found += reasons
        found += [_lasting_until(_day(wait)) for wait in waits if _day(wait) > desk.today()]
    lasted = {told["question"] for told in newest.lasting}
    return tuple(reason for reason in found if reason.details.get("rule") not in lasted)


def against_session(desk: Desk, patient_no: int, on: date) -> tuple[Reason, ...]:
    """What stands against giving the session that is booked for that day, as things are now."""
    gate = plan_gate(desk, patient_no, on)
    found = [reason for reason in gate.reasons if reason.code not in FORMALITIES]
    if gate.not_before is not None and on < gate.not_before:
        found.append(_lasting_until(gate.not_before))
    return tuple(found)


def _lasting_until(until: date) -> Reason:
    from microsclero.dates import show_date

    return Reason("deferred", f"A deferral lasts until {show_date(until)}.", {"not_before": until.isoformat()})


def _day(wait: Reason) -> date:
    return date.fromisoformat(str(wait.details["ask_again_on"]))


def _against(
    desk: Desk, row: ScreeningRow, *, papers: Papers | None = None, on: date | None = None
) -> tuple[list[Reason], list[Reason]]:
    """What one screening has against planning, and what of it names a day to wait for."""
    from microsclero.desk.patients import patient_of

    reasons = list(_formalities(desk, row, papers)) if papers else []
    waits: list[Reason] = []
    # Most screenings found nothing; reading what they found is left out for them, since `patient show` is quick.
    if row.outcome != "suitable":
        found, waits = _found(desk, row, on)
        reasons += found
    if row.born_on != patient_of(desk, row.patient_no).born_on:
        message = (
            "The date of birth was corrected after this screening: "
            f"microsclero screen {row.patient_no} --for {row.purpose}"
        )
        details = {"screening": row.screening, "for": row.purpose}
        reasons.append(Reason("birth_date_changed", message, details))
    return reasons, waits


def _formalities(desk: Desk, row: ScreeningRow, papers: Papers) -> Iterable[Reason]:
    from microsclero.formalities import formalities

    return formalities(
        form=row.purpose,
        version=row.version,
        signed_on=row.signed_at.astimezone(desk.zone).date() if row.signed_at else None,
        today=desk.today(),
        version_in_force=papers.version_in_force,
        valid_days=papers.valid_days,
    )


def _found(desk: Desk, row: ScreeningRow, on: date | None) -> tuple[list[Reason], list[Reason]]:
    """What the answers have against planning, each reason with the screening it stands in, and what names a day."""
    from microsclero.desk.standing_of import decided_by_leavers, stands_at
    from microsclero.standing import against, in_the_way, waiting

    stands = stands_at(desk, row, on)
    left = decided_by_leavers(desk, row, on) if stands.undecided else {}
    reasons = [_with_command(reason, row, left) for reason in against(stands).reasons]
    if stands.undecided:
        reasons = [_not_before_then(reason, in_the_way(stands, desk.today())) for reason in reasons]
    if row.lasting:
        reasons = [_taken_back(desk, row, reason) for reason in reasons]
    waits = [
        _lasting_until(found.finding.ask_again_on)._replace(
            details={
                "rule": found.finding.rule,
                "outcome": found.effective,
                "ask_again_on": found.finding.ask_again_on.isoformat(),
                "screening": row.screening,
            }
        )
        for found in waiting(stands)
        if found.finding.ask_again_on is not None
    ]
    return reasons, waits


def _with_command(reason: Reason, row: ScreeningRow, left: Mapping[str, str]) -> Reason:
    """The reason with the screening it stands in, and what to type where a document or a decision can change it.

    left: of each rule whose decision went with whoever made it, who that was.
    """
    reason = reason._replace(details={**reason.details, "screening": row.screening})
    if reason.code == "undecided":
        rule = str(reason.details.get("rule"))
        by = f"was {left[rule]}, and is" if rule in left else "is"
        message = f"{rule} {by} for a prescriber to decide: microsclero decide {row.patient_no}"
        return reason._replace(message=message)
    if reason.code == "finding_refer":
        command = f"microsclero document {row.patient_no}"
        return reason._replace(message=reason.message.replace("use document.", command))
    return reason


def _not_before_then(reason: Reason, in_the_way: Sequence[StandingFinding]) -> Reason:
    """What is to be decided, with the day from which it may be, where only deferrals that end by themselves stand."""
    from microsclero.dates import show_date

    dates = [each.finding.ask_again_on for each in in_the_way if each.effective == "defer"]
    known = [day for day in dates if day is not None]
    if reason.code != "undecided" or not known or len(known) != len(in_the_way):
        return reason
    return reason._replace(message=f"{reason.message} (from {show_date(max(known))} on, when the deferral ends)")


def _taken_back(desk: Desk, row: ScreeningRow, reason: Reason) -> Reason:
    """A finding that rests on a clot a prescriber has taken back says so: it stands until they are screened again."""
    from microsclero.desk.holding import clots_lasting

    confirmed = {told["question"] for told in row.lasting if told["from"] == "hold"}
    still = {each.question for each in clots_lasting(desk, row.patient_no)}
    if reason.details.get("rule") not in confirmed - still:
        return reason
    again = f"That was taken back since; screen again: microsclero screen {row.patient_no} --for {row.purpose}"
    return reason._replace(message=f"{reason.message} {again}")


def _only_of_sessions(
    row: ScreeningRow, reasons: list[Reason], waits: list[Reason]
) -> tuple[list[Reason], list[Reason]]:
    """What stands of a session's screening after a newer intake: all that rests on questions no intake asks."""
    if not (reasons or waits):
        return reasons, waits
    from microsclero.content import questionnaire

    intake = questionnaire("intake")
    elsewhere = [link_id for link_id in row.unanswered if link_id not in intake.by_id]
    kept = [
        reason for reason in reasons if reason.details.get("rule") and reason.details["rule"] not in intake.rules_by_id
    ]
    if elsewhere:
        message = f"Not answered yet: {', '.join(elsewhere)}. Finish the screening first."
        kept.append(Reason("unanswered", message, {"unanswered": elsewhere, "screening": row.screening}))
    lasting = [
        wait for wait in waits if wait.details["rule"] not in intake.rules_by_id and wait.details["outcome"] == "defer"
    ]
    return kept, lasting


def _at_a_session(reason: Reason, row: ScreeningRow) -> Reason:
    from microsclero.dates import show_date

    message = f"{reason.message} (Screened for a session on {show_date(row.on)}; screen again with --for session.)"
    return reason._replace(message=message)


def against_moving(gate: Gate, *, later: bool) -> tuple[Reason, ...]:
    """What stands against moving a session that is booked already.

    Whoever is not suitable has the session cancelled, not moved. What only has to pass lets it be put off, never
    brought forward; it is screened again on the day.
    """
    lasting = ("finding_bar", "finding_refer", "declined", "clot_confirmed")
    found: Iterable[Reason] = (reason for reason in gate.reasons if reason.code not in FORMALITIES)
    return tuple(reason for reason in found if not later or reason.code in lasting)

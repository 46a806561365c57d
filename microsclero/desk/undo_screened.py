"""What screenings, decisions and age have against sessions that come back, and what of it was so before the change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.desk.history_of import when
from microsclero.desk.undo_rules import Objection, first_up
from microsclero.errors import Reason

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.undo_rules import Pair, Undo


def screened(desk: Desk, undo: Undo, patient_no: int) -> Iterator[Objection]:
    """What screening and age have against sessions that come back, as they have against one that is moved.

    What was found, decided and corrected before the change stood against the diary before it, too.
    """
    from microsclero.desk.gate import against_moving, plan_gate

    coming = [pair for pair in undo.pairs if pair.is_coming and pair.now.patient_no == patient_no]
    coming = [pair for pair in coming if pair.then.kind == "session"]
    if not coming:
        return
    gate = plan_gate(desk, patient_no)
    is_later = all(pair.now.status == "planned" and pair.then.on > pair.now.on for pair in coming)
    for reason in against_moving(gate, later=is_later):
        details = {**reason.details, "patient": patient_no}
        told = Reason(reason.code, f"Patient {patient_no}: {reason.message}", details)
        yield Objection(told, _was_known(desk, undo, patient_no, reason))
    for pair in coming:
        yield from _deferred(desk, undo, pair, gate.waits)
        yield from _under_age(desk, undo, pair)


def _deferred(desk: Desk, undo: Undo, pair: Pair, waits: tuple[Reason, ...]) -> Iterator[Objection]:
    """The last day that a deferral names after this session; one found since the change counts first."""
    ahead = [(date.fromisoformat(str(wait.details["ask_again_on"])), wait) for wait in waits]
    ahead = [(until, wait) for until, wait in ahead if pair.then.on < until]
    if not ahead:
        return
    since = [(until, wait) for until, wait in ahead if not _was_found(desk, undo, wait)]
    until = max(until for until, _ in since or ahead)
    reason = Reason(
        "deferred",
        f"{first_up(pair.name)} would be back on {when(pair.then)}, and a deferral lasts until {show_date(until)}.",
        {"patient": pair.now.patient_no, "not_before": until.isoformat()},
    )
    yield Objection(reason, not since)


def _under_age(desk: Desk, undo: Undo, pair: Pair) -> Iterator[Objection]:
    """Eighteen on the day, by the date of birth as it is recorded now, and as it was before the change."""
    from microsclero.dates import age_on, birthday
    from microsclero.desk.patients import patient_of
    from microsclero.schedule import ADULT

    patient_no = pair.now.patient_no
    born_on = patient_of(desk, patient_no).born_on
    if age_on(born_on, pair.then.on) >= ADULT:
        return
    reason = Reason(
        "under_age",
        f"Patient {patient_no} is {ADULT} on {show_date(birthday(born_on, ADULT))}, not before.",
        {"patient": patient_no, "date": pair.then.on.isoformat()},
    )
    yield Objection(reason, age_on(_born_on_before(desk, undo, patient_no), pair.then.on) < ADULT)


def _was_known(desk: Desk, undo: Undo, patient_no: int, reason: Reason) -> bool:
    """Whether it stood against the patient before the change: found, decided and corrected by then."""
    from microsclero.desk.patients import patient_of
    from microsclero.store import journal, screenings

    if not _was_found(desk, undo, reason):
        return False
    if reason.code == "birth_date_changed":
        return patient_of(desk, patient_no).born_on == _born_on_before(desk, undo, patient_no)
    if reason.code == "declined":
        made = screenings.decisions(desk.store, int(str(reason.details["screening"])))
        last = max(each.decision_no for each in made if each.rule == reason.details["rule"])
        return not journal.is_entered_after(desk.store, "decision", last, undo.before)
    return True


def _was_found(desk: Desk, undo: Undo, reason: Reason) -> bool:
    """Whether a screening had found it before the change, or the hold stood then; what neither says counts as new."""
    from microsclero.store import journal

    table, number = "screening", reason.details.get("screening")
    if reason.code == "on_hold":
        table, number = "hold", reason.details["hold"]
    return number is not None and not journal.is_entered_after(desk.store, table, int(str(number)), undo.before)


def _born_on_before(desk: Desk, undo: Undo, patient_no: int) -> date:
    from microsclero.store import journal

    row = journal.as_of(desk.store, "patient", undo.before, patient_no)[patient_no]
    return date.fromisoformat(str(row["born_on"]))

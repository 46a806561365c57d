"""A reaction on the screen: how soon, what to say, what to do, when we ask again; and all of a patient's together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from microsclero.dates import show_date
from microsclero.reactions_in_short import effect_in_short, urgency_in_short
from microsclero.render.terminal import Heading, console, name, print_lines
from microsclero.sources import named_sources

if TYPE_CHECKING:
    from datetime import date

    from microsclero.desk.following import Followed
    from microsclero.desk.lifting import HoldSettled
    from microsclero.desk.patient_record import Record
    from microsclero.desk.reacting import Reported
    from microsclero.desk.reactions_of import HoldLine, ReactionLine, Reactions
    from microsclero.store.follow_ups import OpenReaction

STATE_WORDS = {
    "gone": "gone",
    "better": "better",
    "same": "the same",
    "worse": "worse",
    "not_reached": "not reached",
}
_BAND_WORDS = {"expected": "usual", "call": "we look at it", "same_day": "SAME DAY", "emergency": "EMERGENCY"}
FINDING_WORDS = {
    "excluded": "a clot was excluded",
    "svt": "a clot in a surface vein",
    "dvt": "a deep vein thrombosis",
    "pe": "a pulmonary embolism",
    "other": "something else",
}


def reaction_view(kept: Reported, phone: str) -> None:
    print_lines(console(), _reported(kept, phone))


def _reported(kept: Reported, phone: str) -> Iterator[str]:
    found, number = kept.found, kept.patient_no
    yield Heading(
        f"{kept.band_words.words.upper()} · reaction {kept.reaction} of patient {number}: {found.effect.words}"
    )
    if kept.hold is not None:
        yield _on_hold(number)
    if found.because:
        yield f"Why: {'; '.join(found.because)}."
    yield f"Say: “{kept.say}”"
    yield f"Do: {kept.do}"
    if kept.gone_on:
        yield f"Gone since {show_date(kept.gone_on)}." + ("" if kept.ended_on else " Somebody asks once more.")
    elif found.watch_until:
        yield f"It can last until {show_date(found.watch_until)}, and is watched until then. Our number: {name(phone)}."
    elif found.usual_until and found.band == "expected":
        yield f"It should be gone by {show_date(found.usual_until)}. Our number: {name(phone)}."
    yield _asked_again(number, kept.reaction, kept.follow_up_on)
    if kept.session_on:
        yield f"Belongs to the session of {show_date(kept.session_on)} (treatment {kept.treatment})."
    else:
        yield "Belongs to no session of ours."
    yield f"Source: {named_sources(found.effect.source)}"
    if not kept.asked:
        yield "The emergency questions were not part of this entry: ask them."


def _on_hold(patient_no: int) -> str:
    return Heading(f"ON HOLD: nothing is planned or given until a prescriber decides: microsclero decide {patient_no}")


def _asked_again(patient_no: int, reaction: int, on: date | None) -> str:
    if on is None:
        return "It has ended, and is off the list."
    return f"Ask again on {show_date(on)}: microsclero reaction {patient_no} --follow {reaction}"


def followed_view(followed: Followed, more: Reported | None, *, phone: str, asked: bool) -> None:
    """What was heard; `more`: the emergency that came of it. asked: the emergency questions, where it got worse."""
    lines = [*(_reported(more, phone) if more else ()), *_followed(followed, asked=asked)]
    print_lines(console(), lines)


def _followed(followed: Followed, *, asked: bool) -> Iterator[str]:
    number, since = followed.patient_no, followed.since
    yield Heading(
        f"Reaction {followed.reaction} of patient {number}: {followed.effect.words}, {STATE_WORDS[followed.state]} · "
        f"{_BAND_WORDS[since.band]}"
    )
    if followed.is_new_hold:
        yield _on_hold(number)
    elif followed.hold is not None:
        yield f"Still on hold: a prescriber decides: microsclero decide {number}"
    if not followed.ended_on:
        if since.because:
            yield f"Why: {'; '.join(since.because)}."
        if since.band != "expected":
            yield f"Say: “{followed.band_words.say}”"
            yield f"Do: {followed.band_words.do}"
    yield _asked_again(number, followed.reaction, followed.next_on)
    if followed.state == "worse" and not asked:
        yield f"The emergency questions were not part of this entry: microsclero reaction {number} asks them."


def hold_view(settled: HoldSettled) -> None:
    word = "lifted" if settled.word == "lift" else "kept"
    which = f"Hold {settled.holds[0]}" if len(settled.holds) == 1 else f"Holds {', '.join(map(str, settled.holds))}"
    lines: list[str] = [
        Heading(
            f"{which} of patient {settled.patient_no} {word} by {settled.prescriber}: {FINDING_WORDS[settled.finding]}"
        ),
        *(Heading(f"Still: {reason.message}") for reason in settled.still),
        *settled.remarks,
    ]
    if settled.booked and any(reason.code == "clot_confirmed" for reason in settled.still):
        sessions = "1 session is" if settled.booked == 1 else f"{settled.booked} sessions are"
        lines.append(
            f"{sessions} booked: microsclero cancel {settled.patient_no} --session K --reason contraindication"
        )
    if not settled.still:
        lines.append("Nothing else is on hold. Screen again on the day of each session.")
    lines += [f"Next: microsclero reaction {settled.patient_no} --follow {number}" for number in settled.to_follow]
    print_lines(console(), lines)


def reactions_view(page: Reactions) -> None:
    print_lines(console(), _all(page))


def _all(page: Reactions) -> Iterator[str]:
    yield from page.remarks
    if not page.reactions:
        yield f"No reaction of patient {page.patient_no} has been reported."
    for line in page.reactions:
        yield from _line(page.patient_no, line, [each for each in page.holds if each.row.reaction == line.row.reaction])
    for hold in page.holds:
        yield from _hold(page.patient_no, hold)


def _line(patient_no: int, line: ReactionLine, holds: Sequence[HoldLine]) -> Iterator[str]:
    row = line.row
    where = " ".join(word for word in (row.leg, row.region) if word)
    state = _BAND_WORDS[line.since.band]
    lifting = [(word.at, on, word.finding) for hold in holds for word, on in hold.words if word.word == "lift"]
    if row.ended_on:
        state = f"ended {show_date(row.ended_on)}"
    elif lifting and line.hold is None:
        state = _looked_into(*max(lifting)[1:])
    yield Heading(f"Reaction {row.reaction} of patient {patient_no}: {line.effect.words} · {state}")
    told = f"  Noticed {show_date(row.noticed_on)}{f', {where}' if where else ''}, {row.severity}"
    yield f"{told}; reported {show_date(line.reported_on)} as {_BAND_WORDS[row.band]} ({name(row.who)})"
    because = dict.fromkeys([*row.because, *line.since.because])
    if because:
        yield f"  Why: {'; '.join(because)}"
    if row.notes:
        yield f"  {name(row.notes)}"
    for step, on in line.steps:
        note = f": {name(step.note)}" if step.note else ""
        card = f" · Yellow Card {name(step.yellow_card)}" if step.yellow_card else ""
        yield f"  {show_date(on)} {STATE_WORDS[step.state]} ({name(step.who)}){note}{card}"
    if line.due_on is not None:
        yield f"  {_asked_again(patient_no, row.reaction, line.due_on)}"


def _hold(patient_no: int, hold: HoldLine) -> Iterator[str]:
    state = f"lifted {show_date(hold.lifted_on)}" if hold.lifted_on else f"ON HOLD: microsclero decide {patient_no}"
    yield Heading(f"Hold {hold.row.hold} since {show_date(hold.since)}: {name(hold.row.cause)} · {state}")
    for word, on in hold.words:
        said = "lifted" if word.word == "lift" else "kept"
        paper = f" (document {word.document})" if word.document else ""
        found = FINDING_WORDS[word.finding]
        yield f"  {show_date(on)} {said} by {name(word.prescriber)}: {found}. {name(word.reason)}{paper}"


def open_in_short(row: OpenReaction) -> str:
    """What it is, how soon or how it was looked into, and since when, for the head of a page."""
    soon = urgency_in_short(row.band, is_urgent=row.is_urgent, was_asked=row.was_asked)
    if row.looked_at:
        soon = f", {_looked_into(row.looked_at.date(), row.finding)}"
    return f"{effect_in_short(row.effect)}{soon}, noticed {show_date(row.noticed_on)}"


def _looked_into(on: date, finding: str | None) -> str:
    """When a prescriber lifted its hold, and what was found."""
    found = "" if finding in (None, "other") else f" ({FINDING_WORDS[finding]})"
    return f"looked into on {show_date(on)}{found}"


def open_lines(record: Record) -> Iterator[str]:
    """What is open of a patient, for the head of a page: holds, then reactions, each with what to type."""
    opened, number = record.opened, record.patient.number
    if opened is None:
        return
    for hold, since in opened.holds:
        yield Heading(f"ON HOLD    since {show_date(since)}: {name(hold.cause)}: microsclero decide {number}")
    for row in opened.reactions:
        said = f"reaction {row.reaction}: {open_in_short(row)}"
        yield Heading(
            f"OPEN       {said}; ask again {show_date(row.due_on)}: "
            f"microsclero reaction {number} --follow {row.reaction}"
        )

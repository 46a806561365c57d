"""A correction on the screen: the entry struck through, what stands instead, and everything it brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date, show_moment
from microsclero.render.terminal import Heading, console, print_lines, words
from microsclero.text import visible

if TYPE_CHECKING:
    from rich.console import Console

    from microsclero.desk.amending import Amended, Shift
    from microsclero.desk.entries import Entry
    from microsclero.desk.sessions import PlannedSession

_HOW = {"corrected": "corrected", "moved": "moved to the right patient", "entered_in_error": "entered in error"}


def entry_view(found: Entry, *, stderr: bool = False) -> None:
    """An entry in full, struck through where it no longer stands."""
    out = console(stderr=stderr)
    print_lines(out, [Heading(f"{found.name.capitalize()} of patient {found.patient_no}")])
    _entry(out, found.told, struck=found.struck is not None)
    if found.struck is not None:
        print_lines(out, [f"It was {visible(found.struck.words, lines=True)}"])


def amended_view(done: Amended, *, stderr: bool = False) -> None:
    """What was corrected, or what would be."""
    out = console(stderr=stderr)
    state = f"Saved, amendment {done.amendment}" if done.saved else "Proposed, nothing saved yet"
    print_lines(out, [Heading(f"{state} · {done.entry.name} {_HOW[done.asked.action]}")])
    if done.asked.action == "corrected":
        print_lines(out, _differences(done))
    else:
        whose = f"Patient {done.entry.patient_no}, struck through:"
        print_lines(out, [whose])
        _entry(out, done.entry.told, struck=True)
    print_lines(out, _rest(done))


def _entry(out: Console, told: Mapping[str, Any], *, struck: bool) -> None:
    for key, value in told.items():
        for text in _values(key, value):
            out.print(words(f"✗ {text.strip()}" if struck else text, "strike" if struck else ""))


def _values(key: str, value: Any) -> Iterator[str]:
    """One line for a value, several for a list of vials, sites or grades, and for a text of several lines."""
    if value in (None, "", [], ()):
        return
    lines = _lines_of(key, value)
    label = key.replace("_", " ")
    if len(lines) == 1:
        yield f"  {label}: {lines[0]}"
    else:
        yield f"  {label}:"
        yield from (f"    {line}" for line in lines)


def _lines_of(key: str, value: Any) -> list[str]:
    if isinstance(value, str) and key.endswith("_at"):
        return [show_moment(datetime.fromisoformat(value))]
    if isinstance(value, str) and key.endswith("_on"):
        return [show_date(date.fromisoformat(value))]
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], Mapping):
            return [_object(each) for each in value]
        return [visible(", ".join(map(str, value)))]
    return visible(str(value), lines=True).splitlines() or [""]


def _object(each: Mapping[str, Any]) -> str:
    """left thigh lateral telangiectasia vial A 0.3 mL ×1: what a vial, a site or a grade has to say, in its order."""
    words = {
        "vial": "vial {}",
        "volume_ml": "{} mL",
        "strength_percent": "{} %",
        "punctures": "×{}",
        "batch": "batch {}",
        "expires_on": "until {}",
        "improvement": "grade {}",
    }
    said = [
        words.get(key, "{}").replace("{}", "; ".join(_lines_of(key, value)))
        for key, value in each.items()
        if value is not None
    ]
    return " ".join(said)


def _differences(done: Amended) -> Iterator[str]:
    for key, was, now in done.differences:
        yield f"  {key.replace('_', ' ')}"
        yield from _both("before", key, was)
        yield from _both("after", key, now)


def _both(label: str, key: str, value: Any) -> Iterator[str]:
    lines = _lines_of(key, value) if value not in (None, "", [], ()) else ["–"]
    for place, line in enumerate(lines):
        yield f"    {label if not place else '':<7}{line}"


def _rest(done: Amended) -> Iterator[str]:
    yield f"Why: {visible(done.asked.reason, lines=True)}"
    if done.done.new is not None:
        new = f"is {done.entry.kind} {done.done.new}" if done.saved else f"becomes another {done.entry.kind}"
        yield f"It {new} of patient {done.patient_no}{' now' if done.saved else ''}."
    for each, along in done.also:
        becomes = f": it is {each.kind} {along.new} now" if done.saved else ""
        yield f"{each.name.capitalize()} goes along{becomes}."
    for kept in done.incidents:
        number = f" {kept.incident}" if done.saved else ""
        yield Heading(f"INCIDENT{number} of patient {kept.patient_no}, for a prescriber to close:")
        yield from (f"  ! {reason.message}" for reason in kept.reasons)
    if done.done.hold or any(along.hold for _, along in done.also):
        yield Heading(f"ON HOLD: a prescriber lifts it: microsclero decide {done.patient_no}")
    if done.shifts:
        yield Heading("The diary:")
        yield from (f"  {_shift(shift)}" for shift in done.shifts)
    yield from (f"- {visible(remark, lines=True)}" for remark in done.remarks)


def _shift(shift: Shift) -> str:
    before, after = shift.before, shift.after
    name = f"patient {after.patient_no}, session {after.number}"
    if before is None:
        return f"{name}: {_place(after)}, {after.status}"
    parts = []
    if _place(before) != _place(after):
        parts.append(f"{_place(before)} becomes {_place(after)}")
    else:
        parts.append(_place(after))
    if before.status != after.status:
        parts.append(f"{before.status} becomes {after.status}")
    if before.number != after.number:
        parts.append(f"it was session {before.number}")
    return f"{name}: {', '.join(parts)}"


def _place(session: PlannedSession) -> str:
    return f"{show_date(session.on)} {session.starts:%H:%M}"

"""The two made-up clinic files that are measured: an empty one, and one of 100,000 patients and 400,000 sessions.

The large one is written through the store's own triggers and ledger, so that it opens, checks and behaves as one that
was kept for many years.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from benchmarks import courses
from benchmarks.courses import GAP, SESSIONS_EACH, TEAM
from microsclero import __version__, content
from microsclero.screening import Screening, screen
from microsclero.store import Store, checks, clinic, create_store, drafts, migrations, open_store
from microsclero.store.connection import fence, lift_fence
from microsclero.store.rows import moment_text

# Whoever changes what is written below changes this number, so that no older file is measured.
RECIPE = 5

PATIENTS = 100_000
# The patients who came last.
LATEST = 3_000
# Questionnaires that somebody left in the middle.
UNFINISHED = 36
# The diary is full for so long; after that it empties as the last courses end.
FULL_AHEAD = timedelta(days=56)

# Courses begun on each weekday, in turn of four weeks; four such turns overlap and fill all 42 places of a day.
BEGUN = (10, 11, 10, 11)
FIRST_PLACE = (0, 10, 21, 31)

HOURS = {day: ((time(9), time(13)), (time(14), time(17))) for day in range(5)}


def _listed(names: str) -> tuple[str, ...]:
    return tuple(names.split())


GIVEN = _listed(
    "Amara Beatriz Chloe Dorota Élodie Fatima Grace Hannah Ingrid Joanna Karen Leila Megan Niamh Olivia Priya Rosa "
    "Sinéad Tamsin Ursula Vera Wendy Yasmin Zoë Arjun Brian Colm David Edward Femi"
)
FAMILY_FIRST = _listed("Ash Bar Cal Dun Ed Far Gar Hal Ken Lan Mar Nor Oak Pen Rad Shel Thorn Wal Wes York")
FAMILY_LAST = _listed(
    "bourne by combe den field ford ham ley man more row ster son stead thwaite ton well wick worth é"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Where the two files lie, and whom to look for in the large one."""

    empty: Path
    large: Path
    patient: int
    name: str
    rare_name: str
    phone: str
    born_on: date


def prepared(on: date, *, patients: int = PATIENTS) -> Records:
    """Both files for this day; made once, kept among the temporary files, found again by their recipe."""
    tables = sha256(repr(sorted(migrations.expected_schema().items())).encode()).hexdigest()[:8]
    recipe = f"r{RECIPE}-s{checks.SCHEMA}-{tables}-v{__version__}-{content.version_in_force()}-{patients}-{on:%Y%m%d}"
    folder = Path(tempfile.gettempdir()) / f"microsclero-benchmarks-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    paths = (folder / f"empty-{recipe}.db", folder / f"large-{recipe}.db")
    if not all(path.exists() for path in paths):
        for old in folder.iterdir():
            old.unlink()
        # In a process of its own: what a parent has held in memory is counted as its children's.
        words = [sys.executable, "-m", "benchmarks.records", on.isoformat(), str(patients), *map(str, paths)]
        subprocess.run(words, check=True)
    middle = patients // 2
    return Records(
        empty=paths[0],
        large=paths[1],
        # Their course has begun and is still running.
        patient=max(1, patients - 620),
        name=FAMILY_FIRST[7] + FAMILY_LAST[3],
        # Nobody: the whole register is read for it.
        rare_name="xyzzy",
        phone=_phone(middle),
        born_on=_born_on(middle),
    )


def build(on: date, patients: int, empty: Path, large: Path) -> None:
    """Both files; the large one gets its name only when it is whole."""
    _make(empty, on)
    part = large.with_suffix(".part")
    _make(part, on)
    _fill(part, on, patients)
    part.rename(large)


def _make(path: Path, on: date) -> None:
    """A clinic as `clinic init` makes it, open today whatever day it is, and when today's patients come again."""

    def fill(store: Store) -> None:
        with store.changing(who="MS", command="clinic init"):
            clinic.add_clinic(
                store,
                name="Benchmark Clinic",
                phone="01632 960 000",
                out_of_hours="111",
                zone="UTC",
                country="GB",
                subdivision="ENG",
                session_minutes=30,
                made_up=True,
                hours=HOURS,
            )
            for initials in TEAM:
                clinic.add_member(
                    store, initials=initials, name=f"Made-up {initials}", roles=("injector", "prescriber")
                )
            for year in (on.year, on.year + 1, on.year + 2):
                clinic.add_holidays(store, country="GB", subdivision="ENG", year=year, days=())
            if on.weekday() > 4:
                for day in (on + GAP * turn for turn in range(SESSIONS_EACH)):
                    clinic.add_closure(store, from_on=day, until_on=day, reason="open", is_open=True, periods=HOURS[0])

    create_store(path, fill=fill, clock=lambda: _noon(on)).close()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _born_on(number: int) -> date:
    return date(1940, 1, 1) + timedelta(days=number * 7919 % 24_000)


def _phone(number: int) -> str:
    return f"07700 {number:06d}"


def _name(number: int) -> tuple[str, str]:
    given = GIVEN[number * 7 % len(GIVEN)]
    family = FAMILY_FIRST[number * 11 % len(FAMILY_FIRST)] + FAMILY_LAST[number * 13 // 20 % len(FAMILY_LAST)]
    return given, family


def _fill(path: Path, on: date, patients: int) -> None:
    """Everything in seven large transactions, each row through the triggers that note it in the history."""
    with open_store(path, clock=lambda: _noon(on)) as store:
        # A larger cache for the length of the filling; nothing else is switched off.
        lift_fence(store.connection)
        store.connection.execute("PRAGMA cache_size = -400000")
        fence(store.connection)
        begun = list(_courses(on, patients))
        _write(store, "patient", (_patient(number) for number in range(1, patients + 1)))
        _write(store, "screening", _screenings(begun, on))
        _decide(store)
        _write(store, "course", (courses.course(each, on) for each in begun))
        _write(store, "session", (row for each in begun for row in courses.sessions(each, on)))
        _write(store, "contact", (row for each in begun for row in courses.contacts(each, on)))
        for number in range(1, UNFINISHED + 1):
            drafts.save_draft(store, purpose="intake", body={}, patient_no=number * 5, who="MS")


def _write(store: Store, table: str, rows: Iterator[dict[str, object]]) -> None:
    with store.changing(who="MS", command="benchmark"):
        first = next(rows)
        sql = f"insert into {table} ({', '.join(first)}) values ({', '.join('?' * len(first))})"
        store.connection.execute(sql, tuple(first.values()))
        store.connection.executemany(sql, (tuple(row.values()) for row in rows))


def _courses(on: date, patients: int) -> Iterator[tuple[int, date, int]]:
    """(patient, first session, place of the day), oldest first, so that the last ones fill the coming weeks."""
    weekdays = [day for ahead in range(-40_000, FULL_AHEAD.days) if (day := on + timedelta(days=ahead)).weekday() < 5]
    if on.weekday() > 4:
        # Today is open out of turn: as many as on a weekday, in courses that fall on this weekday.
        weekdays = sorted({*weekdays, *(on + GAP * turn for turn in range(-SESSIONS_EACH + 1, 1))})
    left = patients
    found: list[tuple[date, int]] = []
    for day in reversed(weekdays):
        turn = (day.toordinal() // GAP.days) % 4
        for place in range(FIRST_PLACE[turn], FIRST_PLACE[turn] + BEGUN[turn]):
            if left:
                left -= 1
                found.append((day, place))
    for number, (day, place) in enumerate(sorted(found), start=1):
        yield number, day, place


def _patient(number: int) -> dict[str, object]:
    from microsclero.text import name_key

    given, family = _name(number)
    phone = _phone(number)
    return {
        "given_name": given,
        "family_name": family,
        "name_key": name_key(f"{given} {family}"),
        "family_key": name_key(family),
        "born_on": _born_on(number).isoformat(),
        "phone": phone,
        "phone_digits": phone.replace(" ", ""),
        "allergies": "[lidocaine]" if number % 20 == 0 else None,
        "version": 1,
        "added_at": "2020-01-01T12:00:00.000000Z",
    }


def _screenings(begun: list[tuple[int, date, int]], on: date) -> Iterator[dict[str, object]]:
    """One intake each: 2 % deferred, the latest to a date (half of them past), 3 % for review, the rest calm."""
    form = content.questionnaire("intake")
    calm = {question.link_id: question.untroubled for question in form.questions if question.untroubled is not None}
    born_on = date(1980, 2, 3)
    results: dict[str, tuple[dict[str, str], Screening]] = {}
    for kind, changed in (("calm", {}), ("defer", {"breastfeeding": "yes"}), ("review", {"smoker": "yes"})):
        answers = {**calm, **changed}
        results[kind] = (answers, screen(form, answers, born_on=born_on, on=on))
    texts = {
        kind: (
            json.dumps(answers, ensure_ascii=False, separators=(",", ":")),
            result.outcome.value,
            json.dumps([finding.as_data() for finding in result.findings], separators=(",", ":")),
        )
        for kind, (answers, result) in results.items()
    }
    for number, first, _ in begun:
        kind = "defer" if number % 50 == 7 else "review" if number % 33 == 5 else "calm"
        answered, outcome, findings = texts[kind]
        day = min(first - timedelta(days=14), on)
        # Of whoever was deferred long ago, no date is left to come.
        is_late = kind == "defer" and number > len(begun) - LATEST
        again = on + timedelta(days=(len(begun) - number) // 50 - LATEST // 100) if is_late else None
        yield {
            "patient_id": number,
            "purpose": "intake",
            "questionnaire": form.id,
            "version": form.version,
            "sha256": form.sha256,
            "on_date": day.isoformat(),
            "born_on": _born_on(number).isoformat(),
            "answers": answered,
            "answered_on": "{}",
            "outcome": outcome,
            "ask_again_on": again.isoformat() if again else None,
            "findings": findings,
            "unanswered": "[]",
            "readings": "[]",
            "asked_by": "MS",
            "signed_by": "MS",
            "signed_at": moment_text(_noon(day)),
        }


def _decide(store: Store) -> None:
    """Reviews are decided, except every hundredth: those wait on the desk."""
    with store.changing(who="MS", command="benchmark"):
        rows = store.rows("select id, patient_id, signed_at from screening where outcome = 'review'")
        decided = [row for row in rows if row[0] % 100 != 5]
        store.connection.executemany(
            "insert into decision (screening_id, patient_id, rule, decision, reason, prescriber, decided_at) "
            "values (?, ?, 'clot_risk_factors', 'proceed', 'one factor only', 'MS', ?)",
            decided,
        )
        store.connection.executemany(
            "update screening set decided_at = ? where id = ?", [(row[2], row[0]) for row in decided]
        )


if __name__ == "__main__":
    build(date.fromisoformat(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))

"""`record history` through the command line: who changed what and when, in words, newest first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from microsclero.store import diary, open_store, patients
from tests.builders import Line, another, planned, ready, register, screened
from tests.chair_builders import THURSDAY, after, before_the_needle, compared, treated
from tests.cli import shapes
from tests.cli.test_contract import WAIT

FIRST = "2026-11-27"
CHANGE = {
    "of": shapes.a_text,
    "id": int,
    "patient": shapes.maybe(int),
    "what": shapes.a_text,
    "said": shapes.maybe(shapes.a_text),
}
ENTRY = {
    "entry": int,
    "at": shapes.a_moment,
    "who": shapes.a_text,
    "command": shapes.a_text,
    "changes": shapes.some(CHANGE),
    "more": int,
    "undone": shapes.maybe({"at": shapes.a_moment, "who": shapes.a_text, "reason": shapes.a_text}),
}


def entries(run: Line, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.json("record", "history", *words).data["entries"]
    return found


def told(run: Line, *words: object) -> list[tuple[str, list[str]]]:
    """Each entry: its command, and what it did."""
    return [(entry["command"], [each["what"] for each in entry["changes"]]) for entry in entries(run, *words)]


def test_a_patients_history_tells_every_change_in_words_newest_first(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    assert run.json("document", number, answers=WAIT).code == 0
    decision = {"rule": "varicose_or_cvi", "decision": "proceed", "reason": "No reflux."}
    assert run.json("decide", number, answers={"prescriber": "MS", "decisions": [decision]}).code == 0
    planned(run, number, "--start", FIRST, "--sessions", 2)
    assert run.json("cancel", number, "--session", 1, "--reason", "patient_ill", "--yes").code == 0
    assert run.json("patient", "edit", number, answers={"phone": "020 7946 0000", "notes": "Faints."}).code == 0
    assert run.json("record", "undo", "--reason", "came after all", "--yes").code == 0
    found = told(run, number)
    assert [command for command, _ in found] == (
        ["record undo", "patient edit", "cancel", "plan", "decide", "document", "screen", "patient add"]
    )
    assert dict(found) == {
        "patient add": ["registered"],
        "screen": ["intake screening 1 signed: refer"],
        "document": ["document 1 filed: duplex of Fri 20 Nov 2026"],
        "decide": ["decision on varicose_or_cvi of screening 1: proceed", "screening 1 decided"],
        "plan": [
            "course 1 opened",
            "session 1 booked for Fri 27 Nov 2026 09:00 with MS",
            "session 2 booked for Tue 29 Dec 2026 09:00 with MS",
        ],
        "cancel": ["session 1 of Fri 27 Nov 2026 09:00 cancelled (patient ill)", "session 2 is now session 1"],
        "patient edit": ["details changed: phone, notes"],
        "record undo": [
            "session 1 is now session 2",
            "session 1 planned again for Fri 27 Nov 2026 09:00",
            "entry 7 undone",
        ],
    }


def test_the_history_names_the_fields_and_not_what_stands_in_them(run: Line) -> None:
    number = register(run)
    assert run.json("patient", "edit", number, answers={"notes": "Faints.", "allergies": "latex"}).code == 0
    screened(run, number, pregnant="yes")
    for done in (run("record", "history", number), run("record", "history"), run.json("record", "history", number)):
        assert done.code == 0
        for value in ("Faints", "latex", "07700", "pregnan"):
            assert value not in done.out


def changed_sessions(run: Line, command: str, *changes: dict[str, Any]) -> list[str]:
    """What the history says of these changes to session 1, each written on its own; the last of them."""
    assert run.file is not None
    for change in changes:
        with open_store(run.file, clock=lambda: run.now) as store, store.changing(who="MS", command=command):
            diary.update_session(store, 1, change, diary.session(store, 1).version)
    return told(run, 1)[0][1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on": date(2026, 12, 1)}, "moved from Fri 27 Nov 2026 09:00 to Tue 1 Dec 2026 09:00"),
        ({"injector": "DR", "room": "Blue"}, "now with DR, now in Blue"),
        ({"status": "missed"}, "of Fri 27 Nov 2026 09:00 missed"),
        ({"status": "given"}, "of Fri 27 Nov 2026 09:00 given"),
        ({"settled": "rebooked"}, "of Fri 27 Nov 2026 09:00: has its new date"),
        ({"is_hand_set": True}, "of Fri 27 Nov 2026 09:00: details of the booking changed"),
        ({"override_reason": "asked for it"}, "double-booked on purpose"),
    ],
    ids=str,
)
def test_each_change_of_a_session_has_its_words(run: Line, change: dict[str, Any], words: str) -> None:
    planned(run, ready(run), "--start", FIRST, "--sessions", 1)
    assert changed_sessions(run, "move", change) == [f"session 1 {words}"]


def test_a_look_at_a_patients_history_is_noted_and_one_at_the_clinics_is_not(run: Line) -> None:
    number = register(run)
    assert run.json("record", "history", number).code == 0
    assert run.json("record", "history").code == 0
    assert run.file is not None
    with open_store(run.file) as store:
        assert [(look.who, look.command) for look in patients.looks(store, number)] == [("MS", "record history")]
        assert store.value("select count(*) from access") == 1


def test_the_clinics_history_says_whose_and_stops_where_it_was_asked_to(run: Line) -> None:
    first, second = ready(run), another(run)
    planned(run, second, "--sessions", 1)
    assert run.json("clinic", "close", "2026-12-24", "--reason", "Christmas Eve").code == 0
    seen = run("record", "history", "--limit", 3, env={"COLUMNS": "80"})
    assert [line.rstrip() for line in seen.out.splitlines()] == [
        "The newest changes of the record",
        "7  Sun 22 Nov 2026, 11:00  MS  clinic close",
        "    closure of Thu 24 Dec 2026 entered: Christmas Eve",
        "6  Sun 22 Nov 2026, 11:00  MS  plan",
        f"    patient {second}: course 1 opened",
        f"    patient {second}: session 1 booked for Mon 23 Nov 2026 09:00 with MS",
        "5  Sun 22 Nov 2026, 11:00  MS  screen",
        f"    patient {second}: intake screening 2 signed: suitable",
    ]
    assert [entry["entry"] for entry in entries(run, first)] == [3, 2]
    assert [entry["entry"] for entry in entries(run, first, "--limit", 1)] == [3]


def test_a_long_change_is_told_in_part_and_counted_whole(run: Line) -> None:
    (made,) = entries(run)
    assert made["command"] == "clinic init"
    whats = [each["what"] for each in made["changes"]]
    assert ("bank holidays of 2026 entered" in whats, "hours of Sundays: closed" in whats) == (True, True)
    assert run.file is not None
    with open_store(run.file) as store:
        assert len(whats) + made["more"] == store.value("select count(*) from history")


def test_everything_fits_eighty_columns_and_says_when_by_the_clinics_clock(run: Line) -> None:
    summer = run.at(datetime(2027, 7, 1, 8, 30, tzinfo=UTC))
    number = ready(summer, given_name="A" * 100)
    planned(summer, number)
    assert summer.json("record", "undo", "--reason", "long " * 100, "--yes").code == 0
    for words in ((number,), ()):
        done = summer("record", "history", *words, env={"COLUMNS": "80"})
        assert max(map(len, done.out.splitlines())) <= 80
        assert "Thu 1 Jul 2027, 09:30" in done.out
    assert entries(summer, number)[0]["at"] == "2027-07-01T09:30:00+01:00"


def test_what_a_person_typed_is_shown_as_typed_and_apart_from_our_words(run: Line) -> None:
    planned(run, ready(run), "--sessions", 1)
    assert run.json("record", "undo", "--reason", "[red]50%{x}", "--yes").code == 0
    (undone, plan) = entries(run, "--limit", 2)
    last = undone["changes"][-1]
    assert last == {"of": "undone", "id": 1, "patient": None, "what": "entry 4 undone", "said": "[red]50%{x}"}
    assert plan["undone"]["reason"] == "[red]50%{x}"
    assert "undone by MS, Sun 22 Nov 2026, 11:00: [red]50%{x}" in run("record", "history").out


def test_the_answer_has_its_pinned_keys(run: Line) -> None:
    number = ready(run)
    planned(run, number)
    assert run.json("record", "undo", "--reason", "wrong", "--yes").code == 0
    for words, patient in (((), None), ((number,), number)):
        data = run.json("record", "history", *words).data
        shape = {"patient": shapes.maybe(int), "entries": shapes.some(ENTRY), "remarks": [shapes.a_text]}
        assert (shapes.faults(shape, data), data["patient"]) == ([], patient)


def test_nobody_elses_rows_stand_in_a_patients_history(run: Line) -> None:
    first, second = ready(run), another(run)
    planned(run, first, "--start", FIRST, "--at", "10:00", "--sessions", 1)
    planned(run, second, "--start", FIRST, "--at", "11:00", "--sessions", 1)
    assert run.file is not None
    with open_store(run.file, clock=lambda: run.now) as store, store.changing(who="MS", command="clinic close"):
        from microsclero.store import clinic

        clinic.add_closure(store, from_on=date(2026, 11, 27), until_on=date(2026, 11, 27), reason="Training")
        for number in (1, 2):
            row = diary.session(store, number)
            diary.update_session(store, number, {"on": row.on + timedelta(days=4)}, row.version)
    (closing, *_) = entries(run, second)
    assert [(each["of"], each["patient"]) for each in closing["changes"]] == [("closure", None), ("session", second)]


@pytest.mark.parametrize(("words", "code"), [((7,), 3), ((0,), 2), (("x",), 2), (("--limit", 0), 2)], ids=str)
def test_what_cannot_be_looked_at_is_said(run: Line, words: tuple[object, ...], code: int) -> None:
    assert run.json("record", "history", *words).code == code


def test_a_session_that_counts_differently_is_told_once_from_its_old_number_to_its_new(run: Line) -> None:
    number = ready(run)
    compared(run)
    planned(run, number, "--start", "2026-12-15", "--sessions", 2)
    before_the_needle(run, number, THURSDAY)
    treated(run, number)
    command, changes = told(after(run), number)[0]
    assert (command, changes) == (
        "treat",
        [
            "session 1 moved from Tue 15 Dec 2026 09:00 to Thu 24 Dec 2026 09:00, is now session 2",
            "session 2 moved from Tue 12 Jan 2027 09:00 to Thu 21 Jan 2027 09:00, is now session 3",
            "session 1 booked for Thu 26 Nov 2026 09:30 with MS",
            "session 1 of Thu 26 Nov 2026 09:30 given",
            "treatment 1 entered: 0.3 mL, given by MS",
        ],
    )
    clinics = after(run).json("record", "history", "--limit", 1).data["entries"][0]
    assert ([each["what"] for each in clinics["changes"]], clinics["more"]) == ([*changes, "vial entered"], 0)

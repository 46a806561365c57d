"""Patients through the command line: registered, found, corrected, twins and near-twins, the right one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import ZOE, Line, planned, ready, register, screened

WHOLE = {
    **ZOE,
    "email": "zoe@example.org",
    "address": "1 Quay Street\nHarbour",
    "gp": "Dr Ray, The Surgery",
    "emergency_contact": "Ann Weiß 07700 900124",
    "allergies": "[lidocaine]: rash\nlatex",
    "notes": "Prefers mornings.",
}


def found(line: Line, search: str) -> list[int]:
    return [each["patient"] for each in line.json("patient", "find", answers={"search": search}).data["patients"]]


def test_every_detail_comes_back_as_it_was_given(run: Line) -> None:
    number = run.json("patient", "add", answers=WHOLE).data["patient"]
    data = run.json("patient", "show", number).data
    assert {key: data[key] for key in WHOLE} == WHOLE


@pytest.mark.parametrize(
    "search",
    ["1", "zoe", "ZOË", "weiss", "WEISS zoe"[:5], "zo we"[:2], "03/02/1980", "1980-02-03", "07700 900123", "900123"],
)
def test_a_patient_is_found_by_number_name_date_of_birth_or_phone(run: Line, search: str) -> None:
    assert register(run) == 1
    register(run, given_name="Ana", family_name="Sousa", born_on="1979-12-31", phone="01632 960001")
    assert found(run, search) == [1]


@pytest.mark.parametrize("search", ["+44 7700 900123", "0044 7700 900123", "(07700) 900-123"])
def test_a_phone_number_is_found_however_it_is_written(run: Line, search: str) -> None:
    assert register(run) == 1
    assert found(run, search) == [1]


@pytest.mark.parametrize("search", ["%", "_", "z%e", "' or 1=1 --", "nobody", "*", "\\", "03/02/1981", "999"])
def test_what_is_searched_is_text_and_finds_nobody_else(run: Line, search: str) -> None:
    register(run)
    assert found(run, search) == []
    assert run("patient", "find", answers={"search": search}).out == "Nobody found.\n"


def test_without_a_search_the_latest_come_first(run: Line) -> None:
    numbers = [register(run, born_on=f"198{n}-01-01") for n in range(4)]
    assert [each["patient"] for each in run.json("patient", "find", "--limit", 3).data["patients"]] == numbers[:0:-1]


@pytest.mark.parametrize("name", ["Zoë", "zoe", "ZOE", "  Zoë ", "Zoe\u0308"])
def test_an_exact_twin_is_refused_and_named_by_number(run: Line, clinic_file: Path, name: str) -> None:
    register(run)
    before = clinic_file.read_bytes()
    done = run.json("patient", "add", answers={**ZOE, "given_name": name, "family_name": "Weiss"})
    assert (done.code, done.codes, done.envelope["errors"][0].get("patient")) == (5, ["exact_twin"], 1)
    assert clinic_file.read_bytes() == before


def test_a_near_twin_is_registered_and_pointed_out_with_the_reason(run: Line) -> None:
    register(run)
    data = run.json("patient", "add", answers={**ZOE, "given_name": "Zoey"}).data
    assert (data["patient"], [each["patient"] for each in data["similar"]]) == (2, [1])
    assert data["similar"][0]["reason"]


def test_a_shared_phone_is_never_refused(run: Line) -> None:
    register(run)
    assert register(run, given_name="Max", born_on="2001-01-01") == 2


def test_a_correction_changes_only_what_it_names(run: Line) -> None:
    number = run.json("patient", "add", answers=WHOLE).data["patient"]
    run.json("patient", "edit", number, answers={"family_name": "Weiß-Ray", "email": None})
    data = run.json("patient", "show", number).data
    expected: dict[str, Any] = {**WHOLE, "family_name": "Weiß-Ray", "email": None}
    assert {key: data[key] for key in WHOLE} == expected
    assert found(run, "ray") == [number]
    assert run.json("record", "check").data["ok"] is True


@pytest.mark.parametrize(
    "answers", [{}, {"family_name": None}, {"family_name": ""}, {"born_on": "2027-01-01"}, {"x": 1}]
)
def test_a_correction_that_says_nothing_or_empties_a_name_is_refused(
    run: Line, clinic_file: Path, answers: dict[str, Any]
) -> None:
    number = register(run)
    before = clinic_file.read_bytes()
    done = run("patient", "edit", number, answers=answers)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert clinic_file.read_bytes() == before


def test_a_correction_into_a_twin_is_refused(run: Line) -> None:
    register(run)
    other = register(run, given_name="Ana")
    assert run.json("patient", "edit", other, answers={"given_name": "Zoe"}).codes == ["exact_twin"]


def test_allergies_stand_at_the_head_of_the_record(run: Line) -> None:
    number = run.json("patient", "add", answers=WHOLE).data["patient"]
    lines = run("patient", "show", number).out.splitlines()
    assert lines[0].startswith(f"Patient {number} · Zoë Weiß · born Sun 3 Feb 1980")
    assert [line for line in lines[:4] if line.startswith("ALLERGIES  [lidocaine]: rash")] != []


def test_not_booked_today_and_a_similar_name_today_are_said(run: Line) -> None:
    number = ready(run)
    near = ready(run, given_name="Zoey")
    planned(run, near, "--start", "2026-11-23", "--sessions", 1)
    monday = run.at(run.now.replace(day=23))
    remarks = monday.json("patient", "show", number).data["remarks"]
    assert "Not booked today." in remarks
    assert any(f"patient {near}" in remark for remark in remarks)
    assert "Not booked today." not in monday.json("patient", "show", near).data["remarks"]


def test_a_date_of_birth_corrected_after_the_intake_is_looked_at_again(run: Line) -> None:
    """An intake signed for an adult doesn't open planning for someone who turns out to be a minor."""
    number = register(run)
    assert screened(run, number)["outcome"] == "suitable"
    run.json("patient", "edit", number, answers={"born_on": "2012-01-01"})
    assert run.json("plan", number, "--yes").code == 4


def test_today_lists_who_comes_whom_to_ring_and_what_is_due(run: Line) -> None:
    booked = ready(run)
    planned(run, booked, "--start", "2026-11-27")
    review = register(run, given_name="Bea")
    screened(run, review, cardiac="yes")
    deferred = register(run, given_name="Cleo")
    screened(run, deferred, recently_pregnant="yes", recently_pregnant_ended_on="2026-08-27")
    data = run.at(run.now.replace(day=27)).json("today").data
    assert [each["patient"] for each in data["sessions"]] == [booked]
    assert [each["patient"] for each in data["reviews"]] == [review]
    assert [each["patient"] for each in data["deferrals"]] == [deferred]
    assert data["backup"]["due"] is True
    calls = run.at(run.now.replace(day=25)).json("today").data["preparation_calls"]
    assert [each["patient"] for each in calls] == [booked]
    assert run.at(run.now.replace(day=23)).json("today").data["preparation_calls"] == []


def test_initials_hide_every_name(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-11-23")
    monday = run.at(run.now.replace(day=23))
    for words in (("today", "--initials"), ("--initials",), ("today", "--initials", "--json")):
        told = monday(*words)
        assert (told.code, "Weiß" in told.out, "Zoë" in told.out, "Z.W." in told.out) == (0, False, False, True)


def test_a_backup_is_proved_and_said_on_the_page_of_the_day(run: Line, tmp_path: Path) -> None:
    register(run)
    made = run.json("record", "backup", tmp_path / "copies").data
    copy = Path(made["backup"])
    assert (copy.parent, copy.stat().st_mode & 0o777) == (tmp_path / "copies", 0o600)
    assert run.json("today").data["backup"]["due"] is False
    assert run.on(copy).json("record", "check").data["head"] == made["head"]
    assert run.json("record", "check", "--against", made["head"]).data["ok"] is True
    assert run.json("record", "check", "--against", "f" * 64).code == 7


def test_a_changed_row_is_found_by_the_check(run: Line, clinic_file: Path) -> None:
    import sqlite3

    register(run)
    connection = sqlite3.connect(clinic_file)
    rows = connection.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall()
    for name, _ in rows:
        connection.execute(f'drop trigger "{name}"')
    connection.execute("update patient set born_on = '1999-01-01'")
    for _, sql in rows:
        connection.execute(sql)
    connection.commit()
    connection.close()
    done = run.json("record", "check")
    assert (done.code, done.codes) == (7, ["row_changed"])
    assert "patient" in done.envelope["errors"][0]["message"]
    assert "1999" not in done.out

"""Notes: kept in somebody's own words, listed, shown with the patient."""

from __future__ import annotations

import pytest

from tests.amend_builders import timeline
from tests.builders import Line, register


def test_a_note_is_kept_with_who_and_when(run: Line) -> None:
    number = register(run)
    data = run.json("note", number, answers={"note": "Rang at noon.\nBruise [left], going."}).data
    assert data == {
        "note": 1,
        "patient": number,
        "words": "Rang at noon.\nBruise [left], going.",
        "at": "2026-11-22T11:00:00+00:00",
        "who": "MS",
        "struck_out": None,
        "remarks": [],
    }


def test_notes_are_listed_the_newest_first_and_shown_with_the_patient(run: Line) -> None:
    number, other = register(run), register(run, given_name="Ann")
    for words in ("First.", "Second."):
        run.json("note", number, answers={"note": words})
    run.json("note", other, answers={"note": "Somebody else's."})
    assert [each["words"] for each in run.json("note", number, "--list").data["notes"]] == ["Second.", "First."]
    assert [number for number, _ in timeline(run, number, "note")] == [1, 2]
    shown = run("patient", "show", number).out
    assert ("First." in shown, "Somebody else" in shown) == (True, False)


def test_a_look_at_the_notes_is_noted(run: Line) -> None:
    from microsclero.store import patients
    from tests.response_builders import desk_of

    number = register(run)
    run.json("note", number, "--list")
    desk = desk_of(run)
    assert [look.command for look in patients.looks(desk.store, number)] == ["note --list"]
    desk.close()


def test_nothing_to_list_is_said(run: Line) -> None:
    number = register(run)
    assert run("note", number, "--list").out == f"No notes on patient {number}.\n"


@pytest.mark.parametrize(
    ("words", "answers", "code", "cause"),
    [
        ((1,), {"note": ""}, 2, "missing_answer"),
        ((1,), {}, 2, "missing_answer"),
        ((1,), {"note": "x\u202ey"}, 2, "unreadable"),
        ((1,), {"note": 7}, 2, "unreadable"),
        ((1,), {"words": "x"}, 2, "unknown_key"),
        ((9,), {"note": "x"}, 3, "not_found"),
        ((1, "--list"), {"note": "x"}, 2, "usage"),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused(
    run: Line, words: tuple[object, ...], answers: dict[str, object], code: int, cause: str
) -> None:
    register(run)
    done = run.json("note", *words, answers=answers)
    assert (done.code, cause in done.codes) == (code, True)


def test_a_note_wants_to_know_who_writes(run: Line) -> None:
    number = register(run)
    assert run.by(None).json("note", number, answers={"note": "x"}).codes == ["who_missing"]
    assert run.json("note", number).codes == ["missing_answer"]


def test_a_red_flag_in_a_note_is_pointed_out_on_the_screen_too(run: Line) -> None:
    number = register(run)
    told = {"note": "She rang: breathless, and her calf is swollen."}
    (remark,) = run.json("note", number, answers=told).data["remarks"]
    assert remark.startswith("This reads like ")
    assert remark.endswith(f"If so: microsclero reaction {number}")
    assert remark in " ".join(run("note", number, answers=told).out.split())
    assert run.json("note", number, answers={"note": "Rang to change the day."}).data["remarks"] == []
    assert run.json("reaction", number, "--list").data["holds"] == [], "only a reported reaction holds"

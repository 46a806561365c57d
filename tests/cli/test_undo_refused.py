"""When `record undo` refuses: every reason is said, and nothing at all is saved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from microsclero.store import absences, diary
from tests.builders import Line, another, planned, ready, register, screened
from tests.cli.undoing import (
    FIRST,
    OTHER_INJECTOR,
    away,
    cancelled,
    changed,
    file_of,
    last_entry,
    refused,
    said,
    undone,
    values,
)


def test_somebody_elses_change_is_refused(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    other = run.by("RT")
    entry = last_entry(run, "plan")
    assert refused(other, "--change", entry) == (4, ["not_yours"])
    assert refused(other) == (3, ["nothing_to_undo"])
    assert f"Entry {entry} was made by MS" in said(other, "--change", entry)


@pytest.mark.parametrize("command", ["patient add", "screen", "clinic init", "record undo"])
def test_what_is_not_the_diarys_is_refused_with_what_to_use_instead(run: Line, command: str) -> None:
    planned(run, ready(run), "--start", FIRST)
    assert undone(run, "--yes").code == 0
    entry = last_entry(run, command)
    assert refused(run, "--change", entry) == (4, ["not_the_diary"])
    told = said(run, "--change", entry)
    assert told.startswith(f"Entry {entry} (“{command}”) is no change of the diary")
    assert told.rstrip().endswith(("microsclero patient edit.", "microsclero screen.", "rebook.", "made it."))


def test_an_entry_that_is_not_there_is_not_found(run: Line) -> None:
    assert refused(run, "--change", 99) == (3, ["entry_not_found"])


def test_a_change_that_reached_beyond_the_diary_is_refused(run: Line) -> None:
    from microsclero.store import patients

    number = register(run)
    with file_of(run) as store, store.changing(who="MS", command="plan"):
        diary.open_course(store, number, date(2026, 11, 22))
        patients.edit_patient(store, number, {"phone": "1"}, 1)
    assert refused(run) == (4, ["not_the_diary"])
    assert "(patient)" in said(run)


def test_what_somebody_changed_since_is_named_with_who_and_with_what(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    changed(run.by("RT"), number, "move", s2={"on": date(2027, 1, 5)}, s3={"on": date(2027, 2, 2)})
    entry = last_entry(run, "move")
    assert refused(run) == (5, ["changed_meanwhile"] * 2)
    assert said(run) == (
        f"Session 2 of patient {number} was changed since, by RT with “move” (entry {entry}); nothing was undone.\n"
        f"Session 3 of patient {number} was changed since, by RT with “move” (entry {entry}); nothing was undone.\n"
    )
    assert undone(run.by("RT"), "--yes").code == 0
    assert undone(run, "--yes").data["undone"]["command"] == "plan"


def test_a_session_that_was_given_is_never_undone(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    later = run.at(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    changed(later.by("RT"), number, "treat", s1={"status": "given"})
    assert refused(later) == (4, ["already_given"])
    assert "Session 1 of patient 1 was given on Fri 27 Nov 2026" in said(later)


def test_a_place_taken_meanwhile_is_named_with_who_stands_there(run: Line) -> None:
    number, other = ready(run), another(run)
    planned(run, number, "--start", FIRST, "--at", "10:00", "--sessions", 1)
    changed(run, number, "move", s1={"on": date(2026, 12, 1)})
    planned(run.by("RT"), other, "--start", FIRST, "--at", "10:15", "--sessions", 1)
    done = undone(run, "--yes")
    assert refused(run) == (5, ["slot_taken"])
    assert {key: done.envelope["errors"][0][key] for key in ("blocked_by", "blocked_by_patient", "date")} == {
        "blocked_by": 2,
        "blocked_by_patient": other,
        "date": FIRST,
    }
    assert f"is taken by session 1 of patient {other} with MS" in said(run)


def test_a_booking_never_comes_back_too_near_to_another(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    cancelled(run, number, 2)
    planned(run.by("RT"), number, "--start", "2027-01-05", "--sessions", 1)
    assert refused(run) == (4, ["gap_too_short"])
    assert "is 7 days after session 2 on Tue 29 Dec 2026" in said(run)


def test_a_booking_never_comes_back_as_a_fifth(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST)
    cancelled(run, number, 4)
    planned(run.by("RT"), number, "--start", "2027-04-20", "--sessions", 1)
    assert refused(run) == (4, ["course_full"])


def test_a_number_that_another_session_has_since_is_a_conflict(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    cancelled(run, number, 2)
    planned(run.by("RT"), number, "--start", "2027-03-02", "--sessions", 1)
    assert refused(run) == (5, ["changed_meanwhile"])
    assert f"microsclero record history {number}" in said(run)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("close", FIRST, "--reason", "Training"), "closed"),
        (("close", FIRST, "--open", "12:00-15:00"), "outside_hours"),
    ],
    ids=["closed", "other hours"],
)
def test_a_booking_never_comes_back_into_a_closed_hour(run: Line, words: tuple[str, ...], code: str) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    changed(run, number, "move", s1={"on": date(2026, 12, 1)})
    assert run.by("RT").json("clinic", *words).code == 0
    assert refused(run) == (4, [code])


def test_an_opening_is_not_taken_from_under_a_booking_nor_a_day_closed_on_one(run: Line) -> None:
    number = ready(run)
    sunday = "2026-12-27"
    assert run.json("clinic", "close", sunday, "--open", "09:00-12:00", "--reason", "Sunday clinic").code == 0
    planned(run.by("RT"), number, "--start", sunday, "--sessions", 1)
    assert refused(run) == (4, ["closed"])
    assert "Session 1 of patient 1 would stand on Sun 27 Dec 2026 09:00, and the clinic is closed that day" in said(run)
    assert run.json("clinic", "close", "2027-01-26").code == 0
    assert run.json("clinic", "close", "2027-01-26", "--undo").code == 0
    planned(run.by("RT"), number, "--start", "2027-01-26", "--sessions", 1)
    assert refused(run) == (4, ["closed"])


def test_a_booking_does_not_come_back_to_an_injector_who_has_left(run: Line) -> None:
    assert run.json("clinic", "team", answers=OTHER_INJECTOR).code == 0
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1, "--injector", "DR")
    changed(run, number, "move", s1={"injector": "MS"})
    assert run.json("clinic", "team", "--end", "DR").code == 0
    assert refused(run) == (4, ["injector_away"])


def test_nothing_comes_back_into_the_past_and_nothing_of_the_past_is_taken_out(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    changed(run, number, "move", s1={"on": date(2026, 12, 1)})
    assert refused(run.at(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))) == (4, ["too_soon"])
    gone_by = run.at(datetime(2026, 12, 2, 9, 0, tzinfo=UTC))
    assert refused(gone_by) == (4, ["too_late", "too_soon"])
    assert f"microsclero missed {number} --session 1" in said(gone_by)


def test_a_booking_does_not_come_back_against_what_a_screening_has_found_since(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    cancelled(run, number, 2)
    screened(run, number, dvt_ever="yes")
    code, codes = refused(run)
    assert (code, set(codes) <= {"finding_bar", "finding_refer"}, bool(codes)) == (4, True, True)


def test_a_course_that_holds_more_since_is_not_closed_under_it(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    entry = last_entry(run, "plan")
    planned(run, number, "--start", "2027-01-05", "--sessions", 1)
    assert refused(run, "--change", entry) == (5, ["changed_meanwhile"])
    assert "session 2 would stand in a closed course" in said(run, "--change", entry)
    assert undone(run, "--yes").code == 0
    assert undone(run, "--yes").data["undone"]["entry"] == entry


def test_a_session_does_not_come_back_into_a_course_closed_since(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    cancelled(run, number, 1)
    with file_of(run) as store, store.changing(who="RT", command="response"):
        diary.close_course(store, 1, on=date(2026, 11, 22), why="clear")
    assert refused(run) == (5, ["changed_meanwhile"])
    assert "Course 1 was closed since" in said(run)


@pytest.mark.parametrize("what", ["changed", "another", "taken", "closed", "undone"])
def test_what_was_shown_is_undone_or_nothing(run: Line, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Between looking and saving, somebody else is quicker."""
    from microsclero.desk import undoing

    number, other = ready(run), another(run)
    planned(run, number, "--start", FIRST, "--sessions", 2)
    changed(run, number, "move", s2={"on": date(2027, 1, 5)})
    save, entry = undoing.save, last_entry(run, "move")

    def late(desk: Any, proposed: Any) -> Any:
        monkeypatch.setattr(undoing, "save", save)
        if what == "changed":
            changed(run.by("RT"), number, "move", s2={"on": date(2027, 1, 7)})
        elif what == "another":
            changed(run.by("RT"), number, "move", s1={"starts": time(11), "ends": time(11, 30)})
        elif what == "taken":
            planned(run.by("RT"), other, "--start", "2026-12-29", "--at", "09:00", "--sessions", 1)
        elif what == "closed":
            assert run.by("RT").json("clinic", "close", "2026-12-29").code == 0
        else:
            assert undone(run, "--change", entry, "--yes").code == 0
        meanwhile.append(values(run))
        return save(desk, proposed)

    meanwhile: list[Any] = []
    monkeypatch.setattr(undoing, "save", late)
    done = undone(run, "--yes")
    assert (done.code, "is locked" in done.out) == (5, False)
    assert [values(run)] == meanwhile


@pytest.mark.parametrize("reason", ["", "   ", "wrong \x1b[31m", "x" * 2_001], ids=["empty", "blank", "escape", "long"])
def test_a_reason_is_wanted_and_held_to_the_rules_of_what_is_typed(run: Line, reason: str) -> None:
    planned(run, ready(run), "--start", FIRST)
    before = values(run)
    assert run.json("record", "undo", "--reason", reason, "--yes").code == 2
    assert run.json("record", "undo", "--yes").code == 2
    assert run.json("record", "undo", "--reason", "wrong", "--yes", "--dry-run").code == 2
    assert run.by(None).json("record", "undo", "--reason", "wrong", "--yes").codes == ["who_missing"]
    assert values(run) == before


def test_leave_undone_gives_its_bookings_back_and_its_taking_back_is_not_undone_over_one(run: Line) -> None:
    assert run.json("clinic", "team", answers=OTHER_INJECTOR).code == 0
    number = ready(run)
    planned(run, number, "--start", FIRST, "--injector", "DR", "--sessions", 1)
    before = values(run)
    away(run, session=1)
    assert undone(run, "--yes").code == 0
    assert values(run) == before
    with file_of(run) as store, store.changing(who="MS", command="clinic away"):
        day = date(2026, 12, 29)
        absences.add_absence(store, initials="DR", from_on=day, until_on=day)
    with file_of(run) as store, store.changing(who="MS", command="clinic away"):
        absences.void_absence(store, 2)
    planned(run.by("RT"), another(run), "--start", "2026-12-29", "--injector", "DR", "--sessions", 1)
    assert refused(run) == (4, ["injector_away"])
    assert "would stand on Tue 29 Dec 2026 09:00, and DR is away" in said(run)


def test_a_booking_does_not_come_back_into_a_room_that_is_closed(run: Line) -> None:
    assert run.json("clinic", "edit", answers={"rooms": ["Blue", "Red"]}).code == 0
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    changed(run, number, "move", s1={"room": "Red"})
    assert run.json("clinic", "edit", answers={"rooms": ["Red"]}).code == 0
    assert refused(run) == (4, ["room_closed"])


def test_a_booking_does_not_come_back_before_a_deferral_ends_nor_before_eighteen(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    changed(run, number, "move", s1={"on": date(2027, 3, 2)})
    screened(run, number, recently_pregnant="yes", recently_pregnant_ended_on="2026-08-30")
    assert refused(run) == (4, ["deferred"])
    assert run.json("patient", "edit", number, answers={"born_on": "2009-01-01"}).code == 0
    code, codes = refused(run)
    assert (code, "under_age" in codes) == (4, True)


def test_a_course_is_not_open_again_beside_another(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", FIRST, "--sessions", 1)
    with file_of(run) as store, store.changing(who="MS", command="cancel"):
        diary.update_session(store, 1, {"status": "cancelled", "cancel_reason": "other"}, 1)
        diary.close_course(store, 1, on=date(2026, 11, 22), why="stopped")
    before = values(run)
    planned(run.by("RT"), number, "--start", "2027-02-02", "--sessions", 1)
    assert refused(run) == (5, ["changed_meanwhile"])
    assert f"Another course of patient {number} was opened since" in said(run)
    assert undone(run.by("RT"), "--yes").code == 0
    assert values(run) == before
    assert undone(run, "--yes").code == 0

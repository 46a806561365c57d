"""Somebody changes something between looking and booking: what was shown is booked, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Line, another, dates, planned, ready, screened

FIRST = "2026-11-27"
AS_PLANNED = ["2026-11-27", "2026-12-29", "2027-01-26", "2027-02-23"]


def test_what_was_shown_is_booked_or_nothing(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and booking, somebody else takes the third of the four slots."""
    from microsclero.desk import planning

    number, other = ready(run), another(run)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        monkeypatch.setattr(planning, "book", book)
        planned(run, other, "--start", AS_PLANNED[2], "--at", "09:15", "--sessions", 1)
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    done = run.json("plan", number, "--start", FIRST, "--yes")
    assert (done.code, done.codes) == (5, ["slot_taken"])
    assert run.json("patient", "show", number).data["sessions"] == []
    assert dates(planned(run, number, "--start", FIRST)["sessions"])[:2] == AS_PLANNED[:2]


def test_an_intake_signed_meanwhile_stops_the_booking(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import planning

    number = ready(run)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        screened(run, number, dvt_ever="yes")
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    done = run.json("plan", number, "--yes")
    assert (done.code, done.codes) == (5, ["changed_meanwhile"])
    assert run.json("patient", "show", number).data["sessions"] == []


def test_a_session_screening_signed_meanwhile_stops_the_booking(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import planning

    number = ready(run)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        screened(run, number, "session", dvt_ever="yes")
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    assert run.json("plan", number, "--yes").code == 5
    assert run.json("patient", "show", number).data["sessions"] == []


def test_a_day_closed_meanwhile_stops_the_booking(run: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from microsclero.desk import planning

    number = ready(run)
    book = planning.book

    def late(desk: Any, plan: Any) -> Any:
        assert run.json("clinic", "close", AS_PLANNED[1]).code == 0
        return book(desk, plan)

    monkeypatch.setattr(planning, "book", late)
    assert run.json("plan", number, "--start", FIRST, "--yes").code == 5
    assert run.json("patient", "show", number).data["sessions"] == []


@pytest.mark.parametrize("what", ["closed", "cancelled", "taken"])
def test_a_move_is_saved_as_shown_or_not_at_all(run: Line, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    from microsclero.desk import changing

    number, other = ready(run), another(run)
    planned(run, number, "--start", FIRST, "--at", "09:00", "--sessions", 2)
    save = changing.save_change

    def late(desk: Any, change: Any) -> Any:
        monkeypatch.setattr(changing, "save_change", save)
        if what == "closed":
            assert run.json("clinic", "close", "2026-12-31").code == 0
        elif what == "cancelled":
            assert run.json("cancel", number, "--session", 1, "--reason", "other", "--yes").code == 0
        else:
            planned(run, other, "--start", "2026-12-31", "--at", "09:00", "--sessions", 1)
        return save(desk, change)

    monkeypatch.setattr(changing, "save_change", late)
    done = run.json("move", number, "--session", 2, "--to", "2026-12-31", "--at", "09:00", "--yes")
    assert (done.code, "is locked" in done.out) == (5, False)
    assert "2026-12-31" not in dates(run.json("patient", "show", number).data["sessions"])

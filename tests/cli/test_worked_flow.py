"""Nobody falls off the edge: each line arrives on its day and leaves with its cause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import Line, dates, planned, ready, register, screened
from tests.cli.worklist import (
    DECEMBER,
    LISTS,
    TUESDAY_24,
    a_worked_list,
    call,
    deferred,
    lines,
    missed,
    on,
    page,
    patients,
    record,
    standing,
    treated,
)

# ── preparation ──


@pytest.mark.parametrize(
    ("session_on", "rung_on", "day_before"),
    [
        ("2026-11-27", "2026-11-25", "2026-11-24"),
        ("2026-11-30", "2026-11-27", "2026-11-26"),
        ("2026-12-01", "2026-11-27", "2026-11-26"),
        ("2026-12-02", "2026-11-30", "2026-11-29"),
        ("2026-12-29", "2026-12-24", "2026-12-23"),
        ("2027-01-04", "2026-12-31", "2026-12-30"),
    ],
    ids=["a Friday", "a Monday", "a Tuesday", "a Wednesday", "after Christmas", "after New Year"],
)
def test_the_preparation_call_is_on_the_last_open_day_at_least_two_days_before(
    run: Line, session_on: str, rung_on: str, day_before: str
) -> None:
    number = ready(run)
    planned(run, number, "--start", session_on, "--sessions", 1)
    assert lines(on(run, day_before, "23:59"), "preparation") == []
    (line,) = lines(on(run, rung_on, "00:01"), "preparation")
    assert (line["patient"], line["date"], line["phone"]) == (number, session_on, "07700 900123")
    assert line["next"] == f"microsclero call {number} --about preparation"
    day = date.fromisoformat(rung_on)
    while day < date.fromisoformat(session_on):
        assert patients(on(run, day.isoformat()), "preparation") == [number]
        day += timedelta(days=1)
    assert lines(on(run, session_on), "preparation") == []


def test_after_a_long_closure_the_call_is_on_the_last_day_before_it(run: Line) -> None:
    assert run.json("clinic", "close", "2026-12-14..2027-01-08").code == 0
    number = ready(run)
    planned(run, number, "--start", "2027-01-11", "--sessions", 1)
    assert patients(on(run, "2026-12-10"), "preparation") == []
    assert patients(on(run, "2026-12-11"), "preparation") == [number]
    assert patients(on(run, "2026-12-25"), "preparation") == [number]


def test_whoever_was_reached_leaves_the_list_and_a_moved_session_wants_a_new_call(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    friday = on(run, "2026-11-27")
    done = call(friday, number, "preparation", "reached").data
    assert (done["still_open"], done["next"], done["attempts"]) == (False, None, 1)
    assert patients(friday, "preparation") == []
    assert friday.json("move", number, "--session", 1, "--to", "2026-12-02", "--yes").code == 0
    (line,) = lines(on(run, "2026-11-30"), "preparation")
    assert (line["date"], line["attempts"], line["last_attempt"]) == ("2026-12-02", 0, None)
    assert friday.json("move", number, "--session", 1, "--to", "2026-12-01", "--at", "09:00", "--yes").code == 0
    assert patients(friday, "preparation") == [], "that day and time they were told"


def test_a_session_moved_within_its_day_wants_a_new_call_and_says_what_was_told(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--at", "10:00", "--sessions", 1)
    friday = on(run, "2026-11-27")
    assert call(friday, number, "preparation", "reached").data["still_open"] is False

    def moved_to(clock: str) -> list[tuple[str, int]]:
        words = ("move", number, "--session", 1, "--to", "2026-12-01", "--at", clock, "--yes")
        assert friday.json(*words).code == 0
        return [(each["what"], each["attempts"]) for each in lines(friday, "preparation")]

    assert moved_to("15:00") == [("session 1 at 15:00 (told 10:00)", 1)]
    assert moved_to("10:00") == [], "as they were told"
    assert moved_to("15:00") == [("session 1 at 15:00 (told 10:00)", 1)]
    assert call(friday, number, "preparation", "no_answer").data["still_open"] is True
    assert call(friday, number, "preparation", "reached").data["still_open"] is False
    assert moved_to("10:00") == [("session 1 at 10:00 (told 15:00)", 3)], "the last word counts"


def test_with_another_injector_at_the_same_time_nobody_is_rung_again(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--sessions", 1)
    friday = on(run, "2026-11-27")
    assert call(friday, number, "preparation", "reached").code == 0
    record(friday, number, 1, injector="DR")
    assert patients(friday, "preparation") == []


def test_a_session_moved_while_its_patient_is_on_the_phone_is_a_conflict(
    run: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microsclero.desk import calling

    number = ready(run)
    planned(run, number, "--start", "2026-12-01", "--at", "10:00", "--sessions", 1)
    friday = on(run, "2026-11-27")
    note_call = calling.note_call

    def late(*given: Any, **more: Any) -> Any:
        words = ("move", number, "--session", 1, "--to", "2026-12-01", "--at", "15:00", "--yes")
        assert friday.json(*words).code == 0
        return note_call(*given, **more)

    monkeypatch.setattr(calling, "note_call", late)
    done = call(friday, number, "preparation", "reached")
    assert (done.code, done.codes) == (5, ["changed_meanwhile"])
    assert [each["what"] for each in lines(friday, "preparation")] == ["session 1 at 15:00"]


# ── response ──


def test_a_response_is_due_from_the_28th_day_on_until_it_is_looked_at(run: Line) -> None:
    number = treated(run)
    assert patients(on(run, "2026-12-21", "23:59"), "response") == []
    due = on(run, "2026-12-22", "00:01")
    (line,) = lines(due, "response")
    assert (line["patient"], line["what"], line["date"]) == (number, "session 1, 4 weeks on", "2026-12-22")
    assert line["next"] == f"microsclero plan {number} --consultation"
    assert patients(on(run, "2027-11-22"), "response") == [number], "nobody looked: it is due for ever"
    record(due, number, 1, settled="seen")
    assert patients(due, "response") == []


def test_the_second_response_is_due_from_the_84th_day_on_until_the_course_is_closed(run: Line) -> None:
    number = treated(run)
    record(on(run, "2026-12-22"), number, 1, settled="seen")
    assert patients(on(run, "2027-02-15", "23:59"), "response") == []
    due = on(run, "2027-02-16")
    (line,) = lines(due, "response")
    assert (line["what"], line["date"]) == ("session 1, about 12 weeks on", "2027-02-16")
    record(due, number, 1, settled="course_closed")
    assert patients(due, "response") == []


@pytest.mark.parametrize(("next_on", "is_folded"), [("2026-12-29", True), ("2026-12-30", False)], ids=["7", "8"])
def test_a_response_is_folded_into_a_session_at_most_seven_days_later(run: Line, next_on: str, is_folded: bool) -> None:
    number = treated(run, "--sessions", 2, "--every", "5w")
    assert run.json("move", number, "--session", 2, "--to", next_on, "--yes").code == 0
    assert [(each["patient"], each["what"], each["next"]) for each in lines(on(run, "2026-12-22"), "response")] == (
        []
        if is_folded
        else [
            (
                number,
                "session 1, 4 weeks on, visit booked Wed 30 Dec 2026",
                f"microsclero call {number} --about response",
            )
        ]
    )
    there = on(run, next_on)
    assert patients(there, "response") == ([] if is_folded else [number])
    assert [(each["patient"], each["response_due"]) for each in page(there)["sessions"]] == [(number, "2026-12-22")]
    assert "response due at this visit" in there("today").out


def test_a_response_comes_back_when_the_visit_it_was_folded_into_is_put_off(run: Line) -> None:
    number = treated(run, "--sessions", 2, "--every", "5w")
    due = on(run, "2026-12-22")
    assert patients(due, "response") == []
    assert due.json("cancel", number, "--session", 2, "--reason", "patient_choice", "--yes").code == 0
    assert patients(due, "response") == [number]


@pytest.mark.parametrize("settled", [None, "followed"])
def test_a_later_session_of_the_course_takes_the_place_of_a_response(run: Line, settled: str | None) -> None:
    number = treated(run, "--sessions", 2)
    second = on(run, "2026-12-22")
    assert patients(second, "response") == [], "folded into session 2"
    record(second, number, 2, status="given")
    record(second, number, 1, settled=settled)
    assert [each["what"] for each in lines(on(run, "2027-03-01"), "response")] == ["session 2, 4 weeks on"]


# ── a new date ──


def test_a_missed_session_waits_for_its_new_date(run: Line) -> None:
    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    (line,) = lines(evening, "new_date")
    assert (line["patient"], line["what"], line["date"]) == (number, "session 1 missed", TUESDAY_24)
    assert (line["phone"], line["next"]) == ("07700 900123", f"microsclero rebook {number}")
    assert evening.json("rebook", number, "--yes").code == 0
    assert patients(evening, "new_date") == []


@pytest.mark.parametrize(
    ("reason", "waits"),
    [
        ("patient_ill", True),
        ("patient_away", True),
        ("clinic_closed", True),
        ("injector_away", True),
        ("patient_choice", False),
        ("contraindication", False),
        ("response_complete", False),
        ("other", False),
    ],
)
def test_a_cancelled_session_waits_where_its_reason_will_pass(run: Line, reason: str, waits: bool) -> None:
    number = ready(run)
    planned(run, number, "--start", TUESDAY_24, "--sessions", 2)
    assert run.json("cancel", number, "--session", 2, "--reason", reason, "--yes").code == 0
    assert [(each["patient"], each["what"]) for each in lines(run, "new_date")] == (
        [(number, f"session 2 cancelled, {reason.replace('_', ' ')}")] if waits else []
    )


def test_who_wants_no_more_leaves_the_list_in_the_same_transaction(run: Line) -> None:
    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    done = call(evening, number, "new_date", "wants_no_more", "--note", "Moves to Leeds.").data
    assert (done["outcome"], done["still_open"]) == ("wants_no_more", False)
    assert patients(evening, "new_date") == []
    from microsclero.store import diary, open_store

    assert run.file is not None
    with open_store(run.file, readonly=True) as store:
        rows = [row for row in diary.sessions_of_patient(store, number) if row.status == "missed"]
        assert [row.settled for row in rows] == ["no_more"]
        written = store.rows(
            "select tbl, op from history where txn = (select txn from ledger where cmd = 'call') order by seq"
        )
        assert written == [("contact", "I"), ("session", "U")]
        assert store.rows("select note, who from contact") == [("Moves to Leeds.", "MS")]


def test_one_call_is_noted_with_every_line_it_is_about(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", TUESDAY_24, "--sessions", 3)
    for session in (3, 2):
        words = ("--session", session, "--reason", "patient_away", "--yes")
        assert run.json("cancel", number, *words).code == 0
    done = call(run, number, "new_date", "no_answer").data
    assert done["remarks"] == [f"2 lines of patient {number} are about this; the call is noted with each."]
    assert [each["attempts"] for each in lines(run, "new_date")] == [1, 1]
    assert call(run, number, "new_date", "wants_no_more").data["still_open"] is False
    assert lines(run, "new_date") == []


# ── a course that has come to a stop ──


def test_a_course_with_nothing_booked_is_stalled_from_the_28th_day_on(run: Line) -> None:
    number = treated(run)
    record(on(run, "2026-12-20"), number, 1, settled="seen")
    assert patients(on(run, "2026-12-21", "23:59"), "course") == []
    stalled = on(run, "2026-12-22", "00:01")
    (line,) = lines(stalled, "course")
    assert (line["patient"], line["what"], line["date"]) == (number, "nothing booked since session 1", TUESDAY_24)
    assert line["next"] == f"microsclero plan {number}"
    planned(stalled, number, "--sessions", 1)
    assert patients(stalled, "course") == []


def test_a_course_of_which_nothing_is_left_is_stalled_28_days_after_it_was_opened(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", "2027-01-05", "--sessions", 1)
    assert run.json("cancel", number, "--session", 1, "--reason", "patient_choice", "--yes").code == 0
    assert patients(on(run, "2026-12-19"), "course") == []
    (line,) = lines(on(run, "2026-12-20"), "course")
    assert (line["what"], line["date"]) == ("nothing booked since it began", "2026-11-22")


def test_a_course_that_another_line_speaks_of_is_said_once(run: Line) -> None:
    number = treated(run)
    due = on(run, "2026-12-22")
    assert (patients(due, "response"), patients(due, "course")) == ([number], [])


def test_four_sessions_given_and_seen_are_a_whole_course_not_a_stalled_one(run: Line) -> None:
    number = treated(run, "--sessions", 4)
    for session, day in ((2, "2026-12-22"), (3, "2027-01-19"), (4, "2027-02-16")):
        record(on(run, day), number, session, status="given")
    record(on(run, "2027-03-16"), number, 4, settled="seen")
    assert patients(on(run, "2027-04-01"), "course") == []
    assert patients(on(run, "2027-05-11"), "response") == [number]


def test_a_course_whose_patient_wants_no_more_is_not_stalled_until_something_happens_again(run: Line) -> None:
    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    assert call(evening, number, "new_date", "wants_no_more").code == 0
    later = on(run, "2026-12-22")
    assert (patients(later, "course"), patients(later, "new_date")) == ([], [])
    planned(later, number, "--start", "2027-01-05", "--sessions", 1)
    record(on(run, "2027-01-05"), number, 1, status="given", settled="seen")
    assert patients(on(run, "2027-02-01"), "course") == []
    assert patients(on(run, "2027-02-02"), "course") == [number]


def test_what_counts_is_when_they_said_it_not_the_day_they_spoke_of(run: Line) -> None:
    """Put off in November for January and given up at once; treated after that; so nobody may forget them."""
    number = ready(run)
    planned(run, number, "--start", TUESDAY_24, "--sessions", 3)
    for session, why in ((3, "patient_away"), (2, "patient_choice")):
        assert run.json("cancel", number, "--session", session, "--reason", why, "--yes").code == 0
    assert call(run, number, "new_date", "wants_no_more").code == 0
    record(on(run, TUESDAY_24), number, 1, status="given", settled="seen")
    assert patients(on(run, "2026-12-22"), "course") == [number]


def test_who_said_after_the_last_session_that_they_want_no_more_is_not_stalled(run: Line) -> None:
    """Missed in November, treated in December, and rung about the one that was missed."""
    number = ready(run)
    planned(run, number, "--start", TUESDAY_24, "--sessions", 2)
    assert on(run, TUESDAY_24, "18:00").json("missed", number, "--session", 1, "--yes").code == 0
    record(on(run, "2026-12-22"), number, 1, status="given", settled="seen")
    stalled = on(run, "2027-01-19")
    assert call(on(run, "2026-12-23"), number, "new_date", "wants_no_more").code == 0
    assert patients(stalled, "course") == []
    assert call(stalled, number, "new_date", "reached").code == 0
    assert (patients(stalled, "course"), patients(stalled, "new_date")) == ([], [number])


# ── wants no more, by mistake ──


def mistaken(run: Line) -> tuple[Line, int]:
    """Missed on Tuesday, and noted that evening as wanting no new date."""
    number = missed(run)
    evening = on(run, TUESDAY_24, "18:00")
    assert call(evening, number, "new_date", "wants_no_more").data["still_open"] is False
    return evening, number


def test_who_is_reached_about_a_new_date_after_all_has_the_line_back(run: Line) -> None:
    evening, number = mistaken(run)
    done = call(evening, number, "new_date", "reached", "--note", "The other Zoë.").data
    assert (done["still_open"], done["attempts"], done["next"]) == (True, 2, f"microsclero rebook {number}")
    assert done["remarks"] == ["It was noted before that they want no new date; that no longer holds."]
    assert patients(evening, "new_date") == [number]
    newest = evening.json("record", "history", number).data["entries"][0]
    assert (newest["command"], [(each["what"], each["said"]) for each in newest["changes"]]) == (
        "call",
        [
            ("call about new date: reached", "The other Zoë."),
            ("session 1 of Tue 24 Nov 2026 09:00: open again", None),
        ],
    )
    assert call(evening, number, "new_date", "reached").data["remarks"] == []


def test_nothing_else_opens_it_again_and_the_way_is_said(run: Line) -> None:
    evening, number = mistaken(run)
    way = f"if they want one after all: microsclero call {number} --about new_date --outcome reached"
    for words in (("--outcome", "reached"), ("--about", "new_date", "--outcome", "no_answer")):
        done = evening.json("call", number, *words)
        assert (done.code, done.codes) == (3, ["no_open_line"])
        assert done.envelope["errors"][0]["message"].endswith(way)
    assert patients(evening, "new_date") == []


def test_what_was_given_up_stays_so_where_another_session_waits(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", TUESDAY_24, "--sessions", 2)
    evening = on(run, TUESDAY_24, "18:00")
    assert evening.json("missed", number, "--session", 1, "--yes").code == 0
    assert call(evening, number, "new_date", "wants_no_more").code == 0
    assert evening.json("cancel", number, "--session", 1, "--reason", "patient_ill", "--yes").code == 0
    done = call(evening, number, "new_date", "reached").data
    assert (done["attempts"], done["remarks"]) == (1, [])
    assert [each["date"] for each in lines(evening, "new_date")] == ["2026-12-22"]


def test_who_wants_no_more_can_still_be_booked_again_and_it_is_said(run: Line) -> None:
    evening, number = mistaken(run)
    done = evening.json("rebook", number, "--yes").data
    assert done["remarks"] == ["It was noted before that they want no new date."]
    assert dates(done["sessions"]) == ["2026-11-25"]
    again = evening.json("rebook", number, "--yes")
    assert (again.code, again.codes) == (4, ["nothing_to_rebook"])


def test_a_session_that_waits_is_booked_again_before_one_that_was_given_up(run: Line) -> None:
    number = ready(run)
    planned(run, number, "--start", TUESDAY_24, "--sessions", 2)
    evening = on(run, TUESDAY_24, "18:00")
    assert evening.json("missed", number, "--session", 1, "--yes").code == 0
    assert call(evening, number, "new_date", "wants_no_more").code == 0
    assert evening.json("cancel", number, "--session", 1, "--reason", "patient_ill", "--yes").code == 0
    first, second = (evening.json("rebook", number, "--yes").data for _ in range(2))
    assert [each["from"] for each in (first["changed"][0], second["changed"][0])] == ["2026-12-22", "2026-11-24"]
    assert (first["remarks"], second["remarks"]) == ([], ["It was noted before that they want no new date."])


def test_a_missed_session_is_undone_once_the_call_about_it_is_taken_back(run: Line) -> None:
    evening, number = mistaken(run)
    words = ("record", "undo", "--reason", "They did come.", "--yes")
    refused = evening.json(*words)
    assert (refused.code, refused.codes) == (5, ["changed_meanwhile"])
    way = f"microsclero call {number} --about new_date --outcome reached"
    assert refused.envelope["errors"][0]["message"].endswith(f"nothing was undone. Take that call back first: {way}")
    assert evening(*way.split()[1:]).code == 0
    assert evening.json(*words).code == 0
    assert dates(evening.json("patient", "show", number).data["sessions"]) == [TUESDAY_24]


def test_a_call_is_not_undone_and_what_is_said_instead_works(run: Line) -> None:
    evening, number = mistaken(run)
    entry = evening.json("record", "history", number).data["entries"][0]["entry"]
    refused = evening.json("record", "undo", "--reason", "wrong", "--change", entry, "--yes")
    assert (refused.code, refused.codes) == (4, ["not_the_diary"])
    way = "microsclero call PATIENT --about new_date --outcome reached"
    assert refused.envelope["errors"][0]["message"].endswith(f"who wants a new date after all: {way}.")
    assert evening(*way.replace("PATIENT", str(number)).split()[1:]).code == 0


# ── deferrals, on their day ──


def test_a_deferral_arrives_on_its_day_and_not_before(run: Line) -> None:
    number = deferred(run)
    assert patients(on(run, "2026-12-24", "23:59"), "deferral") == []
    (line,) = lines(on(run, "2026-12-25", "00:01"), "deferral")
    assert (line["patient"], line["date"]) == (number, "2026-12-25")
    assert line["next"] == f"microsclero screen {number} --for intake"
    screened(on(run, "2026-12-28"), number)
    assert patients(on(run, "2026-12-28"), "deferral") == []


def test_a_day_begins_by_the_clinics_own_clock(run: Line) -> None:
    """Half past eleven at night in Greenwich is half past midnight in a London summer."""
    march = on(run, "2027-03-12")
    number = register(march)
    screened(march, number, recently_pregnant="yes", recently_pregnant_ended_on="2027-03-10")
    assert patients(on(run, "2027-06-09", "22:30"), "deferral") == []
    assert patients(on(run, "2027-06-09", "23:30"), "deferral") == [number]


# ── the screen ──


def test_every_kind_of_line_stands_on_one_page(run: Line) -> None:
    found = a_worked_list(run)
    there = on(run, DECEMBER)
    assert standing(there) == {about: [number] for about, number in found.items()}
    for about, key in LISTS.items():
        (line,) = page(there)[key]
        assert (line["about"], line["attempts"], line["last_attempt"], line["put_off_until"]) == (about, 0, None, None)


def test_initials_hide_every_name_and_phone(run: Line) -> None:
    a_worked_list(run)
    there = on(run, DECEMBER)
    told = there("today", "--initials").out
    whole = page(there, "--initials")
    for name in ("Bea", "Cleo", "Dot", "Eve", "Fay", "Gwen", "Hope", "Kim", "Weiß", "07700"):
        assert name not in told
        assert name not in str(whole)
    for about, key in LISTS.items():
        assert [(each["about"], each["phone"]) for each in whole[key]] == [(about, None)]
        assert whole[key][0]["name"].endswith(".W.")


def test_a_page_with_every_kind_of_line_fits_the_screen(run: Line) -> None:
    found = a_worked_list(run)
    there = on(run, DECEMBER)
    assert call(there, found["response"], "response", "no_answer").code == 0
    told = there("today", env={"COLUMNS": "80"}).out.splitlines()
    assert max(map(len, told)) <= 80
    assert len(told) <= 38
    for number in found.values():
        assert sum(line.startswith(f"  {number}  ") for line in told) == 1


def test_long_lists_stop_at_ten_and_are_whole_with_all(run: Line) -> None:
    from microsclero.store import drafts, open_store

    number = register(run)
    assert run.file is not None
    with open_store(run.file, clock=lambda: run.now) as store:
        for _ in range(53):
            drafts.save_draft(store, purpose="intake", body={}, patient_no=number)
    short, whole = page(run), page(run, "--all")
    assert (len(short["unfinished"]), short["counts"]["unfinished"]) == (10, 11)
    assert (len(whole["unfinished"]), whole["counts"]["unfinished"]) == (53, 53)
    told = run("today").out
    assert "Questionnaires unfinished (more than 10)" in told
    assert "  … and more: microsclero today --all" in told, "how many, nobody has counted"
    assert "Questionnaires unfinished (53)" in run("today", "--all").out
    assert run("today", "--all").out.count("questionnaire unfinished") == 53


def test_the_numbers_of_the_list_are_those_of_the_course(run: Line) -> None:
    from microsclero import content, schedule
    from microsclero.desk import stops, worked_causes

    course = content.course()
    assert (course.response_days, course.maximum_sessions) == (
        worked_causes.RESPONSE_DAYS,
        worked_causes.SESSIONS_AT_MOST,
    )
    assert (course.minimum_days, schedule.ADULT) == (stops.GAP_DAYS, stops.ADULT)

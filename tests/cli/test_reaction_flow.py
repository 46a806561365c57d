"""A reaction through the command line: its band, its hold, who asks again when, and what nobody gets past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from microsclero.desk import holding, lifting, planning
from microsclero.desk.wishes import Wish
from microsclero.errors import ConflictError
from microsclero.reactions import EFFECTS, RED_FLAGS
from tests.builders import Line, Result, another, ready, register, screened
from tests.reaction_builders import GIVEN_ON, all_of, days_after, follow, given_on, holds, report, reported, told, word
from tests.response_builders import desk_of, give, on_day

A_DAY = timedelta(days=1)
USUAL = {
    **dict.fromkeys(("redness", "swelling_at_site", "tenderness", "itching", "irritation", "lump", "bruising"), 28),
    "hives": 1,
    "veins_look_worse": 56,
}
LASTING = ("pigmentation", "matting")
CALLED = ("trapped_blood", "numbness", "other")
SAME_DAY = (
    "superficial_thrombosis",
    "blister_or_ulcer",
    "black_or_white_patch",
    "infection",
    "leg_swelling",
    "calf_pain",
    "visual_disturbance",
)
EMERGENCY = ("breathlessness", "chest_pain", "face_swelling", "wheeze", "collapse", "weakness_or_speech")


@pytest.fixture
def patient(run: Line) -> int:
    return given_on(run)


def in_short(data: dict[str, Any]) -> tuple[str, bool, str | None]:
    return data["band"], data["hold"], data["follow_up_on"]


# ── bands ──


def test_every_effect_is_tried_below() -> None:
    assert {*USUAL, *LASTING, *CALLED, *SAME_DAY, *EMERGENCY} == set(EFFECTS)
    assert {*SAME_DAY, *EMERGENCY} == RED_FLAGS


@pytest.mark.parametrize("effect", EFFECTS)
def test_each_effect_lands_in_its_band_and_an_urgent_one_holds(run: Line, patient: int, effect: str) -> None:
    there = days_after(run, 1)
    data = reported(there, patient, effect)
    tomorrow = (there.now.date() + A_DAY).isoformat()
    if effect in USUAL:
        gone_by = GIVEN_ON + timedelta(days=USUAL[effect])
        assert in_short(data) == ("expected", False, (gone_by + A_DAY).isoformat())
        assert data["usual_until"] == gone_by.isoformat()
    elif effect in LASTING:
        assert in_short(data) == ("expected", False, "2027-02-16")
        assert data["usual_until"] == data["watch_until"] == "2028-05-23"
    elif effect in CALLED:
        assert in_short(data) == ("call", False, "2026-11-27")
    else:
        assert in_short(data) == ("same_day" if effect in SAME_DAY else "emergency", True, tomorrow)
    assert data["treatment"] == 1
    assert holds(there, patient) == ([None] if data["hold"] else [])
    assert (data["hold_no"] is not None) == data["hold"]


@pytest.mark.parametrize("effect", [*USUAL, *LASTING])
def test_what_is_usual_is_so_to_the_end_of_its_window_and_looked_at_from_the_next_day(
    run: Line, patient: int, effect: str
) -> None:
    last = date(2028, 5, 23) if effect in LASTING else GIVEN_ON + timedelta(days=USUAL[effect])
    there, next_day = on_day(run, last, 22), on_day(run, last + A_DAY, 1)
    assert reported(there, patient, effect)["band"] == "expected"
    late = reported(next_day, patient, effect)
    assert (late["band"], late["because"]) == ("call", ["longer than it is usual"])
    was_noticed = reported(next_day, patient, effect, noticed_on=GIVEN_ON.isoformat())
    assert was_noticed["band"] == "call", "still there counts as lasting"
    was_gone = reported(next_day, patient, effect, noticed_on=GIVEN_ON.isoformat(), ended_on=last.isoformat())
    assert (was_gone["band"], was_gone["ended_on"], was_gone["follow_up_on"]) == ("expected", last.isoformat(), None)


@pytest.mark.parametrize("effect", [*SAME_DAY, *EMERGENCY])
@pytest.mark.parametrize("days", [0, 28, 400])
def test_a_red_flag_is_never_usual_on_any_day(run: Line, patient: int, effect: str, days: int) -> None:
    there = days_after(run, days)
    gone = reported(there, patient, effect, ended_on=there.now.date().isoformat())
    assert (gone["band"] in ("same_day", "emergency"), gone["hold"], gone["ended_on"]) == (True, True, None)
    assert gone["follow_up_on"] == (there.now.date() + A_DAY).isoformat(), "gone, and heard about once more"


@pytest.mark.parametrize(
    ("effect", "changed", "band", "because"),
    [
        ("bruising", {"severity": "severe"}, "call", ["severe"]),
        ("numbness", {"severity": "severe"}, "same_day", ["severe"]),
        ("infection", {"severity": "severe"}, "emergency", ["severe"]),
        (
            "bruising",
            {"notes": "and the calf hurts"},
            "same_day",
            ["the notes speak of pain or throbbing in the calf or thigh"],
        ),
        ("bruising", {"notes": "no fever, without calf pain"}, "expected", []),
        ("bruising", {"emergency": ["breathing"]}, "emergency", ["an emergency question was answered yes"]),
        ("bruising", {"noticed_on": "2026-11-22"}, "call", ["noticed before the session"]),
    ],
)
def test_severity_words_of_danger_and_emergency_answers_raise_a_band(
    run: Line, patient: int, effect: str, changed: dict[str, Any], band: str, because: list[str]
) -> None:
    data = reported(days_after(run, 2), patient, effect, **changed)
    assert (data["band"], data["because"], data["hold"]) == (band, because, band in ("same_day", "emergency"))


@pytest.mark.parametrize(
    ("words", "effect", "band"),
    [
        ("Swollen calf", "leg_swelling", "same_day"),
        ("a BLACK patch by the knee", "black_or_white_patch", "same_day"),
        ("my sight came back after an hour", "visual_disturbance", "same_day"),
        ("swollen face", "face_swelling", "emergency"),
        ("the glue of the plaster smells", "other", "call"),
    ],
)
def test_words_that_are_no_code_are_understood_or_kept_and_looked_at(
    run: Line, patient: int, words: str, effect: str, band: str
) -> None:
    data = reported(days_after(run, 2), patient, words, notes="By phone.")
    assert (data["effect"], data["band"]) == (effect, band)
    (kept,) = all_of(days_after(run, 2), patient)["reactions"]
    assert kept["notes"] == f"“{words}”. By phone."


def test_a_reaction_belongs_to_the_last_session_before_it_was_noticed(run: Line, patient: int) -> None:
    second_on = give(run, patient, 2)
    assert second_on == date(2026, 12, 21)
    assert reported(on_day(run, second_on), patient, "bruising", noticed_on="2026-12-20")["treatment"] == 1
    after = on_day(run, second_on + A_DAY)
    assert reported(after, patient, "bruising", noticed_on="2026-12-21")["treatment"] == 2
    assert reported(after, patient, "bruising", noticed_on="2026-12-22", treatment=1)["treatment"] == 1


def test_without_a_session_of_ours_nothing_is_usual_and_a_red_flag_holds_all_the_same(run: Line) -> None:
    stranger = register(run)
    plain = reported(run, stranger, "redness")
    assert (plain["band"], plain["because"], plain["treatment"]) == ("call", ["no session of ours to explain it"], None)
    assert reported(run, stranger, "calf_pain")["hold"] is True


# ── the document ──


@pytest.mark.parametrize(
    ("changed", "code", "key"),
    [
        ({"effect": ...}, "missing_answer", "effect"),
        ({"effect": ""}, "missing_answer", "effect"),
        ({"severity": ...}, "missing_answer", "severity"),
        ({"noticed_on": ...}, "missing_answer", "noticed_on"),
        ({"severity": "awful"}, "unreadable", "severity"),
        ({"severity": "mi"}, "unreadable", "severity"),
        ({"leg": "both"}, "unreadable", "leg"),
        ({"region": "toe"}, "unreadable", "region"),
        ({"noticed_on": "yesterday"}, "unreadable", "noticed_on"),
        ({"noticed_on": "2026-11-26"}, "unreadable", "noticed_on"),
        ({"noticed_on": "1979-12-31"}, "unreadable", "noticed_on"),
        ({"ended_on": "2026-11-26"}, "unreadable", "ended_on"),
        ({"ended_on": "2026-11-24"}, "unreadable", "ended_on"),
        ({"emergency": "breathing"}, "unreadable", "emergency"),
        ({"emergency": ["hunger"]}, "unreadable", "emergency"),
        ({"mood": "good"}, "unknown_key", "mood"),
    ],
)
def test_a_document_that_can_not_be_read_names_its_key(
    run: Line, patient: int, changed: dict[str, Any], code: str, key: str
) -> None:
    there = days_after(run, 2)
    document = {key: value for key, value in {**told(there, "bruising"), **changed}.items() if value is not ...}
    done = there.json("reaction", patient, answers=document)
    assert (done.code, done.codes, done.envelope["errors"][0]["key"]) == (2, [code], key)
    assert all_of(there, patient)["reactions"] == []


def test_the_exit_codes_of_the_verb(run: Line, patient: int) -> None:
    there, other = days_after(run, 2), another(run)
    mine = reported(there, patient, "bruising")["reaction"]
    assert report(there, 99).code == 3
    assert (follow(there, other, mine, "same").code, follow(there, other, mine, "same").codes) == (
        3,
        ["reaction_not_found"],
    )
    assert there.json("reaction", other, "--yellow-card", mine).code == 3
    assert report(there, other, "bruising", treatment=1).codes == ["treatment_not_found"]
    assert report(there.by(None), patient).codes == ["who_missing"]
    for words in (("--list", "--follow", 1), ("--follow", 1, "--yellow-card", 1), ("--list", "--yellow-card", 1)):
        assert there.json("reaction", patient, *words).code == 2
    assert there.json("reaction", patient, "--list", answers=told(there)).code == 2
    assert there.json("reaction", patient).codes == ["missing_answer"] * 3
    assert there.json("reaction", patient, "--follow", mine).codes == ["missing_answer"]


# ── the hold ──


def refused(done: Result) -> list[str]:
    """What a refusal is for, without the first date that would work, with which many end."""
    assert done.code == 4, done
    return [code for code in done.codes if code != "first_date"]


def test_a_hold_stops_planning_booking_again_and_moving_sooner_at_once_and_lets_it_be_put_off(run: Line) -> None:
    number = given_on(run, sessions=3)
    there = days_after(run, 2)
    assert there.json("cancel", number, "--session", 3, "--reason", "patient_ill", "--yes").code == 0
    before = there.json("move", number, "--session", 2, "--to", "2026-12-22", "--dry-run")
    assert before.code == 0
    kept = reported(there, number, "leg_swelling")
    on_hold = f"On hold since Wed 25 Nov 2026: a swollen leg. A prescriber lifts it: microsclero decide {number}"
    plan = there.json("plan", number, "--dry-run")
    assert (refused(plan), plan.codes) == (["on_hold"], ["on_hold", "first_date"])
    error, last = plan.envelope["errors"]
    assert (error["message"], error["hold"], error["since"]) == (on_hold, kept["hold_no"], "2026-11-25")
    assert last["message"] == "No date is known that would work: a prescriber lifts the hold first."
    assert refused(there.json("rebook", number, "--dry-run")) == ["on_hold"]
    sooner = there.json("move", number, "--session", 2, "--to", "2026-12-21", "--at", "10:00", "--yes")
    assert refused(sooner) == ["on_hold"], "the same day is no later one"
    words = ("--start", "2027-01-25", "--at", "10:00", "--override", "In a hurry.", "--yes")
    assert "on_hold" in refused(there.json("plan", number, *words))
    assert "on_hold" in refused(there.json("treat", number, "--check"))
    later = there.json("move", number, "--session", 2, "--to", "2026-12-23", "--yes").data
    assert [(each["number"], each["status"]) for each in later["sessions"]] == [(1, "given"), (2, "held")]
    assert there.json("plan", number, "--consultation", "--yes").code == 0, "being seen is what is wanted"
    assert there.json("cancel", number, "--session", 2, "--reason", "other", "--yes").code == 0


def test_once_it_is_lifted_everything_goes_on(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "leg_swelling")
    done = word(there, patient).data
    assert (done["hold"], done["finding"], done["holds"], done["still"]) == ("lift", "excluded", [1], [])
    assert there.json("plan", patient, "--dry-run").code == 0
    assert there.json("move", patient, "--session", 2, "--to", "2026-12-22", "--yes").code == 0
    assert there.json("move", patient, "--session", 2, "--to", "2026-12-21", "--yes").code == 0
    (kept,) = all_of(there, patient)["holds"]
    assert (kept["lifted_on"], [each["prescriber"] for each in kept["words"]]) == ("2026-11-25", ["MS"])


def test_why_not_names_the_hold_and_what_lifts_it(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "leg_swelling")
    data = there.json("plan", patient, "--why").data
    (reason,) = [each for each in data["reasons"] if each["code"] == "on_hold"]
    assert (data["may_plan"], data["first_possible"]) == (False, None)
    assert (reason["what_changes_it"], reason["next"]) == (
        "A prescriber's word that lifts it.",
        f"microsclero decide {patient}",
    )
    assert "NOT TODAY" in there("plan", patient, "--why").out
    word(there, patient, finding="pe")
    data = there.json("plan", patient, "--why").data
    (reason,) = [each for each in data["reasons"] if each["code"] == "clot_confirmed"]
    assert (reason["outcome"], data["none_because"]) == ("bar", "a clot that was confirmed has no date")
    assert "NOT SUITABLE as things stand" in there("plan", patient, "--why").out


def test_an_undo_brings_no_session_back_past_a_hold_or_a_clot_that_came_since(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    assert there.json("cancel", patient, "--session", 2, "--reason", "other", "--yes").code == 0
    reported(there, patient, "leg_swelling")
    assert refused(there.json("record", "undo", "--reason", "wrong", "--yes")) == ["on_hold"]
    word(there, patient)
    assert there.json("record", "undo", "--reason", "wrong", "--yes").code == 0
    assert there.json("cancel", patient, "--session", 2, "--reason", "other", "--yes").code == 0
    reported(there, patient, "calf_pain")
    word(there, patient, "lift", "dvt")
    assert refused(there.json("record", "undo", "--reason", "wrong", "--yes")) == ["clot_confirmed"]


def test_an_undo_puts_a_session_back_on_hold_where_it_stood_on_hold_before(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "leg_swelling")
    assert there.json("cancel", patient, "--session", 2, "--reason", "other", "--yes").code == 0
    back = there.json("record", "undo", "--reason", "wrong one", "--yes").data
    assert [(each["number"], each["status"]) for each in back["sessions"]] == [(1, "given"), (2, "held")]
    assert refused(there.json("move", patient, "--session", 2, "--to", "2026-12-21", "--at", "10:00", "--yes"))


def test_a_hold_that_comes_between_what_was_shown_and_its_yes_is_seen(run: Line) -> None:
    number = ready(run)
    desk = desk_of(run)
    shown = planning.propose(desk, number, Wish(), start=None)
    assert reported(run, number, "chest_pain")["hold"] is True
    with pytest.raises(ConflictError, match="changed meanwhile; nothing was booked"):
        planning.book(desk, shown)
    desk.close()


@pytest.mark.parametrize(("finding", "told_of"), [("dvt", "a deep vein thrombosis"), ("pe", "a pulmonary embolism")])
@pytest.mark.parametrize("said", ["lift", "keep"])
def test_a_clot_that_was_confirmed_bars_for_ever_and_lets_a_session_only_be_cancelled(
    run: Line, patient: int, finding: str, told_of: str, said: str
) -> None:
    there = days_after(run, 2)
    reported(there, patient, "calf_pain")
    done = word(there, patient, said, finding).data
    assert [each["code"] for each in done["still"]] == [*(["on_hold"] if said == "keep" else []), "clot_confirmed"]
    assert done["planned_sessions"] == 1
    assert word(there, patient, "lift", "excluded").code == (0 if said == "keep" else 3), "nothing takes it back"
    for line in (there, on_day(run, date(2031, 5, 5))):
        plan = line.json("plan", patient, "--dry-run")
        assert "clot_confirmed" in refused(plan)
        assert f"A prescriber found {told_of} on Wed 25 Nov 2026; that bars for good." in plan.out
    for to in ("2026-12-22", "2027-01-11"):
        assert refused(there.json("move", patient, "--session", 2, "--to", to, "--yes")) == ["clot_confirmed"]
    assert there.json("cancel", patient, "--session", 2, "--reason", "contraindication", "--yes").code == 0
    fresh = screened(there, patient)
    confirmed = {"question": f"{finding}_ever", "answer": "yes", "told_on": "2026-11-25", "from": "hold", "number": 1}
    assert (fresh["outcome"], [each["rule"] for each in fresh["findings"]]) == ("bar", [f"{finding}_ever"])
    assert (fresh["lasting"], fresh["also_standing"]) == ([confirmed], [])
    assert "clot_confirmed" in refused(there.json("plan", patient, "--dry-run")), "no new intake takes it back"


def test_a_clot_in_a_surface_vein_bars_nothing_and_is_said_at_each_screening_after_it(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "superficial_thrombosis")
    word(there, patient, "lift", "svt")
    assert there.json("plan", patient, "--dry-run").code == 0
    remark = (
        "On Wed 25 Nov 2026 MS found a clot in a surface vein (hold 1). Ask about phlebitis with that in mind; "
        "the prescriber weighs it."
    )
    assert screened(there, patient)["remarks"] == [remark]
    assert screened(there, patient, "session")["remarks"] == [remark]


def test_only_a_prescriber_lifts_a_hold_and_only_one_that_stands(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    done = word(there, patient)
    assert (done.code, done.codes) == (3, ["not_on_hold"])
    reported(there, patient, "calf_pain")
    reported(there, patient, "leg_swelling")
    assert refused(word(there, patient, prescriber="RT", document=7)) == ["role_missing", "no_such_document"]
    assert word(there, patient, prescriber="ZZ").code == 3
    for changed in ({"hold": "drop"}, {"finding": "none"}, {"reason": ""}, {"mood": "good"}):
        assert word(there, patient, **changed).code == 2
    assert word(there, patient, hold_no=9).codes == ["not_on_hold"]
    assert holds(there, patient) == [None, None], "nothing of that was saved"
    kept = word(there.by("RT"), patient, "keep", "other").data
    assert (kept["hold"], kept["holds"], kept["prescriber"]) == ("keep", [1, 2], "MS")
    one = word(there, patient, hold_no=1).data
    assert (one["holds"], [each["hold"] for each in one["still"]]) == ([1], [2])
    assert word(there, patient).data["still"] == []
    assert holds(there, patient) == ["2026-11-25", "2026-11-25"]


def test_a_hold_that_changed_meanwhile_is_looked_at_again(run: Line, patient: int) -> None:
    there = days_after(run, 2)
    reported(there, patient, "calf_pain")
    desk = desk_of(there)
    seen = holding.open_holds(desk, patient)
    reported(there, patient, "leg_swelling")
    told_to = {"prescriber": "MS", "hold": "lift", "finding": "excluded", "reason": "Clear."}
    original, holding.open_holds = holding.open_holds, _first_then(seen, holding.open_holds)
    try:
        with pytest.raises(ConflictError, match="changed meanwhile; nothing was saved"):
            lifting.settle(desk, patient, told_to)
    finally:
        holding.open_holds = original
        desk.close()
    assert holds(there, patient) == [None, None]


def _first_then(first: Any, after: Any) -> Any:
    """What was seen before somebody else wrote, once; then what is there."""
    seen = [first]
    return lambda desk, number: seen.pop() if seen else after(desk, number)

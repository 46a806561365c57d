"""A session given: what is kept, what is answered, and what becomes of the rest of the course."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from microsclero.desk import Desk, open_desk
from microsclero.settings import Settings
from microsclero.store import diary, treatments
from tests.builders import Line, another, dates, planned, register, screened
from tests.chair_builders import (
    A_DAY,
    MINUTES,
    THURSDAY,
    a_session_later,
    after,
    agreed,
    before_the_needle,
    compared,
    expected,
    given_at,
    in_the_chair,
    site,
    treat,
    treated,
    vial,
)
from tests.cli import shapes
from tests.cli.shapes import faults


def at_the_desk(line: Line) -> Desk:
    return open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")


def statuses(line: Line, number: int) -> list[tuple[int, str, str]]:
    """(number, date, status) of every session ever booked, by date."""
    sessions = line.json("patient", "show", number).data["sessions"]
    return [(each["number"], each["date"], each["status"]) for each in sessions]


def test_a_session_of_two_legs_and_two_strengths_is_kept_and_answered(run: Line) -> None:
    number = in_the_chair(run)
    told: dict[str, Any] = {
        "vials": [vial(), vial("B", percent="0.5", batch="C-77")],
        "sites": [
            site("1.2", punctures=3),
            site("0.4", leg="right", region="calf", aspect=None),
            site("0.5", "B", leg="right", region="knee", aspect="medial", vein="reticular"),
        ],
        "needle_gauge": "30G",
        "notes": "Lay down throughout.",
    }
    data = treated(run, number, **told)
    assert faults(shapes.TREATED, data) == []
    assert (data["number"], data["total_ml"], data["total_mg"], data["ceiling_percent"]) == (1, "2.1", "5.7", "21.0")
    assert (data["anyway"], data["incident"], data["hold"], data["remarks"]) == ([], None, False, [])
    desk = at_the_desk(run)
    kept = treatments.treatment(desk.store, data["treatment"])
    vials = treatments.vials_of(desk.store, data["treatment"])
    desk.close()
    assert (kept.session, kept.screening, kept.sheet, kept.products) == (data["session"], 2, "2026-1", "2026-1")
    assert (kept.needle_gauge, kept.notes, kept.anyway) == ("30G", "Lay down throughout.", None)
    assert (kept.started_at, kept.ended_at) == (THURSDAY, THURSDAY + 20 * MINUTES)
    assert [(one.vial, one.batch, one.batch_key, one.volume_ml) for one in vials] == [
        ("A", "AB12", "AB12", "1.6"),
        ("B", "C-77", "C77", "0.5"),
    ]
    assert kept.sites[1] == {**told["sites"][1], "aspect": None}


def test_the_planned_session_becomes_given_and_keeps_its_time_in_the_diary(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    assert statuses(run, number)[0] == (1, "2026-11-26", "given")
    today = after(run).json("today").data["sessions"]
    assert [(each["start"], each["status"]) for each in today] == [("09:00", "given")]
    day = after(run).json("agenda", "--from", "2026-11-26", "--days", 1).data["days"][0]
    assert [(each["start"], each["end"], each["status"]) for each in day["sessions"]] == [("09:00", "09:30", "given")]
    moved = after(run).json("move", number, "--session", 1, "--to", "2026-11-27", "--yes")
    assert (moved.code, moved.causes) == (4, ["already_given"])


def test_aftercare_counts_from_the_real_end_and_says_so(run: Line) -> None:
    number = in_the_chair(run)
    assert after(run).json("aftercare", number).codes == ["no_session_given"]
    treated(run, number)
    sheet = after(run).json("aftercare", number).data
    assert (sheet["ended_at"], sheet["from_record"], sheet["version"]) == ("2026-11-26T09:50:00+00:00", True, "2026-1")
    until = {item["item"]: item["until"] or item["until_at"] for item in sheet["items"]}
    assert (until["compression"], until["no_excess_alcohol"]) == ("2026-12-10", "2026-11-27T09:50:00+00:00")
    other = after(run).json("aftercare", number, "--ended", "2026-11-26T11:00").data
    assert (other["ended_at"], other["from_record"]) == ("2026-11-26T11:00:00+00:00", False)
    a_session_later(run, number, THURSDAY + timedelta(days=28))
    again = after(run, THURSDAY + timedelta(days=28)).json("aftercare", number).data
    assert again["ended_at"] == "2026-12-24T09:50:00+00:00"


def test_the_response_of_a_session_is_followed_by_the_next_one(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    due = run.at(THURSDAY + timedelta(days=40)).json("today").data["responses"]
    assert [each["patient"] for each in due] in ([], [number])
    a_session_later(run, number, THURSDAY + timedelta(days=28))
    desk = at_the_desk(run)
    rows = [row for row in diary.sessions_of_patient(desk.store, number) if row.status == "given"]
    desk.close()
    assert [(row.number, row.settled) for row in rows] == [(1, "followed"), (2, None)]


# ── without a session planned that day ──


def walks_in(run: Line, start: datetime = THURSDAY, **details: str) -> int:
    number = register(run, **details)
    compared(run)
    screened(run.at(start - 90 * MINUTES), number, "intake")
    before_the_needle(run, number, start)
    return number


def test_an_unplanned_first_session_opens_a_course(run: Line) -> None:
    number = walks_in(run)
    data = treated(run, number)
    assert (data["number"], data["course"], statuses(run, number)) == (1, 1, [(1, "2026-11-26", "given")])
    course = planned(after(run), number)
    assert dates(course["sessions"]) == ["2026-11-26", "2026-12-24", "2027-01-21", "2027-02-18"]


def test_a_course_is_opened_only_on_an_intake_that_planning_would_take(run: Line) -> None:
    late = THURSDAY + timedelta(days=100)
    number = walks_in(run)
    before_the_needle(run, number, late)
    assert treat(run, number, late).codes == ["intake_too_old"]


def test_a_session_planned_for_an_earlier_day_is_not_taken_silently(run: Line) -> None:
    number = expected(run)
    late = THURSDAY + 4 * A_DAY
    before_the_needle(run, number, late)
    data = treated(run, number, late, "--record-anyway", "Nobody had looked at the diary.")
    assert (data["number"], [each["code"] for each in data["anyway"]]) == (2, ["session_left_open"])
    assert any("planned for Thu 26 Nov 2026 is still open" in words for words in data["remarks"])
    assert any("the one planned for Thu 18 Feb 2027" in words and "is cancelled" in words for words in data["remarks"])
    assert [(each["number"], each["from"], each["to"]) for each in data["changed"]] == [
        (4, "2027-02-18", None),
        (3, "2026-12-24", "2026-12-29"),
        (4, "2027-01-21", "2027-01-26"),
    ]
    assert statuses(run, number) == [
        (1, "2026-11-26", "planned"),
        (2, "2026-11-30", "given"),
        (3, "2026-12-29", "planned"),
        (4, "2027-01-26", "planned"),
        (4, "2027-02-18", "cancelled"),
    ]
    assert after(run, late).json("missed", number, "--session", 1, "--yes").code == 0


def test_treated_a_day_early_the_next_planned_session_gives_way(run: Line) -> None:
    number = expected(run)
    early = THURSDAY - A_DAY
    before_the_needle(run, number, early)
    data = treated(run, number, early)
    assert [(each["from"], each["to"], each["why"]) for each in data["changed"]] == [("2026-11-26", None, "other")]
    assert statuses(run, number) == [
        (1, "2026-11-25", "given"),
        (1, "2026-11-26", "cancelled"),
        (2, "2026-12-24", "planned"),
        (3, "2027-01-21", "planned"),
        (4, "2027-02-18", "planned"),
    ]


def test_a_course_with_room_keeps_all_it_has_planned_and_moves_what_comes_too_soon(run: Line) -> None:
    number = expected(run, THURSDAY, "--sessions", 2)
    early = THURSDAY - A_DAY
    before_the_needle(run, number, early)
    data = treated(run, number, early)
    assert [(each["number"], each["from"], each["to"]) for each in data["changed"]] == [
        (2, "2026-11-26", "2026-12-23"),
        (3, "2026-12-24", "2027-01-20"),
    ]
    assert [(each["number"], each["date"], each["status"]) for each in data["sessions"]] == [
        (1, "2026-11-25", "given"),
        (2, "2026-12-23", "planned"),
        (3, "2027-01-20", "planned"),
    ]


def test_a_missed_session_no_longer_waits_once_another_was_given_for_it(run: Line) -> None:
    number = expected(run)
    assert run.at(THURSDAY + 60 * MINUTES).json("missed", number, "--session", 1, "--yes").code == 0
    late = THURSDAY + A_DAY
    waiting = run.at(late).json("today").data["new_dates"]
    assert [each["patient"] for each in waiting] == [number]
    before_the_needle(run, number, late)
    data = treated(run, number, late)
    assert any("stands for the session of Thu 26 Nov 2026" in words for words in data["remarks"])
    assert after(run, late).json("today").data["new_dates"] == []


def test_a_session_entered_on_a_later_day_anchors_on_the_day_it_was_given(run: Line) -> None:
    number = in_the_chair(run)
    monday = run.at(THURSDAY + 4 * A_DAY)
    data = monday.json("treat", number, answers=given_at(THURSDAY)).data
    assert (data["number"], statuses(run, number)[0]) == (1, (1, "2026-11-26", "given"))
    assert monday.json("aftercare", number).data["ended_at"] == "2026-11-26T09:50:00+00:00"


def test_an_unplanned_session_stands_beside_what_others_have_booked_at_that_time(run: Line) -> None:
    neighbour = another(run)
    planned(run, neighbour, "--start", "2026-11-26", "--at", "09:30", "--sessions", 1)
    number = walks_in(run)
    assert treated(run, number)["number"] == 1
    day = after(run).json("today").data["sessions"]
    assert [(each["patient"], each["start"], each["status"]) for each in day] == [
        (neighbour, "09:30", "planned"),
        (number, "09:30", "given"),
    ]


def test_who_came_to_be_advised_and_was_treated_has_both_in_the_diary(run: Line) -> None:
    number = walks_in(run)
    talk = run.json("plan", number, "--consultation", "--start", "2026-11-26", "--at", "09:30", "--yes")
    assert talk.code == 0
    assert treated(run, number)["number"] == 1
    day = after(run).json("today").data["sessions"]
    assert [(each["start"], each["number"]) for each in day] == [("09:30", 1), ("09:50", None)]


def test_no_place_for_the_next_session_never_keeps_what_happened_from_being_recorded(run: Line) -> None:
    number = expected(run, THURSDAY, "--sessions", 2)
    early = THURSDAY - A_DAY
    before_the_needle(run, number, early)
    hours: dict[str, list[str]] = {day: [] for day in ("tue", "wed", "thu", "fri", "sat", "sun")} | {
        "mon": ["08:00-08:05"]
    }
    assert run.json("clinic", "hours", answers=hours).code == 0
    data = treated(run, number, early)
    assert [(each["from"], each["to"], each["why"]) for each in data["changed"]] == [
        ("2026-11-26", None, "no_place"),
        ("2026-12-24", None, "no_place"),
    ]
    assert sum("and waits for a new date: microsclero rebook 1" in words for words in data["remarks"]) == 2
    assert [each["what"] for each in after(run).json("today").data["new_dates"]] == [
        "session 2 cancelled, no place",
        "session 1 cancelled, no place",
    ]


# ── what is said and not refused ──


def test_what_is_left_out_is_said(run: Line) -> None:
    number = in_the_chair(run)
    left_out: dict[str, Any] = {"stockings": None, "observed_minutes": None, "no_photo_reason": None}
    said = treated(run, number, prescriber_saw_on="2026-11-22", **left_out)["remarks"]
    assert len(said) == 4
    for words in ("4 days before", "watched afterwards", "stockings", "No photographs of Thu 26 Nov 2026"):
        assert any(words in each for each in said), words


@pytest.mark.parametrize(("minutes", "said"), [(14, 1), (15, 0)])
def test_a_short_watch_is_remarked(run: Line, minutes: int, said: int) -> None:
    number = in_the_chair(run)
    assert len(treated(run, number, observed_minutes=minutes)["remarks"]) == said


def test_consent_of_another_day_is_to_be_confirmed_and_that_is_said(run: Line) -> None:
    number = expected(run)
    agreed(run, number)
    screened(run.at(THURSDAY - 60 * MINUTES), number, "session")
    warned = after(run).json("treat", number, "--check").data["warnings"]
    assert [(each["code"], each["confirm"]) for each in warned] == [("consent_not_confirmed", True)]
    assert any("still holds today" in words for words in treated(run, number)["remarks"])


def test_an_anyway_with_nothing_against_it_is_no_incident(run: Line) -> None:
    number = in_the_chair(run)
    data = treated(run, number, THURSDAY, "--record-anyway", "To be on the safe side of the paper.")
    assert (data["incident"], data["anyway"]) == (None, [])
    assert any("no incident" in words for words in data["remarks"])


def test_an_ulcer_found_on_the_leg_holds_the_course_once_it_is_kept(run: Line) -> None:
    number = in_the_chair(run)
    data = treated(run, number, THURSDAY, "--record-anyway", "Other leg.", findings=["ulcer"])
    assert (data["hold"], [each["code"] for each in data["anyway"]]) == (True, ["found_today"])
    later = THURSDAY + timedelta(days=28)
    before_the_needle(run, number, later)
    assert treat(run, number, later).codes == ["on_hold"]


# ── dry runs ──


def test_a_dry_run_passes_the_same_gates_and_saves_nothing(run: Line, clinic_file: Path) -> None:
    number = in_the_chair(run)
    before = clinic_file.read_bytes()
    dry = treated(run, number, THURSDAY, "--dry-run")
    assert (dry["saved"], dry["treatment"], dry["number"], clinic_file.read_bytes() == before) == (False, None, 1, True)
    saved = treated(run, number, THURSDAY, "--yes")
    same = ("number", "total_ml", "total_mg", "ceiling_percent", "changed", "remarks", "anyway")
    assert {key: dry[key] for key in same} == {key: saved[key] for key in same}
    assert dry["sessions"] == saved["sessions"]
    walk_in = walks_in(run, given_name="Ann")
    shown = [treated(run, walk_in, THURSDAY, *words)["sessions"] for words in (("--dry-run",), ())]
    assert [{**each, "session": None} for each in shown[1]] == shown[0]


# ── before the needle ──


def test_the_check_before_the_needle_shows_what_may_be_given_and_what_must_be_known(run: Line) -> None:
    number = expected(run, allergies="[lidocaine]: rash, 2019")
    told = {"minocycline_or_iron": "yes", "medicines_changed": "yes", "medicines_changed_what": "amlodipine"}
    before_the_needle(run, number, THURSDAY, **told)
    refused = run.at(THURSDAY).json("treat", number, "--check")
    assert (refused.code, refused.codes) == (4, ["undecided"])
    decision = {"rule": "medicines_changed", "decision": "proceed", "reason": "For blood pressure."}
    decide = {"prescriber": "MS", "decisions": [decision]}
    assert run.at(THURSDAY - 10 * MINUTES).json("decide", number, answers=decide).code == 0
    page = run.at(THURSDAY).json("treat", number, "--check").data
    assert faults(shapes.CHECK, page) == []
    assert page["allergies"] == "[lidocaine]: rash, 2019"
    assert [words for words in page["medicines"] if "amlodipine" in words]
    assert (page["number"], page["planned"], page["last_time"], page["open_reactions"]) == (1, True, None, [])
    left = {(each["product"], each["strength_percent"]): each for each in page["remaining"]}
    assert left["fibrovein", "0.2"]["remaining_ml"] == "10"
    assert (left["fibrovein", "0.5"]["remaining_mg"], left["fibrovein", "0.2"]["remaining_mg"]) == ("50", "20")
    assert left["aethoxysklerol", "0.5"]["remaining_ml"] is None
    assert "weigh" in left["aethoxysklerol", "0.5"]["unknown"]
    assert ("fibrovein", "3") not in left


def test_a_check_takes_what_is_known_so_far(run: Line) -> None:
    number = in_the_chair(run)
    now = run.at(THURSDAY)
    known = {"weight_kg": "40", "vials": [vial(product="aethoxysklerol", percent="1")]}
    page = now.json("treat", number, "--check", answers=known).data
    left = {(each["product"], each["strength_percent"]): each for each in page["remaining"]}
    assert left["aethoxysklerol", "1"]["remaining_ml"] == "8"
    part = {**known, "sites": [site("0.2", vein="reticular")], "prescriber": "RT", "prescriber_saw_on": "2026-11-26"}
    assert now.json("treat", number, "--check", answers=part).codes == ["prescriber_role"]
    part["prescriber"] = "MS"
    page = now.json("treat", number, "--check", answers=part).data
    left = {(each["product"], each["strength_percent"]): each for each in page["remaining"]}
    assert (left["aethoxysklerol", "1"]["remaining_ml"], page["dose"]["total_mg"]) == ("7.8", "2")
    expired = {"vials": [vial(expires_on="2026-11-25")]}
    assert now.json("treat", number, "--check", answers=expired).codes == ["expired"]


def test_the_check_shows_the_last_session_but_never_its_batch_or_volumes(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number, vials=[vial(batch="SECRET-9")], sites=[site("0.7")])
    later = THURSDAY + timedelta(days=28)
    before_the_needle(run, number, later)
    told = run.at(later)("treat", number, "--check")
    assert told.code == 0
    assert "LAST TIME  Thu 26 Nov 2026: Fibrovein 0.2 %" in told.out
    assert ("SECRET" in told.out, "0.7" in told.out) == (False, False)


def test_aftercare_still_running_is_said_before_the_needle(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    soon = run.at(THURSDAY + 10 * A_DAY).json("treat", number, "--check")
    assert "gap_too_short" in soon.codes
    told = run.at(THURSDAY + 10 * A_DAY)("treat", number, "--check")
    assert (told.code, told.out) == (4, "")
    assert "Its aftercare runs to the end of Thu 10 Dec 2026." in told.err


def test_a_check_reads_and_writes_nothing(run: Line, clinic_file: Path) -> None:
    number = in_the_chair(run)
    head = run.json("record", "check").data["head"]
    assert run.at(THURSDAY).by(None).json("treat", number, "--check").code == 0
    assert run.json("record", "check").data["head"] == head


# ── products ──


def test_a_product_shows_its_figures_with_sources_and_who_compared_them(run: Line) -> None:
    shown = run.json("clinic", "product", "fibrovein").data
    assert faults(shapes.PRODUCT, shown) == []
    assert (shown["usable"], shown["compared"]) == (True, None)
    weakest = shown["strengths"][0]
    assert (weakest["percent"], weakest["mg_per_ml"], weakest["most_ml"]["value"]) == ("0.2", "2", "10")
    assert all(each["source"] for each in shown["strengths"])
    told = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": "2026-11-20"}
    after_it = run.json("clinic", "product", "Fibrovein", answers=told).data["compared"]
    assert after_it == told
    assert "Compared with the leaflet in the box (revision May 2024) by MS" in run("clinic", "product", "fibrovein").out


@pytest.mark.parametrize(
    ("code", "changed", "exit_code", "reason"),
    [
        ("fibrovein", {"prescriber": "RT"}, 4, "role_missing"),
        ("asclera", {}, 4, "comparison_only"),
        ("fibrovein", {"prescriber": "ZZ"}, 3, "member_not_found"),
        ("fibrovein", {"compared_on": "2026-11-23"}, 2, "unreadable"),
        ("fibrovein", {"leaflet_revision": ""}, 2, "missing_answer"),
        ("fibrovein", {"by": "MS"}, 2, "unknown_key"),
        ("varithena", {}, 2, "unreadable"),
    ],
)
def test_a_comparison_is_a_prescribers_and_complete(
    run: Line, code: str, changed: dict[str, str], exit_code: int, reason: str
) -> None:
    told = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": "2026-11-20", **changed}
    done = run.json("clinic", "product", code, answers=told)
    assert (done.code, done.codes) == (exit_code, [reason])


def test_a_comparison_made_later_does_not_open_an_earlier_day(run: Line) -> None:
    number = register(run)
    screened(run.at(THURSDAY - 90 * MINUTES), number, "intake")
    before_the_needle(run, number, THURSDAY)
    told = {"prescriber": "MS", "leaflet_revision": "May 2024", "compared_on": "2026-11-27"}
    monday = run.at(THURSDAY + 4 * A_DAY)
    assert monday.json("clinic", "product", "fibrovein", answers=told).code == 0
    assert monday.json("treat", number, answers=given_at(THURSDAY)).codes == ["product_not_compared"]


# ── paper ──


def test_a_worksheet_is_written_for_a_patient_and_blank(run: Line, tmp_path: Path) -> None:
    number = expected(run, allergies="latex")
    for words in ((number,), ("--blank",)):
        target = tmp_path / f"{words[0]}.pdf"
        done = run.json("treat", *words, "--worksheet", target)
        assert (done.data["pdf"], target.read_bytes()[:4]) == (str(target), b"%PDF")
    assert run.json("treat", 99, "--worksheet", tmp_path / "no.pdf").code == 3


def test_a_worksheet_carries_name_number_birth_date_and_allergies(run: Line, tmp_path: Path) -> None:
    import pypdf

    number = expected(run, allergies="latex: wheals")
    run.json("treat", number, "--worksheet", tmp_path / "a.pdf")
    pages = pypdf.PdfReader(tmp_path / "a.pdf").pages
    text = pages[0].extract_text()
    assert len(pages) == 1
    for words in ("Zoë Weiß", f"No. {number}", "3 Feb 1980", "latex: wheals", "Vial A", "RIGHT, front", "LEFT, back"):
        assert words in text, words


def test_a_worksheet_is_one_page_however_much_is_on_record(run: Line, tmp_path: Path) -> None:
    import pypdf

    number = expected(run, given_name="Maximiliane-Theodora", family_name="W" * 60, allergies="WWWW " * 200)
    told = {"anticoagulant": "yes", "anticoagulant_why": "MMMM " * 55}
    before_the_needle(run, number, THURSDAY, **told)
    assert run.json("treat", number, "--worksheet", tmp_path / "a.pdf").code == 0
    pages = pypdf.PdfReader(tmp_path / "a.pdf").pages
    assert (len(pages), "(more on record)" in pages[0].extract_text().replace("\n", " ")) == (1, True)


def test_a_birthday_is_the_first_day(run: Line) -> None:
    number = walks_in(run, born_on="2008-11-26")
    assert treated(run, number)["number"] == 1
    assert date(2008, 11, 26).replace(year=2026) == THURSDAY.date()
    assert THURSDAY.tzinfo is UTC


def test_an_open_incident_stands_on_the_desk_today_until_a_prescriber_has_looked(run: Line) -> None:
    number = expected(run)
    screened(run.at(THURSDAY - 60 * MINUTES), number, "session")
    treated(run, number, THURSDAY, "--record-anyway", "The form lay in the other room.")
    page = run.at(THURSDAY + A_DAY).json("today").data
    assert [(each["patient"], each["what"], each["next"]) for each in page["incidents"]] == [
        (number, "incident 1: consent missing", f"microsclero decide {number}")
    ]
    assert page["counts"]["incidents"] == 1
    told = run.at(THURSDAY + A_DAY)("today").out
    assert "Incidents, for a prescriber to close (1)" in told
    initials = run.at(THURSDAY + A_DAY).json("today", "--initials").data
    assert initials["incidents"][0]["name"] == "Z.W."
    looked = {"prescriber": "MS", "incident": 1, "reason": "Consent was signed on paper that morning."}
    assert run.at(THURSDAY + A_DAY).json("decide", number, answers=looked).code == 0
    assert run.at(THURSDAY + A_DAY).json("today").data["incidents"] == []


# ── with others at the same record ──


def read(told: dict[str, Any]) -> dict[str, Any]:
    from microsclero.ask.fields import from_document
    from microsclero.ask.treating import treat_fields

    return from_document(treat_fields(), told)


@pytest.mark.parametrize("meanwhile", ["moved", "withdrawn", "held"])
def test_what_changed_since_it_was_shown_is_looked_at_again_and_nothing_is_saved(run: Line, meanwhile: str) -> None:
    from microsclero.desk import treating
    from microsclero.errors import ConflictError, RefusedError

    number = in_the_chair(run)
    told = read(given_at(THURSDAY))
    desk = at_the_desk(after(run))
    shown = treating.propose(desk, number, told)
    if meanwhile == "moved":
        assert run.json("move", number, "--session", 2, "--to", "2027-01-05", "--yes").code == 0
    elif meanwhile == "withdrawn":
        agreed(run.at(THURSDAY + MINUTES), number, given=False)
    else:
        reaction = {"effect": "wheeze", "severity": "mild", "noticed_on": "2026-11-26"}
        assert run.at(THURSDAY).json("reaction", number, answers=reaction).code == 0
    with pytest.raises(ConflictError if meanwhile == "moved" else RefusedError):
        treating.save(desk, number, told, shown=shown)
    assert treatments.treatments_of(desk.store, number) == ()
    desk.close()
    assert "given" not in [status for _, _, status in statuses(run, number)]


def test_a_session_given_is_not_undone_as_a_change_of_the_diary(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    undone = after(run).json("record", "undo", "--reason", "Slip.", "--yes")
    assert (undone.code in (3, 4), statuses(run, number)[0][2]) == (True, "given")


def test_two_sessions_left_open_count_in_order_of_date_and_the_one_to_come_gives_way(run: Line) -> None:
    number = in_the_chair(run)
    assert treated(run, number)["number"] == 1
    late = datetime(2027, 1, 27, 9, 30, tzinfo=UTC)
    before_the_needle(run, number, late)
    data = treated(run, number, late, "--record-anyway", "Nobody had looked at the diary.")
    assert (data["number"], [each["code"] for each in data["anyway"]]) == (4, ["session_left_open"])
    assert statuses(run, number) == [
        (1, "2026-11-26", "given"),
        (2, "2026-12-24", "planned"),
        (3, "2027-01-21", "planned"),
        (4, "2027-01-27", "given"),
        (4, "2027-02-18", "cancelled"),
    ]
    assert run.json("record", "check").code == 0

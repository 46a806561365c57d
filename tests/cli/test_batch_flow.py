"""Batches through the command line: who had one however it is written, the call list, quarantine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from microsclero.batches import batch_key
from microsclero.desk import open_desk
from microsclero.settings import Settings
from microsclero.store import diary, reactions, treatments
from tests.builders import SUNDAY_11, Line, Result, planned, ready
from tests.chair_builders import THURSDAY, after, in_the_chair, treat, treated, vial
from tests.reviewed import as_reviewed

EXPIRY = date(2028, 1, 31)
NEXT_DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NOW = "2026-11-22T11:00:00+00:00"


def had(line: Line, number: int, *vials: tuple[str, str], at: datetime = SUNDAY_11, expires_on: date = EXPIRY) -> int:
    """A session as given, in the record: these batches, each with its mL. The treatment's number."""
    desk = open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")
    with desk.store.changing(who="MS", command="treat"):
        session = diary.sessions_of_patient(desk.store, number)[0].session
        treatment = treatments.add_treatment(
            desk.store,
            patient_no=number,
            session=session,
            screening=None,
            prescriber="MS",
            prescriber_saw_on=None,
            injector="MS",
            sites=[],
            weight_kg=None,
            needle_gauge=None,
            started_at=at,
            ended_at=at,
            stockings=None,
            observed_minutes=None,
            no_photo_reason=None,
            notes=None,
            total_ml="1.0",
            total_mg="2",
            ceiling_percent=None,
            remarks=[],
            sheet="2026-1",
            products="2026-1",
            anyway=None,
            vials=[
                {
                    "vial": letter,
                    "product": "fibrovein",
                    "strength_percent": "0.2",
                    "batch": batch,
                    "batch_key": batch_key(batch),
                    "expires_on": expires_on,
                    "volume_ml": volume,
                }
                for letter, (batch, volume) in zip("ABC", vials, strict=False)
            ],
        )
    desk.close()
    return treatment


def leg_swelling(line: Line, number: int, treatment: int) -> int:
    desk = open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")
    with desk.store.changing(who="MS", command="reaction"):
        reaction = reactions.add_reaction(
            desk.store,
            patient_no=number,
            treatment=treatment,
            effect="leg_swelling",
            leg="left",
            region="calf",
            noticed_on=date(2026, 11, 22),
            severity="mild",
            notes=None,
            emergency=[],
            band="same_day",
            because=[],
            version="2026-1",
            follow_up_on=date(2026, 11, 22),
            watch_until=None,
        )
    desk.close()
    return reaction


def somebody(line: Line, given_name: str = "Zoë", **details: str) -> int:
    """A patient with a session planned for Friday."""
    number = ready(line, given_name=given_name, **details)
    planned(line, number, "--start", "2026-11-27", "--sessions", 1)
    return number


def quarantine(line: Line, batch: str, reason: str = "Cloudy [vials]") -> Result:
    return line.json("batch", batch, "--quarantine", "--reason", reason)


def patients(line: Line, batch: str) -> list[int]:
    return [each["patient"] for each in line.json("batch", batch).data["patients"]]


# ── who had it ──


def test_who_had_a_batch_with_all_there_is_to_know_before_ringing(run: Line) -> None:
    number = somebody(run)
    treatment = had(run, number, ("AB-123", "0.6"))
    reaction = leg_swelling(run, number, treatment)
    assert run.json("batch", "AB-123").data == {
        "batch": "AB-123",
        "quarantined": False,
        "quarantines": [],
        "patients": [
            {
                "patient": number,
                "name": "Zoë Weiß",
                "phone": "07700 900123",
                "wrong_number": False,
                "date": "2026-11-22",
                "volume_ml": "0.6",
                "vials": [
                    {
                        "treatment": treatment,
                        "date": "2026-11-22",
                        "number": 1,
                        "vial": "A",
                        "product": "fibrovein",
                        "strength_percent": "0.2",
                        "batch": "AB-123",
                        "expires_on": "2028-01-31",
                        "volume_ml": "0.6",
                    }
                ],
                "open_reactions": [
                    {
                        "reaction": reaction,
                        "effect": "leg_swelling",
                        "band": "same_day",
                        "noticed_on": "2026-11-22",
                    }
                ],
                "next_on": "2026-11-27",
                "contacted": False,
                "attempts": [],
            }
        ],
        "near": [],
        "struck_out": [],
        "remarks": [],
    }


@pytest.mark.parametrize("asked", ["AB-123", "ab123", "a b 1 2 3", "AB–123", "AB—1-2-3", "AB\u2212123", "ＡＢ１２３"])
@pytest.mark.parametrize("kept", ["AB-123", "ab 123", "AB\u2010123"])
def test_case_blanks_and_dashes_of_any_kind_do_not_matter(run: Line, kept: str, asked: str) -> None:
    number = somebody(run)
    had(run, number, (kept, "0.6"))
    data = run.json("batch", asked).data
    assert ([each["patient"] for each in data["patients"]], data["batch"], data["near"]) == ([number], kept, [])


def test_all_vials_of_a_patient_are_added_up_the_newest_first(run: Line) -> None:
    number, other = somebody(run), somebody(run, "Ann", born_on="1970-01-01")
    had(run, number, ("AB123", "0.6"), ("ab-123", "0.3"), ("XY9", "2.0"), at=SUNDAY_11 - timedelta(days=40))
    had(run, number, ("AB123", "0.4"), at=SUNDAY_11 - timedelta(days=2))
    had(run, other, ("AB123", "0.1"), at=SUNDAY_11 - timedelta(days=1))
    first, second = run.json("batch", "AB123").data["patients"]
    assert (first["patient"], first["volume_ml"]) == (other, "0.1")
    assert (second["patient"], second["volume_ml"], second["date"]) == (number, "1.3", "2026-11-20")
    assert [(each["date"], each["vial"], each["volume_ml"]) for each in second["vials"]] == [
        ("2026-11-20", "A", "0.4"),
        ("2026-10-13", "B", "0.3"),
        ("2026-10-13", "A", "0.6"),
    ]


def test_a_session_that_was_corrected_is_left_out(run: Line) -> None:
    number = somebody(run)
    treatment = had(run, number, ("AB123", "0.6"))
    had(run, number, ("CD456", "0.6"))
    desk = open_desk(Settings(file=run.file, clock=lambda: run.now), who="MS")
    with desk.store.changing(who="MS", command="amend"):
        amendment = desk.store.write.insert(
            "amendment",
            {
                "patient_id": number,
                "kind": "treatment",
                "ref_id": treatment,
                "action": "entered_in_error",
                "reason": "Another batch.",
                "at": desk.store.write.at,
                "who": "MS",
            },
        )
        treatments.amend_treatment(desk.store, treatment, amendment)
    desk.close()
    struck = run.json("batch", "AB123").data
    assert (struck["patients"], struck["struck_out"]) == (
        [],
        [
            {
                "treatment": treatment,
                "patient": number,
                "date": struck["struck_out"][0]["date"],
                "why": "entered in error: Another batch.",
            }
        ],
    )
    assert struck["remarks"][0].startswith(
        f"1 struck-out entry named it: treatment {treatment} of patient {number} on "
    )
    assert run.json("batch", "AB124").envelope["errors"][0]["near"] == []
    assert run.json("batch", "CD457").envelope["errors"][0]["near"] == ["CD456"]
    assert patients(run, "CD456") == [number]


def test_a_batch_nobody_had_is_not_found_and_what_may_be_meant_is_named(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB-123", "0.6"), ("A8I23", "0.6"))
    done = run.json("batch", "AB132")
    assert (done.code, done.codes) == (3, ["batch_not_found"])
    assert done.envelope["errors"][0] == {
        "code": "batch_not_found",
        "message": "No session is recorded with batch AB132. Did you mean AB-123?",
        "near": ["AB-123"],
    }
    assert run.json("batch", "ZZ999").envelope["errors"][0]["near"] == []
    assert run("batch", "ZZ999").err == "No session is recorded with batch ZZ999.\n"


def test_a_number_that_looks_like_it_is_shown_beside_one_that_is_found(run: Line) -> None:
    had(run, somebody(run), ("AB128", "0.6"))
    had(run, somebody(run, "Ann", born_on="1970-01-01"), ("AB12B", "0.6"))
    assert run.json("batch", "AB128").data["near"] == ["AB12B"]
    assert "Looks like it, and is recorded too: AB12B. The same batch, misread?" in run("batch", "AB128").out


@pytest.mark.parametrize("number", ["", "  ", "‐ ‐", "x" * 101, "AB\u202e123"])
def test_a_number_that_is_none_is_said_before_any_file_is_opened(run: Line, number: str) -> None:
    done = run.on(None).json("batch", number)
    assert (done.code, done.codes) == (2, ["unreadable"])


# ── quarantine ──


def test_a_batch_is_set_aside_with_who_when_and_why(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB123", "0.6"))
    data = quarantine(run.by("RT"), "ab-123").data
    assert data["quarantined"] is True
    assert data["quarantines"] == [
        {"quarantine": 1, "reason": "Cloudy [vials]", "at": NOW, "who": "RT", "lifted_at": None, "lifted_by": None}
    ]
    assert [each["patient"] for each in data["patients"]] == [number]
    assert "IN QUARANTINE since Sun 22 Nov 2026, 11:00 (RT): Cloudy [vials]" in run("batch", "AB123").out


def test_a_batch_never_used_yet_is_set_aside_too(run: Line) -> None:
    data = quarantine(run, "NEW-77", "Recalled by its maker.").data
    assert (data["quarantined"], data["patients"], data["batch"]) == (True, [], "NEW-77")
    assert run("batch", "new77").out == (
        "Batch NEW-77\nIN QUARANTINE since Sun 22 Nov 2026, 11:00 (MS): Recalled by its maker.\nNobody had it.\n"
    )
    assert run.json("batch", "NEW78").envelope["errors"][0]["near"] == ["NEW-77"]


def test_set_aside_twice_is_a_conflict_that_says_since_when(run: Line) -> None:
    quarantine(run, "AB123")
    done = quarantine(run.at(NEXT_DAY), "ab-123")
    assert (done.code, done.codes) == (5, ["already_there"])
    assert done.envelope["errors"][0]["message"] == (
        "Batch ab-123 is in quarantine already, since Sun 22 Nov 2026, 11:00."
    )


@pytest.mark.parametrize("reason", [(), ("--reason", ""), ("--reason", "  "), ("--reason", "x\x1b[31m")])
def test_a_quarantine_wants_its_reason(run: Line, reason: tuple[str, ...]) -> None:
    done = run.json("batch", "AB123", "--quarantine", *reason)
    assert (done.code, done.codes[0] in ("missing_answer", "unreadable")) == (2, True)
    assert run.json("batch", "AB123").code == 3


def test_only_a_prescriber_lifts_a_quarantine(run: Line) -> None:
    quarantine(run, "AB123")
    refused = run.by("RT").json("batch", "AB123", "--lift")
    assert (refused.code, refused.codes) == (4, ["role_missing"])
    assert run.json("batch", "AB123").data["quarantined"] is True
    data = run.at(NEXT_DAY).json("batch", "ab 123", "--lift").data
    assert data["quarantined"] is False
    lifted = data["quarantines"][0]
    assert (lifted["lifted_at"], lifted["lifted_by"]) == ("2026-11-23T09:30:00+00:00", "MS")
    again = run.json("batch", "AB123", "--lift")
    assert (again.code, again.codes) == (3, ["not_in_quarantine"])


def test_a_lifted_quarantine_stays_in_the_record_and_can_be_set_again(run: Line) -> None:
    quarantine(run, "AB123")
    run.json("batch", "AB123", "--lift")
    data = quarantine(run, "AB123", "Cloudy after all.").data
    assert [(each["quarantine"], each["lifted_by"]) for each in data["quarantines"]] == [(1, "MS"), (2, None)]


def test_writing_needs_to_know_who(run: Line) -> None:
    for words in (("--quarantine", "--reason", "x"), ("--lift",), ("--contacted", 1, "--outcome", "reached")):
        done = run.by(None).json("batch", "AB123", *words)
        assert (done.code, done.codes) == (2, ["who_missing"])


def test_what_treat_recorded_is_traced_and_what_is_set_aside_is_treated_with_no_more(run: Line) -> None:
    number, other = in_the_chair(run), in_the_chair(run, given_name="Ann", born_on="1970-01-01")
    treatment = treated(run, number, vials=[vial(batch="ab 12")])["treatment"]
    found = after(run).json("batch", "AB-12").data["patients"]
    assert [(each["patient"], each["volume_ml"], each["vials"][0]["treatment"]) for each in found] == [
        (number, "0.3", treatment)
    ]
    quarantine(run.at(THURSDAY), "AB-12")
    assert treat(run, other, vials=[vial(batch="ab12")]).codes == ["quarantined"]
    run.at(THURSDAY).json("batch", "AB12", "--lift")
    assert treat(run, other, vials=[vial(batch="ab12")]).code == 0


# ── who was rung ──


def called(line: Line, batch: str, number: int, outcome: str, *words: str) -> Result:
    return line.json("batch", batch, "--contacted", number, "--outcome", outcome, *words)


def test_only_reached_is_contacted_and_every_attempt_is_shown(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB123", "0.6"))
    quarantine(run, "AB123")
    tried = called(run, "AB123", number, "no_answer").data["patients"][0]
    assert (tried["contacted"], [each["outcome"] for each in tried["attempts"]]) == (False, ["no_answer"])
    assert "NOT REACHED: no answer Sun 22 Nov 2026, 11:00 (MS)" in run("batch", "AB123").out
    told = called(run.at(NEXT_DAY).by("RT"), "ab-123", number, "reached", "--note", "Well [so far].").data
    assert told["patients"][0]["contacted"] is True
    assert told["patients"][0]["attempts"] == [
        {"outcome": "no_answer", "at": NOW, "who": "MS"},
        {"outcome": "reached", "at": "2026-11-23T09:30:00+00:00", "who": "RT"},
    ]


def test_a_call_before_the_quarantine_is_no_call_about_it(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB123", "0.6"))
    assert called(run, "AB123", number, "reached").data["patients"][0]["contacted"] is True
    assert quarantine(run, "AB123").data["patients"][0]["contacted"] is False


def test_who_has_it_once_more_is_to_be_rung_once_more(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB123", "0.6"), at=SUNDAY_11 - timedelta(days=30))
    called(run, "AB123", number, "reached")
    had(run, number, ("AB123", "0.6"))
    assert run.json("batch", "AB123").data["patients"][0]["contacted"] is False


def test_a_call_about_one_batch_is_none_about_another(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB123", "0.6"), ("XY999", "0.6"))
    quarantine(run, "AB123")
    quarantine(run, "XY999")
    called(run, "AB123", number, "reached")
    assert [run.json("batch", batch).data["patients"][0]["contacted"] for batch in ("AB123", "XY999")] == [True, False]


def test_a_wrong_number_stands_beside_it_until_it_is_corrected(run: Line) -> None:
    number = somebody(run)
    had(run, number, ("AB123", "0.6"))
    data = called(run, "AB123", number, "wrong_number").data
    assert data["remarks"] == [f"To correct the number: microsclero patient edit {number}"]
    assert data["patients"][0]["wrong_number"] is True
    assert "07700 900123 (wrong number)" in run("batch", "AB123").out
    run.json("patient", "edit", number, answers={"phone": "07700 900999"})
    now = run.json("batch", "AB123").data["patients"][0]
    assert (now["phone"], now["wrong_number"]) == ("07700 900999", False)


def test_who_did_not_have_it_was_not_rung_about_it(run: Line) -> None:
    number, other = somebody(run), somebody(run, "Ann", born_on="1970-01-01")
    had(run, number, ("AB123", "0.6"))
    done = called(run, "AB123", other, "reached")
    assert (done.code, done.codes) == (3, ["not_of_this_batch"])
    assert called(run, "ZZ9", number, "reached").codes == ["batch_not_found"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--contacted", "1"), "missing_answer"),
        (("--contacted", "1", "--outcome", "put_off"), "unreadable"),
        (("--outcome", "reached"), "usage"),
        (("--note", "x"), "usage"),
        (("--reason", "x"), "usage"),
        (("--lift", "--quarantine", "--reason", "x"), "usage"),
        (("--pdf", "a.pdf", "--lift"), "usage"),
        (("--lift", "--reason", "x"), "usage"),
    ],
)
def test_options_that_do_not_go_together_are_said_before_any_file_is_opened(
    run: Line, words: tuple[str, ...], code: str
) -> None:
    done = run.on(None).json("batch", "AB123", *words)
    assert (done.code, done.codes) == (2, [code])


# ── on the screen and on paper ──


def call_list(line: Line) -> Line:
    """Four patients: reached, tried, with a reaction and no phone, and one who had it twice."""
    zoe = somebody(line)
    amira = somebody(line, "Amira", family_name="Haddad", born_on="1988-06-14", phone="07700 900456")
    arabic = somebody(line, "محمد", family_name="العلي", born_on="1990-05-06", phone="020 7946 0002")
    ann = somebody(line, "Ann", family_name="Featherstonehaugh-Cholmondeley", born_on="1970-01-01", phone="")
    had(line, zoe, ("AB-123", "0.6"), at=SUNDAY_11 - timedelta(days=40))
    had(line, zoe, ("AB-123", "0.4"), ("AB-123", "1.2"), at=SUNDAY_11 - timedelta(days=4))
    had(line, amira, ("AB-123", "0.3"), at=SUNDAY_11 - timedelta(days=3))
    had(line, arabic, ("AB123", "2.1"), at=SUNDAY_11 - timedelta(days=2))
    leg_swelling(line, ann, had(line, ann, ("ab 123", "0.8"), at=SUNDAY_11 - timedelta(days=1)))
    had(line, ann, ("AB128", "0.1"))
    quarantine(line, "AB-123", "Three patients with the same reaction in one week; the maker has been rung.")
    called(line, "AB-123", amira, "no_answer")
    called(line, "AB-123", amira, "reached")
    called(line, "AB-123", arabic, "message_left")
    return line


@pytest.mark.parametrize("columns", [80, 120])
def test_the_call_list_looks_as_it_was_reviewed(run: Line, columns: int) -> None:
    done = call_list(run)("batch", "AB-123", env={"COLUMNS": str(columns)})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > columns + 2] == []
    assert done.out == as_reviewed(f"batch.{columns}.txt", done.out)


def test_different_expiries_of_one_batch_are_pointed_out(run: Line) -> None:
    had(run, somebody(run), ("AB123", "0.6"))
    had(run, somebody(run, "Ann", born_on="1970-01-01"), ("AB123", "0.6"), expires_on=date(2028, 2, 29))
    told = run("batch", "AB123").out
    assert "Recorded with different expiries: look at the labels.\n" in told
    assert "session 1: 0.6 mL Fibrovein 0.2 %, expiry Mon 31 Jan 2028\n" in told
    assert "session 1: 0.6 mL Fibrovein 0.2 %, expiry Tue 29 Feb 2028\n" in told


def words_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


def test_the_call_list_is_printed_for_the_clinic_alone(run: Line, tmp_path: Path) -> None:
    target = tmp_path / "calls.pdf"
    done = call_list(run)("batch", "AB-123", "--pdf", target)
    assert (done.code, done.out, done.err) == (0, f"Written: {target}\n", "")
    assert target.stat().st_mode & 0o777 == 0o600
    printed = words_of(target)
    expected: tuple[Any, ...] = (
        "Harbour Street Clinic",
        "Batch ab 123",
        "IN QUARANTINE since Sun 22 Nov 2026, 11:00 (MS)",
        "4 patients had it; 1 reached about it.",
        "Zoë Weiß · 07700 900123",
        "2.2 mL in all",
        "no phone number",
        "OPEN REACTION 1",
        "Next in the diary: Fri 27 Nov 2026",
        "NOT REACHED: message left Sun 22 Nov 2026, 11:00 (MS)",
        "For the clinic only · printed Sun 22 Nov 2026",
    )
    assert [words for words in expected if words not in printed] == []
    assert printed.count("no answer") == 4
    assert run.json("batch", "AB-123", "--pdf", tmp_path / "again.pdf").data["pdf"] == str(tmp_path / "again.pdf")


def test_a_name_the_fonts_cant_print_is_left_to_be_written_in(run: Line, tmp_path: Path) -> None:
    had(run, somebody(run, "မောင်", family_name="အောင်"), ("AB123", "0.6"))
    had(run, somebody(run, "Ann", born_on="1970-01-01"), ("AB123", "0.6"))
    done = run("batch", "AB123", "--pdf", tmp_path / "calls.pdf")
    assert (done.code, done.err) == (0, "Our fonts lack letters for: name. Please write it in by hand.\n")
    assert "Ann Weiß" in words_of(tmp_path / "calls.pdf")

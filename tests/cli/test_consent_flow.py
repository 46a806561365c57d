"""Consent through the command line: given, confirmed, taken back, listed, printed; and the clinic's own days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from microsclero.content.consent import load_consent
from microsclero.desk import Desk, open_desk
from microsclero.desk.consenting import objections
from microsclero.render.paper.consent_form import consent_form_pdf
from microsclero.settings import Settings
from microsclero.store import consents
from tests.builders import Line, Result, another, planned, ready, register, screened

TREATMENT = {"for": ["treatment"], "given": True, "taken_by": "MS", "method": "paper"}
PHOTOS = {"for": ["photo_record", "portfolio"], "given": True, "taken_by": "RT", "method": "screen"}
BACK = {"given": False, "taken_by": "RT", "method": "screen"}
CONTENT = Path(__file__).parents[2] / "microsclero" / "content"
NEXT_DAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def consent(line: Line, number: int, said: dict[str, Any], **changed: Any) -> Result:
    return line.json("consent", number, answers={**said, **changed})


def entry(purpose: str, *, given: bool = True, in_force: bool = True, **changed: Any) -> dict[str, Any]:
    usual = {"taken_by": "MS", "method": "paper", "at": "2026-11-22T11:00:00+00:00", "withdrawn_at": None}
    return {"purpose": purpose, "given": given, "wording": "2026-1", "in_force": in_force, **usual, **changed}


@contextmanager
def desk_of(line: Line) -> Iterator[Desk]:
    desk = open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")
    yield desk
    desk.close()


def against(line: Line, number: int) -> list[str]:
    """What consent has against a session at this moment, as treat asks for it."""
    with desk_of(line) as desk:
        return [each.code for each in objections(desk, number, line.now)]


# ── given ──


def test_consent_given_is_in_force_with_its_wording_and_who_took_it(run: Line) -> None:
    number = register(run)
    assert consent(run, number, TREATMENT).data == {
        "patient": number,
        "wording": "2026-1",
        "consents": [entry("treatment")],
        "in_force": ["treatment"],
        "remarks": [],
    }


def test_each_purpose_is_an_entry_of_its_own(run: Line) -> None:
    data = consent(run, register(run), PHOTOS).data
    took: dict[str, Any] = {"taken_by": "RT", "method": "screen"}
    assert data["consents"] == [entry("photo_record", **took), entry("portfolio", **took)]
    assert data["in_force"] == ["photo_record", "portfolio"]


def test_the_file_keeps_the_version_and_the_hash_of_what_was_read(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    with desk_of(run) as desk:
        row = consents.consents(desk.store, number)[0]
    shipped = (CONTENT / "consent.2026-1.toml").read_bytes()
    assert (row.wording, row.sha256, row.who) == ("2026-1", sha256(shipped).hexdigest(), "MS")


def test_given_again_it_is_confirmed_and_the_newest_counts(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    data = consent(run.at(NEXT_DAY), number, TREATMENT).data
    again = entry("treatment", at="2026-11-23T09:30:00+00:00")
    assert data["consents"] == [entry("treatment", in_force=False), again]
    shown = run.at(NEXT_DAY)("consent", number, "--show").out
    assert "  given Sun 22 Nov 2026, 11:00, wording 2026-1, taken by MS on paper\n" in shown
    assert "  confirmed Mon 23 Nov 2026, 09:30, wording 2026-1, taken by MS on paper\n" in shown


def test_a_form_signed_earlier_is_entered_with_its_moment(run: Line) -> None:
    data = consent(run, register(run), TREATMENT, at="2026-11-20T16:15").data
    assert data["consents"] == [entry("treatment", at="2026-11-20T16:15:00+00:00")]


@pytest.mark.parametrize("at", ["2026-11-22T11:01", "2027-01-01T10:00", "1980-02-02T23:59"])
def test_a_moment_to_come_or_before_the_birth_is_unreadable(run: Line, at: str) -> None:
    number = register(run)
    done = consent(run, number, TREATMENT, at=at)
    assert (done.code, done.codes) == (2, ["unreadable"])
    assert run.json("consent", number, "--show").data["consents"] == []


@pytest.mark.parametrize("at", ["2026-11-22T11:00", "1980-02-03T00:00"])
def test_now_is_not_to_come_and_the_day_of_birth_not_before_it(run: Line, at: str) -> None:
    assert consent(run, register(run), TREATMENT, at=at).code == 0


def test_every_fault_of_a_document_is_named_at_once_before_any_file_is_opened(run: Line) -> None:
    broken = {"for": ["treatment", "selfies"], "given": "yes", "method": "fax", "at": "2026-11-22", "why": 1}
    done = run.on(None).json("consent", 1, answers=broken)
    assert (done.code, done.codes) == (
        2,
        ["unknown_key", "unreadable", "unreadable", "missing_answer", "unreadable", "unreadable"],
    )


@pytest.mark.parametrize("purposes", [[], "treatment", ["treatment", "treatment"], [None], {"treatment": True}])
def test_what_it_is_for_is_a_list_of_purposes_each_once(run: Line, purposes: object) -> None:
    done = consent(run, register(run), TREATMENT, **{"for": purposes})
    assert (done.code, done.codes) == (2, ["unreadable"])


def test_off_a_terminal_the_missing_keys_are_named(run: Line) -> None:
    done = run.json("consent", register(run))
    assert (done.code, [each["key"] for each in done.envelope["errors"]]) == (2, ["for", "given", "taken_by", "method"])


def test_a_patient_nobody_knows_is_not_found(run: Line) -> None:
    assert consent(run, 7, TREATMENT).code == 3


# ── by whom ──


def test_consent_to_treatment_is_taken_by_who_gives_or_prescribes_it(run: Line) -> None:
    number = register(run)
    done = consent(run, number, TREATMENT, taken_by="RT")
    assert (done.code, done.codes) == (4, ["role_missing"])
    assert done.envelope["errors"][0]["message"] == (
        "RT neither injects nor prescribes: consent to treatment is taken by somebody who does."
    )
    for role in ("injector", "prescriber"):
        run.json("clinic", "team", answers={"initials": "RT", "name": "Ray Tan", "roles": [role]})
        assert consent(run, number, TREATMENT, taken_by="RT").code == 0


def test_who_took_it_was_in_the_team_on_that_day(run: Line) -> None:
    number = register(run)
    assert consent(run, number, TREATMENT, taken_by="ZZ").codes == ["member_not_found"]
    run.json("clinic", "team", answers={"initials": "AB", "name": "Ann Bee", "roles": ["injector"]})
    run.json("clinic", "team", "--end", "AB", "--on", "2026-11-22")
    later = run.at(NEXT_DAY)
    assert consent(later, number, TREATMENT, taken_by="ab").codes == ["member_not_found"]
    assert consent(later, number, TREATMENT, taken_by="ab", at="2026-11-22T16:00").code == 0


# ── taken back ──


def test_taken_back_it_is_in_force_no_more_and_the_moment_stands_with_it(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    data = consent(run.at(NEXT_DAY), number, TREATMENT, **BACK).data
    when = "2026-11-23T09:30:00+00:00"
    assert data["consents"] == [
        entry("treatment", in_force=False, withdrawn_at=when),
        entry("treatment", given=False, in_force=False, taken_by="RT", method="screen", at=when),
    ]
    assert data["in_force"] == []
    assert "Treatment: taken back\n" in run.at(NEXT_DAY)("consent", number, "--show").out


def test_what_was_never_given_can_not_be_taken_back_and_nothing_of_it_is_saved(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    done = consent(run, number, {**TREATMENT, **BACK, "for": ["treatment", "portfolio", "photo_teaching"]})
    assert (done.code, done.codes) == (4, ["nothing_to_withdraw", "nothing_to_withdraw"])
    assert [each["purpose"] for each in done.envelope["errors"]] == ["portfolio", "photo_teaching"]
    assert run.json("consent", number, "--show").data["in_force"] == ["treatment"]


def test_taken_back_twice_says_when_it_was(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    consent(run, number, TREATMENT, **BACK)
    done = consent(run.at(NEXT_DAY), number, TREATMENT, **BACK)
    assert (done.code, done.codes) == (4, ["nothing_to_withdraw"])
    assert done.envelope["errors"][0]["message"] == (
        "Consent to treatment was taken back already, on Sun 22 Nov 2026, 11:00."
    )


def test_nothing_was_given_yet_at_a_moment_before_it_was(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    consent(run, number, TREATMENT, **BACK)
    done = consent(run, number, TREATMENT, **BACK, at="2026-11-20T10:00")
    assert (done.code, [each["message"] for each in done.envelope["errors"]]) == (
        4,
        ["Consent to treatment has not been given, so there is nothing to take back."],
    )


def test_a_no_that_reaches_the_desk_late_says_what_counts_now(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT, at="2026-11-01T10:00")
    consent(run, number, TREATMENT)
    data = consent(run, number, TREATMENT, **BACK, at="2026-11-10T10:00").data
    assert data["remarks"] == [
        "Consent to treatment was given later, on Sun 22 Nov 2026, 11:00: that is what counts now."
    ]
    assert data["in_force"] == ["treatment"]


def test_taking_back_treatment_names_what_is_still_booked(run: Line) -> None:
    number = ready(run)
    consent(run, number, TREATMENT)
    planned(run, number, "--start", "2026-11-27", "--sessions", 2)
    assert consent(run, number, TREATMENT, **BACK).data["remarks"] == [
        "Still booked: session 1 on Fri 27 Nov 2026, session 2 on Tue 29 Dec 2026. Nothing is given without consent; "
        f"to take one out: microsclero cancel {number} --session 1 --reason patient_choice"
    ]


def test_taking_back_photographs_says_what_to_do_with_them(run: Line) -> None:
    number = register(run)
    photos = {**PHOTOS, "for": ["photo_record", "photo_teaching", "portfolio"]}
    consent(run, number, photos)
    assert consent(run, number, photos, given=False).data["remarks"] == [
        "Take no more photographs; those in the record are kept as long as the record.",
        "Do not show the photographs for teaching any more.",
        "The portfolio page drops these photographs when it is built again: build it now, and take down what is shown "
        "elsewhere.",
    ]


def test_after_something_is_taken_back_what_is_still_agreed_to_is_named(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    consent(run, number, {**PHOTOS, "for": ["photo_record", "portfolio"]})
    remarks = consent(run, number, {**PHOTOS, **BACK, "for": ["photo_record"]}).data["remarks"]
    assert remarks[-2:] == [
        "Still agreed to: treatment; photographs to show the clinic's work.",
        "Photographs kept already may still be shown: to end that, take back the portfolio too.",
    ]
    (last,) = consent(run, number, {**TREATMENT, **BACK}).data["remarks"]
    assert last == "Still agreed to: photographs to show the clinic's work."


def portfolio(line: Line) -> tuple[int, ...]:
    with desk_of(line) as desk:
        return consents.portfolio_patients(desk.store)


def test_the_portfolio_holds_those_whose_newest_word_is_yes_by_the_time_it_was_said(run: Line) -> None:
    number, other = register(run), another(run)
    show = {**PHOTOS, "for": ["portfolio"]}
    consent(run, number, show, at="2026-11-20T10:00")
    consent(run, other, show)
    assert portfolio(run) == (number, other)
    consent(run, number, show, given=False, at="2026-11-21T10:00")
    assert portfolio(run) == (other,)
    consent(run, other, show, at="2026-11-10T10:00")
    consent(run, other, show, given=False, at="2026-11-11T10:00")
    assert portfolio(run) == (other,)


# ── what it holds up ──


def test_a_session_wants_consent_and_wants_it_confirmed_on_its_day(run: Line) -> None:
    number = register(run)
    assert against(run, number) == ["consent_missing"]
    consent(run, number, TREATMENT)
    assert against(run, number) == []
    assert against(run.at(NEXT_DAY), number) == ["consent_not_confirmed"]
    consent(run.at(NEXT_DAY), number, TREATMENT, **BACK)
    assert against(run.at(NEXT_DAY), number) == ["consent_withdrawn"]
    assert against(run, number) == []


def test_photographs_alone_are_no_consent_to_treatment(run: Line) -> None:
    number = register(run)
    consent(run, number, PHOTOS)
    assert against(run, number) == ["consent_missing"]


def test_all_on_one_day_is_pointed_out_and_an_intake_of_an_earlier_day_is_not(run: Line) -> None:
    same = ready(run)
    consent(run, same, TREATMENT)
    assert against(run, same) == ["consent_same_day"]
    earlier = another(run)
    consent(run.at(NEXT_DAY), earlier, TREATMENT)
    assert against(run.at(NEXT_DAY), earlier) == []
    screened(run.at(NEXT_DAY), earlier)
    assert against(run.at(NEXT_DAY), earlier) == []


def test_the_clinics_own_days_run_from_the_first_yes_and_are_never_called_law(run: Line) -> None:
    number = ready(run)
    shown = run.json("clinic", "edit", answers={"cooling_off_days": 7}).data
    assert shown["cooling_off_days"] == 7
    planned(run, number, "--start", "2026-11-27", "--sessions", 1)
    assert consent(run, number, TREATMENT).data["remarks"] == [
        "This clinic leaves 7 days between consent and treatment: consent was given on Sun 22 Nov 2026, so treat from "
        "Sun 29 Nov 2026.",
        f"Session 1 on Fri 27 Nov 2026 is booked before that; to move it: "
        f"microsclero move {number} --session 1 --to DATE",
    ]
    last = run.at(run.now + timedelta(days=6))
    consent(last, number, TREATMENT)
    assert against(last, number) == ["cooling_off"]
    first = run.at(run.now + timedelta(days=7))
    consent(first, number, TREATMENT)
    assert against(first, number) == []
    assert [word for word in ("law", "legal", "statutory", "required") if word in run("clinic", "show").out] == []


@pytest.mark.parametrize(("days", "line"), [(1, "1 day"), (14, "14 days")])
def test_the_clinic_shows_its_own_days(run: Line, days: int, line: str) -> None:
    assert "Cooling-off" not in run("clinic", "show").out
    run.json("clinic", "edit", answers={"cooling_off_days": days})
    assert f"\nCooling-off {line}: this clinic's own rule\n" in run("clinic", "show").out
    assert run.json("clinic", "edit", answers={"cooling_off_days": None}).data["cooling_off_days"] == 0


@pytest.mark.parametrize("days", [-1, 91, 1.5, True, "a week"])
def test_no_more_than_ninety_days_and_no_fewer_than_none(run: Line, days: object) -> None:
    done = run.json("clinic", "edit", answers={"cooling_off_days": days})
    assert (done.code, done.codes) == (2, ["unreadable"])


# ── shown and printed ──


def test_what_is_shown_names_every_purpose(run: Line) -> None:
    number = register(run)
    consent(run, number, TREATMENT)
    told = run("consent", number, "--show")
    assert (told.code, told.err) == (0, "")
    assert told.out == (
        f"Patient {number} · Zoë Weiß · born Sun 3 Feb 1980\n"
        "Wording in force: 2026-1\n"
        "Treatment: in force\n"
        "  given Sun 22 Nov 2026, 11:00, wording 2026-1, taken by MS on paper\n"
        "Photographs for the record: no consent\n"
        "Photographs for teaching: no consent\n"
        "Photographs to show the clinic's work: no consent\n"
    )


def words_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


def test_the_form_says_every_word_of_the_wording_and_which_one_it_is(run: Line, tmp_path: Path) -> None:
    number, target = register(run), tmp_path / "form.pdf"
    done = run("consent", number, "--pdf", target)
    assert (done.code, done.out, done.err) == (0, f"Written: {target}\n", "")
    assert target.stat().st_mode & 0o777 == 0o600
    printed, wording = words_of(target), load_consent()
    told = [line for section in wording.sections for line in (section.title, *section.lines)]
    agreed = [line for each in wording.purposes for line in (each.title, *each.statements, each.withdrawal)]
    free = [each.free for each in wording.purposes if each.free]
    assert [line for line in (wording.title, wording.intro, *told, *agreed, *free) if line not in printed] == []
    for words in ("Consent 2026-1 · printed Sun 22 Nov 2026", f"No. {number}", "Zoë Weiß", "born 3 Feb 1980"):
        assert words in printed
    for words in ("020 7946 0123", "Patient’s signature", "Session 4, patient’s signature"):
        assert words in printed
    assert printed.count("Yes") == 4 + printed.count("Tick Yes or No")


def test_without_a_patient_the_form_is_blank(run: Line, tmp_path: Path) -> None:
    target = tmp_path / "blank.pdf"
    data = run.json("consent", "--pdf", target, "--large").data
    assert data == {
        "patient": None,
        "wording": "2026-1",
        "sha256": load_consent().sha256,
        "pdf": str(target),
    }
    printed = words_of(target)
    assert ("Full name" in printed, "Date of birth" in printed, "No. " in printed) == (True, True, False)


def test_a_name_the_fonts_cant_print_is_left_to_be_written_in(run: Line, tmp_path: Path) -> None:
    number = register(run, given_name="မောင်", family_name="အောင်")
    done = run("consent", number, "--pdf", tmp_path / "form.pdf")
    assert (done.code, done.err) == (0, "Our fonts lack letters for: name. Please write it in by hand.\n")


def test_a_made_up_clinic_prints_no_real_form() -> None:
    made_up = consent_form_pdf(load_consent(), printed_on=date(2026, 11, 22), made_up=True)
    real = consent_form_pdf(load_consent(), printed_on=date(2026, 11, 22))
    said = [PdfReader(BytesIO(each.pdf)).pages[0].extract_text() for each in (made_up, real)]
    assert ["MADE-UP PATIENT" in text for text in said] == [True, False]


@pytest.mark.parametrize(
    "words",
    [("--show", "--pdf", "a.pdf"), ("--show", "--answers", "-"), ("--pdf", "a.pdf", "--answers", "-"), ("--large",)],
)
def test_options_that_do_not_go_together_are_said(run: Line, words: tuple[str, ...]) -> None:
    done = run("consent", 1, *words)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)

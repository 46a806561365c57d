"""A screening reprinted: every question as it was asked, every answer as it was given, and the proof beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from microsclero import content
from microsclero.questionnaire import Questionnaire
from microsclero.render.views.screening import HEADINGS
from microsclero.settings import Settings
from tests.builders import Line, form, register, screened, untroubled
from tests.cli.test_deciding_flow import decide
from tests.content.folders import ASKED, ASKED_ANEW, NEW, OLD, forget_content, made_newer, name_of
from tests.domain.screening_builders import speaking
from tests.reviewed import as_reviewed
from tests.store.builders import raw, tamper

TROUBLED = {"cardiac": "yes", "cardiac_what": "AF since 2019", "smoker": "yes", "height_cm": "170", "weight_kg": "70"}
DUPLEX = {"kind": "duplex", "dated_on": "2026-11-20", "from": "Vein Lab", "summary": "No reflux."}
READING = {"prescriber": "MS", "reason": "The page speaks of phlebitis that is not healed."}


def after(line: Line, days: int) -> Line:
    return line.at(line.now + timedelta(days=days))


def reprint(line: Line, number: int, *words: object) -> dict[str, Any]:
    data: dict[str, Any] = line.json("screen", number, "--reprint", *words).data
    return data


def question(data: dict[str, Any], link_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["questions"] if each["link_id"] == link_id)
    return found


def shipped(purpose: str = "intake") -> Questionnaire:
    return content.questionnaire(purpose)


# ── as it was asked ──


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_every_question_stands_there_in_its_words_and_order_with_the_answer_given(run: Line, purpose: str) -> None:
    number = register(run)
    answers = untroubled(form(run, purpose), smoker="unsure", recent_surgery="yes", recent_surgery_on="2026-11-02")
    run.json("screen", number, "--for", purpose, answers=answers)
    asked = reprint(run, number)["questions"]
    wanted = [
        (each.link_id, shipped(purpose).wording(each), answers.get(each.link_id)) for each in shipped(purpose).questions
    ]
    assert [(each["link_id"], each["text"], each["answer"]) for each in asked] == wanted
    own = [each["number"] for each in asked if each["number"] is not None]
    assert own == list(range(1, len(own) + 1))
    assert {each["link_id"]: each["in_words"] for each in asked if each["answer"] not in (None, "no", "1")} == {
        "smoker": "not sure",
        "recent_surgery": "yes",
        "recent_surgery_on": "Mon 2 Nov 2026",
    }


def test_what_is_blank_says_why(run: Line) -> None:
    number = register(run)
    screened(run, number, pregnant=None, cardiac="yes")
    data = reprint(run, number)
    states = {link_id: question(data, link_id)["state"] for link_id in ("pregnant", "cardiac_what", "skin_type")}
    assert states == {"pregnant": "not_answered", "cardiac_what": "left_out", "skin_type": "left_out"}
    assert question(data, "recent_surgery_on")["state"] == "not_asked"
    assert (data["outcome"], data["unanswered"]) == ("incomplete", ["pregnant"])


def test_outcome_findings_and_names_are_those_of_the_day(run: Line) -> None:
    number = register(run)
    at_first = screened(run, number, **TROUBLED)
    data = reprint(after(run, 400), number)
    for key in ("screening", "patient", "for", "questionnaire", "version", "outcome", "findings", "unanswered"):
        assert data[key] == at_first[key], key
    assert {key: data[key] for key in ("date", "born_on", "age", "asked_by", "signed_by", "signed_at")} == {
        "date": "2026-11-22",
        "born_on": "1980-02-03",
        "age": 46,
        "asked_by": "MS",
        "signed_by": "MS",
        "signed_at": "2026-11-22T11:00:00+00:00",
    }
    assert data["sha256"] == shipped().sha256
    assert data["proof"] == {"same": True, "outcome_again": "review", "reasons": []}


def test_the_answers_of_the_intake_that_counted_stand_apart_with_their_day(run: Line) -> None:
    number = register(run)
    screened(run, number, family_clots="yes", height_cm="170", weight_kg="70.5")
    screened(after(run, 9), number, "session", smoker="yes")
    data = reprint(after(run, 9), number)
    counted = [each for each in data["questions"] if each["state"] == "counted"]
    assert [(each["link_id"], each["in_words"], each["said_on"]) for each in counted] == [
        ("family_clots", "yes", "2026-11-22"),
        ("height_cm", "170 cm", "2026-11-22"),
        ("weight_kg", "70.5 kg", "2026-11-22"),
    ]
    assert (data["outcome"], data["proof"]["same"]) == ("bar", True)


def test_what_was_decided_and_filed_since_stands_below(run: Line) -> None:
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    assert after(run, 1).json("document", number, answers=DUPLEX).code == 0
    assert decide(after(run, 2), number, ("varicose_or_cvi", "proceed")).code == 0
    screened(after(run, 30), number, varicose_or_cvi="yes")
    letter = {"kind": "letter", "dated_on": "2026-12-23", "summary": "From the GP."}
    assert after(run, 31).json("document", number, answers=letter).code == 0
    first, second = (reprint(after(run, 32), number, each) for each in (1, 2))
    decision = {"rule": "varicose_or_cvi", "decision": "proceed", "reason": "Looked at.", "prescriber": "MS"}
    document = {"document": 1, "kind": "duplex", "rule": None, "dated_on": "2026-11-20"}
    told = {"document": 2, "kind": "letter", "rule": None, "dated_on": "2026-12-23", "summary": "From the GP."}
    filed = [{**document, "summary": "Vein Lab: No reflux."}, told]
    assert (first["decisions"], first["documents"], first["superseded_by"]) == (
        [{**decision, "decided_on": "2026-11-24"}],
        filed,
        2,
    )
    assert (second["decisions"], second["documents"], second["superseded_by"]) == ([], filed, None), "it still counts"


def test_what_is_answered_otherwise_is_marked_with_both_answers_and_both_days(run: Line) -> None:
    number = register(run)
    screened(run, number, **TROUBLED)
    screened(after(run, 9), number, "session", cardiac="yes", cardiac_what="AF, and angina", smoker="yes")
    changed = {
        "question": "cardiac_what",
        "before": "AF since 2019",
        "before_on": "2026-11-22",
        "screening": 1,
        "now": "AF, and angina",
        "now_on": "2026-12-01",
    }
    data = reprint(after(run, 9), number)
    assert data["changed"] == [changed]
    assert {each["link_id"]: each["changed"] for each in data["questions"] if each["changed"]} == {
        "cardiac_what": changed
    }
    screened(after(run, 20), number)
    assert reprint(after(run, 21), number, 2)["changed"] == [changed], "what came after changes nothing"


# ── which one ──


def test_numbers_and_days_of_all_screenings_stand_in_the_patients_record(run: Line) -> None:
    number = register(run)
    screened(run, number)
    screened(after(run, 9), number, "session")
    told = " ".join(after(run, 9)("patient", "show", number).out.split())
    assert "Sun 22 Nov 2026 Screening 1 (intake)" in told
    assert "Tue 1 Dec 2026 Screening 2 (session)" in told


def test_without_a_number_it_is_the_latest_or_the_latest_of_a_form(run: Line) -> None:
    number = register(run)
    for days, purpose in enumerate(("intake", "intake", "session")):
        screened(after(run, days), number, purpose)
    asked = after(run, 5)
    chosen = [reprint(asked, number, *words)["screening"] for words in ((), (1,), ("--for", "intake"))]
    assert chosen == [3, 1, 2]


def test_a_screening_that_is_not_this_patients_is_not_found_and_theirs_are_named(run: Line) -> None:
    number, other = register(run), register(run, given_name="Ann", born_on="1970-01-01")
    screened(run, number)
    screened(run, other)
    screened(after(run, 1), number, "session")
    done = run.json("screen", number, "--reprint", 2)
    assert (done.code, done.codes) == (3, ["not_found"])
    assert done.envelope["errors"][0]["message"] == (
        "Patient 1 has no screening 2. There are: 1, intake of Sun 22 Nov 2026; 3, session of Mon 23 Nov 2026."
    )
    assert run.json("screen", 9, "--reprint").code == 3


def test_who_was_never_screened_has_nothing_to_reprint(run: Line) -> None:
    done = run.json("screen", register(run), "--reprint")
    assert (done.code, done.codes) == (3, ["no_screening"])


@pytest.mark.parametrize(
    "words",
    [
        ("screen", 1, 2),
        ("screen", 1, "--pdf", "a.pdf"),
        ("screen", 1, "--reprint", "--form"),
        ("screen", 1, "--reprint", "--answers", "-"),
        ("screen", "--form", "--answers", "-"),
        ("screen", 1, "--reprint", "--for", "lunch"),
        ("screen", 1, "--reprint", "three"),
        ("screen", 1, "--reprint", 0),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_what_does_not_go_together_is_refused_before_any_file_is_opened(tmp_path: Path, words: tuple[object]) -> None:
    done = Line(file=tmp_path / "nowhere.db").json(*words)
    assert (done.code, done.envelope["data"]) == (2, {})


def test_a_reprint_changes_nothing_but_notes_the_look(run: Line, clinic_file: Path) -> None:
    number = register(run)
    screened(run, number)
    head = run.json("record", "check").data["head"]
    reprint(run, number)
    assert run.json("record", "check").data["head"] == head
    connection = raw(clinic_file)
    looks = connection.execute("select * from access order by id").fetchall()
    connection.close()
    assert {number, "MS", "screen --reprint"} <= set(looks[-1])


# ── the proof ──


def test_every_rule_that_speaks_comes_to_the_same_again(run: Line) -> None:
    number = register(run)
    rules = [(purpose, rule) for purpose in ("intake", "session") for rule in shipped(purpose).rules]
    came_to = set()
    for purpose, rule in rules:
        answers = untroubled(form(run, purpose), **speaking(rule))
        found = run.json("screen", number, "--for", purpose, answers=answers).data["findings"]
        data = reprint(after(run, 500), number)
        assert (data["proof"]["same"], data["findings"]) == (True, found), rule.id
        came_to.add(data["outcome"])
    assert came_to == {"bar", "refer", "defer", "review", "suitable"}


def test_it_is_run_with_the_birth_date_and_the_reading_of_then(run: Line) -> None:
    number = register(run, born_on="2008-12-01")
    assert run.json("clinic", "edit", answers={"phlebitis_reading": READING}).code == 0
    screened(run, number, phlebitis_past="yes", phlebitis_past_kind="leg_other", phlebitis_past_on="2026-11-01")
    assert run.json("clinic", "edit", answers={"phlebitis_reading": None}).code == 0
    assert run.json("patient", "edit", number, answers={"born_on": "1988-12-01"}).code == 0
    data = reprint(after(run, 200), number)
    assert (data["age"], data["outcome"], data["readings"], data["proof"]["same"]) == (
        (17, "bar", ["phlebitis_past"], True)
    )
    assert data["remarks"] == [
        "The date of birth was corrected after this screening: the age is by the date that stood then."
    ]
    told = run("screen", number, "--reprint").out
    assert "17 years old on that day" in told
    assert "Run again: the same outcome (bar), the same findings (2).\n" in told


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    yield made_newer(monkeypatch, tmp_path / "content")
    monkeypatch.undo()
    forget_content()


def test_a_screening_of_older_questions_reprints_under_its_own_words_version_and_hash(
    run: Line, newer: Callable[[], None]
) -> None:
    number = register(run)
    screened(run, number, smoker="yes")
    before = reprint(run, number)
    newer()
    assert content.version_in_force() == NEW
    assert reprint(run, number) == before
    assert (before["version"], before["proof"]["same"]) == (OLD, True)
    assert before["sha256"] == content.questionnaire("intake", OLD).sha256
    assert question(before, "smoker")["text"] == ASKED


def test_an_intake_of_older_questions_is_none_to_plan_on_until_it_is_asked_anew(
    run: Line, newer: Callable[[], None]
) -> None:
    number = register(run)
    screened(run, number)
    assert run.json("plan", number, "--dry-run").code == 0
    newer()
    done = run.json("plan", number, "--dry-run")
    assert (done.code, done.causes) == (4, ["intake_version"])
    assert (
        "The questions have changed since this intake (now 2027-1): screen again."
        in (done.envelope["errors"][0]["message"])
    )
    assert screened(run, number)["version"] == NEW
    assert run.json("plan", number, "--dry-run").code == 0
    both = [reprint(run, number, each) for each in (1, 2)]
    assert [question(each, "smoker")["text"] for each in both] == [ASKED, ASKED_ANEW]
    assert [each["proof"]["same"] for each in both] == [True, True]
    assert both[0]["sha256"] != both[1]["sha256"]


def test_a_decision_on_older_questions_lapses_with_their_words(run: Line, newer: Callable[[], None]) -> None:
    number = register(run)
    screened(run, number, smoker="yes", migraine_aura="yes")
    assert decide(run, number, ("clot_risk_factors", "proceed"), ("migraine_aura", "proceed")).code == 0
    newer()
    data = screened(after(run, 1), number, smoker="yes", migraine_aura="yes")
    assert [(each["rule"], each["changed"]) for each in data["lapsed"]] == [("clot_risk_factors", ["smoker"])]
    assert [each["rule"] for each in data["to_confirm"]] == ["migraine_aura"]


# ── where the proof does not hold ──


TAMPERED = {
    "the outcome": ("update screening set outcome = 'suitable'", "screening_differs"),
    "the findings": ("update screening set findings = '[]'", "screening_differs"),
    "a reason": (
        "update screening set findings = replace(findings, 'Has had a clot', 'Never had a clot')",
        "screening_differs",
    ),
    "an answer": (
        """update screening set answers = replace(answers, '"dvt_ever":"yes"', '"dvt_ever":"no"')""",
        "screening_differs",
    ),
    "the birth date": ("update screening set born_on = '2020-01-01'", "screening_differs"),
    "the hash": (f"update screening set sha256 = '{'0' * 64}'", "screening_other_questions"),
}


def stored(path: Path) -> list[tuple[Any, ...]]:
    connection = raw(path)
    rows = connection.execute("select * from screening").fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize("what", TAMPERED)
def test_a_record_that_was_tampered_with_is_no_proof_and_shows_what_is_stored(
    run: Line, clinic_file: Path, what: str
) -> None:
    sql, code = TAMPERED[what]
    number = register(run)
    screened(run, number, dvt_ever="yes")
    before = stored(clinic_file)
    tamper(clinic_file, sql)
    assert stored(clinic_file) != before
    done = run.json("screen", number, "--reprint")
    assert (done.code, done.codes, done.envelope["data"]) == (7, ["row_changed", code], {})
    shown = done.envelope["errors"][0]["stored"]
    outcome = "suitable" if what == "the outcome" else "bar"
    assert (shown["outcome"], len(shown["questions"]) > 60, shown["proof"]["same"]) == (outcome, True, False)
    told = run("screen", number, "--reprint")
    assert (told.code, told.out) == (7, "")
    heading = "NO CONTRAINDICATION RECORDED" if what == "the outcome" else "NOT SUITABLE while these answers stand"
    assert [words in told.err for words in (heading, "NOT PROVED", "Screening 1 ")] == [True, True, True]
    assert "Run again: the same outcome" not in told.err


UNPROVABLE = {
    "who signed": ("update screening set signed_by = 'ZZ'", ["Screening 1"]),
    "when it was signed": ("update screening set signed_at = '2026-11-21T09:00:00.000000Z'", ["Screening 1"]),
    "who asked": ("update screening set asked_by = 'ZZ'", ["Screening 1"]),
    "that it was decided": ("update screening set decided_at = null", ["Screening 1"]),
    "the decision's reason": ("update decision set reason = 'Another one.'", ["Decision 1"]),
    "the document": ("update document set summary = 'Reflux.'", ["Document 1"]),
    "both": ("update screening set signed_by = 'ZZ'; update document set summary = 'Reflux.'", None),
}


@pytest.mark.parametrize("what", UNPROVABLE)
def test_what_no_rule_can_prove_is_compared_with_the_history_and_shown_all_the_same(
    run: Line, clinic_file: Path, what: str
) -> None:
    sql, named = UNPROVABLE[what]
    number = register(run)
    screened(run, number, varicose_or_cvi="yes")
    assert run.json("document", number, answers=DUPLEX).code == 0
    assert decide(run, number, ("varicose_or_cvi", "proceed")).code == 0
    assert reprint(run, number)["proof"]["same"] is True
    tamper(clinic_file, *sql.split("; "))
    done = run.json("screen", number, "--reprint")
    errors = done.envelope["errors"]
    assert (done.code, set(done.codes)) == (7, {"row_changed"})
    assert [error["message"] for error in errors] == [
        f"{each} is not as its history has it: another program has changed it. See: microsclero record check"
        for each in named or ["Screening 1", "Document 1"]
    ]
    assert (errors[0]["stored"]["outcome"], len(errors[0]["stored"]["questions"]) > 60) == ("refer", True)
    told = run("screen", number, "--reprint")
    heading = HEADINGS["refer"]
    assert (told.code, told.out, heading in told.err, "NOT PROVED" in told.err) == (7, "", True, True)


def test_what_was_changed_behind_our_back_stays_so_after_a_change_of_ours(run: Line, clinic_file: Path) -> None:
    number = register(run)
    screened(run, number, cardiac="yes")
    tamper(clinic_file, "update screening set signed_by = 'ZZ'")
    assert decide(run, number, ("cardiac", "proceed")).code == 0
    assert run.json("screen", number, "--reprint").codes == ["row_changed"]


@pytest.mark.parametrize("finding", ["the first", "the last"])
def test_a_finding_that_is_missing_or_unlocked_is_no_proof(run: Line, clinic_file: Path, finding: str) -> None:
    number = register(run)
    screened(run, number, dvt_ever="yes", cardiac="yes")
    reset = "$[0]" if finding == "the first" else "$[#-1]"
    for sql in (
        f"update screening set findings = json_set(findings, '{reset}.policy', json('true'))",
        f"update screening set findings = json_remove(findings, '{reset}')",
    ):
        tamper(clinic_file, sql)
        assert run.json("screen", number, "--reprint").codes == ["row_changed", "screening_differs"]


FINDING = {
    "rule": "dvt_ever",
    "question": "dvt_ever",
    "answer": "yes",
    "answered_on": "2026-11-22",
    "outcome": "bar",
    "reason": "Has had a clot.",
    "changes": "Nothing.",
    "source": "The page.",
    "say": "Not suitable.",
    "ask_again_on": None,
    "applies_to": [],
    "document": None,
    "locked": True,
    "policy": False,
    "questions": ["dvt_ever"],
}
DAMAGED: dict[str, tuple[str, Any]] = {
    "an empty finding": ("findings", [{}]),
    "no list of findings": ("findings", {}),
    "nothing at all": ("findings", None),
    "a number for a finding": ("findings", [5]),
    **{f"a finding without {key}": ("findings", [{k: v for k, v in FINDING.items() if k != key}]) for key in FINDING},
    "a finding of nothing we know": ("findings", [{**FINDING, "outcome": "perhaps"}]),
    "a finding that says fine": ("findings", [{**FINDING, "outcome": "suitable"}]),
    "a day nobody can read": ("findings", [{**FINDING, "answered_on": "yesterday"}]),
    "a number for a reason": ("findings", [{**FINDING, "reason": 5}]),
    "neither locked nor not": ("findings", [{**FINDING, "locked": None}]),
    "a word we never write": ("findings", [{**FINDING, "cleared": True}]),
    "a list for answers": ("answers", []),
    "a number for an answer": ("answers", {"dvt_ever": 5}),
    "an answer's day nobody can read": ("answered_on", {"dvt_ever": "yesterday"}),
    "nobody knows what was not answered": ("unanswered", None),
    "a number for a reading": ("readings", [5]),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGED)
def test_a_screening_that_is_none_is_said_by_its_number_wherever_it_is_needed(
    run: Line, clinic_file: Path, tmp_path: Path, what: str
) -> None:
    column, value = DAMAGED[what]
    number = register(run)
    screened(run, number, dvt_ever="yes")
    tamper(clinic_file, f"update screening set {column} = '{json.dumps(value)}'")
    for words in (
        ("screen", number, "--reprint"),
        ("screen", number, "--reprint", "--pdf", tmp_path / "a.pdf"),
        ("patient", "show", number),
        ("plan", number, "--dry-run"),
        ("plan", number, "--why"),
    ):
        done = run.json(*words)
        assert (words, done.code, done.codes) == (words, 7, ["screening_damaged"])
        assert done.envelope["errors"][0] == {
            "code": "screening_damaged",
            "message": "Screening 1 can't be read as it was signed: another program has changed it. "
            "See what is wrong: microsclero record check",
            "screening": 1,
        }
    assert list(tmp_path.glob("*.pdf")) == []
    assert run.json("today").code == 0
    assert run.json("record", "check").codes == ["row_changed"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000000Z", "9999-99-99T99:99:99.999999Z"])
def test_a_moment_that_never_was_is_damage_too(run: Line, clinic_file: Path, moment: str) -> None:
    number = register(run)
    screened(run, number)
    tamper(clinic_file, f"update screening set signed_at = '{moment}'")
    assert run.json("screen", number, "--reprint").codes == ["screening_damaged"]
    assert run.json("plan", number, "--dry-run").codes == ["screening_damaged"]


def edited(folder: Path) -> None:
    path = folder / name_of(OLD)
    path.write_bytes(path.read_bytes() + b"\n# one more line\n")


def gone(folder: Path) -> None:
    (folder / name_of(OLD)).unlink()


def never_released(folder: Path) -> None:
    path = folder / "released.toml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(f'"{name_of(OLD)}"')), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "code", "has_words"),
    [(edited, "content_edited", False), (gone, "content_missing", False), (never_released, "content_unreleased", True)],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_questions_that_are_not_as_released_are_no_proof_and_the_answers_stand_by_their_keys(
    run: Line, newer: Callable[[], None], tmp_path: Path, spoil: Callable[[Path], None], code: str, has_words: bool
) -> None:
    number = register(run)
    screened(run, number, dvt_ever="yes")
    newer()
    spoil(tmp_path / "content")
    forget_content()
    done = run.json("screen", number, "--reprint")
    assert (done.code, done.codes, done.envelope["data"]) == (6, [code], {})
    shown = done.envelope["errors"][0]["stored"]
    assert (shown["outcome"], [each["rule"] for each in shown["findings"]]) == ("bar", ["dvt_ever"])
    assert question(shown, "dvt_ever")["answer"] == "yes"
    assert (question(shown, "dvt_ever")["text"] != "dvt_ever") is has_words
    told = run("screen", number, "--reprint", env={"COLUMNS": "80"})
    assert (told.code, told.out) == (6, "")
    assert [words in told.err for words in ("NOT SUITABLE", "dvt_ever", "NOT PROVED")] == [True, True, True]
    assert run.json("plan", number, "--dry-run").code == 4, "only the reprint needs the old words"


# ── on paper ──


def paper(line: Line, number: int, folder: Path, *words: object) -> PdfReader:
    path = folder / "reprint.pdf"
    data = line.json("screen", number, "--reprint", *words, "--pdf", path).data
    assert data["pdf"] == str(path)
    return PdfReader(BytesIO(path.read_bytes()))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("purpose", ["intake", "session"])
def test_on_paper_every_page_belongs_to_somebody_and_nothing_is_missing(
    run: Line, tmp_path: Path, purpose: str
) -> None:
    number = register(run)
    screened(run, number, **TROUBLED)
    screened(after(run, 9), number, purpose, cardiac="yes", cardiac_what="AF, and angina", smoker="yes")
    reader = paper(after(run, 9), number, tmp_path)
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert all(
        page.startswith(
            ("Harbour Street Clinic Zoë Weiß No. 1, born 3 Feb 1980", "Harbour Street Clinic · Zoë Weiß · No. 1")
        )
        for page in pages
    )
    assert all("born 3 Feb 1980" in page and "Screening 2 · questions 2026-1 · No. 1" in page for page in pages)
    text = " ".join(pages)
    missing = [
        q.link_id for q in shipped(purpose).questions if " ".join(shipped(purpose).wording(q).split()) not in text
    ]
    assert missing == []
    for words in (
        "FOR A PRESCRIBER TO DECIDE",
        "Answer yes (question",
        "AF, and angina changed last time: AF since 2019, Sun 22 Nov 2026, screening 1",
        "Asked by MS. Read, examined, signed by MS on Tue 1 Dec 2026, 11:00.",
        "Proof Run again The same outcome, the same findings (2).",
        "version 2026-1, as released",
        shipped().sha256,
    ):
        assert words in text, words


def test_paper_is_for_every_printer_and_every_screen_reader(run: Line, tmp_path: Path) -> None:
    number = register(run)
    screened(run, number, **TROUBLED)
    reader = paper(run, number, tmp_path)
    root: Any = reader.root_object
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"] in ("en", "en-GB")) == (True, True)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    for page in reader.pages:
        sizes: set[float] = set()

        def note(text: str, cm: list[float], tm: list[float], _font: object, size: float, found: Any = sizes) -> None:
            if text.strip():
                found.add(round(abs(size * tm[3] * cm[3]), 1))

        page.extract_text(visitor_text=note)
        assert min(sizes) >= 14
        contents = page.get_contents()
        assert contents is not None
        operations = ContentStream(contents, page.pdf).operations
        assert [operator for _, operator in operations if operator in (b"rg", b"RG", b"k", b"K")] == []
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_no_page_begins_with_a_follow_up_whose_question_lies_elsewhere(run: Line, tmp_path: Path) -> None:
    number = register(run)
    screened(run, number)
    own = {" ".join(q.text.split())[:40] for q in shipped().questions if q.shown_if is None}
    titles = {section.title for section in shipped().sections}
    for page in paper(run, number, tmp_path).pages[1:]:
        body = " ".join(page.extract_text().split()).partition("born 3 Feb 1980 ")[2]
        first = body.lstrip("0123456789 ")
        assert any(first.startswith(each) for each in (*own, *titles)), first[:80]


def test_words_the_fonts_lack_are_left_to_be_written_in_and_said(run: Line, tmp_path: Path) -> None:
    number = register(run, given_name="李")
    screened(
        run, number, cardiac="yes", cardiac_what="心房細動", other_condition="yes", other_condition_what="Knie [ok]"
    )
    done = run("screen", number, "--reprint", "--pdf", tmp_path / "a.pdf")
    assert (done.code, done.out.splitlines()[0]) == (0, f"Written: {tmp_path / 'a.pdf'}")
    assert done.err == ("Our fonts lack letters for: name, the answer to cardiac_what. Please write it in by hand.\n")
    text = text_of(PdfReader(tmp_path / "a.pdf"))
    assert ("Name:" in text, "Knie [ok]" in text) == (True, True)


def test_a_reprint_without_proof_says_so_on_paper_too(run: Line, clinic_file: Path, tmp_path: Path) -> None:
    number = register(run)
    screened(run, number, dvt_ever="yes")
    tamper(clinic_file, TAMPERED["the outcome"][0])
    done = run("screen", number, "--reprint", "--pdf", tmp_path / "a.pdf")
    assert (done.code, done.out) == (7, "")
    text = text_of(PdfReader(tmp_path / "a.pdf"))
    assert "Not proved Screening 1 is not as its history has it: another program has changed it." in text
    assert "Screening 1 does not come out as it was stored." in text
    assert "as released" not in text
    assert text.index("Not proved") < text.index("NO CONTRAINDICATION RECORDED")


def test_a_made_up_patients_reprint_is_marked(run: Line, clinic_file: Path, tmp_path: Path) -> None:
    from microsclero.desk import open_desk
    from microsclero.desk.reprinting import reprint as reprinted
    from microsclero.render.paper.reprint import reprint_pdf

    number = register(run)
    screened(run, number)
    desk = open_desk(Settings(file=clinic_file, clock=lambda: run.now), who="MS")
    made_up = desk._replace(clinic=desk.clinic._replace(made_up=True))
    pages = [reprint_pdf(reprinted(each, number, None)).pdf for each in (desk, made_up)]
    desk.close()
    assert ["MADE-UP PATIENT" in text_of(PdfReader(BytesIO(each))) for each in pages] == [False, True]


def test_the_clinic_file_is_never_printed_over(run: Line, clinic_file: Path) -> None:
    number = register(run)
    screened(run, number)
    done = run.json("screen", number, "--reprint", "--pdf", clinic_file)
    assert (done.code, done.codes) == (2, ["unwritable"])
    assert reprint(run, number)["screening"] == 1


def test_the_blank_form_bears_the_clinics_name_where_there_is_a_clinic(run: Line, tmp_path: Path) -> None:
    for line, begins in ((run, "Harbour Street Clinic Full name"), (run.on(tmp_path / "none.db"), "Clinic: Full name")):
        done = line("screen", "--form", "--pdf", tmp_path / "form.pdf")
        assert (done.code, done.err) == (0, "")
        assert text_of(PdfReader(tmp_path / "form.pdf")).startswith(begins)


def test_a_clinic_file_that_cant_be_read_keeps_no_blank_form_back(tmp_path: Path) -> None:
    spoilt = tmp_path / "clinic.db"
    spoilt.write_bytes(b"not a clinic at all, " * 400)
    spoilt.chmod(0o600)
    done = Line(file=spoilt)("screen", "--form", "--pdf", tmp_path / "form.pdf")
    assert (done.code, done.err.startswith("The clinic's name is left to be written in. ")) == (0, True)
    assert text_of(PdfReader(tmp_path / "form.pdf")).startswith("Clinic: Full name")


# ── on the screen ──


def test_a_reprint_looks_as_it_was_reviewed(run: Line) -> None:
    number = register(run, given_name="Nadia", family_name="Ahmed-Świątek")
    screened(run, number, **TROUBLED, family_clots="no")
    assert decide(run, number, ("cardiac", "proceed"), ("clot_risk_factors", "proceed")).code == 0
    asked = after(run, 30)
    answers = untroubled(form(asked, "session"), cardiac="yes", cardiac_what="AF, [and] angina", smoker="yes")
    asked.json("screen", number, "--for", "session", answers=answers)
    assert decide(asked, number, ("cardiac", "decline")).code == 0
    done = after(run, 31)("screen", number, "--reprint", 2, env={"COLUMNS": "80"})
    assert (done.code, done.err) == (0, "")
    assert [row for row in done.out.splitlines() if len(row) > 81] == []
    assert done.out == as_reviewed("reprint.80.txt", done.out)


def test_answers_are_text_on_the_screen(run: Line) -> None:
    number = register(run)
    screened(run, number, cardiac="yes", cardiac_what="[bold]50%[/] {x} \\ :heart:")
    told = run("screen", number, "--reprint").out
    assert "→ [bold]50%[/] {x} \\ :heart:\n" in told

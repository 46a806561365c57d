"""The shipped content is whole, says what the clinic decided, and no fault in it goes unnoticed or alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files

import pytest

from microsclero import content
from microsclero.errors import ContentError
from microsclero.questionnaire import Case, Questionnaire, Rule
from microsclero.schedule import CoursePolicy

NAME = "questionnaire.2026-1.toml"
FORMS = ("intake", "session")
SHIPPED = files("microsclero.content").joinpath(NAME).read_text(encoding="utf-8")
COURSE = files("microsclero.content").joinpath("course.toml").read_text(encoding="utf-8")

# The clinic's decisions, row by row: what "yes" comes to, where it is asked, whether afresh; ● is locked.
DECIDED = """
● pregnant                defer   both    afresh
  recently_pregnant       defer   both    afresh
● breastfeeding           defer   both    afresh
  trying_to_conceive      review  both    afresh
● dvt_ever                bar     both    afresh
  pe_ever                 bar     both    afresh
● phlebitis_now           defer   both    afresh
● phlebitis_past          bar     intake
  thrombophilia           bar     intake
  clot_risk_hormones      factor  both    afresh
  smoker                  factor  both    afresh
  significant_obesity     factor  both
  immobile                factor  both    afresh
  family_clots            factor  intake
  other_hormones          review  both    afresh
  recent_surgery          defer   both    afresh
  cannot_walk             defer   both    afresh
  cancer_active           bar     both    afresh
  cancer_last_year        review  intake
  unexplained_lump        letter  intake
  long_travel             defer   session
● leg_infection           defer   both    afresh
  leg_infection_past      note    intake
  acute_illness           defer   session
  skin_at_site            defer   session
  waxed_or_heated         defer   session
  cream_on_legs           note    session
● asthma_uncontrolled     defer   both    afresh
● asthma_severe           bar     both
  asthma_past_admission   review  intake
● diabetes_uncontrolled   defer   both    afresh
● diabetes_severe         bar     both
  diabetes_background_eye review  intake
  other_uncontrolled      defer   both
  other_condition         review  both
  cardiac                 review  both
  stroke_tia              letter  both    afresh
  migraine_aura           review  intake
  pulmonary_hypertension  review  intake
  pfo_known               review  intake
  pfo_symptomatic         bar     intake
  arterial                abpi    both
  varicose_or_cvi         duplex  intake
  bleeding_vein           letter  both
  lymphoedema             review  intake
  stockings_unsafe        review  both
  sclerosant_reaction     bar     both
  severe_event_previous   bar     both    afresh
  allergic_condition      review  both
  anticoagulant           review  both
  alcohol_avoided         review  both
  minocycline_or_iron     note    both
  local_anaesthetic       defer   session
  medicines_changed       review  session
  sclerotherapy_elsewhere defer   both    afresh
  since_last              defer   session
  lump_since_last         note    session
  psychological_concern   review  intake
  foot_pulses_doubtful    abpi    both
  largest_vein_mm         duplex  intake
  oedema_or_skin_change   duplex  both
"""
POLICY = {"smoker", "significant_obesity", "long_travel", "local_anaesthetic", "cancer_last_year"}


def form(name: str) -> Questionnaire:
    return content.questionnaire(name)


def shipped_words() -> Iterator[tuple[str, str]]:
    """Everything in the content that somebody reads or hears."""
    for name in FORMS:
        questionnaire = form(name)
        for section in questionnaire.sections:
            yield section.section, f"{section.title} {section.prompt}"
        for question in questionnaire.questions:
            labels = " ".join(label for _, label in question.options)
            yield question.link_id, f"{question.text} {question.text_session} {question.why} {labels}"
        for rule in questionnaire.rules:
            parts: tuple[Rule | Case, ...] = (rule, *rule.cases)
            for part in parts:
                yield rule.id, f"{part.reason} {part.changes} {part.say} {part.source}"
            yield rule.id, f"{rule.topic} {rule.unsure_changes} {rule.unsure_say}"
        for words in questionnaire.words:
            yield words.outcome.value, f"{words.heading} {words.say}"


def faults(source: str) -> list[str]:
    """The faults of a questionnaire, as "id: reason"."""
    with pytest.raises(ContentError) as caught:
        content.read_questionnaires(source.encode(), "q.toml")
    assert caught.value.exit_code == 6
    for reason in caught.value.reasons:
        assert reason.details["file"] == "q.toml"
        assert reason.message == f"q.toml: {reason.details['id']}: {reason.details['reason']}"
    return [f"{reason.details['id']}: {reason.details['reason']}" for reason in caught.value.reasons]


def edited(old: str, new: str, source: str = SHIPPED) -> str:
    assert source.count(old) >= 1, old
    return source.replace(old, new, 1)


def in_block(kind: str, name: str, old: str, new: str) -> str:
    """The shipped file with one line of one question or rule changed."""
    start = SHIPPED.index(f'[[{kind}]]\n{"link_id" if kind == "question" else "id"} = "{name}"')
    at = SHIPPED.index(old, start)
    assert "\n[[question]]" not in SHIPPED[start + 1 : at], old
    return SHIPPED[:at] + new + SHIPPED[at + len(old) :]


# ── what is shipped ──


def test_the_shipped_content_loads_and_knows_its_version_and_hash() -> None:
    intake = form("intake")

    assert (intake.id, intake.version, content.version_in_force()) == ("intake", "2026-1", "2026-1")
    assert re.fullmatch("[0-9a-f]{64}", intake.sha256)
    assert form("session").sha256 == intake.sha256
    assert content.questionnaire("intake", "2026-1") is intake


def test_every_row_of_the_clinics_decisions_is_there_and_nothing_else_is_asked_outright() -> None:
    shipped = []
    questions = {q.link_id: q for name in reversed(FORMS) for q in form(name).questions}
    rules = {rule.id: rule for name in FORMS for rule in form(name).rules}
    for link_id, question in questions.items():
        if not question.required:
            continue
        rule = rules[link_id]
        yes = rule.document or (rule.outcome.value if rule.when is not None else "factor")
        asked = "both" if len(question.asked) == 2 else next(iter(question.asked))
        afresh = "afresh" if question.afresh and asked == "both" else ""
        shipped.append(f"{'●' if question.locked else ' '} {link_id:24}{yes:8}{asked:8}{afresh}".rstrip())

    assert sorted(shipped) == sorted(line.rstrip() for line in DECIDED.strip("\n").splitlines())


def test_what_is_merely_measured_may_be_left_out() -> None:
    optional = [q.link_id for q in form("intake").questions if not q.required and q.shown_if is None]

    assert optional == [
        "height_cm",
        "weight_kg",
        "skin_type",
        "ceap",
        "discussed_microsclerotherapy",
        "discussed_laser",
        "discussed_referral",
        "discussed_nothing",
    ]


def test_only_notes_are_not_of_safety() -> None:
    for name in FORMS:
        for question in form(name).questions:
            if question.required:
                rule = form(name).rules_by_id[question.link_id]
                is_note = rule.when is not None and rule.outcome.value == "note"
                assert question.safety is not is_note, question.link_id


def test_a_policy_of_ours_says_that_it_is_one() -> None:
    rules = {rule.id: rule for name in FORMS for rule in form(name).rules}

    assert {rule.id for rule in rules.values() if rule.policy} == POLICY
    for rule in rules.values():
        parts: tuple[Rule | Case, ...] = (rule, *rule.cases)
        for part in parts:
            assert not part.policy or re.search("clinic policy|recorded reading", part.source, re.I), rule.id


@pytest.mark.parametrize("promise", ["safe", "cleared", "fit for treatment"])
def test_no_word_promises_what_nobody_can(promise: str) -> None:
    assert [place for place, words in shipped_words() if promise in words.casefold()] == []


def test_patients_hear_not_today_or_not_suitable_never_a_code_word() -> None:
    for name in FORMS:
        for rule in form(name).rules:
            parts: tuple[Rule | Case, ...] = (rule, *rule.cases)
            for part in parts:
                if part.outcome.value == "bar":
                    assert "not suitable" in part.say, rule.id
                if part.outcome.value == "defer":
                    assert "Not today" in part.say, rule.id
                assert not re.search(r"\b(bar|defer|refer|review|incomplete)", part.say, re.I), rule.id


def test_nobody_is_told_to_stop_a_medicine() -> None:
    # "Stop" stands only beside "don't", "nobody" and the like, or is about walking.
    for place, words in shipped_words():
        for sentence in re.split(r"[.;?]", words):
            if re.search(r"\bstop", sentence, re.I):
                assert re.search(r"don't stop|Nobody stops|stop you|stop when|won't stop", sentence), (place, sentence)


def test_no_sentence_of_the_clinics_page_is_repeated() -> None:
    page = (
        "You are not suitable for the treatment if any of",
        "pregnancy/breastfeeding, history of deep vein thrombosis",
        "uncontrolled or severe asthma or diabetes",
        "It is advised to",
    )
    for sentence in page:
        assert sentence.casefold() not in SHIPPED.casefold()


def test_released_files_are_as_they_were_released() -> None:
    content.verify_released()

    shipped = {
        file.name
        for file in files("microsclero.content").iterdir()
        if file.name.startswith(("questionnaire.", "course"))
    }
    assert shipped <= set(content.released())


def test_an_edited_released_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_released_hashes", lambda: {NAME: "0" * 64, "questionnaire.1999-1.toml": "0" * 64})
    content._forms.cache_clear()

    with pytest.raises(ContentError) as all_of_them:
        content.verify_released()
    with pytest.raises(ContentError) as at_load:
        content.questionnaire()

    assert [reason.details["id"] for reason in all_of_them.value.reasons] == [NAME, "questionnaire.1999-1.toml"]
    assert (at_load.value.code, at_load.value.exit_code) == ("content_edited", 6)


@pytest.mark.parametrize("version", ["1999-1", "../2026-1", "x"])
def test_a_version_that_was_never_released_is_refused_in_one_sentence(version: str) -> None:
    with pytest.raises(ContentError) as caught:
        content.questionnaire("intake", version)

    assert (caught.value.code, caught.value.exit_code) == ("content_missing", 6)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ContentError, match="intake or session"):
        content.questionnaire("prescription")


def test_the_course_is_the_clinics() -> None:
    assert content.course() == CoursePolicy()
    assert (content.intake_valid_days(), content.new_course_weeks()) == (90, 12)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("maximum_sessions = 4", "maximum_sessions = 5", "course: "),
        ("minimum_days = 28", "minimum_days = 27", "course: minimum_days"),
        ("aftercare_days = 14", "aftercare_days = 13", "course: aftercare_days"),
        ("intake_valid_days = 90", "intake_valid_days = 91", "gates: intake_valid_days"),
        ("new_course_weeks = 12", "new_course_weeks = 11", "gates: new_course_weeks"),
        ("horizon_days = 730", "horizon_years = 2", "file.course: horizon_days is missing"),
        ("[gates]", "[gate]", "gates: this table is missing"),
    ],
)
def test_a_laxer_course_is_refused(old: str, new: str, fault: str) -> None:
    with pytest.raises(ContentError) as caught:
        content.read_course(edited(old, new, COURSE).encode(), "course.toml")

    assert f"course.toml: {fault}" in caught.value.message


def test_loading_a_course_loads_no_questions() -> None:
    code = (
        "import sys; from microsclero import content; content.course();"
        "unwanted = {'microsclero.content.build', 'microsclero.screening', 'typst', 'rich'};"
        "print(unwanted & set(sys.modules))"
    )

    # A fresh process is the only proof that nothing else was loaded.
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "set()"


# ── what is refused ──


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (SHIPPED + "\n[surprise]\n", 'file: unknown key "surprise".'),
        (in_block("question", "smoker", "afresh = true", "fresh = true"), 'smoker: unknown key "fresh".'),
        (in_block("rule", "smoker", "topic =", "topics ="), "smoker: topic is missing."),
        (
            in_block("question", "smoker", 'link_id = "smoker"', 'link_id = "pregnant"'),
            "pregnant: this question stands",
        ),
        (in_block("rule", "cardiac", 'id = "cardiac"', 'id = "arterial"'), "arterial: this rule stands here twice."),
        (edited('section = "clots"\ntitle', 'section = "skin"\ntitle'), "skin: this section stands here twice."),
        (in_block("rule", "cardiac", 'id = "cardiac"', 'id = "cardiak"'), "cardiac: a question of safety needs a rule"),
        (in_block("rule", "cardiac", 'outcome = "review"\nreason', "reason"), "cardiac: no rule reads its answer."),
        (in_block("rule", "cardiac", '"review"', '"perhaps"'), 'cardiac: unknown outcome "perhaps": one of bar'),
        (in_block("rule", "cardiac", '"review"', '"suitable"'), 'cardiac: unknown outcome "suitable"'),
        (in_block("rule", "cardiac", '"review"', '"refer"'), "cardiac: refer, and nothing else, names the document"),
        (
            in_block("rule", "arterial", '"abpi"', '"selfie"'),
            "arterial: unknown document: one of duplex, abpi, letter.",
        ),
        (in_block("question", "cardiac", 'why = "', 'why = "" # '), "cardiac: why is empty."),
        (in_block("rule", "cardiac", 'reason = "', 'reason = " " # '), "cardiac: reason is empty."),
        (in_block("rule", "cardiac", 'source = "', 'source = 5 # "'), "cardiac: source is of the wrong kind."),
        (
            in_block("question", "smoker", 'section = "clots"', 'section = "smoke"'),
            'smoker: there is no section "smoke".',
        ),
        (in_block("question", "smoker", 'section = "clots"', 'section = "skin"'), 'immobile: section "clots" was left'),
        (in_block("rule", "dvt_ever", '"bar"', '"review"'), "dvt_ever: a locked rule can't be loosened: bar at least"),
        (in_block("rule", "dvt_ever", '"bar"', '"defer"'), "dvt_ever: a locked rule can't be loosened: bar at least"),
        (
            in_block("rule", "dvt_ever", "locked = true", 'unsure = "review"\nlocked = true'),
            "dvt_ever: a locked rule can't",
        ),
        (in_block("rule", "dvt_ever", "locked = true", ""), "dvt_ever: question and rule must both be locked"),
        (in_block("question", "dvt_ever", "locked = true", "locked = true\nsafety = false"), "dvt_ever: a rule of the"),
        (
            in_block(
                "rule", "dvt_ever", "locked = true", 'locked = true\nwhen = { question = "dvt_ever", is = "unsure" }'
            ),
            "dvt_ever: a locked rule must speak when its question is answered yes.",
        ),
        (
            in_block("rule", "pe_ever", 'unsure = "defer"', 'unsure = "review"'),
            "pe_ever: not sure must be a deferral here.",
        ),
        (
            in_block("rule", "cardiac", 'topic = "', 'unsure = "note"\ntopic = "'),
            "cardiac: not sure on a question of safety must be for review at least.",
        ),
        (
            in_block("rule", "leg_infection", 'when = { question = "leg_infection_kind", is = "fungus_only" }', ""),
            "leg_infection: case 1: only the answer to a follow-up can make a rule milder.",
        ),
        (
            in_block("rule", "leg_infection", '"fungus_only"', '"mushroom"'),
            "leg_infection: case 1: leg_infection_kind has no",
        ),
        (in_block("rule", "largest_vein_mm", "at_least = 3", "more_than = 3"), "largest_vein_mm.when: a condition has"),
        (
            in_block("rule", "largest_vein_mm", "at_least = 3", "at_least = 3, is = 'yes'"),
            "largest_vein_mm.when: a condition",
        ),
        (
            in_block("rule", "largest_vein_mm", "at_least = 3", "within_days = 3"),
            "largest_vein_mm: within_days can't be",
        ),
        (
            in_block("rule", "largest_vein_mm", "at_least = 3", "at_least = 1"),
            "largest_vein_mm: it speaks although every",
        ),
        (
            in_block("rule", "largest_vein_mm", "at_least = 3", "at_least = nan"),
            "largest_vein_mm.when: at_least must be",
        ),
        (
            in_block("rule", "largest_vein_mm", '{ question = "largest', '{ question = "larger'),
            'there is no question "larger',
        ),
        (edited("count_at_least = 1", "count_at_least = 6"), "clot_risk_factors.when: count_at_least needs conditions"),
        (in_block("rule", "age", "less_than = 18", "within_days = 18"), "age: age is a number: at_least or less_than."),
        (
            in_block("rule", "recent_surgery", '"recent_surgery_on"', '"smoker"'),
            "recent_surgery: ask_again must count from",
        ),
        (in_block("rule", "recent_surgery", "months = 3", "months = 0"), "recent_surgery.ask_again: months or days"),
        (
            in_block("rule", "recent_surgery", '"defer"', '"review"'),
            "recent_surgery: only what stands in the way has a date",
        ),
        (
            in_block("rule", "allergic_condition", '["fibrovein"]', '["foam"]'),
            "allergic_condition: applies_to knows only",
        ),
        (
            in_block("rule", "phlebitis_past", 'reading = "phlebitis_past"', 'reading = "mine"'),
            "case 2: unknown reading",
        ),
        (
            in_block("rule", "pregnant", 'needs = ["pregnancy_test_seen_by"]', 'needs = ["nobody"]'),
            'no question "nobody"',
        ),
        (
            in_block("question", "largest_vein_mm", 'untroubled = "1"', 'untroubled = "99"'),
            "its untroubled answer is no",
        ),
        (in_block("question", "largest_vein_mm", 'untroubled = "1"', ""), "a question of safety needs an untroubled"),
        (
            in_block("question", "cardiac", 'link_id = "cardiac"', 'link_id = "cardiac"\nuntroubled = "yes"'),
            '"no" is always',
        ),
        (
            in_block("question", "skin_type", 'value = "2"', 'value = "1"'),
            "skin_type: a choice, and nothing else, has two",
        ),
        (in_block("question", "skin_type", 'value = "2"', 'value = "unsure"'), '"unsure" can\'t be an option'),
        (in_block("question", "height_cm", "least = 100", ""), "height_cm: a number needs least and most."),
        (
            in_block("question", "cardiac", 'link_id = "cardiac"', 'link_id = "cardiac"\nlatest_days = 1'),
            "are for dates.",
        ),
        (
            in_block("question", "cardiac", 'link_id = "cardiac"', 'link_id = "bmi"'),
            "bmi: link_id must be small letters",
        ),
        (
            in_block("question", "hba1c_on", 'is = ["yes", "unsure"]', "at_least = 1"),
            "shown_if knows only the operator is.",
        ),
        (
            in_block("question", "hba1c_on", '"diabetes_uncontrolled"', '"ceap"'),
            "hba1c_on: shown_if must name a question",
        ),
        (
            in_block("question", "hba1c_on", 'type = "date"', 'type = "date"\nsafety = true'),
            "a follow-up can't be of safety",
        ),
        (
            in_block("question", "long_travel", '["session"]', '["weekly"]'),
            "long_travel: asked must be intake, session",
        ),
        (in_block("rule", "cardiac", 'say = "', 'say = "You are safe. '), 'cardiac: the word "safe" promises'),
        (in_block("rule", "cardiac", 'say = "', 'say = "We defer you. '), 'cardiac: patients don\'t hear "defer".'),
        (edited("[outcome.note]", "[outcome.notes]"), "outcome.note: its words are missing."),
        (edited('version = "2026-1"', 'version = "soon"'), "file: version must look like 2026-1."),
    ],
    ids=lambda value: value[:50] if len(value) < 200 else "",
)
def test_a_fault_is_named_with_its_place(source: str, fault: str) -> None:
    assert any(fault in found for found in faults(source)), faults(source)


def test_a_missing_rule_of_the_clinics_page_is_refused() -> None:
    source = SHIPPED.replace('"breastfeeding"', '"feeding"')

    assert "breastfeeding: this question of the clinic's page, or its rule, is missing." in faults(source)


def test_all_faults_are_told_at_once() -> None:
    source = in_block("rule", "cardiac", '"review"', '"perhaps"')
    source = edited('why = "It is the same illness as a clot in the leg."', 'why = ""', source)
    source = edited("count_at_least = 1", "count_at_least = 0", source)

    assert [found.split(":")[0] for found in faults(source)] == [
        "pe_ever",
        "clot_risk_factors.when",
        "cardiac",
    ]


@pytest.mark.parametrize("source", [b"\xff", b"a = ", b"", b"question = 5\nrule = [1]\noutcome = []"])
def test_a_file_that_is_no_questionnaire_is_refused(source: bytes) -> None:
    with pytest.raises(ContentError) as caught:
        content.read_questionnaires(source, "q.toml")

    assert caught.value.message.startswith("q.toml")

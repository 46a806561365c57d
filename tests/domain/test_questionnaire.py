"""The forms as they are put, and answers as they arrive: every fault named at once, no value quoted."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.answers import check_answer
from microsclero.conditions import Condition, Facts
from microsclero.errors import UsageError
from microsclero.questionnaire import Span
from tests.domain.screening_builders import FORMS, SOME_DAY, form, untroubled

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def refused(answers: object, name: str = "intake") -> list[tuple[str, str]]:
    """The code of each fault and the key it is about."""
    with pytest.raises(UsageError) as caught:
        form(name).check_answers(answers, on=SOME_DAY)
    return [(reason.code, str(reason.details.get("key"))) for reason in caught.value.reasons]


def message(answers: object) -> str:
    with pytest.raises(UsageError) as caught:
        form().check_answers(answers, on=SOME_DAY)
    return caught.value.message


def test_the_untroubled_form_is_kept_as_it_is() -> None:
    for name in FORMS:
        assert form(name).check_answers(untroubled(name), on=SOME_DAY) == untroubled(name)


def test_null_is_an_answer_not_given() -> None:
    data: Any = form().form_data()
    document = {question["link_id"]: question["untroubled"] for question in data["questions"]}

    assert form().check_answers(document, on=SOME_DAY) == untroubled()


def test_answers_are_kept_in_one_spelling() -> None:
    document = {
        "pregnant": " No ",
        "recent_surgery": "YES",
        "recent_surgery_on": "01/11/2026",
        "largest_vein_mm": 1.50,
        "height_cm": Decimal("170.0"),
        "weight_kg": 70,
        "skin_type": "3",
        "other_condition": "yes",
        "other_condition_what": "  Zoë's [knee] ",
    }

    assert form().check_answers(document, on=SOME_DAY) == {
        "pregnant": "no",
        "recent_surgery": "yes",
        "recent_surgery_on": "2026-11-01",
        "other_condition": "yes",
        "other_condition_what": "Zoë's [knee]",
        "largest_vein_mm": "1.5",
        "height_cm": "170",
        "weight_kg": "70",
        "skin_type": "3",
    }


def test_unsure_can_be_said_of_a_measurement_of_safety() -> None:
    assert form().check_answers({"largest_vein_mm": "unsure"}, on=SOME_DAY) == {"largest_vein_mm": "unsure"}
    assert refused({"height_cm": "unsure"}) == [("unreadable", "height_cm")]


def test_all_faults_are_named_at_once() -> None:
    document = {
        "pregnant": True,
        "pregnancy_test": "negative",
        "smoker": "perhaps",
        "dvt": "no",
        "leg_infection_kind": "fungus_only",
        "largest_vein_mm": "wide",
        "long_travel": "no",
        "pregnnat": "no",
    }

    assert refused(document) == [
        ("unreadable", "pregnant"),
        ("unreadable", "smoker"),
        ("unreadable", "largest_vein_mm"),
        ("not_shown", "leg_infection_kind"),
        ("unknown_key", "dvt"),
        ("not_shown", "long_travel"),
        ("unknown_key", "pregnnat"),
    ]


def test_a_follow_up_says_when_it_is_asked() -> None:
    assert message({"leg_infection": "no", "leg_infection_kind": "fungus_only"}) == (
        "leg_infection_kind is asked only when leg_infection is yes: leave it out."
    )


def test_a_question_of_the_other_form_is_named_as_such() -> None:
    assert message({"long_travel": "no"}) == "long_travel is not asked at intake: leave it out."


@pytest.mark.parametrize("value", [True, False, 1, 0, "y", "true", "", " ", [], {}, "ja", "x" * 10_000_000])
def test_a_yes_no_question_takes_three_words_only(value: object) -> None:
    assert message({"pregnant": value}) == "pregnant: the answer must be yes, no or unsure, in quotes."


@pytest.mark.parametrize(
    "value",
    [
        True,
        "nan",
        "inf",
        float("nan"),
        float("inf"),
        -1,
        "-1",
        "1e1",
        1e-9,
        10**5000,
        Decimal("NaN"),
        Decimal("-Infinity"),
        "51",
        51,
        "2.55",
        "٣",
        "",
        [3],
        "9" * 1_000_000,
    ],
    ids=lambda value: repr(value)[:12] if not isinstance(value, int) or value < 100 else "huge",
)
def test_a_number_is_plain_and_in_range(value: object) -> None:
    assert refused({"largest_vein_mm": value}) == [("unreadable", "largest_vein_mm")]


@pytest.mark.parametrize("value", ["2026-02-30", "03/04", "1/2/26", "x", 20261101, True, "2026-11-23", "٢٠٢٦-١١-٠١"])
def test_a_date_is_real_written_out_and_not_to_come(value: object) -> None:
    assert refused({"recent_surgery": "yes", "recent_surgery_on": value}) == [("unreadable", "recent_surgery_on")]


@pytest.mark.parametrize(
    ("name", "link_id", "too_old", "oldest"),
    [
        ("intake", "recent_surgery_on", "2026-08-22", "2026-08-23"),
        ("intake", "recently_pregnant_ended_on", "2026-08-22", "2026-08-23"),
        ("intake", "sclerotherapy_elsewhere_on", "2026-10-25", "2026-10-26"),
        ("session", "waxed_or_heated_on", "2026-11-20", "2026-11-21"),
        ("session", "local_anaesthetic_on", "2026-11-20", "2026-11-21"),
    ],
)
def test_a_date_that_contradicts_the_answer_it_follows_is_refused(
    name: str, link_id: str, too_old: str, oldest: str
) -> None:
    condition = form(name).by_id[link_id].shown_if
    parent = {condition.question: "yes"} if condition is not None else {}

    assert refused(parent | {link_id: too_old}, name) == [("unreadable", link_id)]
    assert form(name).check_answers(parent | {link_id: oldest}, on=SOME_DAY)[link_id] == oldest


def test_a_journey_may_lie_ahead() -> None:
    document = {"long_travel": "yes", "long_travel_last_on": "2026-12-05"}

    assert form("session").check_answers(document, on=SOME_DAY) == document
    assert refused(document | {"long_travel_last_on": "2026-11-15"}, "session") == [
        ("unreadable", "long_travel_last_on")
    ]


@pytest.mark.parametrize("words", ["a\u202eb", "\x1b[2J", "a\nb", "x" * 301, "y" * 10_000_000, "", 5])
def test_words_that_could_act_or_hide_are_refused_without_being_quoted(words: object) -> None:
    said = message({"other_condition": "yes", "other_condition_what": words})

    assert said.startswith("other_condition_what: ")
    assert len(said) < 200
    assert said.isprintable()


def test_a_huge_or_hostile_key_is_named_shortly() -> None:
    said = message({"\x1b[31m" + "k" * 1_000_000: "no"})

    assert said.isprintable()
    assert len(said) < 200


@pytest.mark.parametrize("document", [None, [], "no", 5, True])
def test_a_document_that_is_no_object_is_refused(document: object) -> None:
    assert message(document) == "The answers must be one JSON object, keys and answers: see screen --form."


@given(value=ANYTHING)
def test_whatever_arrives_is_kept_as_an_answer_or_refused_in_one_sentence(value: object) -> None:
    for question in form().questions:
        try:
            kept = check_answer(question, value, on=SOME_DAY)
        except ValueError as error:
            assert str(error).startswith(question.link_id)
            assert len(str(error)) < 300
        else:
            assert question.accepts(kept)


def test_follow_ups_are_shown_only_after_the_answer_they_follow() -> None:
    def shown(**answers: str) -> set[str]:
        return {q.link_id for q in form().shown(answers)} - {q.link_id for q in form().shown({})}

    assert shown(pregnant="yes") == set()
    assert shown(pregnant="unsure") == {"pregnancy_test"}
    assert shown(pregnant="unsure", pregnancy_test="negative") == {
        "pregnancy_test",
        "pregnancy_test_on",
        "last_unprotected_sex_on",
        "pregnancy_test_seen_by",
    }
    assert shown(pregnant="no", pregnancy_test="negative") == set()


def test_no_question_of_safety_hides_behind_another() -> None:
    for name in FORMS:
        shown = {q.link_id for q in form(name).shown({})}
        assert {q.link_id for q in form(name).questions if q.safety} <= shown


def test_the_form_as_data_is_json_with_the_agreed_keys() -> None:
    for name in FORMS:
        data = json.loads(json.dumps(form(name).form_data()))
        assert (data["id"], data["version"]) == (name, "2026-1")
        for question in data["questions"]:
            assert {
                "link_id",
                "text",
                "type",
                "options",
                "safety",
                "locked",
                "section",
                "shown_if",
                "untroubled",
            } <= set(question)


def test_a_session_asks_what_has_happened_since() -> None:
    session = form("session")

    assert session.wording(session.by_id["dvt_ever"]).startswith("Since we last asked")
    assert form().wording(form().by_id["dvt_ever"]).startswith("Have you ever")


def test_a_rule_rests_on_its_follow_ups_too() -> None:
    rules = form().rules_by_id

    assert form().rests_on(rules["leg_infection"]) == ("leg_infection", "leg_infection_kind")
    assert form("session").rests_on(form("session").rules_by_id["clot_risk_factors"]) == (
        "clot_risk_hormones",
        "clot_risk_hormones_which",
        "smoker",
        "significant_obesity",
        "immobile",
        "family_clots",
        "height_cm",
        "weight_kg",
    )


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(operator="is", question="a", values=("yes",)), True),
        (Condition(operator="is", question="a", values=("no",)), False),
        (Condition(operator="is", question="missing", values=("yes",)), False),
        (Condition(operator="at_least", question="n", number=Decimal(3)), True),
        (Condition(operator="at_least", question="n", number=Decimal("3.1")), False),
        (Condition(operator="less_than", question="n", number=Decimal(3)), False),
        (Condition(operator="less_than", question="missing", number=Decimal(3)), False),
        (Condition(operator="less_than", question="a", number=Decimal(3)), False),
        (Condition(operator="within_days", question="d", number=Decimal(2)), True),
        (Condition(operator="within_days", question="d", number=Decimal(1)), False),
        (Condition(operator="within_days", question="ahead", number=Decimal(1)), False),
        (Condition(operator="within_days", question="n", number=Decimal(9)), False),
        (Condition(operator="at_least", question="d", number=Decimal(2)), True),
        (Condition(operator="less_than", question="age", number=Decimal(18)), True),
    ],
)
def test_each_operator_looks_at_one_answer(condition: Condition, holds: bool) -> None:
    facts = Facts(
        on=SOME_DAY,
        answers={"a": "yes", "n": "3", "d": "2026-11-20", "ahead": "2026-11-25"},
        derived={"age": Decimal(17)},
    )

    assert condition.holds(facts) is holds


@pytest.mark.parametrize(
    ("operator", "number", "expected"),
    [
        ("any", None, [False, True, True]),
        ("all", None, [False, False, True]),
        ("count_at_least", Decimal(1), [False, True, True]),
        ("count_at_least", Decimal(2), [False, False, True]),
    ],
)
def test_the_joins_count_what_holds(operator: str, number: Decimal | None, expected: list[bool]) -> None:
    of = tuple(Condition(operator="is", question=name, values=("yes",)) for name in "ab")
    joined = Condition(operator=operator, number=number, of=of)

    held = [joined.holds(Facts(on=SOME_DAY, answers=dict.fromkeys(names, "yes"))) for names in ("", "b", "ab")]

    assert held == expected


def test_a_span_counts_months_before_days() -> None:
    assert Span(months=3).after(date(2026, 11, 30)) == date(2027, 2, 28)
    assert Span(months=1, days=1).after(date(2026, 1, 31)) == date(2026, 3, 1)

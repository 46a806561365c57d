"""What was said before, and what is said otherwise now: question by question, against the screening that asked it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.said_before import Difference, Earlier, differences, said_before
from tests.domain.screening_builders import form, untroubled, without

FIRST, SECOND, THIRD = date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 28)


def asked(screening: int, on: date, name: str = "intake", **changed: str) -> Earlier:
    """A signed screening, untroubled but for what is named."""
    return Earlier(
        screening=screening,
        form=name,
        questionnaire=form(name),
        on=on,
        answers=untroubled(name, **changed),
        answered_on={},
    )


def answered(earlier: Earlier, answers: Mapping[str, str]) -> Earlier:
    """The same with these answers and no others."""
    return replace(earlier, answers=answers)


def told(found: tuple[Difference, ...]) -> list[tuple[str, str | None, str | None, int]]:
    return [(each.question.link_id, each.before, each.now, each.screening) for each in found]


def test_nothing_is_said_before_the_first_screening() -> None:
    assert said_before(form("session"), ()) == {}
    assert differences(asked(1, FIRST, smoker="yes"), ()) == ()


def test_the_same_answers_differ_in_nothing() -> None:
    assert differences(asked(2, SECOND, "session"), [asked(1, FIRST)]) == ()


def test_a_difference_carries_both_answers_both_days_and_the_screening() -> None:
    before = replace(asked(1, SECOND, "session"), answered_on={"cardiac": FIRST})
    (found,) = differences(asked(2, THIRD, "session", cardiac="yes"), [before])
    assert found == Difference(
        question=form("session").by_id["cardiac"],
        before="no",
        before_on=FIRST,
        screening=1,
        now="yes",
        now_on=THIRD,
    )
    assert (found.before_in_words, found.now_in_words) == ("no", "yes")


def test_what_only_the_intake_asks_is_compared_with_the_intake_over_a_session_between() -> None:
    intake, session = asked(1, FIRST, migraine_aura="yes"), asked(2, SECOND, "session")
    assert told(differences(asked(3, THIRD), [session, intake])) == [("migraine_aura", "yes", "no", 1)]
    assert said_before(form(), [session, intake])["migraine_aura"].on == FIRST


def test_the_newest_screening_that_answered_it_is_the_one_compared_with() -> None:
    earlier = [asked(2, SECOND, smoker="yes"), asked(1, FIRST)]
    assert told(differences(asked(3, THIRD, smoker="yes"), earlier)) == []
    assert told(differences(asked(3, THIRD), earlier)) == [("smoker", "yes", "no", 2)]


def test_a_question_left_open_last_time_is_compared_with_the_time_before() -> None:
    blank = answered(asked(2, SECOND), {"pregnant": "no"})
    assert told(differences(asked(3, THIRD), [blank, asked(1, FIRST, smoker="yes")])) == [("smoker", "yes", "no", 1)]


def test_an_answer_not_given_this_time_is_a_difference() -> None:
    now = answered(asked(2, SECOND), without(untroubled(), "smoker"))
    (found,) = differences(now, [asked(1, FIRST)])
    assert (found.question.link_id, found.now, found.now_in_words) == ("smoker", None, "not answered")


def test_a_follow_up_goes_with_its_question() -> None:
    with_what = asked(1, FIRST, cardiac="yes", cardiac_what="AF")
    without = asked(2, SECOND)
    assert told(differences(without, [with_what])) == [("cardiac", "yes", "no", 1), ("cardiac_what", "AF", None, 1)]
    assert told(differences(asked(3, THIRD), [without, with_what])) == [], "an older follow-up is not dug out"
    again = asked(3, THIRD, cardiac="yes", cardiac_what="AF")
    assert told(differences(again, [without, with_what])) == [
        ("cardiac", "no", "yes", 2),
        ("cardiac_what", None, "AF", 2),
    ]
    assert "cardiac_what" not in said_before(form(), [without, with_what])


def test_a_follow_up_of_a_follow_up_goes_with_the_question_of_its_own() -> None:
    tested = {"pregnancy_test": "negative", "pregnancy_test_on": "2026-11-02", "pregnancy_test_seen_by": "MS"}
    before = asked(1, FIRST, "intake", pregnant="unsure", **tested)
    assert [link_id for link_id, *_ in told(differences(asked(2, SECOND), [before]))] == ["pregnant", *tested]


@pytest.mark.parametrize(("at_the_session", "expected"), [("no", []), ("yes", [("dvt_ever", "yes", "no", 2)])])
def test_no_since_last_time_is_no_answer_to_ever(at_the_session: str, expected: list[object]) -> None:
    earlier = [asked(2, SECOND, "session", dvt_ever=at_the_session), asked(1, FIRST)]
    assert told(differences(asked(3, THIRD), earlier)) == expected


def test_a_no_to_ever_after_a_yes_is_told_whatever_a_session_between_said() -> None:
    earlier = [asked(2, SECOND, "session"), asked(1, FIRST, dvt_ever="yes")]
    assert told(differences(asked(3, THIRD), earlier)) == [("dvt_ever", "yes", "no", 1)]
    assert said_before(form(), earlier)["dvt_ever"].answer == "yes"


def test_what_counted_without_being_asked_is_not_said_again() -> None:
    intake = asked(1, FIRST, family_clots="yes")
    session = asked(2, SECOND, "session", family_clots="yes")
    assert said_before(form(), [session, intake])["family_clots"].screening == 1


def test_the_very_same_question_may_be_confirmed_and_another_only_shown() -> None:
    said = said_before(form("session"), [asked(1, FIRST)])
    assert (said["cardiac"].same_question, said["dvt_ever"].same_question) == (True, False)
    reworded = replace(form(), questions=tuple(replace(each, text=f"{each.text}!") for each in form().questions))
    of_older_words = said_before(form("session"), [replace(asked(1, FIRST), questionnaire=reworded)])
    assert (of_older_words["cardiac"].answer, of_older_words["cardiac"].same_question) == ("no", False)


def test_answers_to_questions_nobody_has_any_more_are_shown_and_never_confirmed() -> None:
    gone = replace(asked(1, FIRST, smoker="yes"), questionnaire=None)
    said = said_before(form("session"), [gone])
    assert (said["smoker"].answer, said["smoker"].same_question) == ("yes", False)
    assert told(differences(asked(2, SECOND), [gone])) == [("smoker", "yes", "no", 1)]
    assert differences(gone, [asked(0, FIRST)]) == ()


def test_an_answer_the_form_cannot_read_is_not_shown_as_one() -> None:
    odd = asked(1, FIRST, skin_type="purple", largest_vein_mm="wide")
    assert {"skin_type", "largest_vein_mm"}.isdisjoint(said_before(form(), [odd]))


ANSWERED = st.fixed_dictionaries(
    {}, optional={link_id: st.sampled_from(["yes", "no", "unsure"]) for link_id in ("smoker", "cardiac", "dvt_ever")}
)


@given(history=st.lists(ANSWERED, min_size=1, max_size=5), later=st.lists(ANSWERED, max_size=3))
def test_what_comes_later_never_changes_a_difference(
    history: list[dict[str, str]], later: list[dict[str, str]]
) -> None:
    rows = [answered(asked(n, FIRST), answers) for n, answers in enumerate([*history, *later])]
    now = rows[len(history) - 1]
    earlier = [row for row in reversed(rows) if row.screening < now.screening]
    found = differences(now, earlier)
    assert [each.question.link_id for each in found] == [
        link_id
        for link_id in (question.link_id for question in form().questions)
        if (last := next((row.answers[link_id] for row in earlier if link_id in row.answers), None)) is not None
        and last != now.answers.get(link_id)
    ]

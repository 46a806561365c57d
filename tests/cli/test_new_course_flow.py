"""From the first session to a new course, through the verbs alone: treated, looked at, closed, and begun again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.builders import Line, planned, screened
from tests.chair_builders import THURSDAY, after, agreed, before_the_needle, in_the_chair, site, treat, treated
from tests.picture_builders import a_png, added, put
from tests.response_builders import CALF, THIGH, grade, on_day, respond

TEN = time(9, 30, tzinfo=UTC)


def next_planned(line: Line, number: int) -> datetime:
    """The moment of the next planned session of a course, in winter time."""
    course = line.json("response", number, "--show").data["courses"][-1]
    ahead = next(each for each in course["sessions"] if each["status"] == "planned")
    return datetime.fromisoformat(f"{ahead['date']}T{ahead['start']}").replace(tzinfo=UTC)


@pytest.fixture
def four_given(run: Line) -> tuple[Line, int, date]:
    """Four sessions treated, each with its response on the day of the next; the desk 4 weeks after the last."""
    number, start = in_the_chair(run), THURSDAY
    treated(run, number, start, sites=[site(), site(leg="right", region="calf")])
    for _ in range(3):
        start = next_planned(after(run, start), number)
        at = on_day(run, start.date(), 8)
        assert respond(at, number, grades=[grade(*THIGH, 4), grade(*CALF, 4)]).data["stage"] == "interim"
        before_the_needle(run, number, start)
        treated(run, number, start)
    return on_day(run, start.date() + timedelta(weeks=4)), number, start.date()


def test_four_sessions_a_response_to_each_and_then_a_new_course(four_given: tuple[Line, int, date]) -> None:
    line, number, last_on = four_given
    seen = line.json("response", number, "--show").data["courses"][0]
    assert (seen["given"], len(seen["responses"]), seen["coming"]["what"]) == (4, 3, "response")
    assert respond(line, number, "continue").codes == ["stop_and_reassess"]
    assert "course_full" in treat(line, number, line.now).codes
    assert respond(line, number, "wait").data["wait_until"] == (line.now.date() + timedelta(weeks=8)).isoformat()
    late = on_day(line, last_on + timedelta(weeks=12))
    assert (respond(late, number, "close").data["stage"], respond(late, number, "continue").code) == ("final", 4)
    later = on_day(line, late.now.date() + timedelta(days=1))
    refused = later.json("plan", number, "--yes")
    assert {"new_intake_wanted", "new_consent_wanted"} <= set(refused.codes)
    screened(later, number)
    agreed(later, number)
    data = planned(later, number, "--sessions", 1)
    assert (data["course"], data["sessions"][0]["number"]) == (2, 1)
    drawn = later.json("response", number, "--show").data["courses"]
    assert [(each["status"], each["given"]) for each in drawn] == [("closed", 4), ("open", 0)]


def test_a_new_course_is_not_begun_in_the_chair_before_its_day_nor_without_intake_and_consent(
    four_given: tuple[Line, int, date],
) -> None:
    line, number, last_on = four_given
    assert respond(line, number, "close").code == 0
    start = datetime.combine(line.now.date() + timedelta(days=1), TEN)
    before = line.at(start - timedelta(hours=1))
    screened(before, number, "session")
    codes = treat(line, number, start).codes
    assert {"new_intake_wanted", "new_consent_wanted", "new_course_too_soon"} <= set(codes)
    screened(before, number)
    agreed(before, number)
    assert treat(line, number, start).codes == ["new_course_too_soon"]
    start = datetime.combine(last_on + timedelta(weeks=12), TEN)
    before_the_needle(line, number, start)
    assert treat(line, number, start).data["number"] == 1


WANTED = "A new course wants new photographs before its first session, or a reason for none: microsclero photo add {}"


def _new_course(given: tuple[Line, int, date]) -> tuple[Line, int, datetime]:
    """The course closed, and everything of a new one there but the photographs; and when it may begin."""
    line, number, last_on = given
    assert respond(line, number, "close").code == 0
    start = datetime.combine(last_on + timedelta(weeks=12), TEN)
    screened(line.at(start - timedelta(hours=2)), number)
    before_the_needle(line, number, start)
    return line, number, start


def _photographed(line: Line, number: int, folder: Path) -> int:
    """A photograph of that moment, with consent to it; its number."""
    agreed(line, number, purpose="photo_record")
    file = put(folder, f"{line.now:%m%d%H%M}.png", a_png(line.now.month))
    return int(added(line, number, file)[0]["photo"])


def test_a_new_course_wants_new_photographs_or_a_reason_for_none(
    four_given: tuple[Line, int, date], tmp_path: Path
) -> None:
    line, number, _ = four_given
    _photographed(line.at(line.now - timedelta(minutes=5)), number, tmp_path)
    line, number, start = _new_course(four_given)
    at, wanted = line.at(start), WANTED.format(number)
    assert wanted in at.json("plan", number, "--dry-run").data["remarks"]
    assert wanted in at.json("treat", number, "--check").data["remarks"]
    refused = treat(line, number, start, no_photo_reason=None)
    assert (refused.code, refused.envelope["errors"]) == (4, [{"code": "new_photographs_wanted", "message": wanted}])
    assert treat(line, number, start, "--dry-run").code == 0
    late = treat(line, number, start, "--dry-run", "--record-anyway", "The camera was away.", no_photo_reason=None)
    assert [each["code"] for each in late.data["anyway"]] == ["new_photographs_wanted"]
    photo = _photographed(line.at(start - timedelta(minutes=30)), number, tmp_path)
    assert wanted not in at.json("plan", number, "--dry-run").data["remarks"]
    assert wanted not in at.json("treat", number, "--check").data["remarks"]
    struck = {"reason": "Somebody else.", "entered_in_error": True}
    assert treat(line, number, start, "--dry-run", no_photo_reason=None).code == 0
    assert at.json("amend", "photo", photo, answers=struck).code == 0
    assert treat(line, number, start, no_photo_reason=None).codes == ["new_photographs_wanted"]


def test_photographs_are_wanted_for_the_first_session_of_a_new_course_alone(
    four_given: tuple[Line, int, date],
) -> None:
    line, number, start = _new_course(four_given)
    assert treated(line, number, start)["number"] == 1
    second = start + timedelta(days=28)
    before_the_needle(line, number, second)
    assert treated(line, number, second, no_photo_reason=None)["number"] == 2


def test_nothing_is_given_before_the_wait_of_a_response_is_over(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number, sites=[site()])
    looked = on_day(run, THURSDAY.date() + timedelta(weeks=4))
    until = respond(looked, number, "wait", grades=[grade(*THIGH, 3)]).data["wait_until"]
    start = datetime.combine(looked.now.date() + timedelta(days=1), TEN)
    before_the_needle(run, number, start)
    assert treat(run, number, start).codes == ["response_waits"]
    start = next_planned(looked, number)
    assert start.date().isoformat() >= until
    before_the_needle(run, number, start)
    assert treated(run, number, start)["number"] == 2

"""What stands beside a question that is typed: what Enter takes, what may be typed, what was wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from microsclero.ask import clinic, letters, reactions
from microsclero.ask.chairside import Chairside, Known, Stopped
from microsclero.ask.fields import Field, changes_from_person, from_person, past_day, person_text, whole_number
from microsclero.content.products import load_products
from microsclero.desk import chairside
from tests.builders import Line, form, register, untroubled
from tests.chair_builders import THURSDAY, expected
from tests.response_builders import desk_of

NAME = Field(key="name", ask="Name", parse=person_text(50), required=True)
NOTICED = Field(key="on", ask="Noticed on (25/11/2026; Enter: today)", parse=past_day(THURSDAY.date()))
LEG = Field(key="leg", ask="Which leg", parse=person_text(9), choices=(("left", "left"), ("right", "right")))
WEEKS = Field(key="weeks", ask="Weeks (Enter: 4)", parse=whole_number(1, 9))


class Typist:
    """Types these lines, one a prompt, and remembers every prompt and whatever was said."""

    def __init__(self, *lines: str) -> None:
        self.lines, self.prompts, self.heard = list(lines), list[str](), list[str]()

    def line(self, prompt: str) -> str:
        self.prompts.append(prompt.strip())
        return self.lines.pop(0)


def test_whatever_was_typed_at_an_optional_field_stands_in_brackets_for_who_comes_back() -> None:
    typist = Typist("Ann", "23/11/2026", "left", "<", "<", "<", "", "", "-", "3")
    given = from_person([NAME, NOTICED, LEG, WEEKS], typist, typist.heard.append)
    assert typist.prompts[4:9] == [
        "Which leg [left / right] (Enter: left; - empties it):",
        "Noticed on (25/11/2026) (Enter: 23/11/2026; - empties it):",
        "Name (Enter: Ann):",
        "Noticed on (25/11/2026) (Enter: 23/11/2026; - empties it):",
        "Which leg [left / right] (Enter: left; - empties it):",
    ]
    assert (given["name"], given["weeks"], "leg" in given) == ("Ann", 3, False)


def test_what_is_offered_stands_in_brackets_from_the_first_field_on() -> None:
    typist = Typist("Ann", "")
    assert from_person([NAME, LEG], typist, print, typed={"leg": "left"}, from_first=True) == (
        {"name": "Ann", "leg": "left"}
    )
    assert typist.prompts == ["Name:", "Which leg [left / right] (Enter: left; - empties it):"]


def test_a_correction_goes_back_and_keeps_no_key_for_a_value() -> None:
    typist = Typist("Bea", "<", "?", "", "")
    assert changes_from_person([NAME, LEG], {"name": "Ann"}, typist, typist.heard.append) == {"name": "Bea"}
    assert typist.prompts == ["Name [Ann]:", "Which leg [–]:", "Name [Bea]:", "Name [Bea]:", "Which leg [–]:"]


@pytest.mark.parametrize(
    ("field", "says"),
    [
        (next(each for each in clinic.init_fields() if each.key == "country"), "a code of two letters, such as GB."),
        (next(each for each in clinic.init_fields() if each.key == "zone"), "Name one such as Europe/London."),
        (reactions.hold_fields()[0], "Initials of somebody in the team"),
        (reactions.hold_fields()[1], "lift: treatment may go on."),
        (letters.letter_fields()[1], "The line above the letter"),
        (WEEKS, "A whole number from 1 to 9 is wanted."),
        (NAME, "Any words, kept as they are typed."),
    ],
    ids=lambda each: each.key if isinstance(each, Field) else "",
)
def test_a_question_mark_says_what_may_be_typed(field: Field, says: str) -> None:
    typist = Typist("?")
    with pytest.raises(IndexError):
        from_person([field], typist, typist.heard.append)
    assert says in " ".join(typist.heard)


@pytest.mark.parametrize("typed", ["09:00-13:00 14:00-17:00", "09:00-13:00; 14:00-17:00", "09:00-13:00-17:00"])
def test_two_periods_without_a_comma_are_told_that_it_is_missing(typed: str) -> None:
    with pytest.raises(ValueError, match="a comma is missing: type 09:00-13:00, 14:00-17:00"):
        clinic.parse_periods(typed)


def at_the_chair(*lines: str, told: Mapping[str, Any], complete: Iterable[str], **known: Any) -> tuple[Typist, Any]:
    """Somebody who tells a session as far as these lines go."""
    typist = Typist(*lines)
    sitting = Chairside(
        {"told": dict(told), "complete": list(complete)},
        known=Known(
            prescribers=("HB",),
            injectors=("HB", "JN"),
            products=load_products(),
            photographs=0,
            now=lambda: datetime(2026, 11, 26, 11, 0, tzinfo=UTC),
            total=lambda _: (),
            about_vials=lambda _: (),
            **known,
        ),
        keyboard=typist,  # type: ignore[arg-type]  # a line is all it is asked for
        key=lambda prompt, allowed: "q",
        say=typist.heard.append,
        keep=lambda _: None,
    )
    return typist, sitting


UP_TO_THE_INJECTOR = ("findings", "prescriber", "prescriber_saw_on")
UP_TO_THE_TIMES = (*UP_TO_THE_INJECTOR, "injector", "vials", "weight_kg", "needle_gauge", "sites")


def test_the_injector_of_the_planned_session_is_offered() -> None:
    typist, sitting = at_the_chair("", told={}, complete=UP_TO_THE_INJECTOR, planned_with="JN")
    with pytest.raises(IndexError):
        sitting.run()
    assert (typist.prompts[0], sitting.told["injector"]) == ("Injector, one of HB, JN (Enter: JN):", "JN")


def test_of_two_injectors_none_is_offered_where_nothing_is_planned_for_today() -> None:
    typist, sitting = at_the_chair("", told={}, complete=UP_TO_THE_INJECTOR)
    with pytest.raises(IndexError):
        sitting.run()
    assert typist.prompts == ["Injector, one of HB, JN:"] * 2


def test_the_times_on_file_are_offered_to_who_corrects_them_and_a_time_alone_is_of_their_day() -> None:
    on_file = {"started_at": "2026-11-25T21:20:00+00:00", "ended_at": "2026-11-25T21:40:00+00:00"}
    typist, sitting = at_the_chair("", "21:45", told=on_file, complete=UP_TO_THE_TIMES)
    with pytest.raises(Stopped):
        sitting.run()
    assert typist.prompts == [
        "Started at (10:00, or 2026-11-25T10:00) (Enter: 2026-11-25T21:20):",
        "Ended at (now, or 10:30) (Enter: 21:40):",
    ]
    assert sitting.told == {"started_at": "2026-11-25T21:20:00+00:00", "ended_at": "2026-11-25T21:45"}
    assert typist.heard[-1] == "  → 2026-11-25T21:45"


def test_a_time_typed_wrong_is_told_that_the_time_alone_is_enough() -> None:
    typist, sitting = at_the_chair("15", told={}, complete=UP_TO_THE_TIMES)
    with pytest.raises(IndexError):
        sitting.run()
    assert typist.heard[0].endswith("type date and time as 2026-11-22T15:00; for a time of that day 10:00 is enough.")


def test_who_is_planned_with_is_known_on_the_day_and_on_no_other(run: Line) -> None:
    number = expected(run)
    for moment, injector in ((THURSDAY, "MS"), (THURSDAY - timedelta(days=1), None)):
        desk = desk_of(run.at(moment))
        assert chairside.planned_with(desk, number) == injector
        desk.close()


def test_doing_nothing_as_an_option_discussed_is_never_read_as_nothing_discussed(run: Line) -> None:
    answers = untroubled(form(run))
    answers |= {key: "not_discussed" for key in answers if key.startswith("discussed_")}
    answers["discussed_nothing"] = "discussed"
    shown = run("screen", register(run), "--for", "intake", answers=answers).out
    assert re.search(r"Discussed +doing nothing \(no treatment\)\n", shown)

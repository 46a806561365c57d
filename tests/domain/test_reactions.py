"""A reported reaction lands in its band: by effect, by time, by severity and by what else is said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsclero.content.reactions import load_reactions
from microsclero.dates import add_months
from microsclero.reaction_words import match_effects
from microsclero.reactions import (
    BANDS,
    EFFECTS,
    HOLDING,
    RED_FLAGS,
    SEVERITIES,
    STATES,
    Band,
    Heard,
    Report,
    assess,
    since_report,
    worst_band,
    yellow_card_text,
)

LISTED = load_reactions()
GIVEN_ON = date(2026, 11, 22)


def reported(effect: str, after: int, **others: Any) -> Report:
    """Noticed and reported so many days after the session."""
    on = GIVEN_ON + timedelta(days=after)
    values: dict[str, Any] = {"noticed_on": on, "reported_on": on, "severity": "mild", "session_on": GIVEN_ON}
    return Report(effect=effect, **(values | others))


def band_of(effect: str, after: int, **others: Any) -> Band:
    return assess(reported(effect, after, **others), LISTED).band


@pytest.mark.parametrize(
    ("effect", "last_day"),
    [
        ("hives", 1),
        ("redness", 28),
        ("swelling_at_site", 28),
        ("tenderness", 28),
        ("itching", 28),
        ("irritation", 28),
        ("lump", 28),
        ("bruising", 28),
        ("veins_look_worse", 56),
        ("pigmentation", (date(2028, 5, 22) - GIVEN_ON).days),
        ("matting", (date(2028, 5, 22) - GIVEN_ON).days),
    ],
)
def test_a_usual_effect_is_usual_to_the_last_day_of_its_window_and_looked_at_from_the_next(
    effect: str, last_day: int
) -> None:
    assert band_of(effect, 0) is Band.EXPECTED
    assert band_of(effect, last_day) is Band.EXPECTED
    assert band_of(effect, last_day + 1) is Band.CALL


@pytest.mark.parametrize("after", [0, 1, 3, 14, 27, 28, 29, 400])
@pytest.mark.parametrize(
    ("effect", "band"),
    [
        ("trapped_blood", Band.CALL),
        ("numbness", Band.CALL),
        ("other", Band.CALL),
        ("superficial_thrombosis", Band.SAME_DAY),
        ("blister_or_ulcer", Band.SAME_DAY),
        ("black_or_white_patch", Band.SAME_DAY),
        ("infection", Band.SAME_DAY),
        ("leg_swelling", Band.SAME_DAY),
        ("calf_pain", Band.SAME_DAY),
        ("visual_disturbance", Band.SAME_DAY),
        ("breathlessness", Band.EMERGENCY),
        ("chest_pain", Band.EMERGENCY),
        ("face_swelling", Band.EMERGENCY),
        ("wheeze", Band.EMERGENCY),
        ("collapse", Band.EMERGENCY),
        ("weakness_or_speech", Band.EMERGENCY),
    ],
)
def test_what_is_never_usual_has_its_band_on_any_day(effect: str, band: Band, after: int) -> None:
    assert band_of(effect, after) is band


def test_every_effect_of_the_list_is_tried_above() -> None:
    assert {one.effect for one in LISTED.effects} == set(EFFECTS)
    assert {
        "superficial_thrombosis",
        "blister_or_ulcer",
        "black_or_white_patch",
        "infection",
        "leg_swelling",
        "calf_pain",
        "breathlessness",
        "chest_pain",
        "face_swelling",
        "wheeze",
        "collapse",
        "visual_disturbance",
        "weakness_or_speech",
    } == RED_FLAGS


ANY_REPORT = st.builds(
    reported,
    st.sampled_from(EFFECTS),
    st.integers(0, 800),
    severity=st.sampled_from(SEVERITIES),
    session_on=st.sampled_from([GIVEN_ON, None]),
    notes=st.sampled_from(["", "a bruise", "calf pain", "black patch", "no fever", "can't breathe"]),
    emergency=st.sampled_from([(), ("breathing",)]),
)


@given(report=ANY_REPORT)
def test_a_red_flag_is_never_usual_and_always_holds(report: Report) -> None:
    found = assess(report, LISTED)
    if report.effect in RED_FLAGS:
        assert found.hold
    assert found.hold == (found.band in HOLDING)


@given(report=ANY_REPORT, severity=st.sampled_from(SEVERITIES))
def test_nothing_lowers_a_band(report: Report, severity: str) -> None:
    own = LISTED.by_code(report.effect).band
    assert worst_band([own, assess(report, LISTED).band]) is assess(report, LISTED).band
    mild = assess(Report(effect=report.effect, noticed_on=GIVEN_ON, reported_on=GIVEN_ON, severity="mild"), LISTED)
    other = assess(Report(effect=report.effect, noticed_on=GIVEN_ON, reported_on=GIVEN_ON, severity=severity), LISTED)
    assert BANDS.index(other.band) >= BANDS.index(mild.band)


@given(report=ANY_REPORT)
def test_somebody_always_asks_again_and_never_before_the_next_day(report: Report) -> None:
    assert assess(report, LISTED).follow_up_on > report.reported_on


@given(words=st.text(max_size=60))
def test_words_that_match_nothing_are_looked_at_never_usual(words: str) -> None:
    bands = [one.band for one in match_effects(words, LISTED)]
    assert bands or worst_band(bands) is Band.CALL


@pytest.mark.parametrize(
    ("severity", "effect", "band"),
    [
        ("moderate", "bruising", Band.EXPECTED),
        ("severe", "bruising", Band.CALL),
        ("severe", "trapped_blood", Band.SAME_DAY),
        ("severe", "numbness", Band.SAME_DAY),
        ("severe", "calf_pain", Band.SAME_DAY),
        ("severe", "infection", Band.EMERGENCY),
        ("severe", "visual_disturbance", Band.EMERGENCY),
        ("mild", "collapse", Band.EMERGENCY),
    ],
)
def test_severity_raises_a_band(severity: str, effect: str, band: Band) -> None:
    assert band_of(effect, 2, severity=severity) is band


def test_what_is_still_there_counts_to_the_day_of_the_report() -> None:
    early = {"noticed_on": GIVEN_ON + timedelta(days=2)}
    assert band_of("bruising", 40, **early) is Band.CALL
    assert band_of("bruising", 40, **early, ended_on=GIVEN_ON + timedelta(days=20)) is Band.EXPECTED


def test_without_a_session_of_ours_nothing_is_usual() -> None:
    found = assess(reported("redness", 2, session_on=None), LISTED)
    assert (found.band, found.because, found.usual_until) == (Band.CALL, ("no session of ours to explain it",), None)


def test_what_was_there_before_the_session_is_looked_at() -> None:
    found = assess(reported("redness", 2, noticed_on=GIVEN_ON - timedelta(days=1)), LISTED)
    assert (found.band, found.because) == (Band.CALL, ("noticed before the session",))


def test_words_of_danger_in_the_notes_raise_the_band() -> None:
    said = assess(reported("bruising", 2, notes="A bruise, and the calf hurts when walking"), LISTED)
    assert (said.band, said.because) == (Band.SAME_DAY, ("the notes speak of pain or throbbing in the calf or thigh",))
    denied = assess(reported("bruising", 2, notes="no fever, without calf pain"), LISTED)
    assert denied.band is Band.EXPECTED


def test_an_emergency_question_answered_yes_is_an_emergency_whatever_else_was_said() -> None:
    found = assess(reported("bruising", 2, emergency=("breathing",)), LISTED)
    assert (found.band, found.hold) == (Band.EMERGENCY, True)


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("Swollen calf", "leg_swelling"),
        ("a BLACK patch near the knee", "black_or_white_patch"),
        ("my sight came back after an hour", "visual_disturbance"),
        ("swollen face", "face_swelling"),
        ("My leg is swollen since Sunday", "leg_swelling"),
        ("pain in my calf", "calf_pain"),
        ("she can't see on the left", "visual_disturbance"),
        ("her lips are swollen", "face_swelling"),
        ("the skin has gone white", "black_or_white_patch"),
        ("hard to breathe", "breathlessness"),
        ("chest hurts", "chest_pain"),
        ("I can't breathe", "breathlessness"),
        ("hot line along a vein", "superficial_thrombosis"),
        ("leg_swelling", "leg_swelling"),
        ("bruise and chest pain", "chest_pain"),
    ],
)
def test_plain_words_find_the_effect_the_most_urgent_first(words: str, effect: str) -> None:
    assert match_effects(words, LISTED)[0].effect == effect


def test_marks_that_may_last_are_watched_for_eighteen_calendar_months() -> None:
    found = assess(reported("matting", 30), LISTED)
    assert found.watch_until == add_months(GIVEN_ON, 18) == date(2028, 5, 22)
    assert found.follow_up_on == GIVEN_ON + timedelta(days=30 + 84)
    near_the_end = assess(reported("matting", (date(2028, 5, 1) - GIVEN_ON).days), LISTED)
    assert near_the_end.follow_up_on == date(2028, 5, 23)


def test_we_ask_again_the_day_after_a_usual_effect_should_be_gone() -> None:
    assert assess(reported("bruising", 2), LISTED).follow_up_on == GIVEN_ON + timedelta(days=29)
    assert assess(reported("calf_pain", 2), LISTED).follow_up_on == GIVEN_ON + timedelta(days=3)


HEARD = st.builds(
    Heard,
    on=st.integers(0, 800).map(lambda days: GIVEN_ON + timedelta(days=days)),
    state=st.sampled_from(STATES),
    note=st.sampled_from(["", "no fever", "a bruise", "short of breath"]),
)


@given(effect=st.sampled_from(EFFECTS), reported_as=st.sampled_from(BANDS), heard=st.lists(HEARD, max_size=6))
def test_nothing_that_is_heard_later_lowers_a_band(effect: str, reported_as: Band, heard: list[Heard]) -> None:
    one = LISTED.by_code(effect)
    bands = [
        since_report(reported_as, one, one.usual_until(GIVEN_ON), heard[:until], LISTED).band
        for until in range(len(heard) + 1)
    ]
    assert bands == sorted([reported_as, *bands[1:]], key=BANDS.index)


@pytest.mark.parametrize(
    ("heard", "band", "because"),
    [
        ([(28, "same", "")], Band.EXPECTED, ()),
        ([(29, "better", "")], Band.CALL, ("longer than it is usual",)),
        ([(29, "gone", ""), (40, "not_reached", "")], Band.EXPECTED, ()),
        ([(2, "worse", "")], Band.CALL, ("worse",)),
        ([(2, "worse", ""), (3, "better", ""), (4, "worse", "")], Band.SAME_DAY, ("worse",)),
        ([(2, "worse", "")] * 5, Band.SAME_DAY, ("worse",)),
        ([(2, "same", "no fever, without calf pain")], Band.EXPECTED, ()),
        (
            [(2, "better", "but the calf hurts")],
            Band.SAME_DAY,
            ("the note speaks of pain or throbbing in the calf or thigh",),
        ),
        ([(2, "gone", "can't breathe")], Band.EMERGENCY, ("the note speaks of trouble breathing",)),
    ],
)
def test_what_is_heard_at_a_follow_up_raises_a_bruise(
    heard: list[tuple[int, str, str]], band: Band, because: tuple[str, ...]
) -> None:
    bruise = LISTED.by_code("bruising")
    told = [Heard(on=GIVEN_ON + timedelta(days=days), state=state, note=note) for days, state, note in heard]
    found = since_report(Band.EXPECTED, bruise, bruise.usual_until(GIVEN_ON), told, LISTED)
    assert (found.band, found.because) == (band, because)


def test_a_state_nobody_knows_can_not_be_heard() -> None:
    with pytest.raises(ValueError, match="A state is one of gone, better, same, worse, not_reached"):
        Heard(on=GIVEN_ON, state="meh")


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": "awful"},
        {"noticed_on": GIVEN_ON + timedelta(days=3)},
        {"ended_on": GIVEN_ON - timedelta(days=1)},
    ],
)
def test_a_report_that_contradicts_itself_can_not_be_built(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"severity|noticed|ended"):
        reported("bruising", 2, **wrong)


def test_a_yellow_card_names_nobody() -> None:
    text = yellow_card_text(
        patient_no=7,
        age=44,
        effect="hot, sore skin that spreads",
        noticed_on=date(2026, 11, 25),
        severity="moderate",
        outcome="not yet known",
        medicines=["fibrovein 0.2 %, batch 123A, 4.2 mL"],
        given_on=GIVEN_ON,
        reporter="MS",
        clinic="Leg Clinic",
    )
    assert text == (
        "Yellow Card report (yellowcard.mhra.gov.uk)\n"
        "Patient: our number 7, aged 44\n"
        "Suspected reaction: hot, sore skin that spreads, moderate, noticed Wed 25 Nov 2026\n"
        "Outcome: not yet known\n"
        "Medicine: fibrovein 0.2 %, batch 123A, 4.2 mL\n"
        "Given: Sun 22 Nov 2026\n"
        "Reporter: MS, Leg Clinic"
    )

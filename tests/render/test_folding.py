"""Long lines of a screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from microsclero.render.folding import fold


def test_a_date_and_a_phone_number_are_never_broken() -> None:
    line = "  66  Phương Lê · session 3 cancelled, patient away · Sat 27 Feb 2027 · 07700 900173"
    assert fold(line, 80, "    ") == [
        "  66  Phương Lê · session 3 cancelled, patient away · Sat 27 Feb 2027 ·",
        "    07700 900173",
    ]
    assert fold(line, 60, "    ") == [
        "  66  Phương Lê · session 3 cancelled, patient away ·",
        "    Sat 27 Feb 2027 · 07700 900173",
    ]


def test_a_letter_of_two_cells_counts_as_two() -> None:
    line = "  101  美咲 高橋 · intake questionnaire signed with something unanswered · Tue 3 Nov 2026"
    assert fold(line, 80, "    ") == [
        "  101  美咲 高橋 · intake questionnaire signed with something unanswered ·",
        "    Tue 3 Nov 2026",
    ]


def test_a_sentence_between_dots_flows() -> None:
    line = "60  Anna · screening 60: a hot, hard cord along a vein: a GP the same day; report it · Tue 20 Oct"
    assert fold(line, 60, "  ") == [
        "60  Anna · screening 60: a hot, hard cord along a vein: a GP",
        "  the same day; report it · Tue 20 Oct",
    ]


def test_a_word_too_long_for_a_line_is_broken_and_loses_nothing() -> None:
    eights = ["  xxxxxxxx"] * 3
    assert fold("See " + "x" * 25 + " there", 10, "  ") == ["See", *eights, "  x there"]
    assert fold("高" * 12, 10, " ") == ["高" * 5, " " + "高" * 4, " " + "高" * 3]


def test_what_fits_stays_as_it_is() -> None:
    assert fold("  12  Anna Weiss", 80, "    ") == ["  12  Anna Weiss"]
    assert fold("", 10) == [""]


@given(text=st.text(st.sampled_from("ab ·-高é\n1")), room=st.integers(8, 40), rest=st.sampled_from(["", "  ", "    "]))
def test_no_line_is_ever_too_long_and_no_letter_is_ever_lost(text: str, room: int, rest: str) -> None:
    lines = fold(text, room, rest)
    assert all(cell_len(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())

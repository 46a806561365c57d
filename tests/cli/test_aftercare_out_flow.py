"""The aftercare sheet leaves the screen: to the desk's printer, and its dates into a calendar that says nothing."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.amend_builders import amended, given_once
from tests.builders import Line, register
from tests.chair_builders import A_DAY, THURSDAY, a_session_later, after, before_the_needle, in_the_chair, treated

TAKES_IT = '#!/bin/sh\necho "$@" > "{folder}/line"\ncat > "{folder}/page"\n'


@pytest.fixture
def treated_line(run: Line) -> tuple[Line, int]:
    """A patient with a session given, at the desk half an hour after its start."""
    number = given_once(run)
    return after(run), number


@pytest.fixture
def desk_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This desk's own settings, with a printer."""
    path = tmp_path / "desk.toml"
    path.write_text('printer = "front desk; rm -rf /"\n')
    monkeypatch.setenv("MICROSCLERO_CONFIG", str(path))
    return path


def a_printer(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str = TAKES_IT) -> None:
    """An lp that does as the script says, the only program on the way."""
    place = folder / "bin"
    place.mkdir()
    (place / "lp").write_text(script.format(folder=folder))
    (place / "lp").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")


# ── the printer ──


def test_the_sheet_goes_to_the_printer_of_this_desk_as_a_pdf(
    treated_line: tuple[Line, int], desk_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, number = treated_line
    a_printer(tmp_path, monkeypatch)
    done = line("aftercare", number, "--print")
    assert (done.code, done.out) == (0, "Sent to the printer front desk; rm -rf /.\n")
    assert (tmp_path / "line").read_text() == "-d front desk; rm -rf / -t sheet\n"
    assert (tmp_path / "page").read_bytes().startswith(b"%PDF")


def test_the_printed_sheet_is_the_one_that_is_written(
    treated_line: tuple[Line, int], desk_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, number = treated_line
    a_printer(tmp_path, monkeypatch)
    data = line.json("aftercare", number, "--print", "--large", "--pdf", tmp_path / "sheet.pdf").data
    assert (data["printer"], data["pdf"]) == ("front desk; rm -rf /", str(tmp_path / "sheet.pdf"))
    assert (tmp_path / "page").read_bytes() == (tmp_path / "sheet.pdf").read_bytes()


def test_without_a_printer_there_is_one_clear_sentence(
    treated_line: tuple[Line, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, number = treated_line
    a_printer(tmp_path, monkeypatch)
    done = line.json("aftercare", number, "--print")
    assert (done.code, done.codes, (tmp_path / "page").exists()) == (2, ["no_printer"], False)
    (sentence,) = line("aftercare", number, "--print").err.splitlines()
    assert 'Put printer = "NAME" into' in sentence


def test_a_computer_without_lp_says_so(
    treated_line: tuple[Line, int], desk_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, number = treated_line
    monkeypatch.setenv("PATH", str(tmp_path))
    done = line.json("aftercare", number, "--print")
    assert (done.code, done.codes) == (2, ["no_printer"])


def test_what_the_printer_says_is_told(
    treated_line: tuple[Line, int], desk_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, number = treated_line
    a_printer(tmp_path, monkeypatch, '#!/bin/sh\nprintf "lp: \\033[31mno such printer\\nmore" >&2\nexit 1\n')
    done = line.json("aftercare", number, "--print")
    assert (done.code, done.codes) == (1, ["not_printed"])
    message = done.envelope["errors"][0]["message"]
    assert ("lp: \\u001b[31mno such printer." in message, "more" in message) == (True, False)


def test_a_printer_that_hangs_is_left(
    treated_line: tuple[Line, int], desk_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microsclero.render import printer

    line, number = treated_line
    a_printer(tmp_path, monkeypatch, "#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(printer, "LONGEST_WAIT_SECONDS", 0.3)
    began = time.monotonic()
    done = line.json("aftercare", number, "--print")
    assert (done.code, done.codes, time.monotonic() - began < 10) == (1, ["not_printed"], True)
    assert "did not answer within 0.3 seconds" in done.envelope["errors"][0]["message"]


def test_a_printer_is_no_option_of_lp(
    treated_line: tuple[Line, int], desk_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, number = treated_line
    a_printer(tmp_path, monkeypatch)
    desk_settings.write_text('printer = "-o raw"\n', encoding="utf-8")
    assert line.json("aftercare", number, "--print").codes == ["no_printer"]


# ── the calendar ──


def events(path: Path) -> list[Any]:
    return [each for each in icalendar.Calendar.from_ical(path.read_bytes()).walk() if each.name == "VEVENT"]


def test_the_dates_of_the_sheet_are_in_the_calendar(treated_line: tuple[Line, int], tmp_path: Path) -> None:
    line, number = treated_line
    data = line.json("aftercare", number, "--ics", tmp_path / "a.ics").data
    items = {item["item"]: item for item in data["items"]}
    stockings, alcohol, response = (each.decoded("dtstart") for each in events(tmp_path / "a.ics"))
    assert (data["reminders"], data["ics"]) == (3, str(tmp_path / "a.ics"))
    assert stockings == date.fromisoformat(items["compression"]["until"]) == date(2026, 12, 10)
    assert alcohol == datetime.fromisoformat(items["no_excess_alcohol"]["until_at"])
    assert alcohol == datetime(2026, 11, 27, 9, 50, tzinfo=UTC)
    assert response == date.fromisoformat(data["response_on"])


def test_nobody_reads_from_the_calendar_what_it_is_for(treated_line: tuple[Line, int], tmp_path: Path) -> None:
    line, number = treated_line
    line.json("aftercare", number, "--ics", tmp_path / "a.ics")
    text = (tmp_path / "a.ics").read_text()
    tells = r"vein|leg|stocking|compress|alcohol|inject|sclero|treat|aftercare|harbour|zoë|weiß|patient"
    assert re.findall(tells, text, flags=re.IGNORECASE) == []
    assert {str(each["summary"]) for each in events(tmp_path / "a.ics")} == {"Clinic reminder"}


def test_each_entry_has_one_name_for_ever_and_a_correction_replaces_it(
    treated_line: tuple[Line, int], tmp_path: Path
) -> None:
    line, number = treated_line
    line.json("aftercare", number, "--ics", tmp_path / "a.ics")
    amended(line, "treatment", 1, ended_at="2026-11-26T09:55")
    line.json("aftercare", number, "--ics", tmp_path / "b.ics")
    before, now = events(tmp_path / "a.ics"), events(tmp_path / "b.ics")
    assert [str(each["uid"]) for each in before] == [str(each["uid"]) for each in now]
    assert len({str(each["uid"]) for each in now}) == 3
    assert max(each["sequence"] for each in before) < min(each["sequence"] for each in now)
    assert now[1].decoded("dtstart") - before[1].decoded("dtstart") == timedelta(minutes=5)


def test_a_date_that_moves_with_the_clinics_own_days_replaces_the_one_before(
    treated_line: tuple[Line, int], tmp_path: Path
) -> None:
    line, number = treated_line
    line.json("aftercare", number, "--ics", tmp_path / "a.ics")
    assert line.json("clinic", "close", "2026-12-24", "--yes", "--move").code == 0
    line.json("aftercare", number, "--ics", tmp_path / "b.ics")
    before, now = events(tmp_path / "a.ics"), events(tmp_path / "b.ics")
    assert [str(each["uid"]) for each in before] == [str(each["uid"]) for each in now]
    assert (before[2].decoded("dtstart"), now[2].decoded("dtstart")) == (date(2026, 12, 24), date(2026, 12, 29))
    assert max(each["sequence"] for each in before) < min(each["sequence"] for each in now)


def statuses(path: Path) -> dict[str, str]:
    return {str(each["uid"]): str(each["status"]) for each in events(path)}


@pytest.mark.parametrize("moved", [False, True])
def test_a_session_that_is_no_longer_this_patients_has_its_dates_taken_back(
    treated_line: tuple[Line, int], tmp_path: Path, moved: bool
) -> None:
    line, number = treated_line
    line.json("aftercare", number, "--ics", tmp_path / "a.ics")
    right = register(line, given_name="Ann", family_name="Other", born_on="1970-01-01")
    amended(line, "treatment", 1, **({"patient": right} if moved else {"entered_in_error": True}))
    words = (
        f"No session of patient {number} stands as given any more, so there is no sheet. This calendar takes back the "
        "dates of the one before: send it where that one went."
    )
    data = line.json("aftercare", number, "--ics", tmp_path / "b.ics").data
    assert data == {
        "patient": number,
        "remarks": [words],
        "ics": str(tmp_path / "b.ics"),
        "reminders": 0,
        "withdrawn": 3,
    }
    before, now = events(tmp_path / "a.ics"), events(tmp_path / "b.ics")
    assert statuses(tmp_path / "a.ics") == dict.fromkeys(map(str, (each["uid"] for each in before)), "CONFIRMED")
    assert statuses(tmp_path / "b.ics") == dict.fromkeys(statuses(tmp_path / "a.ics"), "CANCELLED")
    assert max(each["sequence"] for each in before) < min(each["sequence"] for each in now)
    done = line("aftercare", number, "--ics", tmp_path / "c.ics")
    assert (done.code, done.out) == (0, f"Written: {tmp_path / 'c.ics'}, 3 taken back\n")
    assert words in " ".join(done.err.split())
    no_sheet = line.json("aftercare", number, "--ics", tmp_path / "d.ics", "--pdf", tmp_path / "d.pdf")
    assert (no_sheet.code, no_sheet.codes) == (3, ["no_session_given"])


def test_a_session_given_after_one_that_was_struck_out_has_its_dates_and_takes_back_the_others(
    run: Line, tmp_path: Path
) -> None:
    number = in_the_chair(run)
    early = THURSDAY - A_DAY
    before_the_needle(run, number, early)
    treated(run, number, early, "--record-anyway", "Came a day early.")
    line = after(run, early)
    line.json("aftercare", number, "--ics", tmp_path / "a.ics")
    amended(line, "treatment", 1, entered_in_error=True)
    a_session_later(run, number, THURSDAY)
    data = after(run).json("aftercare", number, "--ics", tmp_path / "b.ics").data
    assert (data["reminders"], data["withdrawn"]) == (3, 3)
    assert sorted(statuses(tmp_path / "b.ics").values()) == ["CANCELLED"] * 3 + ["CONFIRMED"] * 3
    gone = {uid for uid, status in statuses(tmp_path / "b.ics").items() if status == "CANCELLED"}
    assert gone == set(statuses(tmp_path / "a.ics"))


def test_a_session_that_is_given_again_under_its_name_takes_nothing_back(
    treated_line: tuple[Line, int], tmp_path: Path
) -> None:
    line, number = treated_line
    line.json("aftercare", number, "--ics", tmp_path / "a.ics")
    amended(line, "treatment", 1, entered_in_error=True)
    treated(line, number)
    data = line.json("aftercare", number, "--ics", tmp_path / "b.ics").data
    assert (data["reminders"], data["withdrawn"]) == (3, 0)
    assert statuses(tmp_path / "b.ics") == dict.fromkeys(statuses(tmp_path / "a.ics"), "CONFIRMED")


def test_only_a_session_on_record_has_a_calendar(run: Line, tmp_path: Path) -> None:
    number = register(run)
    words = ("aftercare", number, "--ended", "2026-11-22T10:00", "--ics", tmp_path / "a.ics")
    assert (run.json(*words).code, (tmp_path / "a.ics").exists()) == (2, False)
    none = run.json("aftercare", number, "--ics", tmp_path / "a.ics")
    assert (none.code, none.codes) == (3, ["no_session_given"])

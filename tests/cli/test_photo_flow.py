"""Photographs at the desk: only pixels are kept, only with consent, and only what may be shown is shown."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from microsclero.store import photos as photo_rows
from microsclero.store import pictures
from microsclero.store.pictures import folder_of
from tests.builders import SUNDAY_11, Line, Result, another, planned, ready, register
from tests.picture_builders import (
    PLACE,
    SECRET,
    a_jpeg,
    a_png,
    added,
    agreed,
    is_plain,
    opened,
    pixels,
    put,
    written,
)
from tests.reaction_builders import days_after, given_on
from tests.store.builders import fork, in_child, tamper

THIGH = ("--leg", "left", "--region", "thigh")
LATER = datetime(2027, 2, 14, 11, 0, tzinfo=UTC)


@pytest.fixture
def patient(run: Line) -> int:
    """Somebody who agreed to photographs for the record."""
    number = register(run)
    agreed(run, number)
    return number


@pytest.fixture
def phone(tmp_path: Path) -> Path:
    """Where the pictures come from."""
    made = tmp_path / "phone"
    made.mkdir()
    return made


def kept_files(clinic_file: Path) -> dict[str, bytes]:
    folder = folder_of(clinic_file)
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def nothing_kept(line: Line, number: int, clinic_file: Path) -> bool:
    return kept_files(clinic_file) == {} and line.json("photo", "list", number).data["photos"] == []


# ── added ──


def test_a_photograph_with_a_place_in_it_is_kept_without(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    raw = a_jpeg(orientation=6)
    assert opened(raw).getexif().get_ifd(0x8825)[2] == PLACE
    (photo,) = added(run, patient, put(phone, "IMG_1.jpg", raw), *THIGH, "--aspect", "lateral")
    ((name, data),) = kept_files(clinic_file).items()
    assert is_plain(data)
    assert not any(word in data for word in (b"Exif", b"GPS", b"http", b"Telephone", SECRET.encode(), b"mp4"))
    assert dict(opened(data).getexif()) == {}
    assert photo == {
        "photo": 1,
        "patient": patient,
        "course": None,
        "session": None,
        "stage": "before",
        "leg": "left",
        "region": "thigh",
        "aspect": "lateral",
        "taken_on": "2026-11-22",
        "taken_by": "MS",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "width": 64,
        "height": 96,
        "original_name": "IMG_1.jpg",
        "added_at": SUNDAY_11.isoformat(),
        "added_by": "MS",
        "struck_out": None,
    }
    assert name == photo["sha256"]
    assert SECRET.encode() not in clinic_file.read_bytes()


def test_several_are_kept_in_one_change(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    files = [put(phone, f"{n}.jpg", a_jpeg(n)) for n in range(3)] + [put(phone, "4.png", a_png(9))]
    before = run.json("record", "check").data["counts"]["ledger"]
    assert [photo["photo"] for photo in added(run, patient, *files)] == [1, 2, 3, 4]
    assert run.json("record", "check").data["counts"]["ledger"] == before + 1
    assert len(kept_files(clinic_file)) == 4
    folder = folder_of(clinic_file)
    assert {folder.stat().st_mode & 0o777, *(path.stat().st_mode & 0o777 for path in folder.iterdir())} == {
        0o700,
        0o600,
    }


def test_a_hostile_name_is_kept_as_text_made_visible_and_not_too_long(run: Line, patient: int, phone: Path) -> None:
    name = "[red]\x1b[2J‮gpj.‭" + "x" * 200 + ".jpg"
    (photo,) = added(run, patient, put(phone, name, a_jpeg()))
    assert photo["original_name"].startswith("[red]\\u001b[2J\\u202egpj")
    assert (len(photo["original_name"]), photo["original_name"][-1]) == (200, "…")
    shown = run("photo", "list", patient)
    assert (shown.code, "\x1b" in shown.out, "\u202e" in shown.out) == (0, False, False)


def refused(done: Result, line: Line, patient: int, clinic_file: Path) -> tuple[int, list[str]]:
    assert nothing_kept(line, patient, clinic_file)
    return done.code, done.codes


def test_without_consent_nothing_is_kept(run: Line, phone: Path, clinic_file: Path) -> None:
    number = register(run)
    file = put(phone, "a.jpg", a_jpeg())
    done = run.json("photo", "add", number, file)
    assert refused(done, run, number, clinic_file) == (4, ["consent_missing"])
    agreed(run, number, "treatment", "photo_teaching", "portfolio")
    assert refused(run.json("photo", "add", number, file), run, number, clinic_file) == (4, ["consent_missing"])
    agreed(run, number)
    later = run.at(SUNDAY_11 + timedelta(hours=1))
    agreed(later, number, given=False)
    done = later.json("photo", "add", number, file)
    assert refused(done, run, number, clinic_file) == (4, ["consent_withdrawn"])
    told = later("photo", "add", number, file)
    assert (told.code, told.out, told.err) == (
        4,
        "",
        "Consent of patient 1 to photographs for the record was refused or taken back: take no photographs. "
        "Nothing was kept.\n",
    )


def test_consent_taken_back_while_the_pictures_come_in_keeps_nothing(
    run: Line, patient: int, phone: Path, clinic_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_down, later = pictures.laid_down, run.at(SUNDAY_11 + timedelta(hours=1))

    def meanwhile(*given: Any) -> Any:
        agreed(later, patient, given=False)
        return laid_down(*given)

    monkeypatch.setattr(pictures, "laid_down", meanwhile)
    done = later.json("photo", "add", patient, put(phone, "a.jpg", a_jpeg()))
    assert refused(done, run, patient, clinic_file) == (4, ["consent_withdrawn"])


def test_consent_to_older_words_is_taken_again_first(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    tamper(clinic_file, "update consent set wording = '2020-1'")
    done = run.json("photo", "add", patient, put(phone, "a.jpg", a_jpeg()))
    assert refused(done, run, patient, clinic_file) == (4, ["consent_older_wording"])


def test_the_same_picture_twice_is_a_conflict_that_names_the_other_by_number(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    file = put(phone, "a.jpg", a_jpeg())
    added(run, patient, file)
    other = another(run)
    agreed(run, other)
    for number, name in ((patient, "a.jpg"), (other, "b.jpg")):
        done = run.json("photo", "add", number, put(phone, name, a_jpeg()), put(phone, "new.jpg", a_jpeg(7)))
        assert (done.code, done.codes) == (5, ["already_there"])
        said = done.envelope["errors"][0]
        assert (said["photo"], said["patient"]) == (1, patient)
        assert "Weiß" not in said["message"]
    assert len(kept_files(clinic_file)) == 1


def test_the_same_picture_twice_in_one_breath_is_a_conflict(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    files = [put(phone, "a.jpg", a_jpeg()), put(phone, "b.jpg", a_jpeg())]
    done = run.json("photo", "add", patient, *files)
    assert refused(done, run, patient, clinic_file) == (5, ["already_there"])


def make_bad(phone: Path) -> dict[str, Path]:
    """One of every kind of file that is no picture, by what is wrong with it."""
    (phone / "folder").mkdir()
    (phone / "loop_a").symlink_to(phone / "loop_b")
    (phone / "loop_b").symlink_to(phone / "loop_a")
    os.mkfifo(phone / "pipe")
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    import zlib

    bomb = head + zlib.crc32(head[12:]).to_bytes(4, "big") + a_png()[33:]
    return {
        "empty": put(phone, "empty.jpg", b""),
        "larger than 50 MB": put(phone, "large.jpg", bytes(50_000_001)),
        "60 million pixels": put(phone, "bomb.png", bomb),
        "damaged or cut short": put(phone, "short.jpg", written(pixels(1, (400, 300)), "JPEG")[:-2000]),
        "no picture": put(phone, "letter.jpg", b"Dear colleague"),
        "moves": put(phone, "moves.png", written(pixels(1), "PNG", save_all=True, append_images=[pixels(60)])),
        "a GIF": put(phone, "small.gif", written(pixels(1), "GIF")),
        "HEIC": put(phone, "apple.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        "is a folder": phone / "folder",
        "Too many levels of symbolic links": phone / "loop_a",
        "a device or a pipe": phone / "pipe",
        "No such file": phone / "missing.jpg",
        "File name too long": phone / ("n" * 300),
    }


def test_every_bad_picture_is_a_sentence_and_exit_2(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    for why, file in make_bad(phone).items():
        told = run("photo", "add", patient, file)
        assert (told.code, told.out, len(told.err.splitlines())) == (2, "", 1), why
        assert str(file) in told.err
        assert why in told.err
        assert told.err.endswith("; nothing was kept.\n")
        assert refused(run.json("photo", "add", patient, file), run, patient, clinic_file) == (2, ["not_a_picture"])


def test_if_one_is_bad_none_is_kept_and_every_bad_one_is_named(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    bad = make_bad(phone)
    done = run.json("photo", "add", patient, put(phone, "good.jpg", a_jpeg()), *bad.values())
    assert refused(done, run, patient, clinic_file) == (2, ["not_a_picture"] * len(bad))
    assert [error["file"] for error in done.envelope["errors"]] == [str(file) for file in bad.values()]


def test_the_clinic_file_is_no_picture_and_stays_whole(run: Line, patient: int, clinic_file: Path) -> None:
    before = clinic_file.read_bytes()
    assert run.json("photo", "add", patient, clinic_file).codes == ["not_a_picture"]
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "codes"),
    [
        (("--taken-on", "tomorrow"), 2, ["unreadable"]),
        (("--taken-on", "1979-12-31"), 2, ["unreadable"]),
        (("--taken-on", "22.11.2026"), 2, ["unreadable"]),
        (("--leg", "middle"), 2, ["unreadable"]),
        (("--region", "nose"), 2, ["unreadable"]),
        (("--aspect", "upside"), 2, ["unreadable"]),
        (("--stage", "during"), 2, ["unreadable"]),
        (("--stage", "session"), 2, ["missing_answer"]),
        (("--session", "1"), 3, ["session_not_found"]),
        (("--by", "XX"), 3, ["member_not_found"]),
    ],
)
def test_what_is_said_of_a_photograph_is_checked(
    run: Line, patient: int, phone: Path, clinic_file: Path, words: tuple[str, ...], code: int, codes: list[str]
) -> None:
    done = run.json("photo", "add", patient, put(phone, "a.jpg", a_jpeg()), *words)
    assert refused(done, run, patient, clinic_file) == (code, codes)


def test_nobody_there_is_3_and_nobody_at_the_desk_is_2(run: Line, patient: int, phone: Path) -> None:
    file = put(phone, "a.jpg", a_jpeg())
    assert run.json("photo", "add", 99, file).code == 3
    assert run.by(None).json("photo", "add", patient, file).codes == ["who_missing"]
    assert run.json("photo", "add", patient).code == 2


def test_the_session_and_the_stage_follow_from_the_diary(run: Line, phone: Path) -> None:
    number = ready(run)
    agreed(run, number)
    course = planned(run, number, "--start", "2026-11-23", "--sessions", 2)
    (before,) = added(run, number, put(phone, "a.jpg", a_jpeg(1)))
    (named,) = added(run, number, put(phone, "b.jpg", a_jpeg(2)), "--session", 2)
    monday = run.at(SUNDAY_11 + timedelta(days=1))
    (same_day,) = added(monday, number, put(phone, "c.jpg", a_jpeg(3)), "--by", "RT")
    assert [(each["course"], each["session"], each["stage"]) for each in (before, named, same_day)] == [
        (course["course"], None, "before"),
        (course["course"], 2, "session"),
        (course["course"], 1, "before"),
    ]
    assert (same_day["taken_by"], same_day["added_by"]) == ("RT", "MS")


def test_a_camera_with_another_day_is_pointed_out(run: Line, patient: int, phone: Path) -> None:
    file = put(phone, "a.jpg", a_jpeg())
    done = run("photo", "add", patient, file, "--taken-on", "2026-11-20", "--leg", "left")
    assert done.code == 0
    assert done.err == f"{file}: the camera's clock says Sun 22 Nov 2026, the record Fri 20 Nov 2026.\n"


@pytest.mark.parametrize("place", [(), ("--leg", "left"), ("--region", "calf")])
def test_a_picture_without_any_place_is_kept_and_that_is_said(
    run: Line, patient: int, phone: Path, place: tuple[str, ...]
) -> None:
    done = run("photo", "add", patient, put(phone, "a.png", a_png(1)), *place)
    said = (
        "Neither leg nor region was said (--leg left --region calf), so they are compared with others of both legs "
        "alone; to say it now: microsclero amend photo 1.\n"
    )
    assert (done.code, done.err) == (0, "" if place else said)


def test_a_full_disk_keeps_nothing_and_is_exit_7(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    file = put(phone, "a.png", a_png(1))

    def on_a_small_disk() -> Result:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        return run.json("photo", "add", patient, file)

    done = in_child(on_a_small_disk)
    assert refused(done, run, patient, clinic_file) == (7, ["disk_full"])
    assert run.json("photo", "verify").data == {"ok": True, "photos": 0, "bytes": 0}


# ── killed between the picture and its entry ──


def killed(line: Line, patient: int, file: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """`photo add` in a child that is killed at this place."""

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def add() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(*{"row": (photo_rows, "add_photo", die), "name": (os, "replace", die)}[place])
            line.json("photo", "add", patient, file)

    child = fork(add)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_between_picture_and_row_leaves_a_picture_that_verify_names_and_never_a_row_without_one(
    run: Line, patient: int, phone: Path, clinic_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(phone, "a.jpg", a_jpeg())
    killed(run, patient, file, monkeypatch, "row")
    (name,) = kept_files(clinic_file)
    assert run.json("photo", "list", patient).data["photos"] == []
    done = run.json("photo", "verify")
    assert (done.code, done.codes) == (7, ["photo_orphan"])
    assert name in done.envelope["errors"][0]["message"]
    added(run, patient, file)
    assert run.json("photo", "verify").data["photos"] == 1
    assert run.json("record", "check").data["ok"] is True


def test_killed_before_the_picture_has_its_name_leaves_it_unfinished(
    run: Line, patient: int, phone: Path, clinic_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(run, patient, put(phone, "a.jpg", a_jpeg()), monkeypatch, "name")
    done = run.json("photo", "verify")
    assert (done.code, done.codes) == (7, ["photo_unfinished"])
    assert run.json("photo", "list", patient).data["photos"] == []


def test_a_photograph_that_is_being_saved_at_this_moment_is_no_orphan(
    run: Line, patient: int, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(run, patient, put(phone, "a.jpg", a_jpeg()))
    rows, looked = photo_rows.all_photos, [False]

    def one_moment_too_early(store: Any) -> Any:
        found = rows(store) if looked[0] else ()
        looked[0] = True
        return found

    monkeypatch.setattr(photo_rows, "all_photos", one_moment_too_early)
    assert run.json("photo", "verify").data["ok"] is True


def test_of_many_who_add_the_same_picture_at_once_one_does(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    file = put(phone, "a.jpg", a_jpeg())
    children = [fork(lambda: sys.exit(run.json("photo", "add", patient, file).code)) for _ in range(6)]
    for child in children:
        os.waitpid(child, 0)
    assert len(run.json("photo", "list", patient).data["photos"]) == 1
    assert run.json("photo", "verify").data["photos"] == 1
    assert len(kept_files(clinic_file)) == 1


def test_where_the_row_cant_be_saved_the_picture_goes_again(
    run: Line, patient: int, phone: Path, clinic_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(photo_rows, "add_photo", fail)
        with pytest.raises(ZeroDivisionError):
            run("photo", "add", patient, put(phone, "a.jpg", a_jpeg()))
    assert nothing_kept(run, patient, clinic_file)


# ── verified, listed, written out ──


def test_one_flipped_bit_is_found(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    photo, _ = added(run, patient, put(phone, "a.jpg", a_jpeg(1)), put(phone, "b.jpg", a_jpeg(2)))
    path = folder_of(clinic_file) / photo["sha256"]
    data = bytearray(path.read_bytes())
    assert run.json("photo", "verify").data["photos"] == 2
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = run.json("photo", "verify")
    assert (done.code, done.codes, done.envelope["errors"][0]["photo"]) == (7, ["photo_changed"], 1)
    told = run("photo", "verify")
    assert (told.code, told.out) == (7, "")
    assert told.err == (
        "The picture of photograph 1 is not the one that was kept: it was changed or damaged. "
        "Bring it back from a backup.\n"
    )
    for words in (("show", 1), ("compare", patient, "--all", "--pdf", phone / "c.pdf")):
        assert run.json("photo", *words).codes == ["photo_changed"]
    assert not (phone / "c.pdf").exists()


def test_all_that_is_wrong_is_named_at_once(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    photos = added(run, patient, *(put(phone, f"{n}.jpg", a_jpeg(n)) for n in range(3)))
    folder = folder_of(clinic_file)
    (folder / photos[0]["sha256"]).unlink()
    (folder / photos[1]["sha256"]).chmod(0o644)
    (folder / photos[2]["sha256"]).write_bytes(b"")
    (folder / ("0" * 64)).write_bytes(b"nobody's")
    done = run.json("photo", "verify")
    assert (done.code, sorted(done.codes)) == (
        7,
        ["photo_changed", "photo_missing", "photo_open_to_others", "photo_orphan"],
    )


def test_a_picture_can_be_written_out_and_who_looked_is_noted(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    (photo,) = added(run, patient, put(phone, "a.jpg", a_jpeg()))
    out = phone / "out.jpg"
    data = run.by("RT").json("photo", "show", 1, "--to", out).data
    assert data == {**photo, "to": str(out)}
    assert (hashlib.sha256(out.read_bytes()).hexdigest(), out.stat().st_mode & 0o777) == (photo["sha256"], 0o600)
    assert looks(clinic_file)[-1] == ("RT", patient, "photo show")
    assert run.json("photo", "show", 2).code == 3


def test_a_picture_is_written_over_nothing(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    one, other = added(run, patient, put(phone, "a.jpg", a_jpeg(1)), put(phone, "b.jpg", a_jpeg(2)))
    before = kept_files(clinic_file)
    for target in (
        phone / "b.jpg",
        clinic_file,
        folder_of(clinic_file),
        folder_of(clinic_file) / other["sha256"],
        folder_of(clinic_file) / "new.jpg",
    ):
        assert run.json("photo", "show", one["photo"], "--to", target).codes == ["unwritable"], target
    assert run.json("photo", "compare", patient, "--all", "--pdf", folder_of(clinic_file) / "c.pdf").code == 2
    assert (kept_files(clinic_file), (phone / "b.jpg").read_bytes()) == (before, a_jpeg(2))


def looks(clinic_file: Path) -> list[tuple[str, int, str]]:
    import sqlite3

    connection = sqlite3.connect(clinic_file)
    rows = connection.execute("select who, patient_id, command from access order by id").fetchall()
    connection.close()
    return rows


def strike_out(line: Line, photo: int) -> None:
    """As entered in error."""
    from microsclero.desk import open_desk
    from microsclero.settings import Settings
    from microsclero.store import notes

    desk = open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")
    with desk.store.changing(who="MS", command="amend"):
        row = photo_rows.photo(desk.store, photo)
        made = notes.add_amendment(
            desk.store,
            patient_no=row.patient_no,
            kind="photo",
            ref=photo,
            action="entered_in_error",
            reason="The other leg.",
            new=None,
        )
        photo_rows.amend_photo(desk.store, photo, made)
    desk.close()


def test_an_older_page_where_nothing_may_be_shown_any_more_is_named_and_left_to_be_deleted(
    run: Line, patient: int, phone: Path
) -> None:
    before_and_after(run, patient, phone)
    agreed(run, patient, "portfolio")
    page = phone / "p.pdf"
    assert run.json("photo", "portfolio", "--pdf", page).code == 0
    before = page.read_bytes()
    agreed(run.at(LATER), patient, "portfolio", given=False)
    done = run.at(LATER).json("photo", "portfolio", "--pdf", page)
    assert (done.code, done.codes) == (4, ["portfolio_empty"])
    message = done.envelope["errors"][0]["message"]
    assert message.endswith(f" {page} still shows whom it showed: delete it, and take down every copy.")
    assert page.read_bytes() == before
    elsewhere = run.at(LATER).json("photo", "portfolio", "--pdf", phone / "new.pdf")
    assert "still shows" not in elsewhere.envelope["errors"][0]["message"]


def test_a_photograph_struck_out_is_listed_as_such_and_shown_nowhere(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    before_and_after(run, patient, phone)
    agreed(run, patient, "portfolio")
    page = phone / "p.pdf"
    assert run.json("photo", "portfolio", "--pdf", page).code == 0
    strike_out(run, 2)
    shown = run.json("photo", "list", patient).data["photos"]
    assert [each["struck_out"] for each in shown] == [None, "entered in error: The other leg."]
    assert "Struck out: photograph 2, entered in error: The other leg." in run("photo", "list", patient).out
    assert run.json("photo", "compare", patient, "--pdf", page).codes == ["no_photographs"]
    assert run.json("photo", "portfolio", "--pdf", page).codes == ["portfolio_empty"]
    assert run.json("photo", "verify").data["photos"] == 2
    again = added(run, patient, put(phone, "again.jpg", a_jpeg(2)))
    assert len(kept_files(clinic_file)) == len(again) + 1


# ── side by side, and shown to the public ──


def before_and_after(line: Line, number: int, phone: Path, *words: str, seed: int = 1) -> list[int]:
    """The left thigh on 22 November and twelve weeks later; the numbers of both."""
    words = words or THIGH
    first = added(line, number, put(phone, f"{seed}.jpg", a_jpeg(seed)), *words)
    second = added(line.at(LATER), number, put(phone, f"{seed + 1}.jpg", a_jpeg(seed + 1)), *words, "--stage", "after")
    return [photo["photo"] for photo in (*first, *second)]


def text_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def test_before_and_after_stand_side_by_side_with_the_number_and_no_name(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    one, two = before_and_after(run, patient, phone)
    page = phone / "c.pdf"
    data = run.json("photo", "compare", patient, *THIGH, "--pdf", page).data
    assert data == {
        "patient": patient,
        "places": [
            {
                "leg": "left",
                "region": "thigh",
                "aspect": None,
                "photos": [
                    {"photo": one, "stage": "before", "session": None, "taken_on": "2026-11-22"},
                    {"photo": two, "stage": "after", "session": None, "taken_on": "2027-02-14"},
                ],
            }
        ],
        "too_early": [],
        "groundless": [],
        "pdf": str(page),
    }
    said = text_of(page)
    assert "Before Sun 22 Nov 2026 After Sun 14 Feb 2027" in said
    assert f"No. {patient}" in said
    assert "Weiß" not in said
    assert "1980" not in said
    assert len(PdfReader(page).pages) == 1
    assert looks(clinic_file)[-1] == ("MS", patient, "photo compare")
    run.json("photo", "compare", patient, "--pdf", page, "--named")
    assert f"Zoë Weiß, No. {patient}, born 3 Feb 1980" in text_of(page)


def test_of_several_the_first_and_the_latest_are_taken_and_all_on_request(run: Line, patient: int, phone: Path) -> None:
    before_and_after(run, patient, phone)
    added(run, patient, put(phone, "later.jpg", a_jpeg(5)), *THIGH)
    added(run.at(LATER), patient, put(phone, "at.jpg", a_jpeg(6)), *THIGH, "--stage", "before")
    added(run, patient, put(phone, "calf.jpg", a_jpeg(7)), "--leg", "left", "--region", "calf")
    shown = run.json("photo", "compare", patient, "--pdf", phone / "c.pdf").data["places"]
    assert [[photo["photo"] for photo in place["photos"]] for place in shown] == [[1, 2]]
    shown = run.json("photo", "compare", patient, "--pdf", phone / "c.pdf", "--all").data["places"]
    assert [[photo["photo"] for photo in place["photos"]] for place in shown] == [[1, 3, 2, 4]]
    assert run.json("photo", "compare", patient, "--region", "calf", "--pdf", phone / "x.pdf").codes == [
        "no_photographs"
    ]
    assert not (phone / "x.pdf").exists()


def portfolio(line: Line, page: Path, *words: object) -> Any:
    return line.at(LATER).json("photo", "portfolio", "--pdf", page, *words).data


def test_the_portfolio_shows_only_whoever_agreed_to_that(run: Line, patient: int, phone: Path) -> None:
    other = another(run)
    agreed(run, other)
    shown = before_and_after(run, patient, phone)
    before_and_after(run, other, phone, seed=20)
    page = phone / "p.pdf"
    assert run.json("photo", "portfolio", "--pdf", page).codes == ["portfolio_empty"]
    agreed(run, patient, "portfolio")
    agreed(run, other, "photo_teaching")
    assert portfolio(run, page) == {
        "pairs": [
            {
                "leg": "left",
                "region": "thigh",
                "aspect": None,
                "before": shown[0],
                "after": shown[1],
                "result": "after 12 weeks",
            }
        ],
        "patients": 1,
        "unplaced": 0,
        "too_early": [],
        "groundless": [],
        "pdf": str(page),
    }


def test_what_was_taken_too_soon_after_a_session_is_shown_as_no_result(run: Line, phone: Path) -> None:
    """Four weeks after a session there is something to see; before that the public sees nothing of it."""
    number = given_on(run)
    agreed(run, number, "photo_record", "portfolio")
    added(run, number, put(phone, "1.jpg", a_jpeg(1)), *THIGH)
    soon, page = days_after(run, 27), phone / "p.pdf"
    done = soon.json("photo", "add", number, put(phone, "2.jpg", a_jpeg(2)), *THIGH, "--stage", "after").data
    assert [(photo["stage"], photo["session"]) for photo in done["photos"]] == [("session", 1)]
    assert done["remarks"][:1] == [
        "Kept with session 1 of Mon 23 Nov 2026, not as after: a result shows 28 days after it, from Mon 21 Dec 2026."
    ]
    refused = soon.json("photo", "portfolio", "--pdf", page)
    assert (refused.code, refused.codes, page.exists()) == (4, ["portfolio_empty"], False)
    left_out = "Photograph 2 was left out, taken less than 28 days after a session."
    assert left_out in refused.envelope["errors"][0]["message"]
    assert soon.json("photo", "compare", number, "--pdf", page).codes == ["no_photographs"]
    later = days_after(run, 28)
    (third,) = added(later, number, put(phone, "3.jpg", a_jpeg(3)), *THIGH, "--stage", "after")
    assert third["stage"] == "after"
    assert later.json("photo", "portfolio", "--pdf", page).data["pairs"][0]["after"] == 3


def test_a_photograph_of_the_day_is_of_the_session_once_that_is_recorded(run: Line, phone: Path) -> None:
    number = given_on(run)
    line = days_after(run, 0)
    agreed(line, number)
    (photo,) = added(line, number, put(phone, "1.jpg", a_jpeg(1)), *THIGH)
    assert (photo["stage"], photo["session"]) == ("session", 1)


def test_withdrawn_consent_empties_the_portfolio_at_once(
    run: Line, patient: int, phone: Path, clinic_file: Path
) -> None:
    before_and_after(run, patient, phone)
    agreed(run, patient, "portfolio")
    page, next_page = phone / "p.pdf", phone / "next.pdf"
    portfolio(run, page)
    later = run.at(LATER)
    agreed(later, patient, "portfolio", given=False)
    done = later.json("photo", "portfolio", "--pdf", next_page)
    assert (done.code, done.codes, next_page.exists()) == (4, ["portfolio_empty"], False)
    told = later("photo", "portfolio", "--pdf", next_page)
    assert told.err == (
        "Nobody's consent to show photographs is in force: no page was written. Take down any older one.\n"
    )
    assert later.json("photo", "compare", patient, "--pdf", next_page).code == 0
    assert sorted(each.suffix for each in clinic_file.parent.rglob("*") if b"%PDF" in each.name.encode()) == []


def test_one_that_takes_it_back_is_gone_and_the_others_stay(run: Line, patient: int, phone: Path) -> None:
    other = another(run)
    agreed(run, other, "photo_record", "portfolio")
    agreed(run, patient, "portfolio")
    before_and_after(run, patient, phone)
    before_and_after(run, other, phone, seed=20)
    page = phone / "p.pdf"
    assert portfolio(run, page)["patients"] == 2
    later = run.at(LATER)
    agreed(later, patient, "portfolio", given=False)
    assert [pair["before"] for pair in portfolio(later, page)["pairs"]] == [3]
    agreed(run.at(LATER + timedelta(hours=1)), patient, "portfolio")
    assert later.at(LATER + timedelta(hours=2)).json("photo", "portfolio", "--pdf", page).data["patients"] == 2


def test_consent_to_older_words_shows_nothing(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    before_and_after(run, patient, phone)
    agreed(run, patient, "portfolio")
    tamper(clinic_file, "update consent set wording = '2020-1'")
    assert run.json("photo", "portfolio", "--pdf", phone / "p.pdf").codes == ["portfolio_empty"]


def test_consent_taken_back_while_the_page_is_set_stops_it(
    run: Line, patient: int, phone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microsclero.render.views import photos as views

    before_and_after(run, patient, phone)
    agreed(run, patient, "portfolio")
    page, later = phone / "p.pdf", run.at(LATER)
    printed = views.printed_portfolio

    def meanwhile(shown: Any) -> Any:
        agreed(later, patient, "portfolio", given=False)
        return printed(shown)

    monkeypatch.setattr(views, "printed_portfolio", meanwhile)
    done = later.json("photo", "portfolio", "--pdf", page)
    assert (done.code, done.codes, page.exists()) == (5, ["changed_meanwhile"], False)


def test_nothing_on_the_public_page_tells_who_it_is(run: Line, phone: Path) -> None:
    number = ready(run)
    agreed(run, number, "photo_record", "portfolio")
    planned(run, number, "--start", "2026-11-23", "--sessions", 2)
    before_and_after(run, number, phone)
    page = phone / "p.pdf"
    portfolio(run, page)
    raw, said = page.read_bytes(), text_of(page)
    words = ("Zoë", "Weiß", "Zoe", "Weiss", "1980", "2026", "2027", "Nov", "Feb", "No.", SECRET, "IMG", "Telephone")
    assert [word for word in words if word in said] == []
    assert [word for word in words if word.encode() in raw] == []
    assert not any(brand in said.lower() for brand in ("fibro", "aethoxy", "asclera", "sclerosant"))
    assert "Recent work" in said
    assert "Left thigh Before After 12 weeks" in said


def test_a_pair_of_no_leg_in_particular_is_left_out_and_counted(run: Line, patient: int, phone: Path) -> None:
    before_and_after(run, patient, phone)
    before_and_after(run, patient, phone, "--region", "thigh", seed=30)
    agreed(run, patient, "portfolio")
    data = portfolio(run, phone / "p.pdf")
    assert (len(data["pairs"]), data["unplaced"]) == (1, 1)
    assert (
        "Left out: 1 where the record does not say which leg."
        in run("photo", "portfolio", "--pdf", phone / "p.pdf").out
    )


def test_a_long_portfolio_keeps_the_newest(run: Line, patient: int, phone: Path) -> None:
    agreed(run, patient, "portfolio")
    for n, region in enumerate(("thigh", "calf", "ankle")):
        before_and_after(run, patient, phone, "--leg", "right", "--region", region, seed=10 * n + 1)
    shown = portfolio(run, phone / "p.pdf", "--limit", 2)["pairs"]
    assert [pair["region"] for pair in shown] == ["ankle", "calf"]


def test_a_backup_takes_the_pictures_along_and_says_so(run: Line, patient: int, phone: Path, clinic_file: Path) -> None:
    added(run, patient, put(phone, "a.jpg", a_jpeg(1)), put(phone, "b.jpg", a_jpeg(2)))
    data = run.json("record", "backup", phone / "copies").data
    assert data["photos"] == 2
    copy = Path(data["backup"])
    assert kept_files(copy) == kept_files(clinic_file)
    assert run.on(copy).json("photo", "verify").data["photos"] == 2
    assert (
        "With it, the pictures of 2 photographs, each read back and checked."
        in run("record", "backup", phone / "copies").out
    )
    (next(folder_of(clinic_file).iterdir())).write_bytes(b"")
    remarks = run.json("record", "backup", phone / "others").data["remarks"]
    assert any("lacks the pictures of photographs" in remark for remark in remarks)

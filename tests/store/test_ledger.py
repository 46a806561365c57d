"""Tampering behind the program's back is found; what only a head kept elsewhere can show is found with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from microsclero.store import Store, ledger, open_store, patients, verify
from tests.store.builders import a_patient, codes, fill, put_course, put_patient, raw, tamper, ticking


@pytest.fixture
def kept(clinic_file: Path) -> Path:
    """A record with a few entries and changes in it."""
    with open_store(clinic_file, clock=ticking()) as opened:
        for name in ("Ann", "Bea", "Cat"):
            a_patient(opened, name)
        with opened.changing(who="MS", command="plan"):
            put_course(opened, 1)
        with opened.changing(who="MS", command="patient edit"):
            patients.edit_patient(opened, 2, {"phone": "1"}, 1)
    return clinic_file


def report(path: Path, against: str | None = None) -> verify.CheckReport:
    with open_store(path) as opened:
        return opened.check(against=against)


def test_an_untouched_record_is_sound(kept: Path) -> None:
    found = report(kept)
    assert found.problems == ()
    assert found.is_sound
    assert (found.entries, found.clock_back, len(found.head)) == (6, 0, 64)
    assert found.counts == {
        "clinic": 1,
        "opening_hours": 7,
        "closure": 0,
        "holiday": 0,
        "holiday_year": 0,
        "team_member": 2,
        "room": 0,
        "patient": 3,
        "screening": 0,
        "decision": 0,
        "document": 0,
        "course": 1,
        "session": 4,
        "backup_log": 0,
        "event": 0,
        "absence": 0,
        "contact": 0,
        "undone": 0,
        "amendment": 0,
        "assignment": 0,
        "consent": 0,
        "hold": 0,
        "hold_word": 0,
        "incident": 0,
        "note": 0,
        "photo": 0,
        "product_check": 0,
        "quarantine": 0,
        "reaction": 0,
        "reaction_step": 0,
        "response": 0,
        "treatment": 0,
        "vial": 0,
        "draft": 0,
        "access": 0,
        "history": 19,
        "ledger": 6,
    }


def test_the_head_is_the_newest_hash_and_changes_with_each_entry(store: Store) -> None:
    before = store.head()
    a_patient(store)
    after = store.head()
    assert before != after == store.check().head
    assert store.check(against=before).is_sound
    assert store.check(against=after).is_sound


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("update patient set given_name = 'Eve' where id = 2", "row_changed", "patient 2 is not as its history has it"),
        ("update session set on_date = '2030-01-01' where id = 3", "row_changed", "session 3 is not as"),
        ("update patient set version = 7 where id = 1", "row_changed", "patient 1 is not as"),
        ("update clinic set made_up = 1", "row_changed", "clinic 1 is not as"),
        ("delete from session where id = 4", "row_deleted", "session 4 was deleted"),
        (
            "insert into patient select 9, given_name, family_name, name_key, family_key, born_on, phone, "
            "phone_digits, email, address, gp, emergency_contact, allergies, notes, version, added_at "
            "from patient where id = 1",
            "row_changed",
            "patient 9 is not in the history",
        ),
        ("update history set new = replace(new, 'Bea', 'Eve') where tbl = 'patient'", "history", "are not those"),
        ("update history set who = 'XX' where tbl = 'patient' and row_id = 2", "history", "are not those"),
        ("update history set at = '2020-01-01T00:00:00.000000Z' where seq = 12", "history", "are not those"),
        ("delete from history where seq = 12", "history", "are not those"),
        ("update ledger set who = 'XX' where n = 3", "chain", "Entry 3 of the ledger was changed"),
        ("update ledger set clock_back = 1 where n = 3", "chain", "Entry 3 of the ledger was changed"),
        ("update ledger set hash = 'x' where n = 3", "chain", "Entry 3 of the ledger was changed"),
        ("delete from ledger where n = 3", "chain", "missing before entry 4"),
        ("delete from ledger where n = 6", "history", "outside the ledger"),
        ("update _ctx set txn = 'x'", "context", "still names a writer"),
    ],
)
def test_tampering_is_found(kept: Path, statement: str, code: str, words: str) -> None:
    tamper(kept, statement)
    problems = report(kept).problems
    assert any(problem.code == code and words in problem.message for problem in problems), problems


def test_a_row_changed_and_then_changed_again_by_us_is_still_found(kept: Path) -> None:
    tamper(kept, "update patient set given_name = 'Eve' where id = 2")
    with open_store(kept) as opened, opened.changing(who="MS", command="patient edit"):
        patients.edit_patient(opened, 2, {"phone": "2"}, 2)
    assert [problem.message for problem in report(kept).problems] == [
        "patient 2 was not as its history has it when row 20 was written."
    ]


def test_a_tail_cut_clumsily_is_found_by_the_file_alone(kept: Path) -> None:
    tamper(kept, *CUT_THE_TAIL)
    assert codes(report(kept).problems) == {"tail_cut"}


CUT_THE_TAIL = (
    "delete from history where seq > 18",
    "delete from ledger where n > 5",
    "update patient set phone = null, version = 1 where id = 2",
)


def test_a_tail_cut_with_care_is_found_only_with_a_head_kept_elsewhere(kept: Path) -> None:
    head = report(kept).head
    tamper(
        kept,
        *CUT_THE_TAIL,
        "update sqlite_sequence set seq = 18 where name = 'history'",
        "update sqlite_sequence set seq = 5 where name = 'ledger'",
    )
    # The control: the file by itself looks whole.
    assert report(kept).problems == ()
    found = report(kept, against=head)
    assert codes(found.problems) == {"tail_cut"}
    assert head in found.problems[0].message


@pytest.mark.parametrize("cut", [64, 40, 16])
def test_a_head_may_be_given_by_its_beginning(kept: Path, cut: int) -> None:
    head = report(kept).head
    assert report(kept, against=f" {head[:cut].upper()}\n").is_sound


@pytest.mark.parametrize("head", ["f" * 64, "0", "%", "f" * 63 + "'"])
def test_a_head_of_another_record_is_not_found(kept: Path, head: str) -> None:
    assert codes(report(kept, against=head).problems) == {"tail_cut"}


def rehash(path: Path, entries: Iterable[int]) -> None:
    """What somebody does who has read our code: work the hashes of these entries out anew."""
    connection = raw(path)
    for n in entries:
        row = connection.execute(f"select {ledger.LEDGER_COLUMNS} from ledger where n = ?", (n,)).fetchone()
        before = connection.execute("select hash from ledger where n = ?", (n - 1,)).fetchone()[0]
        noted = connection.execute(
            f"select {ledger.HISTORY_COLUMNS} from history where seq between ? and ? order by seq", row[5:7]
        )
        body = (*row[:7], ledger.rows_hash(noted), row[8], before)
        tamper(path, f"update ledger set rows_sha256 = '{body[7]}', prev = '{before}' where n = {n}")
        tamper(path, f"update ledger set hash = '{ledger.entry_hash(body)}' where n = {n}")
    connection.close()


def test_one_entry_hashed_anew_no_longer_fits_the_next(kept: Path) -> None:
    tamper(kept, "update ledger set cmd = 'other' where n = 3", "update history set cmd = 'other' where seq = 12")
    rehash(kept, [3])
    assert [problem.message for problem in report(kept).problems] == [
        "Entry 4 of the ledger was changed, or the one before it."
    ]


def test_history_that_names_another_writer_than_its_entry_is_found(kept: Path) -> None:
    tamper(kept, "update history set who = 'XX' where seq = 12")
    rehash(kept, range(3, 7))
    assert [problem.message for problem in report(kept).problems] == [
        "History rows 12 to 12 are not those that were saved."
    ]


def test_a_chain_forged_to_its_end_is_found_only_with_a_head_kept_elsewhere(kept: Path) -> None:
    head = report(kept).head
    forged = "replace({0}, 'Bea', 'Eve')"
    tamper(
        kept,
        "update patient set given_name = 'Eve' where id = 2",
        f"update history set new = {forged.format('new')}, old = {forged.format('old')} where tbl = 'patient'",
    )
    rehash(kept, range(2, 7))
    assert report(kept).problems == ()
    assert codes(report(kept, against=head).problems) == {"tail_cut"}


def test_an_empty_record_has_nothing_to_hide(tmp_path: Path) -> None:
    from microsclero.store import create_store

    with create_store(tmp_path / "new.db") as opened:
        found = opened.check(against=opened.head())
    assert (found.problems, found.entries, found.head) == ((), 0, "0" * 64)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("drop index session_number", "The index session_number is missing."),
        ("create index mine on patient (notes)", "The index mine is not ours."),
        ("create table notes (x)", "The table notes is not ours."),
    ],
)
def test_a_changed_schema_is_found(kept: Path, statement: str, words: str) -> None:
    other = raw(kept)
    other.execute(statement)
    other.close()
    assert [problem.message for problem in report(kept).problems] == [words]


def test_an_orphan_is_found(kept: Path) -> None:
    tamper(kept, "update session set patient_id = 99, course_id = 99 where id = 1")
    assert "orphan" in codes(report(kept).problems)


def test_a_flipped_bit_in_a_name_is_found(kept: Path) -> None:
    content = kept.read_bytes()
    assert content.count(b"CatRoe") >= 1
    kept.write_bytes(content.replace(b"CatRoe", b"CauRoe", 1))
    assert {"row_changed", "history"} & codes(report(kept).problems)


def test_bytes_that_are_no_text_are_reported_not_stumbled_over(kept: Path) -> None:
    content = kept.read_bytes()
    kept.write_bytes(content.replace(b"CatRoe", b"Ca\xffRoe", 1).replace(b"'Cat'", b"'C\xfft'", 1))
    found = report(kept)
    assert {"history"} <= codes(found.problems)
    assert found.counts["patient"] == 3


def test_a_torn_page_is_reported_not_stumbled_over(kept: Path) -> None:
    content = bytearray(kept.read_bytes())
    with open_store(kept) as opened:
        page = opened.value("select rootpage from sqlite_schema where name = 'ledger'")
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    kept.write_bytes(bytes(content))
    assert codes(report(kept).problems) & {"damaged", "unreadable"}


def test_many_problems_are_not_all_listed(tmp_path: Path) -> None:
    from microsclero.store import create_store

    path = tmp_path / "clinic.db"
    with create_store(path, fill=fill) as opened, opened.changing(who="MS", command="import"):
        for _ in range(60):
            put_patient(opened)
    tamper(path, "update patient set notes = 'x'")
    problems = report(path).problems
    assert len(problems) == verify.MOST_SHOWN + 1
    assert problems[-1].message == "And more of the same; the rest is not listed."


def test_reading_everything_does_not_keep_others_from_reading(kept: Path) -> None:
    with open_store(kept) as one, open_store(kept) as other:
        assert one.check().is_sound
        assert a_patient(other) == 4
        assert one.check().counts["patient"] == 4

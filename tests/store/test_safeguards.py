"""The settings, tables and triggers a file carries, what no statement may do to it, and how little reading loads."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from microsclero.errors import FileError
from microsclero.store import Store, checks, connection, history, memory_store, migrations, open_store, tables
from tests.store.builders import a_patient, raw

TABLES = {
    "_ctx",
    "_sqlite_migrations",
    "absence",
    "access",
    "amendment",
    "assignment",
    "backup_log",
    "clinic",
    "closure",
    "consent",
    "contact",
    "course",
    "decision",
    "document",
    "draft",
    "event",
    "history",
    "hold",
    "hold_word",
    "holiday",
    "holiday_year",
    "incident",
    "ledger",
    "note",
    "opening_hours",
    "patient",
    "photo",
    "product_check",
    "quarantine",
    "reaction",
    "reaction_step",
    "response",
    "room",
    "screening",
    "session",
    "sqlite_sequence",
    "team_member",
    "treatment",
    "undone",
    "vial",
}


def test_every_safety_setting_is_on(file_store: Store) -> None:
    held = {
        name: file_store.value(f"pragma {name}")
        for name in (
            "foreign_keys",
            "synchronous",
            "trusted_schema",
            "secure_delete",
            "cell_size_check",
            "recursive_triggers",
            "mmap_size",
            "temp_store",
            "journal_mode",
            "application_id",
            "user_version",
        )
    }
    assert held == {
        "foreign_keys": 1,
        "synchronous": 3,
        "trusted_schema": 0,
        "secure_delete": 1,
        "cell_size_check": 1,
        "recursive_triggers": 1,
        "mmap_size": 0,
        "temp_store": 2,
        "journal_mode": "delete",
        "application_id": 0x4D53434C,
        "user_version": checks.SCHEMA,
    }


def test_a_setting_that_does_not_take_hold_is_an_error(monkeypatch: pytest.MonkeyPatch, clinic_file: Path) -> None:
    monkeypatch.setattr(connection, "PRAGMAS", ("foreign_keys=OFF",))
    with pytest.raises(FileError) as caught:
        open_store(clinic_file)
    assert caught.value.exit_code == 7


def test_an_sqlite_without_strict_tables_is_refused(monkeypatch: pytest.MonkeyPatch, clinic_file: Path) -> None:
    monkeypatch.setattr(connection, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(FileError) as caught:
        open_store(clinic_file)
    assert caught.value.code == "sqlite_too_old"


def test_the_tables_are_exactly_these_and_strict(store: Store) -> None:
    held = dict(store.rows("select name, sql from sqlite_schema where type = 'table'"))
    assert held.keys() == TABLES
    loose = {
        name for name, sql in held.items() if not sql.endswith("strict") and not name.startswith(("sqlite_", "_s"))
    }
    assert loose == set()


def test_every_table_is_either_in_the_history_or_left_out_on_purpose() -> None:
    assert TABLES - {"_sqlite_migrations", "sqlite_sequence"} == {*tables.AUDITED, *tables.UNAUDITED}


def test_every_table_of_the_history_has_its_triggers(store: Store) -> None:
    held = {name for (name,) in store.rows("select name from sqlite_schema where type = 'trigger'")}
    for table in tables.AUDITED:
        wanted = {f"{table}_inserted", f"{table}_no_delete"}
        wanted.add(f"{table}_insert_only" if tables.INSERT_ONLY.get(table) == () else f"{table}_updated")
        assert wanted <= held
    for table in tables.APPEND_ONLY:
        assert {f"{table}_no_update", f"{table}_no_delete", f"{table}_no_replace"} <= held
    assert {"session_overlap_insert", "session_overlap_update", "history_outside"} <= held
    assert held == set(history.triggers(store.connection))


def test_the_known_fingerprint_is_the_one_of_a_new_file(store: Store) -> None:
    assert checks.TRIGGERS[checks.SCHEMA] == checks.fingerprint(store.connection)


def test_the_schema_number_counts_the_migrations() -> None:
    assert migrations.step_names() == checks.STEP_NAMES
    assert len(checks.STEP_NAMES) == checks.SCHEMA


@pytest.mark.parametrize(
    "sql",
    [
        "create table extra (x)",
        "create temp table extra (x)",
        "create view extra as select 1",
        "create index extra on patient (notes)",
        "create trigger extra after insert on draft begin select 1; end",
        "create virtual table extra using fts5(x)",
        "drop table patient",
        "drop trigger patient_updated",
        "drop index patient_by_name",
        "alter table patient add column x text",
        "alter table patient rename to patients",
        "attach database ':memory:' as other",
        "vacuum",
        "reindex",
        "analyze",
        "pragma writable_schema = on",
        "pragma foreign_keys = off",
        "pragma synchronous = off",
        "pragma journal_mode = wal",
        "pragma recursive_triggers = off",
        "pragma user_version = 5",
        "pragma application_id = 5",
        "pragma ignore_check_constraints = on",
    ],
)
def test_no_statement_changes_the_shape_or_the_settings_of_an_open_file(store: Store, sql: str) -> None:
    before = migrations.schema_of(store.connection)
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|authorization denied"):
        store.connection.execute(sql)
    assert migrations.schema_of(store.connection) == before


def test_a_misspelt_table_is_a_bug_and_makes_none(store: Store) -> None:
    with pytest.raises(ValueError, match="pateint"), store.changing(who="MS", command="test") as write:
        write.insert("pateint", {"x": 1})
    assert {name for (name,) in store.rows("select name from sqlite_schema where type = 'table'")} == TABLES


@pytest.mark.parametrize("table", [*tables.AUDITED, *tables.APPEND_ONLY])
def test_nothing_is_ever_deleted(store: Store, table: str) -> None:
    _a_row_in_every_table(store)
    with pytest.raises(sqlite3.IntegrityError, match=r"NEVER_DELETED|APPEND_ONLY"):
        store.connection.execute(f"delete from {table}")


@pytest.mark.parametrize("table", [*tables.APPEND_ONLY, *(t for t, once in tables.INSERT_ONLY.items() if not once)])
def test_what_was_noted_or_signed_is_never_changed(store: Store, table: str) -> None:
    _a_row_in_every_table(store)
    column = history.columns(store.connection, table)[1]
    with pytest.raises(sqlite3.IntegrityError, match=r"INSERT_ONLY|APPEND_ONLY"):
        store.connection.execute(f"update {table} set {column} = {column}")


@pytest.mark.parametrize("table", [*tables.AUDITED, *tables.APPEND_ONLY])
def test_nothing_is_ever_replaced(store: Store, table: str) -> None:
    _a_row_in_every_table(store)
    with pytest.raises(sqlite3.IntegrityError, match=r"NEVER_DELETED|APPEND_ONLY|SLOT_TAKEN"):
        store.connection.execute(f"insert or replace into {table} select * from {table} limit 1")


@pytest.mark.parametrize("how", ["", " or ignore", " or replace"])
def test_an_entry_outside_a_change_is_refused_for_every_other_tool(clinic_file: Path, how: str) -> None:
    other = raw(clinic_file)
    with pytest.raises(sqlite3.IntegrityError, match="OUTSIDE"):
        other.execute(f"insert{how} into room (name) values ('Blue')")
    with pytest.raises(sqlite3.IntegrityError, match="OUTSIDE"):
        other.execute(f"update{how} clinic set name = 'Mine'")
    other.close()


def test_a_row_keeps_its_number(store: Store) -> None:
    patient_no = a_patient(store)
    with pytest.raises(FileError, match="NEVER_RENUMBERED"), store.changing(who="MS", command="test") as write:
        write.update("patient", patient_no, {"id": 77})


def test_a_number_is_never_given_twice(store: Store) -> None:
    with pytest.raises(RuntimeError), store.changing(who="MS", command="test"):
        raise RuntimeError
    assert [a_patient(store), a_patient(store)] == [1, 2]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-2-3", "03/02/2026", "", "20260203", "2026-13-01"])
def test_only_dates_that_exist_stand_in_the_file(store: Store, day: str) -> None:
    patient_no = a_patient(store)
    with pytest.raises(FileError) as caught, store.changing(who="MS", command="test") as write:
        write.update("patient", patient_no, {"born_on": day})
    assert caught.value.code == "not_saved"
    assert "Nothing was saved" in caught.value.message


def test_a_refusal_by_the_file_names_no_value(store: Store) -> None:
    patient_no = a_patient(store)
    with pytest.raises(FileError) as caught, store.changing(who="MS", command="test") as write:
        write.update("patient", patient_no, {"given_name": "Canary" * 100})
    assert "Canary" not in str(caught.value)


def test_a_damaged_name_is_not_repeated_in_the_sentence(clinic_file: Path) -> None:
    with open_store(clinic_file) as opened:
        a_patient(opened, "Canary")
    content = clinic_file.read_bytes()
    clinic_file.write_bytes(content.replace(b"Canary", b"Canar\xff"))
    with open_store(clinic_file) as opened, pytest.raises(FileError) as caught:
        opened.rows("select given_name from patient")
    assert caught.value.code == "file_damaged"
    assert "Canar" not in str(caught.value)


READING = """
import sys
from datetime import date
from microsclero.store import open_store
with open_store(sys.argv[1], readonly=True) as store:
    from microsclero.store import backup_log, clinic, diary, diary_lists, drafts, patients, screening_lists
    today = date(2026, 11, 23)
    clinic.clinic(store), clinic.hours(store), clinic.closures(store), clinic.holidays(store, today, today)
    patients.find_patients(store, name_key="a"), patients.patient(store, 1)
    diary.sessions_of_patient(store, 1), diary.bookings(store, today, today)
    diary_lists.sessions_on(store, today), diary_lists.preparation_due(store, today)
    screening_lists.deferrals_due(store, today), screening_lists.reviews_open(store), screening_lists.drafts_open(store)
    backup_log.last_backup(store)
heavy = {"sqlite_utils", "tomllib", "json", "hashlib", "click", "rich", "typer", "shutil", "subprocess", "shlex"}
print(sorted(heavy & set(sys.modules)))
"""


def test_reading_loads_nothing_heavy(clinic_file: Path) -> None:
    with open_store(clinic_file) as opened:
        a_patient(opened)
    done = subprocess.run(
        [sys.executable, "-c", READING, str(clinic_file)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)


def test_opening_with_all_checks_takes_a_moment(clinic_file: Path) -> None:
    def seconds() -> float:
        start = time.perf_counter()
        open_store(clinic_file).close()
        return time.perf_counter() - start

    # About a millisecond on a desk; the rest is room for a busy machine.
    assert min(seconds() for _ in range(30)) < 0.005


def test_two_records_in_memory_share_nothing() -> None:
    with memory_store() as one, memory_store() as other:
        with one.changing(who="MS", command="test") as write:
            write.insert("room", {"name": "Blue"})
        assert (one.value("select count(*) from room"), other.value("select count(*) from room")) == (1, 0)


def _a_row_in_every_table(store: Store) -> None:
    """One change that leaves a row wherever one may stand."""
    from datetime import date, time

    from microsclero.store import clinic, patients, screenings
    from tests.store.builders import put_course, put_patient, put_screening

    with store.changing(who="MS", command="test") as write:
        patient_no = put_patient(store)
        put_course(store, patient_no)
        number = put_screening(store, patient_no)
        screenings.add_decisions(store, number, [("a_rule", "proceed", "seen")], prescriber="MS")
        screenings.add_document(store, patient_no=patient_no, kind="letter", dated_on=date(2026, 1, 2), summary="x")
        clinic.add_closure(store, from_on=date(2026, 1, 1), until_on=date(2026, 1, 2), reason="x")
        clinic.add_holidays(store, country="GB", subdivision="ENG", year=2026, days=[(date(2026, 12, 25), "Christmas")])
        clinic.add_room(store, "Blue")
        clinic.set_hours(store, {5: [(time(9), time(12))]})
        write.insert(
            "event", {"patient_id": patient_no, "what": "x", "from_on": "2026-01-01", "until_on": "2026-01-02"}
        )
        clinic.add_member(store, initials="ZZ", name="Z", roles=["injector"])
        away = {"initials": "ZZ", "from_on": "2026-01-01", "until_on": "2026-01-02", "reason": "x"}
        write.insert("absence", away)
        rung = {"about": "preparation", "about_id": 1, "about_on": "2026-01-01", "outcome": "reached"}
        write.insert("contact", {"patient_id": patient_no, **rung, "at": write.at, "who": "MS"})
        _what_happens_in_the_chair(store, patient_no, number)
        write.insert("undone", {"entry": 1, "reason": "x", "at": write.at, "who": "MS"})
        write.insert("backup_log", {"at": write.at, "path": "/x", "head": "", "pages": 1, "proved": 1})
    patients.looked(store, patient_no, "MS", "patient show")


def _what_happens_in_the_chair(store: Store, patient_no: int, screening: int) -> None:
    from datetime import UTC, date, datetime

    from microsclero.store import (
        consents,
        incidents,
        leavings,
        notes,
        photos,
        products,
        reactions,
        responses,
        treatments,
    )

    then = datetime(2026, 1, 5, 10, tzinfo=UTC)
    consents.add_consent(
        store,
        patient_no=patient_no,
        purpose="treatment",
        is_given=True,
        wording="1",
        sha256="0" * 64,
        taken_by="MS",
        method="paper",
    )
    given = treatments.add_treatment(
        store,
        patient_no=patient_no,
        session=1,
        screening=screening,
        prescriber="MS",
        prescriber_saw_on=date(2026, 1, 5),
        injector="MS",
        sites=[{"leg": "left", "region": "thigh", "vein": "telangiectasia", "vial": "A", "volume_ml": "0.3"}],
        weight_kg=None,
        needle_gauge="30",
        started_at=then,
        ended_at=then,
        stockings="worn",
        observed_minutes=20,
        no_photo_reason=None,
        notes=None,
        total_ml="0.3",
        total_mg="0.6",
        ceiling_percent="3.0",
        remarks=[],
        sheet="1",
        products="1",
        anyway=None,
        vials=[
            {
                "vial": "A",
                "product": "fibrovein",
                "strength_percent": "0.2",
                "batch": "12 3",
                "batch_key": "123",
                "expires_on": date(2027, 1, 31),
                "volume_ml": "0.3",
            }
        ],
    )
    incidents.add_incident(store, patient_no=patient_no, treatment=given, codes=["no_consent"], reason="x")
    products.add_leaflet_check(
        store, product="fibrovein", prescriber="MS", leaflet_revision="1", compared_on=date(2026, 1, 1)
    )
    products.add_quarantine(store, batch="12 3", batch_key="123", product=None, reason="x")
    responses.add_response(
        store,
        patient_no=patient_no,
        course=1,
        session=1,
        on=date(2026, 2, 2),
        grades=[],
        satisfaction=4,
        findings=[],
        next_step="continue",
        wait_until=None,
        notes=None,
    )
    reaction = reactions.add_reaction(
        store,
        patient_no=patient_no,
        treatment=given,
        effect="bruising",
        leg="left",
        region="thigh",
        noticed_on=date(2026, 1, 6),
        severity="mild",
        notes=None,
        emergency=[],
        band="expected",
        because=[],
        version="1",
        follow_up_on=date(2026, 2, 3),
        watch_until=None,
    )
    reactions.add_step(
        store, reaction=reaction, patient_no=patient_no, state="better", note=None, yellow_card=None, next_on=None
    )
    hold = reactions.add_hold(store, patient_no=patient_no, cause="calf_pain", reaction=reaction)
    reactions.add_hold_word(
        store,
        hold=hold,
        patient_no=patient_no,
        word="keep",
        finding="other",
        reason="x",
        prescriber="MS",
        document=None,
    )
    photos.add_photo(
        store,
        patient_no=patient_no,
        course=1,
        session=1,
        stage="before",
        leg="left",
        region="thigh",
        aspect=None,
        sha256="0" * 64,
        size=1,
        width=1,
        height=1,
        original_name="x.jpg",
        taken_on=date(2026, 1, 5),
        taken_by="MS",
    )
    note = notes.add_note(store, patient_no=patient_no, words="x")
    notes.add_amendment(
        store, patient_no=patient_no, kind="note", ref=note, action="entered_in_error", reason="x", new=None
    )
    leavings.assign(store, kind="hold", ref=hold, initials="ZZ")

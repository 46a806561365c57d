"""An older file becomes a present one: asked for, after a proved backup, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from microsclero.errors import FileError
from microsclero.store import Store, checks, create_store, diary, history, migrate, migrations, open_store, patients
from microsclero.store.connection import connect
from tests.store.builders import a_patient, codes, put_course, raw, tamper, ticking

A_SESSION = {
    "patient_id": 1,
    "kind": "session",
    "number": 1,
    "on_date": "2026-12-01",
    "starts": "09:00",
    "ends": "09:30",
    "injector": "MS",
    "status": "planned",
    "version": 1,
    "booked_at": "2026-11-22T10:00:00.000000Z",
}


class Stumbled(Exception):
    """A migration that failed."""


def steps_until(until: int = checks.SCHEMA) -> Migrations:
    """The released migrations, up to and with that schema."""
    steps = Migrations("microsclero")
    for name in checks.STEP_NAMES[:until]:
        steps(name=name)(getattr(migrations, name))
    return steps


@pytest.fixture
def older_file(clinic_file: Path) -> Path:
    """A file of the present schema with rows in it; `next_schema` then makes it an older one."""
    with open_store(clinic_file, clock=ticking()) as opened:
        a_patient(opened, "Ann")
        with opened.changing(who="MS", command="plan"):
            put_course(opened, 1)
    return clinic_file


@pytest.fixture
def next_schema(monkeypatch: pytest.MonkeyPatch, older_file: Path) -> Iterator[dict[str, bool]]:
    """A made-up next migration: patients get a column, one index goes, and a value is filled in."""
    steps = steps_until()
    fails = {"now": False}
    schema = checks.SCHEMA + 1

    @steps()
    def m999_languages(db: Database) -> None:
        db.execute("alter table patient add column language text")
        db.execute("drop index patient_by_phone")
        if fails["now"]:
            raise Stumbled

    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(checks, "SCHEMA", schema)
    monkeypatch.setattr(checks, "STEP_NAMES", (*checks.STEP_NAMES, "m999_languages"))
    connection = connect(None)
    steps.apply(Database(connection, execute_plugins=False))
    history.make_triggers_again(connection)
    monkeypatch.setattr(checks, "TRIGGERS", {**checks.TRIGGERS, schema: checks.fingerprint(connection)})
    connection.close()
    yield fails


def test_a_new_file_has_every_migration(store: Store) -> None:
    done = store.rows("select migration_set, name from _sqlite_migrations order by id")
    assert done == [("microsclero", name) for name in checks.STEP_NAMES]
    assert migrations.schema_of(store.connection) == migrations.expected_schema()


def test_a_file_that_is_up_to_date_is_left_alone(older_file: Path) -> None:
    before = older_file.read_bytes()
    with pytest.raises(FileError) as caught:
        migrate(older_file, who="MS")
    assert caught.value.code == "file_up_to_date"
    assert older_file.read_bytes() == before
    assert [path.name for path in older_file.parent.iterdir()] == ["clinic.db"]


@pytest.mark.parametrize("released", range(1, checks.SCHEMA))
def test_a_file_of_every_released_schema_comes_up_to_date(
    released: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as then:
        then.setattr(migrations, "STEPS", steps_until(released))
        then.setattr(checks, "SCHEMA", released)
        then.setattr(checks, "STEP_NAMES", checks.STEP_NAMES[:released])
        create_store(path, clock=ticking()).close()
        with open_store(path, clock=ticking()) as opened:
            a_patient(opened, "Ann")
            with opened.changing(who="MS", command="plan") as write:
                course = write.insert("course", {"patient_id": 1, "opened_on": "2026-11-22", "status": "open"})
                write.insert("session", {**A_SESSION, "course_id": course})

    saved = migrate(path, who="MS", clock=ticking())

    with open_store(path, clock=ticking()) as opened:
        assert migrations.schema_of(opened.connection) == migrations.expected_schema()
        assert opened.check(against=saved.head).problems == ()
        assert patients.patient(opened, 1).given_name == "Ann"
        assert [row.on.isoformat() for row in diary.sessions_of_patient(opened, 1)] == ["2026-12-01"]


@pytest.mark.usefixtures("next_schema")
def test_an_older_file_is_refused_until_somebody_says_yes(older_file: Path) -> None:
    before = older_file.read_bytes()
    with pytest.raises(FileError) as caught:
        open_store(older_file)
    assert (caught.value.code, caught.value.exit_code) == ("file_older", 7)
    assert f"schema {checks.SCHEMA - 1}, this one uses {checks.SCHEMA}" in caught.value.message
    assert older_file.read_bytes() == before


@pytest.mark.usefixtures("next_schema")
def test_an_older_file_with_rows_comes_up_to_date_after_a_proved_backup(older_file: Path, tmp_path: Path) -> None:
    content = raw(older_file)
    before = content.execute("select * from patient").fetchall()
    entries = content.execute("select count(*) from ledger").fetchone()[0]
    content.close()

    saved = migrate(older_file, who="MS", clock=ticking())

    with open_store(older_file, clock=ticking()) as opened:
        assert opened.rows("select * from patient") == [(*row, None) for row in before]
        assert opened.row("select who, cmd from ledger order by n desc limit 1") == ("MS", "migrate")
        assert opened.value("select count(*) from ledger") == entries + 1
        assert opened.rows("select tbl, row_id from history where op = 'M'") == [("patient", 1)]
        assert opened.check().problems == ()
        assert opened.check(against=saved.head).is_sound
        # The new triggers note the new column, and the history goes on from where it was.
        with opened.changing(who="MS", command="test") as write:
            write.update("patient", 1, {"language": "Cymraeg"})
        assert opened.check().problems == ()
    assert (saved.path.parent, saved.schema, saved.counts["patient"]) == (tmp_path, checks.SCHEMA - 1, 1)
    assert older_file.stat().st_mode & 0o777 == 0o600


def test_the_backup_made_before_is_the_older_file(
    older_file: Path, next_schema: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = migrate(older_file, who="MS")
    monkeypatch.undo()
    with open_store(saved.path) as opened:
        assert opened.check().is_sound
        assert patients.patient(opened, 1).given_name == "Ann"
    with pytest.raises(FileError) as caught:
        open_store(older_file)
    assert caught.value.code == "file_newer"


def test_a_migration_that_fails_leaves_the_file_as_it_was(older_file: Path, next_schema: dict[str, bool]) -> None:
    before = older_file.read_bytes()
    next_schema["now"] = True
    with pytest.raises(Stumbled):
        migrate(older_file, who="MS")
    assert older_file.read_bytes() == before
    next_schema["now"] = False
    migrate(older_file, who="MS")
    with open_store(older_file) as opened:
        assert opened.check().is_sound


@pytest.mark.usefixtures("next_schema")
def test_nothing_is_migrated_without_its_backup(older_file: Path, tmp_path: Path) -> None:
    before = older_file.read_bytes()
    with pytest.raises(FileError) as caught:
        migrate(older_file, who="MS", folder=tmp_path / "nowhere")
    assert caught.value.code == "backup_folder_missing"
    assert older_file.read_bytes() == before


@pytest.mark.usefixtures("next_schema")
def test_a_record_that_was_tampered_with_is_not_migrated(older_file: Path) -> None:
    tamper(older_file, "update patient set notes = 'x'")
    before = older_file.read_bytes()
    with pytest.raises(FileError) as caught:
        migrate(older_file, who="MS")
    assert caught.value.code == "backup_not_proved"
    assert older_file.read_bytes() == before
    assert [path.name for path in older_file.parent.iterdir()] == ["clinic.db"]


@pytest.mark.usefixtures("next_schema")
def test_a_file_somebody_writes_to_is_not_migrated(older_file: Path, tmp_path: Path) -> None:
    other = raw(older_file)
    other.execute("begin immediate")
    with pytest.raises(FileError) as caught:
        migrate(older_file, who="MS", folder=tmp_path, timeout=0.05)
    other.execute("rollback")
    other.close()
    assert caught.value.code == "file_locked"


def test_a_rebuilt_table_that_lost_its_triggers_gets_them_again(
    older_file: Path, next_schema: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rebuild(db: Database) -> None:
        db.table("room").transform(types={"name": str})

    steps = steps_until()
    steps(name="m999_languages")(rebuild)
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setitem(checks.TRIGGERS, checks.SCHEMA, checks.TRIGGERS[checks.SCHEMA - 1])
    migrate(older_file, who="MS")
    with open_store(older_file) as opened, opened.changing(who="MS", command="test") as write:
        write.insert("room", {"name": "Blue"})
    with open_store(older_file) as opened:
        assert codes(opened.check().problems) == set()

"""Everything that can be wrong with a clinic file, and what is said about it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from microsclero.store import checks
from tests.store.builders import raw


def overwrite(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def empty(path: Path) -> None:
    overwrite(path, b"")


def somebody_elses_words(path: Path) -> None:
    overwrite(path, b"Dear Sir or Madam,\n" * 400)


def a_torn_header(path: Path) -> None:
    overwrite(path, os.urandom(100) + path.read_bytes()[100:])


def cut_by_100_bytes(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def cut_by_a_page(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 4096)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_to_fifty_bytes(path: Path) -> None:
    os.truncate(path, 50)


def with_a_tail(path: Path) -> None:
    overwrite(path, path.read_bytes() + b"\0" * 100)


def a_torn_first_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4000] = b"\xff" * 3900
    overwrite(path, bytes(content))


def another_programs(path: Path) -> None:
    path.unlink()
    connection = raw(path)
    connection.execute("create table contacts (name text)")
    connection.close()
    path.chmod(0o600)


def of_another_mark(path: Path) -> None:
    connection = raw(path)
    connection.execute("pragma application_id = 12345")
    connection.close()


def newer(path: Path) -> None:
    connection = raw(path)
    connection.execute("pragma user_version = 99")
    connection.close()


def of_an_unknown_step(path: Path) -> None:
    connection = raw(path)
    connection.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('microsclero', 'm999_later', 'x')"
    )
    connection.close()


def older(path: Path) -> None:
    connection = raw(path)
    connection.execute("pragma user_version = 0")
    connection.close()


def in_wal_mode(path: Path) -> None:
    connection = raw(path)
    connection.execute("pragma journal_mode = wal")
    connection.close()


def without_a_trigger(path: Path) -> None:
    connection = raw(path)
    connection.execute("drop trigger patient_updated")
    connection.close()


def with_a_hollow_trigger(path: Path) -> None:
    connection = raw(path)
    connection.execute("drop trigger patient_updated")
    connection.execute("create trigger patient_updated after update on patient begin select 1; end")
    connection.close()


def with_one_trigger_more(path: Path) -> None:
    connection = raw(path)
    connection.execute("create trigger spy after update on patient begin select 1; end")
    connection.close()


def without_a_table(path: Path) -> None:
    connection = raw(path)
    connection.execute("drop table contact")
    connection.close()


def without_its_history(path: Path) -> None:
    connection = raw(path)
    connection.execute("drop table history")
    connection.close()


def read_only(path: Path) -> None:
    path.chmod(0o400)


def readable_by_others(path: Path) -> None:
    path.chmod(0o644)


def writable_by_the_group(path: Path) -> None:
    path.chmod(0o620)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def of_two_names(path: Path) -> None:
    os.link(path, path.with_name("second.db"))


def a_dangling_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))
    path.symlink_to(path.with_name("nowhere.db"))


def a_loop_of_links(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def missing(path: Path) -> None:
    path.unlink()


DAMAGE: list[tuple[Callable[[Path], None], str, str]] = [
    (missing, "file_missing", "microsclero clinic init"),
    (empty, "file_empty", "is empty (0 bytes)"),
    (somebody_elses_words, "file_damaged", "is not a readable clinic file"),
    (a_torn_header, "file_damaged", "is not a readable clinic file"),
    (a_torn_first_page, "file_damaged", "is damaged or cut short"),
    (cut_by_100_bytes, "file_damaged", "is damaged or cut short"),
    (cut_by_a_page, "file_damaged", "is damaged or cut short"),
    (cut_in_half, "file_damaged", "is damaged or cut short"),
    (cut_to_fifty_bytes, "file_damaged", "is damaged or cut short"),
    (with_a_tail, "file_damaged", "is damaged or cut short"),
    (another_programs, "file_foreign", "belongs to another program"),
    (of_another_mark, "file_foreign", "belongs to another program"),
    (newer, "file_newer", f"schema 99, this one knows {checks.SCHEMA}"),
    (of_an_unknown_step, "file_newer", "Bring microsclero up to date"),
    (older, "file_older", f"schema 0, this one uses {checks.SCHEMA}"),
    (in_wal_mode, "file_wal", "journal mode wal"),
    (without_a_trigger, "file_triggers_missing", "(patient_updated)"),
    (with_a_hollow_trigger, "file_triggers_missing", "(patient_updated)"),
    (with_one_trigger_more, "file_triggers_missing", "(spy)"),
    (without_a_table, "file_triggers_missing", "(contact is missing)"),
    (without_its_history, "file_triggers_missing", "(history is missing)"),
    (read_only, "file_read_only", "chmod u+w"),
    (readable_by_others, "file_readable_by_others", "chmod 600"),
    (writable_by_the_group, "file_readable_by_others", "chmod 600"),
    (a_folder, "file_is_directory", "is a folder"),
    (a_pipe, "file_not_regular", "is a device or a pipe"),
    (of_two_names, "file_hard_link", "has 2 names"),
    (a_dangling_link, "file_dangling_link", "nowhere.db"),
    (a_loop_of_links, "file_cannot_open", "cannot be looked at"),
]

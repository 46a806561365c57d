"""The triggers: they copy every entry and change into the history, and refuse what the record must never suffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from microsclero.store.tables import APPEND_ONLY, AUDITED, INSERT_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from microsclero.store.connection import Connection

# Two live sessions never share an injector or a room, unless someone double-booked on purpose and said why;
# and never a patient, whatever anybody says.
_CLASH = """select raise(abort, 'SLOT_TAKEN') where exists (
    select 1 from session taken
    where taken.on_date = new.on_date and taken.status in ('planned', 'given')
      and taken.starts < new.ends and taken.ends > new.starts
      and (taken.patient_id = new.patient_id
           or ((taken.injector = new.injector or taken.room = new.room)
               and taken.override_reason is null and new.override_reason is null))"""

# A session never stands in its own way; while it is being entered it has no number yet.
_OVERLAPS = {
    "session_overlap_insert": ("insert", ""),
    "session_overlap_update": (
        "update of on_date, starts, ends, injector, room, patient_id, status, override_reason",
        " and taken.id <> new.id",
    ),
}


def columns(connection: Connection, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))


def image(table_columns: Sequence[str], row: str) -> str:
    """The SQL that writes a whole row as one text, each value quoted.

    One printf() is read faster at every open than a chain of quote(), and JSON functions are refused under
    trusted_schema=OFF.
    """
    marks = ",".join(["%Q"] * len(table_columns))
    return f"printf('{marks}', {', '.join(f'{row}.{column}' for column in table_columns)})"


def triggers(connection: Connection) -> dict[str, str]:
    """Every trigger the file must carry, by name, for the tables as they stand."""
    made: dict[str, str] = {}
    for table in AUDITED:
        # An older schema lacks the newer tables.
        if held := columns(connection, table):
            made.update(_audit(table, held))
    for table in APPEND_ONLY:
        made[f"{table}_no_update"] = _refuse(f"{table}_no_update", f"before update on {table}", "APPEND_ONLY")
        made[f"{table}_no_delete"] = _refuse(f"{table}_no_delete", f"before delete on {table}", "APPEND_ONLY")
        key = columns(connection, table)[0]
        exists = f"exists (select 1 from {table} where {key} = new.{key})"
        made[f"{table}_no_replace"] = _refuse(
            f"{table}_no_replace", f"before insert on {table} when {exists}", "APPEND_ONLY"
        )
    made["_ctx_no_delete"] = _refuse("_ctx_no_delete", "before delete on _ctx", "APPEND_ONLY")
    # Outside changing() nobody is named in _ctx. A mere NOT NULL would be skipped by "or ignore", this is not.
    made["history_outside"] = _refuse("history_outside", "before insert on history when new.txn is null", "OUTSIDE")
    # The number is the first thing in a picture; a row keeps it for ever.
    numbers = "substr(new.old, 1, instr(new.old, ',')) <> substr(new.new, 1, instr(new.new, ','))"
    made["history_renumbered"] = _refuse(
        "history_renumbered", f"before insert on history when {numbers}", "NEVER_RENUMBERED"
    )
    for name, (event, itself) in _OVERLAPS.items():
        when = "when new.status in ('planned', 'given')"
        made[name] = f"create trigger {name} before {event} on session {when} begin {_CLASH}{itself}); end"
    return made


def _audit(table: str, table_columns: Sequence[str]) -> dict[str, str]:
    """Copy what is entered and changed; refuse deleting, and for signed entries changing."""
    old, new = image(table_columns, "old"), image(table_columns, "new")
    note = f"insert into history select null, txn, who, at, cmd, '{table}', new.id"
    inserted, updated = f"{table}_inserted", f"{table}_updated"
    made = {
        inserted: f"create trigger {inserted} after insert on {table} begin {note}, 'I', null, {new} from _ctx; end",
        f"{table}_no_delete": _refuse(f"{table}_no_delete", f"before delete on {table}", "NEVER_DELETED"),
    }
    once = INSERT_ONLY.get(table)
    if once == ():
        made[f"{table}_insert_only"] = _refuse(f"{table}_insert_only", f"before update on {table}", "INSERT_ONLY")
        return made
    made[updated] = f"create trigger {updated} after update on {table} begin {note}, 'U', {old}, {new} from _ctx; end"
    if once:
        others = ", ".join(column for column in table_columns if column not in once)
        filled = " or ".join(f"(old.{column} is not null and new.{column} is not old.{column})" for column in once)
        for name, when in (
            (f"{table}_insert_only", f"before update of {others} on {table}"),
            (f"{table}_only_once", f"before update of {', '.join(once)} on {table} when {filled}"),
        ):
            made[name] = _refuse(name, when, "INSERT_ONLY")
    return made


def _refuse(name: str, when: str, word: str) -> str:
    return f"create trigger {name} {when} begin select raise(abort, '{word}'); end"


def make_triggers_again(connection: Connection) -> None:
    """Drop every trigger and make the present ones: a rebuilt table has silently lost its own."""
    for (name,) in connection.execute("select name from sqlite_schema where type = 'trigger'").fetchall():
        connection.execute(f'drop trigger "{name}"')
    for sql in triggers(connection).values():
        connection.execute(sql)

"""The journal read back: who changed what with which command, and each row as it was before and after."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import FileError, NotFoundError
from microsclero.store.rows import moment_from_text
from microsclero.store.tables import AUDITED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from microsclero.store import Store

Value = str | int | None


class EntryRow(NamedTuple):
    """One whole change: its number in the ledger, who made it, when and with which command."""

    entry: int
    txn: str
    who: str
    at: datetime
    command: str
    first_seq: int
    last_seq: int


class NotedRow(NamedTuple):
    """One row as a change found it and left it; `before` is None where it was entered, or pictured by a migration."""

    seq: int
    table: str
    row_id: int
    op: str
    before: Mapping[str, Value] | None
    after: Mapping[str, Value]


class UndoneRow(NamedTuple):
    """An entry that was taken back: by whom, when and why."""

    entry: int
    reason: str
    at: datetime
    who: str


_ENTRY = "n, txn, who, at, cmd, first_seq, last_seq"

# Whatever belongs to a patient, by table and number; each part walks an index.
_OF_PATIENT = """with own (tbl, row_id) as (
    select 'patient', :patient
    union all select 'course', id from course where patient_id = :patient
    union all select 'session', id from session where patient_id = :patient
    union all select 'screening', id from screening where patient_id = :patient
    union all select 'decision', made.id from screening asked
        join decision made on made.screening_id = asked.id where asked.patient_id = :patient
    union all select 'document', id from document where patient_id = :patient
    union all select 'event', id from event where patient_id = :patient
    union all select 'contact', id from contact where patient_id = :patient
    union all select 'consent', id from consent where patient_id = :patient
    union all select 'treatment', id from treatment where patient_id = :patient
    union all select 'incident', id from incident where patient_id = :patient
    union all select 'response', id from response where patient_id = :patient
    union all select 'reaction', id from reaction where patient_id = :patient
    union all select 'reaction_step', step.id from reaction told
        join reaction_step step on step.reaction_id = told.id where told.patient_id = :patient
    union all select 'hold', id from hold where patient_id = :patient
    union all select 'hold_word', said.id from hold held
        join hold_word said on said.hold_id = held.id where held.patient_id = :patient
    union all select 'photo', id from photo where patient_id = :patient
    union all select 'note', id from note where patient_id = :patient
    union all select 'amendment', id from amendment where patient_id = :patient)"""


def _entry_from_row(row: tuple[Any, ...]) -> EntryRow:
    return EntryRow(
        entry=row[0],
        txn=row[1],
        who=row[2],
        at=moment_from_text(row[3]),
        command=row[4],
        first_seq=row[5],
        last_seq=row[6],
    )


def entry(store: Store, number: int) -> EntryRow:
    """The change with this number, or NotFoundError."""
    row = store.row(f"select {_ENTRY} from ledger where n = ?", (number,))
    if row is None:
        raise NotFoundError(
            f"There is no entry {number}. See them with: microsclero record history",
            code="entry_not_found",
            entry=number,
        )
    return _entry_from_row(row)


def last_entry_by(store: Store, who: str, commands: Iterable[str]) -> EntryRow | None:
    """This person's newest change with one of these commands that has not been undone."""
    wanted = tuple(commands)
    row = store.row(
        f"select {_ENTRY} from ledger where who = ? and cmd in ({', '.join('?' * len(wanted))}) "
        "and not exists (select 1 from undone where undone.entry = ledger.n) order by n desc limit 1",
        (who, *wanted),
    )
    return None if row is None else _entry_from_row(row)


def latest_entries(store: Store, limit: int) -> tuple[EntryRow, ...]:
    """The clinic's newest changes, newest first."""
    rows = store.rows(f"select {_ENTRY} from ledger order by n desc limit ?", (limit,))
    return tuple(map(_entry_from_row, rows))


def entries_of_patient(store: Store, patient_no: int, limit: int) -> tuple[tuple[EntryRow, tuple[int, ...]], ...]:
    """The newest changes that touched this patient, newest first, each with the history rows that are the patient's."""
    rows = store.rows(
        f"{_OF_PATIENT} select made.n, noted.seq from own "
        "cross join history noted on noted.tbl = own.tbl and noted.row_id = own.row_id "
        "cross join ledger made on made.txn = noted.txn order by made.n desc, noted.seq",
        {"patient": patient_no},
    )
    touched: dict[int, list[int]] = {}
    for number, seq in rows:
        if number not in touched and len(touched) == limit:
            break
        touched.setdefault(number, []).append(seq)
    return tuple((entry(store, number), tuple(seqs)) for number, seqs in touched.items())


def last_entry_on(store: Store, table: str, row_id: int) -> EntryRow | None:
    """The newest change that touched this row."""
    row = store.row(
        f"select {_ENTRY} from ledger where txn = "
        "(select txn from history where tbl = ? and row_id = ? order by seq desc limit 1)",
        (table, row_id),
    )
    return None if row is None else _entry_from_row(row)


def entry_of_row(store: Store, table: str, row_id: int) -> EntryRow:
    """The change that entered this row."""
    row = store.row(
        f"select {_ENTRY} from ledger where txn = (select txn from history where tbl = ? and row_id = ? and op = 'I')",
        (table, row_id),
    )
    if row is None:
        raise FileError(
            f"The history does not say who entered {table} {row_id}. See what else is wrong: microsclero record check",
            code="history",
        )
    return _entry_from_row(row)


def rows_of(store: Store, made: EntryRow, *, most: int | None = None) -> tuple[NotedRow, ...]:
    """The rows of one change in the order in which they were written; at most so many."""
    rows = store.rows(
        "select seq, tbl, row_id, op, old, new from history where seq between ? and ? order by seq limit ?",
        (made.first_seq, made.last_seq, -1 if most is None else most),
    )
    return _noted(store, rows)


def rows_by_number(store: Store, seqs: Iterable[int]) -> tuple[NotedRow, ...]:
    """These rows of the history, in their order."""
    wanted = sorted(seqs)
    found: list[NotedRow] = []
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = store.rows(
            "select seq, tbl, row_id, op, old, new from history "
            f"where seq in ({', '.join('?' * len(some))}) order by seq",
            some,
        )
        found += _noted(store, rows)
    return tuple(found)


def as_of(store: Store, table: str, seq: int, row_id: int | None = None) -> dict[int, dict[str, Value]]:
    """The rows of a table, or the one row, as they stood at that place in the history; by number."""
    names = tuple(_columns(store, table))
    values = {"tbl": table, "seq": seq, "row": row_id}
    live = store.rows(f"select {', '.join(names)} from {table} where :row is null or id = :row", {"row": row_id})
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in live}
    since = store.rows(
        "select seq, tbl, row_id, op, old, new from history where tbl = :tbl and seq > :seq and op <> 'M' "
        "and (:row is null or row_id = :row) order by seq desc",
        values,
    )
    for noted in _noted(store, since):
        if noted.before is None:
            rows.pop(noted.row_id, None)
        else:
            rows[noted.row_id] = dict(noted.before)
    return rows


def is_entered_after(store: Store, table: str, row_id: int, seq: int) -> bool:
    """Whether a row was entered after that place in the history."""
    sql = "select 1 from history where tbl = ? and row_id = ? and seq > ? and op = 'I'"
    return store.row(sql, (table, row_id, seq)) is not None


def undoing_of(store: Store, number: int) -> UndoneRow | None:
    """Who took this entry back, when and why; None where it stands."""
    row = store.row("select entry, reason, at, who from undone where entry = ?", (number,))
    return None if row is None else UndoneRow(row[0], row[1], moment_from_text(row[2]), row[3])


def present(store: Store, table: str, row_id: int) -> dict[str, Value]:
    """A live row as the history would picture it now."""
    names = tuple(_columns(store, table))
    row = store.row(f"select {', '.join(names)} from {table} where id = ?", (row_id,))
    if row is None:
        raise FileError(
            f"{table} {row_id} is missing from the record. See what else is wrong: microsclero record check",
            code="row_deleted",
        )
    return dict(zip(names, row, strict=True))


def is_as_noted(store: Store, table: str, row_id: int) -> bool:
    """Whether a live row is as its history has it, and each of its changes found what the one before had left."""
    from microsclero.store import history

    picture = history.image(tuple(_columns(store, table)), "live")
    left = None
    for op, old, new in store.rows(
        "select op, old, new from history where tbl = ? and row_id = ? order by seq", (table, row_id)
    ):
        if op == "U" and old != left:
            return False
        left = new
    live = store.row(f"select {picture} from {table} live where id = ?", (row_id,))
    return live is not None and live[0] == left


def _noted(store: Store, rows: Iterable[tuple[Any, ...]]) -> tuple[NotedRow, ...]:
    columns: dict[str, dict[str, bool]] = {}
    found = []
    for seq, table, row_id, op, old, new in rows:
        held = columns.get(table)
        if held is None:
            held = columns[table] = _columns(store, table)
        try:
            before = None if old is None else _row(old, held)
            found.append(NotedRow(seq, table, row_id, op, before, _row(new, held)))
        except ValueError:
            raise FileError(
                f"History row {seq} cannot be read. See what else is wrong: microsclero record check",
                code="history",
            ) from None
    return tuple(found)


def _columns(store: Store, table: str) -> dict[str, bool]:
    """The columns of a table in their order, and which of them hold whole numbers."""
    if table not in AUDITED:
        raise FileError(
            "The history names a table that this record does not have. "
            "See what else is wrong: microsclero record check",
            code="history",
        )
    return {row[1]: row[2].upper() == "INTEGER" for row in store.rows(f"PRAGMA table_info({table})")}


def _row(image: str, columns: Mapping[str, bool]) -> dict[str, Value]:
    """A picture as a row; one from before a migration lacks the newest columns, which were empty then."""
    values = dict(zip(columns, _values(image), strict=False))
    return {
        name: int(value) if is_number and value is not None else value
        for (name, is_number), value in zip(columns.items(), map(values.get, columns), strict=True)
    }


def _values(image: str) -> Iterator[str | None]:
    """The values of a picture as they were quoted: 'text', '' for a quote inside, NULL; never run as SQL."""
    at = 0
    while at < len(image):
        if image.startswith("NULL", at):
            yield None
            at += len("NULL")
        elif image[at] == "'":
            end = image.index("'", at + 1)
            while image.startswith("''", end):
                end = image.index("'", end + 2)
            yield image[at + 1 : end].replace("''", "'")
            at = end + 1
        else:
            raise ValueError("not a picture of a row")
        if at < len(image) and image[at] != ",":
            raise ValueError("not a picture of a row")
        at += 1

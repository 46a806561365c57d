"""Is the record what its history says it is? Every row, every link of the chain, and a head kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from microsclero.store import checks, history, ledger
from microsclero.store.connection import DB_ERRORS, error_name, number
from microsclero.store.tables import AUDITED, UNAUDITED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from microsclero.store.connection import Connection

# A damaged file may have thousands; the first of each kind say enough.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it was saved; numbers, never names."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What reading the whole record showed."""

    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    entries: int
    # Entries made while the clock stood earlier than at the entry before.
    clock_back: int
    head: str

    @property
    def is_sound(self) -> bool:
        return not self.problems


def verify(connection: Connection, *, against: str | None = None) -> CheckReport:
    """Read everything, in one read transaction, so that nobody's saving looks like damage."""
    counts: dict[str, int] = {}
    problems: list[Problem] = []
    # A damaged name must be reported, not stop the reading.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        connection.execute("BEGIN")
        for look in (_integrity, _schema, _chain, _rows, _continuity, _tails):
            problems += _first(look(connection))
        problems += _against(connection, against)
        counts = count_rows(connection)
        entries, clock_back = connection.execute("select count(*), coalesce(sum(clock_back), 0) from ledger").fetchone()
        newest = ledger.head(connection)
    except DB_ERRORS as error:
        what = error_name(error) or type(error).__name__
        problems.append(Problem(code="unreadable", message=f"A part of the file cannot be read ({what})."))
        entries, clock_back, newest = 0, 0, ""
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.text_factory = str
    return CheckReport(problems=tuple(problems), counts=counts, entries=entries, clock_back=clock_back, head=newest)


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table holds."""
    held = {name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'").fetchall()}
    return {
        table: number(connection, f"select count(*) from {table}")
        for table in (*AUDITED, *UNAUDITED)
        if table in held and table != "_ctx"
    }


def _first(found: Iterator[Problem]) -> list[Problem]:
    shown: list[Problem] = []
    for problem in found:
        if len(shown) == MOST_SHOWN:
            shown.append(Problem(code=problem.code, message="And more of the same; the rest is not listed."))
            break
        shown.append(problem)
    return shown


def _integrity(connection: Connection) -> Iterator[Problem]:
    for (said,) in connection.execute(f"PRAGMA integrity_check({MOST_SHOWN})").fetchall():
        if said != "ok":
            yield Problem(code="damaged", message=f"SQLite finds damage: {said}.")
    for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield Problem(code="orphan", message=f"{table} {row_id} points to a {parent} that is not there.")


def _schema(connection: Connection) -> Iterator[Problem]:
    """Every table, index and trigger, word for word; only the present schema is known that well."""
    from microsclero.store.migrations import expected_schema, schema_of

    if number(connection, "PRAGMA user_version") != checks.SCHEMA:
        return
    wanted, held = expected_schema(), schema_of(connection)
    for kind, name in sorted(wanted.keys() | held.keys()):
        if (kind, name) not in held:
            yield Problem(code="schema", message=f"The {kind} {name} is missing.")
        elif (kind, name) not in wanted:
            yield Problem(code="schema", message=f"The {kind} {name} is not ours.")
        elif wanted[kind, name] != held[kind, name]:
            yield Problem(code="schema", message=f"The {kind} {name} was changed.")


def _chain(connection: Connection) -> Iterator[Problem]:
    """Each ledger row by its hash, its place, and the history rows it stands for."""
    n, last_seq, prev = 0, 0, ledger.NOTHING_BEFORE
    for row in connection.execute(f"select {ledger.LEDGER_COLUMNS} from ledger order by n"):
        *body, hashed = row
        noted = connection.execute(
            f"select {ledger.HISTORY_COLUMNS} from history where seq between ? and ? order by seq", (body[5], body[6])
        )
        others: list[int] = []
        hashed_rows = ledger.rows_hash(_noting_others(noted, row[1:5], others))
        if body[0] != n + 1 or body[5] != last_seq + 1:
            yield Problem(code="chain", message=f"Entries are missing before entry {body[0]} of the ledger.")
        if body[9] != prev or ledger.entry_hash(tuple(body)) != hashed:
            yield Problem(code="chain", message=f"Entry {body[0]} of the ledger was changed, or the one before it.")
        if hashed_rows != body[7] or others:
            yield Problem(code="history", message=f"History rows {body[5]} to {body[6]} are not those that were saved.")
        n, last_seq, prev = body[0], body[6], hashed
    for seq, table, row_id in connection.execute(
        "select seq, tbl, row_id from history where seq > ? order by seq", (last_seq,)
    ):
        yield Problem(code="history", message=f"History row {seq} ({table} {row_id}) is outside the ledger.")
    if connection.execute("select 1 from _ctx where txn is not null or who is not null").fetchone():
        yield Problem(code="context", message="The file still names a writer, though nobody is writing.")


def _noting_others(
    rows: Iterable[tuple[Any, ...]], said: tuple[Any, ...], others: list[int]
) -> Iterator[tuple[Any, ...]]:
    """The same rows, one at a time; those that name another transaction, writer, moment or command are noted."""
    for row in rows:
        if row[1:5] != said:
            others.append(row[0])
        yield row


def _rows(connection: Connection) -> Iterator[Problem]:
    """Each live row against its newest face in the history, and the other way round."""
    for table in AUDITED:
        table_columns = history.columns(connection, table)
        if not table_columns:
            continue
        picture = history.image(table_columns, "live")
        newest = f"select max(seq) from history where tbl = '{table}' and row_id = live.id"
        for row_id, seq in connection.execute(
            f"select live.id, noted.seq from {table} live left join history noted on noted.seq = ({newest}) "
            f"where noted.seq is null or noted.new is not {picture} order by live.id"
        ):
            how = "is not in the history" if seq is None else "is not as its history has it"
            yield Problem(code="row_changed", message=f"{table} {row_id} {how}.")
        for (row_id,) in connection.execute(
            "select distinct row_id from history where tbl = ? "
            f"and not exists (select 1 from {table} live where live.id = history.row_id) order by row_id",
            (table,),
        ):
            yield Problem(code="row_deleted", message=f"{table} {row_id} was deleted.")


def _continuity(connection: Connection) -> Iterator[Problem]:
    """What a change found must be what the one before it left: else somebody was there in between."""
    for seq, table, row_id in connection.execute(
        "select seq, tbl, row_id from history changed where op = 'U' and old is not (select new from history before "
        "where before.tbl = changed.tbl and before.row_id = changed.row_id and before.seq < changed.seq "
        "order by before.seq desc limit 1) order by seq"
    ):
        yield Problem(
            code="row_changed", message=f"{table} {row_id} was not as its history has it when row {seq} was written."
        )


def _tails(connection: Connection) -> Iterator[Problem]:
    """SQLite remembers the highest number it gave; a clumsy cut leaves that behind."""
    for table, key in (("history", "seq"), ("ledger", "n")):
        given = connection.execute("select seq from sqlite_sequence where name = ?", (table,)).fetchone()
        there = number(connection, f"select coalesce(max({key}), 0) from {table}")
        if (given[0] if given else 0) != there:
            yield Problem(code="tail_cut", message=f"The newest rows of the {table} were cut off after row {there}.")


def _against(connection: Connection, against: str | None) -> list[Problem]:
    """A chain cannot show that its own end is gone: only a head written down elsewhere can."""
    wanted = (against or "").strip().lower()
    if not wanted or wanted == ledger.NOTHING_BEFORE:
        return []
    # At least as much of it as fits a line of paper.
    if (
        len(wanted) >= 16
        and connection.execute("select 1 from ledger where substr(hash, 1, ?) = ?", (len(wanted), wanted)).fetchone()
    ):
        return []
    return [
        Problem(
            code="tail_cut",
            message=f"The record does not hold the entry {wanted}: its newest entries were cut off, "
            "or that head belongs to another record.",
        )
    ]

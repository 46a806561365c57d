"""Patients in the file: entering, finding, changing, and who looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.errors import ConflictError, NotFoundError
from microsclero.store.rows import date_text, maybe_text, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from microsclero.store import Store


class PatientRow(NamedTuple):
    """A patient as entered; `version` is what a change must name."""

    patient_no: int
    given_name: str
    family_name: str
    born_on: date
    phone: str | None
    email: str | None
    address: str | None
    gp: str | None
    emergency_contact: str | None
    allergies: str | None
    notes: str | None
    version: int
    added_at: datetime


class LookRow(NamedTuple):
    """Someone looked at a record."""

    at: datetime
    who: str | None
    patient_no: int
    command: str


_COLUMNS = (
    "id, given_name, family_name, born_on, phone, email, address, gp, emergency_contact, allergies, notes, "
    "version, added_at"
)
_OPTIONAL = ("phone", "phone_digits", "email", "address", "gp", "emergency_contact", "allergies", "notes")
_CHANGEABLE = frozenset(("given_name", "family_name", "name_key", "family_key", "born_on", *_OPTIONAL))

# What may be entered about a patient besides screenings, documents and sessions.
_KINDS = ("consent", "treatment", "incident", "response", "reaction", "hold", "photo", "note", "amendment")

_LOOK_WAITS = 0.5
# So many digits are no part of a number that somebody remembers.
_WHOLE_NUMBER = 8
# Above every character a folded name can hold: the end of a search by beginning.
_PAST_ALL = "\U0010ffff"


def patient_from_row(row: tuple[Any, ...]) -> PatientRow:
    from datetime import date

    return PatientRow(
        patient_no=row[0],
        given_name=row[1],
        family_name=row[2],
        born_on=date.fromisoformat(row[3]),
        phone=row[4],
        email=row[5],
        address=row[6],
        gp=row[7],
        emergency_contact=row[8],
        allergies=row[9],
        notes=row[10],
        version=row[11],
        added_at=moment_from_text(row[12]),
    )


def add_patient(
    store: Store,
    *,
    given_name: str,
    family_name: str,
    name_key: str,
    family_key: str,
    born_on: date,
    phone_digits: str | None = None,
    **others: str | None,
) -> int:
    """Enter a patient inside `changing()`; the new number. The keys are the folded names, the digits the phone's."""
    unknown = others.keys() - set(_OPTIONAL)
    if unknown:
        raise TypeError(f"A patient has no {', '.join(sorted(unknown))}.")
    optional = {column: maybe_text(others.get(column)) for column in _OPTIONAL}
    return store.write.insert(
        "patient",
        {
            "given_name": given_name,
            "family_name": family_name,
            "name_key": name_key,
            "family_key": family_key,
            "born_on": date_text(born_on),
            **optional,
            "phone_digits": maybe_text(phone_digits),
            "version": 1,
            "added_at": store.write.at,
        },
    )


def patient(store: Store, patient_no: int) -> PatientRow:
    """That patient, or NotFoundError."""
    row = store.row(f"select {_COLUMNS} from patient where id = ?", (_as_number(patient_no),))
    if row is None:
        raise NotFoundError(
            f"There is no patient {patient_no}. Look for them with: microsclero patient find", patient=patient_no
        )
    return patient_from_row(row)


def _as_number(number: int) -> int:
    """SQLite knows no number of more than 63 bits; such a one names nobody."""
    return number if -(2**63) <= number < 2**63 else -1


def edit_patient(store: Store, patient_no: int, changes: Mapping[str, object], version: int) -> None:
    """Change a patient inside `changing()`; ConflictError where somebody changed them since `version` was read."""
    unknown = changes.keys() - _CHANGEABLE
    if unknown:
        raise TypeError(f"A patient has no {', '.join(sorted(unknown))} to change.")
    held = patient(store, patient_no)
    if held.version != version:
        raise ConflictError(
            f"Patient {patient_no} was changed meanwhile. Nothing was saved; look at them again.",
            code="changed_meanwhile",
            patient=patient_no,
        )
    stored = {column: _stored(column, value) for column, value in changes.items()}
    store.write.update("patient", patient_no, {**stored, "version": version + 1})


def _stored(column: str, value: Any) -> str | None:
    if column == "born_on":
        return date_text(value)
    return maybe_text(value) if column in _OPTIONAL else value


def latest_patients(store: Store, limit: int = 20) -> tuple[PatientRow, ...]:
    """Those entered last, newest first."""
    return _patients(store.rows(f"select {_COLUMNS} from patient order by id desc limit ?", (limit,)))


def find_patients(
    store: Store,
    *,
    name_key: str = "",
    digits: str = "",
    born_on: date | None = None,
    limit: int = 20,
) -> tuple[PatientRow, ...]:
    """By folded name (every word must occur), by digits of a phone, or by birth date; whatever of these is given.

    Family names that begin so come first, then given names, then names that hold it anywhere.
    """
    found: dict[int, None] = {}
    if born_on is not None:
        _add(
            found,
            store.rows("select id from patient where born_on = ? order by id limit ?", (born_on.isoformat(), limit)),
        )
    if name_key.strip():
        _find_by_name(store, name_key.split(), found, limit)
    if digits:
        _find_by_phone(store, digits, found, limit)
    return _in_order(store, list(found)[:limit])


def _find_by_name(store: Store, words: list[str], found: dict[int, None], limit: int) -> None:
    every = " and ".join(["instr(name_key, ?) > 0"] * len(words))
    for key in ("family_key", "name_key"):
        if len(found) < limit:
            beginning = (words[0], words[0] + _PAST_ALL)
            sql = f"select id from patient where {key} >= ? and {key} < ? and {every} order by {key}, id limit ?"
            _add(found, store.rows(sql, (*beginning, *words, limit)))
    if len(found) < limit:
        # Along one index, in its order: nothing is sorted, and a common syllable stops at the limit.
        sql = f"select id from patient where {every} order by family_key, name_key, id limit ?"
        _add(found, store.rows(sql, (*words, limit)))


def _find_by_phone(store: Store, digits: str, found: dict[int, None], limit: int) -> None:
    if len(found) < limit:
        sql = "select id from patient where phone_digits >= ? and phone_digits < ? order by phone_digits, id limit ?"
        _add(found, store.rows(sql, (digits, digits + ":", limit)))
    # Every number is looked at for digits in the middle: not where a whole number has been found by its beginning.
    if not found or (len(digits) < _WHOLE_NUMBER and len(found) < limit):
        sql = (
            "select id from patient where phone_digits is not null and instr(phone_digits, ?) > 0 "
            "order by phone_digits, id limit ?"
        )
        _add(found, store.rows(sql, (digits, limit)))


def similar_patients(
    store: Store, *, name_key: str, family_key: str, born_on: date, limit: int = 200
) -> tuple[PatientRow, ...]:
    """Who might be the same person: same birth date, same family name, or a name that begins alike.

    How alike they are is judged elsewhere; each kind is cut at `limit`, those born nearest first.
    """
    found: dict[int, None] = {}
    born = born_on.isoformat()
    nearest = "order by abs(julianday(born_on) - julianday(?)), id limit ?"
    _add(found, store.rows("select id from patient where born_on = ? order by id limit ?", (born, limit)))
    if family_key:
        _add(found, store.rows(f"select id from patient where family_key = ? {nearest}", (family_key, born, limit)))
    beginning = name_key[:4]
    if beginning:
        sql = f"select id from patient where name_key >= ? and name_key < ? {nearest}"
        _add(found, store.rows(sql, (beginning, beginning + _PAST_ALL, born, limit)))
    return _in_order(store, list(found))


def names(store: Store, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Given and family name of each of these patients."""
    wanted = sorted({*numbers})
    found: dict[int, tuple[str, str]] = {}
    for some in _by_hundreds(wanted):
        sql = f"select id, given_name, family_name from patient where id in ({', '.join('?' * len(some))})"
        found.update((number, (given, family)) for number, given, family in store.rows(sql, some))
    return found


def names_and_phones(store: Store, numbers: Iterable[int]) -> dict[int, tuple[str, str, str | None]]:
    """Given name, family name and phone of each of these patients, for lists of whom to ring."""
    found: dict[int, tuple[str, str, str | None]] = {}
    for some in _by_hundreds(sorted({*numbers})):
        sql = f"select id, given_name, family_name, phone from patient where id in ({', '.join('?' * len(some))})"
        found.update((row[0], row[1:]) for row in store.rows(sql, some))
    return found


def looked(store: Store, patient_no: int, who: str | None, command: str) -> None:
    """Note who looked at a record, and with which command; apart from the history, and never changed.

    A look waits only briefly: whoever only looks is not held up by somebody who is saving.
    """
    with store.aside(timeout=_LOOK_WAITS) as connection:
        connection.execute(
            "insert into access (at, who, patient_id, command) values (?, ?, ?, ?)",
            (store.now_text(), who, patient_no, command),
        )


def looks(store: Store, patient_no: int, limit: int = 100) -> tuple[LookRow, ...]:
    """Who looked at this record, newest first."""
    sql = "select at, who, patient_id, command from access where patient_id = ? order by id desc limit ?"
    return tuple(
        LookRow(at=moment_from_text(at), who=who, patient_no=number, command=command)
        for at, who, number, command in store.rows(sql, (patient_no, limit))
    )


def _add(found: dict[int, None], rows: Iterable[tuple[int]]) -> None:
    found.update((number, None) for (number,) in rows)


def _in_order(store: Store, numbers: list[int]) -> tuple[PatientRow, ...]:
    """These patients, in the order in which they were found."""
    rows: dict[int, PatientRow] = {}
    for some in _by_hundreds(numbers):
        sql = f"select {_COLUMNS} from patient where id in ({', '.join('?' * len(some))})"
        rows.update((row[0], patient_from_row(row)) for row in store.rows(sql, some))
    return tuple(rows[number] for number in numbers)


def _by_hundreds(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[start : start + 500] for start in range(0, len(numbers), 500))


def _patients(rows: Iterable[tuple[Any, ...]]) -> tuple[PatientRow, ...]:
    return tuple(patient_from_row(row) for row in rows)


def kinds_of_entries(store: Store, patient_no: int) -> tuple[str, ...]:
    """Which kinds of entries there are about a patient, in one look."""
    looks = ", ".join(f"exists (select 1 from {kind} where patient_id = :patient)" for kind in _KINDS)
    there = store.rows(f"select {looks}", {"patient": patient_no})[0]
    return tuple(kind for kind, is_there in zip(_KINDS, there, strict=True) if is_there)

"""What is open of reactions and holds, in one query each: a partial index is asked, however long the record."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.store.rows import maybe_moment, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.store import Store


class OpenReaction(NamedTuple):
    """A reaction nobody has seen the end of; `due_on`: when somebody asks again.

    band: as it was reported; what was heard since can have raised it. is_urgent: it was, or became, one to be seen the
    same day or sooner. was_asked: whether anything was heard since. unseen_since: when its hold began, where that
    stands and the patient was not heard since. looked_at, finding: where a prescriber lifted its last hold, when, and
    what was found.
    """

    reaction: int
    patient_no: int
    effect: str
    severity: str
    noticed_on: date
    band: str
    due_on: date
    is_urgent: bool
    is_held: bool
    was_asked: bool
    unseen_since: datetime | None = None
    looked_at: datetime | None = None
    finding: str | None = None


class OpenHold(NamedTuple):
    """A hold nobody has lifted."""

    hold: int
    patient_no: int
    reaction: int | None
    cause: str
    at: datetime


_OPEN = "ended_on is null and amended_by is null"
# Whatever became urgent brought a hold; whether it still stands is another matter.
# One that was corrected and is urgent still keeps the holds, and what was heard, of what it stood as before.
_OWN = """(with recursive own (id) as (select r.id union select a.ref_id from own join amendment a
    on a.patient_id = r.patient_id and a.kind = 'reaction' and a.action = 'corrected' and a.new_id = own.id
    where r.band in ('same_day', 'emergency')) select id from own)"""
_HELD = f"exists (select 1 from hold h where h.patient_id = r.patient_id and h.reaction_id in {_OWN}{{}})"
_URGENT = f"(r.band in ('same_day', 'emergency') or {_HELD.format('')})"
_STANDING = " and h.lifted_at is null"
# What raised a reaction began its hold at that very moment; whoever was not reached has not been heard.
_UNSEEN = f"""(select max(h.at) from hold h where h.patient_id = r.patient_id and h.reaction_id in {_OWN}{_STANDING}
    and not exists (select 1 from reaction_step n
        where n.reaction_id in {_OWN} and n.at > h.at and n.state <> 'not_reached'))"""
_LIFTING = f"""(select max(w.id) from hold h join hold_word w on w.hold_id = h.id and w.word = 'lift'
    where h.patient_id = r.patient_id and h.reaction_id in {_OWN})"""


def open_reactions(
    store: Store, *, due_by: date | None = None, limit: int = -1, patient_no: int | None = None
) -> tuple[OpenReaction, ...]:
    """Open reactions, or those due by a day, and of the urgent ones those of which nobody was heard since.

    Emergencies first, then what is seen the same day, then by the day due.
    """
    # On most days nothing is open, and the question below is a long one to read.
    if not count_open_reactions(store):
        return ()
    whose = "" if patient_no is None else " and r.patient_id = :patient"
    sql = (
        "select r.id, r.patient_id, r.effect, r.severity, r.noticed_on, r.band, "
        f"coalesce(s.next_on, r.follow_up_on) as due, {_URGENT} as urgent, "
        f"{_HELD.format(_STANDING)} as held, s.id is not null, {_UNSEEN} as unseen, l.at, l.finding "
        "from reaction r left join reaction_step s "
        "on s.id = (select max(id) from reaction_step where reaction_id = r.id) "
        f"left join hold_word l on l.id = {_LIFTING} "
        f"where {_OPEN}{whose} and (:due is null or due <= :due or unseen is not null) "
        "order by r.band is 'emergency' desc, urgent desc, due, r.id limit :limit"
    )
    values = {"patient": patient_no, "due": due_by.isoformat() if due_by else None, "limit": limit}
    return tuple(
        OpenReaction(
            reaction=row[0],
            patient_no=row[1],
            effect=row[2],
            severity=row[3],
            noticed_on=date.fromisoformat(row[4]),
            band=row[5],
            due_on=date.fromisoformat(row[6]),
            is_urgent=bool(row[7]),
            is_held=bool(row[8]),
            was_asked=bool(row[9]),
            unseen_since=maybe_moment(row[10]),
            looked_at=None if row[8] else maybe_moment(row[11]),
            finding=None if row[8] else row[12],
        )
        for row in store.rows(sql, values)
    )


def count_open_reactions(store: Store) -> int:
    return int(store.value(f"select count(*) from reaction where {_OPEN}"))


def open_holds(store: Store, *, limit: int = -1, patient_no: int | None = None) -> tuple[OpenHold, ...]:
    """Open holds: those of emergencies first, then the oldest."""
    whose = "" if patient_no is None else " and h.patient_id = :patient"
    sql = (
        "select h.id, h.patient_id, h.reaction_id, h.cause, h.at from hold h left join reaction r "
        f"on r.id = h.reaction_id where h.lifted_at is null{whose} "
        "order by r.band is 'emergency' desc, h.id limit :limit"
    )
    return tuple(
        OpenHold(hold=row[0], patient_no=row[1], reaction=row[2], cause=row[3], at=moment_from_text(row[4]))
        for row in store.rows(sql, {"patient": patient_no, "limit": limit})
    )


class FoundClot(NamedTuple):
    """A clot that a prescriber found on a hold, and that stands."""

    patient_no: int
    hold: int
    reaction: int | None
    word: str
    finding: str
    reason: str
    prescriber: str
    at: datetime


# No word on a hold takes back a clot. What a prescriber says once the hold is lifted does: that it was not this
# patient's, its reaction having been moved away or entered in error.
_CLOT = """w.finding in ('dvt', 'pe') and not exists (
    select 1 from hold_word lifting join hold_word since on since.hold_id = lifting.hold_id and since.id > lifting.id
    where lifting.hold_id = w.hold_id and lifting.id >= w.id and lifting.word = 'lift'
      and since.finding = 'excluded')"""


def clots_standing(store: Store, patients: Iterable[int]) -> tuple[FoundClot, ...]:
    """The confirmed clots that stand for these patients now, the oldest first: the one place that says which."""
    wanted = sorted(set(patients))
    found: list[FoundClot] = []
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = store.rows(
            "select h.patient_id, w.hold_id, h.reaction_id, w.word, w.finding, w.reason, w.prescriber, w.at "
            "from hold h join hold_word w on w.hold_id = h.id "
            f"where h.patient_id in ({', '.join('?' * len(some))}) and {_CLOT} order by w.id",
            some,
        )
        found += [FoundClot._make((*row[:7], moment_from_text(row[7]))) for row in rows]
    return tuple(found)


def clots_found(store: Store, patients: Iterable[int]) -> dict[int, dict[str, tuple[int, datetime]]]:
    """Of each patient the clots that stand, dvt or pe: on which hold each was found, and when it was first said."""
    found: dict[int, dict[str, tuple[int, datetime]]] = {}
    for each in clots_standing(store, patients):
        found.setdefault(each.patient_no, {}).setdefault(each.finding, (each.hold, each.at))
    return found


def patients_held(store: Store) -> frozenset[int]:
    """Everybody who is on hold."""
    return frozenset(row[0] for row in store.rows("select patient_id from hold where lifted_at is null"))

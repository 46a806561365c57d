"""The lists of screenings behind `today`: whom to ask again, what waits for a prescriber, what is unfinished."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from microsclero.store import leavings
from microsclero.store.columns import TELLS_OF_A_REACTION
from microsclero.store.rows import WHOSE, maybe_date, moment_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.store import Store


class OpenScreening(NamedTuple):
    """A screening somebody must come back to."""

    screening: int
    patient_no: int
    purpose: str
    on: date
    outcome: str
    ask_again_on: date | None


class OpenDraft(NamedTuple):
    """An intake that was not finished."""

    draft: int
    patient_no: int | None
    purpose: str
    touched_at: datetime
    who: str | None


class ToReport(NamedTuple):
    """A screening that told of something serious, and since which nothing has come of it."""

    screening: int
    patient_no: int
    purpose: str
    on: date
    rule: str


class InForce(NamedTuple):
    """What one screening in force came to, and what is left of it once the date of a deferral has come.

    Settled is a review decided "proceed", and a deferral that was asked again, or decided, on its day or later.
    is_of_another_age: the date of birth was corrected since. lost_a_document: one was struck out, and what was decided
    may have rested on it.
    """

    outcome: str
    is_settled: bool
    ask_again_on: date | None
    beneath: str | None
    is_of_another_age: bool = False
    lost_a_document: bool = False

    def stands_on(self, day: date, *, today: date) -> str | None:
        """What of it will stand on that day, None where nothing will; what is due today stands until it is asked."""
        if self.outcome == "defer":
            ends_by_then = self.ask_again_on is not None and self.ask_again_on <= day and day > today
            return self.beneath if self.is_settled or ends_by_then else self.outcome
        return None if self.is_settled else self.outcome


_SCREENING = "id, patient_id, purpose, on_date, outcome, ask_again_on"
# Under a deferral: a gap, or a finding that a prescriber has yet to decide.
_BENEATH = (
    "case when outcome <> 'defer' then null when unanswered <> '[]' then 'incomplete' when exists "
    "(select 1 from json_each(findings) each where json_extract(each.value, '$.outcome') = 'review' and not exists "
    "(select 1 from decision made where made.screening_id = screening.id "
    "and made.rule = json_extract(each.value, '$.rule'))) then 'review' end"
)
# Somebody decided against it, and that is the last word on it.
_IS_DECLINED = (
    "exists (select 1 from decision made where made.screening_id = screening.id and made.decision = 'decline' "
    "and not exists (select 1 from decision later where later.screening_id = made.screening_id "
    "and later.rule = made.rule and later.id > made.id))"
)

_LOST_A_DOCUMENT = (
    "exists (select 1 from document filed join amendment struck on struck.kind = 'document' "
    "and struck.ref_id = filed.id where filed.patient_id = screening.patient_id)"
)


def deferrals_due(
    store: Store, today: date, limit: int = 50, *, patient_no: int | None = None
) -> tuple[OpenScreening, ...]:
    """Patients who may be asked again from today or earlier on, and were not; the date that came last first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and ask_again_on is not null "
        f"and ask_again_on <= :today and decided_at is null and {WHOSE} order by ask_again_on desc, id limit :limit"
    )
    return _open_screenings(store.rows(sql, {"today": today.isoformat(), "patient": patient_no, "limit": limit}))


def reviews_open(store: Store, limit: int = 50, *, patient_no: int | None = None) -> tuple[OpenScreening, ...]:
    """Screenings that wait for a prescriber's decision, newest first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and decided_at is null "
        f"and outcome = 'review' and {WHOSE} order by on_date desc, id limit :limit"
    )
    return _open_screenings(store.rows(sql, {"patient": patient_no, "limit": limit}))


def decided_by_leavers(
    store: Store, today: date, until: date, limit: int = 50, *, patient_no: int | None = None
) -> tuple[OpenScreening, ...]:
    """Screenings of those who come on these days, with a decision whose prescriber has left; newest first."""
    # Mostly nobody has: then no booking is looked at.
    back = {initials: on.isoformat() for initials, on in leavings.came_back(store).items()}
    if not back and store.row("select 1 from team_member where ended_on < ?", (today.isoformat(),)) is None:
        return ()
    before_it = "".join(
        f" or (t.initials = :who{n} and substr(d.decided_at, 1, 10) <= :left{n})" for n in range(len(back))
    )
    columns = ", ".join(f"s.{column}" for column in _SCREENING.split(", "))
    sql = (
        f"select distinct {columns} from session v join screening s on s.patient_id = v.patient_id "
        "and s.superseded_by is null and s.decided_at is not null join decision d on d.screening_id = s.id "
        "join team_member t on t.initials = d.prescriber where v.status = 'planned' and v.kind = 'session' "
        f"and v.on_date between :today and :until and (t.ended_on < :today{before_it}) "
        "and not exists (select 1 from decision later "
        "where later.screening_id = d.screening_id and later.rule = d.rule and later.id > d.id) "
        "and (:patient is null or s.patient_id = :patient) order by s.on_date desc, s.id limit :limit"
    )
    values: dict[str, object] = {
        "today": today.isoformat(),
        "until": until.isoformat(),
        "patient": patient_no,
        "limit": limit,
        **{f"who{n}": initials for n, initials in enumerate(back)},
        **{f"left{n}": left for n, left in enumerate(back.values())},
    }
    return _open_screenings(store.rows(sql, values))


def referrals_with_paper(store: Store, *, patient_no: int | None = None) -> tuple[OpenScreening, ...]:
    """Screenings that wait for another opinion, of patients with any document that stands; newest first.

    Whether it is one that was waited for, the findings say.
    """
    sql = (
        f"select {_SCREENING} from screening s where superseded_by is null and decided_at is null "
        f"and outcome = 'refer' and {WHOSE} and exists "
        "(select 1 from document d where d.patient_id = s.patient_id "
        "and not exists (select 1 from amendment a where a.kind = 'document' and a.ref_id = d.id)) "
        "order by on_date desc, id"
    )
    return _open_screenings(store.rows(sql, {"patient": patient_no}))


def referrals_without_paper(store: Store, *, patient_no: int | None = None) -> tuple[OpenScreening, ...]:
    """Referrals that were decided, of patients of whom a document was struck out since; newest first.

    Whether the decision rested on it, the findings say.
    """
    columns = ", ".join(f"s.{column}" for column in _SCREENING.split(", "))
    sql = (
        f"select distinct {columns} from amendment a join document d on d.id = a.ref_id "
        "join screening s on s.patient_id = d.patient_id and s.superseded_by is null and s.decided_at is not null "
        "and s.outcome = 'refer' where a.kind = 'document' and (:patient is null or s.patient_id = :patient) "
        "order by s.on_date desc, s.id"
    )
    return _open_screenings(store.rows(sql, {"patient": patient_no}))


def drafts_open(store: Store, limit: int = 50, *, patient_no: int | None = None) -> tuple[OpenDraft, ...]:
    """Intakes that were not finished, last touched first."""
    rows = store.rows(
        f"select id, patient_id, purpose, touched_at, who from draft where finished = 0 and {WHOSE} "
        "order by touched_at desc, id desc limit :limit",
        {"patient": patient_no, "limit": limit},
    )
    return tuple(
        OpenDraft(
            draft=number, patient_no=patient_no, purpose=purpose, touched_at=moment_from_text(touched_at), who=who
        )
        for number, patient_no, purpose, touched_at, who in rows
    )


# To be seen the same day or sooner, as it was reported or as it became.
_URGENT = """(r.band in ('same_day', 'emergency')
    or exists (select 1 from hold h where h.patient_id = r.patient_id and h.reaction_id = r.id))"""
# A prescriber weighs it then, or somebody says in words what it was; a usual effect is another matter.
_SAYS_WHAT_CAME = f"({_URGENT} or r.severity = 'severe' or r.effect = 'other' and coalesce(r.notes, '') <> '')"
# What came before the last session is not what came after it; a cord may have been there already.
_CAME_SINCE = """(told.key = 'phlebitis_now' or r.noticed_on >= coalesce((select max(v.on_date) from session v
    where v.patient_id = s.patient_id and v.kind = 'session' and v.status = 'given' and v.on_date < s.on_date), ''))"""
# Reported since, or followed already as urgent when it was told. A correction of an older report is no new one.
_REPORTED = f"""exists (select 1 from reaction r where r.patient_id = s.patient_id and r.amended_by is null and (
    r.at >= s.signed_at and {_SAYS_WHAT_CAME} and not exists (select 1 from amendment a join reaction before
        on before.id = a.ref_id where a.kind = 'reaction' and a.action = 'corrected' and a.new_id = r.id
        and before.at < s.signed_at)
    or r.at < s.signed_at and (r.ended_on is null or r.ended_on >= s.on_date) and {_URGENT}) and {_CAME_SINCE})"""
# The hot cord is asked about on both forms.
_ANSWERED = (
    "exists (select 1 from screening later where later.patient_id = s.patient_id and later.superseded_by is null "
    "and later.id > s.id and json_extract(later.answers, '$.phlebitis_now') = 'no')"
)


def to_report(store: Store, limit: int = -1, *, patient_no: int | None = None) -> tuple[ToReport, ...]:
    """Screenings whose answer is to be reported as a reaction and was not, the newest of each patient and question."""
    # On most days there is none, and the question below is a long one to read.
    if not store.rows(f"select 1 from screening where {TELLS_OF_A_REACTION} limit 1"):
        return ()
    sql = (
        "select max(s.id), s.patient_id, s.purpose, s.on_date, told.key from screening s, json_each(s.answers) told "
        f"where {TELLS_OF_A_REACTION} and (:patient is null or s.patient_id = :patient) "
        "and told.key in ('since_last', 'phlebitis_now') and told.value = 'yes' "
        f"and not {_REPORTED} and not (told.key = 'phlebitis_now' and {_ANSWERED}) "
        "group by s.patient_id, told.key order by s.on_date, s.id limit :limit"
    )
    rows = store.rows(sql, {"patient": patient_no, "limit": limit})
    return tuple(ToReport(row[0], row[1], row[2], date.fromisoformat(row[3]), row[4]) for row in rows)


def incomplete(store: Store, limit: int = 50, *, patient_no: int | None = None) -> tuple[OpenScreening, ...]:
    """Screenings that were signed with something unanswered; newest first."""
    sql = (
        f"select {_SCREENING} from screening where superseded_by is null and outcome = 'incomplete' and {WHOSE} "
        "order by on_date desc, id limit :limit"
    )
    return _open_screenings(store.rows(sql, {"patient": patient_no, "limit": limit}))


def outcomes_in_force(store: Store, patients: Iterable[int]) -> dict[int, list[InForce]]:
    """What the screenings in force of these patients came to."""
    wanted = sorted(set(patients))
    found: dict[int, list[InForce]] = {}
    for start in range(0, len(wanted), 100):
        some = wanted[start : start + 100]
        rows = store.rows(
            "select patient_id, case when outcome in ('review', 'refer', 'defer') "
            f"and {_IS_DECLINED} then 'declined' else outcome end, "
            f"decided_at is not null and not {_IS_DECLINED}, ask_again_on, {_BENEATH}, "
            "born_on <> (select born_on from patient where patient.id = screening.patient_id), "
            f"outcome = 'refer' and decided_at is not null and {_LOST_A_DOCUMENT} from screening "
            f"where superseded_by is null and patient_id in ({', '.join('?' * len(some))})",
            some,
        )
        for patient, outcome, is_settled, ask_again_on, beneath, *since in rows:
            row = InForce(outcome, bool(is_settled), maybe_date(ask_again_on), beneath, *map(bool, since))
            found.setdefault(patient, []).append(row)
    return found


def _open_screenings(rows: Iterable[tuple[Any, ...]]) -> tuple[OpenScreening, ...]:
    return tuple(
        OpenScreening(row[0], row[1], row[2], date.fromisoformat(row[3]), row[4], maybe_date(row[5])) for row in rows
    )

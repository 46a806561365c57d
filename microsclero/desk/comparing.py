"""Before and after at the desk: which photographs are laid side by side, and which of them the public may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import ConflictError, FileError, NotFoundError, Reason, RefusedError
from microsclero.photographs import (
    Pair,
    Photograph,
    View,
    by_view,
    groundless_words,
    is_groundless,
    is_too_early,
    pair_of,
    time_between,
)

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.patients import Patient
    from microsclero.pictures import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The photographs of one place that are laid side by side, each with its picture for paper."""

    view: View
    photographs: tuple[Photograph, ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One patient before and after, place by place.

    early: photographs too soon after a session to show a result; groundless: the result of nothing that stands.
    """

    patient: Patient
    clinic: str
    made_up: bool
    places: tuple[Place, ...]
    early: tuple[int, ...] = ()
    groundless: tuple[int, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        return _left_out(self.early, self.groundless)

    def as_data(self) -> dict[str, object]:
        return {
            "patient": self.patient.number,
            "places": [
                {**_view_data(place.view), "photos": [_photo_data(each) for each in place.photographs]}
                for place in self.places
            ],
            "too_early": list(self.early),
            "groundless": list(self.groundless),
        }


def _view_data(view: View) -> dict[str, object]:
    return {"leg": view.leg or None, "region": view.region or None, "aspect": view.aspect or None}


def _photo_data(photograph: Photograph) -> dict[str, object]:
    return {
        "photo": photograph.photo,
        "stage": photograph.stage,
        "session": photograph.session,
        "taken_on": photograph.taken_on.isoformat(),
    }


def compare(desk: Desk, patient_no: int, wanted: View, *, everything: bool = False) -> Comparison:
    """Of each place wanted the first before and the latest after, or everything; NotFoundError where there is none."""
    from microsclero.desk.patients import patient_of
    from microsclero.desk.photographs import standing
    from microsclero.store import patients

    patient = patient_of(desk, patient_no)
    found = by_view(each for each in standing(desk, patient_no) if _is_of(each.view, wanted))
    given, struck = _given_on(desk, patient_no), _struck_on(desk, patient_no)
    pairs = {view: pair for view, each in found.items() if (pair := pair_of(_with_results(each, given)))}
    early = () if everything else tuple(_early(found.values(), given))
    dropped = {view: pair for view, pair in pairs.items() if not everything and is_groundless(pair, given, struck)}
    groundless = tuple(pair.after.photo for pair in dropped.values())
    chosen = (
        {view: each for view, each in found.items() if len(each) > 1}
        if everything
        else {view: (pair.before, pair.after) for view, pair in pairs.items() if view not in dropped}
    )
    if not chosen:
        what = "two photographs" if everything else "photographs before and after"
        why = "".join(f" {words}" for words in _left_out(early, groundless))
        raise NotFoundError(
            f"Patient {patient_no} has no {what} of one place.{why} See: microsclero photo list {patient_no}",
            code="no_photographs",
            patient=patient_no,
        )
    patients.looked(desk.store, patient_no, desk.who, "photo compare")
    return Comparison(
        patient=patient,
        clinic=desk.clinic.name,
        made_up=desk.clinic.made_up,
        places=tuple(
            Place(view=view, photographs=each, pictures=_for_paper(desk, each)) for view, each in chosen.items()
        ),
        early=early,
        groundless=groundless,
    )


def _left_out(early: tuple[int, ...], groundless: tuple[int, ...]) -> tuple[str, ...]:
    """Which photographs were left out, and why, a sentence for each cause."""
    from microsclero import content
    from microsclero.photographs import early_words

    return (
        *((early_words(early, content.course().response_days),) if early else ()),
        *((groundless_words(groundless),) if groundless else ()),
    )


def _with_results(photographs: Iterable[Photograph], given_on: Iterable[date]) -> list[Photograph]:
    """Those before, and those that can show a result."""
    from microsclero import content

    days, given = content.course().response_days, tuple(given_on)
    return [each for each in photographs if each.stage == "before" or not is_too_early(each, given, days)]


def _early(places: Iterable[tuple[Photograph, ...]], given_on: tuple[date, ...]) -> Iterator[int]:
    """The photographs that would be the latest after of their place, were they not too early."""
    for photographs in places:
        pair = pair_of(photographs)
        if pair is not None and pair.after not in _with_results(photographs, given_on):
            yield pair.after.photo


def _is_of(view: View, wanted: View) -> bool:
    return all(
        not asked or asked == has
        for asked, has in ((wanted.leg, view.leg), (wanted.region, view.region), (wanted.aspect, view.aspect))
    )


def _for_paper(desk: Desk, photographs: Iterable[Photograph]) -> tuple[Picture, ...]:
    """The pictures, each proved to be the one that was kept; FileError that names all that are not."""
    from microsclero.desk.photographs import picture_of
    from microsclero.pictures import for_paper
    from microsclero.store import photos

    made: list[Picture] = []
    reasons: list[Reason] = []
    for each in photographs:
        try:
            made.append(for_paper(picture_of(desk, photos.photo(desk.store, each.photo))))
        except FileError as error:
            reasons += error.reasons
    if reasons:
        raise FileError.for_reasons(reasons)
    return tuple(made)


# ── what the public may see ──


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One place before and after, as the public may see it: no number, no day. result: after 3 sessions, 12 weeks."""

    pair: Pair
    result: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The clinic's recent work, newest first. patients: how many have agreed; unplaced: pairs no leg is known of.

    early: photographs left out since they were taken too soon after a session to show a result; groundless: those that
    are the result of nothing that stands.
    """

    clinic: str
    made_up: bool
    works: tuple[Work, ...]
    patients: int
    unplaced: int
    early: tuple[int, ...] = ()
    groundless: tuple[int, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        return _left_out(self.early, self.groundless)

    def as_data(self) -> dict[str, object]:
        return {
            "pairs": [
                {
                    **_view_data(work.pair.view),
                    "before": work.pair.before.photo,
                    "after": work.pair.after.photo,
                    "result": work.result,
                }
                for work in self.works
            ],
            "patients": self.patients,
            "unplaced": self.unplaced,
            "too_early": list(self.early),
            "groundless": list(self.groundless),
        }


def portfolio(desk: Desk, *, most: int) -> Portfolio:
    """The newest pairs of everybody whose consent to the portfolio is in force now; refused (4) where none is left."""
    from dataclasses import replace

    from microsclero.store import patients

    found = _agreed(desk)
    known = _known_pairs(desk, found)
    standing = _that_stand(known)
    pairs = [(number, pair) for number, pair in standing if pair.view.is_placed]
    groundless = tuple(each.pair.after.photo for each in known if each.is_groundless)
    newest = sorted(pairs, key=lambda one: (one[1].after.taken_on, one[1].after.photo), reverse=True)[:most]
    if not newest:
        why = " ".join((_why_empty(found), *_left_out(_all_early(desk, found), groundless)))
        raise RefusedError(why, code="portfolio_empty")
    works = []
    for number in dict.fromkeys(number for number, _ in newest):
        patients.looked(desk.store, number, desk.who, "photo portfolio")
    for number, pair in newest:
        work = Work(pair=pair, result=time_between(pair, _given_on(desk, number)))
        works.append(replace(work, pictures=_for_paper(desk, (pair.before, pair.after))))
    return Portfolio(
        clinic=desk.clinic.name,
        made_up=desk.clinic.made_up,
        works=tuple(works),
        patients=len({number for number, _ in newest}),
        unplaced=sum(not pair.view.is_placed for _, pair in standing),
        early=_all_early(desk, found),
        groundless=groundless,
    )


def refuse_taken_back(desk: Desk, shown: Portfolio) -> None:
    """Once more before the page is written: a photograph that may no longer be shown is not."""
    pairs = _that_stand(_known_pairs(desk, _agreed(desk)))
    allowed = {photo for _, pair in pairs for photo in (pair.before.photo, pair.after.photo)}
    if {photo for work in shown.works for photo in (work.pair.before.photo, work.pair.after.photo)} - allowed:
        raise ConflictError(
            "A consent or a photograph changed meanwhile. No page was written; build it again.",
            code="changed_meanwhile",
        )


def _agreed(desk: Desk) -> tuple[int, ...]:
    """The patients whose newest word on the portfolio is yes, to the wording in force."""
    from microsclero.consent import in_force
    from microsclero.content.consent import load_consent
    from microsclero.desk.consenting import entry_of
    from microsclero.store import consents

    now, wording = desk.now(), load_consent().version
    return tuple(
        number
        for number in consents.portfolio_patients(desk.store)
        if in_force(map(entry_of, consents.consents(desk.store, number)), "portfolio", now, wording=wording)
    )


class _KnownPair(NamedTuple):
    """The pair of one place of a patient, and whether all that was given between the two was struck out since."""

    patient_no: int
    pair: Pair
    is_groundless: bool


def _known_pairs(desk: Desk, patients: Iterable[int]) -> tuple[_KnownPair, ...]:
    from microsclero.desk.photographs import standing

    found = []
    for number in patients:
        given, struck = _given_on(desk, number), _struck_on(desk, number)
        for photographs in by_view(standing(desk, number)).values():
            pair = pair_of(_with_results(photographs, given))
            if pair is not None:
                found.append(_KnownPair(number, pair, is_groundless(pair, given, struck)))
    return tuple(found)


def _that_stand(pairs: Iterable[_KnownPair]) -> list[tuple[int, Pair]]:
    return [(each.patient_no, each.pair) for each in pairs if not each.is_groundless]


def _all_early(desk: Desk, patients: Iterable[int]) -> tuple[int, ...]:
    from microsclero.desk.photographs import standing

    return tuple(
        photo
        for number in patients
        for photo in _early(by_view(standing(desk, number)).values(), _given_on(desk, number))
    )


def _given_on(desk: Desk, patient_no: int) -> tuple[date, ...]:
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return tuple(row.on for row in rows if row.status == "given" and row.kind == "session")


def _struck_on(desk: Desk, patient_no: int) -> tuple[date, ...]:
    """The days of treatments that were struck out, or moved to somebody else."""
    from microsclero.desk.dosing import day_of
    from microsclero.store import treatments

    rows = treatments.treatments_of(desk.store, patient_no)
    return tuple(day_of(desk, row) for row in rows if row.amended_by is not None)


def _why_empty(agreed: tuple[int, ...]) -> str:
    if not agreed:
        return "Nobody's consent to show photographs is in force: no page was written. Take down any older one."
    return (
        "Nobody who agreed to show photographs has two of one leg, before and after: no page was written. "
        "Take down any older one."
    )

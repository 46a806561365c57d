"""Photographs taken into the record: with consent, as plain pixels, on the disk first and then in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from microsclero.errors import ConflictError, FileError, NotFoundError, Reason, RefusedError, UsageError
from microsclero.photographs import ANYWHERE, View, stage_on

if TYPE_CHECKING:
    from microsclero.desk import Desk
    from microsclero.desk.photographs import Photos
    from microsclero.pictures import HandedOver
    from microsclero.store.diary import SessionRow
    from microsclero.store.photos import PhotoRow


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of the pictures that come in together; what is left out is worked out from the diary.

    session: its number in the course; taken_on: today without it; by: who took them, else whoever is at the desk.
    """

    view: View = ANYWHERE
    stage: str | None = None
    session: int | None = None
    taken_on: date | None = None
    by: str | None = None


def add(desk: Desk, patient_no: int, pictures: Sequence[HandedOver], about: About) -> Photos:
    """Keep the pictures of one patient, all of them or none: first on the disk, then in the record.

    Without consent to photographs for the record it is refused (4); a picture that is there already is 5. Where only
    the record still names it and its file is missing or damaged, the file is put back.
    """
    from microsclero.desk.patients import patient_of
    from microsclero.desk.photographs import Photos, clinic_file, kept
    from microsclero.store import photos
    from microsclero.store.pictures import laid_down, named

    patient = patient_of(desk, patient_no)
    taken_on = about.taken_on or desk.today()
    if taken_on > desk.today() or taken_on < patient.born_on:
        when = "lies in the future" if taken_on > desk.today() else "lies before the patient's birth"
        raise UsageError(f"--taken-on {when}.", code="unreadable", option="--taken-on")
    by = desk.member_on(about.by or desk.writer(), taken_on)
    session, stage = _session(desk, patient_no, about, taken_on), _stage(desk, patient_no, about, taken_on)
    fresh = _given_lately(desk, patient_no, taken_on) if stage == "after" else None
    if fresh is not None:
        session, stage = session or fresh, "session"
    if stage == "session" and session is None:
        raise UsageError(
            "No session is in the diary for that day: say which one with --session K, or --stage before or after.",
            code="missing_answer",
            option="--session",
        )
    _refuse_without_consent(desk, patient_no)
    _lost_ones(desk, patient_no, pictures)
    with (
        laid_down(clinic_file(desk), {each.picture.sha256: each.picture.data for each in pictures}) as parts,
        desk.store.changing(who=desk.writer(), command="photo add"),
    ):
        _refuse_without_consent(desk, patient_no)
        lost = _lost_ones(desk, patient_no, pictures)
        with named(parts):
            numbers = [
                photos.add_photo(
                    desk.store,
                    patient_no=patient_no,
                    course=session.course if session else _course(desk, patient_no),
                    session=session.session if session else None,
                    stage=stage,
                    leg=about.view.leg or None,
                    region=about.view.region or None,
                    aspect=about.view.aspect or None,
                    sha256=each.picture.sha256,
                    size=len(each.picture.data),
                    width=each.picture.width,
                    height=each.picture.height,
                    original_name=each.name,
                    taken_on=taken_on,
                    taken_by=by.initials,
                )
                for each in pictures
                if each.picture.sha256 not in lost
            ]
    shown = tuple(each for each in kept(desk, patient_no) if each.row.photo in (*numbers, *lost.values()))
    new = [each for each in pictures if each.picture.sha256 not in lost]
    said = (*_no_result_yet(fresh), *_other_days(new, taken_on), *_nowhere(about.view, numbers)) if new else ()
    return Photos(patient_no=patient_no, photos=shown, remarks=(*_put_back(lost), *said))


def _nowhere(view: View, numbers: Sequence[int]) -> tuple[str, ...]:
    """What a picture without a place can be laid beside, and how it is given one."""
    if view != ANYWHERE:
        return ()
    return (
        "Neither leg nor region was said (--leg left --region calf), so they are compared with others of both legs "
        f"alone; to say it now: microsclero amend photo {numbers[0]}.",
    )


def _sessions(desk: Desk, patient_no: int) -> list[SessionRow]:
    from microsclero.store import diary

    rows = diary.sessions_of_patient(desk.store, patient_no)
    return [row for row in rows if row.kind == "session" and row.status in ("planned", "given")]


def _course(desk: Desk, patient_no: int) -> int | None:
    """The running course; the latest one where none runs."""
    from microsclero.store import diary

    running = diary.running_course(desk.store, patient_no)
    courses = diary.courses_of(desk.store, patient_no)
    return running.course if running else max((each.course for each in courses), default=None)


def _session(desk: Desk, patient_no: int, about: About, taken_on: date) -> SessionRow | None:
    """The session named, of the running or latest course; without a name, the one of that day."""
    rows, course = _sessions(desk, patient_no), _course(desk, patient_no)
    if about.session is None:
        return next((row for row in rows if row.on == taken_on), None)
    for row in rows:
        if (row.course, row.number) == (course, about.session):
            return row
    raise NotFoundError(
        f"Patient {patient_no} has no session {about.session} in the course; see: microsclero patient show "
        f"{patient_no}",
        code="session_not_found",
    )


def _stage(desk: Desk, patient_no: int, about: About, taken_on: date) -> str:
    if about.stage:
        return about.stage
    if about.session is not None:
        return "session"
    rows = _sessions(desk, patient_no)
    return stage_on(taken_on, [row.on for row in rows if row.status == "given"], [row.on for row in rows])


def _given_lately(desk: Desk, patient_no: int, taken_on: date) -> SessionRow | None:
    """The last session given, where it is so near that a photograph of that day shows no result yet."""
    from microsclero import content

    rows = [row for row in _sessions(desk, patient_no) if row.status == "given" and row.on <= taken_on]
    last = max(rows, key=lambda row: (row.on, row.starts), default=None)
    near = last is not None and (taken_on - last.on).days < content.course().response_days
    return last if near else None


def _no_result_yet(session: SessionRow | None) -> tuple[str, ...]:
    from datetime import timedelta

    from microsclero import content
    from microsclero.dates import show_date

    if session is None:
        return ()
    days = content.course().response_days
    return (
        f"Kept with session {session.number} of {show_date(session.on)}, not as after: a result shows {days} days "
        f"after it, from {show_date(session.on + timedelta(days=days))}.",
    )


def _refuse_without_consent(desk: Desk, patient_no: int) -> None:
    """Photographs for the record want the consent for just that, given to the wording in force."""
    from microsclero.consent import in_force, last_given
    from microsclero.content.consent import load_consent
    from microsclero.desk.consenting import entry_of
    from microsclero.store import consents

    entries = [entry_of(row) for row in consents.consents(desk.store, patient_no)]
    if in_force(entries, "photo_record", desk.now(), wording=load_consent().version):
        return
    # Whatever was ever given and does not stand any more was given to other words, or taken back.
    older = last_given(entries, "photo_record", desk.now())
    said = any(entry.purpose == "photo_record" for entry in entries)
    take = f"To take it: microsclero consent {patient_no}"
    if older:
        code, why = "consent_older_wording", f"was given to an older wording ({older.wording}): take it again"
    elif said:
        code, why = "consent_withdrawn", "was refused or taken back: take no photographs"
    else:
        code, why = "consent_missing", "is not recorded"
    reason = f"Consent of patient {patient_no} to photographs for the record {why}. Nothing was kept."
    raise RefusedError(f"{reason} {take}" if code != "consent_withdrawn" else reason, code=code, patient=patient_no)


def _lost_ones(desk: Desk, patient_no: int, pictures: Sequence[HandedOver]) -> dict[str, int]:
    """The photographs of this patient whose file is missing or damaged, and is handed over again, by their hash.

    The same picture twice is one too many, whoever's it is: ConflictError.
    """
    from microsclero.store import photos

    lost: dict[str, int] = {}
    reasons: list[Reason] = []
    first: dict[str, str] = {}
    for each in pictures:
        sha256 = each.picture.sha256
        if sha256 in first:
            message = f"{each.file} is the same picture as {first[sha256]}; nothing was kept."
            reasons.append(Reason("already_there", message, {"file": each.file}))
        first.setdefault(sha256, each.file)
        for row in photos.photos_with(desk.store, sha256)[:1]:
            if row.patient_no == patient_no and _is_lost(desk, row):
                lost[sha256] = row.photo
                continue
            message = f"{each.file} is photograph {row.photo} already, of patient {row.patient_no}; nothing was kept."
            details = {"file": each.file, "photo": row.photo, "patient": row.patient_no}
            reasons.append(Reason("already_there", message, details))
    if reasons:
        raise ConflictError.for_reasons(reasons)
    return lost


def _is_lost(desk: Desk, row: PhotoRow) -> bool:
    from microsclero.desk.photographs import picture_of

    try:
        picture_of(desk, row)
    except FileError as error:
        return error.code in ("photo_missing", "photo_changed")
    return False


def _put_back(lost: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(
        f"The picture of photograph {photo} was missing or damaged, and is put back: it is the very one that was kept."
        for photo in lost.values()
    )


def _other_days(pictures: Sequence[HandedOver], taken_on: date) -> tuple[str, ...]:
    """Where a camera's own clock names another day, somebody should look: it may be the clock, or the entry."""
    from microsclero.dates import show_date

    return tuple(
        f"{each.file}: the camera's clock says {show_date(each.picture.camera_on)}, the record {show_date(taken_on)}."
        for each in pictures
        if each.picture.camera_on not in (None, taken_on)
    )

"""A session that is being told at the terminal: its draft, and what can be said of it on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from microsclero.errors import RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from microsclero.desk import Desk
    from microsclero.treatment import InjectionSite, Vial

PURPOSE = "treat"


@dataclass(slots=True, kw_only=True)
class Begun:
    """The draft of this sitting: what was typed so far, and where it is kept."""

    desk: Desk
    patient_no: int
    draft: int | None
    body: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""

    def keep(self, body: Mapping[str, Any]) -> None:
        """On the disk when this returns."""
        from microsclero.store import drafts

        self.draft = drafts.save_draft(
            self.desk.store,
            draft_no=self.draft,
            patient_no=self.patient_no,
            purpose=PURPOSE,
            body=body,
            who=self.desk.who,
        )

    def drop(self) -> None:
        """Nothing is left to go on with."""
        from microsclero.store import drafts

        if self.draft is not None:
            drafts.drop_draft(self.desk.store, self.draft)


def resume(desk: Desk, patient_no: int) -> Begun:
    """The session that was begun and not saved, with words on how far it goes; an empty one where there is none."""
    from microsclero.dates import show_moment
    from microsclero.store import drafts

    row = next((each for each in drafts.drafts(desk.store, patient_no) if each.purpose == PURPOSE), None)
    if row is None:
        return Begun(desk=desk, patient_no=patient_no, draft=None)
    told = row.body.get("told", {})
    began = show_moment(row.started_at.astimezone(desk.zone))
    words = (
        f"A session of patient {patient_no} was begun on {began} and is not saved: "
        f"{len(row.body.get('complete', ()))} parts, {len(told.get('vials') or ())} vials, "
        f"{len(told.get('sites') or ())} sites."
    )
    return Begun(desk=desk, patient_no=patient_no, draft=row.draft, body=row.body, words=words)


def running_total(
    desk: Desk, patient_no: int, vials: Sequence[Vial], sites: Sequence[InjectionSite], weight_kg: Decimal | None
) -> tuple[str, ...]:
    """What it comes to so far, in mL, mg and per cent of the ceiling; then whatever stands against it."""
    from microsclero.desk.dosing import dosed
    from microsclero.products import plain

    found = dosed(desk, patient_no, desk.now(), vials, sites, weight_kg)
    dose = found.dose
    mg = "– mg" if dose.total_mg is None else f"{plain(dose.total_mg)} mg"
    percent = "ceiling not known" if dose.ceiling_percent is None else f"{dose.ceiling_percent} % of the ceiling"
    many = f"{len(sites)} {'site' if len(sites) == 1 else 'sites'}"
    said = [each for each in found.objections if each.code != "vial_unused"]
    share = " · ".join(filter(None, (found.above, percent)))
    return (f"{many} · {plain(dose.total_ml)} mL · {mg} · {share}", *(f"! {each.message}" for each in said))


def about_vials(desk: Desk, patient_no: int, vials: Sequence[Vial]) -> tuple[str, ...]:
    """What stands against these vials by themselves: batch, expiry, quarantine, leaflet, a finding at screening."""
    from microsclero.desk.chair import screened_for
    from microsclero.desk.dosing import dosed

    rows = screened_for(desk, patient_no, desk.now()).rows
    found = dosed(desk, patient_no, desk.now(), vials, (), None, rows)
    return tuple(each.message for each in found.objections if each.code != "vial_unused")


def photographs_today(desk: Desk, patient_no: int) -> int:
    from microsclero.store import photos

    today = desk.today()
    return sum(row.taken_on == today and row.amended_by is None for row in photos.photos_of(desk.store, patient_no))


def booked_today(desk: Desk, patient_no: int) -> datetime | None:
    """When the session planned for today begins, once that time has come."""
    from datetime import datetime

    from microsclero.store import diary

    starts = [
        datetime.combine(row.on, row.starts, tzinfo=desk.zone)
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if (row.kind, row.status, row.on) == ("session", "planned", desk.today())
    ]
    return min((start for start in starts if start <= desk.now()), default=None)


def planned_with(desk: Desk, patient_no: int) -> str | None:
    """The injector of the session planned for today, the earlier of two."""
    from microsclero.store import diary

    planned = [
        (row.starts, row.injector)
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if (row.kind, row.status, row.on) == ("session", "planned", desk.today())
    ]
    return min(planned)[1] if planned else None


def booked_for_another_day(desk: Desk, patient_no: int) -> datetime | None:
    """When the next session begins, where none is booked for today."""
    from datetime import datetime

    from microsclero.store import diary

    starts = [
        datetime.combine(row.on, row.starts, tzinfo=desk.zone)
        for row in diary.sessions_of_patient(desk.store, patient_no)
        if (row.kind, row.status) == ("session", "planned") and row.on >= desk.today()
    ]
    start = min(starts, default=None)
    return start if start is not None and start.date() > desk.today() else None


def with_role(desk: Desk, role: str) -> tuple[str, ...]:
    """The initials of those who have this role."""
    return tuple(member.initials for member in desk.team if role in member.roles)


def own_as_prescriber(desk: Desk) -> str | None:
    """The initials of the person at the desk, where they may prescribe."""
    return desk.who if desk.who in with_role(desk, "prescriber") else None


def confirm_consent(desk: Desk, patient_no: int) -> str | None:
    """The patient has said again that they agree; what could not be recorded about it, in a sentence."""
    from microsclero.desk.consenting import take

    try:
        take(desk, patient_no, {"treatment": True}, taken_by=desk.writer(), method="screen")
    except RefusedError as refusal:
        return f"Not recorded: {refusal.message}"
    return None

"""Sheets as the tests want them: one clinic, three moments worth a golden file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from microsclero.aftercare import aftercare_sheet, prepare_sheet
from microsclero.content.sheets import load_sheets
from microsclero.sheet import ClinicContact, Sheet

LONDON = "Europe/London"
WORDS = load_sheets()
CLINIC = ClinicContact(name="Harbour Street Clinic", phone="020 7946 0123", out_of_hours="020 7946 0999")
BARE_CLINIC = ClinicContact(name="Harbour Street Clinic", phone="")
Closures = Iterable[tuple[date, date, str]]


def in_london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(LONDON))


def after(
    ended: str | datetime,
    *,
    clinic: ClinicContact = CLINIC,
    closures: Closures = (),
    next_not_before: date | None = None,
    response_on: date | None = None,
    from_record: bool = True,
) -> Sheet:
    return aftercare_sheet(
        WORDS,
        ended_at=in_london(ended) if isinstance(ended, str) else ended,
        zone=LONDON,
        clinic=clinic,
        closures=closures,
        next_not_before=next_not_before,
        response_on=response_on,
        from_record=from_record,
    )


def before(starts: str, *, clinic: ClinicContact = CLINIC) -> Sheet:
    return prepare_sheet(WORDS, starts_at=in_london(starts), zone=LONDON, clinic=clinic)


def november() -> Sheet:
    """Ended on a Sunday; the clinic closes inside the two weeks."""
    return after(
        "2026-11-22T15:00",
        closures=[(date(2026, 12, 4), date(2026, 12, 20), "moving rooms")],
        next_not_before=date(2026, 12, 20),
        response_on=date(2026, 12, 21),
    )


def clock_change() -> Sheet:
    """Ended on the evening before the clocks go forward; worked out for that moment, out of hours there is only 111."""
    clinic = ClinicContact(name="Harbour Street Clinic", phone="020 7946 0123")
    return after("2027-03-27T18:00", clinic=clinic, from_record=False)


def december() -> Sheet:
    return before("2026-12-21T10:00")


GOLDEN = {"aftercare_22_nov_2026": november, "aftercare_27_mar_2027": clock_change, "prepare_21_dec_2026": december}

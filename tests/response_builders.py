"""What the tests of responses start from: sessions as given, kept by the store itself, and the words of a response."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from microsclero.desk import Desk, open_desk
from microsclero.settings import Settings
from microsclero.store import consents, diary, notes, reactions, responses, treatments
from tests.builders import Line, Result, planned, ready

THIGH = ("left", "thigh")
CALF = ("right", "calf")
FIRST_ON = date(2026, 11, 23)

Region = tuple[str, str]


def desk_of(line: Line) -> Desk:
    return open_desk(Settings(file=line.file, clock=lambda: line.now), who="MS")


def on_day(line: Line, day: date, hour: int = 12) -> Line:
    """The same line on another day, at noon."""
    return line.at(datetime.combine(day, time(hour), UTC))


def give(line: Line, number: int, session: int, *regions: Region) -> date:
    """A planned session of the running course as given, on its own day, with a site in each region; its day."""
    desk = desk_of(line)
    running = diary.running_course(desk.store, number)
    assert running is not None
    rows = diary.sessions_of_course(desk.store, running.course)
    row = next(each for each in rows if each.number == session and each.status == "planned")
    starts = datetime.combine(row.on, row.starts, desk.zone)
    with desk.store.changing(who="MS", command="treat"):
        diary.update_session(desk.store, row.session, {"status": "given"}, row.version)
        for earlier in rows:
            if earlier.status == "given" and earlier.settled in (None, "seen"):
                diary.update_session(desk.store, earlier.session, {"settled": "followed"}, earlier.version)
        treatments.add_treatment(
            desk.store,
            patient_no=number,
            session=row.session,
            screening=None,
            prescriber="MS",
            prescriber_saw_on=row.on,
            injector="MS",
            sites=[site(*region) for region in regions or (THIGH, CALF)],
            weight_kg=None,
            needle_gauge="30 G",
            started_at=starts,
            ended_at=starts + timedelta(minutes=20),
            stockings="worn",
            observed_minutes=15,
            no_photo_reason="None taken.",
            notes=None,
            total_ml="0.4",
            total_mg="0.8",
            ceiling_percent="4",
            remarks=[],
            sheet="2026-1",
            products="2026-1",
            anyway=None,
            vials=[],
        )
    desk.close()
    return row.on


def site(leg: str, region: str) -> dict[str, Any]:
    words = {"aspect": None, "vein": "telangiectasia", "vial": "A", "volume_ml": "0.2", "punctures": 1}
    return {"leg": leg, "region": region, **words}


def in_course(line: Line, given: int, *, sessions: int = 4, start: date = FIRST_ON) -> tuple[int, date]:
    """A patient with so many sessions of a course given; the number, and the day of the last."""
    number = ready(line)
    planned(line, number, "--start", start, "--sessions", sessions)
    on = start
    for session in range(1, given + 1):
        on = give(line, number, session)
    return number, on


def agree(line: Line, number: int) -> None:
    """Consent to treatment, at this moment."""
    desk = desk_of(line)
    with desk.store.changing(who="MS", command="consent"):
        consents.add_consent(
            desk.store,
            patient_no=number,
            purpose="treatment",
            is_given=True,
            wording="2026-1",
            sha256="0" * 64,
            taken_by="MS",
            method="paper",
        )
    desk.close()


def report(line: Line, number: int, effect: str) -> int:
    """A reaction reported today and not ended; its number."""
    desk = desk_of(line)
    with desk.store.changing(who="MS", command="reaction"):
        reaction = reactions.add_reaction(
            desk.store,
            patient_no=number,
            treatment=None,
            effect=effect,
            leg=None,
            region=None,
            noticed_on=desk.today(),
            severity="mild",
            notes=None,
            emergency=[],
            band="call",
            because=[],
            version="2026-1",
            follow_up_on=desk.today() + timedelta(days=3),
            watch_until=None,
            ended_on=None,
        )
    desk.close()
    return reaction


def strike(line: Line, number: int, response: int) -> None:
    """A response entered in error."""
    desk = desk_of(line)
    with desk.store.changing(who="MS", command="amend"):
        amendment = notes.add_amendment(
            desk.store,
            patient_no=number,
            kind="response",
            ref=response,
            action="entered_in_error",
            reason="Another patient.",
            new=None,
        )
        responses.amend_response(desk.store, response, amendment)
    desk.close()


def told(next_step: str = "continue", **changed: Any) -> dict[str, Any]:
    """A response as a document holds it: left thigh and right calf graded, nothing found."""
    document = {
        "grades": [grade(*THIGH, 4), grade(*CALF, 3)],
        "satisfaction": 4,
        "findings": [],
        "next": next_step,
    }
    return {key: value for key, value in {**document, **changed}.items() if value is not ...}


def grade(leg: str, region: str, improvement: Any) -> dict[str, Any]:
    return {"leg": leg, "region": region, "improvement": improvement}


def respond(line: Line, number: int, next_step: str = "continue", **changed: Any) -> Result:
    return line.json("response", number, answers=told(next_step, **changed))


def settled(line: Line, number: int) -> list[tuple[str, str | None, str | None]]:
    """What became of every session ever booked for a patient: status, why cancelled, what settled it."""
    desk = desk_of(line)
    rows = diary.sessions_of_patient(desk.store, number)
    desk.close()
    return [(row.status, row.cancel_reason, row.settled) for row in rows]

"""Before the needle: each gate by itself, all of them at once, and what was given although one stood against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import TEAM, Line, planned, ready, register, screened
from tests.chair_builders import (
    A_DAY,
    MINUTES,
    THURSDAY,
    a_session_later,
    after,
    agreed,
    before_the_needle,
    compared,
    expected,
    given_at,
    in_the_chair,
    site,
    treat,
    treated,
    vial,
)
from tests.cli import shapes
from tests.cli.shapes import faults

Prepare = Callable[[Line], int]
POLIDOCANOL = vial(product="aethoxysklerol", percent="0.5")
ASCLERA = vial(product="asclera", percent="0.5")


@dataclass(frozen=True)
class Gate:
    """One thing that stands against a session: its codes, how it comes about, and what is told otherwise."""

    codes: str
    prepare: Prepare = in_the_chair
    told: tuple[tuple[str, Any], ...] = ()


def _never_screened(line: Line) -> int:
    number = expected(line)
    agreed(line.at(THURSDAY - 60 * MINUTES), number)
    return number


def _screened_yesterday(line: Line) -> int:
    number = expected(line)
    screened(line.at(THURSDAY - A_DAY), number, "session")
    agreed(line, number)
    return number


def _screened_after(line: Line) -> int:
    number = expected(line)
    agreed(line, number)
    screened(line.at(THURSDAY + MINUTES), number, "session")
    return number


def _only_an_intake_that_day(line: Line) -> int:
    number = expected(line)
    agreed(line, number)
    screened(line.at(THURSDAY - 60 * MINUTES), number, "intake")
    return number


def _answers(**changed: str | None) -> Prepare:
    def prepare(line: Line) -> int:
        number = expected(line)
        before_the_needle(line, number, THURSDAY, **changed)
        return number

    return prepare


def _decided_after(line: Line) -> int:
    number = _answers(cardiac="yes")(line)
    _decide(line.at(THURSDAY + 10 * MINUTES), number, "cardiac")
    return number


def _declined(line: Line) -> int:
    number = _answers(cardiac="yes")(line)
    _decide(line.at(THURSDAY - 30 * MINUTES), number, "cardiac", "decline")
    return number


def _decide(line: Line, number: int, rule: str, decision: str = "proceed") -> None:
    told = {"prescriber": "MS", "decisions": [{"rule": rule, "decision": decision, "reason": "Looked at."}]}
    assert line.json("decide", number, answers=told).code == 0


def _no_consent(line: Line) -> int:
    number = expected(line)
    screened(line.at(THURSDAY - 60 * MINUTES), number, "session")
    return number


def _withdrawn(line: Line) -> int:
    number = in_the_chair(line)
    agreed(line.at(THURSDAY - 5 * MINUTES), number, given=False)
    return number


def _withdrawn_meanwhile(line: Line) -> int:
    number = in_the_chair(line)
    agreed(line.at(THURSDAY + 5 * MINUTES), number, given=False)
    return number


def _cooling_off(line: Line) -> int:
    assert line.json("clinic", "edit", answers={"cooling_off_days": 2}).code == 0
    return in_the_chair(line)


def _on_hold(line: Line) -> int:
    number = in_the_chair(line)
    told = {"effect": "calf_pain", "severity": "mild", "noticed_on": "2026-11-26"}
    assert line.at(THURSDAY - 5 * MINUTES).json("reaction", number, answers=told).data["hold"] is True
    return number


def _held_then_lifted(line: Line) -> int:
    number = _on_hold(line)
    lift = {"prescriber": "MS", "hold": "lift", "finding": "excluded", "reason": "Duplex: no clot."}
    assert line.at(THURSDAY + 10 * MINUTES).json("decide", number, answers=lift).code == 0
    return number


def _a_clot(line: Line) -> int:
    number = _on_hold(line)
    lift = {"prescriber": "MS", "hold": "lift", "finding": "dvt", "reason": "Duplex: calf vein clot."}
    assert line.at(THURSDAY - 2 * MINUTES).json("decide", number, answers=lift).code == 0
    return number


def _elsewhere(line: Line) -> int:
    told = {"sclerotherapy_elsewhere": "yes", "sclerotherapy_elsewhere_on": "2026-11-20"}
    return _answers(**told)(line)


def _too_young(line: Line) -> int:
    return _walks_in(line, born_on="2008-11-27")


def _walks_in(line: Line, **details: str) -> int:
    """Nobody's session is planned; screened for an intake and for the session on that day."""
    number = register(line, **details)
    compared(line)
    screened(line.at(THURSDAY - 90 * MINUTES), number, "intake")
    before_the_needle(line, number, THURSDAY)
    return number


def _never_an_intake(line: Line) -> int:
    number = register(line)
    compared(line)
    before_the_needle(line, number, THURSDAY)
    return number


def _not_compared(line: Line) -> int:
    number = ready(line)
    planned(line, number, "--start", "2026-11-26")
    before_the_needle(line, number, THURSDAY)
    return number


GATES = {
    "never screened": Gate("not_screened_today", _never_screened),
    "screened the day before": Gate("not_screened_today", _screened_yesterday),
    "screened after the start": Gate("not_screened_today", _screened_after),
    "an intake is no session's screening": Gate("not_screened_today", _only_an_intake_that_day),
    "an answer that bars": Gate("finding_bar", _answers(dvt_ever="yes")),
    "an answer that defers": Gate("finding_defer", _answers(pregnant="yes")),
    "an answer that wants another opinion": Gate("finding_refer", _answers(bleeding_vein="yes")),
    "not sure": Gate("finding_defer", _answers(dvt_ever="unsure")),
    "an answer left out": Gate("unanswered", _answers(smoker=None)),
    "a review nobody decided": Gate("undecided", _answers(cardiac="yes")),
    "a review decided after the start": Gate("undecided", _decided_after),
    "a review that was declined": Gate("declined", _declined),
    "never an intake": Gate("no_screening", _never_an_intake),
    "no consent": Gate("consent_missing", _no_consent),
    "consent taken back": Gate("consent_withdrawn", _withdrawn),
    "consent taken back meanwhile": Gate("consent_withdrawn", _withdrawn_meanwhile),
    "the clinic's days to think it over": Gate("cooling_off", _cooling_off),
    "a hold": Gate("on_hold", _on_hold),
    "a hold lifted only since": Gate("on_hold", _held_then_lifted),
    "a clot a prescriber found": Gate("clot_confirmed", _a_clot),
    "injections elsewhere": Gate("finding_defer gap_too_short", _elsewhere),
    "not eighteen": Gate("finding_bar under_age", _too_young),
    "a leaflet nobody compared": Gate("product_not_compared", _not_compared),
    "a prescriber without the role": Gate("prescriber_role", told=(("prescriber", "RT"),)),
    "an injector without the role": Gate("injector_role", told=(("injector", "RT"),)),
    "a prescriber who never saw the patient": Gate("prescriber_not_seen", told=(("prescriber_saw_on", None),)),
    "no batch": Gate("batch_missing", told=(("vials", [vial(batch=None)]),)),
    "a batch without a letter or digit": Gate("batch_missing", told=(("vials", [vial(batch=" - ")]),)),
    "no expiry": Gate("expiry_missing", told=(("vials", [vial(expires_on=None)]),)),
    "expired the day before": Gate("expired", told=(("vials", [vial(expires_on="2026-11-25")]),)),
    "an unknown product": Gate("product_unknown", told=(("vials", [vial(product="varithena")]),)),
    "a product for comparison only": Gate("comparison_only", told=(("vials", [ASCLERA]),)),
    "an unknown strength": Gate("strength_unknown", told=(("vials", [vial(percent="0.3")]),)),
    "a strength for larger veins": Gate("strength_too_high", told=(("vials", [vial(percent="3")]),)),
    "polidocanol without a weight": Gate("weight_missing", told=(("vials", [POLIDOCANOL]), ("sites", [site("0.2")]))),
    "too much in all": Gate("over_ceiling", told=(("sites", [site("10.1", punctures=20)]),)),
    "too much at a puncture": Gate("site_volume_high", told=(("sites", [site("1.1")]),)),
    "a vial that is not there": Gate("vial_unknown", told=(("sites", [site(letter="B")]),)),
    "two vials of one letter": Gate("vial_twice", told=(("vials", [vial(), vial()]),)),
    "an ulcer on the leg": Gate("found_today", told=(("findings", ["ulcer"]),)),
}  # fmt: skip
# What nobody can have done, however it is told.
IMPOSSIBLE = ("a vial that is not there", "two vials of one letter")


@pytest.mark.parametrize("name", GATES)
def test_a_gate_refuses_by_itself_and_nothing_is_saved(run: Line, name: str, clinic_file: Path) -> None:
    gate = GATES[name]
    number = gate.prepare(run)
    before = clinic_file.read_bytes()
    refused = treat(run, number, **dict(gate.told))
    assert (refused.code, sorted(refused.codes)) == (4, gate.codes.split()), refused
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize("name", sorted(GATES.keys() - IMPOSSIBLE))
def test_what_happened_all_the_same_is_kept_as_an_incident_and_seen(run: Line, name: str) -> None:
    gate = GATES[name]
    number = gate.prepare(run)
    kept = treated(run, number, THURSDAY, "--record-anyway", "It was done before anybody looked.", **dict(gate.told))
    assert sorted(reason["code"] for reason in kept["anyway"]) == gate.codes.split()
    assert (kept["treatment"], kept["incident"], kept["saved"]) == (1, 1, True)
    told = {"prescriber": "MS", "incident": kept["incident"], "reason": "Talked over with the injector."}
    assert after(run).json("decide", number, answers={**told, "incident": 7}).codes == ["incident_not_found"]
    assert after(run).json("decide", number, answers={**told, "prescriber": "RT"}).codes == ["role_missing"]
    closed = after(run).json("decide", number, answers=told).data
    assert faults(shapes.INCIDENT, closed) == []
    assert (sorted(closed["codes"]), closed["still_open"]) == (gate.codes.split(), [])
    assert after(run).json("decide", number, answers=told).code == 3


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_can_not_be_true_is_not_even_kept_as_an_incident(run: Line, name: str, clinic_file: Path) -> None:
    gate = GATES[name]
    number = gate.prepare(run)
    before = clinic_file.read_bytes()
    refused = treat(run, number, THURSDAY, "--record-anyway", "Because.", **dict(gate.told))
    assert (refused.code, refused.codes) == (4, [gate.codes])
    assert clinic_file.read_bytes() == before


@pytest.mark.parametrize(
    ("prepare", "is_held"), [(_on_hold, True), (_held_then_lifted, False), (_declined, False), (in_the_chair, False)]
)
def test_kept_all_the_same_it_says_whether_the_patient_is_on_hold_now(
    run: Line, prepare: Prepare, is_held: bool
) -> None:
    number = prepare(run)
    anyway = ("--record-anyway", "It had begun.")
    holds = [treated(run, number, THURSDAY, *words)["hold"] for words in ((*anyway, "--dry-run"), anyway)]
    assert holds == [is_held, is_held]


def test_every_reason_is_told_at_once(run: Line) -> None:
    number = register(run, born_on="2010-01-01")
    told = {"effect": "calf_pain", "severity": "mild", "noticed_on": "2026-11-20"}
    assert run.json("reaction", number, answers=told).code == 0
    refused = treat(
        run,
        number,
        prescriber="RT",
        injector="RT",
        prescriber_saw_on=None,
        findings=["infection"],
        vials=[vial(batch=None, expires_on="2025-01"), vial("B", "aethoxysklerol", "0.5", batch="X 1")],
        sites=[site("9"), site("9", "B"), site("0.1", "C")],
    )
    assert refused.code == 4
    assert set(refused.codes) == {
        "under_age", "not_screened_today", "no_screening", "on_hold", "consent_missing", "prescriber_role",
        "injector_role", "prescriber_not_seen", "found_today", "batch_missing", "expired", "product_not_compared",
        "weight_missing", "over_ceiling", "site_volume_high", "vial_unknown",
    }  # fmt: skip
    said = treat(run, number, prescriber="RT").envelope["errors"]
    assert all(error["message"].endswith((".", "session", "intake", "1", "fibrovein")) for error in said)


def test_nobody_in_the_team_is_not_found_before_any_gate_is_told(run: Line) -> None:
    number = register(run)
    assert treat(run, number, prescriber="ZZ").codes == ["member_not_found"]
    assert (treat(run, number, injector="ZZ").code, treat(run, 99).code) == (3, 3)


@pytest.mark.parametrize(("days", "code"), [(27, 4), (28, 0)])
def test_28_days_from_the_last_injection_in_any_course(run: Line, days: int, code: int) -> None:
    number = in_the_chair(run)
    treated(run, number)
    told = {"grades": [{"leg": "left", "region": "thigh", "improvement": 5}], "satisfaction": 5, "findings": []}
    later = THURSDAY + timedelta(days=days)
    closed = run.at(later - 90 * MINUTES).json("response", number, answers={**told, "next": "close"})
    assert closed.code == 0
    screened(run.at(later - 80 * MINUTES), number, "intake")
    before_the_needle(run, number, later)
    done = treat(run, number, later)
    assert (done.code, done.codes) == (code, ["gap_too_short"] if code else [])


def test_a_fifth_session_is_refused_and_if_it_was_given_it_is_an_incident(run: Line) -> None:
    number = in_the_chair(run)
    numbers = [treated(run, number)["number"]]
    for place in (1, 2, 3):
        numbers.append(a_session_later(run, number, THURSDAY + place * timedelta(days=28))["number"])
    assert numbers == [1, 2, 3, 4]
    fifth = THURSDAY + 4 * timedelta(days=28)
    before_the_needle(run, number, fifth)
    refused = treat(run, number, fifth)
    assert (refused.code, "course_full" in refused.codes) == (4, True)
    kept = treated(run, number, fifth, "--record-anyway", "Nobody had counted.")
    assert ([each["code"] for each in kept["anyway"]], kept["number"], kept["incident"]) == (refused.codes, 5, 1)


def test_a_screening_again_that_finds_something_counts_though_it_was_signed_after_the_start(run: Line) -> None:
    number = in_the_chair(run)
    screened(run.at(THURSDAY + 5 * MINUTES), number, "session", dvt_ever="yes")
    assert treat(run, number).codes == ["finding_bar"]


def test_a_finding_about_one_product_refuses_that_product_alone(run: Line) -> None:
    number = expected(run)
    told = {"local_anaesthetic": "yes", "local_anaesthetic_on": "2026-11-26"}
    before_the_needle(run, number, THURSDAY, **told)
    polidocanol: dict[str, Any] = {"vials": [POLIDOCANOL], "sites": [site("0.2")], "weight_kg": "70"}
    refused = treat(run, number, **polidocanol)
    assert (refused.code, refused.codes) == (4, ["product_finding"])
    assert refused.envelope["errors"][0]["rule"] == "local_anaesthetic"
    assert treat(run, number).code == 0


def test_a_decision_does_not_open_the_product_that_a_finding_is_about(run: Line) -> None:
    number = expected(run)
    before_the_needle(run, number, THURSDAY, alcohol_avoided="yes")
    assert treat(run, number).codes == ["undecided"]
    _decide(run.at(THURSDAY - 20 * MINUTES), number, "alcohol_avoided")
    polidocanol: dict[str, Any] = {"vials": [POLIDOCANOL], "sites": [site("0.2")], "weight_kg": "70"}
    assert treat(run, number, **polidocanol).codes == ["product_finding"]
    assert treat(run, number).code == 0


def test_a_batch_in_quarantine_is_refused_however_it_is_typed(run: Line) -> None:
    number = in_the_chair(run)
    from microsclero.desk import open_desk
    from microsclero.settings import Settings
    from microsclero.store import products

    desk = open_desk(Settings(file=run.file, clock=lambda: run.now), who="MS")
    with desk.store.changing(who="MS", command="batch"):
        products.add_quarantine(desk.store, batch="ab-12", batch_key="AB12", product=None, reason="Recall.")
    desk.close()
    for typed in ("AB12", "ab 12", "Ab-12"):
        assert treat(run, number, vials=[vial(batch=typed)]).codes == ["quarantined"]
    assert treat(run, number, vials=[vial(batch="AB13")]).code == 0


def test_the_prescriber_has_to_work_here_on_that_day(run: Line) -> None:
    number = in_the_chair(run)
    colleague = {**TEAM[0], "initials": "DL", "name": "Dr Lee", "register": "GMC 1234567"}
    assert run.json("clinic", "team", answers=colleague).code == 0
    last_day = run.at(THURSDAY - A_DAY)
    assert last_day.json("clinic", "team", "--end", "DL", "--on", "2026-11-25").code == 0
    assert treat(run, number, prescriber="DL").codes == ["prescriber_role"]
    assert treat(run, number, injector="DL").codes == ["injector_role"]


def _faults(run: Line, number: int, **changed: Any) -> tuple[int, list[str]]:
    done = treat(run, number, **changed)
    return done.code, [str(error.get("key")) for error in done.envelope["errors"]]


def test_what_can_not_be_true_is_a_slip_of_the_keys(run: Line) -> None:
    number = in_the_chair(run)
    assert _faults(run, number, started_at="2026-11-26T10:30") == (2, ["ended_at"])
    ahead = {"started_at": "2026-11-26T10:30", "ended_at": "2026-11-26T10:40"}
    assert _faults(run, number, **ahead) == (2, ["started_at", "ended_at"])
    assert _faults(run, number, ended_at="2026-11-26T09:29") == (2, ["ended_at"])
    assert _faults(run, number, ended_at="2026-11-26T10:06") == (2, ["ended_at"])
    assert _faults(run, number, started_at="2026-11-25T18:10", ended_at="2026-11-26T00:10") == (2, ["ended_at"])
    assert _faults(run, number, prescriber_saw_on="2026-11-27") == (2, ["prescriber_saw_on"])
    assert _faults(run, number, prescriber_saw_on="1979-01-01") == (2, ["prescriber_saw_on"])
    assert _faults(run, number, started_at="1979-01-01T10:00", ended_at="1979-01-01T10:10")[0] == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"vials": [{**vial(), "strength_percent": 0.2}]},
        {"vials": [{**vial(), "colour": "blue"}]},
        {"vials": []},
        {"vials": [{"vial": "A"}]},
        {"sites": [site(volume="0.35")]},
        {"sites": [site(volume="-1")]},
        {"sites": [site(region="nose")]},
        {"sites": [site(leg="middle")]},
        {"sites": [site(punctures=0)]},
        {"sites": "L thigh A 0.3"},
        {"weight_kg": "7"},
        {"weight_kg": [70]},
        {"started_at": "10:00"},
        {"stockings": "red"},
        {"observed_minutes": -1},
        {"findings": ["headache"]},
        {"colour": "blue"},
    ],
    ids=str,
)
def test_a_document_that_can_not_be_read_is_refused_before_the_file_is_opened(
    run: Line, changed: dict[str, Any]
) -> None:
    done = run.on(None).json("treat", 1, answers=given_at(THURSDAY, **changed))
    assert done.code == 2, done


def test_every_key_that_is_missing_is_named(run: Line) -> None:
    done = run.json("treat", 1, answers={})
    missing = [error["key"] for error in done.envelope["errors"] if error["code"] == "missing_answer"]
    assert (done.code, missing) == (2, ["prescriber", "injector", "vials", "sites", "started_at", "ended_at"])


@pytest.mark.parametrize(
    "words",
    [
        ("--check", "--record-anyway", "x"),
        ("--check", "--yes"),
        ("--yes", "--dry-run"),
        ("--blank",),
        ("--worksheet", "a.pdf", "--check"),
        ("--record-anyway", ""),
    ],
    ids=" ".join,
)
def test_one_thing_at_a_time(run: Line, words: tuple[str, ...]) -> None:
    assert run.json("treat", 1, *words).code == 2


def test_a_moment_that_carries_a_zone_is_that_moment(run: Line) -> None:
    number = in_the_chair(run)
    data = treated(run, number, started_at="2026-11-26T10:30+01:00", ended_at="2026-11-26T09:50Z")
    assert (data["started_at"], data["ended_at"]) == ("2026-11-26T09:30:00+00:00", "2026-11-26T09:50:00+00:00")


def test_the_same_session_is_not_recorded_twice_by_accident(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number)
    assert treat(run, number).codes == ["already_recorded"]


CEILINGS = [
    ("fibrovein", "0.2", "telangiectasia", None, "10"),
    ("fibrovein", "0.5", "reticular", None, "10"),
    ("aethoxysklerol", "0.25", "telangiectasia", "70", "10"),
    ("aethoxysklerol", "0.5", "telangiectasia", "70", "10"),
    ("aethoxysklerol", "1", "reticular", "70", "10"),
    ("aethoxysklerol", "1", "reticular", "40", "8"),
    ("aethoxysklerol", "0.5", "telangiectasia", "25", "10"),
]


@pytest.mark.parametrize(("product", "percent", "vein", "weight", "most"), CEILINGS)
def test_a_ceiling_holds_at_its_limit_and_is_broken_one_step_over(
    run: Line, product: str, percent: str, vein: str, weight: str | None, most: str
) -> None:
    number = in_the_chair(run)
    tenths = int(float(most) * 10)
    for step, code in ((-1, 0), (0, 0), (1, 4)):
        volume = f"{(tenths + step) // 10}.{(tenths + step) % 10}"
        told = {"vials": [vial(product=product, percent=percent)], "weight_kg": weight}
        sites = [site(volume, vein=vein, punctures=99)]
        done = after(run).json("treat", number, "--dry-run", answers=given_at(THURSDAY, **told, sites=sites))
        assert done.code == code, (volume, done)
        if code == 0:
            assert float(done.data["ceiling_percent"]) <= 100
            assert done.data["total_mg"] == _plain(float(volume) * float(percent) * 10)


def _plain(number: float) -> str:
    return f"{round(number, 3):g}"


@pytest.mark.parametrize(("percent", "vein", "most"), [("1", "reticular", 100), ("3", "reticular", 40)])
def test_a_strength_for_larger_veins_is_refused_below_its_ceiling_too(
    run: Line, percent: str, vein: str, most: int
) -> None:
    number = in_the_chair(run)
    for tenths, codes in ((most - 1, {"strength_too_high"}), (most + 1, {"strength_too_high", "over_ceiling"})):
        sites = [site(f"{tenths // 10}.{tenths % 10}", vein=vein, punctures=99)]
        assert set(treat(run, number, vials=[vial(percent=percent)], sites=sites).codes) == codes


def test_shares_of_two_strengths_are_added_up(run: Line) -> None:
    number = in_the_chair(run)
    vials = [vial(), vial("B", percent="0.5")]
    half = [site("5", punctures=9), site("5", "B", vein="reticular", punctures=9)]
    done = after(run).json("treat", number, "--dry-run", answers=given_at(THURSDAY, vials=vials, sites=half))
    assert (done.data["ceiling_percent"], done.data["total_mg"]) == ("100.0", "35")
    more = [half[0], {**half[1], "volume_ml": "5.1"}]
    assert treat(run, number, vials=vials, sites=more).codes == ["over_ceiling"]


def test_what_was_given_earlier_that_day_counts_for_the_ceiling(run: Line) -> None:
    number = in_the_chair(run)
    treated(run, number, sites=[site("6", punctures=9)])
    again = THURSDAY + 25 * MINUTES
    refused = treat(run, number, again, sites=[site("4.1", punctures=9)])
    assert set(refused.codes) == {"gap_too_short", "over_ceiling"}
    assert set(treat(run, number, again, sites=[site("4", punctures=9)]).codes) == {"gap_too_short"}


def test_the_day_of_a_session_is_the_clinics_own(run: Line) -> None:
    """Half past midnight in London's summer is still the day before by UTC."""
    start = datetime.fromisoformat("2027-06-10T00:30:00+01:00")
    number = register(run)
    compared(run)
    screened(run.at(start - 20 * MINUTES), number, "intake")
    screened(run.at(start - 10 * MINUTES), number, "session")
    agreed(run.at(start - 10 * MINUTES), number)
    told = given_at(start, prescriber_saw_on="2027-06-10")
    done = after(run, start).json("treat", number, answers={**told, "vials": [vial(expires_on="2027-06-10")]})
    assert [each["date"] for each in done.data["sessions"]] == ["2027-06-10"]

"""A session on the screen: before the needle, as it was given, and what a prescriber closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from microsclero.dates import show_date, show_moment
from microsclero.products import VEIN_WORDS, plain, show_percent, show_product
from microsclero.render.terminal import Heading, console, print_lines, table_lines
from microsclero.render.views.told import allergies_in_words, told_lines
from microsclero.text import Written, visible

if TYPE_CHECKING:
    from microsclero.desk.changes import Step
    from microsclero.desk.checking import Check, Head, Left
    from microsclero.desk.incidents import ClosedIncident
    from microsclero.desk.leaflets import Shown
    from microsclero.desk.treating import Session
    from microsclero.products import Strength

STOCKINGS = {"worn": "worn", "supplied": "supplied here", "buying_today": "being bought today"}


# ── before the needle ──


def head_view(head: Head) -> None:
    """Who it is, before anything is asked."""
    print_lines(console(stderr=True), _head(head))


def check_view(page: Check, *, stderr: bool = False) -> None:
    """The page before the needle: what stands against it first; what may be given only where nothing refuses."""
    print_lines(console(stderr=stderr), _check(page))


def _head(head: Head) -> Iterator[str]:
    yield from told_lines(head.allergies, head.allergies_told, head.medicines)
    for made in head.decided:
        yield Heading(f"DECIDED    {visible(made.words)}")
    for reason in head.holds:
        yield Heading(f"! {reason.message}")
    for words in head.reactions:
        yield Heading(f"OPEN       {words}")
    if head.last_on:
        given = "; ".join(head.last_time)
        yield f"LAST TIME  {show_date(head.last_on)}: {given}. Batch, strength and volume are chosen anew."
    if head.aftercare_until:
        yield f"           Its aftercare runs to the end of {show_date(head.aftercare_until)}."


def _check(page: Check) -> Iterator[str]:
    planned = "planned for today" if page.planned else "not planned for today"
    yield Heading(f"BEFORE THE NEEDLE · patient {page.head.patient.number} · session {page.number}, {planned}")
    if page.reasons:
        yield Heading("NOT TODAY, as things stand:")
        yield from (f"  ! {reason.message}" for reason in page.reasons)
        yield ""
    yield from _head(page.head)
    said = [*(("  ? " if each.confirm else "  - ") + each.message for each in page.warnings)]
    said += [f"  - {words}" for words in page.remarks]
    if said:
        yield ""
        yield Heading("To be looked at first:")
        yield from said
    if not page.reasons:
        yield from _may_be_given(page)


def _may_be_given(page: Check) -> Iterator[str]:
    yield ""
    yield Heading("May still be given today, of one of these alone:")
    open_ones = [each for each in page.left if not each.barred]
    yield from (f"  {line}" for line in table_lines(["Product", "For", "mL", "mg", "Leaflet"], map(_left, open_ones)))
    yield from (f"  {words}" for words in dict.fromkeys(each.unknown for each in open_ones) if words)
    for words in dict.fromkeys(each.barred for each in page.left if each.barred):
        yield Heading(f"  ! Not {visible(words)}")
    if page.dose is not None and page.dose.total_ml:
        yield f"  Of this session: {plain(page.dose.total_ml)} mL, {page.dose.ceiling_percent or '–'} % of the ceiling."
    if page.set_aside:
        yield f"  In quarantine: {', '.join(map(visible, page.set_aside))}"
    yield ""
    else_ = "else " if page.head.decided or any(each.barred for each in page.left) else ""
    yield f"Nothing {else_}on record stands against it. Examine, and decide."


def _left(left: Left) -> tuple[str, ...]:
    return (
        f"{left.name} {show_percent(left.strength_percent)}",
        ", ".join(VEIN_WORDS[vein] for vein in left.veins),
        "–" if left.ml is None else plain(left.ml),
        "–" if left.mg is None else plain(left.mg),
        show_date(left.compared_on) if left.compared_on else "not compared",
    )


# ── as given ──


def treated_view(done: Session, *, stderr: bool = False) -> None:
    print_lines(console(stderr=stderr), _treated(done))


def _treated(done: Session) -> Iterator[str]:
    given, dose = done.treatment, done.dosed.dose
    state = f"Treatment {done.treatment_no}, saved" if done.treatment_no else "Nothing saved yet"
    yield Heading(f"{state} · session {done.place.number} of patient {done.patient.number}")
    yield (
        f"{show_moment(given.started_at)} to {given.ended_at:%H:%M} · prescriber {given.prescriber}, "
        f"injector {given.injector}"
    )
    yield from table_lines(["Site", "Vein", "Vial", "mL", "Punctures"], list(_sites(done)))
    for vial in given.vials:
        until = show_date(vial.expires_on) if vial.expires_on else "–"
        yield (
            f"Vial {vial.vial}: {visible(show_product(vial.product))} {show_percent(vial.strength_percent)}, "
            f"batch {visible(vial.batch or '–')}, until {until}"
        )
    percent = "ceiling not known" if dose.ceiling_percent is None else f"{dose.ceiling_percent} % of the ceiling"
    mg = "–" if dose.total_mg is None else plain(dose.total_mg)
    share = "; ".join(filter(None, (done.dosed.above, percent)))
    yield Heading(f"In all {plain(dose.total_ml)} mL, {mg} mg, {share}")
    if given.stockings:
        yield f"Stockings {STOCKINGS[given.stockings]}."
    if done.reasons:
        yield Heading(f"INCIDENT{f' {done.incident}' if done.incident else ''}, for a prescriber to close:")
        yield from (f"  ! {reason.message}" for reason in done.reasons)
        yield f"  Why all the same: {visible(done.anyway or '')}"
    if done.findings:
        words = ", ".join(done.findings).replace("_", " ")
        yield Heading(f"ON HOLD: {words}. A prescriber lifts it: microsclero decide {done.patient.number}")
    yield from (f"- {words}" for words in (*done.told, *done.advice, *done.rest.remarks))
    yield from _course(done)


def _sites(done: Session) -> Iterator[tuple[str, ...]]:
    for site in done.treatment.sites:
        where = " ".join(filter(None, (site.leg, site.region, site.aspect)))
        yield where, VEIN_WORDS[site.vein], site.vial, plain(site.volume_ml), str(site.punctures)


def _course(done: Session) -> Iterator[str]:
    """What became of the later sessions."""
    changed = [step for step in done.rest.steps if step.why]
    if changed:
        yield Heading("The rest of the course, from the day treated:")
        yield from (f"  {_step(step)}" for step in changed)
    elif any(session.status == "planned" for session in done.sessions):
        yield "The later sessions stay where they are."
    if done.treatment_no:
        yield f"Next: microsclero aftercare {done.patient.number}"


def _step(step: Step) -> str:
    before, after = step.before, step.after
    was = f"{show_date(before.on)} {before.starts:%H:%M}"
    if after is None:
        return f"{before.number}  {was} {'waits for a new date' if step.waits else 'cancelled'}"
    return f"{after.number}  {was} moves to {show_date(after.on)} {after.starts:%H:%M}: {step.why}"


def incident_view(closed: ClosedIncident) -> None:
    lines = [
        Heading(f"Incident {closed.incident} of patient {closed.patient_no} closed by {closed.prescriber}"),
        f"It was: {', '.join(closed.codes)}. {visible(closed.reason)}",
        f"Looked at: {visible(closed.closing)}",
    ]
    if closed.still_open:
        lines.append(f"Still open: incident {', '.join(map(str, closed.still_open))}")
    print_lines(console(), lines)


# ── products ──


def product_view(shown: Shown) -> None:
    """Our figures with their sources, to be held beside the leaflet."""
    print_lines(console(), _product(shown))


def _product(shown: Shown) -> Iterator[str]:
    product, check = shown.product, shown.check
    yield Heading(f"{product.name} ({product.active_name}), figures {shown.version}")
    if not product.usable:
        yield "Known for comparison only; it is never injected here."
    if product.mg_per_kg:
        yield f"At most {plain(product.mg_per_kg.value)} mg per kg and day. {product.mg_per_kg.source}"
    for strength in product.strengths:
        yield from _strength(strength)
    for warning in product.warnings:
        yield f"Above {plain(warning.above_ml)} mL in a day: {warning.text}. {warning.source}"
    if check:
        yield Heading(
            f"Compared with the leaflet in the box (revision {visible(check.leaflet_revision)}) by {check.prescriber} "
            f"on {show_date(check.compared_on)}"
        )
    elif product.usable:
        yield Heading("Not compared with the leaflet in the box yet: until a prescriber has, it is not used.")


def _strength(strength: Strength) -> Iterator[str]:
    veins = ", ".join(VEIN_WORDS.get(vein, "larger veins") for vein in strength.meant_for)
    yield Heading(f"{show_percent(strength.percent)}, which is {plain(strength.mg_per_ml)} mg/mL, for {veins}")
    yield f"  For these veins: {strength.source}"
    yield f"  At most {plain(strength.most_ml.value)} mL in a session. {strength.most_ml.source}"
    if strength.most_sites:
        yield f"  At most {plain(strength.most_sites.value)} sites in a session. {strength.most_sites.source}"
    for each in strength.ranges:
        inside = " or ".join(VEIN_WORDS.get(vein, "larger vein") for vein in each.veins)
        yield f"  {plain(each.least_ml)} to {plain(each.most_ml)} mL at a puncture of a {inside}. {each.source}"


# ── the sheet to write on ──


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSheet:
    """Where the worksheet lies, and what must be written in by hand."""

    path: Path
    by_hand: tuple[str, ...]
    read_first: tuple[str, ...] = ()


def write_worksheet(page: Check | None, target: str, *, clinic: str, made_up: bool, live: Path | None) -> WrittenSheet:
    """The worksheet as a PDF, for a patient or blank; what still stands against the session is on it."""
    from microsclero.render.files import put_down
    from microsclero.render.paper import PatientLine
    from microsclero.render.paper.worksheet import worksheet_pdf

    head = page.head if page else None
    patient = head.patient if head else None
    read_first = tuple(_read_first(page)) if page else ()
    printed = worksheet_pdf(
        clinic=clinic,
        patient=PatientLine.of(patient) if patient else None,
        allergies=allergies_in_words(head.allergies, head.allergies_told) if head else "",
        medicines="; ".join(head.medicines) if head else "",
        read_first=read_first,
        made_up=made_up,
    )
    path = put_down(printed.pdf, target, option="--worksheet", live=live)
    by_hand = tuple(part.replace("_", " ") for part in printed.by_hand)
    return WrittenSheet(path=path, by_hand=by_hand, read_first=read_first)


def _read_first(page: Check) -> Iterator[str]:
    """What stands against it as things are, what was decided, and what bars a product."""
    yield from (f"Still stands against it: {reason.message}" for reason in page.reasons)
    yield from (f"Decided: {made.words}" for made in page.head.decided)
    yield from (f"Open: {words}" for words in page.head.reactions)
    yield from dict.fromkeys(f"Not {each.barred}" for each in page.left if each.barred)


def worksheet_view(written: WrittenSheet) -> None:
    print_lines(console(), [Written(written.path), *(f"! {visible(line)}" for line in written.read_first)])

"""A screening on the screen: what it came to first, then each finding, then the words to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microsclero.dates import show_date
from microsclero.render.folding import fold
from microsclero.render.terminal import console, print_lines, width, words
from microsclero.render.views.sheets import WrittenPdf
from microsclero.text import Written

if TYPE_CHECKING:
    from rich.console import Console

    from microsclero.desk.deciding import Decided, Filed
    from microsclero.desk.screening import Screened
    from microsclero.questionnaire import Questionnaire
    from microsclero.said_before import Difference

HEADINGS = {
    "bar": "NOT SUITABLE while these answers stand",
    "refer": "ANOTHER OPINION FIRST",
    "defer": "NOT TODAY",
    "incomplete": "NOT COMPLETE: safety questions are unanswered",
    "review": "FOR A PRESCRIBER TO DECIDE",
    "suitable": "NO CONTRAINDICATION RECORDED",
    "note": "NO CONTRAINDICATION RECORDED",
}
# Today's answers say nothing against it.
FREE = ("suitable", "note")
STOPPED = "STOPPED BY AN EARLIER SCREENING"
HELD = "ON HOLD"
STYLES = {
    "besides": "bold red",
    "bar": "bold red",
    "refer": "bold red",
    "defer": "bold yellow",
    "incomplete": "bold yellow",
    "review": "bold cyan",
}
# “Discussed: nothing” would be the opposite of what was talked about.
_OPTION_WORDS = {"nothing": "doing nothing (no treatment)"}
EACH = {
    "bar": "not suitable",
    "refer": "another opinion first",
    "defer": "not today",
    "review": "for a prescriber",
    "note": "to know",
}


def outcome_view(done: Screened) -> None:
    """Understood in five seconds: one heading, the reasons, what would change them, what to say."""
    out, screening = console(), done.screening
    outcome, heading = _comes_to(done)
    out.print(words(heading, STYLES.get(outcome, "bold")))
    if screening.ask_again_on:
        out.print(words(f"Ask again on {show_date(screening.ask_again_on)}.", "bold"))
    out.print(
        words(
            f"Patient {done.patient_no} · {screening.form} of {show_date(screening.on)} · screening {done.number} · "
            f"read, examined, signed by {done.signed_by}"
        )
    )
    for finding in screening.findings:
        finding_view(out, finding.as_data())
    _what_else(out, done)
    if done.planned and outcome not in FREE:
        out.print()
        booked = "1 session is" if done.planned == 1 else f"{done.planned} sessions are"
        out.print(words(f"{booked} booked: move or cancel. See: microsclero patient show {done.patient_no}"))
    if done.options_discussed:
        out.print()
        more(out, "Discussed", ", ".join(_OPTION_WORDS.get(each, each) for each in done.options_discussed))
    if outcome == "besides":
        _next_besides(out, done.patient_no)
    else:
        _words_to_say(out, done)
        _next(out, done)


def _comes_to(done: Screened) -> tuple[str, str]:
    """What it comes to and its heading; where today's answers are free, what was found before speaks."""
    outcome = done.screening.outcome.value
    if not done.besides or outcome not in FREE:
        return outcome, HEADINGS[outcome]
    is_held = any(reason.code == "on_hold" for reason in done.besides)
    return "besides", HELD if is_held else STOPPED


def _what_else(out: Console, done: Screened) -> None:
    """What is known besides the findings: remarks, what stands from before, gaps, answers and decisions changed."""
    screening = done.screening
    for remark in done.remarks:
        out.print()
        for line in fold(remark, min(width(), 100)):
            out.print(words(line, "bold"))
    for reason in done.besides:
        out.print()
        out.print(words("still standing:", STYLES["besides"]))
        more(out, "Earlier", reason.message)
    if screening.unanswered:
        out.print()
        for link_id in screening.unanswered:
            more(out, "Unanswered", f"{done.wording.get(link_id, link_id)} ({link_id})")
    if done.changed:
        out.print()
        for each in done.changed:
            more(out, "Changed", difference_line(each))
    if done.to_confirm or done.lapsed:
        out.print()
        for decided in (*done.to_confirm, *done.lapsed):
            more(out, "Decision", f"{decided.decision.rule}: {decided.in_words()}")


def _words_to_say(out: Console, done: Screened) -> None:
    outcome = done.screening.outcome.value
    said = [finding.say for finding in done.screening.findings if finding.outcome.value == outcome != "note"]
    out.print()
    out.print(words("Words to say:", "bold"))
    for sentence in dict.fromkeys([done.words.say, *said] if done.words.say else said):
        for line in fold(sentence, min(width(), 100) - 4):
            out.print(words(f"  {line}"))


def _next(out: Console, done: Screened) -> None:
    outcome = done.screening.outcome.value
    if done.to_report and outcome != "bar":
        out.print()
        out.print(words(f"Next: microsclero reaction {done.patient_no}", "bold"))
        return
    if outcome in FREE:
        out.print()
        out.print("This clears nobody: examine, decide, and screen again on the day of each session.")
    if outcome in ("refer", "defer"):
        out.print()
        out.print(words(_next_waiting(done)))
    elif outcome == "review":
        out.print()
        out.print(words(f"Next: microsclero decide {done.patient_no}"))
    elif outcome in FREE and done.screening.form == "intake":
        out.print()
        out.print(words(f"Next: microsclero plan {done.patient_no}"))


def _next_waiting(done: Screened) -> str:
    """What to type for the other opinion, from which day on to ask again, or where to see what would change it."""
    screening = done.screening
    if any(finding.document for finding in screening.findings):
        return f"Next: microsclero document {done.patient_no}, once it is here"
    if screening.ask_again_on:
        again = f"microsclero screen {done.patient_no} --for {screening.form}"
        return f"Next: ask again on {show_date(screening.ask_again_on)}: {again}"
    return f"Next: microsclero plan {done.patient_no} --why"


def finding_view(out: Console, found: Mapping[str, Any], *, answer: str = "") -> None:
    """One finding: what it comes to and why, what would change it, whose word it is."""
    out.print()
    product = f" (only for {', '.join(found['applies_to'])})" if found["applies_to"] else ""
    out.print(words(f"{EACH[found['outcome']]}: {found['reason']}{product}", STYLES.get(found["outcome"], "")))
    more(out, "Answer", answer)
    more(out, "Changes", found["changes"])
    if found["ask_again_on"]:
        more(out, "Ask again", show_date(date.fromisoformat(found["ask_again_on"])))
    more(out, "Source", found["source"])
    more(out, "Rule", found["rule"])


def difference_line(each: Difference) -> str:
    """What is answered otherwise, with both days: against which screening."""
    last = f"{each.before_in_words} on {show_date(each.before_on)} (screening {each.screening})"
    return f"{each.question.link_id}: {last}, {each.now_in_words} now"


def _next_besides(out: Console, patient_no: int) -> None:
    """Today's answers say nothing against it; what was found before still does."""
    out.print()
    out.print(words("Today's answers take nothing of that back. See: microsclero patient show " + str(patient_no)))


def more(out: Console, label: str, text: str) -> None:
    """A label, and what it labels set in beside it."""
    if not text:
        return
    lines = fold(text, max(min(width(), 100) - 14, 30))
    out.print(words(f"  {label:<10} {lines[0]}"))
    for line in lines[1:]:
        out.print(words(f"  {'':<10} {line}"))


def form_view(form: Questionnaire, *, pdf: str | None) -> None:
    out = console()
    if pdf is not None:
        print_lines(out, [Written(Path(pdf).expanduser().absolute())])
        return
    out.print(words(f"{form.form} questionnaire, version {form.version}", "bold"))
    for section in form.sections:
        asked = [question for question in form.questions if question.section == section.section]
        if not asked:
            continue
        out.print()
        out.print(words(section.title, "bold"))
        for question in asked:
            mark = "●" if question.locked else " "
            indent = "    " if question.shown_if else "  "
            lines = fold(form.wording(question), min(width(), 100) - len(indent) - 2)
            out.print(words(f"{indent}{mark} {lines[0]}"))
            for line in lines[1:]:
                out.print(words(f"{indent}  {line}"))


def write_form(form: Questionnaire, target: str, *, clinic: str, live: Path | None) -> WrittenPdf:
    """The blank form for the waiting room, as a PDF; without a clinic its name is left to be written in."""
    from microsclero.render.files import put_down
    from microsclero.render.paper.forms import form_pdf

    printed = form_pdf(form.form_data(), clinic=clinic)
    path = put_down(printed.pdf, target, option="--pdf", live=live)
    return WrittenPdf(path=path, by_hand=printed.by_hand if clinic else ())


def decided_view(decided: Decided) -> None:
    out = console()
    for made in decided.decisions:
        out.print(words(f"{made['rule']}: {made['decision']}, {made['reason']} ({decided.prescriber})"))
    if decided.may_plan:
        out.print(words(f"Every finding is decided. Next: microsclero plan {decided.patient_no}", "bold"))
    elif decided.stands.undecided:
        out.print(words(f"Still to decide: {', '.join(decided.stands.undecided)}"))
    if decided.stands.declined:
        out.print(words(f"Declined, so nothing can be planned: {', '.join(decided.stands.declined)}", "bold"))


def filed_view(filed: Filed) -> None:
    out = console()
    out.print(words(f"Filed as document {filed.document}: {filed.kind}, patient {filed.patient_no}"))
    for rule in filed.answers:
        out.print(words(f"{rule} is now for a prescriber: microsclero decide {filed.patient_no}"))
    for rule in filed.waiting:
        out.print(words(f"{rule} still waits for its document."))

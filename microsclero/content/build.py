"""From the tables of a questionnaire file to questions and rules; what the file leaves out is filled in here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from microsclero.conditions import JOINS, LOOKS, Condition
from microsclero.content.tables import Faults, Table
from microsclero.outcomes import FINDINGS, Outcome
from microsclero.questionnaire import (
    FORMS,
    TYPES,
    AskAgain,
    Case,
    OutcomeWords,
    Question,
    Rule,
    Section,
    Span,
)

# "Not sure" on these is a deferral, as on the locked ones.
UNSURE_DEFERS = ("pe_ever", "sclerosant_reaction", "severe_event_previous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a questionnaire file holds, both forms together."""

    version: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    words: tuple[OutcomeWords, ...]


def build(data: dict[str, Any], faults: Faults) -> Parts:
    """The values of the file, as far as they can be read; every fault of form goes to `faults`."""
    top = Table(data, "file", faults)
    version = top.text("version")
    top.text("language")
    words = _outcome_words(top.table("outcome"), faults)
    unsure = _unsure_words(top.table("unsure"), faults)
    sections = tuple(_section(table) for table in top.tables("section"))
    questions: dict[str, Question] = {}
    for table in top.tables("question"):
        question = _question(table, questions)
        if question.link_id in questions:
            faults.add(question.link_id, "this question stands here twice.")
        questions[question.link_id] = question
    rules = tuple(_rule(table, questions, unsure) for table in top.tables("rule"))
    top.done()
    return Parts(version=version, sections=sections, questions=tuple(questions.values()), rules=rules, words=words)


def _outcome_words(table: Table | None, faults: Faults) -> tuple[OutcomeWords, ...]:
    words = []
    for outcome in Outcome:
        said = table.table(outcome.value) if table is not None else None
        if said is None:
            faults.add(f"outcome.{outcome.value}", "its words are missing.")
            continue
        words.append(OutcomeWords(outcome=outcome, heading=said.text("heading"), say=said.text("say")))
        said.done()
    if table is not None:
        table.done()
    return tuple(words)


def _unsure_words(table: Table | None, faults: Faults) -> dict[Outcome, tuple[str, str]]:
    words = {}
    for outcome in (Outcome.DEFER, Outcome.REVIEW, Outcome.NOTE):
        said = table.table(outcome.value) if table is not None else None
        if said is None:
            faults.add(f"unsure.{outcome.value}", "its words are missing.")
            words[outcome] = ("", "")
            continue
        words[outcome] = (said.text("changes"), said.text("say"))
        said.done()
    if table is not None:
        table.done()
    return words


def _section(table: Table) -> Section:
    section = Section(section=table.text("section"), title=table.text("title"), prompt=table.text_or_none("prompt"))
    table.place = section.section or table.place
    table.done()
    return section


def _question(table: Table, earlier: dict[str, Question]) -> Question:
    link_id = table.text("link_id")
    table.place = link_id or table.place
    shown_if = _shown_if(table)
    parent = earlier.get(shown_if.question) if shown_if is not None else None
    if shown_if is not None and parent is None:
        table.fault("shown_if must name a question that stands before it.")
    kind = table.one_of("type", TYPES, "yes_no")
    safety = table.flag("safety", default=shown_if is None)
    if parent is None:
        asked = table.texts("asked") or FORMS
        if not set(asked) <= set(FORMS):
            table.fault("asked must be intake, session, or both.")
        section, afresh = table.text("section"), table.flag("afresh")
    else:
        asked, section, afresh = tuple(parent.asked), parent.section, parent.afresh
        if safety:
            table.fault("a follow-up can't be of safety: no question of safety hides behind another.")
    question = Question(
        link_id=link_id,
        section=section,
        text=table.text("text"),
        text_session=table.text_or_none("text_session"),
        why=table.text("why"),
        type=kind,
        options=tuple(_option(option) for option in table.tables("options")),
        safety=safety,
        # Every question in its own right is answered, if only for the record; what is merely measured may be left out.
        required=shown_if is None and (safety or kind == "yes_no"),
        locked=table.flag("locked"),
        afresh=afresh,
        asked=frozenset(asked),
        by=table.one_of("by", ("patient", "examiner"), parent.by if parent else "patient"),
        shown_if=shown_if,
        untroubled=table.text_or_none("untroubled") or ("no" if kind == "yes_no" and shown_if is None else None),
        least=table.number("least"),
        most=table.number("most"),
        places=table.whole("places", 0) or 0,
        unit=table.text_or_none("unit"),
        within=_span(table.table("within")),
        latest_days=table.whole("latest_days"),
    )
    table.done()
    return question


def _option(table: Table) -> tuple[str, str]:
    option = (table.text("value"), table.text("label"))
    table.done()
    return option


def _shown_if(table: Table) -> Condition | None:
    condition = _condition(table.table("shown_if"))
    if condition is not None and condition.operator != "is":
        table.fault("shown_if knows only the operator is.")
        return None
    return condition


def _span(table: Table | None) -> Span | None:
    if table is None:
        return None
    span = Span(months=table.whole("months", 0) or 0, days=table.whole("days", 0) or 0)
    if span == Span():
        table.fault("months or days must be given.")
    table.done()
    return span


def _condition(table: Table | None) -> Condition | None:
    """A condition with exactly one operator of the closed set."""
    if table is None:
        return None
    operators = table.present((*LOOKS, *JOINS))
    if len(operators) != 1:
        table.fault(f"a condition has exactly one operator of {', '.join((*LOOKS, *JOINS))}.")
        return None
    operator = operators[0]
    if operator in JOINS:
        parts = table.tables("of" if operator == "count_at_least" else operator)
        of = tuple(part for part in map(_condition, parts) if part is not None)
        number = Decimal(table.whole(operator) or 0) if operator == "count_at_least" else None
        if not of or (number is not None and not 1 <= number <= len(of)):
            table.fault(f"{operator} needs conditions to join, and a count between 1 and all of them.")
        table.done()
        return Condition(operator=operator, number=number, of=of)
    question = table.text("question")
    if operator == "is":
        condition = Condition(operator=operator, question=question, values=table.texts("is"))
    else:
        condition = Condition(operator=operator, question=question, number=table.number(operator))
    table.done()
    return condition


def _ask_again(table: Table | None) -> AskAgain | None:
    if table is None:
        return None
    if "birthday" in table:
        again = AskAgain(birthday=table.whole("birthday"))
    else:
        span = Span(months=table.whole("months", 0) or 0, days=table.whole("days", 0) or 0)
        again = AskAgain(question=table.text("question"), span=span)
        if span == Span():
            table.fault("months or days must be given.")
    table.done()
    return again


def _outcome(table: Table) -> Outcome:
    return Outcome(table.one_of("outcome", [outcome.value for outcome in FINDINGS], Outcome.BAR.value))


def _case(table: Table, place: str) -> Case:
    table.place = place
    case = Case(
        outcome=_outcome(table),
        reason=table.text("reason"),
        changes=table.text("changes"),
        say=table.text("say"),
        when=_condition(table.table("when")),
        needs=table.texts("needs"),
        reading=table.text_or_none("reading"),
        ask_again=_ask_again(table.table("ask_again")),
        document=table.text_or_none("document"),
        policy=table.flag("policy"),
        source=table.text("source"),
    )
    table.done()
    return case


def _rule(table: Table, questions: dict[str, Question], unsure_words: dict[Outcome, tuple[str, str]]) -> Rule:
    rule_id = table.text("id")
    table.place = rule_id or table.place
    own = questions.get(rule_id)
    locked = table.flag("locked")
    speaks = "outcome" in table
    outcome = _outcome(table) if speaks else Outcome.NOTE
    when = _condition(table.table("when"))
    if speaks and when is None and own is not None:
        when = Condition(operator="is", question=rule_id, values=("yes",))
    strict = locked or rule_id in UNSURE_DEFERS
    default = Outcome.DEFER if strict else Outcome.REVIEW if own is None or own.safety else Outcome.NOTE
    unsure = Outcome(table.one_of("unsure", [outcome.value for outcome in unsure_words], default.value))
    changes, say = unsure_words[unsure]
    topic = table.text("topic")
    rule = Rule(
        id=rule_id,
        question=rule_id if own is not None else None,
        topic=topic,
        when=when,
        outcome=outcome,
        unsure=unsure,
        reason=table.text("reason") if speaks else f"{topic[:1].upper()}{topic[1:]}.",
        changes=table.text("changes") if speaks else changes,
        say=table.text("say") if speaks else say,
        source=table.text("source"),
        unsure_changes=table.text_or_none("unsure_changes") or changes,
        unsure_say=table.text_or_none("unsure_say") or say,
        policy=table.flag("policy"),
        locked=locked,
        ask_again=_ask_again(table.table("ask_again")),
        applies_to=table.texts("applies_to"),
        document=table.text_or_none("document"),
        cases=tuple(_case(case, f"{rule_id}, case {n}") for n, case in enumerate(table.tables("case"), start=1)),
    )
    table.done()
    return rule

"""Whether a prescriber's decision still rests on the answers it was made on, or has lapsed with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from microsclero.dates import show_date
from microsclero.questionnaire import Questionnaire
from microsclero.said_before import Earlier
from microsclero.standing import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedBefore:
    """The last decision on a rule, made on an earlier screening.

    `changed` are the answers it rested on that are others now; none: it may be confirmed again, never taken over
    unseen. `changed_at` is the screening at which the first of them changed.
    """

    decision: Decision
    screening: int
    changed_at: int | None = None
    changed: tuple[str, ...] = ()

    @property
    def has_lapsed(self) -> bool:
        return bool(self.changed)

    def in_words(self) -> str:
        """What was decided, and whether it still counts, for whoever decides now."""
        made = self.decision
        told = f"{made.decision} ({made.prescriber}, {show_date(made.on)}, screening {self.screening}), {made.reason}"
        told = told if told.endswith((".", "!", "?")) else f"{told}."
        if not self.has_lapsed:
            return f"Decided before: {told} Its answers are unchanged; please decide again."
        changed = ", ".join(self.changed)
        return f"Lapsed: {told} Changed since, at screening {self.changed_at}: {changed}. Please decide anew."

    def as_data(self) -> dict[str, object]:
        return {**self.decision.as_data(), "screening": self.screening, "changed": list(self.changed)}


def decided_before(
    decisions: Iterable[tuple[int, Decision]], screenings: Sequence[Earlier]
) -> dict[str, DecidedBefore]:
    """The last decision on each rule, and whether it has lasted through every screening since.

    decisions: each with its screening, oldest first. screenings: all of the patient's, oldest first; the last is the
    one to be decided, and decisions on it are no earlier ones. An answer that changed and changed back has changed.
    """
    *before, present = screenings
    by_number = {each.screening: each for each in before}
    found: dict[str, DecidedBefore] = {}
    for number, decision in decisions:
        if number in by_number:
            found[decision.rule] = _followed(decision, by_number[number], screenings, present)
    return found


def _followed(decision: Decision, made_on: Earlier, screenings: Sequence[Earlier], present: Earlier) -> DecidedBefore:
    for later in screenings:
        if made_on.screening < later.screening <= present.screening:
            changed = changed_answers(decision.rule, made_on, later)
            if changed:
                return DecidedBefore(
                    decision=decision, screening=made_on.screening, changed_at=later.screening, changed=changed
                )
    return DecidedBefore(decision=decision, screening=made_on.screening)


def changed_answers(rule: str, old: Earlier, new: Earlier) -> tuple[str, ...]:
    """Which answers under a rule are others than they were; none where the newer form has no such rule.

    Where the rule itself is another one, in a newer version, all its answers count as changed.
    """
    if old.questionnaire is None or new.questionnaire is None:
        return (rule,)
    form = new.questionnaire
    if rule not in form.rules_by_id:
        return ()
    rests_on = form.rests_on(form.rules_by_id[rule])
    if old.questionnaire.rules_by_id.get(rule) != form.rules_by_id[rule]:
        return rests_on or (rule,)
    return tuple(link_id for link_id in rests_on if _has_changed(link_id, old, old.questionnaire, new, form))


def _has_changed(link_id: str, old: Earlier, old_form: Questionnaire, new: Earlier, form: Questionnaire) -> bool:
    answer = new.counting(link_id)
    asked, asked_before = form.by_id.get(link_id), old_form.by_id.get(link_id)
    if asked is not None:
        if new.counting(form.root(asked).link_id) is None:
            # Nobody has answered it since: nothing to compare.
            return False
        if asked_before is not None and form.wording(asked) != old_form.wording(asked_before):
            # "Ever" and "since we last asked" are two questions: only an answer that raises nothing changes nothing.
            return answer != asked.untroubled
    return answer != old.counting(link_id)

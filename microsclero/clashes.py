"""A patient's own days, a wedding or a holiday, beside the days of care around a session, and what to say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from .dates import show_date, show_range

if TYPE_CHECKING:
    from .schedule import CoursePolicy

# What a patient may hear, in the words and within the limits of the two sheets they take home.
ALCOHOL_HOURS = 24
STOCKINGS = "You will be wearing your stockings to the end of {until}."
CARE = "Until then no hard exercise with your legs, and nothing very hot or cold on them, longer if it has not settled."
LOOKS = "The veins may look worse before they fade, and it can take {weeks} weeks to see the full effect."
ALCOHOL = "Do not drink a lot of alcohol in the {hours} hours after the session."
BEFORE = (
    "In the {hours} hours before your session put nothing on your legs, have no waxing or other treatments, "
    "and keep strong heat off them."
)
SAME_DAY = "Your {what} is booked for that day. Shall we find another?"


class Event(NamedTuple):
    """Days a patient has something on, first and last included; without a number they were only asked to be avoided."""

    event: int | None
    from_on: date
    until_on: date
    what: str = ""

    def as_data(self) -> dict[str, object]:
        return {
            "event": self.event,
            "from": self.from_on.isoformat(),
            "until": self.until_on.isoformat(),
            "what": self.what,
        }


class Dated(NamedTuple):
    """A session on its day; one that was given can no longer make room, a consultation needs no care."""

    number: int | None
    on: date
    was_given: bool = False
    is_consultation: bool = False


class Notice(NamedTuple):
    """One event that meets one session: on its day, in the hours before it, or in the aftercare to the end of `until`.

    meets: "session", "before" or "aftercare". say: for the patient's ears.
    free_from: the first day on which that session would leave the event free; None where it can no longer move.
    """

    meets: str
    event: Event
    session: Dated
    until: date
    say: str
    before_hours: int
    free_from: date | None = None

    def words(self, name: Callable[[str], str] = str) -> str:
        """The clash and what to say to the patient; `name` makes a person's text fit for where it is shown."""
        on = self.session.on
        when = show_range(self.event.from_on, self.event.until_on)
        subject = f"{when} ({name(self.event.what)})" if self.event.what else when
        which = "the consultation" if self.session.is_consultation else f"session {self.session.number or '–'}"
        clash = {
            "session": f"{subject}: {which} is on {show_date(on)}.",
            "before": f"{subject} falls into the {self.before_hours} hours before {which} ({show_date(on)}).",
            "aftercare": f"{subject} falls into the aftercare of {which} ({_to_the_end(on, self.until)}).",
        }[self.meets]
        free = f"{which} on {show_date(self.free_from)} or later keeps it free." if self.free_from else ""
        return f"{clash} Say: “{self.say}” {free[:1].upper()}{free[1:]}".rstrip()


def notices(sessions: Sequence[Dated], events: Sequence[Event], policy: CoursePolicy) -> tuple[Notice, ...]:
    """Every event that meets a session, its two weeks of aftercare or the hours before it, in the order of the days."""
    found = (each for event in events for session in sessions for each in _meeting(session, event, policy))
    return tuple(sorted(found, key=lambda notice: (notice.event.from_on, notice.session.on)))


def _meeting(session: Dated, event: Event, policy: CoursePolicy) -> Iterator[Notice]:
    days_before = timedelta(days=-(-policy.before_hours // 24))
    on, until = session.on, session.on + timedelta(days=policy.aftercare_days)
    if event.from_on <= on <= event.until_on and not session.was_given:
        meets, say = "session", SAME_DAY.format(what="consultation" if session.is_consultation else "session")
    elif session.is_consultation:
        return
    elif on - days_before <= event.until_on < on:
        meets, say = "before", BEFORE.format(hours=policy.before_hours)
    elif on <= event.until_on and event.from_on <= until:
        meets, say = "aftercare", _of_the_weeks_after(on, until, event, policy)
    else:
        return
    free_from = None if session.was_given or meets == "session" else event.until_on + days_before + timedelta(days=1)
    yield Notice(
        meets=meets,
        event=event,
        session=session,
        until=until,
        say=say,
        before_hours=policy.before_hours,
        free_from=free_from,
    )


def _of_the_weeks_after(on: date, until: date, event: Event, policy: CoursePolicy) -> str:
    words = [STOCKINGS.format(until=show_date(until)), CARE]
    if event.from_on <= on + timedelta(days=1):
        words.append(ALCOHOL.format(hours=ALCOHOL_HOURS))
    return " ".join([*words, LOOKS.format(weeks=policy.response_days // 7)])


def _to_the_end(first: date, last: date) -> str:
    """Tue 1 Jun to the end of Tue 15 Jun 2027."""
    start, _, end = show_range(first, last).partition(" to ")
    return f"{start} to the end of {end}"

"""A clinic at random: hands that book, move, miss, cancel, close and undo, and a simple model that looks over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, ClassVar

import holidays
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from microsclero.desk import Desk, away, changing, closing, moving, planning, rebooking, undoing
from microsclero.desk.wishes import Wish
from microsclero.errors import ConflictError, DeskError, RefusedError
from microsclero.store import Store, clinic, diary
from microsclero.store.connection import connect, fence, lift_fence, set_safety

FIRST_MOMENT = datetime(2027, 1, 4, 9, 7, tzinfo=UTC)
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2031))
HOURS = {day: [("09:00", "13:00"), ("14:00", "17:00")] for day in range(5)}
CANCEL_CODES = ("patient_ill", "patient_away", "patient_choice", "response_complete")
# From the screening to the day the last plan may still rest on it.
DAYS_OF_THE_STORY = 80

Live = tuple[Any, ...]


def in_memory(image: Any, clock: Callable[[], datetime]) -> Store:
    """A record of one's own, copied from a connection to one that is ready."""
    connection = connect(None)
    image.backup(connection)
    set_safety(connection)
    fence(connection)
    return Store(connection, None, clock=clock)


def without_overlap_triggers(store: Store) -> None:
    """The second lock taken out: what a control needs."""
    lift_fence(store.connection)
    for name in ("session_overlap_insert", "session_overlap_update"):
        store.connection.execute(f"drop trigger {name}")
    fence(store.connection)


class DiaryModel(RuleBasedStateMachine):
    """Three patients, two injectors, and two terminals that each may hold a plan the other knows nothing of."""

    image: Any = None
    guarded = True
    watches_hours = True

    @initialize()
    def open_the_clinic(self) -> None:
        self.now = FIRST_MOMENT
        self.store = in_memory(type(self).image, lambda: self.now)
        if not self.guarded:
            without_overlap_triggers(self.store)
        held = clinic.clinic(self.store)
        assert held is not None
        self.desk = Desk(store=self.store, clinic=held, team=clinic.team(self.store), clock=lambda: self.now, who="MS")
        self.closed: list[tuple[date, date]] = []
        self.before_each: list[tuple[str, dict[int, Live], list[tuple[date, date]]]] = []
        self.shown: planning.Plan | None = None
        self.known = self.live()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    # ------------------------------------------------------------------------------------------------ what is there

    def live(self) -> dict[int, Live]:
        """Every live session by its number in the file, by value."""
        rows = self.store.rows(
            "select id, patient_id, on_date, starts, ends, injector, room, override_reason, status, number, course_id "
            "from session where status in ('planned', 'given') order by id"
        )
        return {row[0]: (row[1], date.fromisoformat(row[2]), *row[3:]) for row in rows}

    def today(self) -> date:
        return self.desk.today()

    def day(self, ahead: int) -> date:
        return self.today() + timedelta(days=ahead)

    def open_at(self, on: date, starts: str, ends: str) -> bool:
        if any(first <= on <= last for first, last in self.closed) or on in BANK_HOLIDAYS:
            return False
        return any(a <= starts and ends <= b for a, b in HOURS.get(on.weekday(), []))

    def do(self, kind: str, act: Callable[[], object], *, closes: tuple[date, date] | None = None) -> None:
        """One change: refused and nothing is different, or saved and everything new keeps every rule."""
        before, closed = self.live(), list(self.closed)
        try:
            act()
        except DeskError as refusal:
            assert self.live() == before, f"{kind} was refused ({refusal.code}) and changed the diary"
            return
        if closes:
            self.closed.append(closes)
        after = self.live()
        self.before_each.append((kind, before, closed))
        for session, row in after.items():
            if row != before.get(session) and row[1:7] != before.get(session, ())[1:7]:
                self.keeps_the_hours(session, row)
        self.known = after

    def keeps_the_hours(self, session: int, row: Any) -> None:
        _, on, starts, ends, *_ = row
        if not self.watches_hours:
            return
        assert self.open_at(on, starts, ends), f"session {session} was put into a closed hour: {on} {starts}"
        assert (on, starts) > (self.today(), f"{self.desk.now():%H:%M}"), f"session {session} was put into the past"
        sql = "select 1 from absence where voided = 0 and initials = ? and from_on <= ? and until_on >= ?"
        on_leave = self.store.row(sql, (row[4], on.isoformat(), on.isoformat()))
        assert on_leave is None, f"session {session} was given to somebody away: {row[4]} on {on}"

    # --------------------------------------------------------------------------------------------------- the hands

    @rule(days=st.integers(1, 20), hours=st.integers(0, 7))
    def time_goes_by(self, days: int, hours: int) -> None:
        later = self.now + timedelta(days=days)
        if later < FIRST_MOMENT + timedelta(days=DAYS_OF_THE_STORY):
            self.now = later.replace(hour=9 + hours)

    def wish(self, sessions: int | None, at: int | None, every: int | None, who: str | None) -> Wish:
        return Wish(sessions=sessions, at=None if at is None else time(9 + at), every_days=every, injector=who)

    PLANS: ClassVar[dict[str, Any]] = {
        "patient": st.integers(1, 3),
        # Few days, so that two plans often want the same one.
        "ahead": st.sampled_from([0, 0, 1, 2, 7, 28]),
        "sessions": st.sampled_from([None, 1, 2, 3, 4]),
        "at": st.sampled_from([None, 0, 1, 5]),
        "every": st.sampled_from([None, 28, 30, 42]),
        "who": st.sampled_from([None, "MS"]),
    }

    @rule(**PLANS)
    def plan(
        self, patient: int, ahead: int, sessions: int | None, at: int | None, every: int | None, who: str | None
    ) -> None:
        wish = self.wish(sessions, at, every, who)
        self.do(
            "plan",
            lambda: planning.book(self.desk, planning.propose(self.desk, patient, wish, start=self.day(ahead))),
        )

    @rule(**PLANS)
    def show_a_plan_at_the_other_terminal(
        self, patient: int, ahead: int, sessions: int | None, at: int | None, every: int | None, who: str | None
    ) -> None:
        try:
            self.shown = planning.propose(
                self.desk, patient, self.wish(sessions, at, every, who), start=self.day(ahead)
            )
        except DeskError:
            self.shown = None

    @precondition(lambda self: self.shown is not None)
    @rule()
    def book_what_was_shown_there(self) -> None:
        shown, self.shown = self.shown, None
        assert shown is not None
        wanted = {(each.on, f"{each.starts:%H:%M}") for each in shown.new}

        def book() -> None:
            booked = planning.book(self.desk, shown)
            assert {(each.on, f"{each.starts:%H:%M}") for each in booked.new} == wanted

        self.do("plan", book)

    @rule(**PLANS, other=st.integers(1, 3))
    def two_terminals_want_the_same(
        self,
        patient: int,
        other: int,
        ahead: int,
        sessions: int | None,
        at: int | None,
        every: int | None,
        who: str | None,
    ) -> None:
        """Both have been shown their plan before either books it."""
        self.show_a_plan_at_the_other_terminal(patient, ahead, sessions, at, every, who)
        theirs = self.shown
        self.show_a_plan_at_the_other_terminal(other, ahead, sessions, at, every, who)
        for shown in (theirs, self.shown):
            self.shown = shown
            if shown is not None:
                self.book_what_was_shown_there()

    @rule(patient=st.integers(1, 3), number=st.integers(1, 4), ahead=st.integers(0, 90), at=st.sampled_from([None, 1]))
    def move(self, patient: int, number: int, ahead: int, at: int | None) -> None:
        clock = None if at is None else time(9 + at)

        def go() -> None:
            try:
                wanted = moving.propose_move(self.desk, patient, number, to=self.day(ahead), at=clock)
            except (RefusedError, ConflictError) as refusal:
                self.the_first_time_works(patient, number, refusal)
                raise
            changing.save_change(self.desk, wanted)

        self.do("move", go)

    def the_first_time_works(self, patient: int, number: int, refusal: DeskError) -> None:
        """Every refused move ends with the first time that would work, or with why none is known."""
        last = refusal.reasons[-1]
        assert last.code == "first_date", refusal.reasons
        if last.details["date"] is None:
            assert last.details["none_because"]
            return
        to, at = date.fromisoformat(str(last.details["date"])), time.fromisoformat(str(last.details["start"]))
        (moved, *_) = moving.propose_move(self.desk, patient, number, to=to, at=at).steps
        assert moved.after is not None
        assert (moved.after.on, moved.after.starts, moved.after.injector) == (to, at, last.details["injector"])

    @rule(patient=st.integers(1, 3), number=st.integers(1, 4), reason=st.sampled_from(CANCEL_CODES))
    def cancel(self, patient: int, number: int, reason: str) -> None:
        self.do(
            "cancel",
            lambda: changing.save_change(self.desk, changing.propose_cancel(self.desk, patient, number, reason=reason)),
        )

    @rule(patient=st.integers(1, 3), number=st.integers(1, 4))
    def missed(self, patient: int, number: int) -> None:
        self.do(
            "missed",
            lambda: changing.save_change(self.desk, changing.propose_missed(self.desk, patient, number)),
        )

    @rule(patient=st.integers(1, 3), ahead=st.integers(0, 30))
    def rebook(self, patient: int, ahead: int) -> None:
        self.do(
            "rebook",
            lambda: changing.save_change(
                self.desk, rebooking.propose_rebook(self.desk, patient, start=self.day(ahead))
            ),
        )

    @rule(patient=st.integers(1, 3))
    def give_what_is_due(self, patient: int) -> None:
        """The earliest planned session of the past is recorded as given."""
        rows = diary.sessions_of_patient(self.store, patient)
        due = [row for row in rows if row.status == "planned" and row.on < self.today()]
        if due:
            with self.store.changing(who="MS", command="treat"):
                diary.update_session(self.store, due[0].session, {"status": "given"}, due[0].version)
            self.known = self.live()
            given = due[0].session
            for _, then, _ in self.before_each:
                if then.get(given) == (*self.known[given][:7], "planned", *self.known[given][8:]):
                    then[given] = self.known[given]

    @rule(ahead=st.integers(0, 60), length=st.integers(1, 9))
    def close_and_move(self, ahead: int, length: int) -> None:
        first, last = self.day(ahead), self.day(ahead + length)
        days = closing.Days(from_on=first, until_on=last, reason="holiday")
        self.do(
            "clinic close",
            lambda: closing.save(self.desk, closing.propose(self.desk, days)),
            closes=(first, last),
        )

    @rule(ahead=st.integers(0, 60), length=st.integers(0, 9), who=st.sampled_from(["MS", "AB"]))
    def leave_and_move(self, ahead: int, length: int, who: str) -> None:
        span = (self.day(ahead), self.day(ahead + length))

        def go() -> None:
            wanted = away.leave(self.desk, who, span, hours=None, reason="")
            closing.save(self.desk, closing.propose(self.desk, wanted))

        self.do("clinic away", go)

    @precondition(lambda self: self.before_each)
    @rule()
    def undo(self) -> None:
        """Taken back, the diary is the one before, by value; refused, nothing has changed."""
        kind, then, closed = self.before_each[-1]
        before = self.live()
        try:
            undoing.save(self.desk, undoing.propose(self.desk, None, reason="a slip of the keys"))
        except DeskError:
            assert self.live() == before
            return
        self.before_each.pop()
        self.closed = closed
        self.known = self.live()
        assert self.known == then, f"{kind} was undone to another diary: {then.items() ^ self.known.items()}"

    # -------------------------------------------------------------------------------------------------- the rules

    @invariant()
    def every_rule_of_the_diary_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        live = self.live()
        assert live == self.known, "the diary changed without anybody"
        rows: list[Any] = list(live.values())
        for patient in {row[0] for row in rows}:
            own = sorted(row[1] for row in rows if row[0] == patient)
            gaps = [(after - before).days for before, after in pairwise(own)]
            assert all(gap >= 28 for gap in gaps), f"patient {patient} is injected again after {min(gaps)} days"
        for course in {row[9] for row in rows}:
            numbers = [row[8] for row in sorted((row for row in rows if row[9] == course), key=lambda row: row[1])]
            assert numbers == list(range(1, len(numbers) + 1)), f"course {course} counts {numbers}"
            assert len(numbers) <= 4, f"course {course} has {len(numbers)} sessions"
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                if one[1] == other[1] and one[2] < other[3] and other[2] < one[3]:
                    assert one[0] != other[0], "one patient in two places"
                    assert one[4] != other[4], "one injector in two places"
                    assert one[5] is None or one[5] != other[5], "one room twice"


class GuardedByTheTrigger(DiaryModel):
    """A desk that believes what it was shown: only the file itself looks again, and it knows no opening hours."""

    watches_hours = False


class Unguarded(GuardedByTheTrigger):
    """The control: no trigger in the file, and a desk that believes what it was shown."""

    guarded = False

"""The desk: the practitioner's verbs as functions; the only corridor between the trade, the words and the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from microsclero.errors import FileError, Reason, RefusedError, UsageError, nobody_called

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from microsclero.settings import Clock, Settings
    from microsclero.store import Store
    from microsclero.store.clinic import ClinicRow, MemberRow


class Desk(NamedTuple):
    """Everything a verb stands on: the open file, the clinic, the clock, and who is there."""

    store: Store
    clinic: ClinicRow
    team: tuple[MemberRow, ...]
    clock: Clock
    who: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.clinic.zone)

    def now(self) -> datetime:
        """This moment, by the clinic's clock."""
        return self.clock().astimezone(self.zone)

    def today(self) -> date:
        """The clinic's own date."""
        return self.now().date()

    def initials(self) -> tuple[str, ...]:
        """Whoever works here today."""
        return tuple(member.initials for member in self.team if works_on(member, self.today()))

    def member(self, initials: str, *, role: str | None = None) -> MemberRow:
        """A team member who works here today; NotFoundError, or RefusedError where the role is missing."""
        member = self._in_team(initials, self.today())
        if member is None:
            raise nobody_called(initials)
        if role and role not in member.roles:
            a_role = f"an {role}" if role == "injector" else f"a {role}"
            raise RefusedError(
                f"{member.initials} is not {a_role} in this clinic's team; see: microsclero clinic team.",
                code="role_missing",
            )
        return member

    def member_on(self, initials: str, on: date) -> MemberRow:
        """Somebody who was in the team on that day; NotFoundError for anybody else."""
        from microsclero.dates import show_date

        member = self._in_team(initials, on)
        if member is None:
            raise nobody_called(initials, f"in the team on {show_date(on)}")
        return member

    def _in_team(self, initials: str, on: date) -> MemberRow | None:
        wanted = initials.strip().upper()
        return next((each for each in self.team if each.initials.upper() == wanted and works_on(each, on)), None)

    def as_person(self, initials: str) -> Desk:
        """The same desk, with who sits there known."""
        return self._replace(who=self.member(initials).initials)

    def reread(self) -> Desk:
        """The same desk after the clinic or its team has changed."""
        from microsclero.store import clinic

        return self._replace(clinic=clinic.clinic(self.store) or self.clinic, team=clinic.team(self.store))

    def writer(self) -> str:
        """Who writes; every saved change carries it."""
        if not self.who:
            raise UsageError("Who is at the desk? Give your initials with --as MS.", code="who_missing")
        return self.who

    def names(self, numbers: set[int]) -> dict[int, str]:
        """Full names by number, for lists on the screen."""
        from microsclero.store import patients

        found = patients.names(self.store, numbers)
        return {number: f"{given} {family}".strip() for number, (given, family) in found.items()}

    def close(self) -> None:
        self.store.close()


def works_on(member: MemberRow, on: date) -> bool:
    return (member.from_on is None or member.from_on <= on) and (member.ended_on is None or on <= member.ended_on)


def not_a_prescriber(member: MemberRow) -> tuple[Reason, ...]:
    """Why this member's word is not a prescriber's; nothing where it is."""
    if "prescriber" in member.roles:
        return ()
    return (Reason("role_missing", f"{member.initials} is not a prescriber in this clinic's team."),)


def open_desk(settings: Settings, *, who: str | None, read_only: bool = False) -> Desk:
    """The desk on the clinic file that the settings name; FileError says why it can't be opened."""
    from microsclero.store import clinic, open_store

    store = open_store(settings.clinic_file(), clock=settings.clock, readonly=read_only)
    try:
        found = clinic.clinic(store)
        if found is None:
            raise FileError(
                f"{store.path} holds no clinic yet; its making was cut short. Name another file, or make a new one.",
                code="file_damaged",
            )
        return Desk(store=store, clinic=found, team=clinic.team(store), clock=settings.clock, who=who)
    except BaseException:
        store.close()
        raise

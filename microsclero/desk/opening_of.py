"""When the clinic is open, from the file's rows; bank holidays are worked out only for years the file lacks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from microsclero.opening import Closure, Holiday, Opening, OpeningHours, Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from microsclero.desk import Desk
    from microsclero.store import Store
    from microsclero.store.clinic import ClosureRow
    from microsclero.store.rows import Periods


def opening(desk: Desk, first: date, days: int) -> Opening:
    """Hours, closures and holidays from `first` on for so many days."""
    last = first + timedelta(days=days)
    return Opening(
        hours=opening_hours(desk), closures=closures(desk, first, last), holidays=holidays_between(desk, first, last)
    )


def closures(desk: Desk, first: date, last: date) -> tuple[Closure, ...]:
    """Closures and one-off openings in the order they were entered: of two on one day the later holds."""
    from microsclero.store import clinic

    return as_entered(clinic.closures(desk.store, first, last))


def as_entered(rows: Iterable[ClosureRow]) -> tuple[Closure, ...]:
    """These closures and openings in the order they were entered."""
    return tuple(map(_closure, sorted(rows, key=lambda row: row.closure)))


def opening_hours(desk: Desk) -> OpeningHours:
    from microsclero.store import clinic

    return hours_of(clinic.hours(desk.store))


def hours_of(week: Iterable[Periods]) -> OpeningHours:
    """The week as the trade knows it."""
    return OpeningHours(weekly=tuple(tuple(Period(starts=a, ends=b) for a, b in day) for day in week))


def _closure(row: ClosureRow) -> Closure:
    return Closure(
        from_on=row.from_on,
        until_on=row.until_on,
        reason=row.reason,
        is_open=row.is_open,
        periods=tuple(Period(starts=a, ends=b) for a, b in row.periods),
    )


def holidays_between(desk: Desk, first: date, last: date) -> tuple[Holiday, ...]:
    """The file's bank holidays, with the years it lacks worked out."""
    from microsclero.store import clinic

    country, part = desk.clinic.country, desk.clinic.subdivision
    known = clinic.holiday_years(desk.store)
    missing = sorted({first.year, last.year, *range(first.year, last.year + 1)} - known)
    kept = [Holiday(on=row.on, name=row.name) for row in clinic.holidays(desk.store, first, last)]
    return tuple(
        kept + [Holiday(on=on, name=name) for on, name in worked_out(country, part, missing) if first <= on <= last]
    )


def worked_out(country: str, part: str | None, years: list[int]) -> list[tuple[date, str]]:
    """Bank holidays of a country's part; none where the country is not known to the library."""
    if not years:
        return []
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError:
        return []
    return sorted(found.items())


def by_year(country: str, part: str | None, years: list[int]) -> dict[int, list[tuple[date, str]]]:
    """The bank holidays of these years, a list for each."""
    found: dict[int, list[tuple[date, str]]] = {year: [] for year in years}
    for on, name in worked_out(country, part, years):
        found[on.year].append((on, name))
    return found


def keep_holidays(store: Store, country: str, part: str, years: dict[int, list[tuple[date, str]]]) -> None:
    """Whole years of bank holidays in the file, inside `changing()`."""
    from microsclero.store import clinic

    for year, days in years.items():
        clinic.add_holidays(store, country=country, subdivision=part, year=year, days=days)


def keep_missing_holidays(desk: Desk, until: date) -> None:
    """The years a booking reaches into, kept in the file before the booking's own transaction."""
    from microsclero.store import clinic

    country, part = desk.clinic.country, desk.clinic.subdivision
    years = set(range(desk.today().year, max(until.year, desk.today().year) + 1))
    missing = sorted(years - clinic.holiday_years(desk.store))
    if missing:
        found = by_year(country, part, missing)
        with desk.store.changing(who=desk.writer(), command="holidays"):
            keep_holidays(desk.store, country, part, found)

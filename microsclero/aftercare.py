"""The sheets a patient takes home: what to do and until when, what to expect, whom to ring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from microsclero.dates import add_months, hours_later, show_date, show_moment
from microsclero.sheet import Band, ClinicContact, Closed, Effect, Sheet, SheetItem, SheetKind
from microsclero.sheet_words import Advice, BandWords, ItemWords, SheetContent, SheetWords, fill

_TWO_WEEKS = frozenset({"compression", "no_rubbing_or_creams", "no_vigorous_exercise", "no_extreme_heat_or_cold"})
# The page's "or until the area has settled" is read as the later of the two: stopping early would be the laxer reading.
_UNTIL_SETTLED = frozenset({"no_rubbing_or_creams", "no_extreme_heat_or_cold", "keep_clean"})


def aftercare_sheet(
    content: SheetContent,
    *,
    ended_at: datetime,
    zone: str,
    clinic: ClinicContact,
    closures: Iterable[tuple[date, date, str]],
    next_not_before: date | None,
    response_on: date | None,
    from_record: bool,
    next_booked_at: datetime | None = None,
) -> Sheet:
    """The sheet for after a session, worked out from the end of the procedure, by the clinic's clock.

    Days are calendar days, alcohol is hours that have passed, colour is calendar months; closures may lie anywhere,
    those inside the two weeks are shown.
    """
    words, times = content.aftercare, content.times
    ended_at = _in_zone(ended_at, zone)
    ended_on = ended_at.date()
    until = ended_on + timedelta(days=times.aftercare_days)
    sober_at = hours_later(ended_at, times.alcohol_hours, zone)
    values = _shown(until=until, until_at=sober_at, moment=ended_at, clinic=clinic, by_hand=content.phones.by_hand)

    def item(each: ItemWords) -> SheetItem:
        return SheetItem(
            item=each.item,
            title=fill(each.title, values),
            when=fill(each.when, values),
            words=fill(each.words, values),
            from_at=ended_at,
            until=until if each.item in _TWO_WEEKS else None,
            until_at=sober_at if each.item == "no_excess_alcohol" else None,
            until_settled=each.item in _UNTIL_SETTLED,
        )

    note = content.lines.replaces if from_record else content.lines.not_from_record
    return _sheet(
        SheetKind.AFTERCARE,
        content,
        words,
        values,
        moment=ended_at,
        items=tuple(item(each) for each in words.items),
        expected=_expected(words, ended_on),
        clinic=clinic,
        closures=_inside(closures, ended_on, until),
        notes=(note,),
        next_not_before=next_not_before,
        next_booked_at=_in_zone(next_booked_at, zone) if next_booked_at else None,
        response_on=response_on,
        from_record=from_record,
    )


def prepare_sheet(
    content: SheetContent,
    *,
    starts_at: datetime,
    zone: str,
    clinic: ClinicContact,
) -> Sheet:
    """The sheet for before a session: 24 hours that have passed when it starts, stockings there on the day."""
    words = content.prepare
    starts_at = _in_zone(starts_at, zone)
    from_at = hours_later(starts_at, -content.times.before_hours, zone)
    values = _shown(
        until_at=starts_at, from_at=from_at, moment=starts_at, clinic=clinic, by_hand=content.phones.by_hand
    )

    def item(each: ItemWords) -> SheetItem:
        on_the_day = each.item == "stockings_ready"
        return SheetItem(
            item=each.item,
            title=fill(each.title, values),
            when=fill(each.when, values),
            words=fill(each.words, values),
            from_on=starts_at.date() if on_the_day else None,
            from_at=None if on_the_day else from_at,
            until_at=starts_at,
        )

    return _sheet(
        SheetKind.PREPARE,
        content,
        words,
        values,
        moment=starts_at,
        items=tuple(item(each) for each in words.items),
        clinic=clinic,
    )


def _sheet(
    kind: SheetKind,
    content: SheetContent,
    words: SheetWords,
    values: Mapping[str, str],
    *,
    moment: datetime,
    items: tuple[SheetItem, ...],
    clinic: ClinicContact,
    expected: tuple[Effect, ...] = (),
    closures: tuple[Closed, ...] = (),
    notes: tuple[str, ...] = (),
    next_not_before: date | None = None,
    next_booked_at: datetime | None = None,
    response_on: date | None = None,
    from_record: bool = True,
) -> Sheet:
    following = (
        (content.lines.response, show_date(response_on) if response_on else None),
        (content.lines.next_booked, show_moment(next_booked_at) if next_booked_at else None),
        (content.lines.next_session, show_date(next_not_before) if next_not_before and not next_booked_at else None),
    )

    def band(each: BandWords) -> Band:
        return Band(
            title=fill(each.title, values),
            intro=fill(each.intro, values),
            lines=tuple(fill(line, values) for line in each.lines),
        )

    return Sheet(
        kind=kind,
        version=content.version,
        moment=moment,
        title=words.title,
        intro=fill(words.intro, values),
        items_title=words.items_title,
        items=items,
        expected_title=words.expected_title,
        expected_intro=words.expected_intro,
        expected=expected,
        call=band(words.call),
        same_day=band(words.same_day),
        emergency=band(words.emergency),
        advice_title=words.advice_title,
        advice=tuple(Advice(advice=a.advice, basis=a.basis, text=fill(a.text, values)) for a in words.advice),
        clinic=clinic,
        closures=closures,
        phones=content.phones,
        notes=notes,
        next_title=content.lines.next_title,
        next=tuple(fill(line, {"until": when}) for line, when in following if when),
        next_not_before=next_not_before,
        next_booked_on=next_booked_at.date() if next_booked_at else None,
        response_on=response_on,
        from_record=from_record,
    )


def _expected(words: SheetWords, ended_on: date) -> tuple[Effect, ...]:
    effects = []
    for group in words.expected:
        gone_by = None
        if group.days is not None:
            gone_by = ended_on + timedelta(days=group.days)
        elif group.months is not None:
            gone_by = add_months(ended_on, group.months)
        values = {"gone_by": show_date(gone_by)} if gone_by else {}
        when, note = fill(group.when, values), fill(group.note, values)
        effects += [
            Effect(effect=code, name=name, usually_gone_by=gone_by, when=when, note=note)
            for code, name in group.effects
        ]
    return tuple(effects)


def _inside(closures: Iterable[tuple[date, date, str]], first: date, last: date) -> tuple[Closed, ...]:
    """The closures that touch the days from first to last, cut to them, in order, each once."""
    cut = {
        (max(from_on, first), min(until_on, last), why)
        for from_on, until_on, why in closures
        if from_on <= last and until_on >= first
    }
    return tuple(Closed(from_on=from_on, until_on=until_on, why=why) for from_on, until_on, why in sorted(cut))


def _shown(*, clinic: ClinicContact, by_hand: str, **dated: date | datetime) -> dict[str, str]:
    shown = {
        name: show_moment(value) if isinstance(value, datetime) else show_date(value) for name, value in dated.items()
    }
    return {**shown, "phone": clinic.phone or by_hand}


def _in_zone(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment on a sheet needs its zone")
    return hours_later(moment, 0, zone)

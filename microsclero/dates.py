"""Dates and times: read strictly as typed, shown fully, counted as the clinic counts them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LONGEST_EVERY = 730

# [0-9], not \d: full-width and Arabic digits are look-alikes here, not dates. Compiled when first used: every
# command imports this file.
_ISO = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_BRITISH = r"([0-9]{2})/([0-9]{2})/([0-9]{4})"
_ISO_MONTH = r"([0-9]{4})-([0-9]{2})"
_BRITISH_MONTH = r"([0-9]{2})/([0-9]{4})"
_AHEAD = r"\+([0-9]{1,4})w"
_TIME = r"([0-9]{2}):([0-9]{2})"
_EVERY = r"([0-9]{1,3})([dw]?)"
_SECONDS = r"(?::([0-5][0-9])(?:\.([0-9]{1,6}))?)?"
_MOMENT = rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T([0-9]{{2}}:[0-9]{{2}}){_SECONDS}(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_ZONE_NAME = r"[A-Za-z][A-Za-z0-9_+/-]{0,63}"
# Dates as they are written elsewhere, this program's own pages among it: never read, but known well enough to answer.
_LOOSE = r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
_LOOSE_ISO = r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})"
_IN_WORDS = r"(?:[a-z]{3,9},? )?([0-9]{1,2}) ([a-z]{3})[a-z]{0,6} ([0-9]{4})"
_SHORT_YEAR = r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{2})"
_TWO_DIGIT_YEAR = r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}"
_NO_YEAR = r"[0-9]{1,2}[/-][0-9]{1,2}"
_SAFE_TO_REPEAT = r"[0-9/:+.T-]{1,25}"

_ANY_DATE = "type it as 2026-12-01 or 01/12/2026, or say today, tomorrow, +4w or a weekday such as tue"
_ANY_RANGE = f"{_ANY_DATE}; several days as 2026-12-01..2026-12-14"
_GONE_BY = "type it as 2026-11-20 or 20/11/2026, or say today"


# ── read ──


def parse_date(text: str, *, today: date, advice: str = _ANY_DATE) -> date:
    """2026-12-01, 01/12/2026, today, tomorrow, +4w, or a weekday such as tue: the next one after today.

    Nothing is guessed: ValueError, in one sentence that ends in the advice, for anything else.
    """
    word = _word(text)
    if word == "today":
        return today
    if word == "tomorrow":
        return _in_range(today, 1)
    if word in WEEKDAYS:
        return _in_range(today, (WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1)
    ahead = re.fullmatch(_AHEAD, word)
    if ahead:
        return _in_range(today, int(ahead[1]) * 7)
    return _written_date(text, advice)


def parse_past_date(text: str, *, today: date) -> date:
    """A day gone by: today, or written out. Whether a written one is still to come is for its field to say."""
    word = _word(text)
    if word == "today":
        return today
    if word in WEEKDAYS:
        raise ValueError(f"A weekday may be the last or the next: {_GONE_BY}.")
    if word == "tomorrow" or re.fullmatch(_AHEAD, word):
        raise ValueError(f"That is still to come, and a day gone by is wanted: {_GONE_BY}.")
    return _written_date(text, _GONE_BY)


def parse_birth_date(text: str, *, today: date) -> date:
    """A date of birth, written out: 1980-02-03 or 03/02/1980; not in the future."""
    born_on = _written_date(text, "type it as 1980-02-03 or 03/02/1980", latest=today)
    if born_on > today:
        raise ValueError(f"{show_date(born_on)} is still to come: type the date of birth again.")
    return born_on


def parse_expiry(text: str) -> date:
    """The last day a batch may be used: a date, or a month (2028-01 or 01/2028), which means its last day."""
    word = _word(text)
    month = re.fullmatch(_ISO_MONTH, word)
    year_month = (month[1], month[2]) if month else None
    if year_month is None:
        month = re.fullmatch(_BRITISH_MONTH, word)
        year_month = (month[2], month[1]) if month else None
    if year_month is None:
        return _written_date(text, "type it as 2028-01-31, 31/01/2028, 2028-01 or 01/2028")
    first = _real_date(year_month[0], year_month[1], "01", _repeated(text))
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def parse_time(text: str) -> time:
    """A time of day by the clinic's clock, such as 09:30."""
    match = re.fullmatch(_TIME, _word(text))
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{_repeated(text)} is not a time: type hours and minutes as 09:30.")
    return time(int(match[1]), int(match[2]))


def parse_every(text: str) -> int:
    """How many days from one session to the next: 6w, 42d or 42."""
    match = re.fullmatch(_EVERY, _word(text))
    days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
    if not 1 <= days <= _LONGEST_EVERY:
        raise ValueError(f"{_repeated(text)} is not a number of days or weeks: type it as 6w, 42d or 42.")
    return days


def parse_days(text: str) -> frozenset[int]:
    """Weekdays as numbers, 0 for Monday: "tue,thu" is {1, 3}."""
    words = [word.strip() for word in _word(text).split(",")]
    if not all(word in WEEKDAYS for word in words):
        raise ValueError("That is not a list of weekdays: type it as tue,thu with mon, tue, wed, thu, fri, sat or sun.")
    return frozenset(WEEKDAYS.index(word) for word in words)


def parse_range(text: str, *, today: date) -> tuple[date, date]:
    """First and last day of A..B, both included; one date alone is a range of one day."""
    first_text, dots, last_text = text.partition("..")
    first = parse_date(first_text, today=today, advice=_ANY_RANGE)
    last = parse_date(last_text, today=today, advice=_ANY_RANGE) if dots else first
    if last < first:
        raise ValueError(f"{show_date(last)} is before {show_date(first)}: type the earlier date first.")
    return first, last


def parse_moment(text: str, *, zone: str, later: bool = False) -> datetime:
    """A moment such as 2026-11-22T15:00, with an offset or by the clock of `zone`; the answer is in `zone`.

    Seconds, and fractions of them, are read as other programs write them. A time that the clock skips in spring is a
    ValueError; one that comes twice in autumn is the first of the two, or with `later` the second, unless an offset
    says which.
    """
    match = re.fullmatch(_MOMENT, text.strip()) if len(text) < 60 else None
    if not match:
        raise ValueError(f"{_repeated(text)} is not a moment: type date and time as 2026-11-22T15:00.")
    day = _written_date(match[1], "type date and time as 2026-11-22T15:00")
    micro = int((match[4] or "").ljust(6, "0"))
    wall = datetime.combine(day, parse_time(match[2])).replace(second=int(match[3] or 0), microsecond=micro)
    place = find_zone(zone)
    if match[5]:
        return wall.replace(tzinfo=_offset(match[5])).astimezone(place)
    moment = wall.replace(tzinfo=place, fold=int(later))
    if moment.astimezone(UTC).astimezone(place).replace(tzinfo=None) != wall:
        raise ValueError(f"{match[2]} on {show_date(day)} is skipped when the clocks go forward: give another time.")
    return moment


def names_zone(text: str) -> bool:
    """Whether a moment that can be read says which offset it is meant by."""
    match = re.fullmatch(_MOMENT, text)
    return match is not None and match[5] is not None


def find_zone(name: str) -> ZoneInfo:
    """The time zone of this name; ValueError for one that does not exist."""
    from zoneinfo import ZoneInfo

    if re.fullmatch(_ZONE_NAME, name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # OSError: the name of a folder of zones, such as "Europe".
            pass
    raise ValueError("That is not a time zone: name one such as Europe/London.")


# ── show ──


def show_date(day: date) -> str:
    """Tue 1 Dec 2026."""
    return f"{show_day(day)} {day.year}"


def past_example(today: date) -> str:
    """A day gone by as it is typed, for a prompt: the latest whose day can't be taken for a month."""
    day = today - timedelta(days=1)
    while day.day <= 12:
        day -= timedelta(days=1)
    return f"{day:%d/%m/%Y}"


def show_day(day: date) -> str:
    """Tue 1 Dec."""
    return f"{_SHORT_DAYS[day.weekday()]} {day.day} {_SHORT_MONTHS[day.month - 1]}"


def show_time(at: time) -> str:
    """15:00."""
    return f"{at.hour:02}:{at.minute:02}"


def show_moment(moment: datetime) -> str:
    """Mon 23 Nov 2026, 15:00: by the clock that the moment carries."""
    return f"{show_date(moment)}, {show_time(moment.time())}"


def show_range(first: date, last: date) -> str:
    """Mon 21 Dec to Fri 25 Dec 2026; one day alone is shown once."""
    if first == last:
        return show_date(first)
    return f"{show_day(first) if first.year == last.year else show_date(first)} to {show_date(last)}"


# ── count ──


def age_on(born_on: date, on: date) -> int:
    """Whole years on that day. Someone born on 29 February is a year older on 1 March, never before."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def birthday(born_on: date, years: int) -> date:
    """The day this age is reached: for 29 February, 1 March in a year without one."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the month's last day. Count from the first date, never step by step."""
    from dateutil.relativedelta import relativedelta

    return day + relativedelta(months=months)


def hours_later(moment: datetime, hours: int, zone: str) -> datetime:
    """So many hours on as they pass, not as the clock shows them; the answer is in `zone`."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be counted from.")
    # Adding to a zoned datetime moves the hands of the clock: 23 or 25 hours pass when it changes.
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(find_zone(zone))


# ── inside ──


def _word(text: str) -> str:
    """What was typed, in small letters; nothing at all if it cannot be a date."""
    return text.strip().lower() if len(text) < 60 and text.isascii() else ""


def _repeated(text: str) -> str:
    """The typed text where it is digits and marks; never words, which may be a name."""
    text = text.strip() if len(text) < 60 else ""
    return text if re.fullmatch(_SAFE_TO_REPEAT, text) else "That"


def _written_date(text: str, advice: str, latest: date | None = None) -> date:
    """latest: no year is shown in the advice that would be after this day."""
    word = _word(text)
    iso = re.fullmatch(_ISO, word)
    if iso:
        return _real_date(iso[1], iso[2], iso[3], word)
    british = re.fullmatch(_BRITISH, word)
    if british:
        return _real_date(british[3], british[2], british[1], word)
    meant = _real_meant(word)
    if meant:
        raise ValueError(f"{_repeated(text)} can't be read: type it as {meant:%d/%m/%Y}.")
    short = re.fullmatch(_SHORT_YEAR, word)
    if short:
        year = 2000 + int(short[3])
        year -= 100 if latest is not None and year > latest.year else 0
        example = _real_meant(f"{short[1]}/{short[2]}/{year}")
        advice = f"type all four, as in {example:%d/%m/%Y}" if example else advice
        raise ValueError(f"{_repeated(text)} lacks a year of four digits: {advice}.")
    if re.fullmatch(_TWO_DIGIT_YEAR, word) or re.fullmatch(_NO_YEAR, word):
        raise ValueError(f"{_repeated(text)} lacks a year of four digits: {advice}.")
    raise ValueError(f"{_repeated(text)} is not a date: {advice}.")


def _real_meant(word: str) -> date | None:
    """The one day that a date written in another way can mean, to be shown as it is typed here."""
    loose, iso, in_words = (re.fullmatch(form, word) for form in (_LOOSE, _LOOSE_ISO, _IN_WORDS))
    if in_words and in_words[2].capitalize() in _SHORT_MONTHS:
        parts = (in_words[3], str(_SHORT_MONTHS.index(in_words[2].capitalize()) + 1), in_words[1])
    elif loose:
        parts = (loose[3], loose[2], loose[1])
    elif iso:
        parts = (iso[1], iso[2], iso[3])
    else:
        return None
    try:
        return _real_date(*parts, word)
    except ValueError:
        return None


def _real_date(year: str, month: str, day: str, typed: str) -> date:
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise ValueError(f"{typed} is outside the years {_FIRST_YEAR} to {_LAST_YEAR}: type the year again.")
    if not 1 <= int(month) <= 12:
        raise ValueError(f"{typed} has no such month: type the day first, as in 31/12/2026, or 2026-12-31.")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        name = f"{_SHORT_MONTHS[int(month) - 1]} {year}"
        raise ValueError(f"{typed} does not exist: {name} has no day {int(day)}; type it again.") from None


def _in_range(today: date, days: int) -> date:
    day = today + timedelta(days=days)
    if day.year > _LAST_YEAR:
        raise ValueError(f"That is after the year {_LAST_YEAR}: type a nearer date.")
    return day


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))

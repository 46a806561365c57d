"""The tables of each schema, word for word; once released a text is history and the next one is a migration."""

from __future__ import annotations

# What a person typed, and so what the history keeps; in the order in which they refer to each other.
AUDITED = (
    "clinic",
    "opening_hours",
    "closure",
    "holiday",
    "holiday_year",
    "team_member",
    "room",
    "patient",
    "screening",
    "decision",
    "document",
    "course",
    "session",
    "backup_log",
    "event",
    "absence",
    "contact",
    "undone",
)

# Signed entries: a correction is another row. Named columns may be filled in once, from empty.
INSERT_ONLY: dict[str, tuple[str, ...]] = {
    "holiday": (),
    "holiday_year": (),
    "screening": ("superseded_by", "decided_at"),
    "decision": (),
    "document": (),
    "backup_log": (),
    "contact": (),
    "undone": (),
}

# Kept outside the history: an unfinished intake is nobody's statement yet, and a look changes nothing.
UNAUDITED = ("draft", "access", "_ctx", "history", "ledger")

APPEND_ONLY = ("access", "history", "ledger")


def _text(name: str, longest: int, *, needed: bool = False, blank: bool = True) -> str:
    """A text column; the screens refuse what is too long in words, this is the last fence."""
    length = f"length({name}) <= {longest}" if blank else f"length({name}) between 1 and {longest}"
    return f"{name} text{' not null' if needed else ''} check ({length})"


def _date(name: str, *, needed: bool = True) -> str:
    """An ISO date that exists; without '+0 days' SQLite would take 2026-02-30."""
    return f"{name} text{' not null' if needed else ''} check ({name} is date({name}, '+0 days'))"


def _moment(name: str, *, needed: bool = True) -> str:
    """A moment in UTC, written so that text order is time order."""
    shape = "????-??-??T??:??:??.??????Z"
    return f"{name} text{' not null' if needed else ''} check ({name} glob '{shape}')"


def _time(name: str) -> str:
    return f"{name} text not null check ({name} glob '[0-2][0-9]:[0-5][0-9]' and {name} < '24:00')"


def _flag(name: str) -> str:
    return f"{name} integer not null default 0 check ({name} in (0, 1))"


_ID = "id integer primary key autoincrement"

TABLES_001 = (
    f"""create table clinic (
        id integer primary key check (id = 1),
        {_text("name", 200, needed=True, blank=False)},
        {_text("phone", 100, needed=True)},
        {_text("out_of_hours", 1000, needed=True)},
        {_text("zone", 100, needed=True, blank=False)},
        {_text("country", 10, needed=True)},
        {_text("subdivision", 10, needed=True)},
        session_minutes integer not null check (session_minutes between 5 and 240),
        {_flag("made_up")},
        {_text("reading_phlebitis", 5000)},
        {_text("address", 1000)},
        {_moment("opened_at")}
    ) strict""",
    f"""create table opening_hours (
        id integer primary key check (id = weekday + 1),
        weekday integer not null unique check (weekday between 0 and 6),
        {_text("periods", 200, needed=True)}
    ) strict""",
    f"""create table closure (
        {_ID},
        {_date("from_on")},
        {_date("until_on")},
        {_text("reason", 500, needed=True)},
        {_flag("is_open")},
        {_text("periods", 200, needed=True)},
        {_flag("voided")},
        check (from_on <= until_on)
    ) strict""",
    f"""create table holiday (
        {_ID},
        {_date("on_date")},
        {_text("name", 500, needed=True)},
        {_text("country", 10, needed=True)},
        {_text("subdivision", 10, needed=True)},
        year integer not null check (year between 1900 and 2199),
        unique (country, subdivision, on_date)
    ) strict""",
    f"""create table holiday_year (
        {_ID},
        {_text("country", 10, needed=True)},
        {_text("subdivision", 10, needed=True)},
        year integer not null check (year between 1900 and 2199),
        unique (country, subdivision, year)
    ) strict""",
    f"""create table team_member (
        {_ID},
        {_text("initials", 20, needed=True, blank=False)} unique,
        {_text("name", 200, needed=True, blank=False)},
        {_text("register", 200)},
        {_text("roles", 200, needed=True)},
        {_date("from_on", needed=False)},
        {_date("ended_on", needed=False)}
    ) strict""",
    f"""create table room (
        {_ID},
        {_text("name", 200, needed=True, blank=False)} unique,
        {_date("ended_on", needed=False)}
    ) strict""",
    f"""create table patient (
        {_ID},
        {_text("given_name", 200, needed=True)},
        {_text("family_name", 200, needed=True)},
        {_text("name_key", 20_000, needed=True)},
        {_text("family_key", 10_000, needed=True)},
        {_date("born_on")},
        {_text("phone", 100)},
        {_text("phone_digits", 100)},
        {_text("email", 320)},
        {_text("address", 1000)},
        {_text("gp", 1000)},
        {_text("emergency_contact", 1000)},
        {_text("allergies", 5000)},
        {_text("notes", 20_000)},
        version integer not null check (version >= 1),
        {_moment("added_at")},
        check (length(given_name) + length(family_name) > 0)
    ) strict""",
    f"""create table screening (
        {_ID},
        patient_id integer not null references patient (id),
        purpose text not null check (purpose in ('intake', 'session')),
        {_text("questionnaire", 200, needed=True, blank=False)},
        {_text("version", 50, needed=True, blank=False)},
        sha256 text not null check (length(sha256) = 64),
        {_date("on_date")},
        {_date("born_on")},
        {_text("answers", 500_000, needed=True)},
        {_text("answered_on", 500_000, needed=True)},
        outcome text not null check (outcome in ('bar', 'refer', 'defer', 'incomplete', 'review', 'suitable', 'note')),
        {_date("ask_again_on", needed=False)},
        {_text("findings", 500_000, needed=True)},
        {_text("unanswered", 100_000, needed=True)},
        {_text("readings", 10_000, needed=True)},
        {_text("asked_by", 200, needed=True)},
        {_text("signed_by", 200, needed=True, blank=False)},
        {_moment("signed_at")},
        {_text("options", 10_000)},
        superseded_by integer references screening (id) check (superseded_by > id),
        {_moment("decided_at", needed=False)},
        unique (patient_id, id)
    ) strict""",
    f"""create table decision (
        {_ID},
        screening_id integer not null,
        patient_id integer not null,
        {_text("rule", 200, needed=True, blank=False)},
        decision text not null check (decision in ('proceed', 'decline')),
        {_text("reason", 5000, needed=True, blank=False)},
        {_text("prescriber", 200, needed=True, blank=False)},
        {_moment("decided_at")},
        foreign key (patient_id, screening_id) references screening (patient_id, id)
    ) strict""",
    f"""create table document (
        {_ID},
        patient_id integer not null references patient (id),
        kind text not null check (kind in ('duplex', 'abpi', 'letter', 'other')),
        {_text("rule", 200)},
        {_date("dated_on")},
        {_text("summary", 10_000, needed=True)},
        {_moment("filed_at")},
        {_text("filed_by", 200, needed=True, blank=False)}
    ) strict""",
    f"""create table course (
        {_ID},
        patient_id integer not null references patient (id),
        {_date("opened_on")},
        status text not null check (status in ('open', 'closed')),
        {_date("closed_on", needed=False)},
        {_text("closed_why", 1000)},
        check ((status = 'closed') = (closed_on is not null)),
        unique (patient_id, id)
    ) strict""",
    f"""create table session (
        {_ID},
        course_id integer,
        patient_id integer not null references patient (id),
        kind text not null check (kind in ('session', 'consultation')),
        number integer check (number between 1 and 99),
        {_date("on_date")},
        {_time("starts")},
        {_time("ends")},
        {_text("injector", 200, needed=True, blank=False)},
        {_text("room", 200)},
        status text not null check (status in ('planned', 'given', 'missed', 'cancelled')),
        {_date("earliest_on", needed=False)},
        {_flag("is_hand_set")},
        {_text("cancel_reason", 500)},
        {_text("override_reason", 2000, blank=False)},
        version integer not null check (version >= 1),
        {_moment("booked_at")},
        check (starts < ends),
        check ((kind = 'session') = (course_id is not null)),
        check ((kind = 'session') = (number is not null)),
        foreign key (patient_id, course_id) references course (patient_id, id)
    ) strict""",
    f"""create table draft (
        {_ID},
        patient_id integer references patient (id),
        {_text("purpose", 50, needed=True, blank=False)},
        {_text("body", 1_000_000, needed=True)},
        {_moment("started_at")},
        {_moment("touched_at")},
        {_text("who", 200)},
        {_flag("finished")}
    ) strict""",
    f"""create table access (
        {_ID},
        {_moment("at")},
        {_text("who", 200)},
        patient_id integer not null references patient (id),
        {_text("command", 100, needed=True, blank=False)}
    ) strict""",
    f"""create table backup_log (
        {_ID},
        {_moment("at")},
        {_text("path", 4096, needed=True)},
        {_text("head", 64, needed=True)},
        pages integer not null check (pages > 0),
        {_flag("proved")}
    ) strict""",
    # Who is writing, while they write; empty at all other times, so that a write by any other tool is refused.
    """create table _ctx (
        one integer primary key check (one = 1),
        txn text,
        who text,
        at text,
        cmd text
    ) strict""",
    "insert into _ctx (one) values (1)",
    # I: as entered. U: as changed. M: as it looks since a migration gave its table other columns.
    f"""create table history (
        seq integer primary key autoincrement,
        txn text not null,
        who text not null,
        {_moment("at")},
        cmd text not null,
        tbl text not null,
        row_id integer not null,
        op text not null check (op in ('I', 'U', 'M')),
        old text,
        new text not null
    ) strict""",
    f"""create table ledger (
        n integer primary key autoincrement,
        txn text not null unique,
        who text not null,
        {_moment("at")},
        cmd text not null,
        first_seq integer not null,
        last_seq integer not null check (last_seq >= first_seq),
        rows_sha256 text not null,
        {_flag("clock_back")},
        prev text not null,
        hash text not null unique
    ) strict""",
)

# Partial where a list asks only for what is open, so that a record of many years is as quick as a new one.
INDEXES_001 = (
    "create index patient_by_family on patient (family_key, name_key)",
    "create index patient_by_name on patient (name_key)",
    "create index patient_by_birth on patient (born_on)",
    "create index patient_by_phone on patient (phone_digits) where phone_digits is not null",
    "create unique index course_running on course (patient_id) where status = 'open'",
    "create unique index session_number on session (course_id, number) where status in ('planned', 'given')",
    "create index session_live_by_day on session (on_date, starts) where status in ('planned', 'given')",
    "create index session_by_day on session (on_date, starts)",
    "create index session_planned_by_day on session (on_date, starts) where status = 'planned'",
    "create index session_by_patient on session (patient_id, on_date)",
    "create index session_by_course on session (course_id) where course_id is not null",
    # Whole lines of the list, so that no page of long answers is read for them.
    "create index screening_ask_again on screening "
    "(ask_again_on, patient_id, purpose, on_date, outcome, superseded_by) "
    "where superseded_by is null and ask_again_on is not null",
    "create index screening_referred on screening (on_date) "
    "where superseded_by is null and decided_at is null and outcome = 'refer'",
    "create index screening_for_review on screening (on_date) "
    "where superseded_by is null and decided_at is null and outcome = 'review'",
    "create index screening_latest on screening (patient_id, purpose) where superseded_by is null",
    "create index decision_by_screening on decision (screening_id)",
    "create index document_by_patient on document (patient_id)",
    "create index closure_by_day on closure (until_on) where voided = 0",
    "create index draft_open on draft (finished, touched_at)",
    "create index access_by_patient on access (patient_id, id)",
    "create index backup_proved on backup_log (id) where proved = 1",
    "create index history_by_row on history (tbl, row_id, seq)",
)

# What a course is planned around, who was rung about what, and what was taken back.
TABLES_002 = (
    f"""create table event (
        {_ID},
        patient_id integer not null references patient (id),
        {_text("what", 200, needed=True, blank=False)},
        {_date("from_on")},
        {_date("until_on")},
        {_flag("voided")},
        check (from_on <= until_on)
    ) strict""",
    f"""create table absence (
        {_ID},
        {_text("initials", 20, needed=True, blank=False)} references team_member (initials),
        {_date("from_on")},
        {_date("until_on")},
        starts text check (starts glob '[0-2][0-9]:[0-5][0-9]' and starts < '24:00'),
        ends text check (ends glob '[0-2][0-9]:[0-5][0-9]' and ends < '24:00'),
        {_text("reason", 500, needed=True)},
        {_flag("voided")},
        check (from_on <= until_on),
        check ((starts is null) = (ends is null) and (starts is null or starts < ends))
    ) strict""",
    # About which line of the desk's list, for which day; a call about a day that has moved is no call.
    f"""create table contact (
        {_ID},
        patient_id integer not null references patient (id),
        {_text("about", 50, needed=True, blank=False)},
        about_id integer not null,
        {_date("about_on")},
        outcome text not null check (
            outcome in ('reached', 'no_answer', 'message_left', 'wrong_number', 'put_off', 'wants_no_more')),
        {_date("put_off_until", needed=False)},
        {_text("note", 2000)},
        {_moment("at")},
        {_text("who", 200, needed=True, blank=False)},
        check ((outcome = 'put_off') <= (put_off_until is not null))
    ) strict""",
    f"""create table undone (
        {_ID},
        entry integer not null unique references ledger (n),
        {_text("reason", 2000, needed=True, blank=False)},
        {_moment("at")},
        {_text("who", 200, needed=True, blank=False)}
    ) strict""",
    # How this patient likes to come: the wishes of the plan, for whatever is planned anew.
    f"alter table course add column {_text('wish', 10_000)}",
    # What became of a session that wants something: a missed one a new date, a given one its response.
    "alter table session add column settled text "
    "check (settled in ('rebooked', 'no_more', 'course_closed', 'seen', 'followed'))",
    f"alter table team_member add column {_text('weekdays', 50)}",
)

INDEXES_002 = (
    "create index event_by_patient on event (patient_id) where voided = 0",
    "create index absence_by_day on absence (until_on) where voided = 0",
    "create index contact_by_line on contact (about, about_id)",
    "create index contact_by_patient on contact (patient_id)",
    "create index session_without_date on session (on_date) where settled is null and (status = 'missed' "
    "or (status = 'cancelled' and cancel_reason in ('patient_ill', 'patient_away', 'clinic_closed', 'injector_away')))",
    "create index session_unanswered on session (on_date) where status = 'given' and settled is null",
    "create index session_answered_once on session (on_date) where status = 'given' and settled = 'seen'",
    "create index history_by_entry on history (txn)",
)

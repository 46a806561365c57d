"""The tables of the first schema, word for word; once released this text is history and the next one is a migration."""

from __future__ import annotations

from microsclero.store import columns

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
    "amendment",
    "consent",
    "product_check",
    "quarantine",
    "treatment",
    "vial",
    "incident",
    "response",
    "reaction",
    "reaction_step",
    "hold",
    "hold_word",
    "photo",
    "note",
    "assignment",
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
    "amendment": (),
    "consent": (),
    "product_check": (),
    "quarantine": ("lifted_at", "lifted_by"),
    "treatment": ("amended_by",),
    "vial": (),
    "incident": ("closed_at", "closed_by", "closing"),
    "response": ("amended_by",),
    "reaction": ("amended_by", "ended_on"),
    "reaction_step": (),
    "hold": ("lifted_at",),
    "hold_word": (),
    "photo": ("amended_by",),
    "note": ("amended_by",),
    "assignment": (),
}

# Kept outside the history: an unfinished intake is nobody's statement yet, and a look changes nothing.
UNAUDITED = ("draft", "access", "_ctx", "history", "ledger")

APPEND_ONLY = ("access", "history", "ledger")


TABLES_001 = (
    f"""create table clinic (
        id integer primary key check (id = 1),
        {columns.text("name", 200, needed=True, blank=False)},
        {columns.text("phone", 100, needed=True)},
        {columns.text("out_of_hours", 1000, needed=True)},
        {columns.text("zone", 100, needed=True, blank=False)},
        {columns.text("country", 10, needed=True)},
        {columns.text("subdivision", 10, needed=True)},
        session_minutes integer not null check (session_minutes between 5 and 240),
        {columns.flag("made_up")},
        {columns.text("reading_phlebitis", 5000)},
        {columns.text("address", 1000)},
        {columns.moment("opened_at")}
    ) strict""",
    f"""create table opening_hours (
        id integer primary key check (id = weekday + 1),
        weekday integer not null unique check (weekday between 0 and 6),
        {columns.text("periods", 200, needed=True)}
    ) strict""",
    f"""create table closure (
        {columns.ID},
        {columns.date("from_on")},
        {columns.date("until_on")},
        {columns.text("reason", 500, needed=True)},
        {columns.flag("is_open")},
        {columns.text("periods", 200, needed=True)},
        {columns.flag("voided")},
        check (from_on <= until_on)
    ) strict""",
    f"""create table holiday (
        {columns.ID},
        {columns.date("on_date")},
        {columns.text("name", 500, needed=True)},
        {columns.text("country", 10, needed=True)},
        {columns.text("subdivision", 10, needed=True)},
        year integer not null check (year between 1900 and 2199),
        unique (country, subdivision, on_date)
    ) strict""",
    f"""create table holiday_year (
        {columns.ID},
        {columns.text("country", 10, needed=True)},
        {columns.text("subdivision", 10, needed=True)},
        year integer not null check (year between 1900 and 2199),
        unique (country, subdivision, year)
    ) strict""",
    f"""create table team_member (
        {columns.ID},
        {columns.text("initials", 20, needed=True, blank=False)} unique,
        {columns.text("name", 200, needed=True, blank=False)},
        {columns.text("register", 200)},
        {columns.text("roles", 200, needed=True)},
        {columns.date("from_on", needed=False)},
        {columns.date("ended_on", needed=False)}
    ) strict""",
    f"""create table room (
        {columns.ID},
        {columns.text("name", 200, needed=True, blank=False)} unique,
        {columns.date("ended_on", needed=False)}
    ) strict""",
    f"""create table patient (
        {columns.ID},
        {columns.text("given_name", 200, needed=True)},
        {columns.text("family_name", 200, needed=True)},
        {columns.text("name_key", 20_000, needed=True)},
        {columns.text("family_key", 10_000, needed=True)},
        {columns.date("born_on")},
        {columns.text("phone", 100)},
        {columns.text("phone_digits", 100)},
        {columns.text("email", 320)},
        {columns.text("address", 1000)},
        {columns.text("gp", 1000)},
        {columns.text("emergency_contact", 1000)},
        {columns.text("allergies", 5000)},
        {columns.text("notes", 20_000)},
        version integer not null check (version >= 1),
        {columns.moment("added_at")},
        check (length(given_name) + length(family_name) > 0)
    ) strict""",
    f"""create table screening (
        {columns.ID},
        patient_id integer not null references patient (id),
        purpose text not null check (purpose in ('intake', 'session')),
        {columns.text("questionnaire", 200, needed=True, blank=False)},
        {columns.text("version", 50, needed=True, blank=False)},
        sha256 text not null check (length(sha256) = 64),
        {columns.date("on_date")},
        {columns.date("born_on")},
        {columns.text("answers", 500_000, needed=True)},
        {columns.text("answered_on", 500_000, needed=True)},
        outcome text not null check (outcome in ('bar', 'refer', 'defer', 'incomplete', 'review', 'suitable', 'note')),
        {columns.date("ask_again_on", needed=False)},
        {columns.text("findings", 500_000, needed=True)},
        {columns.text("unanswered", 100_000, needed=True)},
        {columns.text("readings", 10_000, needed=True)},
        {columns.text("asked_by", 200, needed=True)},
        {columns.text("signed_by", 200, needed=True, blank=False)},
        {columns.moment("signed_at")},
        {columns.text("options", 10_000)},
        superseded_by integer references screening (id) check (superseded_by > id),
        {columns.moment("decided_at", needed=False)},
        unique (patient_id, id)
    ) strict""",
    f"""create table decision (
        {columns.ID},
        screening_id integer not null,
        patient_id integer not null,
        {columns.text("rule", 200, needed=True, blank=False)},
        decision text not null check (decision in ('proceed', 'decline')),
        {columns.text("reason", 5000, needed=True, blank=False)},
        {columns.text("prescriber", 200, needed=True, blank=False)},
        {columns.moment("decided_at")},
        foreign key (patient_id, screening_id) references screening (patient_id, id)
    ) strict""",
    f"""create table document (
        {columns.ID},
        patient_id integer not null references patient (id),
        kind text not null check (kind in ('duplex', 'abpi', 'letter', 'other')),
        {columns.text("rule", 200)},
        {columns.date("dated_on")},
        {columns.text("summary", 10_000, needed=True)},
        {columns.moment("filed_at")},
        {columns.text("filed_by", 200, needed=True, blank=False)}
    ) strict""",
    f"""create table course (
        {columns.ID},
        patient_id integer not null references patient (id),
        {columns.date("opened_on")},
        status text not null check (status in ('open', 'closed')),
        {columns.date("closed_on", needed=False)},
        {columns.text("closed_why", 1000)},
        check ((status = 'closed') = (closed_on is not null)),
        unique (patient_id, id)
    ) strict""",
    f"""create table session (
        {columns.ID},
        course_id integer,
        patient_id integer not null references patient (id),
        kind text not null check (kind in ('session', 'consultation')),
        number integer check (number between 1 and 99),
        {columns.date("on_date")},
        {columns.time("starts")},
        {columns.time("ends")},
        {columns.text("injector", 200, needed=True, blank=False)},
        {columns.text("room", 200)},
        status text not null check (status in ('planned', 'given', 'missed', 'cancelled')),
        {columns.date("earliest_on", needed=False)},
        {columns.flag("is_hand_set")},
        {columns.text("cancel_reason", 500)},
        {columns.text("override_reason", 2000, blank=False)},
        version integer not null check (version >= 1),
        {columns.moment("booked_at")},
        check (starts < ends),
        check ((kind = 'session') = (course_id is not null)),
        check ((kind = 'session') = (number is not null)),
        foreign key (patient_id, course_id) references course (patient_id, id)
    ) strict""",
    f"""create table draft (
        {columns.ID},
        patient_id integer references patient (id),
        {columns.text("purpose", 50, needed=True, blank=False)},
        {columns.text("body", 1_000_000, needed=True)},
        {columns.moment("started_at")},
        {columns.moment("touched_at")},
        {columns.text("who", 200)},
        {columns.flag("finished")}
    ) strict""",
    f"""create table access (
        {columns.ID},
        {columns.moment("at")},
        {columns.text("who", 200)},
        patient_id integer not null references patient (id),
        {columns.text("command", 100, needed=True, blank=False)}
    ) strict""",
    f"""create table backup_log (
        {columns.ID},
        {columns.moment("at")},
        {columns.text("path", 4096, needed=True)},
        {columns.text("head", 64, needed=True)},
        pages integer not null check (pages > 0),
        {columns.flag("proved")}
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
        {columns.moment("at")},
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
        {columns.moment("at")},
        cmd text not null,
        first_seq integer not null,
        last_seq integer not null check (last_seq >= first_seq),
        rows_sha256 text not null,
        {columns.flag("clock_back")},
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

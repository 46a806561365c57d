"""The tables of what a course is planned around and who was rung, word for word; part of the second schema."""

from __future__ import annotations

from microsclero.store import columns

# What a course is planned around, who was rung about what, and what was taken back.
TABLES_002 = (
    f"""create table event (
        {columns.ID},
        patient_id integer not null references patient (id),
        {columns.text("what", 200, needed=True, blank=False)},
        {columns.date("from_on")},
        {columns.date("until_on")},
        {columns.flag("voided")},
        check (from_on <= until_on)
    ) strict""",
    f"""create table absence (
        {columns.ID},
        {columns.text("initials", 20, needed=True, blank=False)} references team_member (initials),
        {columns.date("from_on")},
        {columns.date("until_on")},
        starts text check (starts glob '[0-2][0-9]:[0-5][0-9]' and starts < '24:00'),
        ends text check (ends glob '[0-2][0-9]:[0-5][0-9]' and ends < '24:00'),
        {columns.text("reason", 500, needed=True)},
        {columns.flag("voided")},
        check (from_on <= until_on),
        check ((starts is null) = (ends is null) and (starts is null or starts < ends))
    ) strict""",
    # About which line of the desk's list, for which day; a call about a day that has moved is no call.
    f"""create table contact (
        {columns.ID},
        patient_id integer not null references patient (id),
        {columns.text("about", 50, needed=True, blank=False)},
        about_id integer not null,
        {columns.date("about_on")},
        outcome text not null check (
            outcome in ('reached', 'no_answer', 'message_left', 'wrong_number', 'put_off', 'wants_no_more')),
        {columns.date("put_off_until", needed=False)},
        {columns.text("note", 2000)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        check ((outcome = 'put_off') <= (put_off_until is not null))
    ) strict""",
    f"""create table undone (
        {columns.ID},
        entry integer not null unique references ledger (n),
        {columns.text("reason", 2000, needed=True, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)}
    ) strict""",
    # How this patient likes to come: the wishes of the plan, for whatever is planned anew.
    f"alter table course add column {columns.text('wish', 10_000)}",
    # What became of a session that wants something: a missed one a new date, a given one its response.
    "alter table session add column settled text "
    "check (settled in ('rebooked', 'no_more', 'course_closed', 'seen', 'followed'))",
    f"alter table team_member add column {columns.text('weekdays', 50)}",
)

INDEXES_002 = (
    "create index event_by_patient on event (patient_id) where voided = 0",
    "create index absence_by_day on absence (until_on) where voided = 0",
    "create index contact_by_line on contact (about, about_id)",
    "create index contact_by_patient on contact (patient_id)",
    "create index session_without_date on session (on_date) where settled is null and (status = 'missed' "
    "or (status = 'cancelled' and cancel_reason in "
    "('patient_ill', 'patient_away', 'clinic_closed', 'injector_away', 'no_place')))",
    "create index session_unanswered on session (on_date) where status = 'given' and settled is null",
    "create index session_answered_once on session (on_date) where status = 'given' and settled = 'seen'",
    "create index history_by_entry on history (txn)",
)

"""The tables of what happens in the chair and after it, word for word; part of the third schema."""

from __future__ import annotations

from microsclero.store import columns

_AMENDED = "amended_by integer references amendment (id)"
_PATIENT = "patient_id integer not null references patient (id)"
_LEG = "leg text check (leg in ('left', 'right'))"
_REGION = "region text check (region in ('groin', 'thigh', 'knee', 'calf', 'shin', 'ankle', 'foot'))"

# What happened in the chair and after it. Signed entries: a correction is another row, and names the one it replaces.
TABLES_003 = (
    f"""create table amendment (
        {columns.ID},
        {_PATIENT},
        kind text not null check (kind in ('treatment', 'reaction', 'response', 'photo', 'note', 'document')),
        ref_id integer not null,
        action text not null check (action in ('corrected', 'moved', 'entered_in_error')),
        {columns.text("reason", 2000, needed=True, blank=False)},
        new_id integer,
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        unique (kind, ref_id)
    ) strict""",
    f"""create table consent (
        {columns.ID},
        {_PATIENT},
        purpose text not null check (purpose in ('treatment', 'photo_record', 'photo_teaching', 'portfolio')),
        given integer not null check (given in (0, 1)),
        {columns.text("wording", 50, needed=True, blank=False)},
        sha256 text not null check (length(sha256) = 64),
        {columns.text("taken_by", 200, needed=True, blank=False)},
        method text not null check (method in ('paper', 'screen')),
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)}
    ) strict""",
    f"""create table product_check (
        {columns.ID},
        {columns.text("product", 50, needed=True, blank=False)},
        {columns.text("prescriber", 200, needed=True, blank=False)},
        {columns.text("leaflet_revision", 200, needed=True, blank=False)},
        {columns.date("compared_on")},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)}
    ) strict""",
    f"""create table quarantine (
        {columns.ID},
        {columns.text("batch", 100, needed=True, blank=False)},
        {columns.text("batch_key", 100, needed=True, blank=False)},
        {columns.text("product", 50)},
        {columns.text("reason", 2000, needed=True, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {columns.moment("lifted_at", needed=False)},
        {columns.text("lifted_by", 200)}
    ) strict""",
    f"""create table treatment (
        {columns.ID},
        {_PATIENT},
        session_id integer not null references session (id),
        screening_id integer references screening (id),
        {columns.text("prescriber", 200, needed=True, blank=False)},
        {columns.date("prescriber_saw_on", needed=False)},
        {columns.text("injector", 200, needed=True, blank=False)},
        {columns.text("sites", 200_000, needed=True)},
        {columns.text("weight_kg", 20)},
        {columns.text("needle_gauge", 50)},
        {columns.moment("started_at")},
        {columns.moment("ended_at")},
        stockings text check (stockings in ('worn', 'supplied', 'buying_today')),
        observed_minutes integer check (observed_minutes between 0 and 1440),
        {columns.text("no_photo_reason", 2000)},
        {columns.text("notes", 20_000)},
        {columns.text("total_ml", 20, needed=True)},
        {columns.text("total_mg", 20, needed=True)},
        {columns.text("ceiling_percent", 20)},
        {columns.text("remarks", 50_000, needed=True)},
        {columns.text("sheet", 50, needed=True)},
        {columns.text("products", 50, needed=True)},
        {columns.text("anyway", 2000, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {_AMENDED},
        check (started_at <= ended_at)
    ) strict""",
    f"""create table vial (
        {columns.ID},
        treatment_id integer not null references treatment (id),
        {_PATIENT},
        {columns.text("vial", 10, needed=True, blank=False)},
        {columns.text("product", 50, needed=True, blank=False)},
        {columns.text("strength_percent", 20, needed=True, blank=False)},
        {columns.text("batch", 100, needed=True)},
        {columns.text("batch_key", 100, needed=True)},
        {columns.date("expires_on", needed=False)},
        {columns.text("volume_ml", 20, needed=True)},
        unique (treatment_id, vial)
    ) strict""",
    f"""create table incident (
        {columns.ID},
        {_PATIENT},
        treatment_id integer references treatment (id),
        {columns.text("codes", 20_000, needed=True)},
        {columns.text("reason", 2000, needed=True, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {columns.moment("closed_at", needed=False)},
        {columns.text("closed_by", 200)},
        {columns.text("closing", 5000)}
    ) strict""",
    f"""create table response (
        {columns.ID},
        {_PATIENT},
        course_id integer references course (id),
        session_id integer references session (id),
        {columns.date("on_date")},
        {columns.text("grades", 50_000, needed=True)},
        satisfaction integer check (satisfaction between 1 and 5),
        {columns.text("findings", 10_000, needed=True)},
        next text not null check (next in ('continue', 'wait', 'close')),
        {columns.date("wait_until", needed=False)},
        {columns.text("notes", 20_000)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {_AMENDED}
    ) strict""",
    f"""create table reaction (
        {columns.ID},
        {_PATIENT},
        treatment_id integer references treatment (id),
        {columns.text("effect", 50, needed=True, blank=False)},
        {_LEG},
        {_REGION},
        {columns.date("noticed_on")},
        severity text not null check (severity in ('mild', 'moderate', 'severe')),
        {columns.text("notes", 20_000)},
        {columns.text("emergency", 1000, needed=True)},
        band text not null check (band in ('expected', 'call', 'same_day', 'emergency')),
        {columns.text("because", 5000, needed=True)},
        {columns.text("version", 50, needed=True)},
        {columns.date("follow_up_on")},
        {columns.date("watch_until", needed=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {columns.date("ended_on", needed=False)},
        {_AMENDED}
    ) strict""",
    f"""create table reaction_step (
        {columns.ID},
        reaction_id integer not null references reaction (id),
        {_PATIENT},
        state text not null check (state in ('gone', 'better', 'same', 'worse', 'not_reached')),
        {columns.text("note", 5000)},
        {columns.text("yellow_card", 200)},
        {columns.date("next_on", needed=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)}
    ) strict""",
    f"""create table hold (
        {columns.ID},
        {_PATIENT},
        reaction_id integer references reaction (id),
        response_id integer references response (id),
        treatment_id integer references treatment (id),
        {columns.text("cause", 500, needed=True, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {columns.moment("lifted_at", needed=False)}
    ) strict""",
    f"""create table hold_word (
        {columns.ID},
        hold_id integer not null references hold (id),
        {_PATIENT},
        word text not null check (word in ('keep', 'lift')),
        finding text not null check (finding in ('excluded', 'svt', 'dvt', 'pe', 'other')),
        {columns.text("reason", 5000, needed=True, blank=False)},
        {columns.text("prescriber", 200, needed=True, blank=False)},
        document_id integer references document (id),
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)}
    ) strict""",
    f"""create table photo (
        {columns.ID},
        {_PATIENT},
        course_id integer references course (id),
        session_id integer references session (id),
        stage text not null check (stage in ('before', 'session', 'after')),
        {_LEG},
        {_REGION},
        {columns.text("aspect", 50)},
        sha256 text not null check (length(sha256) = 64),
        bytes integer not null check (bytes > 0),
        width integer not null check (width > 0),
        height integer not null check (height > 0),
        {columns.text("original_name", 500, needed=True)},
        {columns.date("taken_on")},
        {columns.text("taken_by", 200, needed=True, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {_AMENDED}
    ) strict""",
    f"""create table note (
        {columns.ID},
        {_PATIENT},
        {columns.text("words", 20_000, needed=True, blank=False)},
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)},
        {_AMENDED}
    ) strict""",
    # Who looks after what is open, once somebody has left; the newest row counts.
    f"""create table assignment (
        {columns.ID},
        kind text not null check (kind in ('reaction', 'hold', 'incident')),
        ref_id integer not null,
        {columns.text("initials", 20, needed=True, blank=False)} references team_member (initials),
        {columns.moment("at")},
        {columns.text("who", 200, needed=True, blank=False)}
    ) strict""",
    "alter table clinic add column cooling_off_days integer not null default 0 "
    "check (cooling_off_days between 0 and 90)",
)

INDEXES_003 = (
    "create index consent_by_patient on consent (patient_id, purpose, id)",
    "create index quarantine_open on quarantine (batch_key) where lifted_at is null",
    "create index treatment_by_patient on treatment (patient_id, started_at)",
    "create index treatment_by_session on treatment (session_id)",
    "create index vial_by_batch on vial (batch_key)",
    "create index vial_by_treatment on vial (treatment_id)",
    "create index incident_open on incident (id) where closed_at is null",
    "create index incident_by_patient on incident (patient_id)",
    "create index response_by_patient on response (patient_id, id)",
    "create index reaction_open on reaction (patient_id, id) where ended_on is null and amended_by is null",
    "create index reaction_by_patient on reaction (patient_id)",
    "create index reaction_step_by_reaction on reaction_step (reaction_id, id)",
    "create index hold_open on hold (patient_id) where lifted_at is null",
    "create index hold_by_patient on hold (patient_id)",
    "create index hold_word_by_hold on hold_word (hold_id)",
    "create index photo_by_patient on photo (patient_id)",
    "create index photo_by_hash on photo (sha256)",
    "create index note_by_patient on note (patient_id)",
    "create index amendment_by_patient on amendment (patient_id)",
    "create index assignment_by_ref on assignment (kind, ref_id, id)",
    "create index screening_incomplete on screening (on_date) where superseded_by is null and outcome = 'incomplete'",
    # What these answers tell of is to be reported as a reaction. An index may not call json_extract.
    f"create index screening_to_report on screening (patient_id, id) where {columns.TELLS_OF_A_REACTION}",
    f"create index screening_told_elsewhere on screening (patient_id) where {columns.TELLS_OF_INJECTIONS}",
    "create index session_planned_places on session (on_date, starts, ends, injector, room, patient_id) "
    "where status = 'planned'",
)

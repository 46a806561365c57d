"""The words and numbers of the clinic: versioned files, checked whole when loaded, each part by itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microsclero.errors import ContentError

if TYPE_CHECKING:
    from microsclero.content.tables import Faults, Table
    from microsclero.questionnaire import Questionnaire
    from microsclero.schedule import CoursePolicy
    from microsclero.sheet_words import SheetContent

_RELEASED = "released.toml"
_COURSE_KEYS = (
    "maximum_sessions",
    "minimum_days",
    "response_days",
    "aftercare_days",
    "before_hours",
    "horizon_days",
)


def questionnaire(form: str = "intake", version: str | None = None) -> Questionnaire:
    """The intake or session form: the version in force, or an old one to print again as it was asked."""
    forms = _forms(f"questionnaire.{version or version_in_force()}.toml")
    if form not in forms:
        raise ContentError(f"There is no form {form}: intake or session.", code="content_missing")
    return forms[form]


@cache
def version_in_force() -> str:
    """The version of the questionnaire that is asked today."""
    in_force = _released().get("in_force", {})
    version = in_force.get("questionnaire") if isinstance(in_force, dict) else None
    if not isinstance(version, str):
        raise ContentError(f"{_RELEASED}: it does not say which questionnaire is in force. Reinstall microsclero.")
    return version


@cache
def course() -> CoursePolicy:
    """The numbers of a course; never laxer than the clinic's page."""
    from microsclero.schedule import CoursePolicy

    return CoursePolicy(**_course_numbers()[0])


def intake_valid_days() -> int:
    """For how many days a signed intake opens planning."""
    return _course_numbers()[1]["intake_valid_days"]


def new_course_weeks() -> int:
    """How long after the last of four given sessions a new course may begin."""
    return _course_numbers()[1]["new_course_weeks"]


def aftercare(version: str | None = None) -> SheetContent:
    """The words of the sheets a patient takes home."""
    from microsclero.content.sheets import load_sheets

    return load_sheets(version)


def verify_released() -> None:
    """Compare every released file with the hash it was released with; ContentError names each that differs."""
    from microsclero.content.tables import Faults

    faults = Faults(_RELEASED)
    for name, sha256 in _released_hashes().items():
        try:
            actual = _bytes(name)[1]
        except ContentError:
            faults.add(name, "this released file is missing.")
            continue
        if actual != sha256:
            faults.add(name, "it was edited after its release: put it back, and write the change as a new version.")
    faults.raise_if_any()


def released() -> tuple[str, ...]:
    """The names of the files that are never edited again."""
    return tuple(_released_hashes())


def read_questionnaires(content: bytes, file: str) -> dict[str, Questionnaire]:
    """Both forms out of one file's bytes; ContentError with every fault at once: file, id, reason."""
    from hashlib import sha256

    from microsclero.content.build import build
    from microsclero.content.checks import check
    from microsclero.content.tables import Faults
    from microsclero.questionnaire import FORMS, Questionnaire

    faults = Faults(file)
    parts = build(_parse(content, file), faults)
    check(parts, faults)
    faults.raise_if_any()
    forms = {}
    for form in FORMS:
        questions = tuple(question for question in parts.questions if form in question.asked)
        asked = {question.link_id for question in questions}
        forms[form] = Questionnaire(
            id=form,
            version=parts.version,
            sha256=sha256(content).hexdigest(),
            sections=tuple(s for s in parts.sections if any(q.section == s.section for q in questions)),
            questions=questions,
            # A rule belongs to a form that asks something it looks at; age is never asked and always known.
            rules=tuple(r for r in parts.rules if asked.intersection(r.questions()) or "age" in r.questions()),
            words=parts.words,
            elsewhere=tuple(question for question in parts.questions if form not in question.asked),
        )
    return forms


def read_course(content: bytes, file: str) -> tuple[dict[str, int], dict[str, int]]:
    """The numbers of the course and of the gates; ContentError with every fault at once."""
    from microsclero.content.tables import Faults, Table
    from microsclero.schedule import CoursePolicy

    faults = Faults(file)
    top = Table(_parse(content, file), "file", faults)
    top.text("version")
    numbers = _whole_numbers(top.table("course"), _COURSE_KEYS, faults, "course")
    gates = _whole_numbers(top.table("gates"), ("intake_valid_days", "new_course_weeks"), faults, "gates")
    top.done()
    if not 1 <= gates.get("intake_valid_days", 1) <= 90:
        faults.add("gates", "intake_valid_days must be from 1 to 90.")
    if gates.get("new_course_weeks", 12) < 12:
        faults.add("gates", "new_course_weeks can't be less than 12.")
    if not faults.reasons:
        try:
            CoursePolicy(**numbers)
        except ValueError as error:
            faults.add("course", str(error))
    faults.raise_if_any()
    return numbers, gates


@cache
def _forms(name: str) -> dict[str, Questionnaire]:
    content, sha256 = _bytes(name)
    refuse_edited(name, sha256)
    return read_questionnaires(content, name)


@cache
def _course_numbers() -> tuple[dict[str, int], dict[str, int]]:
    content, sha256 = _bytes("course.toml")
    refuse_edited("course.toml", sha256)
    return read_course(content, "course.toml")


def _whole_numbers(table: Table | None, keys: tuple[str, ...], faults: Faults, place: str) -> dict[str, int]:
    if table is None:
        faults.add(place, "this table is missing.")
        return {}
    numbers = {}
    for key in keys:
        value = table.whole(key)
        if value is None:
            table.fault(f"{key} is missing or no whole number.")
        else:
            numbers[key] = value
    table.done()
    return numbers


def refuse_edited(name: str, sha256: str) -> None:
    """A released file that was edited asks questions nobody agreed to."""
    expected = _released_hashes().get(name)
    if expected is not None and expected != sha256:
        raise ContentError(
            f"{name} was edited after its release. Put it back, and write the change as a new version.",
            code="content_edited",
            file=name,
        )


def _released_hashes() -> Mapping[str, str]:
    hashes = _released().get("sha256", {})
    if not isinstance(hashes, dict) or not hashes:
        raise ContentError(f"{_RELEASED}: the list of released files is missing. Reinstall microsclero.")
    return hashes


@cache
def _released() -> Mapping[str, Any]:
    return _parse(_bytes(_RELEASED)[0], _RELEASED)


def _parse(content: bytes, file: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{file} can't be read: {error}.", file=file) from None


def _bytes(name: str) -> tuple[bytes, str]:
    """A file of this folder and its sha256."""
    from hashlib import sha256

    file = _folder().joinpath(name)
    if "/" in name or "\\" in name or not file.is_file():
        raise ContentError(f"There is no content file {name} in this version of microsclero.", code="content_missing")
    content = file.read_bytes()
    return content, sha256(content).hexdigest()


def _folder() -> Path:
    # importlib.resources takes five milliseconds to find the folder that this file lies in.
    return Path(__file__).parent

"""The ratios that the program promises, measured in one run: `python -m benchmarks [--quick] [--json] [--record]`."""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import microsclero
from benchmarks import schedule_speed
from benchmarks.measure import Timed, Words, environment, run, script, side_by_side
from benchmarks.records import Records, prepared

BASE = (script("sqlite-utils"), "--version")
PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
DESK = (script("microsclero"),)

# What a reading command may cost, in the time of BASE; what a large record may add; what writing may cost.
READING_JSON, READING_TABLES, LARGE_TO_EMPTY, WRITING = 0.65, 0.90, 1.15, 1.20
SHEET_MS, PROPOSE_MS, MEMORY_MB = 120.0, 20.0, 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise and what was measured."""

    what: str
    measured: float
    target: float
    unit: str

    @property
    def is_met(self) -> bool:
        return self.measured <= self.target

    def __str__(self) -> str:
        form = ".2f" if self.unit == "x" else ".0f" if self.unit != "ms" else ".1f"
        verdict = "met" if self.is_met else "MISSED"
        return f"{self.what:<58} {self.measured:>8{form}} {self.unit:<3} target {self.target:>6{form}}  {verdict}"


def reading(records: Records, folder: Path) -> dict[str, Words]:
    """Each reading verb, and each kind of search."""
    searches = {
        "by name": records.name,
        "by a name nobody has": records.rare_name,
        "by phone": records.phone,
        "by birth date": records.born_on.isoformat(),
    }
    found: dict[str, Words] = {"today": ("today",), "agenda": ("agenda",)}
    for number, (label, search) in enumerate(searches.items()):
        path = folder / f"search-{number}.json"
        path.write_text(json.dumps({"search": search}), encoding="utf-8")
        found[f"patient find {label}"] = ("patient", "find", "--answers", str(path))
    return found | {"patient show": ("patient", "show")}


def _verbs(records: Records, folder: Path, file: Path, suffix: Words) -> dict[str, tuple[Words, Path]]:
    number = str(records.patient if file == records.large else 1)
    return {
        verb: ((*DESK, *words, *((number,) if verb == "patient show" else ()), *suffix), file)
        for verb, words in reading(records, folder).items()
    }


def measure_reading(records: Records, folder: Path, rounds: int) -> tuple[list[Line], float]:
    """Every reading verb on both records, as JSON and as tables; and the most memory any of them held."""
    shapes: tuple[tuple[str, Words, float], ...] = (
        ("--json", ("--json",), READING_JSON),
        ("tables", (), READING_TABLES),
    )
    sizes = (("empty", records.empty), ("large", records.large))
    commands = {
        (verb, shape, size): call
        for shape, suffix, _ in shapes
        for size, file in sizes
        for verb, call in _verbs(records, folder, file, suffix).items()
    }
    timed = side_by_side({" · ".join(key): call for key, call in commands.items()}, BASE, rounds=rounds)
    lines = []
    for verb in reading(records, folder):
        for shape, _, target in shapes:
            empty, large = (timed[" · ".join((verb, shape, size))] for size, _ in sizes)
            lines += [
                Line(what=f"{verb}, {shape}, empty record", measured=empty.ratio, target=target, unit="x"),
                Line(what=f"{verb}, {shape}, large record", measured=large.ratio, target=target, unit="x"),
                Line(what="  large to empty", measured=large.ratio / empty.ratio, target=LARGE_TO_EMPTY, unit="x"),
            ]
    return lines, max(each.megabytes for each in timed.values())


def measure_writing(records: Records, folder: Path, rounds: int) -> tuple[list[Line], float]:
    """Registering a patient, each time another one, on copies that are thrown away."""
    documents = _newcomers(folder)
    lines, most = [], 0.0
    for size, source in (("empty", records.empty), ("large", records.large)):
        file = folder / f"writing-{size}.db"
        _copy(source, file)
        surroundings = environment(file)
        pairs = []
        for turn in range(-1, rounds):
            other = run(BASE, surroundings)
            mine = run((*DESK, "patient", "add", "--json", "--answers", next(documents)), surroundings)
            if turn >= 0:
                pairs.append(mine.seconds / other.seconds)
            most = max(most, mine.megabytes)
        pairs.sort()
        lines.append(
            Line(what=f"patient add, {size} record", measured=pairs[len(pairs) // 2], target=WRITING, unit="x")
        )
        file.unlink()
    return lines, most


def _newcomers(folder: Path) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        path = folder / f"newcomer-{number}.json"
        born_on = f"19{number % 60 + 30}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        new = {"given_name": f"New {'abcdefghij'[number % 10]}{number}", "family_name": "Comer", "born_on": born_on}
        path.write_text(json.dumps(new), encoding="utf-8")
        yield str(path)


def _copy(source: Path, target: Path) -> None:
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with source.open("rb") as old, os.fdopen(descriptor, "wb") as new:
        shutil.copyfileobj(old, new, 1 << 24)


def measure_sheet(records: Records, folder: Path, rounds: int) -> tuple[list[Line], float]:
    """What printing a sheet as PDF adds to working it out."""
    words = (*DESK, "aftercare", str(records.patient), "--ended", "2026-11-22T15:00", "--json")
    timed: dict[str, Timed] = side_by_side(
        {
            "data": (words, records.large),
            "pdf": ((*words, "--pdf", str(folder / "sheet.pdf")), records.large),
        },
        BASE,
        rounds=rounds,
    )
    added = timed["pdf"].milliseconds - timed["data"].milliseconds
    return [Line(what="aftercare --pdf, more than aftercare --json", measured=added, target=SHEET_MS, unit="ms")], (
        timed["pdf"].megabytes
    )


def measure_proposing() -> list[Line]:
    """A course proposed in process, in a diary that is full for two years."""
    took = schedule_speed.full_for_two_years()
    return [
        Line(what="proposing a course, diary full for two years", measured=took.alone, target=PROPOSE_MS, unit="ms"),
        Line(what="  with the diary built", measured=took.whole, target=PROPOSE_MS, unit="ms"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: a first look, not a result")
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON document")
    parser.add_argument("--record", action="store_true", help="write the results to docs/speed.md")
    asked = parser.parse_args()
    rounds = 5 if asked.quick else 25
    # Edited modules are compiled once, as an installed wheel has them.
    compileall.compile_dir(str(Path(microsclero.__file__).parent), quiet=2)
    records = prepared(datetime.now(UTC).date())
    with TemporaryDirectory(prefix="microsclero-benchmarks-") as name:
        folder = Path(name)
        _first_patient(records.empty, folder)
        lines, read_most = measure_reading(records, folder, rounds)
        writing, write_most = measure_writing(records, folder, rounds)
        sheet, sheet_most = measure_sheet(records, folder, rounds)
    lines += [*writing, *sheet, *measure_proposing()]
    most = max(read_most, write_most, sheet_most)
    lines.append(Line(what="memory, the most any command held", measured=most, target=MEMORY_MB, unit="MB"))
    missed = [line for line in lines if not line.is_met]
    table = [
        "x: the time of `sqlite-utils --version` in the same environment, run next to it each time.",
        "Large: 100,000 patients, 400,000 sessions. Empty: one patient, so that there is someone to show.",
        *map(str, lines),
        f"{len(lines) - len(missed)} met, {len(missed)} missed; {rounds} rounds",
    ]
    if asked.as_json:
        found = [asdict(line) | {"met": line.is_met} for line in lines]
        print(json.dumps({"rounds": rounds, "lines": found}, indent=1))
    else:
        print(*table, sep="\n")
    if asked.record:
        before, mark, rest = PAGE.read_text(encoding="utf-8").partition("<!-- results -->\n")
        after = rest.split("\n```\n", 1)[1]
        PAGE.write_text(before + mark + "\n".join(["```text", *table, "```", ""]) + after, encoding="utf-8")
    return 1 if missed else 0


def _first_patient(file: Path, folder: Path) -> None:
    """The empty record's one patient, the first time it is used."""
    from microsclero.store import open_store

    with open_store(file) as store:
        if store.value("select count(*) from patient"):
            return
    document = folder / "first.json"
    document.write_text('{"given_name": "Only", "family_name": "One", "born_on": "1980-02-03"}', encoding="utf-8")
    run((*DESK, "patient", "add", "--json", "--answers", str(document)), environment(file))


if __name__ == "__main__":
    sys.exit(main())

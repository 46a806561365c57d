"""The long crash and race tests, run together; their figures are written to docs/proof.md."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "proof.md"
# The long versions, and the short ones that bear figures, with their controls.
WHAT = (
    "tests/store/test_killed.py",
    "tests/store/test_race.py",
    "tests/store/test_backup.py",
    "tests/cli/test_races.py",
)
HEAD = """# Proof

Written by `make proof`: processes killed in the middle of writing, desks racing for one time, backups under load.
Every figure comes from a test of that name; a control, which must fail without lock, trigger or transaction, stands
beside each. The machine has 2 shared cores.

| Test | Figures | Seconds |
|---|---|---|
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-m", "proof or not proof", f"--junitxml={report}", *WHAT],
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            return done.returncode
        PAGE.write_text(HEAD + "".join(rows(report)), encoding="utf-8")
    sys.stdout.write(f"Written: {PAGE.relative_to(ROOT)}\n")
    return 0


def rows(report: Path) -> list[str]:
    """A line for each test that noted figures."""
    lines = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  our own report, a moment old
        figures = [f"{each.get('value')} {each.get('name')}" for each in case.iter("property")]
        if figures:
            name = str(case.get("name")).removeprefix("test_").replace("_", " ")
            lines.append(f"| {name} | {', '.join(figures)} | {float(case.get('time') or 0):.0f} |\n")
    return lines


if __name__ == "__main__":
    sys.exit(main())

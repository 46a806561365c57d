"""What the tests of the command line have in common."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import Line


@pytest.fixture
def now(run: Line) -> Line:
    """The same clinic by the computer's own clock, as the program at a terminal has it."""
    return run.at(datetime.now(UTC))

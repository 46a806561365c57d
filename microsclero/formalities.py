"""What is asked of an intake before what it found: the form, its version, a signature, its age."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from microsclero.dates import show_date
from microsclero.errors import Reason


def formalities(
    *, form: str, version: str, signed_on: date | None, today: date, version_in_force: str, valid_days: int = 90
) -> Iterator[Reason]:
    """Why no session can be planned on this paper, whatever its answers; nothing when it is in order."""
    if form != "intake":
        yield Reason("no_intake", "Sessions are planned on an intake, not on a session's screening: screen first.")
    if version != version_in_force:
        message = f"The questions have changed since this intake (now {version_in_force}): screen again."
        yield Reason("intake_version", message, {"version": version})
    if signed_on is None:
        yield Reason("intake_unsigned", "The intake is not signed: finish it with screen.")
    elif signed_on > today:
        message = f"The intake bears a date still to come ({show_date(signed_on)}): check the clock, and screen again."
        yield Reason("intake_too_old", message, {"signed_on": signed_on.isoformat()})
    elif (today - signed_on).days > valid_days:
        message = f"The intake was signed on {show_date(signed_on)}, more than {valid_days} days ago: screen again."
        yield Reason("intake_too_old", message, {"signed_on": signed_on.isoformat()})

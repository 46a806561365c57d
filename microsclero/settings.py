"""Where the clinic file is and who sits at the desk: flag, then environment, then the desk's own config.toml."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from microsclero.errors import FileError, UsageError

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The computer's clock, in UTC."""
    return datetime.now(UTC)


class Settings(NamedTuple):
    """What one call of the program stands on; resolved once, handed on, never looked up again."""

    file: Path | None = None
    who: str | None = None
    clock: Clock = system_clock

    def with_line(self, *, file: Path | None, who: str | None) -> Settings:
        """The same settings with what the command line and the environment say."""
        file = file or _path(os.environ.get("MICROSCLERO_FILE"))
        who = who or os.environ.get("MICROSCLERO_AS") or None
        return self._replace(file=file or self.file, who=who or self.who)

    def clinic_file(self) -> Path:
        """The clinic file: as given, else the desk's own setting, else the platform's data folder."""
        named = self.file or _path(desk_config().get("file")) or default_file()
        if "\0" in str(named):
            raise FileError("No clinic file can have such a name: it holds a NUL character.", code="file_missing")
        return named

    def actor(self) -> str | None:
        """The initials of who sits here, where they are known."""
        return self.who or desk_config().get("as")


def _path(text: str | None) -> Path | None:
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError:
        raise FileError(
            f"There is no such account's home folder as {str(text).split('/')[0]}.", code="file_missing"
        ) from None


def default_file() -> Path:
    """The clinic file's place where nobody names another."""
    import platformdirs

    return Path(platformdirs.user_data_dir("microsclero", appauthor=False)) / "clinic.db"


def config_file() -> Path:
    """The desk's own settings: path of the file, printer, who usually sits there."""
    named = os.environ.get("MICROSCLERO_CONFIG")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("microsclero", appauthor=False)) / "config.toml"


def desk_config() -> dict[str, str]:
    """config.toml of this desk: `file`, `as`, `printer`; UsageError when it can't be read."""
    path = config_file()
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The desk's settings in {path} can't be read: {error}.", code="config") from None
    import tomllib

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The desk's settings in {path} are not valid TOML: {error}.", code="config") from None
    unknown = sorted(set(found) - {"file", "as", "printer"})
    wrong = sorted(key for key, value in found.items() if not isinstance(value, str))
    if unknown or wrong:
        raise UsageError(
            f"The desk's settings in {path} know file, as and printer, each a text; please mend: "
            f"{', '.join([*unknown, *wrong])}.",
            code="config",
        )
    return found

"""What the shell raises: each message says what to do, and each has its exit code (DESIGN, section 4)."""

from __future__ import annotations


class LinewalkerError(Exception):
    """Something that the user can mend; the message names the file, line or URL."""

    exit_code = 1


class ConfigError(LinewalkerError):
    """The configuration or the arguments are wrong."""


class NothingDoneError(LinewalkerError):
    """Nothing could be done at all."""

    exit_code = 2


class InterruptedRunError(LinewalkerError):
    """A signal ended a run that was at work; what it had stored is kept."""

    exit_code = 130  # after Ctrl-C; a run that SIGTERM or SIGHUP ended has theirs

    def __init__(self, message: str, exit_code: int = 130) -> None:
        super().__init__(message)
        self.exit_code = exit_code

"""`linewalker init`: a folder becomes a place to run in."""

from __future__ import annotations

import getpass
import os
import platform
import re
from pathlib import Path

from linewalker.config import CONFIG_NAME, template
from linewalker.errors import ConfigError


def write_config(folder: Path, contact: str) -> tuple[Path, str]:
    """Writes linewalker.toml and gives its path and the contact in it; an existing file is never replaced."""
    path = folder / CONFIG_NAME
    used = contact or default_contact()
    if not re.fullmatch(r"[^\s\"\\()]{3,200}", used):
        raise ConfigError(f"{used!r} cannot stand in a User-Agent; give a mail address or a web page with --contact")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template().replace('contact = ""', f'contact = "{used}"', 1))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise ConfigError(f"{path} is there already; edit it, or name another folder") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    return path, used


def default_contact() -> str:
    """The mail address that cron would write to: this user at this machine."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "operator"
    return f"{user}@{platform.node() or 'localhost'}"

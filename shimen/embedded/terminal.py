"""Lines for the person at the terminal, who may be gone already."""

from __future__ import annotations

import contextlib
import os
import sys


def say(chinese: str, english: str = "") -> None:
    """Print one short line; a closed terminal or pipe is no reason to stop serving."""
    line = f"{chinese}  ·  {english}" if english else chinese
    try:
        print(line, flush=True)
    except UnicodeEncodeError:
        print(english or ascii(chinese), flush=True)
    except (OSError, ValueError):
        _mute()


def _mute() -> None:
    """Point stdout nowhere, so that the interpreter does not fail once more while it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)

"""Which modules write the trial street besides coverage: named by the apps above, imported only when a street is written.

Every process would otherwise carry the made-up town's words and, through its rounds, numpy: 11 MB.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

_modules: dict[str, str] = {}


def then(app: str, module: str) -> None:
    """Let an app above write its part of the street, in the same transaction, in the order of the apps.

    `module` is a dotted name; its function `write` is given the scene that `coverage.trial.load` has made.
    """
    _modules[app] = module


def writers() -> Iterator[Callable[[Any], None]]:
    """The functions that were named, in order."""
    for module in _modules.values():
        yield importlib.import_module(module).write

"""Long stretches of work that make many small objects and no cycles, without the collector looking for cycles.

A full collection walks everything that the process has ever imported; a comparison sets off several, for nothing: a
tenth of its time.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def uncollected(work: Callable[P, T]) -> Callable[P, T]:
    """A function during which cycles are not looked for; counting of references frees as always."""

    @functools.wraps(work)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> T:
        was = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            if was:
                gc.enable()

    return quiet

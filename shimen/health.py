"""Is the process alive, and is everything behind it ready? For load balancers, compose and the supervisor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.cache import cache
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shimen.accounts.access import Gate, allow

logger = logging.getLogger(__name__)
_known: dict[str, bool] = {}


@allow(Gate.PUBLIC)
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@allow(Gate.PUBLIC)
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Each part with "ok" or "failed"; 503 unless all are. Reasons go to the log, not to the world."""
    parts = {name: _try(name, probe) for name, probe in PROBES.items()}
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _try(name: str, probe: Callable[[], bool]) -> str:
    try:
        return "ok" if probe() else "failed"
    except Exception:
        logger.exception("not ready: %s", name)
        return "failed"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _cache() -> bool:
    # Written and read back: a full or read-only server answers PING, too.
    cache.set("readyz", "here", timeout=30)
    return bool(cache.get("readyz") == "here")


def _migrations() -> bool:
    """No migration of this code is missing in the database. A yes is kept: code does not change under a process."""
    if not _known.get("migrated"):
        executor = MigrationExecutor(connection)
        _known["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _known["migrated"]


def _trigrams() -> bool:
    """Under LC_CTYPE=C trigrams of Chinese text are empty, and every fuzzy search silently finds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(show_trgm('石门二路')) > 0")
        return bool(cursor.fetchone()[0])


PROBES: dict[str, Callable[[], bool]] = {
    "database": _database,
    "cache": _cache,
    "migrations": _migrations,
    "trigrams": _trigrams,
}


@register(Tags.database)
def check_locale(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """`check --database default` and `migrate` refuse a database in which Chinese cannot be searched."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT datlocprovider = 'b' AND datlocale = 'C.UTF-8' OR datctype NOT IN ('C', 'POSIX') "
                "FROM pg_database WHERE datname = current_database()"
            )
            if not cursor.fetchone()[0]:
                hint = "initdb --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8"
                found.append(Error("中文检索需要 C.UTF-8 的数据库。", hint=hint, id="shimen.E001"))
    return found


urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

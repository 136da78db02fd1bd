"""`manage.py up` as Django lists it. `manage.py` itself takes the plain form, so that the supervisor stays small."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Bring up the trial: postgres and valkey from their wheels, migrations, the made-up street if the database "
        "is empty, web, worker and beat. Ctrl-C takes it down. SHIMEN_PORT and SHIMEN_VAR choose port and folder."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        from shimen.embedded import supervisor

        sys.exit(supervisor.up())

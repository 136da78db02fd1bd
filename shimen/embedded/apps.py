from __future__ import annotations

import os
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class EmbeddedConfig(AppConfig):
    name = "shimen.embedded"
    verbose_name = "内置服务"

    def ready(self) -> None:
        connection_created.connect(_count_in, dispatch_uid="shimen.embedded")


def _count_in(**_: Any) -> None:
    """A process that opens the trial's own database without `manage.py` (a script, gunicorn by hand) is a user too:
    the command that started the servers does not stop them under it."""
    from shimen.embedded import commands, layout, services

    if commands.needs_servers(["connected"], os.environ):
        services.use(layout.at(), seconds=5)

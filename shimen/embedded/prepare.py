"""What must be true before the web starts: schema, static files, and a street to look at. Run by the supervisor."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from shimen.embedded.terminal import say


def prepare() -> None:
    """Bring the database and the static files up to the code; fill an empty database with the trial street."""
    say("更新表结构", "migrating")
    call_command("migrate", interactive=False, verbosity=1, stdout=sys.stderr)
    if _static_is_stale():
        say("收集静态文件", "collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0, clear=False, stdout=sys.stderr)
    if _is_empty():
        say("载入示例街道（全部虚构）", "loading the made-up street")
        call_command("load_trial")


def _is_empty() -> bool:
    from shimen.territory.models import Street

    return not Street.objects.exists()


def _static_is_stale() -> bool:
    """Whether a source is newer than what was collected last (by time: hashing everything would take seconds)."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    sources = (path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*"))
    return any(path.stat().st_mtime > collected for path in sources)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shimen.settings")
    django.setup()
    prepare()

"""What activities hear of from organisations: one that is dissolved does not host what is still to come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from branches import signals
from branches.life import links
from branches.models import Activity, ActivityHost, Organisation
from shimen.accounts.models import User
from shimen.audit.record import record


def hear_dissolved(*, organisation: Organisation, actor: User, at: dt.datetime, **_: Any) -> None:
    """It is taken out of planned activities that others lead, and its secret address for calendars ends. What was held stays
    as it was. Restoring does not bring this back: the others have planned on without it."""
    rows = ActivityHost.objects.filter(organisation=organisation, activity__state=Activity.State.PLANNED)
    for host in rows.exclude(activity__lead=organisation).select_related("activity"):
        activity = host.activity
        host.delete()
        activity.is_joint = activity.hosts.count() > 1
        activity.revision += 1
        activity.save(update_fields=["is_joint", "revision"])
        record(
            verb="life.lose_host", target=activity, actor=actor, at=at, before={"hosts": [str(organisation)]}, after={}
        )  # fmt: skip
    links.stop(organisation=organisation, actor=actor, at=at)


def register() -> None:
    """Called once from `BranchesConfig.ready()`."""
    signals.organisation_dissolved.connect(hear_dissolved, dispatch_uid="life")

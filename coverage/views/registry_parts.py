"""What the registry puts into the frame around every page."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

from coverage.models import Entity
from coverage.views.workers import READERS
from shimen import navigation
from shimen.accounts.access import EVERY_WORKER, scope_of

SECONDS = 60


def entities_in_sight(request: HttpRequest) -> int:
    """How many entities the person looks after, remembered for a minute: it stands beside every page."""
    scope = scope_of(request.user)
    areas = "all" if scope.area_ids is None else ",".join(sorted(area.hex for area in scope.area_ids))
    key = f"entities-in-sight:{scope.street_id}:{hashlib.sha256(areas.encode()).hexdigest()[:16]}"
    known: int | None = cache.get(key)
    if known is None:
        known = Entity.objects.visible_to(request.user).listed().count()
        cache.set(key, known, SECONDS)
    return known


ENTRIES = (
    navigation.Entry(
        "市场主体",
        icon="building-store",
        url="coverage:entities",
        pillar=navigation.Pillar.COVERAGE,
        roles=EVERY_WORKER,
        place=10,
        under=("/entities/",),
        count=entities_in_sight,
    ),
    navigation.Entry(
        "从业人员",
        icon="users",
        url="coverage:workers",
        pillar=navigation.Pillar.COVERAGE,
        roles=READERS,
        place=20,
        under=("/workers/",),
    ),
)

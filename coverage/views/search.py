"""The search box in the top bar: entities, people and doors by what was typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from coverage.matching.pinyin import query
from coverage.models import Entity, Worker
from coverage.views.workers import may_read_workers
from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow
from shimen.audit import record as audit
from shimen.territory.models import Place
from shimen.web import render

FEW = 8
MANY = 30


@require_GET
@allow(*EVERY_WORKER)
def search(request: HttpRequest) -> HttpResponse:
    """What is found; while typing only a few entities and doors below the box, people on the page alone."""
    typed = query(request.GET.get("q", ""))[:60]
    is_typing = bool(getattr(request, "htmx", False))
    context = {"typed": typed, **_found(request, typed, is_typing=is_typing)} if typed else {"typed": ""}
    return render(request, "coverage/search.html", context, part="suggestions")


def _found(request: HttpRequest, typed: str, *, is_typing: bool) -> dict[str, Any]:
    few = FEW if is_typing else MANY
    entities = Entity.objects.visible_to(request.user).listed().search(typed)
    places = Place.objects.visible_to(request.user).filter(address__contains=typed.replace(" ", "")).order_by("address")
    people: list[Worker] = []
    # Every look at people is a line in the log: not at each key pressed, and not for a single letter.
    if not is_typing and len(typed) > 1 and may_read_workers(request):
        found = Worker.objects.visible_to(request.user).current().search(typed)
        people = list(found.by_pinyin().select_related("entity").defer("phone_sealed", "provenance")[:few])
    if people:
        audit.seen(target=Worker, actor=request.user, at=clock.now(), rows=len(people), reason="搜索")
    listed = entities.by_pinyin().select_related("area").only(
        "name", "trade_sign", "code", "address", "presence", "area__name"
    )  # fmt: skip
    return {
        "entities": listed[: few + 1],
        "people": people,
        "places": places.select_related("area")[:few],
        "few_slice": f":{few}",
    }

"""The overview: three pillars, each a question; what is late today; and panels that the apps bring.

Every number comes from `shimen.figures`. Apps bring the rest in `AppConfig.ready()`:

    overview.lead(Pillar.COVERAGE, "entities", beside=(("在营", "entities_operating"),))   # one of a pillar's figures
    overview.mention(Pillar.COVERAGE, "street_shops")                                     # a word in its footer
    overview.add_work(work)       # (user) -> what asks to be done today
    overview.add_panel(Panel("coverage/overview_round.html", round_panel))                # (user) -> context or None

Only what exists is shown: a pillar without figures says in one sentence what will stand there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, allow
from shimen.figures.registry import Pillar, find
from shimen.figures.values import Value, values
from shimen.territory import layers, picture
from shimen.web import render

if TYPE_CHECKING:
    from shimen.accounts.models import User
    from shimen.territory.models import Street

WORK_SHOWN = 7
FIGURES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Work:
    """Something to be done: a sentence that is a link, the reason, and by when. What is late is an alarm."""

    title: str
    url: str
    icon: str
    reason: str = ""
    when: str = ""
    due: dt.date | None = None
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of its own below the pillars: a template and what it needs; None leaves it out."""

    template: str
    context: Callable[[User], dict[str, Any] | None]
    place: int = 50
    columns: int = 6


@dataclass(frozen=True, slots=True)
class _Lead:
    key: str
    beside: tuple[tuple[str, str], ...] = ()
    alarm: bool = False
    words: str = ""
    place: int = 50


@dataclass(slots=True)
class _Face:
    """How a pillar looks: the name it has in the seed, its question, and what is said while it is empty."""

    title: str
    short: str
    question: str
    empty: str
    leads: list[_Lead] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)


_FACES = {
    Pillar.COVERAGE: _Face("立足点", "覆盖", "哪里还没有兜住", "名册建好后，这里数市场主体、从业人员和走访。"),
    Pillar.INTEGRATION: _Face("融合点", "共治", "什么卡住了", "有了诉求和事项，这里看哪一级在办、什么超了期。"),
    Pillar.EMPOWERMENT: _Face(
        "发力点", "赋能", "谁还没有得到支持", "阵地、每周菜单和三张清单建好后，这里看谁还没有得到支持。"
    ),
}
_workers: list[Callable[[User], Iterable[Work]]] = []
_panels: list[Panel] = []


def lead(
    pillar: Pillar,
    key: str,
    *,
    beside: tuple[tuple[str, str], ...] = (),
    words: str = "",
    alarm: bool = False,
    place: int = 50,
) -> None:
    """Put a figure among a pillar's four. Below it stand `words`, or else the figures named in `beside` and the change
    since the last round; `alarm` reddens it above 0; the four of the lowest
    `place` are shown."""
    leads = _FACES[pillar].leads
    leads.append(_Lead(key, beside, alarm, words, place))
    leads.sort(key=lambda lead: lead.place)


def mention(pillar: Pillar, *keys: str) -> None:
    """Name figures in a pillar's footer."""
    _FACES[pillar].mentions.extend(keys)


def add_work(source: Callable[[User], Iterable[Work]]) -> None:
    """Let `source(user)` say what asks to be done."""
    _workers.append(source)


def add_panel(*panels: Panel) -> None:
    """Add cards."""
    _panels.extend(panels)


def work_for(user: User) -> list[Work]:
    """Everything that asks to be done, the late first, then by day."""
    found = [work for source in _workers for work in source(user)]
    return sorted(found, key=lambda work: (not work.alarm, work.due or dt.date.max))


def _line(value: Value, beside: Iterable[tuple[str, Value]]) -> str:
    """在营 2,034，较上轮 +11."""
    words = [f"{name} {_told(side)}" for name, side in beside]
    if len(value.course) > 1 and not value.figure.per:
        change = value.course[-1] - value.course[-2]
        words.append(f"较上轮 {'+' if change > 0 else '−'}{abs(change):,}" if change else "与上轮持平")
    return "，".join(words) or value.figure.definition.split("，")[0].split("；")[0].rstrip("。")


def _told(side: Value) -> str:
    """A number beside another: whole, or with the places of its figure; a share or an area with its sign."""
    number = f"{side.number:,.{side.places}f}".replace("-", "−")
    return f"{number} {side.unit}" if side.unit in {"%", "㎡"} else number


def _counted(user: User, street: Street) -> dict[str, Value]:
    """Only what is shown, and the course of earlier rounds only for the large figures: counting the past is dear."""
    leads = [lead for face in _FACES.values() for lead in face.leads[:FIGURES_SHOWN]]
    large = {lead.key for lead in leads if find(lead.key)}
    small = {key for lead in leads for _, key in lead.beside} | {key for f in _FACES.values() for key in f.mentions}
    keys = {key for key in small | large if find(key)}
    return values(street=street, on=clock.today(), user=user, keys=keys, course=large)


def _pillars(user: User, street: Street) -> list[dict[str, Any]]:
    counted = _counted(user, street)
    pillars = []
    for face in _FACES.values():
        leads = [lead for lead in face.leads if lead.key in counted][:FIGURES_SHOWN]
        figures = [
            {
                "value": counted[lead.key],
                "line": lead.words
                or _line(counted[lead.key], [(name, counted[key]) for name, key in lead.beside if key in counted]),
                "alarm": lead.alarm and counted[lead.key].number > 0,
            }
            for lead in leads
        ]
        mentions = [counted[key] for key in face.mentions if key in counted]
        pillars.append({"face": face, "figures": figures, "mentions": mentions})
    return pillars


@allow(*EVERY_WORKER)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The first page of street staff; others see the same within their areas."""
    street, layer = request.user.street, layers.find(request.GET.get("layer", "")) or layers.find("")
    context = {
        "today": clock.today(),
        "pillars": _pillars(request.user, street),
        "layer": layer if picture.can_be_drawn(street) else None,
    }
    return render(request, "overview.html", context)


@allow(*EVERY_WORKER)
@require_GET
def work_card(request: HttpRequest) -> HttpResponse:
    """今天要处理, the part of the page that asks every room: brought by itself, so that the numbers stand there first;
    the most urgent, or all of it (`?all`)."""
    work = work_for(request.user)
    shown = work if "all" in request.GET else work[:WORK_SHOWN]
    context = {"work": shown, "all": len(work), "more": len(work) - len(shown)}
    return render(request, "overview_work.html", context)


@allow(*EVERY_WORKER)
@require_GET
def map_card(request: HttpRequest) -> HttpResponse:
    """The street with the chosen layer."""
    layer = layers.find(request.GET.get("layer", "")) or layers.find("")
    context = {
        "picture": picture.of_layer(layer, request.user, facts=layer.facts(request.user)) if layer else None,
        "layers": [(each.key, each.title) for each in layers.every()],
        "map_url": reverse("territory:map"),
    }
    return render(request, "overview_map.html", context)


@allow(*EVERY_WORKER)
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The cards that the apps bring, below the first screen."""
    panels = [
        {"template": panel.template, "columns": panel.columns, **context}
        for panel in sorted(_panels, key=lambda panel: panel.place)
        if (context := panel.context(request.user)) is not None
    ]
    shown = panels if len(panels) > 1 else [panel | {"columns": 12} for panel in panels]
    return render(request, "overview_cards.html", {"panels": shown})


urlpatterns: list[URLPattern] = [
    path("overview/", overview, name="overview"),
    path("overview/work/", work_card, name="overview-work"),
    path("overview/map/", map_card, name="overview-map"),
    path("overview/cards/", cards, name="overview-cards"),
]

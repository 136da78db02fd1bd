"""The rows of the registry's two long lists, written directly.

A template resolves some thousand variables for fifty rows, which was half of the processor time of the whole page
(`make bench SUITE=lists`). Everything that comes from data goes through `escape`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from coverage.models import Entity, Worker
from shimen import clock
from shimen.territory.addresses import spaced

register = template.Library()
PRESENCE = {
    Entity.Presence.OPEN: '<span class="chip g">在营</span>',
    Entity.Presence.UNKNOWN: '<span class="chip">未访到</span>',
    Entity.Presence.CLOSED: '<span class="chip y">关闭</span>',
    Entity.Presence.MOVED: '<span class="chip y">搬走</span>',
}
REGISTRATION = {value: f'<span class="chip r">{label}</span>' for value, label in Entity.Registration.choices}
MEMBERS = frozenset({Worker.Standing.MEMBER, Worker.Standing.PROBATIONARY})
STANDING = dict(Worker.Standing.choices)


def _day(on: dt.date | None, year: int) -> str:
    """11-18 within the year, else the whole date, as everywhere (look.day)."""
    if on is None:
        return ""
    return on.strftime("%m-%d") if on.year == year else on.isoformat()


@register.simple_tag
def entity_rows(entities: Iterable[Entity]) -> SafeString:
    """Table rows: name, code, address, grid, industry, operator, headcount, what was found at the door."""
    home, year = reverse("coverage:entities"), clock.today().year
    return SafeString("\n".join(_entity(entity, home, year) for entity in entities))


def _entity(e: Entity, home: str, year: int) -> str:
    name = escape(e.name)
    sub = f'<br><span class="sub">{name}</span>' if e.trade_sign and e.trade_sign != e.name else ""
    grid = escape(e.area.name) if e.area else ""
    count = "" if e.headcount is None else e.headcount
    return (
        f'<tr><td><a href="{home}{e.pk}/">{escape(e.trade_sign) or name}</a>{sub}</td>'
        f'<td class="code">{escape(e.code)}</td><td>{escape(spaced(e.address))}</td><td class="nw">{grid}</td>'
        f'<td>{e.industry_in_short}</td><td>{escape(e.legal_person)}</td><td class="num">{count}</td>'
        f'<td class="nw">{_state(e)} <span class="sub">{_day(e.presence_on, year)}</span>{_missing(e, year)}</td></tr>'
    )


def _state(e: Entity) -> str:
    if e.removed_at is not None:
        return '<span class="chip">已移出</span>'
    if e.registration_status != Entity.Registration.EXISTING:
        return REGISTRATION.get(e.registration_status, "")
    return PRESENCE.get(e.presence, "")  # type: ignore[call-overload]


def _missing(e: Entity, year: int) -> str:
    if e.missing_since is None:
        return ""
    return f'<br><span class="sub warn">部门名册里不见了，{_day(e.missing_since, year)} 起</span>'


@register.simple_tag
def worker_rows(workers: Iterable[Worker]) -> SafeString:
    """Table rows: name, post, entity, masked number, standing, days."""
    people, homes, year = reverse("coverage:workers"), reverse("coverage:entities"), clock.today().year
    return SafeString("\n".join(_worker(worker, people, homes, year) for worker in workers))


def _worker(w: Worker, people: str, homes: str, year: int) -> str:
    left = f' <span class="sub">{_day(w.left_on, year)} 离开</span>' if w.left_on else ""
    return (
        f'<tr><td><a href="{people}{w.pk}/">{escape(w.name)}</a></td><td>{escape(w.post)}</td>'
        f'<td><a href="{homes}{w.entity_id}/">{escape(str(w.entity))}</a></td><td class="code">{escape(w.phone_mask)}</td>'
        f'<td>{_standing(w)}</td><td class="nw">{_day(w.joined_on, year)}{left}</td></tr>'
    )


def _standing(w: Worker) -> str:
    words = STANDING.get(w.standing, "")
    if w.standing not in MEMBERS:
        return f'<span class="sub">{words}</span>'
    return f'<span class="chip">{words}{"，组织关系在外" if w.is_affiliated_elsewhere else ""}</span>'

"""The parts that pages are made of. Loaded everywhere (settings: builtins), so no page says `{% load %}`.

Each tag takes plain values and draws one part; the templates are in templates/components/, all of them side by side at
/_gallery/ in trial and test mode. Widths that come from data become SVG attributes, never `style=` (strict CSP).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shimen import clock
from shimen.accounts.access import address_for
from shimen.territory import addresses

register = template.Library()

TONES = {
    "": "",
    "plain": "",
    "b": "b",
    "blue": "b",
    "g": "g",
    "green": "g",
    "y": "y",
    "amber": "y",
    "r": "r",
    "red": "r",
}
WEEKDAYS = "一二三四五六日"
MINUS = "\N{MINUS SIGN}"


@register.simple_tag(takes_context=True)
def address_if_open(context: Context, name: str, *args: Any) -> str:
    """The address of a page for those who may open it, '' for others: `{% address_if_open "coverage:stop" pk as url %}`."""
    return address_for(context["request"].user, name, *args)


# ---- figures and days


@register.filter
def spaced(text: str | None) -> str:
    """An address as it is printed: 望桥路 45 号."""
    return addresses.spaced(text or "")


@register.filter
def num(value: Any, places: int = 0) -> str:
    """2063 → 2,063; `places` decimals; a true minus sign; "" for nothing."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value))
    text = f"{abs(number):,.{places}f}"
    return f"{MINUS}{text}" if number < 0 and text.strip("0.,") else text


@register.filter
def percent(part: Any, whole: Any = None) -> str:
    """`part|percent:whole` → 61.0 %; alone, a share between 0 and 1. "" when there is no whole."""
    if part is None or whole == 0:
        return ""
    share = Decimal(str(part)) / (Decimal(str(whole)) if whole is not None else 1)
    return f"{num(share * 100, 1)} %"


def _as_day(value: dt.date | dt.datetime | str) -> dt.date:
    if isinstance(value, str):
        return dt.date.fromisoformat(value[:10])
    return clock.day_of(value) if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | dt.datetime | str | None) -> str:
    """11-18 within the year, 2025-11-18 beyond it; also takes ISO text, as provenance keeps it."""
    if not value:
        return ""
    on = _as_day(value)
    return on.strftime("%m-%d") if on.year == clock.today().year else on.isoformat()


@register.filter
def long_day(value: dt.date | dt.datetime | None) -> str:
    """2026 年 11 月 23 日，星期一."""
    if not value:
        return ""
    on = _as_day(value)
    return f"{on.year} 年 {on.month} 月 {on.day} 日，星期{WEEKDAYS[on.weekday()]}"


@register.filter
def weekday(value: dt.date | dt.datetime | None) -> str:
    """周一, as tables say it."""
    return f"周{WEEKDAYS[_as_day(value).weekday()]}" if value else ""


@register.filter
def span(first: dt.date, last: dt.date) -> str:
    """11 月 16 日至 29 日; the month is said once, the year only where it is not this one."""
    begin = f"{first.month} 月 {first.day} 日"
    if first.year != clock.today().year:
        begin = f"{first.year} 年 {begin}"
    end = f"{last.day} 日" if (first.year, first.month) == (last.year, last.month) else f"{last.month} 月 {last.day} 日"
    return f"{begin}至 {end}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """今天 09:12, 昨天 18:05, 11-18 10:26."""
    if not value:
        return ""
    time = value.astimezone(clock.SHANGHAI).strftime("%H:%M")
    near = {0: "今天", 1: "昨天"}.get((clock.today() - _as_day(value)).days)
    return f"{near or day(value)} {time}"


@register.filter
def due(value: dt.date | dt.datetime | None) -> str:
    """今天, 明天, 后天, 9 天, 超 2 天."""
    if not value:
        return ""
    days = (_as_day(value) - clock.today()).days
    if days < 0:
        return f"超 {-days} 天"
    return {0: "今天", 1: "明天", 2: "后天"}.get(days) or f"{days} 天"


@register.filter
def is_late(value: dt.date | dt.datetime | None) -> bool:
    return bool(value) and _as_day(value) < clock.today()  # type: ignore[arg-type]


@register.filter
def size(value: int) -> str:
    """Bytes as a person says them: 812 字节, 34 KB, 4.8 MB."""
    if value < 1024:
        return f"{value} 字节"
    return f"{value / 1024:.0f} KB" if value < 1024 * 1024 else f"{value / 1024 / 1024:.1f} MB"


# ---- single parts


def _icon(sprite: str, name: str, kind: str) -> SafeString:
    classes = f"ic {kind}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static(sprite), name)


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """An outline icon of the office sprite; always beside a word. `make build` collects the names that are used."""
    return _icon("icons.svg", name, kind)


@register.simple_tag
def phone_icon(name: str, kind: str = "") -> SafeString:
    """The same from the phone's own small sprite."""
    return _icon("phone-icons.svg", name, kind)


@register.simple_tag
def chip(text: Any, tone: str = "", icon: str = "") -> SafeString:
    """A state: plain 未开始, b 进行中, g 已办, y 待确认, r 超期."""
    drawn = _icon("icons.svg", icon, "") if icon else ""
    return format_html('<span class="{}">{}{}</span>', f"chip {TONES[tone]}".strip(), drawn, text)


@register.simple_tag
def note(text: Any, tone: str = "") -> SafeString:
    """A sentence that must be read: blue, `y` or `r` (which is announced)."""
    drawn = _icon("icons.svg", "alert-triangle" if tone else "info-circle", "")
    role = SafeString(' role="alert"') if TONES[tone] == "r" else ""
    return format_html('<p class="{}"{}>{}<span>{}</span></p>', f"note {TONES[tone]}".strip(), role, drawn, text)


def _share(value: Any, whole: Decimal) -> Decimal:
    return Decimal(str(value)) * 100 / whole if whole else Decimal(0)


@register.simple_tag
def bar(parts: Iterable[Sequence[Any]], label: str, height: int = 10) -> SafeString:
    """A stacked bar of (value, shade) pairs; shades s0 (rest) to s4 (alarm). `label` says the counts in words."""
    listed = [(Decimal(str(value)), shade) for value, shade, *_ in parts if value]
    whole = sum((value for value, _ in listed), Decimal(0))
    rects, left = [], Decimal(0)
    for value, shade in listed:
        width = _share(value, whole)
        rects.append((shade, f"{left:.2f}", f"{max(width - Decimal('0.25'), Decimal('0.3')):.2f}", height))
        left += width
    drawn = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="{}"/>', rects)
    kind = "bar tall" if height > 12 else "bar"
    return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', kind, label, drawn)


@register.simple_tag
def gauge(done: Any, total: Any, label: str = "") -> SafeString:
    """How much of `total` is done, as a two-part bar."""
    rest = max(Decimal(str(total or 0)) - Decimal(str(done or 0)), Decimal(0))
    return bar([(done, "s3"), (rest, "s0")], label or f"{num(done)}，共 {num(total)}")


@register.simple_tag
def phone_gauge(done: Any, total: Any, label: str = "") -> SafeString:
    """The bar of the phone's pages: one part on a track."""
    width = f"{_share(done, Decimal(str(total or 0))):.1f}"
    text = label or f"{num(total)} 家里 {num(done)} 家已有结果"
    return format_html('<svg class="bar" role="img" aria-label="{}"><rect width="{}%" height="8"/></svg>', text, width)


@register.simple_tag
def spark(values: Sequence[Any]) -> SafeString:
    """The course of a number over up to eight periods, oldest first; nothing for fewer than three or without change."""
    numbers = [float(value) for value in values][-8:]
    if len(numbers) < 3 or min(numbers) == max(numbers):
        return SafeString("")
    low, high = min(numbers), max(numbers)
    step = 54 / (len(numbers) - 1)
    points = [(2 + step * at, 19 - 16 * (value - low) / (high - low)) for at, value in enumerate(numbers)]
    return format_html(
        '<svg class="spark" viewBox="0 0 58 22" aria-hidden="true"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2.2"/></svg>',
        " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        f"{points[-1][0]:.1f}",
        f"{points[-1][1]:.1f}",
    )


# ---- parts with a template of their own


@register.inclusion_tag("components/figure.html")
def figure(
    title: str,
    value: Any,
    unit: str = "",
    url: str = "",
    qualifier: str = "",
    line: str = "",
    course: Sequence[Any] = (),
    alarm: bool = False,
    places: int = 0,
) -> dict[str, Any]:
    """A published number: its name, the value as a link to its rows, the unit, a line of denominator or reason.

    `qualifier` is 不少于 or 约 ("" = exact), `course` the last periods for the spark line.
    """
    return {
        "title": title,
        "value": num(value, places) if not isinstance(value, str) else value,
        "unit": unit,
        "url": url,
        "qualifier": qualifier,
        "line": line,
        "course": course,
        "alarm": alarm,
    }


@register.inclusion_tag("components/sum.html")
def sum_row(
    total: Mapping[str, Any], parts: Iterable[Mapping[str, Any]], aside: Iterable[Mapping[str, Any]] = ()
) -> dict:
    """Anything that must balance: total = part + part …; `aside` stands outside the sum.

    Each is a mapping with label, value and, where wanted, url, tone (`warn`, `bad`) and `current`.
    """
    return {"total": total, "parts": list(parts), "aside": list(aside)}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[Mapping[str, Any]], two: bool = False) -> dict[str, Any]:
    """Properties of one thing: label, value, source; `stale` colours the source, `code` sets the value in mono,
    `url` links it, `hint` follows it, `doubt` (with `doubt_url`) is a chip beside it. `two` leaves the source out."""
    return {"rows": list(rows), "two": two}


@register.inclusion_tag("components/timeline.html")
def timeline(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A story, newest first: title, url, text, when, who; `kind` k = learnt or solved, a = alarm; `old`, `new`."""
    return {"items": items}


@register.inclusion_tag("components/steps.html")
def steps(names: Sequence[str], now: int, missing: str = "") -> dict[str, Any]:
    """The steps of a job: those before `now` (counted from 0) are done; `missing` says what the current one lacks."""
    states = ["past" if at < now else "now" if at == now else "" for at in range(len(names))]
    return {"steps": list(zip(names, states, strict=True)), "missing": missing}


@register.inclusion_tag("components/rows.html")
def rows(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A work list, most urgent first: icon, title, url, reason, when, and `alarm` for what is late."""
    return {"items": items}


@register.inclusion_tag("components/empty.html")
def empty(title: str, hint: str = "", url: str = "", action: str = "", icon: str = "circle-check") -> dict[str, Any]:
    """What is true, when it changes, one action."""
    return {"title": title, "hint": hint, "url": url, "action": action, "icon": icon}


@register.inclusion_tag("components/undo.html", takes_context=True)
def undo(context: Context, text: Any, url: str = "") -> dict[str, Any]:
    """What was done, and a button that takes it back (a POST to `url`)."""
    return {"text": text, "url": url, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def undo_of(message: Any) -> str:
    """The address that takes back what a message reports, as `shimen.web.tell_done` wrote it; "" for none."""
    found = [tag for tag in (message.extra_tags or "").split() if tag.startswith("undo=")]
    return found[0].removeprefix("undo=") if found else ""


def _query(request: HttpRequest, changes: Mapping[str, Any]) -> str:
    kept = request.GET.copy()
    if "page" not in changes:
        kept.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            kept.pop(key, None)
        else:
            kept[key] = str(value)
    return f"?{kept.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's own query with some keys changed; None or "" drops one. `{% query page=3 %}` → ?q=…&page=3."""
    return _query(context["request"], changes)


@register.simple_tag
def query_of(request: HttpRequest, key: str, value: Any) -> str:
    """The same for a key whose name is a value itself."""
    return _query(request, {key: value})


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page, target: str = "") -> dict[str, Any]:
    """1 至 50，共 2,063 行, with the way on; `target` is the part that htmx replaces (else the whole page loads)."""
    return {"page": page, "request": context["request"], "target": target}


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: Context, form: BaseForm, target: str = "", found: int | None = None) -> dict[str, Any]:
    """A filter bar: the fields of a GET form in one line, their state in the URL, and how to clear them."""
    used = any(context["request"].GET.get(name) for name in form.fields)
    return {"form": form, "target": target, "found": found, "is_filtered": used, "request": context["request"]}


@register.simple_tag
def filter_widget(bound: BoundField) -> SafeString:
    """A field of a filter bar: small, and without the help that its label gives already."""
    kind = getattr(bound.field.widget, "input_type", "")
    if type(bound.field.widget) is forms.Select and not bound.errors:
        return _small_select(bound)
    classes = "form-select form-select-sm" if kind == "select" else "form-control form-control-sm"
    return bound.as_widget(attrs={"class": classes})


def _small_select(bound: BoundField) -> SafeString:
    """A plain select written directly: through Django's form templates seven of them cost more than the page's rows."""
    chosen = str(bound.value() or "")
    chosen_at = SafeString(' selected=""') if chosen else SafeString("")
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, chosen_at if str(value) == chosen else "", words) for value, words in bound.field.choices),  # type: ignore[attr-defined]
    )
    name, given = bound.html_name, bound.field.widget.attrs.get("id") or bound.auto_id
    return format_html('<select class="form-select form-select-sm" name="{}" id="{}">{}</select>', name, given, options)


@register.inclusion_tag("components/picks.html", takes_context=True)
def picks(context: Context, name: str, choices: Iterable[Sequence[Any]], label: str) -> dict[str, Any]:
    """Two to five views of one card as links: (value, words) pairs for the URL key `name`; the first is the default."""
    listed = list(choices)
    chosen = context["request"].GET.get(name) or (listed[0][0] if listed else "")
    return {"name": name, "choices": listed, "chosen": str(chosen), "label": label, "request": context["request"]}


MANY_BOXES = 8  # a longer list of boxes has a field that narrows it


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A form field: label above, help in one line, the error beside it; what was typed stays."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", type(widget).__name__.lower())
    if kind == "checkbox" and hasattr(widget, "choices"):
        kind = "checkboxselectmultiple"  # several boxes, which want a legend
    attributes = {"class": "form-select" if kind == "select" else "form-control"}
    if bound.errors:
        attributes |= {"class": f"{attributes['class']} is-invalid", "aria-invalid": "true"}
    if kind == "textarea" and widget.attrs.get("rows") == "10":
        attributes["rows"] = "4"
    is_long = kind == "checkboxselectmultiple" and len(bound) > MANY_BOXES
    return {"bound": bound, "kind": kind, "hint": hint or bound.help_text, "attributes": attributes, "is_long": is_long}


@register.simple_tag
def widget(bound: BoundField, attributes: Mapping[str, Any]) -> SafeString:
    """The field's input with the look's classes; help and error are announced with it (Django's aria-describedby)."""
    return bound.as_widget(attrs=dict(attributes))


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """All that is wrong, above the form, as links to the fields."""
    wrong = [(bound, bound.errors) for bound in form if bound.errors]
    general = form.non_field_errors()
    return {"wrong": wrong, "general": general, "count": len(wrong) + len(general)}


@register.inclusion_tag("components/file_drop.html")
def file_drop(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A place to drop a file on, with its progress; a plain file field without script."""
    return {"bound": bound, "hint": hint or bound.help_text}


@register.inclusion_tag("components/progress.html")
def progress(title: str, done: int, total: int, unit: str = "", stages: str = "", url: str = "") -> dict[str, Any]:
    """Long work: done of total, stages by name. With `url` the part asks for itself again until it ends; it can be
    left, and without script a link reloads the page."""
    return {"title": title, "done": done, "total": total, "unit": unit, "stages": stages, "url": url}


@register.inclusion_tag("components/map.html")
def street_map(picture: Any) -> dict[str, Any]:
    """A drawn map (`shimen.territory.picture.Picture`): no script, no tiles, its finding in words."""
    return {"drawing": picture.drawing, "words": picture.words}

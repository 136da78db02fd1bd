"""What a venue has: spaces with their hours, single days, equipment, a picture, codes to print, calendars to subscribe to."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import qr
from shimen import clock
from shimen.accounts.access import allow
from shimen.answering import attempt, press, status_of
from shimen.errors import DomainError
from shimen.web import render
from supply.bookings import feeds
from supply.forms.venues import DayForm, EndForm, EquipmentForm, PictureForm, SpaceForm, WeekForm
from supply.models import DayHours, Equipment, Space
from supply.pages.who import KEEPERS
from supply.venues import hours
from supply.venues import places as verbs
from supply.views.venues import kept


def _space(request: HttpRequest, space: uuid.UUID) -> Space:
    return get_object_or_404(Space.objects.run_by(request.user).select_related("venue__area"), pk=space)


def _address(row: Space) -> str:
    return reverse("supply:venue", args=[row.venue_id])


# ---- spaces


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def space_new(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """A space in a venue; its hours come next."""
    row = kept(request, venue)
    form = SpaceForm(request.POST or None)
    made = attempt(request, form, verbs.add_space, venue=row, values=lambda: dict(form.cleaned_data))
    if made is not None:
        messages.success(request, "空间已加上，接着写开放时间")
        return redirect("supply:space-hours", made.pk)
    return render(request, "supply/space_form.html", {"form": form, "venue": row}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def space_edit(request: HttpRequest, space: uuid.UUID) -> HttpResponse:
    """Other words, size or terms of a space."""
    row = _space(request, space)
    form = SpaceForm(request.POST or None, instance=row)
    if attempt(request, form, verbs.correct_space, space=row, values=lambda: dict(form.cleaned_data)) is not None:
        return redirect(_address(row))
    context = {"form": form, "venue": row.venue, "space": row}
    return render(request, "supply/space_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def space_retire(request: HttpRequest, space: uuid.UUID) -> HttpResponse:
    """A space is given up."""
    row = _space(request, space)
    form = EndForm(request.POST or None)
    if attempt(request, form, verbs.retire_space, space=row, reason=lambda: form.cleaned_data["reason"]) is not None:
        return redirect(_address(row))
    lines = [f"{row.floor_area} ㎡ 不再算进{row.venue}的面积", "不能再订；以前的预订保留", "可以恢复"]
    context = {"form": form, "venue": row.venue, "title": f"停用{row}", "button": "停用这个空间", "lines": lines}
    return render(request, "supply/venue_act.html", context, status=status_of(form))


@require_POST
@allow(*KEEPERS)
def space_restore(request: HttpRequest, space: uuid.UUID) -> HttpResponse:
    """Take back that a space was given up."""
    row = _space(request, space)
    return press(request, verbs.restore_space, space=row, done=f"{row}已恢复", back=_address(row))


# ---- when it is open


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def space_hours(request: HttpRequest, space: uuid.UUID) -> HttpResponse:
    """The week of a space."""
    row = _space(request, space)
    today = clock.today()
    known = hours.weeks_of([row], first=today, last=today)[row.pk].days
    form = WeekForm(request.POST or None, days={day: list(spans) for day, spans in known.items()})
    if request.method == "POST" and form.is_valid():
        try:
            hours.set_week(space=row, days=form.days(), actor=request.user, at=clock.now())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.sentence)
        else:
            messages.success(request, f"{row}的开放时间已改")
            return redirect(_address(row))
    return render(request, "supply/space_hours.html", {"form": form, "space": row}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def day_hours(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Other hours on one day."""
    row = kept(request, venue)
    form = DayForm(request.POST or None, spaces=row.spaces.in_use(), initial={"day": clock.today()})
    said = lambda key: lambda: form.cleaned_data[key]  # noqa: E731
    made = attempt(
        request, form, hours.set_day, venue=row, space=said("space"), day=said("day"), span=form.span,
        reason=said("reason"),
    )  # fmt: skip
    if made is not None:
        outside = made[1]
        if outside:
            named = "、".join(f"{each.starts_at.astimezone(clock.SHANGHAI):%H:%M} {each}" for each in outside[:4])
            messages.warning(request, f"当天有 {len(outside)} 场预订落在开放时间以外，请改期或取消：{named}")
        else:
            messages.success(request, "已登记，没有影响到预订")
        return redirect(f"{reverse('supply:venue', args=[row.pk])}?view=day&day={made[0].day.isoformat()}")
    return render(request, "supply/day_hours.html", {"form": form, "venue": row}, status=status_of(form))


@require_POST
@allow(*KEEPERS)
def day_hours_withdraw(request: HttpRequest, day_hours: uuid.UUID) -> HttpResponse:
    """The week holds again on that day."""
    row = get_object_or_404(DayHours.objects.run_by(request.user).select_related("venue"), pk=day_hours)
    back = reverse("supply:venue", args=[row.venue_id])
    return press(request, hours.withdraw_day, day_hours=row, done=f"{row.day:%m-%d} 照平常的时间开放", back=back)


# ---- equipment, picture


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def equipment_new(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """A thing that can be booked along."""
    row = kept(request, venue)
    form = EquipmentForm(request.POST or None)
    said = lambda key: lambda: form.cleaned_data[key]  # noqa: E731
    if attempt(request, form, verbs.add_equipment, venue=row, name=said("name"), note=said("note")) is not None:
        return redirect("supply:venue", row.pk)
    context = {"form": form, "venue": row, "title": "加设备", "button": "加上", "lines": []}
    return render(request, "supply/venue_act.html", context, status=status_of(form))


@require_POST
@allow(*KEEPERS)
def equipment_retire(request: HttpRequest, equipment: uuid.UUID) -> HttpResponse:
    """A thing is no longer lent."""
    row = get_object_or_404(Equipment.objects.run_by(request.user).select_related("venue"), pk=equipment)
    back = reverse("supply:venue", args=[row.venue_id])
    return press(request, verbs.retire_equipment, equipment=row, done=f"{row}已停用", back=back)


@require_POST
@allow(*KEEPERS)
def picture(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Put a picture beside a venue; none takes it away."""
    row = kept(request, venue)
    form = PictureForm(request.POST, request.FILES)
    file = form.cleaned_data["picture"] if form.is_valid() else None
    too_large = file is not None and file.size > verbs.PICTURE_LIMIT
    content = file.read(verbs.PICTURE_LIMIT + 1) if file is not None else None
    done = "照片已放上" if content and not too_large else "照片已取下"
    return press(
        request, verbs.set_picture, venue=row, content=content, done=done, back=reverse("supply:venue", args=[row.pk])
    )


# ---- codes to print, calendars


@require_GET
@allow(*KEEPERS)
def sheet(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """The codes of a venue on A4: its public page, and the door of each space that is booked."""
    row = kept(request, venue)
    public = request.build_absolute_uri(reverse("supply:venue-public", args=[row.token]))
    labels = [{"name": row.name, "say": "扫码看开放时间", "more": "不用登录，不留信息", "drawing": qr.draw(public)}]
    for space in row.spaces.in_use().filter(takes_bookings=True).order_by("place", "pk"):
        door = request.build_absolute_uri(reverse("supply:door-of-space", args=[space.door_token]))
        say = {
            "name": space.name,
            "say": "订了的扫码签到",
            "more": "输入预订页上的六位入场码",
            "drawing": qr.draw(door),
        }
        labels.append(say)
    sheets = [labels[at : at + 9] for at in range(0, len(labels), 9)]
    return render(request, "supply/venue_sheet.html", {"venue": row, "sheets": sheets})


@require_POST
@allow(*KEEPERS)
def code_renew(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Another address for the public page."""
    row = kept(request, venue)
    back = reverse("supply:venue", args=[row.pk])
    return press(request, verbs.renew_code, venue=row, done="阵地码已更换，重新打印张贴", back=back)


@require_POST
@allow(*KEEPERS)
def feed_issue(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """A calendar of the venue, or of one of its spaces, to subscribe to; shown once."""
    row = kept(request, venue)
    space = row.spaces.filter(pk=request.POST["space"]).first() if _is_id(request.POST.get("space")) else None
    token = feeds.issue(venue=row, space=space, actor=request.user, at=clock.now())
    url = request.build_absolute_uri(reverse("supply:feed", args=[token]))
    return render(request, "supply/feed_link.html", {"venue": row, "space": space, "url": url})


@require_POST
@allow(*KEEPERS)
def feed_stop(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """End such a calendar."""
    row = kept(request, venue)
    space = row.spaces.filter(pk=request.POST["space"]).first() if _is_id(request.POST.get("space")) else None
    back = reverse("supply:venue", args=[row.pk])
    return press(request, feeds.stop, venue=row, space=space, done="日历地址已停用", back=back)


def _is_id(text: str | None) -> bool:
    try:
        uuid.UUID(text or "")
    except ValueError:
        return False
    return True


URLS = [
    path("venues/<uuid:venue>/spaces/new/", space_new, name="space-new"),
    path("spaces/<uuid:space>/edit/", space_edit, name="space-edit"),
    path("spaces/<uuid:space>/hours/", space_hours, name="space-hours"),
    path("spaces/<uuid:space>/retire/", space_retire, name="space-retire"),
    path("spaces/<uuid:space>/restore/", space_restore, name="space-restore"),
    path("venues/<uuid:venue>/days/", day_hours, name="day-hours"),
    path("days/<uuid:day_hours>/withdraw/", day_hours_withdraw, name="day-hours-withdraw"),
    path("venues/<uuid:venue>/equipment/", equipment_new, name="equipment-new"),
    path("equipment/<uuid:equipment>/retire/", equipment_retire, name="equipment-retire"),
    path("venues/<uuid:venue>/picture/", picture, name="venue-picture"),
    path("venues/<uuid:venue>/codes/", sheet, name="venue-sheet"),
    path("venues/<uuid:venue>/codes/renew/", code_renew, name="venue-code-renew"),
    path("venues/<uuid:venue>/calendar/", feed_issue, name="feed-issue"),
    path("venues/<uuid:venue>/calendar/stop/", feed_stop, name="feed-stop"),
]

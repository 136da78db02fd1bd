"""轮值站长: the rota of a venue, swaps, and the station master's day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import clock
from shimen.accounts.access import allow
from shimen.accounts.models import Role, User
from shimen.answering import attempt, press, status_of
from shimen.navigation import Entry, Pillar
from shimen.web import render
from supply.forms.venues import MasterForm, NoteForm, PlanForm, SwapForm
from supply.models import HandoverNote, Shift, StationMaster, Swap, Venue
from supply.pages import calendars, station
from supply.pages.who import KEEPERS, READERS, keeps
from supply.rota import handover, shifts, swaps
from supply.views.venues import found, kept

ENTRIES = (
    Entry("今日阵地", icon="clipboard-check", url="supply:station", pillar=Pillar.EMPOWERMENT, roles=KEEPERS, place=11),
)
WEEKS = 5


# ---- the day


@require_GET
@allow(*KEEPERS)
def today(request: HttpRequest) -> HttpResponse:
    """One venue's day: who is on, what is booked, what was handed over, what else comes."""
    venues = station.venues_of(request.user)
    chosen = next((row for row in venues if str(row.pk) == request.GET.get("venue")), next(iter(venues), None))
    context: dict[str, Any] = {"venues": venues, "today": clock.today(), "chosen": chosen, "now": clock.now()}
    if chosen is not None:
        context |= station.day_of(chosen, user=request.user, on=clock.today())
        context["note_form"] = NoteForm(initial={"text": context["own_note"].text if context["own_note"] else ""})
    return render(request, "supply/station.html", context)


@require_POST
@allow(*KEEPERS)
def hand_over(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Write what the next one must know."""
    row = kept(request, venue)
    back = f"{reverse('supply:station')}?venue={row.pk}"
    return press(request, handover.write, venue=row, text=request.POST.get("text", ""), done="交接已记下", back=back)


@require_POST
@allow(*KEEPERS)
def handover_read(request: HttpRequest, note: uuid.UUID) -> HttpResponse:
    """The next one has read it."""
    row = get_object_or_404(HandoverNote.objects.visible_to(request.user), pk=note)
    back = f"{reverse('supply:station')}?venue={row.venue_id}"
    return press(request, handover.mark_read, note=row, done="已看过", back=back)


# ---- the rota


def _page(request: HttpRequest, row: Venue, *, status: int = 200, **more: Any) -> HttpResponse:
    today = clock.today()
    first = today - calendars.ONE * today.weekday()
    after = first + calendars.ONE * 7 * WEEKS
    days = calendars.masters(row, first=first, after=after)
    runs = keeps(request.user, row)
    people = list(row.masters.on(today).in_order().select_related("user"))
    counts = _counts(row, today)
    context = {
        "venue": row, "today": today, "weeks": [days[at : at + 7] for at in range(0, len(days), 7)], "keeps": runs,
        "people": [(person, *counts.get(person.pk, (0, 0))) for person in people],
        "swaps": Swap.objects.filter(shift__venue=row).open().select_related("shift__master", "to", "instead"),
        "plan_form": PlanForm(today=today, initial={"until": today + dt.timedelta(days=35)}),
        "master_form": MasterForm(users=_users(request), initial={"since": today}) if runs else None,
    }  # fmt: skip
    return render(request, "supply/rota.html", context | more, status=status)


def _counts(row: Venue, today: dt.date) -> dict[uuid.UUID, tuple[int, int]]:
    """By person: days of the last year and those ahead, and days off among them. For the rule, not for comparing people."""
    found: dict[uuid.UUID, tuple[int, int]] = {}
    rows = Shift.objects.filter(venue=row, day__gte=today - dt.timedelta(days=365))
    for master, is_off in rows.values_list("master_id", "is_holiday"):
        days, off = found.get(master, (0, 0))
        found[master] = (days + 1, off + is_off)
    return found


def _users(request: HttpRequest) -> Any:
    return User.objects.visible_to(request.user).filter(is_active=True, grants__role=Role.STATION_MASTER).distinct()


@require_GET
@allow(*READERS)
def rota(request: HttpRequest, seen: uuid.UUID) -> HttpResponse:
    """Who is on when, for five weeks."""
    return _page(request, found(request, seen))


@require_POST
@allow(*KEEPERS)
def rota_plan(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Fill the days without a master."""
    row = kept(request, venue)
    form = PlanForm(request.POST, today=clock.today())
    made = attempt(request, form, shifts.plan, venue=row, until=lambda: form.cleaned_data["until"])
    if made is None:
        return _page(request, row, status=422, plan_form=form)
    messages.success(request, f"排了 {made} 天" if made else "到那天都已经排好")
    return redirect("supply:rota", row.pk)


@require_POST
@allow(*KEEPERS)
def rota_anew(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Make the rota from tomorrow on anew."""
    row = kept(request, venue)
    back = reverse("supply:rota", args=[row.pk])
    return press(request, shifts.plan_anew, venue=row, done="明天以后的班重新排了，换过的班没有动", back=back)


@require_POST
@allow(*KEEPERS)
def master_new(request: HttpRequest, venue: uuid.UUID) -> HttpResponse:
    """Somebody takes turns."""
    row = kept(request, venue)
    form = MasterForm(request.POST, users=_users(request))
    said = lambda key: lambda: form.cleaned_data[key]  # noqa: E731
    made = attempt(
        request, form, shifts.add_master, venue=row, name=said("name"), unit=said("unit"), user=said("user"),
        since=said("since"),
    )  # fmt: skip
    if made is None:
        return _page(request, row, status=422, master_form=form)
    messages.success(request, f"{made}已加进名单，已排的班没有动；要马上轮到，点“重排”")
    return redirect("supply:rota", row.pk)


@require_POST
@allow(*KEEPERS)
def master_end(request: HttpRequest, master: uuid.UUID) -> HttpResponse:
    """Somebody takes no more turns from tomorrow on."""
    row = get_object_or_404(StationMaster.objects.visible_to(request.user).select_related("venue"), pk=master)
    back = reverse("supply:rota", args=[row.venue_id])
    until = clock.today() + calendars.ONE
    return press(
        request, shifts.end_master, master=row, until=until, done=f"{row}退出轮值，后面的班分给了别人", back=back
    )


# ---- swaps


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def swap_ask(request: HttpRequest, shift: uuid.UUID) -> HttpResponse:
    """Ask another master to take a day, or to exchange it."""
    rows = Shift.objects.visible_to(request.user).select_related("venue__area", "master")
    row = get_object_or_404(rows, pk=shift)
    others = row.venue.masters.on(row.day).exclude(pk=row.master_id)
    theirs = row.venue.shifts.filter(day__gt=clock.today()).exclude(master=row.master_id).select_related("master")
    form = SwapForm(request.POST or None, masters=others, shifts=theirs.in_order()[:60])
    said = lambda key: lambda: form.cleaned_data[key]  # noqa: E731
    made = attempt(
        request, form, swaps.ask, shift=row, to=said("to"), instead=said("instead"), reason=said("reason")
    )  # fmt: skip
    if made is not None:
        messages.success(request, f"已请{made.to}换班，等答复")
        return redirect("supply:rota", row.venue_id)
    return render(request, "supply/swap.html", {"form": form, "shift": row}, status=status_of(form))


def _swap(request: HttpRequest, swap: uuid.UUID) -> Swap:
    rows = Swap.objects.visible_to(request.user).select_related("shift__venue__area", "shift__master", "to")
    return get_object_or_404(rows, pk=swap)


@require_POST
@allow(*KEEPERS)
def swap_accept(request: HttpRequest, swap: uuid.UUID) -> HttpResponse:
    """The other one agrees; who has no account agrees through whoever looks after the venue."""
    row = _swap(request, swap)
    back = reverse("supply:rota", args=[row.shift.venue_id])
    return press(request, swaps.accept, swap=row, done="换好了，值班表已改", back=back)


@require_POST
@allow(*KEEPERS)
def swap_decline(request: HttpRequest, swap: uuid.UUID) -> HttpResponse:
    """The other one does not agree."""
    row = _swap(request, swap)
    back = reverse("supply:rota", args=[row.shift.venue_id])
    return press(request, swaps.decline, swap=row, done="已回复不换", back=back)


@require_POST
@allow(*KEEPERS)
def swap_withdraw(request: HttpRequest, swap: uuid.UUID) -> HttpResponse:
    """Whoever asked takes it back."""
    row = _swap(request, swap)
    back = reverse("supply:rota", args=[row.shift.venue_id])
    return press(request, swaps.withdraw, swap=row, done="换班已撤回", back=back)


URLS = [
    path("station/", today, name="station"),
    path("venues/<uuid:venue>/handover/", hand_over, name="hand-over"),
    path("handover/<uuid:note>/read/", handover_read, name="handover-read"),
    path("venues/<uuid:seen>/rota/", rota, name="rota"),
    path("venues/<uuid:venue>/rota/plan/", rota_plan, name="rota-plan"),
    path("venues/<uuid:venue>/rota/anew/", rota_anew, name="rota-anew"),
    path("venues/<uuid:venue>/rota/people/", master_new, name="master-new"),
    path("rota/people/<uuid:master>/end/", master_end, name="master-end"),
    path("rota/<uuid:shift>/swap/", swap_ask, name="swap-ask"),
    path("swaps/<uuid:swap>/accept/", swap_accept, name="swap-accept"),
    path("swaps/<uuid:swap>/decline/", swap_decline, name="swap-decline"),
    path("swaps/<uuid:swap>/withdraw/", swap_withdraw, name="swap-withdraw"),
]

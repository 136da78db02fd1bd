"""Pages of bookings: booking one or a series, finding them, one with what may be done about it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shimen import clock, ics, navigation
from shimen.accounts.access import allow, scope_of
from shimen.answering import attempt, press, status_of
from shimen.web import paginate, refuse, render
from supply.bookings import booking as verbs
from supply.bookings import door, series, waiting
from supply.bookings.wanted import BookingError, of_booking
from supply.forms.bookings import BookingFilter, BookingForm, ReasonForm, SeriesForm
from supply.models import Booking, BookingSeries, Equipment, Space, Speaker, SupplyRule, Venue
from supply.pages import bookings as pages
from supply.pages.who import BOOKERS, KEEPERS, READERS, keeps, may_change
from supply.rules.booking_states import State, allowed
from supply.serving import speaking
from supply.timing.free import Slot


@require_GET
@allow(*READERS)
def bookings(request: HttpRequest) -> HttpResponse:
    """Bookings by whose, when, where."""
    form = BookingFilter(request.GET, venues=Venue.objects.visible_to(request.user).standing().in_order())
    rows = form.rows(Booking.objects.visible_to(request.user), user=request.user, at=clock.now())
    context = {
        "form": form, "page": paginate(request, rows, size=30), "may_book": scope_of(request.user).has(*BOOKERS),
        "pending": Booking.objects.run_by(request.user).filter(state="pending", ends_at__gt=clock.now()).count(),
    }  # fmt: skip
    return render(request, "supply/bookings.html", context, part="list")


def _choices(request: HttpRequest, space: uuid.UUID | None) -> dict[str, Any]:
    """What this person may book, and for whom."""
    user, today = request.user, clock.today()
    spaces = Space.objects.visible_to(user).bookable().select_related("venue").in_order()
    chosen = spaces.filter(pk=space).first() if space else None
    return {
        "spaces": spaces,
        "recipients": speaking.nameable(user, today),
        "equipment": Equipment.objects.filter(venue=chosen.venue_id if chosen else None).in_use().order_by("name"),
        "speakers": Speaker.objects.visible_to(user).filter(retired_on__isnull=True).order_by("name"),
    }


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What a new form shows, from the link that led here: space, day, opens, closes."""
    given = request.GET
    known: dict[str, Any] = {"day": clock.today() + dt.timedelta(days=1), "opens": 540, "closes": 660, "interval": 1}
    for key in ("opens", "closes"):
        if given.get(key, "").isdecimal() and len(given[key]) <= 4:
            known[key] = int(given[key])
    try:
        day = parse_date(given.get("day", "")) or known["day"]
    except ValueError:
        day = known["day"]
    known["day"] = min(max(day, dt.date(2020, 1, 1)), dt.date(2099, 1, 1))
    space = _id(given.get("space"))
    return known | {"space": space, "until": known["day"] + dt.timedelta(days=84)}


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _posted(request: HttpRequest) -> Any:
    """What was posted; a button with a free slot (day|opens|closes) puts that slot in place of what was wanted."""
    if request.method != "POST":
        return None
    pieces = request.POST.get("slot", "").split("|")
    if len(pieces) != 3:
        return request.POST
    changed = request.POST.copy()
    changed["day"], changed["opens"], changed["closes"] = pieces
    return changed


@require_http_methods(["GET", "POST"])
@allow(*BOOKERS)
def booking_new(request: HttpRequest) -> HttpResponse:
    """Book a space; where it is taken, take a free slot nearby or stand on the waiting list."""
    posted = request.method == "POST"
    initial = _begun(request)
    space = _id(request.POST.get("space")) if posted else initial["space"]
    form = BookingForm(_posted(request), initial=initial, **_choices(request, space))
    free: list[Slot] = []
    can_wait = False
    if posted and form.is_valid():
        verb = verbs.wait if "wait" in request.POST else verbs.book
        try:
            made = verb(wanted=form.wanted(), actor=request.user, at=clock.now())
        except BookingError as error:
            refuse(form, error)
            free, can_wait = error.free, error.is_taken
        else:
            navigation.forget(request.user.pk)
            messages.success(request, pages.said_after(made))
            return redirect("supply:booking", made.pk)
    context = {"form": form, "free": free, "can_wait": can_wait, "kind": "one"}
    return render(request, "supply/booking_form.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@allow(*BOOKERS)
def series_new(request: HttpRequest) -> HttpResponse:
    """Book a series; every occurrence or none."""
    posted = request.method == "POST"
    initial = _begun(request)
    space = _id(request.POST.get("space")) if posted else initial["space"]
    form = SeriesForm(_posted(request), initial=initial, today=clock.today(), **_choices(request, space))
    free: list[Slot] = []
    if posted and form.is_valid():
        said = form.cleaned_data
        try:
            made, rows = series.book(
                wanted=form.wanted(), pattern=form.pattern(), skip_holidays=said["skip_holidays"], actor=request.user,
                at=clock.now(),
            )  # fmt: skip
        except BookingError as error:
            refuse(form, error)
            free = error.free
        else:
            messages.success(request, f"“{made}”订了 {len(rows)} 次，到 {rows[-1].starts_at:%Y-%m-%d}")
            return redirect("supply:series", made.pk)
    return render(
        request, "supply/booking_form.html", {"form": form, "free": free, "kind": "series"}, status=status_of(form)
    )


@require_GET
@allow(*READERS)
def booking(request: HttpRequest, seen: uuid.UUID) -> HttpResponse:
    """One booking, and what may be done about it now."""
    row = get_object_or_404(Booking.objects.visible_to(request.user).with_all(), pk=seen)
    return _page(request, row)


def _page(request: HttpRequest, row: Booking, *, status: int = 200, **more: Any) -> HttpResponse:
    mine, runs = may_change(request.user, row), keeps(request.user, row.space.venue)
    rules = SupplyRule.objects.book(street=row.street_id, on=clock.today())
    is_ahead = row.starts_at > clock.now()
    context = {
        "booking": row, "mine": mine, "runs": runs, "holds": row.holds.exclude(space__isnull=False),
        "may_move": mine and is_ahead and allowed(row.state, "move"),
        "may_cancel": mine and row.ends_at > clock.now() and allowed(row.state, "cancel"),
        "may_take": row.made_by_id == request.user.pk and allowed(row.state, "take"),
        "may_decide": runs and allowed(row.state, "agree"),
        "may_check_in": runs and allowed(row.state, "check_in") and clock.today() == clock.day_of(row.starts_at),
        "check_in_minutes": rules["booking_check_in_minutes"], "release_minutes": rules["booking_release_minutes"],
        "tone": pages.TONES[State(row.state)], "form": ReasonForm(),
    }  # fmt: skip
    return render(request, "supply/booking.html", context | more, status=status)


def _changeable(request: HttpRequest, booking: uuid.UUID) -> Booking:
    return get_object_or_404(Booking.objects.changeable_by(request.user).with_all(), pk=booking)


def _run(request: HttpRequest, booking: uuid.UUID) -> Booking:
    return get_object_or_404(Booking.objects.run_by(request.user).with_all(), pk=booking)


@require_http_methods(["GET", "POST"])
@allow(*BOOKERS)
def booking_move(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """Another time or space."""
    row = _changeable(request, booking)
    known = of_booking(row)
    form = BookingForm(
        request.POST or None, initial=pages.as_typed(known), **_choices(request, _space_of(request, row))
    )
    free: list[Slot] = []
    if request.method == "POST" and form.is_valid():
        try:
            waiting.shift(booking=row, wanted=form.wanted(), actor=request.user, at=clock.now())
        except BookingError as error:
            refuse(form, error)
            free = error.free
        else:
            messages.success(request, "已改期")
            return redirect("supply:booking", row.pk)
    context = {"form": form, "free": free, "booking": row, "kind": "move"}
    return render(request, "supply/booking_form.html", context, status=status_of(form))


def _space_of(request: HttpRequest, row: Booking) -> uuid.UUID | None:
    return _id(request.POST.get("space")) if request.method == "POST" else row.space_id


@require_POST
@allow(*BOOKERS)
def booking_cancel(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """Give a booking up; the next on the waiting list is offered it."""
    row = _changeable(request, booking)
    form = ReasonForm(request.POST)
    if attempt(request, form, waiting.cancel, booking=row, reason=lambda: form.cleaned_data["reason"]) is not None:
        messages.success(request, "已取消，空出来的时段让给候补")
        return redirect("supply:booking", row.pk)
    return _page(request, row, form=form, asks="cancel", status=422)


@require_POST
@allow(*BOOKERS)
def booking_take(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """Accept what was offered."""
    row = get_object_or_404(Booking.objects.visible_to(request.user).filter(made_by=request.user), pk=booking)
    back = reverse("supply:booking", args=[row.pk])
    return press(request, waiting.take, booking=row, done="已确认，订上了", back=back)


@require_POST
@allow(*KEEPERS)
def booking_agree(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """The master of the venue consents."""
    row = _run(request, booking)
    return press(request, verbs.agree, booking=row, done="已同意", back=reverse("supply:booking", args=[row.pk]))


@require_POST
@allow(*KEEPERS)
def booking_refuse(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """The master of the venue does not consent."""
    row = _run(request, booking)
    form = ReasonForm(request.POST)
    if attempt(request, form, waiting.refuse, booking=row, reason=lambda: form.cleaned_data["reason"]) is not None:
        messages.success(request, "已回复不同意")
        return redirect("supply:booking", row.pk)
    return _page(request, row, form=form, asks="refuse", status=422)


@require_POST
@allow(*KEEPERS)
def booking_check_in(request: HttpRequest, booking: uuid.UUID) -> HttpResponse:
    """Those who booked are there: noted by hand."""
    row = _run(request, booking)
    back = request.POST.get("back") == "station" and reverse("supply:station")
    return press(
        request, door.check_in, booking=row, done="已记签到", back=back or reverse("supply:booking", args=[row.pk])
    )


@require_GET
@allow(*READERS)
def invitation(request: HttpRequest, seen: uuid.UUID) -> HttpResponse:
    """A booking for the calendar of a telephone."""
    row = get_object_or_404(Booking.objects.visible_to(request.user).with_all(), pk=seen)
    event = pages.event(row)
    body = ics.calendar([event], name=row.title, is_withdrawal=event.is_cancelled)
    response = HttpResponse(body, content_type=ics.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="booking-{row.pk.hex[-8:]}.ics"'
    return response


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def series_page(request: HttpRequest, seen: uuid.UUID) -> HttpResponse:
    """A series with its occurrences; whoever made it or runs the venue cancels the rest."""
    found = BookingSeries.objects.visible_to(request.user).select_related("space__venue", "made_by")
    row = get_object_or_404(found, pk=seen)
    mine = row.made_by_id == request.user.pk or keeps(request.user, row.space.venue)
    form = ReasonForm(request.POST or None)
    since = clock.today() + dt.timedelta(days=1)
    reason = lambda: form.cleaned_data["reason"]  # noqa: E731
    if mine and attempt(request, form, series.cancel_rest, series=row, since=since, reason=reason) is not None:
        messages.success(request, "从明天起的都取消了")
        return redirect("supply:series", row.pk)
    context = {
        "series": row, "rows": row.bookings.in_order(), "mine": mine, "form": form, "words": pages.series_words(row),
        "ahead": row.bookings.standing().filter(starts_at__gt=clock.now()).count(),
    }  # fmt: skip
    return render(request, "supply/series.html", context, status=status_of(form))


URLS = [
    path("bookings/", bookings, name="bookings"),
    path("bookings/new/", booking_new, name="booking-new"),
    path("bookings/series/new/", series_new, name="series-new"),
    path("bookings/series/<uuid:seen>/", series_page, name="series"),
    path("bookings/<uuid:seen>/", booking, name="booking"),
    path("bookings/<uuid:booking>/move/", booking_move, name="booking-move"),
    path("bookings/<uuid:booking>/cancel/", booking_cancel, name="booking-cancel"),
    path("bookings/<uuid:booking>/take/", booking_take, name="booking-take"),
    path("bookings/<uuid:booking>/agree/", booking_agree, name="booking-agree"),
    path("bookings/<uuid:booking>/refuse/", booking_refuse, name="booking-refuse"),
    path("bookings/<uuid:booking>/check-in/", booking_check_in, name="booking-check-in"),
    path("bookings/<uuid:seen>/entry.ics", invitation, name="booking-ics"),
]

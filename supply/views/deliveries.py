"""The pages of direct deliveries: the list, asking, one delivery, and a form for every verb."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_GET

from shimen import clock, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, status_of
from shimen.errors import DomainError
from shimen.web import paginate, refuse, render
from supply.deliveries import delivering
from supply.forms import deliveries as forms
from supply.models import Delivery
from supply.pages import deliveries as pages
from supply.rules.delivery_flow import Verb
from supply.serving import speaking

READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.STATION_MASTER)
ASKERS = (Role.STAFF, Role.SECRETARY)
HANDLERS = (Role.STAFF, Role.SECRETARY, Role.STATION_MASTER)


def count(request: HttpRequest) -> QuerySet[Any]:
    """How many wait for somebody to accept them."""
    return Delivery.objects.visible_to(request.user).to_accept()


ENTRIES = (
    navigation.Entry(
        "美好直通车", icon="truck", url="supply:deliveries", pillar=navigation.Pillar.EMPOWERMENT, roles=READERS, place=25,
        under=("/supply/deliveries/",), count=count,
    ),
)  # fmt: skip
DO: dict[Verb, tuple[Callable[..., Any], str]] = {
    Verb.ACCEPT: (delivering.accept, "已接单。"),
    Verb.REFUSE: (delivering.refuse, "已回绝，原因对方看得到。"),
    Verb.PLAN: (delivering.plan, "日子已改。"),
    Verb.DISPATCH: (delivering.dispatch, "已登记出发。"),
    Verb.BACK: (delivering.bring_back, "已改天再送。"),
    Verb.DELIVER: (delivering.deliver, "已送达，记入供给。"),
    Verb.RATE: (delivering.rate, "谢谢，评价已记下。"),
    Verb.CANCEL: (delivering.cancel, "已取消。"),
}


@require_GET
@allow(*READERS)
def deliveries(request: HttpRequest) -> HttpResponse:
    """Deliveries by what they wait for."""
    on, view = clock.today(), request.GET.get("view", "")
    view = view if view in pages.VIEWS else ""
    page = paginate(request, pages.rows_of(view, request.user, on))
    context = {
        "page": page,
        "view": view,
        "views": pages.views(request.user, on),
        "on": on,
        "may_ask": pages.may_ask(request.user, on),
    }
    return render(request, "supply/deliveries.html", context)


@allow(*ASKERS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for something at the door."""
    on = clock.today()
    need = pages.need_for(request.user, _id(request.GET.get("need", "")))
    first = {"recipient": need.recipient_id, "title": need.title, "category": need.category} if need else {}
    form = forms.RequestForm(
        request.POST or None,
        recipients=speaking.voices(request.user, on),
        sources=pages.at_door(request.user),
        initial=first,
    )
    verb = lambda **given: delivering.request(**form.values, need=need, **given)  # noqa: E731
    made = attempt(request, form, verb)
    if made is not None:
        messages.success(request, f"已申请，编号 {made.number_words}。有人接单会显示在这里。")
        return redirect("supply:delivery", made.pk)
    return render(request, "supply/delivery_new.html", {"form": form, "need": need}, status=status_of(form))


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


@require_GET
@allow(*READERS)
def delivery(request: HttpRequest, delivery: uuid.UUID) -> HttpResponse:
    """One delivery, and what may be done next."""
    row = get_object_or_404(pages.seen(request.user), pk=delivery)
    return render(
        request, "supply/delivery.html", {"delivery": row, "page": pages.DeliveryPage(row, request.user, clock.today())}
    )


@allow(*HANDLERS)
def act(request: HttpRequest, delivery: uuid.UUID, verb: str) -> HttpResponse:
    """A form for one verb, and the verb. What is not for this person or this state is not found."""
    row = get_object_or_404(pages.seen(request.user), pk=delivery)
    page = pages.DeliveryPage(row, request.user, clock.today())
    if verb not in dict(page.verbs):
        raise Http404
    do, done = DO[Verb(verb)]
    form = forms.FORMS[Verb(verb)](request.POST or None, delivery=row)
    verb_with = lambda **given: do(delivery=row, **form.cleaned_data, **given)  # noqa: E731
    if form.is_valid() and _counted(form, row) and attempt(request, form, verb_with) is not None:
        messages.success(request, done)
        return redirect("supply:delivery", row.pk)
    return render(request, "supply/delivery_act.html", {"delivery": row, "form": form}, status=status_of(form))


def _counted(form: forms.VerbForm, row: Delivery) -> bool:
    """Count a wrong code, outside the transaction of the verb that refuses it."""
    code = form.cleaned_data.get("code", "")
    if not code:
        return True
    try:
        delivering.try_code(delivery=row, code=code, at=clock.now())
    except DomainError as error:
        refuse(form, error)
        return False
    return True


URLS = [
    path("deliveries/", deliveries, name="deliveries"),
    path("deliveries/new/", ask, name="delivery-new"),
    path("deliveries/<uuid:delivery>/", delivery, name="delivery"),
    path("deliveries/<uuid:delivery>/<slug:verb>/", act, name="delivery-act"),
]

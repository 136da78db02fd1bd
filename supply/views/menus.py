"""The pages of the weekly menu for those who keep it and those who order: a week, an item, the drafts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms as plain
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from shimen import clock, navigation
from shimen.accounts.access import allow
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.web import paginate, render
from supply.forms import menus as forms
from supply.menus import drafting, ordering, publishing, rooms, settling
from supply.models import Menu, MenuItem, Order, Proposal
from supply.pages import menus as pages
from supply.rules import menu_week
from supply.serving import speaking
from supply.timing.free import Slot

Done = TypeVar("Done")
READERS = (Role.STAFF, Role.DATA_ADMIN, Role.SECRETARY, Role.STATION_MASTER, Role.CONVENER, Role.SECONDED)
ORDERERS = (Role.STAFF, Role.SECRETARY)

ENTRIES = (
    navigation.Entry(
        "每周菜单", icon="calendar-week", url="supply:menu", pillar=navigation.Pillar.EMPOWERMENT, roles=READERS, place=20,
        under=("/supply/menus/", "/supply/menu/", "/supply/items/"),
    ),
)  # fmt: skip


def _menu(request: HttpRequest, pk: uuid.UUID) -> Menu:
    return get_object_or_404(pages.seen_menus(request.user).select_related("street"), pk=pk)


def _item(request: HttpRequest, pk: uuid.UUID) -> MenuItem:
    rows = MenuItem.objects.filter(menu__in=pages.seen_menus(request.user))
    rows = rows.select_related("menu", "resource", "project__series", "area").with_rooms()
    return get_object_or_404(rows, pk=pk)


def _back(item: MenuItem) -> str:
    return reverse("supply:menu-item", args=[item.pk])


@require_GET
@allow(*READERS)
def menu(request: HttpRequest) -> HttpResponse:
    """The menu that people come for; while there is none, what to do."""
    at = clock.now()
    found = pages.current(request.user.street_id, at)
    if found is not None:
        return redirect("supply:menu-week", found.pk)
    context = {"menus": [], "drafts": Menu.objects.visible_to(request.user).newest_first()[:4]}
    return render(request, "supply/menu_none.html", context)


@require_GET
@allow(*READERS)
def week(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """One week's menu: what is offered, how much is left, who has had nothing for long."""
    row = _menu(request, menu)
    page = pages.MenuPage(row, request.user, clock.now(), shown=request.GET.get("kind", ""))
    context = {"menu": row, "page": page, "items": paginate(request, page.rows, size=20), "hold": forms.ReasonForm()}
    return render(request, "supply/menu.html", context, part="items")


@require_GET
@allow(*READERS)
def menus(request: HttpRequest) -> HttpResponse:
    """All menus, the newest first."""
    page = paginate(request, pages.counted(Menu.objects.visible_to(request.user), request.user), size=26)
    context = {"page": page, "due": _due(request), "may_draft": pages.is_office(request.user)}
    return render(request, "supply/menus.html", context)


def _due(request: HttpRequest) -> list[dt.date]:
    """The weeks for which the office may draft now."""
    if not pages.is_office(request.user):
        return []
    return pages.weeks_to_draft(request.user.street_id, clock.now())


@require_POST
@allow(Role.STAFF)
def draft(request: HttpRequest) -> HttpResponse:
    """Assemble a week's menu now instead of waiting for its day."""
    try:
        first = menu_week.monday(dt.date.fromisoformat(request.POST.get("week", "")))
    except ValueError:
        messages.error(request, "选一个周一。")
        return redirect("supply:menus")
    return press(
        request,
        drafting.draft,
        done="已起草，先看预览。",
        back=reverse("supply:menus"),
        street=request.user.street,
        week=first,
    )


@require_POST
@allow(Role.STAFF)
def publish(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """Publish a preview now."""
    row = _menu(request, menu)
    return press(request, publishing.publish, done="已发布，党组织可以报名了。", back=_week(row), menu=row)


@require_POST
@allow(Role.STAFF)
def hold(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """Keep a preview from being published."""
    row = _menu(request, menu)
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    undo = reverse("supply:menu-take-up", args=[row.pk])
    return press(
        request, publishing.hold, done="已暂缓，到时不会自动发布。", back=_week(row), undo=undo, menu=row, reason=reason
    )


@require_POST
@allow(Role.STAFF)
def take_up(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """Let a held preview go its way."""
    row = _menu(request, menu)
    return press(request, publishing.take_up, done="已恢复，到时自动发布。", back=_week(row), menu=row)


def _week(row: Menu) -> str:
    return reverse("supply:menu-week", args=[row.pk])


@allow(Role.STAFF)
def withdraw(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """Take a menu away: first what that touches."""
    row = _menu(request, menu)
    form = forms.ReasonForm(request.POST or None)
    note = pages.withdrawing_words(row, clock.now())
    reason = lambda: form.cleaned_data["reason"]  # noqa: E731
    if attempt(request, form, publishing.withdraw, menu=row, reason=reason) is not None:
        messages.success(request, "已撤下，占的空间都让出来了。")
        return redirect("supply:menus")
    context = {
        "form": form, "menu": row, "title": "撤下这份菜单", "button": "撤下这份菜单", "back": _week(row), "note": note, "is_stop": True,
    }  # fmt: skip
    return render(request, "supply/menu_form.html", context, status=status_of(form))


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was posted; a button with a free time (day|opens|closes) puts that in place of what was wanted."""
    if request.method != "POST":
        return None
    pieces = request.POST.get("slot", "").split("|")
    if len(pieces) != 3 or not all(piece.isdecimal() and len(piece) <= 4 for piece in pieces[1:]):
        return request.POST
    changed, (opens, closes) = request.POST.copy(), (int(piece) for piece in pieces[1:])
    changed["starts_at"] = f"{pieces[0]}T{opens // 60:02d}:{opens % 60:02d}"
    changed["ends_at"] = f"{pieces[0]}T{closes // 60:02d}:{closes % 60:02d}"
    changed["minutes"] = str(closes - opens)
    return changed


def _placed(
    request: HttpRequest, form: plain.Form, verb: Callable[..., Done], **given: Any
) -> tuple[Done | None, list[Slot]]:
    """Like `attempt`; where the space is taken, with the nearest free times of the week."""
    free: list[Slot] = []

    def tried(**values: Any) -> Done:
        try:
            return verb(**values)
        except rooms.RoomError as error:
            free.extend(error.free)
            raise

    return attempt(request, form, tried, **given), free


@allow(Role.STAFF)
def add_item(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """One more item from the lists."""
    row = _menu(request, menu)
    fresh, again = drafting.sources_for(row)
    form = forms.AddForm(_posted(request), fresh=fresh, again=again, user=request.user)
    chosen, values = (lambda: form.chosen), (lambda: form.values)
    made, free = _placed(request, form, publishing.add_item, menu=row, source=chosen, values=values)
    if made is not None:
        messages.success(request, f"“{made.title}”已添上。")
        return redirect("supply:menu-week", row.pk)
    context = {"form": form, "menu": row, "title": "添一场", "button": "添一场", "back": _week(row), "free": free}
    return render(request, "supply/menu_form.html", context, status=status_of(form))


@require_GET
@allow(*READERS)
def item(request: HttpRequest, dish: uuid.UUID) -> HttpResponse:
    """One item: what it is, who comes, who waits, and the form to order."""
    row = _item(request, dish)
    page = pages.ItemPage(row, request.user, clock.now())
    return render(request, "supply/menu_item.html", {"item": row, "page": page, "form": _order_form(request, page)})


def _order_form(request: HttpRequest, page: pages.ItemPage) -> forms.OrderForm:
    first = request.GET.get("for") or page.first_voice
    return forms.OrderForm(request.POST or None, item=page.item, recipients=page.voices, initial={"recipient": first})


@require_POST
@allow(*ORDERERS)
def order(request: HttpRequest, dish: uuid.UUID) -> HttpResponse:
    """Order an item for an organisation."""
    row = _item(request, dish)
    page = pages.ItemPage(row, request.user, clock.now())
    form = _order_form(request, page)
    made = attempt(request, form, ordering.order, item=row, **_order_values(form))
    if made is not None:
        messages.success(
            request, pages.said_of(made), extra_tags=f"undo={reverse('supply:order-cancel', args=[made.pk])}"
        )
        return redirect("supply:menu-phone" if request.POST.get("back") == "phone" else _back(row))
    return render(request, "supply/menu_item.html", {"item": row, "page": page, "form": form}, status=422)


def _order_values(form: forms.OrderForm) -> dict[str, object]:
    return {name: (lambda name=name: form.values[name]) for name in ("recipient", "places", "note")}


@allow(*ORDERERS)
def order_for(request: HttpRequest, menu: uuid.UUID) -> HttpResponse:
    """Order from a menu for an organisation, one item after another."""
    row, at = _menu(request, menu), clock.now()
    form = forms.OrderForForm(
        request.POST or None, recipients=speaking.voices(request.user, clock.day_of(at)),
        items=row.items.offered().filter(ends_at__gt=at).in_order(), kept=pages.kept_by_item(row, None, at),
        initial={"recipient": request.GET.get("for"), "item": request.GET.get("item")},
    )  # fmt: skip
    given = {name: (lambda name=name: form.cleaned_data[name]) for name in ("item", "recipient", "note")}
    places = lambda: form.cleaned_data["places"] or 1  # noqa: E731
    made = attempt(request, form, ordering.order, places=places, **given)
    if made is not None:
        undo = reverse("supply:order-cancel", args=[made.pk])
        messages.success(request, pages.said_of(made), extra_tags=f"undo={undo}")
        return redirect(f"{reverse('supply:menu-order-for', args=[row.pk])}?for={made.recipient_id}")
    title = "替组织报名" if pages.is_office(request.user) else "报名"
    context = {"form": form, "menu": row, "title": title, "button": "报名", "back": _week(row), "back_words": "报完了"}
    return render(request, "supply/menu_form.html", context, status=status_of(form))


@allow(Role.STAFF)
def change_item(request: HttpRequest, dish: uuid.UUID) -> HttpResponse:
    """Change place, time or quota of an item."""
    row = _item(request, dish)
    form = forms.ItemForm(_posted(request), item=row, user=request.user)
    made, free = _placed(request, form, publishing.change_item, item=row, values=lambda: form.cleaned_data)
    if made is not None:
        messages.success(request, "已改。")
        return redirect(_back(row))
    context = {
        "form": form, "menu": row.menu, "title": f"改“{row.title}”", "button": "改这一场", "back": _back(row), "free": free,
    }  # fmt: skip
    return render(request, "supply/menu_form.html", context, status=status_of(form))


@allow(Role.STAFF)
def cancel_item(request: HttpRequest, dish: uuid.UUID) -> HttpResponse:
    """An item does not take place: first what that touches."""
    row = _item(request, dish)
    form = forms.ReasonForm(request.POST or None)
    reason = lambda: form.cleaned_data["reason"]  # noqa: E731
    if attempt(request, form, publishing.cancel_item, item=row, reason=reason) is not None:
        messages.success(request, f"“{row.title}”已取消，报名的党组织会看到原因。")
        return redirect(_week(row.menu))
    note = f"会取消 {row.orders.standing().count()} 个报名和候补。"
    context = {
        "form": form, "menu": row.menu, "title": f"取消“{row.title}”", "button": "取消这一场", "back": _back(row), "note": note,
        "is_stop": True,
    }  # fmt: skip
    return render(request, "supply/menu_form.html", context, status=status_of(form))


def _order(request: HttpRequest, pk: uuid.UUID) -> Order:
    return get_object_or_404(Order.objects.visible_to(request.user).select_related("item__menu", "recipient"), pk=pk)


@require_POST
@allow(*ORDERERS)
def cancel_order(request: HttpRequest, order: uuid.UUID) -> HttpResponse:
    """Give a place back."""
    row = _order(request, order)
    back = reverse("supply:menu-phone") if request.POST.get("back") == "phone" else _back(row.item)
    return press(request, ordering.cancel, done=f"“{row.item.title}”的报名已取消，名额让给候补。", back=back, order=row)


@require_POST
@allow(Role.STAFF, Role.STATION_MASTER)
def mark(request: HttpRequest, order: uuid.UUID) -> HttpResponse:
    """Put right whether an organisation came."""
    row = _order(request, order)
    came = request.POST.get("came") == "yes"
    return press(request, settling.mark, done="已改。", back=_back(row.item), order=row, came=came)


@require_POST
@allow(*ORDERERS)
def decline(request: HttpRequest, proposal: uuid.UUID) -> HttpResponse:
    """Do without what was kept."""
    rows = Proposal.objects.filter(recipient__in=pages.seen_recipients(request.user)).select_related(
        "item", "recipient"
    )
    row = get_object_or_404(rows, pk=proposal)
    back = reverse("supply:menu-phone") if request.POST.get("back") == "phone" else _back(row.item)
    return press(request, ordering.decline, done="名额已让出。", back=back, proposal=row)


URLS = [
    path("menu/", menu, name="menu"),
    path("menus/", menus, name="menus"),
    path("menus/draft/", draft, name="menu-draft"),
    path("menus/<uuid:menu>/", week, name="menu-week"),
    path("menus/<uuid:menu>/publish/", publish, name="menu-publish"),
    path("menus/<uuid:menu>/hold/", hold, name="menu-hold"),
    path("menus/<uuid:menu>/take-up/", take_up, name="menu-take-up"),
    path("menus/<uuid:menu>/order/", order_for, name="menu-order-for"),
    path("menus/<uuid:menu>/withdraw/", withdraw, name="menu-withdraw"),
    path("menus/<uuid:menu>/add/", add_item, name="menu-add"),
    path("items/<uuid:dish>/", item, name="menu-item"),
    path("items/<uuid:dish>/order/", order, name="menu-order"),
    path("items/<uuid:dish>/change/", change_item, name="item-change"),
    path("items/<uuid:dish>/cancel/", cancel_item, name="item-cancel"),
    path("orders/<uuid:order>/cancel/", cancel_order, name="order-cancel"),
    path("orders/<uuid:order>/mark/", mark, name="order-mark"),
    path("proposals/<uuid:proposal>/decline/", decline, name="proposal-decline"),
]

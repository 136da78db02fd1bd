"""The public pages of volunteers: joining, looking at or taking back what one wrote, answering a call-up.

As behind a collection code: no sign-in, no cookie; the form carries a signed pass. Whether a number is on the roster is never said.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from shimen import clock, limits
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.territory.models import Area, Street
from shimen.web import refuse, render
from supply.forms.volunteers import JoinForm
from supply.models import Coupon, Volunteer, VolunteerNotice
from supply.views.coupons import page_of
from supply.views.stand_doors import new_pass, public, read_pass, said, too_often
from supply.volunteers import calling, leaving, notices, roster

JOIN = "volunteers.join"
JOINING = limits.Limit("volunteer-join", tries=20, seconds=600)
LOOKING = limits.Limit("volunteer-look", tries=20, seconds=600)
ANSWERING = limits.Limit("volunteer-answer", tries=60, seconds=600)
ONE_NUMBER = limits.Limit("volunteer-number", tries=6, seconds=600)


@public
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Write oneself onto the roster; sent twice it is one person and the same receipt."""
    street = Street.objects.filter(code=code[:12]).first()
    notice = notices.current(street) if street else None
    if notice is None:
        return said(request, "没有这个地址", "地址没有复制全，或还没有开放登记。", status=404)
    if request.method == "POST" and limits.exceeded(JOINING, origin.get()):
        return too_often(request, JOINING)
    areas = Area.objects.filter(street=street).grids().in_order()
    form = JoinForm(request.POST if request.method == "POST" else None, areas=areas)
    context = {"form": form, "notice": notice, "pass": new_pass(JOIN, code, notice.number)}
    if request.method == "POST" and (row := _taken(request, form, notice, code)) is not None:
        return render(request, "supply/volunteer_joined.html", {"receipt": roster.receipt_of(row.pk), "notice": notice})
    return render(request, "supply/volunteer_join.html", context, status=422 if request.method == "POST" else 200)


def _taken(request: HttpRequest, form: JoinForm, notice: VolunteerNotice, code: str) -> Volunteer | None:
    """The person who was taken in; None when the form goes back with sentences beside its fields."""
    shown = read_pass(request.POST.get("pass", ""), JOIN, code, notice.number)
    if not shown:
        form.add_error(None, "这一页放得太久，或告知书有了新的一版。看一眼上面的说明，再提交一次")
        return None
    if not form.is_valid():
        return None
    try:
        return roster.join(
            id=uuid.UUID(shown), street=notice.street, said=form.read(), notice=notice, at=clock.now()
        )  # fmt: skip
    except DomainError as error:
        refuse(form, error)
        return None


@public
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """What is kept, and the coupons in hand, for whoever holds the number; and taking the consent back."""
    typed = request.POST.get("number", "")[:40]
    asks = request.POST.get("step") == "ask"
    context: dict[str, Any] = {"typed": typed, "asks": asks, "within": leaving.ERASE_WITHIN.days}
    if request.method != "POST":
        return render(request, "supply/volunteer_receipt.html", context)
    if limits.exceeded(LOOKING, origin.get()):
        return too_often(request, LOOKING)
    found = roster.find(typed)
    if found is None:
        context["error"] = "没有这个查询码，看看有没有抄错一位。"
        return render(request, "supply/volunteer_receipt.html", context, status=422)
    if request.POST.get("step") == "withdraw":
        leaving.withdraw(volunteer=found, actor=None, at=clock.now())
        found = roster.find(typed)
    held = Coupon.objects.filter(volunteer=found).usable(clock.today()).select_related("batch").newest_first()
    context |= {"found": found, "coupons": [(row, page_of(row)) for row in held[:20]]}
    return render(request, "supply/volunteer_receipt.html", context)


@public
@require_http_methods(["GET", "POST"])
def callup_door(request: HttpRequest, token: str) -> HttpResponse:
    """What a call-up asks, and answering it with one's number; the answer is the same whoever it is."""
    call = calling.find(token[:16])
    if call is None:
        return said(request, "没有这次召集", "地址没有复制全。", status=404)
    at = clock.now()
    context: dict[str, Any] = {"call": call, "phone": "", "error": "", "is_over": call.ends_at <= at}
    if request.method != "POST":
        return render(request, "supply/callup_door.html", context)
    phone = request.POST.get("phone", "")[:40]
    if limits.exceeded(ANSWERING, origin.get()) or limits.exceeded(ONE_NUMBER, phone.strip()):
        return too_often(request, ANSWERING)
    comes = request.POST.get("comes", "") == "yes"
    try:
        calling.answer_by_phone(call=call, phone=phone, comes=comes, at=at)
    except DomainError as error:
        return render(
            request, "supply/callup_door.html", context | {"phone": phone, "error": error.sentence}, status=422
        )
    words = "谢谢，到时候见。临时来不了，再打开这一页改一下。" if comes else "知道了，下次再叫您。"
    return said(request, "收到了", words, tone="said", go=("回到召集", reverse("supply:callup-door", args=[token])))


URLS = [
    path("volunteer/<str:code>/", join, name="volunteer-join"),
    path("volunteer-receipt/", receipt, name="volunteer-receipt"),
    path("y/<str:token>/", callup_door, name="callup-door"),
]

"""The public pages of the talent pool: writing oneself in, and looking at or taking back what one wrote.

As behind a collection code: no sign-in, no cookie; the form carries a signed pass in place of the token that Django keeps
in a cookie, and a form that another site sends is turned away by its origin.
"""

from __future__ import annotations

import uuid

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from branches.forms.people import JoinForm
from branches.models import HelpField, Talent, TalentNotice
from branches.people import leaving, talents
from coverage.views.collect import OPEN_FOR, public
from shimen import clock, limits
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.territory.models import Street
from shimen.web import refuse, render

SALT = "talents.join"
JOINING = limits.Limit("talent-join", tries=20, seconds=600)
LOOKING = limits.Limit("talent-look", tries=20, seconds=600)


def _notice(code: str) -> TalentNotice:
    street = Street.objects.filter(code=code).first()
    notice = talents.current_notice(street) if street else None
    if notice is None:
        raise Http404
    return notice


def _too_often(request: HttpRequest, limit: limits.Limit) -> HttpResponse:
    words = f"同一个网络短时间里提交得太多。过 {limit.minutes} 分钟再来。"
    return render(request, "collect/said.html", {"title": "请过一会儿再试", "words": words}, status=429)


@public
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Write oneself into the pool; sent twice it is one person and the same receipt."""
    notice = _notice(code)
    if request.method == "POST" and limits.exceeded(JOINING, origin.get()):
        return _too_often(request, JOINING)
    fields = HelpField.objects.filter(street_id=notice.street_id, retired_at=None).order_by("sort", "name")
    form = JoinForm(request.POST if request.method == "POST" else None, fields=fields)
    context = {"form": form, "notice": notice, "pass": signing.dumps([new_id().hex, code, notice.number], salt=SALT)}
    if request.method == "POST" and (row := _taken(request, form, notice, code)) is not None:
        return render(request, "branches/join_done.html", {"receipt": talents.receipt_of(row.pk), "notice": notice})
    return render(request, "branches/join.html", context, status=422 if request.method == "POST" else 200)


def _taken(request: HttpRequest, form: JoinForm, notice: TalentNotice, code: str) -> Talent | None:
    """The person who was taken in; None when the form goes back with sentences beside its fields."""
    try:
        shown, of, version = signing.loads(request.POST.get("pass", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        shown, of, version = "", "", 0
    if (of, version) != (code, notice.number):
        form.add_error(None, "这一页放得太久，或告知书有了新的一版。看一眼上面的说明，再提交一次")
        return None
    if not form.is_valid():
        return None
    try:
        return talents.join(id=uuid.UUID(shown), street=notice.street, said=form.said(), notice=notice, at=clock.now())
    except DomainError as error:
        refuse(form, error)
        return None


@public
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """What is kept, for whoever holds the number; and taking the consent back."""
    typed = request.POST.get("number", "")[:40]
    context: dict[str, object] = {
        "typed": typed,
        "asks": request.POST.get("step") == "ask",
        "within": leaving.ERASE_WITHIN.days,
    }
    if request.method != "POST":
        return render(request, "branches/join_receipt.html", context)
    if limits.exceeded(LOOKING, origin.get()):
        return _too_often(request, LOOKING)
    found = talents.find(typed)
    if found is None:
        context["error"] = "没有这个查询码，看看有没有抄错一位。"
        return render(request, "branches/join_receipt.html", context, status=422)
    if request.POST.get("step") == "withdraw":
        leaving.withdraw(talent=found, actor=None, at=clock.now())
        found = talents.find(typed)
    return render(request, "branches/join_receipt.html", {**context, "found": found})


URLS = [
    path("join/<str:code>/", join, name="talent-join"),
    path("join-receipt/", receipt, name="talent-receipt"),
]

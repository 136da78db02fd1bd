"""街情气象站, the public way in: the form behind a code, and what a receipt number shows and takes back.

As behind a collection code: no sign-in, no cookie, no script; the form carries a signed pass in place of the token that
Django keeps in a cookie, and a form that another site sends is turned away by its origin.
"""

from __future__ import annotations

import uuid

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_http_methods

from coverage.collection import numbers
from coverage.views.collect import public_door
from grid.forms.opinions import TellForm
from grid.matters import rating, receipts
from grid.models import OpinionCode, OpinionNotice
from grid.opinions import codes, erasing, receiving
from grid.pages import told
from shimen import clock, limits
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.territory.models import Area
from shimen.web import refuse, render

SALT = "opinions.tell"
OPEN_FOR = 12 * 3600  # seconds for which a page may lie open before it is sent
# An office building is one address, and so is a shop's network.
AT_ONE_CODE = limits.Limit("tell-door", tries=10, seconds=600)
FROM_ONE_ADDRESS = limits.Limit("tell-address", tries=30, seconds=600)
ONE_CODE = limits.Limit("tell-code", tries=200, seconds=3600)
LOOKING = limits.Limit("tell-look", tries=20, seconds=600)
OPENING = limits.Limit("tell-matter", tries=60, seconds=600)
TYPING = limits.Limit("tell-short", tries=20, seconds=600)


def _say(request: HttpRequest, title: str, words: str, *, status: int, contact: str = "") -> HttpResponse:
    context = {"title": title, "words": words, "contact": contact}
    return render(request, "grid/tell_said.html", context, status=status)


public = public_door(_say)


def _too_often(request: HttpRequest, limit: limits.Limit) -> HttpResponse:
    words = f"同一个网络或同一张码短时间里说得太多。过 {limit.minutes} 分钟再来；用浏览器的后退，写过的多半还在。"
    response = _say(request, "请过一会儿再试", words, status=429)
    response.headers["Retry-After"] = str(limit.seconds)
    return response


def _exceeded(request: HttpRequest, token: str) -> HttpResponse | None:
    """The refusal of one try too many: by this network at this code, by this network, at this code."""
    who = origin.get()
    for limit, keys in ((AT_ONE_CODE, (token, who)), (FROM_ONE_ADDRESS, (who,)), (ONE_CODE, (token,))):
        if limits.exceeded(limit, *keys):
            return _too_often(request, limit)
    return None


def _code(token: str) -> OpinionCode:
    rows = OpinionCode.objects.select_related("street", "area", "place")
    code = rows.filter(token=token).first() if numbers.is_token(token) else None
    if code is None:
        raise Http404
    return code


@public
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Where no camera is at hand: the short code under the picture."""
    typed = request.POST.get("short", "")[:40]
    context = {"typed": typed, "error": ""}
    if request.method == "POST":
        if limits.exceeded(TYPING, origin.get()):
            return _too_often(request, TYPING)
        code = OpinionCode.objects.filter(short=numbers.tidy(typed)).first()
        if code is not None:
            return redirect("grid:tell", code.token)
        context["error"] = "没有这个码。照着纸上的 6 位重写，没有字母 O、I、L 和数字 0、1"
    return render(request, "grid/tell_start.html", context, status=422 if context["error"] else 200)


@public
@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, token: str) -> HttpResponse:
    """The form of a code; sent twice it is one opinion and the same receipt."""
    code = _code(token)
    notice = codes.current_notice(code.street)
    if notice is None or not code.opens_on(clock.today()):
        words = "这张纸上的码已经换过。找一张新的，或问问所在的党支部。"
        return _say(request, "这张码已过期", words, status=410, contact=notice.contact if notice else "")
    if request.method == "POST" and (refused := _exceeded(request, token)):
        return refused
    areas = Area.objects.filter(street=code.street).grids().in_order() if code.area_id is None else None
    form = TellForm(request.POST if request.method == "POST" else None, areas=areas)
    context = {"form": form, "code": code, "notice": notice, "pass": _new_pass(code, notice)}
    if request.method == "POST" and (taken := _take(request, code, notice, form, context)) is not None:
        return render(request, "grid/tell_done.html", {**context, "taken": taken})
    return render(request, "grid/tell.html", context, status=422 if request.method == "POST" else 200)


def _new_pass(code: OpinionCode, notice: OpinionNotice) -> str:
    """What makes one showing of the form one opinion, and says which notice was read."""
    return signing.dumps([new_id().hex, code.token, notice.number], salt=SALT)


def _take(
    request: HttpRequest, code: OpinionCode, notice: OpinionNotice, form: TellForm, context: dict[str, object]
) -> receiving.Taken | None:
    """What became of a form that was sent; None when it goes back with sentences beside its fields."""
    try:
        shown, token, version = signing.loads(request.POST.get("pass", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        shown, token, version = "", "", 0
    if token != code.token or version != notice.number:
        form.add_error(None, "这一页放得太久，或告知书有了新的一版。看一眼说明，再点一次提交，写过的都在")
        return None
    context["pass"] = request.POST["pass"]
    if not form.is_valid():
        return None
    try:
        return receiving.tell(id=uuid.UUID(shown), code=code, notice=notice, said=form.said(), at=clock.now())
    except DomainError as error:
        refuse(form, error)
        return None


@public
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of an opinion, for whoever holds its number; deleting the number, taking it all back."""
    typed, step = request.POST.get("number", "")[:40], request.POST.get("step", "")
    context: dict[str, object] = {"typed": typed, "error": "", "step": step}
    if request.method != "POST":
        return render(request, "grid/tell_receipt.html", context)
    if limits.exceeded(LOOKING, origin.get()):
        return _too_often(request, LOOKING)
    found = receiving.find(typed)
    if found is None:
        shaped = numbers.is_receipt(numbers.tidy(typed))
        context["error"] = "没有这个查询码。" if shaped else "查询码是 10 位，看看有没有抄错一位。"
        return render(request, "grid/tell_receipt.html", context, status=422)
    verbs = {"forget": erasing.forget_phone, "withdraw": erasing.withdraw}
    if step in verbs:
        verbs[step](opinion=found, actor=None, at=clock.now())
        found = receiving.find(typed) or found
    shown = told.of(found)
    if step == "rate" and (wrong := _rate(request, shown)) is not None:
        context |= {"wrong": wrong}
    elif step == "rate":
        context |= {"thanks": True}
        shown = told.of(receiving.find(typed) or found)
    status = 422 if context.get("wrong") else 200
    return render(request, "grid/tell_receipt.html", {**context, "found": found, "told": shown}, status=status)


def _rate(request: HttpRequest, shown: told.Told) -> str | None:
    """Keep what was chosen; the sentence of what is wrong, None when it is kept."""
    if shown.rated is None:
        return "还没有结果，有了结果再评价。"
    said = {"satisfaction": request.POST.get("rate", "")[:8], "words": request.POST.get("words", "")[:2000]}
    try:
        rating.rate(matter=shown.rated, is_own=shown.is_own, at=clock.now(), **said)
    except DomainError as error:
        return error.sentence
    return None


@public
@require_http_methods(["GET", "POST"])
def answered(request: HttpRequest, token: str) -> HttpResponse:
    """How a matter stands, for whoever raised it and holds its receipt; and what they think of the result."""
    if limits.exceeded(OPENING, origin.get()):
        return _too_often(request, OPENING)
    found = receipts.find(token)
    if found is None:
        raise Http404
    shown, wrong = told.of_matter(found), None
    if request.method == "POST":
        wrong = _rate(request, shown)
        shown = told.of_matter(receipts.find(token) or found)
    context = {"matter": found, "told": shown, "wrong": wrong, "thanks": request.method == "POST" and wrong is None}
    return render(request, "grid/tell_matter.html", context, status=422 if wrong else 200)


URLS = [
    path("o/", start, name="tell-start"),
    path("o/receipt/", receipt, name="tell-receipt"),
    path("o/<str:token>/", tell, name="tell"),
    path("o/m/<str:token>/", answered, name="matter-receipt"),
]

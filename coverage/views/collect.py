"""The public pages behind a code: the form, its notice, and what a receipt number shows and takes back.

Nobody signs in here and no cookie is needed: the form carries a signed token of its own in place of the one that Django
keeps in a cookie, and a form that another site sends is turned away by its origin. Nothing but the person's own words
is kept: no address, no device, no place.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from django.core import signing
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from coverage.collection import codes, numbers, submissions
from coverage.forms.collection import LISTED_SHOPS, PublicForm
from coverage.models import CollectionCode, Entity
from shimen import clock, limits
from shimen.accounts.access import Gate, allow
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.web import refuse, render

SALT = "collect.form"
OPEN_FOR = 12 * 3600  # seconds for which a page may lie open before it is sent
LARGEST = 20_000  # bytes of a form; a full one has under two thousand
# A shop's own network is one address, and so is an office building's; the cards of one door are filled in one evening.
AT_ONE_DOOR = limits.Limit("collect-door", tries=20, seconds=600)
FROM_ONE_ADDRESS = limits.Limit("collect-address", tries=60, seconds=600)
ONE_CODE = limits.Limit("collect-code", tries=300, seconds=3600)
LOOKING = limits.Limit("collect-look", tries=20, seconds=600)
TYPING = limits.Limit("collect-short", tries=20, seconds=600)

View = Callable[..., HttpResponse]


class Say(Protocol):
    """How a family of public pages says a sentence on a page of its own."""

    def __call__(self, request: HttpRequest, title: str, words: str, *, status: int) -> HttpResponse: ...


def public_door(say: Say) -> Callable[[View], View]:
    """Open to everybody, out of search engines and caches, closed to forms of other sites and to huge bodies; what is
    refused is said by `say`."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @allow(Gate.PUBLIC)
        @functools.wraps(view)
        def opened(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            response = _refused(request, say) or _shown(view, say, request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            return response

        return opened

    return decorate


def _refused(request: HttpRequest, say: Say) -> HttpResponse | None:
    """The answer to what is not read at all; None for what may be."""
    if request.method != "POST":
        return None
    if is_foreign(request):
        return say(request, "这一页要从本站打开", "重新扫码，或回到原来的页面再提交。", status=403)
    if request.content_type != "application/x-www-form-urlencoded":
        # Files are not asked for, and their parts would be read before they could be refused.
        return say(request, "这里只收表单", "重新扫码，在打开的页面里填写。", status=415)
    if is_too_big(request):
        return say(request, "写得太多了", "返回删掉一些再提交。", status=413)
    return None


def _shown(view: View, say: Say, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    """The page; a code that does not exist is said on a page that a phone can show."""
    try:
        return view(request, *args, **kwargs)
    except Http404:
        words = "码没有扫全，或网址少了几位。重新扫一次，或输入二维码下面的 6 位。"
        return say(request, "没有这张码", words, status=404)


def is_foreign(request: HttpRequest) -> bool:
    """Browsers say where a form comes from; those that do not are asked for the token in it."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    said = request.headers.get("Origin", "")
    return said not in {"", "null"} and urlsplit(said).netloc != request.get_host()


def is_too_big(request: HttpRequest) -> bool:
    """By what the sender announces; a body without a length is not read at all."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST
    except ValueError:
        return True


def _say(request: HttpRequest, title: str, words: str, *, status: int, contact: str = "") -> HttpResponse:
    context = {"title": title, "words": words, "contact": contact}
    return render(request, "collect/said.html", context, status=status)


public = public_door(_say)


def _too_often(request: HttpRequest, limit: limits.Limit) -> HttpResponse:
    words = f"同一个网络或同一张码短时间里提交得太多。过 {limit.minutes} 分钟再来；用浏览器的后退，填过的多半还在。"
    response = _say(request, "请过一会儿再试", words, status=429)
    response.headers["Retry-After"] = str(limit.seconds)
    return response


@public
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Where no camera is at hand: the short code under the picture."""
    typed = request.POST.get("short", "")[:40]
    context = {"typed": typed, "error": ""}
    if request.method == "POST":
        if limits.exceeded(TYPING, origin.get()):
            return _too_often(request, TYPING)
        code = CollectionCode.objects.filter(short=numbers.tidy(typed)).first()
        if code is not None:
            return redirect("coverage:collect", code.token)
        context["error"] = "没有这个码。照着纸上的 6 位重写，没有字母 O、I、L 和数字 0、1"
    return render(request, "collect/start.html", context, status=422 if context["error"] else 200)


def _code(token: str) -> CollectionCode:
    rows = CollectionCode.objects.select_related("street", "entity__area", "place__area")
    code = rows.filter(token=token).first() if numbers.is_token(token) else None
    if code is None:
        raise Http404
    return code


@public
@require_http_methods(["GET", "POST"])
def collect(request: HttpRequest, token: str) -> HttpResponse:
    """The form of a door; sent twice it is one submission and the same receipt."""
    code = _code(token)
    version = codes.current_form(code.street)
    if version is None or not code.opens_on(clock.today()):
        words = "这张纸上的码已经换过。请店里的支部联系人或走访队员给一张新的，或问问所在的党支部。"
        return _say(request, "这张码已过期", words, status=410, contact=version.contact if version else "")
    if request.method == "POST":
        for limit, who in (
            (AT_ONE_DOOR, (token, origin.get())),
            (FROM_ONE_ADDRESS, (origin.get(),)),
            (ONE_CODE, (token,)),
        ):
            if limits.exceeded(limit, *who):
                return _too_often(request, limit)
    form = PublicForm(request.POST if request.method == "POST" else None, version=version, shops=_shops(code))
    context = {"form": form, "code": code, "version": version, "pass": _new_pass(code, version.number)}
    if request.method == "POST":
        taken = _take(request, code, form, context)
        if taken is not None:
            return render(request, "collect/done.html", {**context, "taken": taken})
    return render(request, "collect/form.html", context, status=422 if request.method == "POST" else 200)


def _shops(code: CollectionCode) -> list[Entity] | None:
    """The shops at a place, if they fit on a phone; none for a shop's own code."""
    if code.place is None:
        return None
    here = Q(place=code.place) | Q(place__building=code.place)
    rows = list(
        Entity.objects.listed().filter(here, street_id=code.street_id).order_by("pinyin", "pk")[: LISTED_SHOPS + 1]
    )
    return rows if len(rows) <= LISTED_SHOPS else []


def _new_pass(code: CollectionCode, version: int) -> str:
    """What makes one showing of the form one submission, and says which notice was read."""
    return signing.dumps([new_id().hex, code.token, version], salt=SALT)


def _take(
    request: HttpRequest, code: CollectionCode, form: PublicForm, context: dict[str, object]
) -> submissions.Taken | None:
    """What became of a form that was sent; None when it goes back with sentences beside its fields."""
    try:
        shown, token, version = signing.loads(request.POST.get("pass", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        shown, token, version = "", "", 0
    if token != code.token or version != context["version"].number:  # type: ignore[attr-defined]
        form.add_error(None, "这一页放得太久，或告知书有了新的一版。看一眼上面的说明，再点一次提交，填过的都在")
        return None
    context["pass"] = request.POST["pass"]
    if not form.is_valid():
        return None
    try:
        return submissions.submit(
            id=uuid.UUID(shown), code=code, form=context["version"], entity=code.entity or form.entity, said=form.said(),
            at=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        refuse(form, error)
        return None


@public
@require_GET
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """The whole notice that stands behind a code."""
    code = _code(token)
    version = codes.current_form(code.street)
    if version is None:
        raise Http404
    return render(request, "collect/notice.html", {"code": code, "version": version})


@public
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of a submission, for whoever holds its number; and taking it back."""
    typed = request.POST.get("number", "")[:40]
    context: dict[str, object] = {"typed": typed, "error": "", "asks": request.POST.get("step") == "ask"}
    if request.method != "POST":
        return render(request, "collect/receipt.html", context)
    if limits.exceeded(LOOKING, origin.get()):
        return _too_often(request, LOOKING)
    found = submissions.find(typed)
    if found is None:
        shaped = numbers.is_receipt(numbers.tidy(typed))
        context["error"] = "没有这个查询码。" if shaped else "查询码是 10 位，看看有没有抄错一位。"
        return render(request, "collect/receipt.html", context, status=422)
    if request.POST.get("step") == "withdraw":
        submissions.withdraw(submission=found, actor=None, at=clock.now())
        found = submissions.find(typed)
    return render(request, "collect/receipt.html", {**context, "found": found, "within": submissions.ERASE_WITHIN.days})

"""The public pages of coupons: claiming one, a coupon on its holder's phone, and a merchant's phone that takes it.

A merchant's phone is known by a cookie that scripts cannot read and that is sent to these pages only. Everything it does works
as a plain form; the script adds that a coupon that was set aside is confirmed later when the network is poor.
"""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import numbers, qr
from shimen import clock, limits
from shimen.accounts.access import Gate, allow
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.models import new_id
from shimen.web import render
from supply.coupons import codes, devices, issuing, redeeming
from supply.models import Coupon, CouponBatch, MerchantDevice, Redemption
from supply.views.coupons import page_of
from supply.views.stand_doors import new_pass, public, read_pass, said, too_often

CLAIM = "coupons.claim"
CLAIMING = limits.Limit("coupon-claim", tries=30, seconds=600)
LOOKING = limits.Limit("coupon-page", tries=120, seconds=600)
# A shop at noon redeems a coupon every few seconds; somebody who guesses digits needs thousands.
TAKING = limits.Limit("coupon-take", tries=120, seconds=600)
LINKING = limits.Limit("coupon-link", tries=20, seconds=600)
COOKIE, HOME = "shimen_merchant", "/supply/m/"
KEPT_FOR = 400 * 24 * 3600  # seconds; browsers keep nothing longer
NO_PHONE = "这部手机还没有登记。请向街道党建办要一个登记链接，用这部手机打开。"

Merchant = Callable[[HttpRequest, MerchantDevice], HttpResponse]


# ---- claiming


@public
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Take a coupon with a mobile number; sent twice it is one coupon."""
    batch = CouponBatch.objects.select_related("street").filter(token=token[:16]).first()
    if batch is None or batch.audience != CouponBatch.Audience.ANYONE:
        return said(request, "没有这个领券地址", "地址没有复制全，或这一批不在网上领。", status=404)
    context: dict[str, Any] = {"batch": batch, "pass": new_pass(CLAIM, batch.pk), "phone": "", "error": ""}
    context["closed"] = _closed(batch)
    if request.method != "POST":
        return render(request, "supply/coupon_claim.html", context)
    if limits.exceeded(CLAIMING, origin.get()):
        return too_often(request, CLAIMING)
    context["phone"] = request.POST.get("phone", "")[:40]
    form = read_pass(request.POST.get("pass", ""), CLAIM, batch.pk)
    if not form:
        context["error"] = "这一页放得太久，再提交一次"
    elif "agrees" not in request.POST:
        context["error"] = "勾选同意才能领。不同意就关掉这一页，什么也不会留下"
    else:
        try:
            made = issuing.claim(id=uuid.UUID(form), batch=batch, phone=context["phone"], at=clock.now())
            return redirect(page_of(made))
        except DomainError as error:
            context["error"] = error.sentence
    return render(request, "supply/coupon_claim.html", context, status=422)


def _closed(batch: CouponBatch) -> str:
    """Why nobody can claim now; '' while they can."""
    if batch.stopped_at is not None:
        return "这一批已经停发。"
    if clock.today() > batch.last_day:
        return f"这一批 {batch.last_day:%m-%d} 到期了。"
    return "" if batch.left else f"{batch.number} 张都领完了。"


# ---- on its holder's phone


@public
@require_GET
def coupon_page(request: HttpRequest, token: str) -> HttpResponse:
    """A coupon with the picture of this minute; whoever has the address holds it."""
    if limits.exceeded(LOOKING, origin.get()):
        return too_often(request, LOOKING)
    found = issuing.find_page(token[:64])
    if found is None:
        return said(request, "没有这张券", "地址没有复制全，重新打开领券时的那一页。", status=404)
    at = clock.now()
    context: dict[str, Any] = {"coupon": found, "batch": found.batch, "why": _why_not(found, at)}
    merchants = found.batch.merchants.filter(left_at__isnull=True).select_related("entity")
    context["merchants"] = [row.entity for row in merchants.order_by("entity__pinyin", "pk")]
    if found.state == Coupon.State.REDEEMED:
        context["used"] = found.redemptions.standing().select_related("entity").first()
    if context["why"]:
        return render(request, "supply/coupon_page.html", context)
    shown, digits = issuing.face(found, at)
    address = request.build_absolute_uri(reverse("supply:merchant-take", args=[shown]))
    context |= {"drawing": qr.draw(address), "typed": f"{found.short} {digits}"}
    response = render(request, "supply/coupon_page.html", context)
    # The picture is new every minute; said in a header, because a page without script has no other way.
    response.headers["Refresh"] = str(codes.left(at) + 1)
    return response


def _why_not(coupon: Coupon, at: dt.datetime) -> str:
    """Why a coupon cannot be used now; '' while it can."""
    day = clock.day_of(at)
    if coupon.state != Coupon.State.ISSUED:
        return coupon.get_state_display()
    if day < coupon.batch.first_day:
        return f"{coupon.batch.first_day:%m-%d} 起才能用"
    return "已过期" if day > coupon.batch.last_day else ""


# ---- on a merchant's phone


def merchant(view: Merchant) -> Callable[..., HttpResponse]:
    """For a phone that is signed in; others are told how they come to be."""

    @public
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        device = devices.find(request.COOKIES.get(COOKIE, ""))
        if device is None and _wants_json(request):
            return JsonResponse({"error": NO_PHONE}, status=403)
        if device is None:
            return said(request, "请用登记过的手机", NO_PHONE, status=403)
        if request.method == "POST" and limits.exceeded(TAKING, device.pk.hex):
            sentence = f"试得太多，过 {TAKING.minutes} 分钟再来。"
            if _wants_json(request):
                return JsonResponse({"error": sentence}, status=429)
            return said(request, "请过一会儿再试", sentence, status=429)
        return view(request, device, *args, **kwargs)

    return opened


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


@public
@require_http_methods(["GET", "POST"])
def merchant_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """The link that signs one phone in: first for which shop, then a tap."""
    if limits.exceeded(LINKING, origin.get()):
        return too_often(request, LINKING)
    at = clock.now()
    try:
        if request.method != "POST":
            return render(request, "supply/merchant_sign_in.html", {"device": devices.find_link(token, at)})
        _, secret = devices.sign_in(token=token, at=at)
    except DomainError as error:
        return said(request, "登记不了", error.sentence, status=410)
    response = redirect("supply:merchant-home")
    response.set_cookie(
        COOKIE, secret, max_age=KEPT_FOR, path=HOME, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return response


@merchant
@require_http_methods(["GET", "POST"])
def merchant_home(request: HttpRequest, device: MerchantDevice) -> HttpResponse:
    """Where a code is typed, what waits in this phone, and what was taken today."""
    if request.method == "POST":
        typed = request.POST.get("code", "")[:80]
        if codes.read(typed) is not None:
            return redirect("supply:merchant-take", numbers.tidy(typed))
        return _home(request, device, typed=typed, error="7 位券号加 4 位数字，照着顾客手机上的写", status=422)
    return _home(request, device)


def _home(request: HttpRequest, device: MerchantDevice, *, status: int = 200, **context: Any) -> HttpResponse:
    begin = dt.datetime.combine(clock.today(), dt.time.min, clock.SHANGHAI)
    rows = Redemption.objects.standing().filter(entity=device.entity, street=device.street)
    today = list(rows.within(begin, begin + dt.timedelta(days=1)).select_related("coupon__batch").newest_first()[:100])
    context |= {"device": device, "today": today, "total": sum(row.value for row in today)}
    return render(request, "supply/merchant_home.html", context, status=status)


@merchant
@require_http_methods(["GET", "POST"])
def merchant_take(request: HttpRequest, device: MerchantDevice, code: str) -> HttpResponse:
    """What was scanned: what the coupon is worth, and a tap that uses it. Refusals say why."""
    at = clock.now()
    context: dict[str, Any] = {"device": device, "code": code[:80]}
    try:
        if request.method == "POST":
            done = redeeming.redeem(id=_id(request.POST.get("id", "")), code=code, device=device, at=at)
            return render(request, "supply/merchant_done.html", {"device": device, "done": done})
        found = redeeming.look(code=code, device=device, at=at)
    except DomainError as error:
        return render(request, "supply/merchant_refused.html", context | {"error": error.sentence}, status=422)
    context |= {"coupon": found, "batch": found.batch, "id": new_id()}
    return render(request, "supply/merchant_take.html", context)


def _id(text: str) -> uuid.UUID:
    """The id that the page gave to this tap."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise redeeming.CouponError("这一页不完整，请顾客把券再打开，重新扫。") from None


@merchant
@require_POST
def merchant_reserve(request: HttpRequest, device: MerchantDevice) -> JsonResponse:
    """Set a coupon aside for this phone; answers with the slip that it keeps."""
    try:
        code = request.POST.get("code", "")[:80]
        held = redeeming.reserve(id=_id(request.POST.get("id", "")), code=code, device=device, at=clock.now())
    except DomainError as error:
        return JsonResponse({"error": error.sentence}, status=422)
    batch = held.coupon.batch
    return JsonResponse({
        "slip": redeeming.slip_of(held), "id": str(held.pk), "short": held.coupon.short, "title": batch.title,
        "worth": batch.worth, "until": f"{held.expires_at.astimezone(clock.SHANGHAI):%H:%M}",
    })  # fmt: skip


@merchant
@require_POST
def merchant_confirm(request: HttpRequest, device: MerchantDevice) -> JsonResponse:
    """Use what a slip has set aside; the same slip again is the same answer."""
    try:
        done = redeeming.confirm(slip=request.POST.get("slip", "")[:400], device=device, at=clock.now())
    except DomainError as error:
        return JsonResponse({"error": error.sentence}, status=422)
    return JsonResponse({"id": str(done.pk), "at": f"{done.redeemed_at.astimezone(clock.SHANGHAI):%m-%d %H:%M}"})


@merchant
@require_POST
def merchant_release(request: HttpRequest, device: MerchantDevice) -> JsonResponse:
    """Give a coupon back that was set aside."""
    try:
        redeeming.release(slip=request.POST.get("slip", "")[:400], device=device, at=clock.now())
    except DomainError as error:
        return JsonResponse({"error": error.sentence}, status=422)
    return JsonResponse({"ok": True})


SHELL = ("css/visit.css", "phone/merchant.js", "phone-icons.svg", "mark.svg")


@require_GET
@never_cache
@allow(Gate.PUBLIC)
def merchant_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of merchants' phones; it names the shell by today's hashed names."""
    shell = ",".join(f'"{static(name)}"' for name in SHELL)
    script = f'self.SHELL=[{shell}];\nimportScripts("{static("phone/merchant-worker.js")}");\n'
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = HOME
    return response


URLS = [
    path("claim/<str:token>/", claim, name="coupon-claim"),
    path("q/<str:token>/", coupon_page, name="coupon-page"),
    path("m/", merchant_home, name="merchant-home"),
    path("m/in/<str:token>/", merchant_sign_in, name="merchant-sign-in"),
    path("m/c/<str:code>/", merchant_take, name="merchant-take"),
    path("m/reserve/", merchant_reserve, name="merchant-reserve"),
    path("m/confirm/", merchant_confirm, name="merchant-confirm"),
    path("m/release/", merchant_release, name="merchant-release"),
    path("m/worker.js", merchant_worker, name="merchant-worker"),
]

"""Pages that anybody may open: signing in at a meeting, checking in at a shop of a streamers' tour, a calendar to read.

Nothing is kept of whoever opens them: no address, no device, no place. Whether a number belongs to a member is never said.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from branches.life import attendance, links, tours
from branches.models import Activity, CheckIn, VisitedShop
from branches.pages import activities as pages
from coverage.collection import numbers
from coverage.views.collect import is_foreign, is_too_big
from shimen import clock, ics, limits
from shimen.accounts.access import Gate, allow
from shimen.audit.record import origin
from shimen.errors import DomainError
from shimen.web import render
from supply.coupons import issuing

# A meeting room is one address, and a shop's own network is too.
TYPING = limits.Limit("life-code", tries=60, seconds=600)
SIGNING = limits.Limit("life-sign-in", tries=120, seconds=600)
ONE_NUMBER = limits.Limit("life-number", tries=6, seconds=600)
CHECKING = limits.Limit("life-check-in", tries=120, seconds=600)
READING = limits.Limit("life-calendar", tries=240, seconds=3600)
LISTED = 400
BACK = dt.timedelta(days=92)

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody without a cookie, out of search engines and caches, closed to forms of other sites."""

    @csrf_exempt
    @allow(Gate.PUBLIC)
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            response = _say(request, "这一页要从本站打开", "重新扫码，或回到原来的页面再提交。", status=403)
        elif request.method == "POST" and request.content_type != "application/x-www-form-urlencoded":
            response = _say(request, "这里只收表单", "重新扫码，在打开的页面里填写。", status=415)
        elif request.method == "POST" and is_too_big(request):
            response = _say(request, "写得太多了", "返回删掉一些再提交。", status=413)
        else:
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return opened


def _say(
    request: HttpRequest, title: str, words: str, *, status: int = 200, tone: str = "", coupon: str = ""
) -> HttpResponse:
    context = {"title": title, "words": words, "tone": tone, "coupon": coupon}
    return render(request, "branches/door_said.html", context, status=status)


def _too_often(request: HttpRequest, limit: limits.Limit) -> HttpResponse:
    response = _say(request, "请过一会儿再试", f"同一个网络短时间里试得太多。过 {limit.minutes} 分钟再来。", status=429)
    response.headers["Retry-After"] = str(limit.seconds)
    return response


@public
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Where no camera is at hand: the digits on the screen of a meeting, or the signs under a shop's picture."""
    typed = request.POST.get("code", "")[:40]
    if request.method != "POST":
        return render(request, "branches/door_start.html", {"typed": "", "error": ""})
    if limits.exceeded(TYPING, origin.get()):
        return _too_often(request, TYPING)
    said = numbers.tidy(typed)
    if activity := attendance.find_by_code(said, at=clock.now()):
        return render(request, "branches/door_sign_in.html", {"activity": activity, "code": said})
    if shop := tours.find(said):
        return redirect("branches:tour-shop", shop.token)
    error = "没有这个码，或已经换了。会场的数字每分钟换一次，照着屏幕上现在的写"
    return render(request, "branches/door_start.html", {"typed": typed, "error": error}, status=422)


@public
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """A member signs in with what they scanned; whether they were found is for the secretary's list to show."""
    return _sign_in(request, attendance.find_by_token(token, at=clock.now()), "")


@public
@require_http_methods(["GET", "POST"])
def sign_in_by_code(request: HttpRequest) -> HttpResponse:
    """The same with the digits that were typed."""
    said = numbers.tidy(request.POST.get("code", "")[:40])
    if request.method != "POST":
        return redirect("branches:door")
    if limits.exceeded(TYPING, origin.get()):
        return _too_often(request, TYPING)
    return _sign_in(request, attendance.find_by_code(said, at=clock.now()), said)


def _sign_in(request: HttpRequest, activity: Activity | None, code: str) -> HttpResponse:
    if activity is None:
        words = "这个码已经换了，或签到已经停了。抬头看会场屏幕上现在的码，再扫一次；也可以请书记在名单上点一下。"
        return _say(request, "码已经换了", words, status=410)
    if request.method != "POST" or "tap" not in request.POST:
        return render(request, "branches/door_sign_in.html", {"activity": activity, "code": code})
    phone = numbers.tidy(request.POST.get("phone", "")[:40])
    user = request.user if request.user.is_authenticated and not phone else None
    if user is None and not (phone.isdigit() and len(phone) == 11):
        context = {"activity": activity, "code": code, "error": "写 11 位手机号"}
        return render(request, "branches/door_sign_in.html", context, status=422)
    if limits.exceeded(SIGNING, origin.get()) or (phone and limits.exceeded(ONE_NUMBER, phone)):
        return _too_often(request, SIGNING)
    attendance.sign_in(activity=activity, user=user, phone=phone, at=clock.now())
    words = "书记的名单上会打上勾。没有打勾的，请书记点一下就行，不用再扫。"
    return _say(request, "收到了", words, tone="said")


@public
@require_http_methods(["GET", "POST"])
def tour_shop(request: HttpRequest, token: str) -> HttpResponse:
    """A participant of a streamers' tour checks in at a shop with a name of their choice."""
    shop = tours.find(token)
    if shop is None:
        return _say(request, "没有这个码", "码没有扫全，或这家店已经不在名单里。再扫一次。", status=404)
    context = {"shop": shop, "activity": shop.activity, "nickname": request.POST.get("nickname", "")[:40], "error": ""}
    if request.method != "POST":
        return render(request, "branches/door_shop.html", context | {"closed": _closed(shop)})
    if limits.exceeded(CHECKING, origin.get()):
        return _too_often(request, CHECKING)
    try:
        made, is_new = tours.check_in(shop=shop, nickname=context["nickname"], at=clock.now())
    except DomainError as error:
        return render(request, "branches/door_shop.html", context | {"error": error.sentence}, status=422)
    words = "只记下昵称和时间。" if is_new else "这个昵称刚才已经打过卡，只记一次。"
    coupon = _coupon(shop, made) if is_new else ""
    return _say(request, f"{made.nickname}，打卡成功" if is_new else "已经打过卡", words, tone="said", coupon=coupon)


def _coupon(shop: VisitedShop, made: CheckIn) -> str:
    """The address of the coupon that goes with a check-in; '' where none is given for the activity, or none is left."""
    given = issuing.issue_for(
        kind="activity", subject=shop.activity_id, person=made.pk.hex, street_id=shop.street_id, at=clock.now()
    )
    return reverse("supply:coupon-page", args=[issuing.page_token(given)]) if given else ""


def _closed(shop: VisitedShop) -> str:
    """Why nobody can check in now; '' while they can."""
    since, until = tours.opens_at(shop)
    if shop.activity.state == Activity.State.CANCELLED:
        return "这场活动取消了。"
    if clock.now() < since:
        return f"{pages.local(since):%m-%d %H:%M} 开始打卡。"
    return "活动已经结束，不再打卡。" if clock.now() > until else ""


@public
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """An organisation's activities for a calendar programme: from three months back on, cancelled ones among them."""
    link = links.find(token)
    if link is None:
        return _say(request, "没有这个日历", "地址已经停用或换过，请书记给一个新的。", status=404)
    if limits.exceeded(READING, token):
        return _too_often(request, READING)
    rows = Activity.objects.of(link.organisation).filter(starts_at__gte=clock.now() - BACK).in_order()[:LISTED]
    body = ics.calendar([pages.event(row) for row in rows], name=f"{link.organisation} 组织生活")
    return HttpResponse(body, content_type=ics.CONTENT_TYPE)


URLS = [
    path("s/", start, name="door"),
    path("s/code/", sign_in_by_code, name="sign-in-code"),
    path("s/<str:token>/", sign_in, name="sign-in-token"),
    path("t/<str:token>/", tour_shop, name="tour-shop"),
    path("c/<str:token>.ics", calendar, name="calendar"),
]

"""What every public page of coupons, meal points and volunteers begins with: no sign-in, nothing kept of whoever opens it.

A form of another site is turned away by its origin, since there is no cookie whose token could tell (a merchant's phone has
one, which browsers do not send along with a form of another site).
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from coverage.views.collect import is_foreign, is_too_big
from shimen import limits
from shimen.accounts.access import Gate, allow
from shimen.models import new_id
from shimen.web import render

View = Callable[..., HttpResponse]
PASS_FOR = 12 * 3600  # seconds for which a form may lie open


def public(view: View) -> View:
    """Open to everybody, out of search engines and caches, closed to forms of other sites and to huge bodies."""

    @csrf_exempt
    @allow(Gate.PUBLIC)
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            response = said(request, "这一页要从本站打开", "重新扫码，或回到原来的页面再提交。", status=403)
        elif request.method == "POST" and request.content_type != "application/x-www-form-urlencoded":
            response = said(request, "这里只收表单", "重新扫码，在打开的页面里填写。", status=415)
        elif request.method == "POST" and is_too_big(request):
            response = said(request, "写得太多了", "返回删掉一些再提交。", status=413)
        else:
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return opened


def said(
    request: HttpRequest, title: str, words: str, *, status: int = 200, tone: str = "", go: tuple[str, str] = ("", "")
) -> HttpResponse:
    """A sentence on a page of its own; `go` is where it may go on from there (words, address)."""
    context = {"title": title, "words": words, "tone": tone, "go_words": go[0], "go_url": go[1]}
    return render(request, "supply/door_said.html", context, status=status)


def too_often(request: HttpRequest, limit: limits.Limit) -> HttpResponse:
    """One network tried too much in a short while."""
    words = f"同一个网络短时间里提交得太多。过 {limit.minutes} 分钟再来；用浏览器的后退，填过的多半还在。"
    response = said(request, "请过一会儿再试", words, status=429)
    response.headers["Retry-After"] = str(limit.seconds)
    return response


def new_pass(salt: str, *of: object) -> str:
    """What a shown form carries: an id of its own, and what it was shown for."""
    return signing.dumps([new_id().hex, *map(str, of)], salt=salt)


def read_pass(text: str, salt: str, *of: object) -> str:
    """The id of a form that was shown here for the same; '' for one that is too old, or of something else."""
    try:
        shown, *rest = signing.loads(text, salt=salt, max_age=PASS_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(shown) if rest == [str(each) for each in of] else ""

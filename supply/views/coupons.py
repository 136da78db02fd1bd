"""Batches of coupons: the list, one batch, making and changing it, issuing, slips to hand out, taking a coupon back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import qr
from coverage.models import Worker
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.accounts.models import Role
from shimen.answering import attempt, press, status_of
from shimen.audit import record as audit
from shimen.territory.models import Area
from shimen.web import paginate, render
from supply.coupons import batches, issuing
from supply.forms.coupons import BatchForm, CouponFilter, IssueForm, MerchantsForm, ReasonForm
from supply.models import Coupon, CouponBatch, CouponMerchant, Volunteer
from supply.views.stand_acting import Words, form_page

EDITORS = (Role.STAFF,)
SLIPS = 90  # on a run: ten sheets of nine


def get_batch(request: HttpRequest, coupon_batch: uuid.UUID) -> CouponBatch:
    """One batch of the person's street, with its counts; 404 outside it."""
    rows = CouponBatch.objects.visible_to(request.user).with_counts().select_related("street", "made_by")
    found: CouponBatch = get_object_or_404(rows, pk=coupon_batch)
    return found


def _home(batch: CouponBatch) -> str:
    return reverse("supply:coupon-batch", args=[batch.pk])


def above(batch: CouponBatch | None = None) -> tuple[tuple[str, str], ...]:
    """Where a page of a batch belongs."""
    top = ("优享券", reverse("supply:coupon-batches"))
    return (top, (str(batch), _home(batch))) if batch else (top,)


@require_GET
@allow(*OFFICE)
def coupon_batches(request: HttpRequest) -> HttpResponse:
    """What is given out, how much of it is in hands and how much used."""
    rows = CouponBatch.objects.visible_to(request.user).with_counts().newest_first()
    context = {
        "page": paginate(request, rows),
        "today": clock.today(),
        "may_edit": scope_of(request.user).has(*EDITORS),
    }
    return render(request, "supply/coupon_batches.html", context, part="list")


def _subject(request: HttpRequest) -> batches.Subject | None:
    """What an app above sent along in the address: kind, id, title of one of its rows."""
    kind, title = request.GET.get("kind", "")[:20], request.GET.get("title", "")[:80]
    try:
        return batches.Subject(kind, uuid.UUID(request.GET.get("subject", "")), title) if kind and title else None
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def coupon_batch_new(request: HttpRequest) -> HttpResponse:
    """Make a batch."""
    subject = _subject(request)
    title = subject.title if subject else ""
    form = BatchForm(request.POST or None, user=request.user, subject_title=title)
    words = Words(
        "建一批优享券", "建这一批", "已建好，接着发券、发商户登记链接", above(),
        note=f"发给参加“{title}”并打卡的人" if title else "券的面值、有效期发出后只能放宽，想好再建",
    )  # fmt: skip
    return form_page(
        request, form, words, batches.make, to=_home, street=request.user.street, terms=form.read, subject=subject,
        audience=lambda: form.cleaned_data["audience"], merchants=lambda: form.cleaned_data["merchants"],
    )  # fmt: skip


def _rows(request: HttpRequest, found: CouponBatch) -> tuple[CouponFilter, QuerySet[Coupon]]:
    form = CouponFilter(request.GET)
    return form, form.rows(Coupon.objects.visible_to(request.user).filter(batch=found))


def _page(request: HttpRequest, found: CouponBatch, **forms: Any) -> HttpResponse:
    form, rows = _rows(request, found)
    page = paginate(request, rows)
    audit.seen(target=found, actor=request.user, at=clock.now(), rows=len(page.object_list))
    claim = request.build_absolute_uri(reverse("supply:coupon-claim", args=[found.token]))
    context = {
        "batch": found, "form": form, "page": page, "today": clock.today(),
        "merchants": found.merchants.filter(left_at__isnull=True).select_related("entity").order_by("entity__pinyin", "pk"),
        "merchants_form": MerchantsForm(user=request.user), "may_edit": scope_of(request.user).has(*EDITORS),
        "claim_url": claim, "drawing": qr.draw(claim), "is_running": found.stopped_at is None and clock.today() <= found.last_day,
    }  # fmt: skip
    refused = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "supply/coupon_batch.html", context | forms, part="list", status=422 if refused else 200)


@require_GET
@allow(*OFFICE)
def coupon_batch(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """One batch: its sum, where it counts, and its coupons; holders masked, that they were seen is kept."""
    return _page(request, get_batch(request, coupon_batch))


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def coupon_batch_edit(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """Change what a batch promises."""
    found = get_batch(request, coupon_batch)
    form = BatchForm(request.POST or None, user=request.user, batch=found)
    note = f"已经发出 {found.issued} 张：面值不能改，有效期只能放宽" if found.issued else ""
    words = Words("改这一批", "保存", "已保存", above(found), note=note)
    return form_page(request, form, words, batches.change, batch=found, terms=form.read)


@require_POST
@allow(*EDITORS)
def coupon_merchants(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """Let more merchants take part."""
    found = get_batch(request, coupon_batch)
    form = MerchantsForm(request.POST, user=request.user)
    done = attempt(
        request, form, batches.add_merchants, batch=found, merchants=lambda: form.cleaned_data["merchants"]
    )  # fmt: skip
    if done is None:
        return _page(request, found, merchants_form=form)
    messages.success(request, f"已加 {done} 家，接着给店里的手机发登记链接")
    return redirect(_home(found))


@require_POST
@allow(*EDITORS)
def coupon_merchant_leave(request: HttpRequest, coupon_merchant: uuid.UUID) -> HttpResponse:
    """A merchant takes part no longer."""
    rows = CouponMerchant.objects.visible_to(request.user).select_related("batch", "entity")
    found = get_object_or_404(rows, pk=coupon_merchant)
    done = f"{found.entity}已退出，核销过的照常结算"
    return press(request, batches.remove_merchant, done=done, back=_home(found.batch), merchant=found)


@require_POST
@allow(*EDITORS)
def coupon_batch_stop(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """Give out no more."""
    found = get_batch(request, coupon_batch)
    undo = reverse("supply:coupon-batch-resume", args=[found.pk])
    return press(request, batches.stop, done="已停发，发出去的照常能用", back=_home(found), undo=undo, batch=found)


@require_POST
@allow(*EDITORS)
def coupon_batch_resume(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """Give out coupons again."""
    found = get_batch(request, coupon_batch)
    return press(request, batches.resume, done="已恢复发券", back=_home(found), batch=found)


def _people(request: HttpRequest, batch: CouponBatch, form: IssueForm) -> list[Worker | Volunteer]:
    """Whom the form names, as far as the person sees them."""
    data = form.cleaned_data
    if batch.audience == CouponBatch.Audience.VOLUNTEERS:
        rows = Volunteer.objects.visible_to(request.user).standing().in_order()
        rows = rows.filter(group=data["group"]) if data["group"] else rows
        return list(rows.filter(area__lineage__contains=[data["area"].pk]) if data["area"] else rows)
    workers = Worker.objects.visible_to(request.user).filter(entity__in=data["people"], left_on__isnull=True)
    return list(workers.order_by("entity__pinyin", "pk"))


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def coupon_issue(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """Issue coupons to the batch's people."""
    found = get_batch(request, coupon_batch)
    if found.audience not in {CouponBatch.Audience.WORKERS, CouponBatch.Audience.VOLUNTEERS}:
        raise Http404
    areas = Area.objects.visible_to(request.user).grids().in_order()
    form = IssueForm(request.POST if request.method == "POST" else None, user=request.user, areas=areas, batch=found)
    done = attempt(request, form, issuing.issue_to, batch=found, people=lambda: _people(request, found, form))
    if done is not None:
        said = f"发出 {done.issued} 张" + (f"，{done.had} 人已经有了" if done.had else "")
        messages.success(request, said + (f"，券不够，{done.missed} 人没有发到" if done.missed else ""))
        return redirect(_home(found))
    words = Words("发券", "发给这些人", "", above(found), note=f"每人一张，已有的不重发；还剩 {found.left} 张")
    context = {"form": form, "words": words, "back": _home(found)}
    return render(request, "supply/stand_form.html", context, status=status_of(form))


@require_GET
@allow(*EDITORS)
def coupon_slips(request: HttpRequest, coupon_batch: uuid.UUID) -> HttpResponse:
    """Slips to cut out and hand over: each opens its coupon on the holder's own phone."""
    found = get_batch(request, coupon_batch)
    rows = Coupon.objects.visible_to(request.user).filter(batch=found, state=Coupon.State.ISSUED)
    rows = rows.select_related("worker__entity", "volunteer", "batch").order_by("issued_at", "pk")
    page = paginate(request, rows, size=SLIPS)
    audit.seen(target=found, actor=request.user, at=clock.now(), rows=len(page.object_list))
    slips = [{"coupon": row, "drawing": qr.draw(request.build_absolute_uri(page_of(row)))} for row in page.object_list]
    sheets = [slips[at : at + 9] for at in range(0, len(slips), 9)]
    return render(request, "supply/coupon_slips.html", {"batch": found, "page": page, "sheets": sheets})


def page_of(coupon: Coupon) -> str:
    """The address of a coupon's own page."""
    return reverse("supply:coupon-page", args=[issuing.page_token(coupon)])


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def coupon_void(request: HttpRequest, coupon: uuid.UUID) -> HttpResponse:
    """Take a coupon out of the world."""
    rows = Coupon.objects.visible_to(request.user).select_related("batch", "worker", "volunteer")
    found = get_object_or_404(rows, pk=coupon)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    words = Words(
        f"作废券 {found.short}", "作废这张券", "已作废，这一位可以再领一张", above(found.batch), is_stop=True,
        lines=(("谁的", found.holder), ("面值", found.batch.worth), ("作废以后", "到店不能用，不能恢复")),
    )  # fmt: skip
    return form_page(
        request, form, words, issuing.void, coupon=found, reason=lambda: form.cleaned_data["reason"]
    )  # fmt: skip


URLS = [
    path("coupons/", coupon_batches, name="coupon-batches"),
    path("coupons/new/", coupon_batch_new, name="coupon-batch-new"),
    path("coupons/<uuid:coupon_batch>/", coupon_batch, name="coupon-batch"),
    path("coupons/<uuid:coupon_batch>/edit/", coupon_batch_edit, name="coupon-batch-edit"),
    path("coupons/<uuid:coupon_batch>/issue/", coupon_issue, name="coupon-issue"),
    path("coupons/<uuid:coupon_batch>/slips/", coupon_slips, name="coupon-slips"),
    path("coupons/<uuid:coupon_batch>/merchants/", coupon_merchants, name="coupon-merchants"),
    path("coupons/<uuid:coupon_batch>/stop/", coupon_batch_stop, name="coupon-batch-stop"),
    path("coupons/<uuid:coupon_batch>/resume/", coupon_batch_resume, name="coupon-batch-resume"),
    path("coupons/merchants/<uuid:coupon_merchant>/leave/", coupon_merchant_leave, name="coupon-merchant-leave"),
    path("coupons/one/<uuid:coupon>/void/", coupon_void, name="coupon-void"),
]

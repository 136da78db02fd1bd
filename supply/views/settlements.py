"""What merchants redeemed and are owed: redemptions, settlements, merchants' phones."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coverage.collection import qr
from coverage.forms.registry import ExportForm
from shimen import clock
from shimen.accounts.access import OFFICE, allow, scope_of
from shimen.answering import attempt, press, status_of
from shimen.exports import Column, ExportError, export
from shimen.web import paginate, refuse, render
from supply.coupons import devices, redeeming, settling
from supply.forms.coupons import DeviceForm, PayForm, ReasonForm, RedemptionFilter, SettleForm
from supply.models import CouponBatch, MerchantDevice, Redemption, Settlement, SupplyRule
from supply.views.coupons import EDITORS
from supply.views.stand_acting import Words, form_page

COLUMNS = (
    Column("商户", lambda row: str(row.entity), 28),
    Column("统一社会信用代码", lambda row: row.entity.code, 20),
    Column("券名", lambda row: row.coupon.batch.title, 20),
    Column("券号", lambda row: row.coupon.short, 10),
    Column("面值（元）", lambda row: row.value, 10),
    Column("核销时间", lambda row: row.redeemed_at, 18),
    Column("哪部手机", lambda row: row.device.label if row.device else "", 12),
    Column("结算到", lambda row: row.settlement.last_day if row.settlement else "没有结算", 12),
    Column("已撤销", lambda row: row.undo_reason if row.undone_at else "", 16),
)


# ---- redemptions


def _filtered(request: HttpRequest) -> tuple[RedemptionFilter, QuerySet[Redemption]]:
    form = RedemptionFilter(request.GET, batches=CouponBatch.objects.visible_to(request.user).newest_first())
    rows = Redemption.objects.visible_to(request.user).select_related("device")
    return form, form.rows(rows)


def _redemptions(request: HttpRequest, purpose: ExportForm) -> HttpResponse:
    form, rows = _filtered(request)
    context = {
        "form": form,
        "page": paginate(request, rows),
        "export": purpose,
        "may_edit": scope_of(request.user).has(*EDITORS),
    }
    status = 422 if purpose.is_bound and purpose.errors else 200
    return render(request, "supply/redemptions.html", context, part="list", status=status)


@require_GET
@allow(*OFFICE)
def redemptions(request: HttpRequest) -> HttpResponse:
    """Which coupon was used where and when."""
    return _redemptions(request, ExportForm())


@require_POST
@allow(*OFFICE)
def redemptions_export(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a file; nobody's name or number is in it."""
    form, rows = _filtered(request)
    return _export(request, rows, "优享券核销", form.used()) or _redemptions(request, _refused(request))


def _export(
    request: HttpRequest, rows: QuerySet[Redemption], title: str, filters: dict[str, str]
) -> HttpResponse | None:
    """The file; None when its purpose is missing."""
    purpose = ExportForm(request.POST)
    if not purpose.is_valid():
        return None
    try:
        return export(
            rows=rows, columns=COLUMNS, title=title, filters=filters, actor=request.user, at=clock.now(),
            **purpose.cleaned_data,
        )  # fmt: skip
    except ExportError:
        return None


def _refused(request: HttpRequest) -> ExportForm:
    form = ExportForm(request.POST)
    if form.is_valid():
        refuse(form, ExportError("写明导出做什么用，至少 4 个字，例如“核对十月结算”。", field="purpose"))
    return form


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def redemption_back(request: HttpRequest, redemption: uuid.UUID) -> HttpResponse:
    """Undo a redemption that was made by mistake."""
    rows = Redemption.objects.visible_to(request.user).select_related("coupon__batch", "entity", "settlement")
    found = get_object_or_404(rows, pk=redemption)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    words = Words(
        "撤销核销", "撤销这一笔", "已撤销，券又能用了", (("核销", reverse("supply:redemptions")),), is_stop=True,
        note="结算过的不能撤销",
        lines=(
            ("券", str(found.coupon)), ("商户", str(found.entity)), ("面值", f"{found.value} 元"),
            ("核销时间", f"{found.redeemed_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"),
        ),
    )  # fmt: skip
    return form_page(
        request, form, words, redeeming.take_back, redemption=found, reason=lambda: form.cleaned_data["reason"]
    )  # fmt: skip


# ---- settlements


def _settlements(request: HttpRequest, form: SettleForm, status: int = 200) -> HttpResponse:
    asked = SettleForm({"until": request.GET["until"]}) if request.GET.get("until") else form
    until = asked.cleaned_data["until"] if asked.is_bound and asked.is_valid() else form.fields["until"].initial
    rows = (
        Settlement.objects.visible_to(request.user)
        .select_related("entity")
        .order_by("-period__endswith", "entity__pinyin")
    )
    owed = settling.owed(street=request.user.street_id, until=until) if request.user.street_id else []
    context = {
        "form": form, "until": until, "owed": owed, "total": sum(each.amount for each in owed),
        "count": sum(each.count for each in owed), "page": paginate(request, rows),
        "may_edit": scope_of(request.user).has(*EDITORS), "may_settle": until < clock.today(),
    }  # fmt: skip
    return render(request, "supply/settlements.html", context, status=status)


@require_GET
@allow(*OFFICE)
def settlements(request: HttpRequest) -> HttpResponse:
    """What is owed to whom up to a day, and what was settled."""
    return _settlements(request, SettleForm())


@require_POST
@allow(*EDITORS)
def settle(request: HttpRequest) -> HttpResponse:
    """Freeze what is owed up to a day, merchant by merchant."""
    form = SettleForm(request.POST)
    done = attempt(
        request, form, settling.settle_all, street=request.user.street, until=lambda: form.cleaned_data["until"]
    )  # fmt: skip
    if done is None:
        return _settlements(request, form, status_of(form))
    total = sum(row.amount for row in done)
    messages.success(request, f"已结算 {len(done)} 家，共 {total} 元；结算单不再改动")
    return redirect("supply:settlements")


def _get_settlement(request: HttpRequest, settlement: uuid.UUID) -> Settlement:
    rows = Settlement.objects.visible_to(request.user).select_related("entity", "settled_by")
    found: Settlement = get_object_or_404(rows, pk=settlement)
    return found


def _lines(found: Settlement) -> QuerySet[Redemption]:
    rows = Redemption.objects.filter(settlement=found).select_related("coupon__batch", "entity", "device", "settlement")
    return rows.order_by("redeemed_at", "pk")


def _settlement(request: HttpRequest, found: Settlement, purpose: ExportForm, status: int = 200) -> HttpResponse:
    context = {
        "settlement": found,
        "page": paginate(request, _lines(found)),
        "export": purpose,
        "may_edit": scope_of(request.user).has(*EDITORS),
    }
    return render(request, "supply/settlement.html", context, status=status)


@require_GET
@allow(*OFFICE)
def settlement(request: HttpRequest, settlement: uuid.UUID) -> HttpResponse:
    """One settlement with its lines."""
    return _settlement(request, _get_settlement(request, settlement), ExportForm())


@require_POST
@allow(*OFFICE)
def settlement_export(request: HttpRequest, settlement: uuid.UUID) -> HttpResponse:
    """A settlement's lines as a file."""
    found = _get_settlement(request, settlement)
    done = _export(request, _lines(found), f"{found.entity}结算单", {"期间": found.words})
    return done or _settlement(request, found, _refused(request), 422)


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def settlement_pay(request: HttpRequest, settlement: uuid.UUID) -> HttpResponse:
    """Write down when it was paid."""
    found = _get_settlement(request, settlement)
    form = PayForm(request.POST if request.method == "POST" else None, initial={"on": clock.today()})
    home = reverse("supply:settlement", args=[found.pk])
    words = Words(
        "记付款", "记下付款", "已记付款", (("结算", reverse("supply:settlements")), (str(found), home)),
        lines=(("商户", str(found.entity)), ("期间", found.words), ("金额", f"{found.amount} 元")),
    )  # fmt: skip
    return form_page(
        request, form, words, settling.pay, settlement=found, on=lambda: form.cleaned_data["on"],
        note=lambda: form.cleaned_data["note"],
        undo=lambda _: reverse("supply:settlement-unpay", args=[found.pk]),
    )  # fmt: skip


@require_POST
@allow(*EDITORS)
def settlement_unpay(request: HttpRequest, settlement: uuid.UUID) -> HttpResponse:
    """A payment that was noted by mistake."""
    found = _get_settlement(request, settlement)
    back = reverse("supply:settlement", args=[found.pk])
    return press(request, settling.take_payment_back, done="已撤销付款记录", back=back, settlement=found)


# ---- merchants' phones


@require_http_methods(["GET", "POST"])
@allow(*EDITORS)
def merchant_devices(request: HttpRequest) -> HttpResponse:
    """Which phones redeem coupons; a new link is shown once, on the page that made it."""
    form = DeviceForm(request.POST if request.method == "POST" else None, user=request.user)
    done = attempt(
        request, form, devices.issue, entity=lambda: form.cleaned_data["entity"], label=lambda: form.cleaned_data["label"]
    )  # fmt: skip
    rows = MerchantDevice.objects.visible_to(request.user).select_related("entity")
    context = {
        "form": DeviceForm(user=request.user) if done else form,
        "page": paginate(request, rows.order_by("ended_at", "entity__pinyin", "made_at")),
        "now": clock.now(),
        "days": SupplyRule.objects.book(street=request.user.street_id, on=clock.today())["coupon_link_days"],
    }
    if done is not None:
        link = request.build_absolute_uri(reverse("supply:merchant-sign-in", args=[done[1]]))
        context |= {"made": done[0], "link": link, "drawing": qr.draw(link)}
    response = render(request, "supply/merchant_devices.html", context, status=status_of(form))
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@allow(*EDITORS)
def merchant_device_end(request: HttpRequest, device: uuid.UUID) -> HttpResponse:
    """A phone redeems nothing from now on."""
    rows = MerchantDevice.objects.visible_to(request.user).select_related("entity")
    found = get_object_or_404(rows, pk=device)
    back = reverse("supply:merchant-devices")
    return press(request, devices.end, done=f"{found}的手机已停用", back=back, device=found)


URLS = [
    path("coupons/redemptions/", redemptions, name="redemptions"),
    path("coupons/redemptions/export/", redemptions_export, name="redemptions-export"),
    path("coupons/redemptions/<uuid:redemption>/back/", redemption_back, name="redemption-back"),
    path("coupons/settlements/", settlements, name="settlements"),
    path("coupons/settlements/settle/", settle, name="settle"),
    path("coupons/settlements/<uuid:settlement>/", settlement, name="settlement"),
    path("coupons/settlements/<uuid:settlement>/export/", settlement_export, name="settlement-export"),
    path("coupons/settlements/<uuid:settlement>/pay/", settlement_pay, name="settlement-pay"),
    path("coupons/settlements/<uuid:settlement>/unpay/", settlement_unpay, name="settlement-unpay"),
    path("coupons/devices/", merchant_devices, name="merchant-devices"),
    path("coupons/devices/<uuid:device>/end/", merchant_device_end, name="merchant-device-end"),
]

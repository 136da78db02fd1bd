"""All parts side by side, for whoever makes a page (trial and tests only; production has no such address)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from shimen import clock
from shimen.accounts.access import Gate, allow
from shimen.web import render


class SampleForm(forms.Form):
    """One field of each kind."""

    code = forms.CharField(label="统一代码", help_text="18 位，抄营业执照。")
    kind = forms.ChoiceField(label="类型", choices=[("a", "企业"), ("b", "个体工商户")])
    due = forms.DateField(label="期限", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    words = forms.CharField(label="说明", required=False, widget=forms.Textarea)
    answer = forms.ChoiceField(label="结果", choices=[("1", "对"), ("0", "不对")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="暂按此保存", required=False)
    file = forms.FileField(label="部门表格", required=False, help_text="xlsx、xls 或 csv，不超过 30 MB。")


class SampleFilter(forms.Form):
    """A filter bar."""

    area = forms.ChoiceField(label="网格", required=False, choices=[("", "全部"), ("1", "第一网格")])
    q = forms.CharField(label="名称", required=False)


def _wrong_form() -> SampleForm:
    form = SampleForm({"code": "92990199MA0T2914", "kind": "a", "due": "2026-11-20", "answer": "1"})
    form.full_clean()
    form.add_error("code", "应为 18 位，现在 16 位。抄错一位也能先保存，勾“暂按此保存”。")
    form.add_error("due", "期限要在今天之后。")
    return form


def _work(today: dt.date) -> list[dict[str, Any]]:
    return [
        {"icon": "alert-triangle", "title": "望桥路 32 弄错峰停车，网格会商超期", "url": "?", "reason": "责任：城管中队，第一网格", "when": "超 2 天", "alarm": True},
        {"icon": "file-diff", "title": "市场监管表格有 17 行待确认", "url": "?", "reason": "已交钱乙二", "when": "周五前"},
        {"icon": "walk", "title": "3 家新主体等着首访", "url": "?", "when": f"{today:%m-%d}"},
    ]  # fmt: skip


def _story() -> list[dict[str, Any]]:
    return [
        {"kind": "k", "title": "第 8 轮走访，资料一切如旧", "text": "问错峰停车进展，已当面答复", "when": "11-18 10:26", "who": "赵甲一"},
        {"kind": "a", "title": "网格会商超期", "when": "11-22 00:05", "who": "系统"},
        {"kind": "k", "title": "第 7 轮走访，更正 1 项", "field": "从业人数", "old": "5", "new": "7", "when": "11-05", "who": "赵甲一"},
        {"title": "划入第一街区党支部责任区", "when": "09-01"},
    ]  # fmt: skip


def _facts() -> list[dict[str, Any]]:
    return [
        {"label": "统一代码", "value": "92990199MA0T29148X", "code": True, "source": "市监 11-23"},
        {"label": "经营者", "value": "孙丙三", "doubt": "表格写“孙丙六”，待核实", "source": "走访 11-18"},
        {"label": "从业人数", "value": "7", "hint": "社保登记 5", "source": "走访 11-18"},
        {"label": "营业时间", "value": "06:30 至 20:00", "source": "走访 08-12，超 90 天", "stale": True},
    ]


@allow(Gate.SIGNED_IN)
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Each part once, with plain values."""
    today = clock.today()
    context = {
        "form": SampleForm(),
        "wrong": _wrong_form(),
        "filter": SampleFilter(request.GET),
        "page": Paginator(range(108), 10).get_page(request.GET.get("page")),
        "work": _work(today),
        "story": _story(),
        "facts": _facts(),
        "course": [1800, 1850, 1900, 1930, 1990, 2020, 2041, 2063],
        "parts": [(1142, "s3"), (83, "s2"), (34, "s1"), (804, "s0")],
        "total": {"label": "文件行数", "value": 2066},
        "sum": [
            {"label": "一致", "value": 1958, "url": "?kind=same"},
            {"label": "变更", "value": 61, "url": "?kind=changed", "current": True},
            {"label": "待确认", "value": 17, "url": "?kind=doubt", "tone": "warn"},
            {"label": "其余", "value": 30},
        ],
        "aside": [{"label": "表里没有的", "value": 29, "url": "?kind=gone"}],
        "steps": ["上传", "识别", "比对", "确认", "应用", "回执"],
        "days": [today - dt.timedelta(days=2), today, today + dt.timedelta(days=2), today + dt.timedelta(days=9)],
        "views": [("all", "全部"), ("visits", "走访"), ("changes", "变更")],
    }
    return render(request, "gallery.html", context)


urlpatterns: list[URLPattern] = [] if settings.PRODUCTION else [path("", gallery, name="gallery")]

"""The working-day calendar: what holds, which year is only a guess, and entering a year's notice."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_http_methods

from shimen import clock
from shimen.accounts.access import EVERY_WORKER, OFFICE, allow, scope_of
from shimen.errors import DomainError
from shimen.territory import calendar
from shimen.territory.models import CalendarDay, CalendarYear
from shimen.web import refuse, render


class NoticeForm(forms.Form):
    """A year's notice, as published."""

    year = forms.IntegerField(label="年", min_value=calendar.FIRST_YEAR, max_value=2100)
    text = forms.CharField(
        label="通知原文",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text="把国务院办公厅通知里“一、元旦：……”到“七、国庆节：……”几条原样粘贴进来",
    )


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdigit() and 2000 <= int(asked) <= 2100 else clock.today().year


@require_http_methods(["GET"])
@allow(*EVERY_WORKER)
def year(request: HttpRequest) -> HttpResponse:
    """One year: the days that differ from the plain week, and on whose word."""
    shown = _year(request)
    may_enter = scope_of(request.user).has(*OFFICE)
    context = {
        "years": CalendarYear.objects.order_by("-year"),
        "year": CalendarYear.objects.filter(year=shown).first(),
        "shown": shown,
        "days": CalendarDay.objects.filter(day__year=shown).order_by("day"),
        "form": NoticeForm(initial={"year": shown}) if may_enter else None,
    }
    return render(request, "territory/calendar.html", context)


@require_http_methods(["POST"])
@allow(*OFFICE)
def enter(request: HttpRequest) -> HttpResponse:
    """First show what a pasted notice says, then, pressed once more, let it hold."""
    form = NoticeForm(request.POST)
    said = None
    if form.is_valid():
        try:
            if "adopt" in request.POST:
                calendar.adopt_notice(**form.cleaned_data, actor=request.user, at=clock.now())
                messages.success(request, f"{form.cleaned_data['year']} 年的工作日按通知算")
                return redirect(f"{request.path.removesuffix('notice/')}?year={form.cleaned_data['year']}")
            said = calendar.preview_notice(**form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
    status = 200 if said else 422
    return render(request, "territory/calendar_notice.html", {"form": form, "said": said}, status=status)


app_name = "calendar"
urlpatterns = [path("", year, name="year"), path("notice/", enter, name="notice")]

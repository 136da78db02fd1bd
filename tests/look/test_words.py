"""Figures and days as the pages say them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from shimen import clock
from shimen.templatetags import look

SHANGHAI = clock.SHANGHAI


@pytest.fixture(autouse=True)
def _today(settings) -> None:
    settings.SHIMEN_NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("value", "said"), [(2063, "2,063"), (0, "0"), (None, ""), ("", ""), (-60, "−60"), (58782, "58,782")]
)
def test_a_figure_has_thousand_separators_and_a_true_minus(value: object, said: str) -> None:
    assert look.num(value) == said


def test_a_share_of_nothing_is_not_said() -> None:
    assert look.percent(5, 0) == ""
    assert look.percent(1259, 2063) == "61.0 %"
    assert look.percent(0.589) == "58.9 %"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (dt.date(2026, 11, 18), "11-18"),
        (dt.date(2025, 11, 18), "2025-11-18"),
        ("2026-01-02", "01-02"),
        (dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC), "11-23"),
        (None, ""),
    ],
)
def test_a_day_is_short_within_the_year(value: object, said: str) -> None:
    assert look.day(value) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "said"), [(-2, "超 2 天"), (0, "今天"), (1, "明天"), (2, "后天"), (9, "9 天"), (-1, "超 1 天")]
)
def test_a_limit_is_said_from_today(days: int, said: str) -> None:
    assert look.due(dt.date(2026, 11, 23) + dt.timedelta(days=days)) == said


def test_a_moment_of_yesterday_is_named() -> None:
    assert look.moment(dt.datetime(2026, 11, 22, 18, 5, tzinfo=SHANGHAI)) == "昨天 18:05"
    assert look.moment(dt.datetime(2026, 11, 18, 10, 26, tzinfo=SHANGHAI)) == "11-18 10:26"


def test_a_period_says_its_month_once() -> None:
    assert look.span(dt.date(2026, 11, 16), dt.date(2026, 11, 29)) == "11 月 16 日至 29 日"
    assert look.span(dt.date(2025, 12, 29), dt.date(2026, 1, 11)) == "2025 年 12 月 29 日至 1 月 11 日"


def test_a_bar_gives_every_part_its_share_without_inline_style() -> None:
    drawn = look.bar([(3, "s3"), (1, "s0"), (0, "s1")], "三比一")
    assert drawn.count("<rect") == 2
    assert 'x="75.00%"' in drawn
    assert "style" not in drawn


def test_a_bar_of_nothing_is_an_empty_track() -> None:
    assert "<rect" not in look.gauge(0, 0)


def test_what_is_drawn_is_escaped() -> None:
    assert "<script>" not in look.chip("<script>", "r")
    assert "<script>" not in look.note("<script>")
    assert "&lt;script&gt;" in Template("{% empty t %}").render(Context({"t": "<script>"}))


def test_the_query_keeps_filters_and_drops_the_page() -> None:
    request = RequestFactory().get("/", {"q": "茶", "page": "3", "area": "1"})
    out = Template('{% query area="" sort="name" %}').render(Context({"request": request}))
    assert out == "?q=%E8%8C%B6&amp;sort=name"


def test_undo_is_offered_only_where_a_view_named_it() -> None:
    assert look.undo_of(SimpleNamespace(extra_tags="undo=/x/undo/")) == "/x/undo/"
    assert look.undo_of(SimpleNamespace(extra_tags="")) == ""


def test_a_course_without_change_is_no_line() -> None:
    assert look.spark([5, 5, 5]) == ""
    assert look.spark([1, 2]) == ""
    assert "<polyline" in look.spark([1, 2, 3])

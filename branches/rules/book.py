"""The rule book: every number that decides something about branches, with its default, its source and how sure that is.

A street may set another value from a day on (`branches.models.Rule`); what held before that day keeps holding for what
happened then. Nothing in the code compares with a number that is not read from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from shimen import rulebook
from shimen.rulebook import Certainty, RuleKind, Set

__all__ = ["BOOK", "Certainty", "RuleKind", "Rules", "Set"]


def _found(
    key: str, title: str, unit: str, default: int, certainty: Certainty, source: str, least: int = 1, most: int = 999
) -> RuleKind:
    return RuleKind(key, title, unit, default, source, certainty, least, most)


_BY_CONSTITUTION = "《中国共产党章程》第三十条"
_BY_REGULATION = "《中国共产党支部工作条例（试行）》，公开资料转述"
_BY_ELECTIONS = "《中国共产党基层组织选举工作条例》，公开资料转述"
_BY_SENSE = "按职责分开推定，以上级文件为准"
_BY_HOTLINE = "12345 热线办理时限，邻近街道的做法"
_BY_TERMS = "关于基层党组织任期的意见，公开资料转述"
_NOT_SAID = "没有统一规定，街道可自定"
_BY_FORTNIGHT = "街道的做法：每双周一次网格例会"

BOOK: Mapping[str, RuleKind] = {
    rule.key: rule
    for rule in (
        _found("founding_members", "成立党支部至少要有正式党员", "名", 3, Certainty.CONSTITUTION, _BY_CONSTITUTION),
        _found("joint_units", "联合党支部一般不超过", "个单位", 5, Certainty.SECONDARY, _BY_REGULATION),
        _found("branch_members", "党支部一般不超过", "名党员", 50, Certainty.SECONDARY, _BY_REGULATION),
        _found("general_branch_members", "党总支一般不超过", "名党员", 100, Certainty.SECONDARY, _BY_REGULATION),
        _found("decide_months", "收到申请后，上级党组织作出批复的期限", "个月", 1, Certainty.SECONDARY, _BY_REGULATION),
        _found("elect_months", "批复后，召开党员大会选举的期限", "个月", 2, Certainty.INFERRED, _NOT_SAID),
        _found("file_months", "选举后，报上级党组织备案的期限", "个月", 1, Certainty.INFERRED, _NOT_SAID),
        _found("committee_from", "设支部委员会的正式党员人数，满", "名", 7, Certainty.SECONDARY, _BY_REGULATION),
        _found("committee_least", "支部委员会最少", "人", 3, Certainty.SECONDARY, _BY_REGULATION),
        _found("committee_usual", "支部委员会一般不超过", "人", 5, Certainty.SECONDARY, _BY_REGULATION),
        _found("committee_most", "支部委员会最多", "人", 7, Certainty.SECONDARY, _BY_REGULATION),
        _found("deputies_most", "支部副书记最多", "名", 1, Certainty.SECONDARY, _BY_REGULATION),
        _found("general_least", "党总支委员会最少", "人", 5, Certainty.SECONDARY, _BY_ELECTIONS),
        _found("general_most", "党总支委员会最多", "人", 9, Certainty.SECONDARY, _BY_ELECTIONS),
        _found("party_committee_least", "基层党委委员会最少", "人", 5, Certainty.SECONDARY, _BY_ELECTIONS),
        _found("party_committee_most", "基层党委委员会最多", "人", 11, Certainty.SECONDARY, _BY_ELECTIONS),
        _found("secretary_of_most", "一名同志同时担任书记的党组织最多", "个", 1, Certainty.INFERRED, _BY_SENSE),
        _found("posts_most", "一名同志同时任职（含交叉任职）的班子最多", "个", 2, Certainty.INFERRED, _BY_SENSE),
        _found(
            "discipline_doubles", "纪检委员兼任书记、副书记、组织委员的最多", "人", 0, Certainty.INFERRED, _BY_SENSE, 0
        ),
        _found(
            "mix_inside_least", "街区党支部班子里，商户党员至少", "人", 1, Certainty.SEED, "街道的做法：内外搭配", 0
        ),
        _found(
            "mix_outside_least",
            "街区党支部班子里，下沉或交叉任职的至少",
            "人",
            1,
            Certainty.SEED,
            "街道的做法：内外搭配",
            0,
        ),
        _found("term_years", "支部委员会每届任期", "年", 3, Certainty.INFERRED, _BY_TERMS),
        _found("term_years_residential", "村、居民区支部委员会每届任期", "年", 5, Certainty.SECONDARY, _BY_TERMS),
        _found("term_remind_months", "任期届满前提醒", "个月", 6, Certainty.SECONDARY, _BY_TERMS, 0),
        _found("term_extend_months", "延期换届（经批准）最长", "个月", 12, Certainty.SECONDARY, _BY_TERMS, 0),
        _found("general_meeting_months", "党员大会，每几个月至少一次", "个月", 3, Certainty.SECONDARY, _BY_REGULATION),
        _found("committee_meeting_months", "支委会，每几个月至少一次", "个月", 1, Certainty.SECONDARY, _BY_REGULATION),
        _found("group_meeting_months", "党小组会，每几个月至少一次", "个月", 1, Certainty.SECONDARY, _BY_REGULATION),
        _found("group_least", "党小组成员，至少", "人", 3, Certainty.SECONDARY, _BY_REGULATION),
        _found("theme_day_months", "主题党日，每几个月至少一次", "个月", 1, Certainty.SECONDARY, _BY_REGULATION),
        _found(
            "organisation_life_months", "组织生活会，每几个月至少一次", "个月", 12, Certainty.SECONDARY, _BY_REGULATION
        ),
        _found("review_months", "民主评议党员，每几个月至少一次", "个月", 12, Certainty.SECONDARY, _BY_REGULATION),
        _found("quorum_percent", "党员大会到会正式党员，占应到的百分之", "", 50, Certainty.SECONDARY, _BY_REGULATION),
        _found(
            "committee_quorum_percent", "支委会到会委员，占应到的百分之", "", 50, Certainty.SECONDARY, _BY_REGULATION
        ),
        _found(
            "vote_percent",
            "党员大会表决，赞成的正式党员要超过应到的百分之",
            "",
            50,
            Certainty.SECONDARY,
            _BY_REGULATION,
        ),
        _found("floating_months", "离开组织关系所在地满多久算流动党员", "个月", 6, Certainty.SECONDARY, _BY_REGULATION),
        _found("division_imbalance_percent", "街区划分，各片相差不超过百分之", "", 2, Certainty.SEED, "街道的做法", 0),
        _found("division_back_days", "采用划分后，可以撤回的天数", "天", 7, Certainty.SEED, "街道的做法", 0),
        _found("matter_branch_days", "事项在支部一级办理的期限", "个工作日", 5, Certainty.SECONDARY, _BY_HOTLINE),
        _found("matter_council_days", "事项在议事会一级办理的期限", "个工作日", 10, Certainty.INFERRED, _BY_HOTLINE),
        _found("matter_grid_days", "事项在网格会商一级办理的期限", "个工作日", 10, Certainty.INFERRED, _BY_HOTLINE),
        _found(
            "matter_district_days", "事项上报区级平台后等回复的期限", "个工作日", 15, Certainty.SECONDARY, _BY_HOTLINE
        ),
        _found("matter_urgent_days", "紧急事项在每一级办理的期限", "个工作日", 1, Certainty.SECONDARY, _BY_HOTLINE),
        _found("matter_answer_days", "最多多少天要给提出人一次答复", "天", 10, Certainty.SEED, "街道的做法"),
        _found("matter_near_metres", "多少米内的同类事项提示可能重复", "米", 80, Certainty.SEED, "街道的做法"),
        _found("opinion_sort_days", "意见收到后，分拣的期限", "个工作日", 2, Certainty.INFERRED, _BY_HOTLINE),
        _found("opinion_late_days", "意见收到后多少天没有结果算超过期限", "天", 14, Certainty.INFERRED, _NOT_SAID),
        _found("weather_cloudy", "街情气象：指数到多少算多云", "", 1, Certainty.INFERRED, _NOT_SAID),
        _found("weather_overcast", "街情气象：指数到多少算阴", "", 6, Certainty.INFERRED, _NOT_SAID),
        _found("weather_rain", "街情气象：指数到多少算雨", "", 12, Certainty.INFERRED, _NOT_SAID),
        _found("weather_storm", "街情气象：指数到多少算雷雨", "", 20, Certainty.INFERRED, _NOT_SAID),
        _found(
            "grid_meeting_day",
            "网格例会排在双周里的第几天（逢休息日顺延）",
            "天",
            10,
            Certainty.SEED,
            _BY_FORTNIGHT,
            1,
            14,
        ),
        _found("grid_meeting_hour", "网格例会几点开始", "点", 14, Certainty.INFERRED, _NOT_SAID, 7, 20),
        _found("grid_quorum_percent", "网格例会到会，占应到的百分之", "", 50, Certainty.INFERRED, _NOT_SAID, 1, 100),
        _found("secondment_remind_days", "下沉到期前提醒", "天", 30, Certainty.INFERRED, _NOT_SAID, 0),
        _found("stale_days", "主体多少天没有确认过算久未确认", "天", 90, Certainty.SEED, "街道的做法"),
    )
}


class Rules(rulebook.Rules):
    """The rules of branches as they stand on one day.

    >>> Rules([], on=dt.date(2026, 11, 23))["founding_members"]
    3
    """

    def __init__(self, chosen: Iterable[Set], *, on: dt.date) -> None:
        super().__init__(chosen, on=on, book=BOOK)

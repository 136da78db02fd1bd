"""What areas and coverings bring to the frame, to organisations, to entities, to the map, the overview and the log."""

from __future__ import annotations

from branches.models import Charge, Covering, Division, Finding
from branches.pages import covering_map, coverings, tabs
from branches.views import divisions
from branches.views.gaps import ENTRIES, READERS
from coverage.pages import story
from shimen import navigation, overview
from shimen.audit import reading
from shimen.figures.registry import Pillar
from shimen.territory import layers

TABS = (
    tabs.Tab(
        "责任区", url="branches:organisation-area", place=40, roles=READERS,
        under=("branches:area-change", "branches:area-add", "branches:division-within"),
        count=lambda organisation, day: Charge.objects.filter(organisation=organisation).on(day).count(),
    ),
)  # fmt: skip
VERBS = {
    "charges.assign": "划入责任范围",
    "charges.move": "移交责任范围",
    "charges.end": "不再负责地点",
    "charges.adopt": "采用街区划分",
    "responsibilities.entrust": "分责任区",
    "responsibilities.give_back": "收回责任区",
    "responsibilities.adopt": "采用支部内部划分",
    "responsibilities.let_go": "收回离开党员的责任区",
    "responsibilities.write_duties": "写职责清单",
    "coverings.cover": "覆盖主体",
    "coverings.change": "改覆盖方式",
    "coverings.uncover": "结束覆盖",
    "coverings.accept_all": "照建议覆盖",
    "coverings.refresh": "夜间核对覆盖",
    "gaps.reach": "交支部联系",
    "divisions.ask": "提出街区划分",
    "divisions.hand_over": "手工调整划分方案",
    "divisions.undo": "撤销手工调整",
    "divisions.put_away": "收起划分",
    "divisions.bring_back": "取出划分",
    "divisions.adopt": "采用划分方案",
    "divisions.take_back": "撤回采用的划分",
}
KEYS = {
    "places": "处",
    "unchanged": "没有变的",
    "way": "方式",
    "items": "职责",
    "followed": "跟着变的",
    "dissolved": "党组织撤销的",
    "lost": "没人负责的",
    "doors": "门牌数",
    "areas": "片数",
    "measure": "按什么均衡",
    "variant": "方案",
}


def declare() -> None:
    """Called once from `BranchesConfig.ready()`."""
    tabs.add(*TABS)
    navigation.add(*ENTRIES, *divisions.ENTRIES)
    layers.register(covering_map.LAYER)
    story.tell("coverings", coverings.moments)
    words = {str(value): str(label) for value, label in Covering.Way.choices}
    kinds = {str(value): str(label) for value, label in Finding.Kind.choices}
    measures = {str(value): str(label) for value, label in Division.Measure.choices}
    reading.name_verbs(VERBS, KEYS, {"way": words, "finding": kinds, "measure": measures})
    overview.lead(Pillar.COVERAGE, "coverage_rate", beside=(("组织覆盖", "covered_organised"),), place=30)
    overview.lead(Pillar.COVERAGE, "gaps", words="看原因和建议", alarm=True, place=40)
    overview.mention(Pillar.COVERAGE, "covered_worked")

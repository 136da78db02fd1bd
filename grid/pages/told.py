"""What whoever spoke reads by their receipt: where it stands, in sentences, and the answers. No names, no internal words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from grid.chain.levels import Level
from grid.chain.opinion_states import State
from grid.chain.topic_states import State as TopicState
from grid.chain.transitions import State as MatterState
from grid.matters import rating
from grid.models import Answer, Matter, Opinion, Topic
from shimen import clock


@dataclass(frozen=True, slots=True)
class Line:
    """An answer: what it is called, the words, on which day."""

    label: str
    words: str
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class Told:
    """`title` is the state in a few words, `words` what it means, `lines` are the answers, the newest first.

    `rated` is the matter that has a result and can be rated; `is_own` says whether it was this person who raised it."""

    title: str
    words: str
    is_over: bool = False
    lines: list[Line] = field(default_factory=list)
    rated: Matter | None = None
    is_own: bool = False

    @property
    def own_word(self) -> str:
        """What this person chose before."""
        if self.rated is None or not self.is_own or rating.own_word(self.rated) is None:
            return ""
        return self.rated.satisfaction


def of(opinion: Opinion) -> Told:
    """Where an opinion stands."""
    kept = opinion.same_as if opinion.state == State.DUPLICATE and opinion.same_as is not None else opinion
    told = _of(kept)
    if kept is opinion:
        return told
    words = f"和别人说的是同一件事，一起办。{told.words}"
    return replace(told, words=words, is_own=False)


def of_matter(matter: Matter) -> Told:
    """Where a matter stands, for the one who raised it."""
    if matter.merged_into is None:
        return _matter(matter, is_own=True)
    told = _matter(matter.merged_into, is_own=False)
    return replace(told, words=f"和别人提的是同一件事，一起办。{told.words}")


def _of(row: Opinion) -> Told:
    match State(row.state):
        case State.MATTER if row.matter is not None:
            return _matter(row.matter.merged_into or row.matter, is_own=row.is_own and row.matter.merged_into is None)
        case State.TOPIC if row.topic is not None:
            return _topic(row.topic.merged_into or row.topic)
        case State.ANSWERED:
            return Told("已答复", "", True, [_line("答复", row.decided_at, row.reply)])
        case State.ELSEWHERE:
            return Told(
                "不归街道办", "这件事归别处管，可以这样找：", True, [_line("该找谁", row.decided_at, row.reply)]
            )
        case State.WITHDRAWN:
            return Told("已撤回", "您写的话和电话都已删掉，只留一条没有姓名的删除记录。", True)
    return Told("收到了，等分拣", "街道和支部的人看过以后，会转给能办的人，或直接答复您。")


_STAGES = {
    Level.BRANCH: "党支部在办",
    Level.COUNCIL: "街委会、楼务会或居委会在协商",
    Level.GRID: "网格例会在会商",
    Level.DISTRICT: "已报区级平台，等回复",
}


def _matter(row: Matter, *, is_own: bool) -> Told:
    lines = list(_answers(row))
    if row.state == MatterState.OPEN:
        return Told("正在办", f"{_STAGES[row.stage]}。有了结果写在这里。", False, lines)
    if row.state == MatterState.WITHDRAWN:
        return Told("不再办理", "这件事已经撤回。觉得还要办，再扫码说一次。", True, lines)
    if not lines:
        lines = [_line("结果", row.solved_at, row.how_solved)]
    return Told("已解决", "满不满意，在下面说一声；又出现了，也在下面说。", True, lines, rated=row, is_own=is_own)


def _answers(row: Matter) -> Iterator[Line]:
    for given in Answer.objects.filter(matter=row).order_by("-at"):
        yield _line("答复", given.at, given.words)


def _topic(row: Topic) -> Told:
    match TopicState(row.state):
        case TopicState.RESOLVED:
            return Told("商量好了", "您说的事作为议题商量过了。", True, [_line("议定", row.ended_at, row.outcome)])
        case TopicState.DECLINED:
            return Told(
                "这次没有列入", "作为议题看过，没有列入会议。", True, [_line("为什么", row.ended_at, row.outcome)]
            )
        case TopicState.SCHEDULED:
            when = "" if row.meeting_id else f"，{row.agenda_on:%-m 月 %-d 日}开会"
            return Told("要开会商量", f"已列入{row.agenda_body}{when}。结果写在这里。")
        case TopicState.WITHDRAWN:
            return Told("不再商量", "这个议题已经撤回。觉得还要商量，再扫码说一次。", True)
    return Told("作为议题征集意见", "不止一处有这样的事，先听听大家怎么说，再开会商量。")


def _line(label: str, at: dt.datetime | None, words: str) -> Line:
    return Line(label, words, clock.day_of(at) if at is not None else None)

"""The verbs on minutes: saved while they are typed, never over a newer text of somebody else; decisions; settled."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from branches.life import present
from branches.models import Activity, Decision, Minutes, MinutesKept
from branches.rules import meetings
from shimen.accounts.models import User
from shimen.audit.record import record
from shimen.errors import DomainError

LONGEST = 50_000


class MinutesError(DomainError):
    """The minutes cannot be saved or settled, or a decision not be noted, so."""


class NewerText(MinutesError):  # noqa: N818 - it is no fault, it is news
    """Somebody saved meanwhile; `minutes` is theirs. Nothing was overwritten."""

    def __init__(self, minutes: Minutes) -> None:
        super().__init__(
            f"{minutes.saved_by or '别人'}在您打开之后保存过。两份都在下面，合成一份再保存。", field="text"
        )
        self.minutes = minutes


def of(activity: Activity) -> Minutes:
    """The minutes of an activity; a fresh, unsaved one when nobody has written yet."""
    found = Minutes.objects.select_related("saved_by", "settled_by").filter(activity=activity).first()
    return found or Minutes(street_id=activity.street_id, activity=activity)


@transaction.atomic
def save(
    *, activity: Activity, seen: int, chair: str, recorder: str, text: str, actor: User, at: dt.datetime
) -> Minutes:
    """Save what was typed by whoever saw version `seen`. Raises `NewerText` when there is a newer one by then.

    The same text again changes nothing. The log has one line for the first saving and for each time that another person
    goes on, not one for every pause in typing.
    """
    activity = _locked(activity)
    minutes = of(activity)
    if minutes.settled_at is not None:
        raise MinutesError("会议记录已定稿。要改先退回，写明原因。", field="text")
    text = text.replace("\r\n", "\n").replace("\x00", "").rstrip()
    if len(text) > LONGEST:
        raise MinutesError(f"记录最长 {LONGEST:,} 个字，现在 {len(text):,} 个。长的材料作为附件上传。", field="text")
    if (minutes.text, minutes.chair, minutes.recorder) == (text, chair, recorder) and minutes.version:
        return minutes
    if minutes.version != seen:
        raise NewerText(minutes)
    before_by = minutes.saved_by_id
    if minutes.text and minutes.saved_at and before_by != actor.pk:
        MinutesKept.objects.create(
            street_id=activity.street_id, activity=activity, text=minutes.text,
            saved_at=minutes.saved_at, saved_by=minutes.saved_by,
        )  # fmt: skip
    minutes.chair, minutes.recorder, minutes.text = chair[:40], recorder[:40], text
    minutes.version, minutes.saved_at, minutes.saved_by = seen + 1, at, actor
    minutes.save()
    if before_by != actor.pk:
        record(verb="life.write_minutes", target=activity, actor=actor, at=at, after={"version": minutes.version})
    return minutes


@transaction.atomic
def settle(*, activity: Activity, actor: User, at: dt.datetime) -> Minutes:
    """The minutes are final: text, attendance and decisions cannot be changed without taking them back."""
    activity = _locked(activity)
    minutes = of(activity)
    if activity.state != Activity.State.HELD:
        raise MinutesError("先记为已举行，再定稿。")
    if not minutes.text.strip():
        raise MinutesError("还没有写会议记录。")
    if minutes.settled_at is not None:
        return minutes
    minutes.settled_at, minutes.settled_by = at, actor
    minutes.save(update_fields=["settled_at", "settled_by"])
    record(verb="life.settle_minutes", target=activity, actor=actor, at=at, after={"version": minutes.version})
    return minutes


@transaction.atomic
def take_back(*, activity: Activity, reason: str, actor: User, at: dt.datetime) -> Minutes:
    """Open settled minutes again, for a reason that the log keeps."""
    activity = _locked(activity)
    minutes = of(activity)
    reason = " ".join(reason.split())[:200]
    if len(reason) < 4:
        raise MinutesError("写一句为什么退回，至少 4 个字。", field="reason")
    if minutes.settled_at is None:
        return minutes
    minutes.settled_at = minutes.settled_by = None
    minutes.save(update_fields=["settled_at", "settled_by"])
    record(verb="life.reopen_minutes", target=activity, actor=actor, at=at, reason=reason)
    return minutes


@transaction.atomic
def decide(
    *, activity: Activity, text: str, ayes: int, nays: int, abstained: int, actor: User, at: dt.datetime
) -> Decision:
    """Note what was put to the vote. A general meeting and a committee decide only with enough of their voters present;
    it is carried by more than the rule's share of those due."""
    activity = _locked(activity)
    text = " ".join(text.split())[:300]
    if not text:
        raise MinutesError("写明表决的是什么事。", field="text")
    if activity.state == Activity.State.CANCELLED:
        raise MinutesError("这场活动已经取消，没有决议。")
    if activity.starts_at > at:
        raise MinutesError("会还没有开，不能记决议。")
    if of(activity).settled_at is not None:
        raise MinutesError("会议记录已定稿，不能再加决议。")
    count, rules = present.count(activity), present.rules_for(activity)
    if activity.meeting.needs_quorum and not count.has_quorum:
        raise MinutesError(
            f"到会{activity.meeting.voters} {count.present} 名，应到 {count.due} 名，不够法定人数，不能作决议："
            f"{rules.sentence(activity.meeting.quorum_rule)}。"
        )
    voices = count.present if activity.meeting.needs_quorum else count.present + count.others
    if ayes + nays + abstained > voices:
        raise MinutesError(
            f"赞成、不赞成、弃权共 {ayes + nays + abstained} 票，到会有表决权的只有 {voices} 人。", field="ayes"
        )
    due = count.due if activity.meeting.needs_quorum else ayes + nays + abstained
    decision = Decision.objects.create(
        street_id=activity.street_id, activity=activity, text=text, ayes=ayes, nays=nays, abstained=abstained,
        is_passed=meetings.is_passed(due=due, ayes=ayes, percent=rules["vote_percent"]), made_at=at, made_by=actor,
    )  # fmt: skip
    after = {"ayes": ayes, "nays": nays, "abstained": abstained, "is_passed": decision.is_passed}
    record(verb="life.decide", target=activity, actor=actor, at=at, after=after, reason=text)
    return decision


def _locked(activity: Activity) -> Activity:
    return Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)

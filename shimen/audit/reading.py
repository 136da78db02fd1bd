"""The log as people read it: filters, words for verbs and objects, and the file they take away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Q

from shimen import clock, sheets
from shimen.accounts.models import User
from shimen.audit.models import AccessLog, AccessLogQuerySet

# Beyond this a day cannot be an instant in every time zone; nothing here is that far off.
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2999, 12, 31)
RESULTS = {"ok": "办成", "refused": "拒绝"}
VERBS = {
    "accounts.sign_in": "登录",
    "accounts.sign_out": "退出",
    "accounts.second_factor": "两步验证",
    "accounts.change_password": "改密码",
    "accounts.set_password": "凭链接设新密码",
    "accounts.issue_password_link": "生成重设密码的链接",
    "accounts.add_second_factor": "设两步验证",
    "accounts.remove_second_factor": "取消两步验证",
    "accounts.reset_second_factor": "换恢复码",
    "accounts.clear_second_factor": "清除他人的两步验证",
    "accounts.invite": "邀请",
    "accounts.approve_invitation": "同意邀请里的授权",
    "accounts.revoke_invitation": "撤回邀请",
    "accounts.accept_invitation": "启用账号",
    "accounts.grant_role": "授权",
    "accounts.end_grant": "收回授权",
    "accounts.suspend": "停用账号",
    "accounts.restore": "恢复账号",
    "audit.exported": "导出操作记录",
    "exports.ask": "申请导出个人信息",
    "exports.approve": "批准导出个人信息",
    "exports.refuse": "不同意导出个人信息",
    "exports.take": "凭批准导出个人信息",
    "feedback.send": "提意见",
    "feedback.answer": "答复意见",
    "figures.freeze": "冻结一版数字",
    "outbox.retry": "重做一项后台工作",
    "territory.add_area": "新设区域",
    "territory.add_place": "新增地点",
    "territory.adopt_notice": "采用放假通知",
    "territory.close_area": "撤销区域",
    "territory.close_place": "撤销地点",
    "territory.correct_place": "更正地点",
    "territory.hang_area": "改区域的上级",
    "territory.move_place": "移动地点",
    "territory.open_street": "开通街道",
    "territory.redraw_area": "重画边界",
    "territory.rename_area": "改区域的名称",
    "territory.reopen_area": "恢复区域",
    "territory.reopen_place": "恢复地点",
    "territory.undo_redrawing": "撤销地域变动",
}
# The last part of a verb, for those that every app has.
ENDINGS = {"seen": "查看", "exported": "导出", "revealed": "显示全号"}


def name_verbs(
    words: dict[str, str], keys: dict[str, str] | None = None, values: dict[str, dict[str, str]] | None = None
) -> None:
    """Let an app say its verbs, the keys of what changed, and by key its coded values in Chinese (from
    `AppConfig.ready()`): `name_verbs({"rounds.close": "结束一轮"}, {"due": "应访"}, {"outcome": {"same": "一切如旧"}})`."""
    VERBS.update(words)
    # A word means one thing in the whole log: whoever comes later takes another key.
    for key, word in (keys or {}).items():
        KEYS.setdefault(key, word)
    for key, said in (values or {}).items():
        VALUES.setdefault(key, {}).update(said)


KEYS = {
    "rows": "行数",
    "filters": "条件",
    "sha256": "文件摘要",
    "field": "字段",
    "role": "角色",
    "area": "范围",
    "from": "自",
    "to": "至",
    "username": "账号",
    "agreed": "已同意授权",
    "type": "方式",
    "removed": "项数",
    "account": "账号",
}


VALUES: dict[str, dict[str, str]] = {}


def value_words(key: str, value: str) -> str:
    """已采用 for the state accepted; the value itself where it has no word."""
    return VALUES.get(key, {}).get(value, value)


def key_words(key: str) -> str:
    """行数 for rows; the key itself where it has no word."""
    return KEYS.get(key, key)


def verb_words(verb: str) -> str:
    """登录, 导出市场主体 …; the verb itself where no app has said it in Chinese."""
    return VERBS.get(verb) or ENDINGS.get(verb.rpartition(".")[2]) or verb


def object_words(object_type: str) -> str:
    """市场主体 for coverage.entity."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


class RecordsFilter(forms.Form):
    """Whose, about what, when."""

    who = forms.ModelChoiceField(User.objects.none(), label="人员", required=False, empty_label="全部")
    about = forms.ChoiceField(label="对象", required=False)
    q = forms.CharField(label="对象名称、编号或事由", required=False)
    result = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *RESULTS.items()])
    since = forms.DateField(
        label="自", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label="至", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = User.objects.visible_to(reader).by_name()  # type: ignore[attr-defined]
        seen = AccessLog.objects.visible_to(reader).order_by("object_type").values_list("object_type", flat=True)
        types = list(seen.distinct())
        self.fields["about"].choices = [("", "全部"), *((kind, object_words(kind)) for kind in types)]  # type: ignore[attr-defined]

    def narrow(self, rows: AccessLogQuerySet) -> AccessLogQuerySet:
        """`rows` as far as the filter lets them pass; fields that cannot be read do not narrow."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("who"):
            rows = rows.filter(actor=data["who"])
        if data.get("about"):
            rows = rows.filter(object_type=data["about"])
        if words := data.get("q"):
            rows = rows.filter(Q(object_name__icontains=words) | Q(object_id=words) | Q(reason__icontains=words))
        if data.get("result"):
            rows = rows.filter(result=data["result"])
        if data.get("since"):
            rows = rows.filter(at__gte=_midnight(max(data["since"], FIRST_DAY)))
        if data.get("until"):
            rows = rows.filter(at__lt=_midnight(min(data["until"], LAST_DAY) + dt.timedelta(days=1)))
        return rows

    def used(self) -> dict[str, str]:
        """What was filtered by, for the record of an export."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, clock.SHANGHAI)


class ExportForm(forms.Form):
    """What the file is for."""

    purpose = forms.CharField(label="用途", max_length=200)


HEADINGS = ("序号", "时间", "人员", "动作", "对象", "对象名称", "对象编号", "结果", "事由", "原值", "新值", "来源地址")


def to_csv(lines: Iterable[AccessLog], *, headline: str) -> bytes:
    """A file for office programs; the first row says who took it out, when and for what."""
    return sheets.as_csv(HEADINGS, (_cells(line) for line in lines), above=[[headline]])


def _cells(line: AccessLog) -> list[Any]:
    return [
        line.sequence, line.at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"), line.actor or "",
        verb_words(line.verb), object_words(line.object_type), line.object_name, line.object_id,
        RESULTS.get(line.result, line.result), line.reason, line.before or "", line.after or "", line.origin,
    ]  # fmt: skip

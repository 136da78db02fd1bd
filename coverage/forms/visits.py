"""What the phone's pages post, read into the terms of `coverage.visiting`.

Two strictnesses. A person in front of the form is told what cannot be read (422). A delivery from the phone's own
store (`keep=1`) may come days later with nobody there to correct it: then only what makes it no visit at all is
refused, and the verbs keep the rest with a sentence.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from coverage.facts import fields as facts
from coverage.matching.values import UnreadableError
from coverage.models import Demand, Entity, Visit
from coverage.visiting.sent import Person, Said, Shop, Wish
from shimen.privacy import phones
from shimen.territory.models import Area

# How many people the form offers to enter; more come with the next visit or on the desktop.
PEOPLE = 3
LONGEST_ANSWER = 400


class Kept(forms.Form):
    """What every posting of the phone carries: the id made there, its clock, and whether it was stored."""

    id = forms.UUIDField(error_messages={"required": "这一页不完整，回到今天的单子重新打开。"})
    visited_at = forms.DateTimeField(required=False)
    keep = forms.BooleanField(required=False)
    demand = forms.CharField(required=False, strip=True)
    category = forms.CharField(required=False)
    solved = forms.BooleanField(required=False)
    how = forms.CharField(required=False, max_length=400)
    note = forms.CharField(required=False, max_length=4000)

    @property
    def is_stored(self) -> bool:
        return bool(self.data.get("keep"))

    def wish(self) -> Wish | None:
        """The demand, None where nothing was said."""
        words = self.cleaned_data["demand"]
        if not words:
            return None
        category = self.cleaned_data["category"]
        return Wish(
            words=words,
            category=category if category in Demand.Category.values else Demand.Category.OTHER.value,
            is_solved=self.cleaned_data["solved"],
            how=self.cleaned_data["how"],
        )


class VisitForm(Kept):
    """A door's form. Facts come as `f-<field>` (1 right, 0 wrong), `s-<field>` (what was shown), `v-<field>`."""

    outcome = forms.ChoiceField(choices=Visit.Outcome.choices, error_messages={"required": "选一个结果。"})
    reason = forms.CharField(required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact_errors: dict[str, str] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["answers"] = self._answers()
        cleaned["people"] = self._people()
        cleaned["told"] = self._told()
        if cleaned.get("outcome") == Visit.Outcome.SAME and self._says_something(cleaned):
            cleaned["outcome"] = Visit.Outcome.CHANGED.value
        if not self.is_stored:
            self._check(cleaned)
        return cleaned

    def _answers(self) -> tuple[Said, ...]:
        """Every fact that was shown and answered; with 一切如旧 all that were shown are right."""
        all_right = self.data.get("outcome") == Visit.Outcome.SAME
        said = []
        for name in self.data:
            if not name.startswith("s-"):
                continue
            field, pick = name[2:], self.data.get(f"f-{name[2:]}", "")
            value = str(self.data.get(f"v-{field}", "")).strip()[:LONGEST_ANSWER]
            if pick == "0":
                said.append(Said(field, is_right=False, shown=str(self.data[name]), value=value))
            elif pick == "1" or all_right:
                said.append(Said(field, is_right=True, shown=str(self.data[name])))
        return tuple(sorted(said, key=lambda one: one.field))

    def _people(self) -> tuple[Person, ...]:
        found = []
        for n in range(PEOPLE):
            name, post, phone = (str(self.data.get(f"p{n}-{part}", "")).strip() for part in ("name", "post", "phone"))
            if name:
                found.append(Person(name=name[:60], post=post[:40], phone=phone[:40]))
        return tuple(found)

    def _told(self) -> tuple[uuid.UUID, ...]:
        told = []
        for text in self.data.getlist("told"):  # type: ignore[attr-defined]
            try:
                told.append(uuid.UUID(text))
            except ValueError:
                continue
        return tuple(told)

    def _says_something(self, cleaned: dict[str, Any]) -> bool:
        """Whether 一切如旧 was tapped after something else had been filled in: that must not be lost."""
        wrong = any(not said.is_right for said in cleaned["answers"])
        return bool(wrong or cleaned["people"] or cleaned.get("demand"))

    def _check(self, cleaned: dict[str, Any]) -> None:
        for said in cleaned["answers"]:
            try:
                read(said)
            except (UnreadableError, phones.UnreadablePhoneError) as error:
                self.fact_errors[said.field] = f"{error}。"
                self.add_error(None, f"{facts.LABELS.get(said.field, '')}：{error}。")
        for person in cleaned["people"]:
            try:
                phones.normalise(person.phone)
            except phones.UnreadablePhoneError as error:
                self.add_error(None, f"{person.name}的电话：{error}。")


def read(said: Said) -> None:
    """Raise what the registry would say to a value that it cannot read."""
    if said.is_right or not said.value or said.field not in facts.BY_KEY:
        return
    if said.field == "phone":
        phones.normalise(said.value)
    else:
        facts.read(said.field, said.value)


class ShopForm(Kept):
    """A shop outside the registry: what stands over the door and where; the rest if it was asked."""

    trade_sign = forms.CharField(
        label="招牌", max_length=80, error_messages={"required": "写招牌上的字，没有招牌就写卖什么。"}
    )
    address = forms.CharField(
        label="地址", max_length=200, error_messages={"required": "写到门牌号，例如 望桥路 45 号。"}
    )
    kind = forms.ChoiceField(label="类型", choices=Entity.Kind.choices, required=False)
    name = forms.CharField(label="执照上的名称", max_length=160, required=False)
    legal_person = forms.CharField(label="经营者", max_length=80, required=False)
    headcount = forms.CharField(label="从业人数", max_length=7, required=False)
    phone = forms.CharField(label="联系电话", max_length=40, required=False)
    area = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def shop(self) -> Shop:
        cleaned = self.cleaned_data
        keys = ("trade_sign", "address", "name", "legal_person", "phone", "headcount")
        return Shop(kind=cleaned["kind"] or Entity.Kind.SOLE_TRADER.value, **{key: cleaned[key] for key in keys})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for key in ("legal_person", "headcount", "phone"):
            try:
                read(Said(key, is_right=False, value=cleaned.get(key, "")))
            except (UnreadableError, phones.UnreadablePhoneError) as error:
                if not self.is_stored:
                    self.add_error(key, f"{error}。")
                    continue
                heard = f"{self.fields[key].label}写的是“{cleaned[key]}”，没能记入"
                cleaned["note"] = "；".join(filter(None, [cleaned.get("note", ""), heard]))
                cleaned[key] = ""
        return cleaned


class SearchForm(forms.Form):
    """A door that is not on today's list."""

    q = forms.CharField(label="招牌、名称、门牌或拼音首字母", required=False, max_length=40)


class AnswerForm(forms.Form):
    """The answer to a demand that was passed on."""

    answer = forms.CharField(
        label="答复",
        widget=forms.Textarea,
        max_length=1000,
        error_messages={"required": "写一句答复，走访的人照着说。"},
    )

"""The register of personal information: what is kept of whom, why, on what ground, for how long, and how guarded.

Each app declares its fields in `AppConfig.ready()`; the page shows them, rotation and expiry walk them. A test demands
that every sealed column of every model is declared here (个人信息保护法 arts. 6, 19, 28, 51, 55).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.db import models


class Basis(StrEnum):
    """The ground of the law on which a field may be kept (art. 13, for sensitive ones art. 29)."""

    DUTY = "履行法定职责（第十三条第三项）"
    CONSENT = "本人同意（第十三条第一项）"
    SEPARATE_CONSENT = "本人单独同意（第二十九条）"
    CONTRACT = "工作人员履职所必需（第十三条第二项）"


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One kind of personal information. `retention_days` counts from the event named in `counts_from`.

    `sealed` and `mask` are column names where the value is kept encrypted; an empty `sealed` is plain text.
    """

    model: str
    name: str
    label: str
    whose: str
    purpose: str
    basis: Basis
    retention_days: int
    counts_from: str
    is_sensitive: bool = False
    sealed: str = ""
    mask: str = ""

    @property
    def table(self) -> str:
        return self.model_class._meta.db_table

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def protection(self) -> str:
        """In words, for the page."""
        if self.sealed:
            return "加密存放，列表只显示掩码，显示全号要写事由"
        return "仅本人管辖范围内可见" + ("，不导出" if self.is_sensitive else "")

    @property
    def retention(self) -> str:
        years, days = divmod(self.retention_days, 365)
        span = f"{years} 年" if years and not days else f"{self.retention_days} 天"
        return f"{self.counts_from}起 {span}"

    def expires_on(self, since: dt.date) -> dt.date:
        """The first day on which the value must be gone, for an event on `since`."""
        return since + dt.timedelta(days=self.retention_days)


_fields: dict[tuple[str, str], PersonalField] = {}


def declare(*fields: PersonalField) -> None:
    """Add fields to the register; called from `AppConfig.ready()`. The same field twice is a mistake in the code."""
    for field in fields:
        key = (field.model, field.name)
        if key in _fields and _fields[key] != field:
            raise ValueError(f"{field.model}.{field.name} is declared twice")
        _fields[key] = field


def declared() -> list[PersonalField]:
    """Every declared field, in the order of declaration."""
    return list(_fields.values())


@dataclass(frozen=True, slots=True)
class Secret:
    """A sealed column that is nobody's personal information, such as a key for another system: it rotates all the same."""

    model: str
    sealed: str

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def table(self) -> str:
        return self.model_class._meta.db_table


_secrets: list[Secret] = []


def declare_secret(model: str, sealed: str) -> None:
    """Add a column that is sealed and not personal; called from `AppConfig.ready()`."""
    _secrets.append(Secret(model, sealed))


def sealed_fields() -> list[PersonalField | Secret]:
    """Every sealed column, for rotating keys."""
    return [*(field for field in declared() if field.sealed), *_secrets]

"""Form fields that name things of the registry as people write them: a shop by its code or name, a place by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from coverage.models import Entity
from shimen.territory import addresses
from shimen.territory.models import Place

if TYPE_CHECKING:
    from shimen.accounts.models import User

DATE = {"type": "date"}


def day_field(label: str, **given: Any) -> forms.DateField:
    """A day, with the browser's own picker."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE), **given)


class EntitiesField(forms.CharField):
    """Entities of the registry, one to a line, by code or full name. `user` decides which are found."""

    def __init__(self, *, most: int = 40, **given: Any) -> None:
        super().__init__(max_length=4_000, **given)
        self.most, self.user = most, None  # type: ignore[assignment]

    user: User | None

    def clean(self, value: Any) -> list[Entity]:
        """The entities in the order written, each once."""
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        if len(lines) > self.most:
            raise ValidationError(f"最多写 {self.most} 家，现在 {len(lines)} 家。")
        found = [self._found(line) for line in lines]
        return list(dict.fromkeys(found))

    def _found(self, line: str) -> Entity:
        rows = (
            Entity.objects.visible_to(self.user).filter(removed_at__isnull=True) if self.user else Entity.objects.none()
        )
        code = line.replace(" ", "").upper()
        exact = list(rows.filter(code=code)[:2]) or list(rows.filter(name=line)[:2])
        exact = exact or list(rows.filter(trade_sign=line)[:2])
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise ValidationError(f"叫“{line[:40]}”的有几家，写统一社会信用代码。")
        raise ValidationError(f"名册里没有“{line[:40]}”；写全称，或 18 位统一社会信用代码。")


class EntityField(EntitiesField):
    """One entity."""

    def __init__(self, **given: Any) -> None:
        super().__init__(most=1, **given)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found[0] if found else None


class PlaceField(forms.CharField):
    """A place of the street by its address; nothing typed is none. `user` decides which are found."""

    user: User | None = None

    def clean(self, value: Any) -> Place | None:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        rows = Place.objects.visible_to(self.user).standing() if self.user else Place.objects.none()
        found = rows.filter(address_key=addresses.key(text)).select_related("area").first()
        if found is None:
            raise ValidationError("地图上没有这个门牌；写到路、弄、号、室，例如 望桥路 41 号。")
        return found


def look_as(form: forms.Form, user: User) -> None:
    """Let the fields of a form find what this person sees."""
    for field in form.fields.values():
        if isinstance(field, EntitiesField | PlaceField):
            field.user = user

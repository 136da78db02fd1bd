"""What somebody picked on the map or in the form beside it: a shop, a block, or a stretch of a road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shimen.territory import addresses
from shimen.territory.models import Place

if TYPE_CHECKING:
    from branches.models import DivisionVariant
    from branches.pages.divisions import Atlas


@dataclass(frozen=True, slots=True)
class Pick:
    """`shop` and `block` are numbers, `address` what was typed, `road` a name; `area` keeps to one area ("" for all)."""

    shop: str = ""
    block: str = ""
    address: str = ""
    road: str = ""
    area: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Pick:
        """Read from a query or a form; each is text and may be anything."""
        return cls(*(str(given.get(name, ""))[:80].strip() for name in ("shop", "block", "address", "road", "area")))

    def __bool__(self) -> bool:
        return bool(self.shop or self.block or self.address or self.road)

    def doors(self, atlas: Atlas, variant: DivisionVariant) -> list[int]:
        """The numbers of the doors that are meant."""
        every = range(len(atlas.doors))
        found: list[int] = []
        if self.shop.isdigit():
            found = [n for n in every if n == int(self.shop)]
        elif self.address:
            found = self._addressed(atlas)
        elif self.block.isdigit():
            found = [n for n in every if atlas.blocks[n] == int(self.block)]
        elif self.road:
            found = [n for n in every if atlas.doors[n].road == self.road]
        if self.area.isdigit():
            owners = variant.owners()
            found = [n for n in found if owners[n] == int(self.area)]
        return found

    def _addressed(self, atlas: Atlas) -> list[int]:
        key = addresses.key(self.address)
        place = Place.objects.filter(pk__in=atlas.division.places, address_key=key).values_list("pk", flat=True).first()
        return [n for n, known in enumerate(atlas.division.places) if known == place]

    def missing(self, numbers: list[int]) -> str:
        """The sentence for a pick that names nothing."""
        return "没有找到这样的商铺。门牌写成“望桥路 41 号”，或者在图上点。" if self and not numbers else ""

    def blocks(self, atlas: Atlas) -> list[tuple[int, str]]:
        """The blocks that hold doors, each called by its name or the roads around it."""
        shapes = atlas.street.backdrop.get("blocks", [])
        roads: dict[int, list[str]] = {}
        for door, block in zip(atlas.doors, atlas.blocks, strict=True):
            if block is not None and door.road and door.road not in roads.setdefault(block, []):
                roads[block].append(door.road)
        return [
            (n, shapes[n].get("name") or f"{n + 1} 号街坊（{'、'.join(sorted(known)[:3])}）")
            for n, known in sorted(roads.items())
        ]

"""What the pages on divisions show: maps of equal scale, figures per area, and variants set beside each other."""

from __future__ import annotations

import itertools
import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from branches.duty import ground
from branches.duty.dividing import REASONS, TODAY
from branches.models import Division, DivisionVariant, Member, Organisation
from branches.models.divisions import read
from branches.pages import division_strands
from branches.pages.coverings import named
from coverage.models import Entity
from shimen.exports import Column
from shimen.territory import callouts
from shimen.territory.callouts import Callout
from shimen.territory.models import Place
from shimen.territory.sheet import Drawing, Sheet, Tag, draw, points, seat, sheet_for, spots

HUES = 6  # shades of the style sheet; of more areas, those of one shade lie far apart and numbers tell them from each other
MOST_PLATES = 24
LEAST, MOST = 2.0, 6.0  # units around a door where a click means it
ROADSIDE = 0.0002  # degrees, some twenty metres: how far beyond the doors of a branch its roads are named
FACING = 30.0  # units of the drawing between two blocks that face each other over a road
REASON_WORDS = {
    "nearest": "离本片中心最近", "balance": "离另一片更近，那一片已满", "kept": "维持现有归属", "grid": "与所在网格一致",
    "whole": "避免成为飞地", "pinned": "人工指定",
}  # fmt: skip
UNITS = {"shops": "家", "workers": "人", "visits": "次"}


@dataclass(frozen=True, slots=True)
class Dot:
    """A door as it can be clicked: no further around it than halfway to the next door."""

    number: int
    x: float
    y: float
    radius: float
    title: str
    is_picked: bool


@dataclass(frozen=True, slots=True)
class Map:
    """A variant drawn: `drawing` from the street, blocks as (points, hue, number), lines between areas, dots to click.

    `odd` are the doors that lie in another area than most of their block. Of many areas each is a strand (shade, path)
    with a callout instead of a plate in its middle.
    """

    drawing: Drawing
    blocks: list[tuple[str, str, int]]
    edge: str
    words: str
    dots: list[Dot]
    odd: str
    strands: list[tuple[int, str]]
    callouts: list[tuple[int, Callout]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A variant on the page: its map, a line per area, a sentence, and how it is marked."""

    variant: DivisionVariant
    map: Map | None
    areas: list[dict[str, Any]]
    sentence: str
    chip: str
    may_change: bool


def titles(division: Division) -> list[str]:
    """What the areas are called today: an organisation's short name, a member's name as colleagues see it, or the new name."""
    if not division.organisation_id:
        return [str(area["title"]) for area in division.areas]
    keys = [area["key"] for area in division.areas]
    members = {str(m.pk): named(m) for m in Member.objects.filter(pk__in=keys).select_related("user")}
    return [members.get(key, f"第 {n} 名") for n, key in enumerate(keys, 1)]


class Atlas:
    """Draws the variants of one proposal to one scale; the ground is worked out once."""

    def __init__(self, division: Division, *, on: Any) -> None:
        self.division = division
        self.doors = ground.doors_of(division, on)
        self.names = titles(division)
        self.is_within = division.organisation_id is not None
        if self.is_within:  # two members may have one masked name
            self.names = [f"{n} {name}" for n, name in enumerate(self.names, 1)]
        self.street = division.street
        self.blocks = ground.blocks_of(self.doors, self.street.backdrop)
        self.rings = [shape["ring"] for shape in self.street.backdrop.get("blocks", [])]
        self.unit = "处" if division.organisation_id else "家"

    @cached_property
    def sheet(self) -> Sheet | None:
        """The scale that every map of the proposal shares."""
        doors = [(d.lon, d.lat) for d in self.doors]
        if not self.is_within:
            return sheet_for([*(p for ring in self.rings for p in ring), *doors])
        widest = max((area["shops"] for each in self.variants for area in each.figures["areas"]), default=0)
        plates = [self._tag(name, widest, (0.0, 0.0)) for name in self.names]
        aside, lowest = callouts.room(plates if len(plates) <= MOST_PLATES else [])
        shown = {block for block in self.blocks if block is not None}
        return sheet_for([*doors, *(p for n in shown for p in self.rings[n])], aside=aside, lowest=lowest)

    @cached_property
    def variants(self) -> list[DivisionVariant]:
        """Every variant of the proposal."""
        return list(self.division.variants.order_by("number"))

    @cached_property
    def hues(self) -> list[int]:
        """The shade of each area: the same in every variant, and the same after changes by hand."""
        at = [self.sheet.at(d.lon, d.lat) for d in self.doors] if self.sheet else []
        proposed = [each.proposed() for each in self.variants] if at else []
        return division_strands.hues(proposed, at, len(self.names), HUES)

    def map_of(self, variant: DivisionVariant, *, to_click: bool = False, picked: Collection[int] = ()) -> Map | None:
        """A variant's map; with `to_click` every door is a dot of its own, and those with a number in `picked` are marked."""
        sheet, owners = self.sheet, variant.owners()
        drawn = self._drawing(variant, sheet)
        if drawn is None or sheet is None:
            return None
        held = ground.block_owners(self.blocks, owners)
        # Members' areas share blocks; and a branch's own map holds the blocks of its doors only, not the whole street's.
        colours = {} if self.is_within else {n: found[0] for n, found in held.items()}
        shown = held if self.is_within else range(len(self.rings))
        blocks = [
            (points(sheet, self.rings[n]), f"m-a{self.hues[colours[n]]}" if n in colours else "", n)
            for n in sorted(shown)
        ]
        counted = {area["number"]: area["shops"] for area in variant.figures["areas"]}
        return Map(
            drawing=drawn,
            blocks=blocks,
            edge=_edges(sheet, self.rings, colours),
            words=f"{variant}：{'，'.join(f'{self.names[n]} {count} {self.unit}' for n, count in counted.items())}",
            dots=self._dots(sheet, frozenset(picked)) if to_click else [],
            odd=spots(sheet, self._odd(owners, colours)),
            strands=self._strands(sheet, owners) if self.is_within else [],
            callouts=self._callouts(sheet, owners, counted) if self.is_within else [],
        )

    def _drawing(self, variant: DivisionVariant, sheet: Sheet | None) -> Drawing | None:
        owners, backdrop = variant.owners(), self.street.backdrop
        at = [(d.lon, d.lat) for d in self.doors]
        if self.is_within and at:
            roads = division_strands.roads_within(backdrop.get("roads", []), at, ROADSIDE)
            backdrop = backdrop | {"blocks": [], "parks": [], "water": [], "roads": roads}
        dots = [(*spot, f"m-d{self.hues[owner]}") for spot, owner in zip(at, owners, strict=True)]
        plain = self.is_within or len(self.names) > MOST_PLATES
        # The blocks are drawn beside this in the areas' colours; borders of grids would cross the areas' own lines.
        return draw(backdrop, [], dots, tags=[] if plain else list(self._tags(variant, owners)), sheet=sheet)

    def _strands(self, sheet: Sheet, owners: Sequence[int]) -> list[tuple[int, str]]:
        at = [sheet.at(d.lon, d.lat) for d in self.doors]
        return [(self.hues[n], path) for n, path in division_strands.strands(owners, at).items()]

    def _callouts(self, sheet: Sheet, owners: Sequence[int], counted: Mapping[int, int]) -> list[tuple[int, Callout]]:
        doors: dict[int, dict[tuple[float, float], tuple[float, float]]] = {n: {} for n in counted}
        for door, owner in zip(self.doors, owners, strict=True):
            doors[owner][sheet.at(door.lon, door.lat)] = (door.lon, door.lat)
        held = [n for n in counted if doors[n]]
        marks = callouts.anchors([list(doors[n]) for n in held])
        tags = [self._tag(self.names[n], counted[n], doors[n][mark]) for n, mark in zip(held, marks, strict=True)]
        made = callouts.place(sheet, [(str(n + 1), tag) for n, tag in zip(held, tags, strict=True)])
        return [(self.hues[n], each) for n, each in zip(held, made, strict=True)]

    def _tag(self, name: str, count: int, at: tuple[float, float]) -> Tag:
        return Tag(name, f"{count} {self.unit}", *at)

    def _tags(self, variant: DivisionVariant, owners: Sequence[int]) -> Iterable[Tag]:
        for area in variant.figures["areas"]:
            mine = [d for d, owner in zip(self.doors, owners, strict=True) if owner == area["number"]]
            if not mine:
                continue
            lon = sum(d.lon for d in mine) / len(mine)
            lat = sum(d.lat for d in mine) / len(mine)
            own = [n for n, found in ground.block_owners(self.blocks, owners).items() if found[0] == area["number"]]
            if own:
                lon, lat = seat({"blocks": [{"ring": self.rings[n]} for n in own]}, [(lon, lat)])
            yield self._tag(self.names[area["number"]], area["shops"], (lon, lat))

    def _odd(self, owners: Sequence[int], colours: Mapping[int, int]) -> list[tuple[float, float]]:
        return [
            (door.lon, door.lat)
            for door, owner, block in zip(self.doors, owners, self.blocks, strict=True)
            if block is not None and colours.get(block, owner) != owner
        ]

    def _dots(self, sheet: Sheet, picked: Collection[int]) -> list[Dot]:
        addresses = dict(Place.objects.filter(pk__in=self.division.places).values_list("pk", "address"))
        at = [sheet.at(d.lon, d.lat) for d in self.doors]
        return [
            Dot(n, *spot, _radius(spot, at[:n] + at[n + 1 :]), addresses[self.doors[n].place], n in picked)
            for n, spot in enumerate(at)
        ]

    def shown(self, variants: Sequence[DivisionVariant]) -> list[Shown]:
        """The variants as the page sets them side by side."""
        fewest = min((v.figures["moved"] for v in variants if v.name != TODAY), default=0)
        several = len([v for v in variants if v.name != TODAY]) > 1
        return [
            Shown(
                variant=each,
                map=self.map_of(each),
                areas=self.lines(each),
                sentence=sentence(each, self.unit),
                chip="改动最少" if several and each.name != TODAY and each.figures["moved"] == fewest else "",
                may_change=each.name != TODAY,
            )
            for each in variants
        ]

    def holders(self, keys: Iterable[str]) -> dict[str, str]:
        """Names of those who hold doors today, by key; a member with the number that the map gives."""
        numbered = {str(area["key"]): name for area, name in zip(self.division.areas, self.names, strict=True)}
        return holder_names(keys) | (numbered if self.is_within else {})

    def lines(self, variant: DivisionVariant) -> list[dict[str, Any]]:
        """A line per area with its name and shade."""
        return [
            area | {"title": self.names[area["number"]], "hue": self.hues[area["number"]]}
            for area in variant.figures["areas"]
        ]


def _radius(spot: tuple[float, float], others: Sequence[tuple[float, float]]) -> float:
    nearest = min((math.dist(spot, other) for other in others if other != spot), default=math.inf)
    return round(min(max(nearest / 2, LEAST), MOST), 1)


def _edges(sheet: Sheet, rings: Sequence[Any], colours: Mapping[int, int]) -> str:
    """Lines in the middle of the roads between blocks of different areas, as a path."""
    sides = {n: list(itertools.pairwise([sheet.at(*p[:2]) for p in rings[n]])) for n in colours}
    path = []
    for a, b in itertools.combinations(sorted(sides), 2):
        if colours[a] == colours[b]:
            continue
        for (p, q), (r, s) in itertools.product(sides[a], sides[b]):
            if max(math.dist(p, s), math.dist(q, r)) < FACING:
                ends = ((p[0] + s[0]) / 2, (p[1] + s[1]) / 2), ((q[0] + r[0]) / 2, (q[1] + r[1]) / 2)
                path.append("M{:.0f} {:.0f}L{:.0f} {:.0f}".format(*ends[0], *ends[1]))
    return "".join(path)


def sentence(variant: DivisionVariant, unit: str = "家") -> str:
    """What a variant is good for and what it costs, in a sentence."""
    figures = variant.figures
    crossing, pieces = figures["crossing"], figures["cut_off_pieces"]
    said = [
        f"{crossing} 片跨网格，要约定由哪个网格例会受理" if crossing else "各片都不跨网格，开会、派单各归各的网格",
        "各片大小接近" if is_even(variant) else f"各片大小不匀，最多与最少相差 {figures['spread']}",
    ]
    if pieces:
        said.append(f"有 {pieces} 块飞地")
    if variant.edits:
        moved = len({n for edit in variant.edits for n in edit["doors"]})
        said.append(f"手工调整过 {moved} {unit}")
    return "；".join(said) + "。"


def is_even(variant: DivisionVariant) -> bool:
    """Whether the areas are as even as was asked, also in a variant that was not held to it."""
    figures = variant.figures
    asked = variant.division.tolerance / 100
    return bool(figures["is_balanced"]) and (figures["imbalance"] <= asked + 1e-9 or figures["spread"] <= 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison: cells are (words, whether it is the better one)."""

    title: str
    cells: list[tuple[str, bool]]
    how: str


def comparison(division: Division, variants: Sequence[DivisionVariant]) -> list[Row]:
    """The variants in figures; the better value is marked where they differ, and how each is worked out is said."""
    unit, measured = UNITS[division.measure], division.get_measure_display()
    if division.organisation_id and division.measure == Division.Measure.SHOPS:
        unit, measured = "处", "门牌数"
    door = "处" if division.organisation_id else "家"
    what = [
        ("最多与最少相差", "spread", unit, f"各片{measured}的最大差"),
        ("平均步行距离", "mean", "米", "门牌到所在片的中心，沿街路走；中心是离本片各门牌最近的一处"),
        ("跨网格的片", "crossing", "个", "一片的门牌分属两个以上网格"),
        ("飞地", "cut_off_pieces", "块", "沿街路走，要穿过别的片才到得了本片其余部分的"),
        ("餐饮占比最大差", "catering_gap", "个百分点", "有餐饮在营的门牌占本片门牌的比重，看业态是否集中在一片"),
        (
            "换归属的门牌",
            "moved",
            door,
            "和现在的责任范围相比" if not division.organisation_id else "和现在的责任区相比",
        ),
    ]
    return [_row(title, [v.figures[key] for v in variants], unit, how) for title, key, unit, how in what]


def _row(title: str, values: Sequence[int], unit: str, how: str) -> Row:
    best, differ = min(values, default=0), len(set(values)) > 1
    return Row(title, [(f"{value:,} {unit}", differ and value == best) for value in values], how)


def holder_names(keys: Iterable[str]) -> dict[str, str]:
    """Names of those who hold doors today, by key: organisations, else members; "" is nobody."""
    ids = [uuid.UUID(key) for key in keys if key]
    found = {str(o.pk): str(o) for o in Organisation.objects.filter(pk__in=ids)}
    found |= {str(m.pk): named(m) for m in Member.objects.filter(pk__in=ids).select_related("user")}
    return found | {"": "没有人负责"}


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A door in a list: where, who is behind it, whose it is and is to be, and why."""

    number: int
    place: Place
    behind: str
    before: str
    area: str
    hue: int
    reason: str


def door_lines(atlas: Atlas, variant: DivisionVariant, numbers: Sequence[int]) -> list[DoorLine]:
    """Doors by their numbers (four queries)."""
    division = atlas.division
    keys = [division.places[n] for n in numbers]
    places = Place.objects.in_bulk(keys)
    behind: dict[uuid.UUID, str] = {}
    for entity in Entity.objects.operating().filter(place__in=keys).order_by("pk"):
        if entity.place_id is not None:
            behind.setdefault(entity.place_id, str(entity))
    owners, reasons = variant.owners(), read(variant.reasons)
    names = atlas.holders({atlas.doors[n].holder or "" for n in numbers})
    return [
        DoorLine(
            n, places[division.places[n]], behind.get(division.places[n], ""), names.get(atlas.doors[n].holder or "", ""),
            atlas.names[owners[n]], atlas.hues[owners[n]], REASON_WORDS[REASONS[reasons[n]]],
        )
        for n in numbers
    ]  # fmt: skip


def columns(atlas: Atlas, variants: Sequence[DivisionVariant]) -> list[Column]:
    """The columns of the file: a door with whose it is today, and its area in each variant."""
    place_of = {place: n for n, place in enumerate(atlas.division.places)}
    holders = atlas.holders({door.holder or "" for door in atlas.doors})
    owners = {variant.pk: variant.owners() for variant in variants}
    reasons = {variant.pk: read(variant.reasons) for variant in variants}

    def area(variant: DivisionVariant) -> Column:
        return Column(f"{variant}，{variant.label}", lambda p: atlas.names[owners[variant.pk][place_of[p.pk]]])

    def why(variant: DivisionVariant) -> Column:
        return Column(f"{variant}，为什么", lambda p: REASON_WORDS[REASONS[reasons[variant.pk][place_of[p.pk]]]], 20)

    first = [
        Column("门牌", lambda p: p.address, 24),
        Column("网格", lambda p: str(p.area)),
        Column("现在归", lambda p: holders.get(atlas.doors[place_of[p.pk]].holder or "", ""), 18),
    ]
    return first + [each for variant in variants for each in (area(variant), why(variant))]

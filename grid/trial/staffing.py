"""Writing who works in the grids of the trial street: their own members, people lent by departments, the former grids.

One grid has nobody of the market office, one secondment ends soon, one has not begun, two are over.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.trial import words
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.chain import persons
from grid.models import GridMember, GridPart, Secondment

Whose, Role, Former = Secondment.Whose, GridMember.Role, GridPart.Whose
# grid, whose, unit, name ("" = anybody), account, young, duties, days since the beginning, days until the end
LENT: tuple[tuple[int, str, str, str, str, bool, str, int, int], ...] = (
    (0, Whose.POLICE, "示例路派出所", "魏庚七", "weigengqi", False, "消防、治安和矛盾纠纷牵头，参加网格例会", 320, 180),
    (0, Whose.URBAN, "城管中队", "陈癸十", "chenguishi", False, "停车、占道和油烟牵头，每周两次一起巡查", 290, 200),
    (0, Whose.OPERATIONS, "街道城运中心", "史子三", "", False, "对接区城运平台，派单和回单", 300, 120),
    (0, Whose.MARKET, "市场监管所", "", "", True, "证照、食品安全咨询", 200, 160),
    (0, Whose.DISTRICT, "示例区文化和旅游局", "", "", True, "活动审批咨询，联系沿街小店", 150, 12),
    (0, Whose.DISTRICT, "示例区人社局", "", "", True, "新就业群体权益，调解用工纠纷", 95, 270),
    (1, Whose.POLICE, "清波路派出所", "", "", False, "楼宇消防和治安牵头", 310, 150),
    (1, Whose.URBAN, "城管中队", "", "", False, "店招、占道和建筑垃圾", 280, 170),
    (1, Whose.OPERATIONS, "街道城运中心", "", "", False, "对接区城运平台，派单和回单", 260, 140),
    (1, Whose.MARKET, "市场监管所", "张乙四", "zhangyisi", False, "证照和食品安全牵头", 330, 190),
    (1, Whose.DISTRICT, "示例区商务委", "", "", True, "楼宇招商政策，联系白领午间服务", 130, 230),
    (1, Whose.DISTRICT, "示例区房管局", "", "", True, "老旧楼宇维修资金咨询", 60, 300),
    (2, Whose.POLICE, "松间路派出所", "", "", False, "消防、治安和矛盾纠纷牵头", 305, 165),
    (2, Whose.URBAN, "城管中队", "", "", False, "停车和占道牵头", 275, 25),
    (2, Whose.OPERATIONS, "街道城运中心", "", "", False, "对接区城运平台，派单和回单", 240, 200),
    (2, Whose.DISTRICT, "示例区绿化市容局", "", "", True, "绿化移位、垃圾清运咨询", 110, 250),
    (2, Whose.MARKET, "市场监管所", "", "", True, "证照、食品安全咨询", -14, 370),
    (0, Whose.DISTRICT, "示例区教育局", "", "", True, "暑期托管班对接", 400, -40),
    (2, Whose.MARKET, "市场监管所", "", "", False, "证照、食品安全咨询", 390, -9),
)
RENEWED = (0, 6, 9)
HEADS = ("柳甲六", "潘庚二", "方寅八")
SECRETARIES = ("zhaojiayi", "jiangyinsan", "zhuwuqi")
BLOCKS = ("第一街区党支部", "第二街区党支部", "第三街区党支部")
FORMER: tuple[tuple[str, str], ...] = (
    (Former.PARTY, "党建第 {n} 网格"), (Former.POLICE, "第 {a} 警务责任区"), (Former.POLICE, "第 {b} 警务责任区"),
    (Former.URBAN, "城管 {n} 段"), (Former.OPERATIONS, "城运 C{n} 网格"), (Former.MARKET, "市监第 {n} 片区"),
    (Former.SAFETY, "综治第 {a} 网格"), (Former.SAFETY, "综治第 {b} 网格"),
)  # fmt: skip
MERGED_DAYS_AGO = 410


class Writer:
    """Chooses and writes; the same street every time."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.today = scene, scene.days.today
        self.chance = random.Random(f"{scene.seed} staffing")
        self.ids = {name: Ids(scene.seed, name) for name in ("secondment", "grid member", "grid part")}

    def write(self) -> None:
        """Grid by grid."""
        Secondment.objects.bulk_create(self._lent(number, *row) for number, row in enumerate(LENT))
        GridMember.objects.bulk_create(row for grid in range(len(self.scene.grids)) for row in self._members(grid))
        GridPart.objects.bulk_create(row for grid in range(len(self.scene.grids)) for row in self._parts(grid))
        self.scene.say(f"下沉力量 {sum(row[7] >= 0 and row[8] > 0 for row in LENT)} 人")

    def _id(self, table: str, day: dt.date) -> uuid.UUID:
        return self.ids[table].at(dt.datetime.combine(day, dt.time(10), SHANGHAI))

    def _lent(
        self, number: int, grid: int, whose: str, unit: str, name: str, account: str, is_young: bool, duties: str,
        ago: int, ahead: int,
    ) -> Secondment:  # fmt: skip
        since, until = self.today - dt.timedelta(days=ago), self.today + dt.timedelta(days=ahead)
        name = name or words.person(self.chance)
        return Secondment(
            id=self._id("secondment", min(since, self.today)), street=self.scene.street, grid=self.scene.grids[grid],
            whose=whose, home_unit=unit, name=name, person_key=persons.key(name=name, unit=unit), is_young=is_young,
            user=self.scene.users[account] if account else None, duties=duties, valid=DateRange(since, until),
            renewals=int(number in RENEWED),
        )  # fmt: skip

    def _members(self, grid: int) -> list[GridMember]:
        secretary = self.scene.users[SECRETARIES[grid]]
        planned = (
            (Role.HEAD, HEADS[grid], "街道办事处", "主持网格例会", None),
            (Role.DEPUTY, "", "社区党群办", "跟进例会议定事项", None),
            (Role.PARTY, str(secretary.display_name), BLOCKS[grid], "走访、先行处置", secretary),
            (Role.WARDEN, "", "街道网格中心", "日常巡查，采集上报", None),
            (Role.WARDEN, "", "街道网格中心", "日常巡查，采集上报", None),
            (Role.RESIDENTS, "", "居委会", "居民的事牵头", None),
            (Role.PROPERTY, "", "示例物业", "楼宇和小区的事配合", None),
        )  # fmt: skip
        since = self.today - dt.timedelta(days=360)
        return [
            GridMember(
                id=self._id("grid member", since), street=self.scene.street, grid=self.scene.grids[grid], role=role,
                name=name or words.person(self.chance), unit=unit, duties=duties, user=user, valid=DateRange(since, None),
            )
            for role, name, unit, duties, user in planned
        ]  # fmt: skip

    def _parts(self, grid: int) -> list[GridPart]:
        since = self.today - dt.timedelta(days=MERGED_DAYS_AGO)
        numbers = {"n": grid + 1, "a": 2 * grid + 1, "b": 2 * grid + 2}
        return [
            GridPart(
                id=self._id("grid part", since), street=self.scene.street, grid=self.scene.grids[grid], whose=whose,
                name=name.format(**numbers), valid=DateRange(since, None), note="街道多格合一方案（示例）",
            )
            for whose, name in FORMER
        ]  # fmt: skip


def write(scene: Scene) -> None:
    """Called by `grid.trial.load` after the councils."""
    Writer(scene).write()

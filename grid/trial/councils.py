"""Writing the councils of the trial street: their buildings, charters and members, a few who left, one that asks for a convener."""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange

from branches.models import Organisation
from coverage.trial import words
from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.models import Charter, Council, CouncilMember, CouncilPlace, Leg, LegCouncil
from grid.trial.council_plan import Plan, Planned

Role, Kind = CouncilMember.Role, Council.Kind
CHARTERS = {
    Kind.STREET: "一、商户、居民、单位都可以提议题，召集人每月汇总，会前三天在路口和群里告诉大家。\n二、每月 15 日前后开一次，急的随时开。\n三、先听提议的人说，再听受影响的人说，每人一次说完。\n四、能商量一致的不表决；摊位、停车、费用这类要大家分摊的，表决。\n五、结果三天内在路口公布：谁办、哪天办完、花多少钱。",
    Kind.BUILDING: "一、楼里的企业、物业、党组织各推选一名以上成员，租户换了随时补。\n二、每两个月开一次；动用公共收益、装修时间、电梯检修要先听证。\n三、一家企业一票，物业列席不投票。\n四、没到会的三天内可以补意见，照记。\n五、结果贴在大堂和电梯里，两周后回头看办得怎样。",
    Kind.RESIDENTS: "一、居民代表会议推选成员，楼组长列席。\n二、关系居民切身利益的，先听证，再协调，办完评议。\n三、到会过半才开，赞成过半才算通过；涉及维修资金的按规定双过半。\n四、听到的不同意见照记，不删。\n五、结果在居委会门口和楼道公告栏公布七天。",
}
NUMBERS = {Kind.STREET: (50, 50), Kind.BUILDING: (60, 50), Kind.RESIDENTS: (50, 50)}
VOTING = {Kind.STREET: ["mediation"], Kind.BUILDING: ["hearing"], Kind.RESIDENTS: ["hearing", "review"]}
CHANGED = (1, 6, 13)  # whose charter has a second version
COMING = 9  # whose next version is decided and not in force yet
LEFT = (2, 5, 14, 22)
LEAVING = ("调离本街道", "店铺转让，不再经营", "搬走了，不住在这里", "公司换了负责人")


class Writer:
    """Chooses and writes; the same street every time."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.today = scene, scene.days.today
        self.plan = Plan(scene)
        self.chance = random.Random(f"{scene.seed} council members")
        self.ids = {name: Ids(scene.seed, name) for name in ("council place", "charter", "council member")}
        rows = Organisation.objects.filter(street=scene.street).standing(self.today).order_by("founded_on", "pk")
        self.organisations = list(rows.exclude(kind=Organisation.Kind.STREET))
        self.members: list[CouncilMember] = []

    def write(self) -> None:
        """Councils in the order of the plan, with all that is theirs."""
        every = self.plan.every
        Council.objects.bulk_create(self._council(each) for each in every)
        CouncilPlace.objects.bulk_create(
            CouncilPlace(
                id=self._id("council place", each.founded), street=self.scene.street, council_id=each.pk,
                place_id=self.scene.doors[each.address], valid=DateRange(each.founded, None),
            )
            for each in every if each.address
        )  # fmt: skip
        Charter.objects.bulk_create(row for number, each in enumerate(every) for row in self._charters(number, each))
        for number, each in enumerate(every):
            self._seat_all(number, each)
        CouncilMember.objects.bulk_create(self.members)
        counted = [sum(each.kind == kind for each in every) for kind in Kind.values]
        self.scene.say("街委会 {} 个，楼务会 {} 个，居委会 {} 个".format(*counted))

    def _id(self, table: str, day: dt.date) -> uuid.UUID:
        return self.ids[table].at(dt.datetime.combine(day, dt.time(16), SHANGHAI))

    def _council(self, each: Planned) -> Council:
        user = self.scene.users[each.username] if each.username else None
        return Council(
            id=each.pk, street=self.scene.street, kind=each.kind, name=each.name, area=self.scene.grids[each.grid],
            roads=list(each.roads), place_names=each.place_name, convener=user, founded_on=each.founded,
        )  # fmt: skip

    def _charters(self, number: int, each: Planned) -> list[Charter]:
        kind = Kind(each.kind)
        quorum, passing = NUMBERS[kind]
        first = Charter(
            id=self._id("charter", each.founded), street=self.scene.street, council_id=each.pk, number=1,
            text=CHARTERS[kind], quorum_percent=quorum, passing_percent=passing, voting=VOTING[kind],
            valid=DateRange(each.founded, None), why="成立大会通过",
        )  # fmt: skip
        if number not in CHANGED and number != COMING:
            return [first]
        since = self.today + dt.timedelta(days=8) if number == COMING else self.today - dt.timedelta(days=90 + number)
        first.valid = DateRange(each.founded, since)
        decided = since - dt.timedelta(days=12)
        second = Charter(
            id=self._id("charter", decided), street=self.scene.street, council_id=each.pk, number=2,
            text=CHARTERS[kind] + "\n六、涉及费用分摊的，三分之二以上赞成才通过。", quorum_percent=60, passing_percent=66,
            voting=sorted({*VOTING[kind], "hearing"}), valid=DateRange(since, None),
            why=f"{decided.month} 月 {decided.day} 日全体会议通过", written_by=self.scene.users["zhouwuwu"],
        )  # fmt: skip
        return [first, second]

    # ---- who sits there

    def _seat_all(self, number: int, each: Planned) -> None:
        if each.convener:
            self._convener(each)
        self._party(each)
        self._from_firms(each, 4 if each.kind == Kind.BUILDING else 3 if each.kind == Kind.STREET else 1)
        for _ in range({Kind.STREET: 2, Kind.BUILDING: 0, Kind.RESIDENTS: 5}[Kind(each.kind)]):
            self._seat(each, Role.RESIDENT, f"{self.chance.randrange(2, 60)} 号楼组")
        self._seat(
            each, Role.PROPERTY, f"{self.chance.choice(words.CYCLE)}{self.chance.choice(words.CYCLE)}物业（示例）"
        )
        if each.kind == Kind.STREET and self.chance.random() < 0.5:
            self._seat(each, Role.WORKER, "外卖骑手站点")
        if each.kind != Kind.RESIDENTS and self.chance.random() < 0.6:
            self._seat(each, Role.DEPARTMENT, self.chance.choice(("城管中队", "市场监管所", "派出所")))
        if number in LEFT:
            gone = self.members[-1]
            left = self.today - dt.timedelta(days=20 + 7 * number)
            gone.valid, gone.end_reason = DateRange(each.founded, left), LEAVING[LEFT.index(number)]

    def _seat(self, each: Planned, role: str, unit: str, *, name: str = "") -> CouncilMember:
        since = each.founded + dt.timedelta(days=self.chance.choice((0, 0, 0, 120, 260)))
        row = CouncilMember(
            id=self._id("council member", since), street=self.scene.street, council_id=each.pk, role=role, unit=unit[:80],
            name=name or words.person(self.chance), valid=DateRange(since, None),
        )  # fmt: skip
        self.members.append(row)
        return row

    def _convener(self, each: Planned) -> None:
        role = {Kind.STREET: Role.RESIDENT, Kind.BUILDING: Role.PROPERTY, Kind.RESIDENTS: Role.RESIDENT}[
            Kind(each.kind)
        ]
        unit = {Kind.STREET: "居民代表", Kind.BUILDING: "楼宇运营方", Kind.RESIDENTS: "居民代表会议"}[Kind(each.kind)]
        row = self._seat(each, role, unit, name=each.convener)
        row.is_convener, row.valid = True, DateRange(each.founded, None)
        row.user = self.scene.users[each.username] if each.username else None

    def _party(self, each: Planned) -> None:
        """The branch of the building or the quarter, else the street block's."""
        kinds = Organisation.Kind
        grid = self.scene.grids[each.grid].pk
        near = [row for row in self.organisations if row.area_id == grid]
        own = [row for row in near if row.place_id is not None and row.place_id == self.scene.doors.get(each.address)]
        homes = [row for row in near if row.kind == kinds.RESIDENTIAL and each.name.startswith(row.name[:3])]
        block = [row for row in near if row.kind == kinds.STREET_BLOCK]
        sender = (own or (homes if each.kind == Kind.RESIDENTS else []) or block)[0]
        row = self._seat(each, Role.PARTY, str(sender))
        row.organisation = sender
        since = max(each.founded, sender.founded_on or each.founded)
        row.valid = DateRange(since, None)

    def _from_firms(self, each: Planned, count: int) -> None:
        firms = self.scene.town.firms
        known = [n for n in each.firms if firms[n].is_known]
        others = [n for n in each.firms if not firms[n].is_known]
        for number in [*known, *self.chance.sample(others, min(len(others), count))][:count]:
            firm = firms[number]
            role = Role.MERCHANT if firm.is_shop else Role.ENTERPRISE
            row = self._seat(each, role, firm.trade_sign or firm.name, name=firm.legal_person)
            row.entity_id = self.scene.ids[number]


def write(scene: Scene) -> None:
    """Called by `grid.trial.load` before the matters, which come before the councils."""
    Writer(scene).write()


def sit_together(scene: Scene) -> None:
    """Every third matter before a council has the residents' committee of its grid sit in (三会协同); after the matters."""
    plan, ids = Plan(scene), Ids(scene.seed, "leg council")
    grids = {area.pk: number for number, area in enumerate(scene.grids)}
    legs = Leg.objects.filter(street=scene.street, council__isnull=False).exclude(council__kind=Kind.RESIDENTS)
    rows = legs.order_by("began_at", "pk").values_list("pk", "council__area", "began_at")
    LegCouncil.objects.bulk_create(
        LegCouncil(id=ids.at(began), street=scene.street, leg_id=leg, council_id=plan.beside(grids[area]).pk)
        for leg, area, began in list(rows)[::3]
    )

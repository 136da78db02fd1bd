"""The trial street's cases at the district: the ledger of the months before, then one for every turn of a matter there."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

from coverage.trial.days import SHANGHAI, Ids
from coverage.trial.load import Scene
from grid.handover import baseline
from grid.models import CaseBaseline, CaseStep, DistrictCase, DistrictPlatform, Leg, Matter
from grid.trial import tales
from grid.trial.plots import CASES, MONTHS, days_of_month

# Cases a month in the six months of the baseline, ten on average, as they are drawn.
BASE = (11, 8, 10, 11, 9, 11)
WHY = "行动前的半年，走访和网格例会都还没有开始。"
CODES = {"parking": "0601", "surroundings": "0302", "safety": "0904", "noise": "0511", "facilities": "0207"}
_STEPS = (("accepted", 1, "已受理。"), ("dispatched", 2, "派单给责任单位。"), ("handling", 4, "责任单位到场。"),
          ("checking", 6, "核查照片和现场。"))  # fmt: skip


@dataclass(slots=True)
class _Rows:
    cases: list[DistrictCase] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)


def write(scene: Scene) -> None:
    """Codes, the ledger, the cases of matters, and the declared baseline."""
    DistrictPlatform.objects.create(
        id=Ids(scene.seed, "district platform").at(scene.days.at(0)), street=scene.street, region_code="990199-02",
        other_code="9900", category_codes=CODES,
        area_codes={str(area.pk): f"990199-02-{number:02}" for number, area in enumerate(scene.grids, 1)},
    )  # fmt: skip
    made, rows = _Maker(scene), _Rows()
    made.ledger(rows)
    made.of_matters(rows)
    DistrictCase.objects.bulk_create(rows.cases)
    CaseStep.objects.bulk_create(rows.steps)
    today = scene.days.today
    CaseBaseline.objects.create(
        id=Ids(scene.seed, "baseline").at(scene.days.at(2)), street=scene.street,
        first=days_of_month(today, MONTHS + len(BASE) - 1, 1)[0].replace(day=1),
        last=baseline.last_day(days_of_month(today, MONTHS, 1)[0]), formula=baseline.FORMULA, why=WHY,
        declared_at=scene.days.at(2, 10), declared_by=scene.users["zhouwuwu"],
    )  # fmt: skip
    scene.say(f"上报区级的案件 {len(rows.cases)} 件")


class _Maker:
    """Makes rows from one stream of chance."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.today = scene, scene.days.today
        self.chance = random.Random(f"{scene.seed} cases")
        self.ids = {name: Ids(scene.seed, name) for name in ("case", "case step")}
        self.count = 0

    def ledger(self, rows: _Rows) -> None:
        """What the platform's own ledger has of the months before the matters were kept here."""
        counts = (*BASE, CASES[0])
        for back, count in zip(range(MONTHS + len(BASE) - 1, MONTHS - 2, -1), counts, strict=True):
            for number, day in enumerate(days_of_month(self.today, back, count)):
                kind, title = self.chance.choice(tales.LEDGER)
                firm = self.chance.choice(self.scene.town.firms)
                road = firm.spot.road if firm.spot else "望桥路"
                case = self._case(
                    day, number=f"LS{day:%y%m}{number + 1:03}", origin=DistrictCase.Origin.LEDGER, title=f"{road}{title}",
                    category=kind, area=self.scene.grids[firm.grid],
                )  # fmt: skip
                case.platform_number = ""
                ended = min(case.opened_at + dt.timedelta(days=self.chance.randint(6, 18)), self.scene.at)
                case.state, case.ended_at = "finished", ended
                rows.cases.append(case)

    def of_matters(self, rows: _Rows) -> None:
        """One for every turn at the district; the newest but one got more time, the newest was only received."""
        legs = Leg.objects.filter(street=self.scene.street, level=4).select_related("matter__area")
        turns = list(legs.order_by("began_at"))
        waiting = [leg for leg in turns if leg.ended_at is None]
        serial: dict[int, int] = {}
        for leg in turns:
            began = leg.began_at.astimezone(SHANGHAI)
            serial[began.year] = serial.get(began.year, 0) + 1
            matter = leg.matter
            case = self._case(
                began.date(), number=f"{self.scene.street.code}-{began.year}-{serial[began.year]:05}", matter=matter,
                leg=leg, title=matter.title, category=matter.category, area=matter.area, due_on=leg.due_on,
                category_code=CODES.get(matter.category, "9900"), opened_by=self.scene.users["zhouwuwu"],
                region_code=f"990199-02-{self.scene.grids.index(matter.area) + 1:02}" if matter.area else "990199-02",
            )  # fmt: skip
            case.opened_at = began
            rows.cases.append(case)
            self._tell(case, leg, matter, rows, newest=bool(waiting) and leg == waiting[-1],
                       longer=len(waiting) > 1 and leg == waiting[-2])  # fmt: skip

    def _case(self, day: dt.date, **given: object) -> DistrictCase:
        at = dt.datetime.combine(day, dt.time(10, self.chance.randrange(60)), SHANGHAI)
        self.count += 1
        return DistrictCase(
            id=self.ids["case"].at(at), street=self.scene.street, opened_on=day, opened_at=at,
            platform_number=f"QP{day:%y%m}{self.count:04}", delivery=DistrictCase.Delivery.HAND, **given,
        )  # fmt: skip

    def _tell(self, case: DistrictCase, leg: Leg, matter: Matter, rows: _Rows, *, newest: bool, longer: bool) -> None:
        """The states that the office typed as the platform said them."""
        until = leg.ended_at or self.scene.at
        self._step(case, rows, "opened", case.opened_at, self.scene.users["zhouwuwu"].pk)
        steps = _STEPS[:1] if newest or leg.end == "down" else _STEPS if leg.ended_at else _STEPS[:3]
        for said, days, words in steps:
            when = case.opened_at + dt.timedelta(days=days)
            if when < until:
                self._step(case, rows, said, when, self.scene.users["wujiliu"].pk, words)
                case.state = said
        if longer and case.due_on is not None:
            case.extensions, case.due_on = 1, matter.due_on
            when = min(case.opened_at + dt.timedelta(days=9), until - dt.timedelta(hours=1))
            self._step(
                case, rows, "extended", when, self.scene.users["wujiliu"].pk, "材料没到，延长办理。", matter.due_on
            )
        if leg.ended_at is not None:
            case.state = "returned" if leg.end == "down" else "finished"
            case.result, case.ended_at = leg.why or leg.tried, leg.ended_at
            self._step(case, rows, case.state, leg.ended_at, self.scene.users["wujiliu"].pk, case.result)

    def _step(
        self, case: DistrictCase, rows: _Rows, said: str, at: dt.datetime, by: uuid.UUID, words: str = "",
        due_on: dt.date | None = None,
    ) -> None:  # fmt: skip
        rows.steps.append(
            CaseStep(id=self.ids["case step"].at(at), street=self.scene.street, case=case, said=said, words=words, at=at,
                     heard_at=at, by_id=by, due_on=due_on)
        )  # fmt: skip

"""The trial street's volunteers: 512 with a consent that stands, eight who left, five who wrote of themselves and wait; a year
of call-ups with who came."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from coverage.collection.numbers import ALPHABET, TOKEN_LENGTH
from coverage.trial.days import Ids
from coverage.trial.load import Scene
from coverage.trial.words import PHONE_HEAD, person
from shimen.privacy import sealing
from shimen.privacy.masks import mask_name
from shimen.privacy.models import Erasure
from supply.models import CallAnswer, CallUp, Volunteer, VolunteerNotice
from supply.models.volunteers import TABLE
from supply.volunteers import leaving, notices

STANDING, LEFT, WAITING = 512, 8, 5
CONTACT = "示例街道党建办 021-0000-0000"
GROUPS = ("rider",) * 9 + ("courier",) * 6 + ("driver",) * 3 + ("trucker",) + ("streamer",) * 2 + ("agent", "other")
# What was asked, where, whom for, hours; told from the newest back, one every three weeks.
CALLS = (
    ("雨后看看人行道积水", "望桥路 41 号门口", ("lookout",), 2, "看见积水拍给网格，不用自己动手"),
    ("给独居老人送重阳糕", "望桥路服务站", ("errand",), 3, "十二户，两人一组"),
    ("早高峰学校门口劝导", "西塘路 22 号", ("order",), 2, "穿马甲，站到八点半"),
    ("市集搬桌椅、引导停车", "槐荫路服务站", ("event", "order"), 4, "管一顿午饭"),
    ("直播间帮小店吆喝", "云台路 12 弄", ("publicity",), 3, "自带手机支架"),
    ("台风前查店招松没松", "石桥二路路口", ("lookout", "rescue"), 3, "只看，不爬高"),
    ("帮腿脚不便的取药", "松间路服务站", ("errand",), 2, "药房已说好，报名字就能取"),
    ("楼道飞线流动巡查", "清波路 120 弄", ("lookout",), 2, "看见就报，不跟人争"),
    ("暖新餐点开张帮忙", "望桥路 112 号", ("event",), 3, "发号、引座"),
)  # fmt: skip


def write(scene: Scene) -> None:
    """The notice, the roster, the call-ups."""
    scene.say(f"志愿者 {STANDING} 人")
    at = scene.days.at(-260, hour=9)
    values = notices.first_draft(scene.street) | {"contact": CONTACT}
    notice = VolunteerNotice.objects.create(
        id=Ids(scene.seed, "volunteer notice").at(at), street=scene.street, number=1, published_at=at,
        published_by=scene.users["zhouwuwu"], **values,
    )  # fmt: skip
    people = _people(scene, notice)
    _calls(scene, people[:STANDING])


def _people(scene: Scene, notice: VolunteerNotice) -> list[Volunteer]:
    chance = random.Random(f"{scene.seed} volunteers")
    phones = chance.sample(range(10_000), STANDING + LEFT + WAITING)
    made, rows = Ids(scene.seed, "volunteer"), []
    last = scene.days.number(scene.days.today) - 3
    for number, phone in enumerate(phones):
        # Most joined while the campaign ran, two fortnights apart; the order of the roster is the order of joining.
        day = -250 + number * (last + 250) // len(phones)
        at = scene.days.at(day, hour=9 + number % 9, minute=number % 60)
        row = Volunteer(
            id=made.at(at), street=scene.street, area=chance.choice(scene.grids), group=chance.choice(GROUPS),
            helps=sorted(chance.sample(Volunteer.Help.values, 1 + number % 3)), notice=notice, consented_on=at.date(),
            joined_at=at, is_self_registered=number % 3 > 0,
            registered_by=None if number % 3 else scene.users["zhaojiayi"],
        )  # fmt: skip
        _seal(row, person(chance), f"{PHONE_HEAD}{phone:04d}")
        rows.append(row)
    _leave(scene, rows[STANDING : STANDING + LEFT])
    for row in rows[STANDING + LEFT :]:
        row.state, row.area, row.is_self_registered, row.registered_by = Volunteer.State.WAITING, None, True, None
    Volunteer.objects.bulk_create(rows)
    return rows


def _seal(row: Volunteer, name: str, phone: str) -> None:
    row.name_sealed = sealing.seal(name, table=TABLE, column="name_sealed", row=row.pk)
    row.name_mask = mask_name(name)[:30]
    row.phone_sealed, row.phone_index, row.phone_mask = sealing.seal_phone(
        phone, table=TABLE, column="phone_sealed", row=row.pk
    )


def _leave(scene: Scene, rows: list[Volunteer]) -> None:
    """Those who took their consent back: emptied, with the trace that stays."""
    made, traces = Ids(scene.seed, "volunteer erasure"), []
    for number, row in enumerate(rows):
        asked = min(row.joined_at + dt.timedelta(days=20 + 3 * number), scene.at - dt.timedelta(days=1, hours=number))
        asked = max(asked, row.joined_at + dt.timedelta(hours=1))
        trace = Erasure(
            id=made.at(asked), street=scene.street, key=f"volunteer:{row.pk}", label="志愿者名册里的信息",
            cause=Erasure.Cause.ASKED if number % 2 else Erasure.Cause.WITHDRAWN, what=["姓名", "电话", "能帮什么"], rows=1,
            asked_at=asked, due_on=asked.date() + leaving.ERASE_WITHIN, done_at=asked + dt.timedelta(minutes=2),
            handled_by=scene.users["zhouwuwu"] if number % 2 else None,
        )  # fmt: skip
        row.name_sealed = row.phone_sealed = row.phone_index = row.area = None
        row.name_mask, row.phone_mask, row.helps, row.group = "", "", [], Volunteer.Group.OTHER
        row.state, row.left_at, row.emptied_at, row.erasure = Volunteer.State.DELETED, asked, trace.done_at, trace
        traces.append(trace)
    Erasure.objects.bulk_create(traces)


def _calls(scene: Scene, people: list[Volunteer]) -> None:
    """Eighteen: two ahead, one that is over and not written down, one cancelled, the others with who came."""
    chance = random.Random(f"{scene.seed} call-ups")
    made, answer_ids, calls, answers = Ids(scene.seed, "call-up"), Ids(scene.seed, "call answer"), [], []
    today = scene.days.number(scene.days.today)
    for number in range(18):
        title, location, helps, hours, words = CALLS[number % len(CALLS)]
        day = today + 4 - 2 * number if number < 3 else today - 12 * (number - 2)
        starts = scene.days.at(day, hour=(7, 9, 14)[number % 3], minute=30)
        asked = min(starts - dt.timedelta(days=5), scene.at - dt.timedelta(hours=20 + number))
        call = CallUp(
            id=made.at(asked), street=scene.street, title=title, location=location, words=words, helps=list(helps),
            starts_at=starts, ends_at=starts + dt.timedelta(hours=hours), wanted=6 + number % 5 * 3,
            area=scene.grids[0] if number % 6 == 5 else None, made_at=asked, made_by=scene.users["zhaojiayi"],
            token=_token(chance),
        )  # fmt: skip
        _settle(call, number, scene)
        calls.append(call)
        fitting = [
            one for one in people
            if set(one.helps) & set(helps) and (call.area is None or one.area == call.area) and one.joined_at < asked
        ]  # fmt: skip
        # Whom it is for, how many answered.
        for one in chance.sample(fitting, min(len(fitting), call.wanted + number % 4 * 2)):
            said = asked + dt.timedelta(minutes=chance.randrange(30, 60 * 18))
            state = _state(call, chance)
            given = Decimal(hours * 2 - chance.choice((0, 0, 0, 1))) / 2 if state == CallAnswer.State.CAME else None
            answers.append(
                CallAnswer(
                    id=answer_ids.at(said), street=scene.street, call=call, volunteer=one, state=state, hours=given,
                    answered_at=said,
                )
            )  # fmt: skip
    CallUp.objects.bulk_create(calls)
    CallAnswer.objects.bulk_create(answers)


def _settle(call: CallUp, number: int, scene: Scene) -> None:
    if call.ends_at >= scene.at or number == 3:
        return
    call.state, call.closed_at = CallUp.State.CLOSED, min(call.ends_at + dt.timedelta(hours=3), scene.at)
    if number == 7:
        call.state, call.cancel_reason = CallUp.State.CANCELLED, "下大雨，改到下周"
        call.closed_at = call.starts_at - dt.timedelta(hours=4)


def _state(call: CallUp, chance: random.Random) -> str:
    state = CallAnswer.State
    if chance.random() < 0.15:
        return state.DECLINED
    return state.CAME if call.state == CallUp.State.CLOSED and chance.random() < 0.9 else state.ACCEPTED


def _token(chance: random.Random) -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(TOKEN_LENGTH))

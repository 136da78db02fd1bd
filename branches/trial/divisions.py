"""A proposed division of the trial street that nobody has adopted: the worker draws its variants when the street comes up."""

from __future__ import annotations

import datetime as dt

from branches.duty import dividing
from branches.duty.dividing import Asked
from coverage.trial.load import Scene

ASKED_BEFORE = dt.timedelta(hours=26)
NAME = "三个街区支部商铺再均衡（征求意见）"


def write(scene: Scene) -> None:
    """Asked for by staff yesterday, by the verb that they use."""
    asked = Asked(name=NAME, tolerance=2, price_of_change=400)
    dividing.ask(street=scene.street, asked=asked, actor=scene.users["zhouwuwu"], at=scene.at - ASKED_BEFORE)
    scene.say("街区划分 1 份，待选方案")

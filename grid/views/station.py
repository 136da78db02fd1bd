"""街情气象站 and 议题共创 in the frame: entries of the side, what asks to be done, numbers, and what meetings decide."""

from __future__ import annotations

from branches.pages import home_parts
from grid.meetings import agenda as meeting_agenda
from grid.pages import opinions as opinion_pages
from grid.pages import topics as topic_pages
from grid.pages.opinion_figures import OPINIONS
from grid.signals import item_decided, meeting_cancelled
from grid.topics import agenda, deciding
from grid.views import digests, opinion_codes, opinions, telling, topics
from shimen import figures, navigation, overview

URLS = [*telling.URLS, *opinion_codes.URLS, *opinions.URLS, *digests.URLS, *topics.URLS]


def declare() -> None:
    """Called once from `GridConfig.ready()`."""
    navigation.add(*opinions.ENTRIES, *topics.ENTRIES)
    figures.register(*OPINIONS)
    topic_pages.declare()
    opinion_pages.declare()
    for source in (opinion_pages.work, topic_pages.work):
        overview.add_work(source)
    for tasks in (opinion_pages.tasks, topic_pages.tasks):
        home_parts.add_tasks(tasks)
    meeting_agenda.add_source(agenda.lines)
    item_decided.connect(deciding.hear_decision, dispatch_uid="grid.topics")
    meeting_cancelled.connect(agenda.hear_cancelled, dispatch_uid="grid.topics")

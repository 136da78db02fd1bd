"""The log speaks Chinese: every verb that code writes has words."""

from __future__ import annotations

import re

from shimen.audit.reading import verb_words
from tests.architecture.test_code import modules

WRITTEN = re.compile(r'verb="([a-z_]+\.[a-z_.]+)"')


def test_every_verb_that_is_written_down_has_words() -> None:
    verbs = {verb for path in modules() for verb in WRITTEN.findall(path.read_text("utf-8"))}
    assert len(verbs) > 30
    assert sorted(verb for verb in verbs if verb_words(verb) == verb) == []

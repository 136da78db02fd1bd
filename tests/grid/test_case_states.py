"""Which state of the district's platform may follow which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.chain.cases import ENDED, STATES, WAY, WORDS, CaseState, Said, after, needs_reason

_SAID = st.sampled_from(list(Said))


def test_the_usual_way():
    state = CaseState.WAITING
    for step in WAY:
        state = after(state, Said(step.value))
        assert state is step


@pytest.mark.parametrize("state", sorted(ENDED))
@pytest.mark.parametrize("said", list(Said))
def test_what_has_ended_takes_nothing_more(state, said):
    with pytest.raises(ValueError, match=f"这件已{STATES[state]}，不再变动"):
        after(state, said)


def test_an_older_state_that_comes_late_changes_nothing():
    assert after(CaseState.HANDLING, Said.ACCEPTED) is CaseState.HANDLING


def test_a_check_that_failed_goes_back_to_handling():
    assert after(CaseState.CHECKING, Said.HANDLING) is CaseState.HANDLING


@given(st.lists(_SAID, max_size=12))
def test_whatever_is_said_in_whatever_order_ends_once(sentences):
    state, ended = CaseState.WAITING, 0
    for said in sentences:
        if state in ENDED:
            with pytest.raises(ValueError):
                after(state, said)
            continue
        state = after(state, said)
        ended += state in ENDED
    assert ended <= 1
    assert state is not CaseState.RECALLED


def test_more_time_moves_nothing():
    assert after(CaseState.DISPATCHED, Said.EXTENDED) is CaseState.DISPATCHED


def test_every_word_has_a_title():
    assert set(WORDS) == set(Said)
    assert set(STATES) == set(CaseState)
    assert [said for said in Said if needs_reason(said)] == [Said.RETURNED, Said.EXTENDED]

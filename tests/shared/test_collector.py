"""The collector rests while much is read, and is on again afterwards; where it was off it stays off."""

import gc

import pytest

from shared.collector import SELDOM, resting_collector, settle_collector


def reading_fails() -> None:
    with resting_collector():
        assert not gc.isenabled()
        raise ZeroDivisionError


def test_the_collector_rests_and_comes_back_whatever_happens() -> None:
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        reading_fails()
    assert gc.isenabled()


def test_it_looks_seldom_and_only_at_what_comes_after_a_process_has_started() -> None:
    before = gc.get_threshold()
    gc.disable()
    try:
        settle_collector()
        assert (gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 0) == (True, SELDOM, True)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
        gc.enable()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with resting_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()

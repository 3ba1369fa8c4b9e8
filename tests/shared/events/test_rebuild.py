"""A projection is built anew beside the live one, with the same rows, and swapped in; what decides is not replayed."""

from contextlib import suppress

import pytest
from sqlalchemy import select

from shared.eventlog.port import LogUnavailable
from shared.events.rebuild import NotRebuildable, drop_generation, rebuild
from shared.events.tables import consumer_offset
from tests.shared.events import world
from tests.shared.events.world import Shop


@pytest.mark.unhurried
def test_a_rebuild_gives_the_same_rows_beside_the_live_ones_and_is_swapped_in(shop: Shop) -> None:
    handlers = shop.projecting()
    consumer = shop.new_consumer(handlers)
    for n in range(30):
        shop.make(f"{n}", f"{n}'")
    shop.publish()
    shop.consume(consumer)
    live = shop.projection(1)
    assert len(live) == 60
    steps: list[tuple[int, int]] = []

    def build() -> int:
        built = rebuild(
            shop.listener, shop.log, handlers, name="listener", topic_prefix=world.PREFIX, forget=shop.forget,
            progress=lambda done, total: steps.append((done, total)),
        )  # fmt: skip
        return built.generation

    assert build() == 2
    assert shop.projection(2) == live
    assert steps[-1] == (60, 60)
    shop.make("new")
    shop.publish()
    for _ in range(40):
        with suppress(LogUnavailable):  # once, when it notices the swap
            consumer.run_once(timeout=0.2)
        if shop.behind(generation=2) == 0:
            break
    assert len(shop.projection(2)) == 61
    assert shop.projection(1) == live
    with pytest.raises(ValueError, match="live generation"):
        drop_generation(shop.listener, name="listener", generation=2, forget=shop.forget)
    drop_generation(shop.listener, name="listener", generation=1, forget=shop.forget)
    assert shop.projection(1) == []
    with shop.listener.read() as session:
        assert set(session.execute(select(consumer_offset.c.consumer)).scalars()) == {"listener.g2"}
    consumer.disconnect()


def test_what_decides_and_emits_cannot_be_replayed_over_history(shop: Shop) -> None:
    with pytest.raises(NotRebuildable):
        rebuild(shop.listener, shop.log, shop.handlers, name="listener", topic_prefix=world.PREFIX, forget=shop.forget)

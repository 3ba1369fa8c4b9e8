"""What reconciliation reads: every field of every event, from this service's own tables."""

from collections.abc import Iterator
from dataclasses import fields

from sqlalchemy import select

from services.matching.commands.evidence import add_evidence
from services.matching.queries import PlacementTruth, aggregate_versions, ground_truth
from services.matching.tables import Placement
from shared.contracts.matching import PlacementEvent
from shared.events.tables import outbox
from tests.matching.market import MANAGER, Market, S, day


def _busy(market: Market) -> list[Placement]:
    proposed, declined = market.placed(), market.placed(S.OFFERED, S.DECLINED)
    employed = market.placed(S.OFFERED, S.ACCEPTED, S.STARTED)
    market.do(add_evidence, employed.id, grade=4, on=day(-45), reported_on=day(-5), by=MANAGER)
    market.do(add_evidence, employed.id, grade=2, by=MANAGER)
    return [proposed, declined, market.move(employed, S.ENDED, on=day(-3))]


def _truth(market: Market) -> list[PlacementTruth]:
    with market.database.read() as session:
        return list(ground_truth(session))


def _told(market: Market) -> Iterator[tuple[str, int]]:
    with market.database.read() as session:
        for row in session.execute(select(outbox.c.aggregateid, outbox.c.aggregateversion)):
            yield row.aggregateid, row.aggregateversion


def test_the_truth_has_every_field_of_the_events() -> None:
    assert set(PlacementEvent.model_fields) <= {field.name for field in fields(PlacementTruth)}


def test_the_truth_agrees_with_everything_that_was_told(market: Market) -> None:
    busy = _busy(market)
    for placement, truth in zip(busy, _truth(market), strict=True):
        told = market.contents(placement)
        assert [step.version for step in truth.steps] == list(range(1, len(told) + 1))
        for step, content in zip(truth.steps, told, strict=True):
            assert content["effective_on"] == step.effective_on.isoformat()
            assert content["reported_on"] == (step.reported_on and step.reported_on.isoformat())
            assert content["evidence_grade"] == step.evidence_grade
            assert (content.get("by"), content.get("reason")) == (step.by, step.reason)
        last = {name: getattr(truth, name) for name in PlacementEvent.model_fields}
        assert PlacementEvent(**last) == PlacementEvent.model_validate(told[-1])


def test_versions_are_the_numbers_of_the_events(market: Market) -> None:
    _busy(market)
    told = sorted(_told(market))
    with market.database.read() as session:
        versions = list(aggregate_versions(session))
    assert {kind for kind, _, _ in versions} == {"matching.placement", "matching.candidate"}
    expected = [(str(id_), number) for _, id_, version in versions for number in range(1, version + 1)]
    assert sorted(expected) == told


def test_the_truth_comes_in_order_and_states_where_each_stands(small_market: Market) -> None:
    _busy(small_market)
    truth = _truth(small_market)
    assert [each.state for each in truth] == ["proposed", "declined", "ended"]
    assert [each.placement_id for each in truth] == sorted(each.placement_id for each in truth)
    assert [step.what for step in truth[-1].steps] == ["proposed", "offered", "accepted", "started", "evidenced", "ended"]
    assert (truth[-1].evidence_grade, truth[-1].version) == (4, 6)


def test_an_empty_service_has_no_truth(small_market: Market) -> None:
    assert _truth(small_market) == []

"""The catalogue itself: it holds what was asked for, in both languages, and its page says what the code says."""

import pytest

from infra.docs.catalogue import PAGE, page
from services.reporting.domain.values import IMMATURE
from services.reporting.indicators import CATALOGUE, Indicator, current
from services.reporting.indicators.definition import AT_ONCE
from tests.reporting.following import get, offices, post
from tests.reporting.serving import Site

ASKED_FOR = {
    "talents_trained", "participations", "jobs_created", "seats_posted", "seats_filled", "seats_lapsed", "fill_rate",
    "competition_ratio", "completion_rate", "dropout_rate", "employment_rate_completers", "employment_rate_3m",
    "employment_rate_6m", "employment_rate_enrolled", "employment_rate_q2", "employment_rate_q4", "knowledge_rate",
    "retention_3m", "retention_6m", "retention_12m", "local_settlement_rate", "in_field_rate", "time_to_placement",
    "time_to_fill", "internship_conversion_rate", "satisfaction",
}  # fmt: skip
STANDARDS_MORE = {"employment_rate_kedi", "employment_rate_cirr", "career_outcomes_rate"}


def test_every_indicator_that_was_asked_for_is_there() -> None:
    assert set(current()) == ASKED_FOR | STANDARDS_MORE
    assert {version for id_, version in CATALOGUE if id_ == "jobs_created"} == {1, 2}


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=[f"{id_} {version}" for id_, version in CATALOGUE])
def test_a_definition_says_everything_in_both_languages(indicator: Indicator) -> None:
    named = [indicator.name, indicator.formula, indicator.numerator, indicator.counted, indicator.standard, indicator.window]
    reasons = [*indicator.exclusions.values(), *indicator.notes.values()]
    for text in (*named, indicator.maturity, *reasons, *([indicator.denominator] if indicator.denominator else [])):
        assert text.ko
        assert text.en
        assert text.ko != text.en
        assert any("가" <= letter <= "힣" for letter in text.ko)
    assert (IMMATURE in indicator.exclusions) <= (indicator.maturity is not AT_ONCE)
    assert 1 <= indicator.minimum_grade <= 4
    assert not set(indicator.exclusions) & set(indicator.notes)


def test_the_page_about_indicators_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: python -m infra.docs.catalogue"


@pytest.mark.unhurried
def test_satisfaction_is_what_was_surveyed_and_approved(demo_site: Site) -> None:
    asked = "/indicators/satisfaction/value"
    with offices(demo_site) as city:
        assert get(city.auditor, asked)["state"] == "not_surveyed"
        body = {"measure": "satisfaction", "period": "2023", "value": 87.5, "evidence_url": "https://example.org/survey"}
        said = post(city.manager, "/observations", body, status=201)
        assert get(city.auditor, asked)["value"] is None
        post(city.executive, f"/observations/{said['id']}/approval")
        found = get(city.auditor, asked)
        assert (found["state"], found["value"], found["unit"]) == ("ok", 87.5, "percent")
        assert get(city.auditor, asked, as_of="2023-12-30")["state"] == "not_surveyed"
        assert get(city.auditor, asked, field="robot")["state"] == "not_surveyed"

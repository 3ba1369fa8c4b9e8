"""Puts matching together."""

from pathlib import Path
from typing import Final

from services.matching import api, handlers, tables
from services.matching.commands.expiry import expire_offers
from services.matching.commands.follow_ups import follow_up_placements
from services.matching.commands.jobs import forget_jobs
from services.matching.commands.journal import keep_journal
from services.matching.commands.tallies import tell_tally
from services.matching.commands.working import work_on_matching
from services.matching.domain.market.engine import keep_in
from services.matching.queries.pool import forget_lines
from services.matching.queries.recommendations import load_market
from shared.service import ServiceDefinition

service: Final = ServiceDefinition(
    name="matching",
    title="HuStar Tracker: matching",
    routers=api.ROUTERS,
    prefixes=[
        "/api/v1/candidates",
        "/api/v1/recommendations",
        "/api/v1/rounds",
        "/api/v1/placements",
        "/api/v1/placement-reasons",
        "/api/v1/mismatches",
        "/api/v1/follow-ups",
        "/api/v1/employment-insurance-files",
        "/api/v1/outcome-files",
    ],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    aggregates={
        **{kind: kind for kind in ("follow_up", "mismatch", "placement", "round")},
        "candidate": "candidate_profile",
    },
    warming=[keep_journal, load_market],
    often=[tell_tally],
    housekeeping=[keep_journal, expire_offers, follow_up_placements, forget_lines, forget_jobs],
    work=work_on_matching,
    configure=lambda settings: keep_in(settings.data),
)

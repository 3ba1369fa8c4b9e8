"""Puts the employers service together."""

from pathlib import Path
from typing import Final

from services.employers import api, commands, handlers, tables
from services.employers.commands.import_work import work_on_imports
from services.employers.commands.publishing import catch_up
from services.employers.commands.tallies import tell_tally
from services.employers.queries.position_search import load_positions
from shared.service import ServiceDefinition

service: Final = ServiceDefinition(
    name="employers",
    title="HuStar employers",
    routers=api.ROUTERS,
    prefixes=[
        "/jobs",
        "/robots.txt",
        *(
            f"/api/v1/{resource}"
            for resource in ("companies", "agreements", "pledges", "demand", "positions", "skills", "regions", "industries")
        ),
    ],
    mounts=api.MOUNTS,
    refusing=api.problem_page,
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    aggregates={
        **{kind: kind for kind in ("company", "agreement", "pledge", "position", "seat", "skill")},
        "demand": "demand_outlook",
    },
    warming=[load_positions],
    work=work_on_imports,
    often=[tell_tally],
    housekeeping=[catch_up, commands.expire_agreements, commands.lapse_positions, commands.foresee_demand],
)

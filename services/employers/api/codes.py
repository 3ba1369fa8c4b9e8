"""Codes of regions and industries over HTTP: for whoever has to choose one."""

from datetime import date
from typing import Annotated

from fastapi import Query

from services.employers.api.policies import READ
from services.employers.domain.codes.industries import Industry, industries
from services.employers.domain.codes.regions import Region, places
from services.employers.schemas import IndustryPublic, RegionPublic
from shared import clock
from shared.http import ServiceRouter

Named = Annotated[str | None, Query(min_length=1, max_length=40, description="part of a name, in Korean or English")]

router = ServiceRouter(prefix="/api/v1", tags=["codes"])


@router.get("/regions", policy=READ, response_model=list[RegionPublic])
def list_regions(
    within: Annotated[str | None, Query(pattern=r"^[0-9]{2}(?:[0-9]{3})?$")] = None, name: Named = None, on: date | None = None
) -> list[Region]:
    """Legal-district codes in force on a day (today): provinces, what lies directly `within` one, or what bears a name."""
    return list(places(within=within, on=on or clock.today(), text=name))


@router.get("/industries", policy=READ, response_model=list[IndustryPublic])
def list_industries(
    within: Annotated[str | None, Query(pattern=r"^[A-U][0-9]{0,4}$")] = None, name: Named = None
) -> list[Industry]:
    """KSIC, 11th revision: its sections, what lies directly `within` a code, or what bears a name."""
    return list(industries(within=within, text=name))

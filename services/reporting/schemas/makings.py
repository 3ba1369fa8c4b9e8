"""What callers send and are shown of reports that are being made."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.reporting.domain.making import MakingState
from services.reporting.domain.observing import PERIOD_FORM
from services.reporting.reports.asking import ReportFormat
from services.reporting.schemas.forms import IS_PERIOD
from shared.errors import N_, FieldError, Invalid
from shared.http.bodies import Body

_NO_SUCH_FILTER = N_("Filters are the dimensions of indicators and their members: field, robot.")


class ReportWanted(Body):
    """A plan's report in a format, as `GET /reports/{plan}.{format}` gives it at once."""

    framework: Annotated[str, Field(min_length=1, max_length=60)]
    format: ReportFormat = ReportFormat.PDF
    language: Annotated[str, Field(pattern="^(ko|en)$")] = "ko"
    period: Annotated[str | None, Field(pattern=PERIOD_FORM), IS_PERIOD] = None
    as_of: date | None = None
    known_at: AwareDatetime | None = None
    filters: Annotated[dict[str, Annotated[str, Field(max_length=40)]], Field(max_length=12, default_factory=dict)]

    def members(self, read: Callable[[Mapping[str, str]], dict[str, Any]]) -> dict[str, Any]:
        """Raises Invalid for a dimension or a member that there is not."""
        try:
            return read(self.filters)
        except (KeyError, ValueError):
            raise Invalid(FieldError("/filters", "unknown_reference", _NO_SUCH_FILTER)) from None


class MakingPublic(BaseModel):
    """How far a report is. `file` is where it can be fetched until `expires_at`; `problem` says why there is none."""

    id: UUID
    created_at: datetime
    framework: str
    format: ReportFormat
    language: str
    period: str | None
    as_of: date
    state: MakingState
    progress: Annotated[int, Field(ge=0, le=100, description="hundredths that are done")]
    problem: str | None
    checksum: str | None
    file: str | None
    expires_at: datetime

    @classmethod
    def of(cls, row: Any) -> "MakingPublic":
        same = {name: getattr(row, name) for name in cls.model_fields if name not in ("framework", "file")}
        file = f"/api/v1/reports/makings/{row.id}/file" if row.state is MakingState.MADE else None
        return cls(**same, framework=row.plan, file=file)

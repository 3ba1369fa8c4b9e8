"""Every file that leaves a service is either without names, or asks what for: a table by hand, held to the routes there are."""

import inspect
from typing import Final

from services.composition.definitions import definitions
from shared.http.route import ServiceRoute

WITH_NAMES: Final = {
    "GET /api/v1/cohorts/{cohort_id}/allowances.csv",
    "GET /api/v1/cohorts/{cohort_id}/allowances.xlsx",
    "GET /api/v1/universities/{university_id}/oneroster.zip",
    "POST /api/v1/persons/ids-for-files",
}
WITHOUT: Final = {
    "GET /api/v1/universities/{university_id}/mirror.csv": "values masked",
    "GET /api/v1/universities/{university_id}/mirror.html": "values masked",
    "GET /api/v1/roster-syncs/{sync_id}/errors.csv": "values masked",
    "GET /api/v1/positions/imports/template.csv": "nothing in it",
    "GET /api/v1/positions/imports/template.xlsx": "nothing in it",
    "GET /api/v1/positions/imports/{import_id}/errors.csv": "positions",
    "GET /api/v1/follow-ups/work-list.csv": "ids: matching knows no names",
    "GET /api/v1/outcome-files/{file_id}/rows.csv": "ids: matching knows no names",
    "GET /api/v1/rounds/{round_id}/assignments.csv": "ids: matching knows no names",
    "GET /api/v1/rounds/{round_id}/assignments.xlsx": "ids: matching knows no names",
    "GET /api/v1/positions/export.{form}": "without contacts",
    "GET /api/v1/pledges/export.{form}": "without contacts",
    "GET /api/v1/frameworks/{framework_id}/file": "a plan as it was published",
    "GET /api/v1/observations/{observation_id}/evidence": "what was attached: whoever attaches it answers for what is in it",
    "GET /api/v1/reports/{name}": "figures",
    "GET /api/v1/reports/makings/{making_id}/file": "figures",
}
SEEN_ONLY: Final = ("text/event-stream",)


def exports() -> dict[str, ServiceRoute]:
    """The routes of all services that give a file out, pages for people left aside."""
    found = {}
    for definition in definitions():
        for router in definition.routers:
            for route in router.routes:
                assert isinstance(route, ServiceRoute)
                produced = route.operation.produces
                if produced and produced not in SEEN_ONLY and route.path.startswith("/api/"):
                    found[f"{route.operation.method} {route.path}"] = route
    return found


def test_every_file_that_is_given_out_is_known_to_have_names_or_none() -> None:
    assert set(exports()) == WITH_NAMES | set(WITHOUT)


def test_files_with_names_ask_what_for() -> None:
    for name in WITH_NAMES:
        asked = inspect.signature(exports()[name].endpoint).parameters
        assert {"purpose", "purpose_note"} <= set(asked), name

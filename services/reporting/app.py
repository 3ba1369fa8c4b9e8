"""Puts the reporting service together."""

from pathlib import Path
from typing import Final

from services.reporting import api, charts, commands, handlers, pages, tables
from services.reporting.frameworks import field_names
from services.reporting.reports.delivering import look_for_restatements, watch_tell_and_deliver
from services.reporting.reports.working import forget_old_makings
from shared.service import ServiceDefinition

# A data file that is wrong stops the start, not the first page: the plans' own are read when the database is opened.
field_names()

service: Final = ServiceDefinition(
    name="reporting",
    title="HuStar reporting",
    routers=[*api.routers, *pages.routers],
    prefixes=[
        *(
            f"/api/v1/{resource}"
            for resource in (
                "frameworks",
                "goals",
                "contributions",
                "indicators",
                "standards",
                "maturity",
                "observations",
                "periods",
                "changes",
                "projects",
                "sources",
                "alerts",
                "alert-rules",
                "alert-recipients",
                "annotations",
                "views",
                "share-links",
                "facts-read",
                "reports",
            )
        ),
        "/",
        "/figures",
        "/goals",
        "/indicators",
        "/cohorts",
        "/universities",
        "/companies",
        "/matching",
        "/data",
        "/account",
        "/notes",
        "/shared",
        "/reports",
        "/auth",
        "/static",
    ],
    opening=commands.open_figures,
    warming=[lambda _database: charts.warm(), commands.warm_columns],
    configure=commands.tell_by,
    errand=watch_tell_and_deliver,
    housekeeping=[commands.keep_forecasts, commands.publish_tables, look_for_restatements, forget_old_makings],
    metadata=tables.metadata,
    migrations=Path(__file__).with_name("migrations"),
    handlers=handlers.handlers,
    aggregates={
        **{kind: kind for kind in ("plan", "observation", "project", "alert", "alert_rule", "alert_recipient", "annotation")},
        "period": "period_lock",
        "closing": "closing",
        "saved_view": "saved_view",
        "share_link": "share_link",
        "report_schedule": "report_schedule",
    },
    forget=commands.forget,
    outdated=commands.is_older,
    work=commands.KeptRolledUp(),
    often=[commands.watch_drift, commands.make_usual_rules],
    mounts=pages.mounts,
    visitors=pages.visitors,
    refusing=pages.problem_page,
)

"""Pages and forms for people, and what everybody keeps for themselves. Who may see what is decided by each of them."""

PAGES = (
    "GET /reports",
    "GET /reports/{name}",
    "GET /reports/makings/{making_id}",
    "GET /reports/makings/{making_id}/file",
    "GET /",
    "GET /figures",
    "GET /goals",
    "GET /goals/{framework}",
    "GET /goals/{framework}/contributions",
    "GET /goals/{framework}/{goal}",
    "GET /indicators",
    "GET /indicators/{indicator_id}",
    "GET /cohorts",
    "GET /cohorts/{cohort}",
    "GET /universities",
    "GET /universities/{university}",
    "GET /companies",
    "GET /companies/{company}",
    "GET /matching",
    "GET /data",
    "GET /indicators/{indicator_id}/facts",
    "GET /notes",
    "POST /notes",
    "POST /notes/{note_id}/removal",
    "GET /account",
    "POST /account/views",
    "POST /account/views/{view_id}/removal",
    "POST /account/links",
    "POST /account/links/{link_id}/revocation",
    "GET /auth/login",
    "GET /auth/callback",
    "POST /auth/logout",
)
# A caller sees their own views and links: another's are not found.
KEPT = (
    "GET /api/v1/views",
    "POST /api/v1/views",
    "GET /api/v1/views/{view_id}",
    "PATCH /api/v1/views/{view_id}",
    "DELETE /api/v1/views/{view_id}",
    "GET /api/v1/share-links",
    "POST /api/v1/share-links",
    "GET /api/v1/share-links/{link_id}",
    "POST /api/v1/share-links/{link_id}/revocation",
    "GET /api/v1/share-links/{link_id}/uses",
)

REPORTS_READ = (
    "GET /api/v1/reports/closings",
    "GET /api/v1/reports/closings/{closing_id}",
    "GET /api/v1/reports/{name}",
    "POST /api/v1/reports/makings",
    "GET /api/v1/reports/makings/{making_id}",
    "GET /api/v1/reports/makings/{making_id}/events",
    "GET /api/v1/reports/makings/{making_id}/file",
)

REPORTS_SENT = (
    "GET /api/v1/reports/schedules",
    "POST /api/v1/reports/schedules",
    "GET /api/v1/reports/schedules/{schedule_id}",
    "PATCH /api/v1/reports/schedules/{schedule_id}",
    "GET /api/v1/reports/schedules/{schedule_id}/deliveries",
)

"""The HTTP kernel: what every route of every service has in common."""

from shared.http.app import create_app
from shared.http.bodies import Body, FormFields, Upload
from shared.http.conditional import IfMatch
from shared.http.health import Check
from shared.http.idempotency import forget_old_answers, idempotency_table
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.rate_limits import Quota
from shared.http.router import ServiceRouter
from shared.http.validation import wrong
from shared.versions import check_version

__all__ = [
    "Body",
    "Check",
    "FormFields",
    "IfMatch",
    "Listing",
    "Page",
    "Quota",
    "Reply",
    "Rows",
    "ServiceRouter",
    "Upload",
    "check_version",
    "create_app",
    "forget_old_answers",
    "idempotency_table",
    "wrong",
]

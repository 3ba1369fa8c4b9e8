"""What can be done in reporting: facts are stored and forgotten, plans followed, browsers signed in and out."""

from services.reporting.commands.alerting import add_recipient, change_recipient, change_rule, make_rule
from services.reporting.commands.annotations import add_annotation, remove_annotation
from services.reporting.commands.closings import check_open, close_report, note_issue, note_restatements
from services.reporting.commands.comparing import keep_comparison
from services.reporting.commands.drifting import watch_drift
from services.reporting.commands.forecasts import keep_forecasts
from services.reporting.commands.makings import ask_for_report
from services.reporting.commands.observations import (
    approve_observation,
    attach_evidence,
    resubmit_observation,
    return_observation,
    submit_observation,
)
from services.reporting.commands.opening import is_older, open_figures, warm_columns
from services.reporting.commands.periods import lock_period
from services.reporting.commands.plans import load_plans, publish_plan, replace_plan, revise_target
from services.reporting.commands.projection import forget, store_facts
from services.reporting.commands.projects import change_project, report_project, take_in_projects
from services.reporting.commands.publishing import publish_tables
from services.reporting.commands.report_schedules import change_schedule, make_schedule
from services.reporting.commands.rolling_up import KeptRolledUp, roll_up
from services.reporting.commands.sharing import (
    change_view,
    note_facts_read,
    note_link_use,
    remove_view,
    revoke_link,
    save_view,
    share_page,
)
from services.reporting.commands.sign_in import close_page_session, open_page_session, touch_page_session
from services.reporting.commands.telling import tell_by, watch_and_tell
from services.reporting.commands.usual_rules import make_usual_rules

__all__ = [
    "KeptRolledUp",
    "add_annotation",
    "add_recipient",
    "approve_observation",
    "ask_for_report",
    "attach_evidence",
    "change_project",
    "change_recipient",
    "change_rule",
    "change_schedule",
    "change_view",
    "check_open",
    "close_page_session",
    "close_report",
    "forget",
    "is_older",
    "keep_comparison",
    "keep_forecasts",
    "load_plans",
    "lock_period",
    "make_rule",
    "make_schedule",
    "make_usual_rules",
    "note_facts_read",
    "note_issue",
    "note_link_use",
    "note_restatements",
    "open_figures",
    "open_page_session",
    "publish_plan",
    "publish_tables",
    "remove_annotation",
    "remove_view",
    "replace_plan",
    "report_project",
    "resubmit_observation",
    "return_observation",
    "revise_target",
    "revoke_link",
    "roll_up",
    "save_view",
    "share_page",
    "store_facts",
    "submit_observation",
    "take_in_projects",
    "tell_by",
    "touch_page_session",
    "warm_columns",
    "watch_and_tell",
    "watch_drift",
]

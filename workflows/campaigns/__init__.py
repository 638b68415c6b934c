"""Campaigns as files: read with clear errors, checked, foretold, opened, amended."""

from workflows.campaigns.against import against, examine
from workflows.campaigns.amending import Amendment, amend, look
from workflows.campaigns.check import check, draft_of
from workflows.campaigns.findings import Finding, errors
from workflows.campaigns.opening import (
    Progress,
    begin,
    begin_stored,
    due,
    go_on,
    open_from,
    progress_of,
)
from workflows.campaigns.parse import parse
from workflows.campaigns.preview import Preview, preview
from workflows.campaigns.seen import not_since, seal
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.campaigns.store import (
    all_campaigns,
    by_code,
    drop_draft,
    keep_draft,
    state_of,
    store,
)

__all__ = [
    "Amendment",
    "CampaignSpec",
    "Finding",
    "Preview",
    "Progress",
    "RequirementSpec",
    "against",
    "all_campaigns",
    "amend",
    "begin",
    "begin_stored",
    "by_code",
    "check",
    "draft_of",
    "drop_draft",
    "due",
    "errors",
    "examine",
    "go_on",
    "keep_draft",
    "look",
    "not_since",
    "open_from",
    "parse",
    "preview",
    "progress_of",
    "seal",
    "state_of",
    "store",
]

"""Campaigns as files: read with clear errors, checked, foretold, opened, amended."""

from workflows.campaigns.opening import open_from
from workflows.campaigns.parse import parse
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.campaigns.store import store

__all__ = ["CampaignSpec", "RequirementSpec", "open_from", "parse", "store"]

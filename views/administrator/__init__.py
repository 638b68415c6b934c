"""The administrator's pages: who there is and who holds what, without rights over documents."""

from views.administrator import (  # noqa: F401  so that their routes are known
    accounts,
    calendar,
    campaign_amending,
    campaigns,
    closing,
    delegations,
    deliveries,
    importing,
    people,
    posts,
    slips,
    system,
    terms,
    units,
)
from views.administrator.base import blueprint

__all__ = ["blueprint"]

"""The whole demo organisation for a year in which nobody does anything: what the preview foretold is
what happens, rung by rung. YEAR_END moves its end."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from config import ROOT
from models.base import db, transaction
from models.campaign import Campaign
from models.deadline import Deadline
from models.notification import Notification
from models.obligation import Obligation
from tests.test_year import climbed, counted, untold
from workflows import campaigns, digest, rehearsal

END = datetime.fromisoformat(os.environ.get("YEAR_END", "2027-02-26T17:00+07:00"))
MINUTES = 10


@pytest.mark.soak
@pytest.mark.data("organisation")
@pytest.mark.parametrize("file", ["cd-2026.toml", "cd-2026-cd.toml"])
def test_the_whole_demo_organisation(
    app: Flask, database: str, file: str, figures: Callable[..., None]
) -> None:
    source = (ROOT / "campaigns" / file).read_text(encoding="utf-8")
    source, renamed = re.subn(
        r'^code( *)= "[^"]+"', r'code\1= "NAM-2026"', source, count=1, flags=re.M
    )
    assert renamed
    with app.app_context():
        now = clock.now()
        seen = campaigns.preview(source, file=file, now=now)
        assert seen.ready, seen.findings
        with transaction():
            campaign, opened = campaigns.open_from(source, file=file, actor=None, now=now)
        assert opened == seen.total
        began = time.monotonic()
        journey = rehearsal.advance(END, real_now=clock.real_now)
        seconds = time.monotonic() - began
        happened, foretold = climbed("NAM-2026"), counted(seen.climbs)
        wrong = (happened - foretold).total() + (foretold - happened).total()
        mails = digest.gather(END)
        figures(
            f"whole year, {file}, {database}",
            faults=len(untold()),
            acts=journey.climbed,
            lost=(foretold - happened).total(),
            doubled=(happened - foretold).total(),
            violations=wrong,
            notes=f"{opened} owed, {journey.instants} mornings, {seconds:.0f} s, {mails} mails",
        )
        assert happened == foretold
        assert seconds < MINUTES * 60
        assert untold() == []
        states = db.session.execute(
            sa.select(Obligation.state, sa.func.count())
            .where(Obligation.requirement.has(campaign_id=campaign.id))
            .group_by(Obligation.state)
        ).all()
        assert [tuple(row) for row in states] == [("open", opened)]
        waiting = sa.select(sa.func.count()).where(
            Deadline.closed_at.is_(None), Deadline.fires_at <= END
        )
        assert db.session.scalar(waiting) == 0
        assert db.session.scalar(sa.select(sa.func.count(Notification.id))) >= journey.climbed
        assert db.session.scalar(sa.select(sa.func.count(Campaign.id))) >= 1

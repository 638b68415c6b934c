"""Loading the demo into an empty house, in one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from config import DEMO_PASSWORD
from models.account import Account
from models.base import transaction
from models.document import GOVERNED, Document
from models.notification import Delivery, Notification
from models.register import NumberEntry
from models.rehearsal import instant, rehearsal
from models.unit import Unit
from workflows import campaigns
from workflows import rehearsal as clockwork
from workflows.definition import SHIPPED, newest
from workflows.demo import organisation
from workflows.demo.playing import Player
from workflows.demo.story import Story, tell
from workflows.publishing import publish
from workflows.refusal import N_, Reason, Refused

# One password for every demo account; nothing secret: the demo is for one's own machine.
PASSWORD = DEMO_PASSWORD
CHAPTERS = (
    "papers.toml",
    "plans.toml",
    "commitments.toml",
    "self-reports.toml",
    "reports.toml",
    "union-plans.toml",
    "union-reports.toml",
)
NEWS = timedelta(days=4)  # older notices count as read when the visitor comes
FILED = timedelta(weeks=4)


@dataclass(frozen=True)
class Loaded:
    """What is there now, for the terminal."""

    accounts: int
    documents: int
    climbed: int
    at: datetime


def load(
    folder: Path,
    *,
    organisation_only: bool,
    real_now: Callable[[], datetime],
    house: str = "demo",
) -> Loaded:
    """Enter the organisation from `folder`/`house`, open its campaigns (files of `folder`) and,
    unless told otherwise, play the story.

    Begins a rehearsal when none has begun; after the story the clock runs on from the story's end.
    Raises Refused when somebody is here already, or the clock has passed the story's beginning;
    FileError for a broken file. Nothing is kept of a load that fails.
    """
    demo = folder / house
    chapters = [name for name in CHAPTERS if (demo / name).exists()]
    story = tell({name: _read(demo / name) for name in ("story.toml", *chapters)})
    with transaction() as session:
        if session.scalar(sa.select(Unit.id).limit(1)) is not None:
            raise Refused(
                Reason(
                    "DEMO",
                    N_(
                        "Chưa nạp dữ liệu mẫu được: hệ thống đã có đơn vị. "
                        "Dữ liệu mẫu chỉ nạp vào cơ sở dữ liệu còn trống."
                    ),
                )
            )
        if rehearsal() is None:
            clockwork.begin(story.begins, real_now=real_now())
        now = instant(real_now())
        if not organisation_only:
            _refuse_if_past(story, now)
        _publish_missing(now)
        opened = organisation.enter(
            session,
            _read(demo / "organisation.toml"),
            file="organisation.toml",
            password=PASSWORD,
            now=now,
            real_now=real_now(),
        )
        for name in opened:
            campaigns.open_from(_read(folder / name), file=name, actor=None, now=now)
        climbed = 0
        if not organisation_only:
            player = Player(story, now)
            player.play()
            climbed, now = player.climbed, story.ends
            _lay_by(now)
            clockwork.jump(now, real_now=real_now())
        return Loaded(
            session.scalar(sa.select(sa.func.count()).select_from(Account)) or 0,
            session.scalar(sa.select(sa.func.count()).select_from(Document)) or 0,
            climbed,
            now,
        )


def _read(path: Path) -> str:
    return path.read_text("utf-8")


def _refuse_if_past(story: Story, now: datetime) -> None:
    if now <= story.steps[0].at:
        return
    raise Refused(
        Reason(
            "DEMO",
            N_(
                "Chưa nạp dữ liệu mẫu được: đồng hồ diễn tập (%(now)s) đã qua ngày đầu của "
                "câu chuyện (%(first)s). "
                "Dùng --organisation-only, hoặc bắt đầu diễn tập trước ngày đó."
            ),
            {"now": clockwork.written(now), "first": clockwork.written(story.steps[0].at)},
        )
    )


def _publish_missing(now: datetime) -> None:
    for kind in GOVERNED:
        if newest(kind) is None:
            file = SHIPPED / f"{kind}.toml"
            publish(_read(file), file=file.name, now=now)


def _lay_by(now: datetime) -> None:
    """The year lies behind the visitor: all notices but the last days' are read, none is mailed; of
    papers only the last weeks' are still to be printed and filed."""
    with transaction() as session:
        session.execute(
            sa.update(Notification)
            .where(Notification.created_at < now - NEWS)
            .values(read_at=Notification.created_at)
            .execution_options(synchronize_session=False)
        )
        session.execute(sa.delete(Delivery).execution_options(synchronize_session=False))
        session.execute(
            sa.update(NumberEntry)
            .where(NumberEntry.given_at < now - FILED)
            .values(printed_at=NumberEntry.given_at, filed_at=NumberEntry.given_at)
            .execution_options(synchronize_session=False)
        )

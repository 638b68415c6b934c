"""Signs of life of the processes beside the web. Real time."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Heartbeat(Base):
    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)  # schedule, relay, sweep
    at: Mapped[datetime]

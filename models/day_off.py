"""The office's own calendar on top of the public holidays: bridge days and working Saturdays."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CalendarDay(Base):
    """An exception: a day off that the law does not name, or a day worked although it would be
    off."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str]

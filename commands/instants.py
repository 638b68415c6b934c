"""Instants on the command line: ISO 8601, in the organisation's zone unless an offset is given."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from workflows import calendar


class Instant(click.ParamType):
    """`2026-04-01T07:00+07:00`, or without offset in the organisation's zone. Gives aware UTC."""

    name = "ISO"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(str(value).strip())
            if at.tzinfo is None:
                at = at.replace(tzinfo=calendar.ZONE)
            at = at.astimezone(UTC)
            if not 1945 <= at.year <= 2100:
                raise ValueError
        except (ValueError, OverflowError):
            self.fail(
                f"“{value}” không phải thời điểm; ghi như 2026-04-01T07:00+07:00. / "
                f"“{value}” is no instant; write it like 2026-04-01T07:00+07:00.",
                param,
                ctx,
            )
        return at


INSTANT = Instant()


def iso(at: datetime) -> str:
    """As programs read it: ISO 8601 with the organisation's offset."""
    return at.astimezone(calendar.ZONE).isoformat(timespec="seconds")

"""Events and participants."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.models import Company
from matchmaker.db.base import Model, random_id
from matchmaker.events.enums import EventKind, ParticipantRole
from matchmaker.reference.models import Sector


class Event(Model):
    """One edition of a fair or one delegation visit."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint(
            "applications_open_at < applications_close_at",
            name="applications_open_before_they_close",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    """Short name for commands and files, as in ``texpo-2027``; lower case."""
    kind: Mapped[EventKind]
    title: Mapped[dict[str, str]]
    """By language: en, ja, ur; at least one."""
    summary: Mapped[dict[str, str]] = mapped_column(default=dict)
    venue: Mapped[str] = mapped_column(sa.String(200))
    city: Mapped[str] = mapped_column(sa.String(80))
    country: Mapped[str] = mapped_column(sa.String(2))
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    """IANA name; the event's days and hours are in it."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    opens_at: Mapped[time]
    closes_at: Mapped[time]
    applications_open_at: Mapped[datetime]
    applications_close_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """Empty while only officers see it."""
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    sectors: Mapped[list[Sector]] = relationship(
        lazy="raise", secondary="event_sector", order_by="Sector.position"
    )
    """Top-level sectors."""

    __mapper_args__ = {"version_id_col": version}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its days and hours are in."""
        return ZoneInfo(self.time_zone)

    @property
    def begins_at(self) -> datetime:
        """When the doors open on the first day."""
        return datetime.combine(self.starts_on, self.opens_at, self.zone)

    @property
    def over_at(self) -> datetime:
        """When the doors close on the last day."""
        return datetime.combine(self.ends_on, self.closes_at, self.zone)

    @property
    def days(self) -> int:
        """How many days it lasts, the first and the last counted."""
        return (self.ends_on - self.starts_on).days + 1

    def takes_applications(self, now: datetime) -> bool:
        """Whether the application window is open: from its first moment up to its last."""
        return self.applications_open_at <= now < self.applications_close_at


class EventSector(Model):
    """A sector an event is about."""

    __tablename__ = "event_sector"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    sector_code: Mapped[str] = mapped_column(ForeignKey("sector.code"), primary_key=True)


class Participant(Model):
    """A company's part in one event."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("event_id", "company_id", "role"),
        Index(None, "event_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    event: Mapped[Event] = relationship(lazy="raise")
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    role: Mapped[ParticipantRole]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    """Set when the company withdrew or was taken off."""

"""What is known of one who asks about a company; the permissions decide by it."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.companies.models import Company, Member, StoredFile


@dataclass(frozen=True, slots=True)
class SeenCompany:
    """A company as one person meets it."""

    company: Company
    """With members, profiles, history and contacts."""
    agreed: bool
    """The company agreed to being shown in the directory."""
    from_other_side: bool
    """The one who asks belongs to a company that this one could trade with."""
    released: bool
    """This company and one of the asker's accepted each other: contacts and prices are open."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file with its company as one person meets it."""

    file: StoredFile
    """With its product, if it belongs to one."""
    seen: SeenCompany


@dataclass(frozen=True, slots=True)
class SeenMember:
    """A person's part in a company, with all members of it."""

    member: Member
    company: Company

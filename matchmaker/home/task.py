"""One thing to do next, as home shows it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do."""

    title: str
    why: str
    action: str
    """Label of the button: a verb."""
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)
    done: bool = False
    """Not a duty but news: shown after the duties."""
    warns: bool = False
    """Until it is done, the rest is of no use."""

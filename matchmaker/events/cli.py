"""Commands about events."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from matchmaker.events.queries import all_events
from matchmaker.web.i18n import best_text

commands = AppGroup("event", help="Fairs and visits of delegations.")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON list instead of lines.")
def list_events(as_json: bool) -> None:  # noqa: FBT001  (click gives it by name)
    """List every event, the first to begin first."""
    rows = [
        {
            "code": event.code,
            "public_id": event.public_id,
            "kind": event.kind.value,
            "title": best_text(event.title)[0],
            "city": event.city,
            "country": event.country,
            "time_zone": event.time_zone,
            "starts_on": event.starts_on.isoformat(),
            "ends_on": event.ends_on.isoformat(),
            "applications_open_at": event.applications_open_at.isoformat(),
            "applications_close_at": event.applications_close_at.isoformat(),
            "published": event.published_at is not None,
        }
        for event in all_events()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        state = "published" if row["published"] else "not published"
        title = " ".join(str(row["title"]).split())
        click.echo(f"{row['code']}\t{row['starts_on']}\t{row['ends_on']}\t{state}\t{title}")

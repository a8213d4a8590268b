"""An event as an iCalendar file (RFC 5545), for the reader's own calendar."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from icalendar import Calendar, vText
from icalendar import Event as Entry

from matchmaker.events.models import Event
from matchmaker.web.i18n import best_text


def _one_line(text: str) -> str:
    """Put a text on one line: some calendars show an escaped line break as it stands."""
    return " ".join(text.split())


def _text(text: str, language: str) -> vText:
    return vText(text, params={"LANGUAGE": language})


def calendar_file(event: Event, *, url: str) -> bytes:
    """Return the file, in the reader's language; `url` is the absolute address of the page.

    The days repeat one entry, so that the nights between them stay free. Its UID stays the same
    for the life of the event: loaded again, the file moves the entry instead of doubling it.
    """
    title, title_language = best_text(event.title)
    summary, summary_language = best_text(event.summary)
    entry = Entry()
    entry.add("uid", f"{event.public_id}@{urlsplit(url).hostname or 'localhost'}")
    entry.add("sequence", event.version)
    entry.add("dtstamp", event.updated_at)
    entry.add("created", event.created_at)
    entry.add("last-modified", event.updated_at)
    entry.add("dtstart", event.begins_at)
    entry.add("dtend", datetime.combine(event.starts_on, event.closes_at, event.zone))
    if event.days > 1:
        entry.add("rrule", {"freq": "daily", "count": event.days})
    entry.add("summary", _text(_one_line(title), title_language))
    if summary:
        entry.add("description", _text(summary, summary_language))
    entry.add("location", _one_line(f"{event.venue}, {event.city}"))
    entry.add("url", url)

    calendar = Calendar()
    calendar.add("prodid", "-//Matchmaker//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())

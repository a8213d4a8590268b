"""What officers type about an event, and what the calendar is filtered by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from matchmaker.events.enums import EventKind
from matchmaker.events.models import Event
from matchmaker.events.services import EventDetails
from matchmaker.reference.queries import (
    country_of_side,
    country_of_zone,
    time_zone_of,
    time_zones_of,
    top_sectors,
)
from matchmaker.web.formats import say_country
from matchmaker.web.forms import LONG, MEDIUM, AtMost, Form, VersionField, clean, one_line
from matchmaker.web.i18n import LANGUAGES, best_text, language

_l = lazy_gettext
AS_STORED = (
    "version",
    "kind",
    "code",
    "venue",
    "city",
    "country",
    "time_zone",
    "starts_on",
    "ends_on",
    "opens_at",
    "closes_at",
)
"""Fields that hold a column as it is."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
FIRST_COUNTRIES = ("PK", "JP")
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
FIRST_ZONES = ("Asia/Karachi", "Asia/Tokyo", "UTC")
TIME_ZONES = (
    *FIRST_ZONES,
    *sorted(
        zone
        for zone in available_timezones()
        if zone.split("/")[0] in REGIONS and zone not in FIRST_ZONES
    ),
)


def country_choices() -> list[SelectChoice]:
    """Return every country by name in the reader's language, the corridor's own first."""
    codes = {str(code) for code in Locale(language()).territories}
    two_letters = {code for code in codes if len(code) == 2 and code.isalpha()}
    others = sorted(two_letters - NOT_COUNTRIES - set(FIRST_COUNTRIES), key=say_country)
    return [SelectChoice(code, say_country(code)) for code in (*FIRST_COUNTRIES, *others)]


def kind_choices() -> list[SelectChoice]:
    return [SelectChoice(kind.value, kind.label) for kind in EventKind]


def sector_choices() -> list[SelectChoice]:
    return [SelectChoice(s.code, best_text(s.names)[0]) for s in top_sectors()]


def _sensible_year(_form: Form, field: Field) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_l("Write a year between 2000 and 2100."))


def _given(message: Any) -> InputRequired:
    return InputRequired(message)


TITLE_LIMIT = AtMost(MEDIUM)
SUMMARY_LIMIT = AtMost(LONG)


def _day(label: Any) -> DateField:
    missing = _l("Choose the day, for example 2027-10-23.")
    return DateField(label, [_given(missing), _sensible_year])


def _hour(label: Any) -> TimeField:
    return TimeField(label, [_given(_l("Write the time of the day, for example 10:00."))])


def _moment(label: Any) -> DateTimeLocalField:
    missing = _l("Choose the day and the time, for example 2027-08-01 09:00.")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return DateTimeLocalField(label, [_given(missing), _sensible_year], format=formats)


def _title(label: Any) -> StringField:
    return StringField(label, [TITLE_LIMIT, one_line], filters=[clean])


def _summary(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), SUMMARY_LIMIT], filters=[clean])


class EventForm(Form):
    """All an officer says of an event."""

    version = VersionField(validators=[Optional()])
    kind = SelectField(
        _l("Kind of event"),
        choices=kind_choices,
        invalid_choice_message=_l("Choose the kind of event from the list."),
    )
    code = StringField(
        _l("Short name"),
        [
            _given(_l("Give the event a short name, for example texpo-2027.")),
            AtMost(40),
            Regexp(
                r"[a-z0-9]+(-[a-z0-9]+)*\Z",
                message=_l("Use small Latin letters, digits and single hyphens: texpo-2027."),
            ),
        ],
        description=_l("For files and commands. Small letters, digits and hyphens."),
        filters=[clean],
    )
    title_en = _title(_l("Title in English"))
    title_ja = _title(_l("Title in Japanese"))
    title_ur = _title(_l("Title in Urdu"))
    summary_en = _summary(_l("Summary in English"))
    summary_ja = _summary(_l("Summary in Japanese"))
    summary_ur = _summary(_l("Summary in Urdu"))
    venue = StringField(
        _l("Venue"),
        [
            _given(_l("Say where it is held: the name of the hall or hotel.")),
            TITLE_LIMIT,
            one_line,
        ],
        filters=[clean],
    )
    city = StringField(
        _l("City"),
        [
            _given(_l("Name the city.")),
            AtMost(80),
            one_line,
        ],
        filters=[clean],
    )
    country = SelectField(
        _l("Country"),
        choices=country_choices,
        invalid_choice_message=_l("Choose the country from the list."),
    )
    time_zone = SelectField(
        _l("Time zone"),
        choices=[
            SelectChoice("", _l("That of the country")),
            *(SelectChoice(zone, zone.replace("_", " ")) for zone in TIME_ZONES),
        ],
        invalid_choice_message=_l("Choose the time zone from the list."),
        description=_l("Every day and hour on this page is meant in it."),
    )
    starts_on = _day(_l("First day"))
    ends_on = _day(_l("Last day"))
    opens_at = _hour(_l("Opens at"))
    closes_at = _hour(_l("Closes at"))
    applications_open_at = _moment(_l("Applications open"))
    applications_close_at = _moment(_l("Applications close"))
    sectors = SelectMultipleField(
        _l("Sectors"),
        [_given(_l("Choose at least one sector."))],
        choices=sector_choices,
        invalid_choice_message=_l("Choose sectors from the list."),
    )

    def validate_country(self, field: Field) -> None:
        if not self.kind.data or not field.data:
            return
        home, here = country_of_side("exporter"), say_country(field.data)
        at_home = field.data == home
        if self.kind.data == EventKind.HOME_FAIR and not at_home:
            raise ValidationError(
                _(
                    "A fair at home is not held in %(country)s. Correct the kind of event or the "
                    "country.",
                    country=here,
                )
            )
        if self.kind.data == EventKind.FAIR_ABROAD and at_home:
            raise ValidationError(
                _(
                    "A fair abroad is not held in %(country)s. Correct the kind of event or the "
                    "country.",
                    country=here,
                )
            )

    def validate_time_zone(self, field: Field) -> None:
        country = self.country.data
        if not country:
            return
        if not self._zone_name():
            raise ValidationError(
                _l("This country has several time zones. Choose the one of the city.")
            )
        place = country_of_zone(field.data) or country
        if place != country and time_zones_of(country):
            raise ValidationError(
                _(
                    "This is not a time zone of %(country)s. Choose another one, or leave it to "
                    "the country.",
                    country=say_country(country),
                )
            )

    def validate_ends_on(self, field: Field) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(
                _l("The last day lies before the first day. Correct one of them.")
            )

    def validate_closes_at(self, field: Field) -> None:
        if self.opens_at.data and field.data and field.data <= self.opens_at.data:
            raise ValidationError(_l("It closes before it opens. Correct one of the two times."))

    def validate_applications_close_at(self, field: Field) -> None:
        opens = self.applications_open_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError(
                _l("Applications close before they open. Correct one of the two times.")
            )
        if self.ends_on.data and field.data and field.data.date() > self.ends_on.data:
            raise ValidationError(
                _l("Applications close after the event is over. Choose an earlier day.")
            )

    def validate_title_en(self, _field: Field) -> None:
        if not any(self._texts("title").values()):
            raise ValidationError(
                _l("Give the event a title in at least one of the three languages.")
            )

    def _texts(self, name: str) -> dict[str, str]:
        texts = {code: self[f"{name}_{code}"].data for code in LANGUAGES}
        return {code: text for code, text in texts.items() if text}

    def _zone_name(self) -> str:
        return self.time_zone.data or time_zone_of(self.country.data) or ""

    def _moment(self, field: Field) -> datetime:
        local: datetime = field.data
        return local.replace(tzinfo=ZoneInfo(self._zone_name())).astimezone(UTC)

    def details(self) -> EventDetails:
        """Return what was typed, as the services take it; only after validation."""
        return EventDetails(
            kind=EventKind(self.kind.data),
            code=self.code.data,
            title=self._texts("title"),
            summary=self._texts("summary"),
            venue=self.venue.data,
            city=self.city.data,
            country=self.country.data,
            time_zone=self._zone_name(),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
            applications_open_at=self._moment(self.applications_open_at),
            applications_close_at=self._moment(self.applications_close_at),
            sector_codes=tuple(self.sectors.data),
        )


def event_form(event: Event) -> EventForm:
    """Return the form as the event stands (loaded with its sectors), or as it was sent."""
    typed = {name: getattr(event, name) for name in AS_STORED}
    texts = {
        f"{name}_{code}": getattr(event, name).get(code, "")
        for name in ("title", "summary")
        for code in LANGUAGES
    }
    window = {
        name: getattr(event, name).astimezone(event.zone).replace(tzinfo=None)
        for name in ("applications_open_at", "applications_close_at")
    }
    sectors = [sector.code for sector in event.sectors]
    form: EventForm = EventForm(data=typed | texts | window | {"sectors": sectors})
    return form


class PublicationForm(Form):
    """Publish an event, or hide it again."""

    version = VersionField(validators=[InputRequired(_l("Load the page again."))])

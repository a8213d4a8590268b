"""What officers send from the review queue, the runs and the assignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from matchmaker.accounts.models import User
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import GOODS, Weights
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import LearnedModel
from matchmaker.matches.queries.assignments import SectorShare
from matchmaker.matches.queries.learned import weights_of
from matchmaker.matches.services.assignments import Share
from matchmaker.matches.services.decisions import TO_DECIDE, Verdict
from matchmaker.matches.services.runs import Settled
from matchmaker.matches.words import terms
from matchmaker.matches.words.learning import learnt_from
from matchmaker.web.forms import (
    LONG,
    Form,
    VersionField,
    WholeNumberField,
    clean,
    empty_to_none,
)
from matchmaker.web.i18n import best_text

_l = lazy_gettext
MOST_AT_ONCE = 100
MOST_POINTS = 100
MOST_SUGGESTIONS = 100


def _note(label: Any) -> TextAreaField:
    limit = Length(max=LONG, message=_l("Write at most 4,000 characters."))
    return TextAreaField(label, [Optional(), limit], filters=[clean])


def _state() -> SelectField:
    return SelectField(
        choices=[SelectChoice(state.value, state.value) for state in sorted(TO_DECIDE)],
        invalid_choice_message=_l("Choose one of the buttons: approve, reject or hold."),
    )


def _reason() -> RadioField:
    return RadioField(
        _l("Why is it rejected?"),
        [Optional()],
        choices=[SelectChoice(reason.value, label) for reason, label in terms.REJECTIONS.items()],
        validate_choice=False,
    )


class _VerdictForm(Form):
    state = _state()
    reason = _reason()
    note = _note(_l("Note"))
    reject_note = _note(_l("Note on the rejection"))
    place = HiddenField(validators=[Length(max=1000)])

    def validate_reason(self, field: RadioField) -> None:
        if field.data and field.data not in set(RejectionReason):
            raise ValidationError(_l("Choose one of the reasons."))

    def verdict(self) -> Verdict:
        """Return what was decided; only after validation."""
        state = SuggestionState(self.state.data)
        rejected = state is SuggestionState.REJECTED
        reason = RejectionReason(self.reason.data) if rejected and self.reason.data else None
        note = (self.reject_note.data if rejected else "") or self.note.data or ""
        return Verdict(state, reason, note)


class DecisionForm(_VerdictForm):
    """Approve, reject or hold one suggestion."""

    version = VersionField(validators=[InputRequired(_l("Load the page again."))])
    next = HiddenField(validators=[Length(max=32)])

    def seen_version(self) -> int:
        """Return the version of the suggestion that was seen; only after validation."""
        assert self.version.data is not None
        return self.version.data


class BulkForm(_VerdictForm):
    """Decide alike on those chosen in the list; each carries the version that was seen."""

    chosen = SelectMultipleField(
        _l("Suggestions"),
        [InputRequired(_l("Choose at least one suggestion in the list."))],
        validate_choice=False,
    )

    def validate_chosen(self, field: SelectMultipleField) -> None:
        parts = [one.partition(":") for one in field.data]
        if len(parts) > MOST_AT_ONCE or not all(v.isdecimal() and len(v) < 9 for *_, v in parts):
            raise ValidationError(_l("Load the page again and choose from its list."))

    def seen_versions(self) -> dict[str, int]:
        """Return the version seen of each suggestion chosen; only after validation."""
        parts = [one.partition(":") for one in self.chosen.data]
        return {public_id: int(version) for public_id, _, version in parts}


def _points(part: str) -> WholeNumberField:
    return WholeNumberField(
        terms.PARTS[part],
        [
            InputRequired(_l("Write a number from 0 to 100.")),
            NumberRange(0, MOST_POINTS, _l("Write a number from 0 to 100.")),
        ],
    )


def _limit(label: Any) -> WholeNumberField:
    message = _l("Write a number from 1 to 100.")
    return WholeNumberField(
        label, [InputRequired(message), NumberRange(1, MOST_SUGGESTIONS, message)]
    )


class RunForm(Form):
    """Weights and limits of a run. Only the proportions of the weights matter."""

    hs = _points("hs")
    sector = _points("sector")
    text = _points("text")
    volume = _points("volume")
    min_order = _points("min_order")
    price = _points("price")
    lead_time = _points("lead_time")
    certificates = _points("certificates")
    readiness = _points("readiness")
    language = _points("language")
    experience = _points("experience")
    supplier = _points("supplier")
    per_exporter = _limit(_l("Most buyers for each exporter"))
    per_buyer = _limit(_l("Most exporters for each buyer"))
    weights = RadioField(_l("Weights"), [Optional()], validate_choice=False)

    _learnt: LearnedModel | None = None

    def offer(self, learnt: LearnedModel | None) -> None:
        """Let learnt weights be chosen instead of the points, where such are in use."""
        self._learnt = learnt
        office = SelectChoice("", _l("Weights of the office, as below"))
        self.weights.choices = [office]
        if learnt is not None:
            self.weights.choices.insert(0, SelectChoice(learnt.public_id, learnt_from(learnt)))

    def validate_weights(self, field: RadioField) -> None:
        if field.data and (self._learnt is None or field.data != self._learnt.public_id):
            raise ValidationError(
                _l("These learnt weights are not in use any more. Choose the weights again.")
            )

    def validate_hs(self, _field: WholeNumberField) -> None:
        if not any(self[part].data for part in GOODS):
            raise ValidationError(
                _l("HS code, sector and goods in words cannot all be 0: the goods decide.")
            )

    def settled(self) -> Settled:
        """Return what was chosen; only after validation."""
        points = {field.name: self[field.name].data / MOST_POINTS for field in fields(Weights)}
        per_exporter, per_buyer = self.per_exporter.data, self.per_buyer.data
        assert per_exporter is not None
        assert per_buyer is not None
        limits = Limits(per_exporter, per_buyer)
        if self.weights.data and self._learnt is not None:
            return Settled(weights_of(self._learnt), limits, learned=self._learnt.public_id)
        return Settled(Weights(**points), limits)


def run_form(settled: Settled, learnt: LearnedModel | None) -> RunForm:
    """Return the form as a run was settled, or as it was sent; learnt weights stand first."""
    points = {name: round(value * MOST_POINTS) for name, value in asdict(settled.weights).items()}
    chosen = learnt.public_id if learnt is not None else ""
    form: RunForm = RunForm(data=points | asdict(settled.limits) | {"weights": chosen})
    form.offer(learnt)
    return form


class PairForm(Form):
    """A product and a need that an officer brings together."""

    product = RadioField(_l("Product"), validate_choice=False)
    need = RadioField(_l("Need"), validate_choice=False)
    note = TextAreaField(
        _l("Why do they fit?"),
        [
            InputRequired(_l("Write why the two fit: the next officer reads it.")),
            Length(max=LONG, message=_l("Write at most 4,000 characters.")),
        ],
        filters=[clean],
    )

    def validate_product(self, field: RadioField) -> None:
        if not field.data:
            raise ValidationError(_l("Choose the product."))

    def validate_need(self, field: RadioField) -> None:
        if not field.data:
            raise ValidationError(_l("Choose the need."))


class AssignmentForm(Form):
    """Who reviews each sector, and until when; its fields are added for the event's sectors."""

    def shares(self, sectors: Sequence[SectorShare]) -> dict[str, Share | None]:
        """Return who reviews each sector; only after validation."""
        return {
            sector.code: Share(int(officer), self[f"due-{sector.code}"].data)
            if (officer := self[f"officer-{sector.code}"].data)
            else None
            for sector in sectors
        }

    def refuse_days(self, codes: Sequence[str], message: str) -> None:
        """Say at the days of these sectors what is wrong with them."""
        for code in codes:
            self[f"due-{code}"].errors = [message]


def assignment_form(sectors: Sequence[SectorShare], officers: Sequence[User]) -> AssignmentForm:
    """Return the form for these sectors as they are assigned, or as it was sent."""
    choices = [SelectChoice(str(one.id), one.name) for one in officers]
    members: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for sector in sectors:
        name = best_text(sector.names)[0]
        members[f"officer-{sector.code}"] = SelectField(
            name,
            choices=[SelectChoice("", _l("nobody")), *choices],
            invalid_choice_message=_l("Choose an officer from the list."),
        )
        members[f"due-{sector.code}"] = DateField(
            _l("To be done by"), [Optional()], filters=[_no_blank]
        )
        data[f"officer-{sector.code}"] = str(sector.officer_id or "")
        data[f"due-{sector.code}"] = sector.due_on
    built: AssignmentForm = type("EventAssignmentForm", (AssignmentForm,), members)(data=data)
    return built


def _no_blank(value: Any) -> Any:
    return empty_to_none(value) if isinstance(value, str) else value

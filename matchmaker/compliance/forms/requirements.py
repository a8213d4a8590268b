"""What officers say of a requirement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from matchmaker.compliance import catalogue_wording as words
from matchmaker.compliance import choices
from matchmaker.compliance.enums import Verified
from matchmaker.compliance.forms.papers import VersionedForm
from matchmaker.compliance.forms.pick import PickField
from matchmaker.compliance.models import Requirement
from matchmaker.compliance.readiness_queries import EVENT_IN_MARKET
from matchmaker.compliance.wording import ATTRIBUTES, KINDS, VERIFIED
from matchmaker.web.forms import LONG, MEDIUM, AtMost, clean, one_line

_l = lazy_gettext
MOST_REASON, MOST_LAW, MOST_AUTHORITY = 500, 500, 300
AS_STORED = (
    "version",
    "code",
    "jurisdiction",
    "authority",
    "legal_basis",
    "kind",
    "measure_type",
    "duty_holder",
    "check_stage",
    "evidence_scope",
    "met_by",
    "partly_met_by",
    "prerequisites",
    "sector_codes",
    "prohibition",
    "mra_ease",
    "mra_effect",
    "note",
    "source",
)
"""Fields that hold a column as it is."""
CODE_SHAPE = re.compile(r"REQ-[A-Z0-9]+(-[A-Z0-9]+)*\Z")
NEVER = SelectChoice("", _l("–"))
_BETWEEN = re.compile(r"[\s,;、；，]+")


def _chosen(label: Any, named: Mapping[Any, Any], **more: Any) -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice(str(code), text) for code, text in named.items()],
        validators=[InputRequired(_l("Choose one from the list."))],
        **more,
    )


def _title(label: Any) -> StringField:
    return StringField(label, [Optional(), AtMost(MEDIUM), one_line], filters=[clean])


def _text(label: Any, **more: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), AtMost(LONG)], filters=[clean], **more)


def _line(label: Any, most: int, missing: Any) -> StringField:
    return StringField(label, [DataRequired(missing), AtMost(most), one_line], filters=[clean])


def _attribute(label: Any, *, with_event: bool, **more: Any) -> SelectField:
    offered = [NEVER, *(SelectChoice(name, text) for name, text in ATTRIBUTES.items())]
    if with_event:
        offered.append(SelectChoice(EVENT_IN_MARKET, words.EVENT_ATTRIBUTE))
    return SelectField(
        label,
        choices=offered,
        invalid_choice_message=_l("Choose one from the list."),
        **more,
    )


class ReasonForm(VersionedForm):
    """Why a requirement is retired, asked for again or brought back to an earlier version."""

    reason = StringField(
        _l("Why?"),
        [
            DataRequired(_l("Say why: readers of the history will ask.")),
            AtMost(MOST_REASON),
            one_line,
        ],
        description=_l("It stands in the history, for every reader."),
        filters=[clean],
    )


class RequirementForm(ReasonForm):
    """One requirement, column by column."""

    code = StringField(
        _l("Code"),
        [
            Length(max=32, message=_l("Write at most 32 characters.")),
            Regexp(CODE_SHAPE, message=_l("Write capital letters and digits, as in REQ-MRL.")),
        ],
        description=_l("Starts with REQ-. It cannot be changed later."),
        filters=[clean],
    )
    title_en = _title(_l("Title in English"))
    title_ja = _title(_l("Title in Japanese"))
    title_ur = _title(_l("Title in Urdu"))
    jurisdiction = _chosen(words.FIELDS["jurisdiction"], words.JURISDICTIONS)
    authority = _line(
        words.FIELDS["authority"], MOST_AUTHORITY, _l("Write which authority asks for it.")
    )
    legal_basis = _line(
        words.FIELDS["legal_basis"],
        MOST_LAW,
        _l("Write the law, or that it is custom among buyers."),
    )
    kind = _chosen(words.FIELDS["kind"], KINDS)
    measure_type = _chosen(words.FIELDS["measure_type"], words.MEASURES)
    sector_codes = PickField(words.FIELDS["sector_codes"], multiple=True)
    hs_prefixes = TextAreaField(
        words.FIELDS["hs_prefixes"],
        [Optional(), AtMost(LONG)],
        description=_l(
            "Two to ten digits each, without dots, with a blank between them: 0804 080450. From "
            "six digits on the HS code of a product decides; otherwise its sector does."
        ),
        filters=[clean],
    )
    condition_key = _attribute(words.FIELDS["condition_key"], with_event=True)
    exempt_attribute = _attribute(words.FIELDS["exempt_attribute"], with_event=False)
    duty_holder = _chosen(words.FIELDS["duty_holder"], words.DUTIES)
    check_stage = _chosen(words.FIELDS["check_stage"], words.CHECK_STAGES)
    evidence_scope = _chosen(words.FIELDS["evidence_scope"], words.EVIDENCES)
    met_by = PickField(words.FIELDS["met_by"], multiple=True)
    partly_met_by = PickField(words.FIELDS["partly_met_by"], multiple=True)
    prerequisites = PickField(words.FIELDS["prerequisites"], multiple=True)
    prohibition = BooleanField(words.FIELDS["prohibition"])
    mra_ease = _chosen(words.FIELDS["mra_ease"], words.EASES)
    mra_effect = _text(words.FIELDS["mra_effect"])
    note = _text(words.FIELDS["note"])
    verified = _chosen(words.FIELDS["verified"], VERIFIED)
    source = TextAreaField(
        words.FIELDS["source"],
        [DataRequired(_l("Write where this is stated.")), AtMost(LONG)],
        description=_l("The page, law or letter where it was read, and when."),
        filters=[clean],
    )

    def offer(self) -> RequirementForm:
        """Set where the fields look things up."""
        self.sector_codes.offer(choices.find_sectors, choices.sectors_named)
        for field in (self.met_by, self.partly_met_by, self.prerequisites):
            field.offer(choices.find_schemes, choices.schemes_named)
        return self

    @property
    def prefixes(self) -> list[str]:
        """The beginnings of HS codes as they were typed, with dots left away."""
        parts = _BETWEEN.split((self.hs_prefixes.data or "").replace(".", ""))
        return list(dict.fromkeys(part for part in parts if part))

    @property
    def content(self) -> dict[str, Any]:
        """The columns as they were sent."""
        titles = {code: self[f"title_{code}"].data for code in ("en", "ja", "ur")}
        as_sent = ("jurisdiction", "authority", "legal_basis", "kind", "measure_type")
        also = ("duty_holder", "check_stage", "evidence_scope", "mra_ease")
        lists = ("sector_codes", "met_by", "partly_met_by", "prerequisites")
        return {
            "titles": {code: text for code, text in titles.items() if text},
            **{name: self[name].data for name in (*as_sent, *also)},
            **{name: list(self[name].data) for name in lists},
            "hs_prefixes": self.prefixes,
            "condition_key": self.condition_key.data or None,
            "exempt_attribute": self.exempt_attribute.data or None,
            "prohibition": bool(self.prohibition.data),
            "mra_effect": self.mra_effect.data or "",
            "note": self.note.data or "",
            "verified": Verified(self.verified.data),
            "source": self.source.data,
        }

    def refuse(self, sentences: Mapping[str, Any]) -> None:
        """Set sentences beside the fields they are about."""
        for name, sentence in sentences.items():
            field = self["title_en" if name == "titles" else name]
            field.errors = [*field.errors, sentence]


def values_of(row: Requirement) -> dict[str, Any]:
    """Return what is stored of a requirement, as the form has it."""
    return {
        **{name: getattr(row, name) for name in AS_STORED},
        **{f"title_{code}": text for code, text in row.titles.items()},
        "hs_prefixes": " ".join(row.hs_prefixes),
        "condition_key": row.condition_key or "",
        "exempt_attribute": row.exempt_attribute or "",
        "verified": row.verified.value,
    }

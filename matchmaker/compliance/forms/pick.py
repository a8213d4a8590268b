"""Fields that choose rows by name from a long list: typed, looked up, shown as what they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from matchmaker.web.forms import clean

_l = lazy_gettext
LONGEST_CODE = 40
MOST_PICKED = 60


@dataclass(frozen=True, slots=True)
class Picked:
    """A row as the list beneath the field shows it."""

    code: str
    name: str
    display: str = ""
    path: str = ""


Find = Callable[[str], Sequence[Picked]]
Name = Callable[[Sequence[str]], Sequence[Picked]]


class PickField(Field):
    """Rows chosen from a list, or typed and looked up here where there is no script.

    `data` is a tuple of codes. ``find`` and ``name`` are set by the form before it is validated:
    the one returns what a typed text may mean, the other the rows of codes that exist. The
    request carries the codes under the field's name, a text that was not chosen as
    ``<name>_text`` and, after the choices were drawn, the choice as ``<name>_pick``.
    """

    find: Find
    name_rows: Name

    def __init__(self, label: Any = None, *, multiple: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.multiple = multiple
        self.data: tuple[str, ...] = ()
        self.text = self.asked = ""
        self.choices: Sequence[Picked] = ()

    def offer(self, find: Find, name_rows: Name) -> None:
        """Set where the field looks things up."""
        self.find, self.name_rows = find, name_rows

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        self.data = tuple(self.data or ())
        if not formdata:
            return
        sent = formdata.getlist(self.name)[: MOST_PICKED + 1]
        self.text = (clean(formdata.get(f"{self.name}_text", "")) or "")[:200]
        picked = formdata.getlist(f"{self.name}_pick")[:1]
        if picked and clean(formdata.get(f"{self.name}_asked", "")) == self.text:
            sent, self.text = ([*sent, *picked] if self.multiple else picked), ""
        cleaned = ((clean(code) or "")[:LONGEST_CODE] for code in sent)
        self.data = tuple(dict.fromkeys(code for code in cleaned if code))

    def pre_validate(self, _form: Any) -> None:
        known = {row.code for row in self.name_rows(self.data)}
        if len(known) < len(self.data):
            self.data = tuple(code for code in self.data if code in known)
            raise ValidationError(_l("Choose from the list: one of these does not exist."))
        if self.text:
            self._look_up()
        if len(self.data) > (MOST_PICKED if self.multiple else 1):
            raise ValidationError(_l("Those are too many. Keep the ones that matter most."))

    def _look_up(self) -> None:
        found = self.find(self.text)
        exact = [row for row in found if row.code.casefold() == self.text.casefold()]
        found = exact or found
        if not found:
            raise ValidationError(_l("Nothing is known by this name. Try a simpler word."))
        if len(found) > 1:
            self.choices, self.asked = found, self.text
            raise ValidationError(_l("Choose which of these you mean."))
        kept = self.data if self.multiple else ()
        self.data = tuple(dict.fromkeys([*kept, found[0].code]))
        self.text = ""

    @property
    def chosen(self) -> Sequence[Picked]:
        """The chosen rows as they are shown."""
        return self.name_rows(self.data)

    @property
    def one(self) -> str | None:
        """The code chosen where one alone can be."""
        return self.data[0] if self.data else None

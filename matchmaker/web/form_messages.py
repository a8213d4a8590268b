"""What WTForms itself says about a field, listed so that our catalogues hold it.

The base form looks WTForms' sentences up in our catalogues, and nothing else of ours would have
them extracted. Only those are here that no validator of ours can replace: said while a value is
read, before the validators are asked.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES = (
    _l("This field is required."),
    _l("Not a valid choice."),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid choice(s): one or more data inputs could not be coerced."),
    _l("Not a valid decimal value."),
    _l("Not a valid float value."),
    _l("Not a valid date value."),
    _l("Not a valid time value."),
    _l("Not a valid datetime value."),
)

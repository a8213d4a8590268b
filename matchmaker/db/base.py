"""The declarative base and the extension that every feature's models use."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, registry

from matchmaker.db.types import UTCDateTime

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PUBLIC_ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without l, o, 0 and 1, which are misread; 32 letters, so 16 of them carry 80 bits."""
PUBLIC_ID_LENGTH = 16
_LETTER_OF_BYTE = (PUBLIC_ID_ALPHABET * 8).encode("ascii")


def _values(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            datetime: UTCDateTime(),
            Decimal: sa.Numeric(18, 4),
            dict[str, Any]: sa.JSON(none_as_null=True),
            dict[str, str]: sa.JSON(none_as_null=True),
            list[str]: sa.JSON(none_as_null=True),
            enum.Enum: sa.Enum(
                enum.Enum,
                native_enum=False,
                create_constraint=False,
                validate_strings=True,
                length=32,
                values_callable=_values,
            ),
        },
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def random_id() -> str:
    """Return a new public id: 16 letters and digits, 80 random bits, safe in a URL."""
    # 256 is a multiple of 32: every letter is as likely as another.
    return secrets.token_bytes(PUBLIC_ID_LENGTH).translate(_LETTER_OF_BYTE).decode("ascii")

"""Pictures of products: checked by their content, stripped, and kept under their hash."""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
import threading
import zlib
from datetime import datetime
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from flask_babel import lazy_gettext
from PIL import Image, ImageOps, UnidentifiedImageError

from matchmaker.accounts.models import User
from matchmaker.companies.models import Product, StoredFile
from matchmaker.companies.services.acting import note_change
from matchmaker.db.base import db
from matchmaker.errors import MatchmakerError, NotAllowedNowError

MAX_BYTES = 8 * 2**20
MAX_PIXELS = 40_000_000
MAX_SIDE = 2000
MAX_PICTURES = 8
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, zlib.error)
"""What Pillow's decoders raise on content that is cut off or made up."""


class NotAPictureError(MatchmakerError):
    """The content is none of the accepted kinds, whatever name and browser say."""

    status = 415


class PictureTooLargeError(MatchmakerError):
    """Too many bytes or pixels; refused before it is decoded."""


def _open(content: bytes) -> Image.Image:
    too_large = PictureTooLargeError(
        lazy_gettext("This picture is too large. Send one of at most 40 million pixels.")
    )
    try:
        picture = Image.open(BytesIO(content), formats=list(MEDIA_TYPES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large from None
    except (UnidentifiedImageError, *BROKEN):
        raise NotAPictureError(
            lazy_gettext("This is not a picture we can read. Choose a JPEG, PNG or WebP file.")
        ) from None
    if picture.width * picture.height > MAX_PIXELS:
        raise too_large
    return picture


_one_at_a_time = threading.Lock()
"""A picture of 40 million pixels takes 400 MB while it is open; several at once are too many."""


def clean_picture(content: bytes) -> tuple[bytes, str]:
    """Return a picture encoded anew, without metadata and at most 2,000 pixels long; and its type.

    Raises
    ------
    NotAPictureError
        If it is no JPEG, PNG or WebP, or is cut off.
    PictureTooLargeError
        If it has more than 8 MB or 40 million pixels.
    """
    if len(content) > MAX_BYTES:
        raise PictureTooLargeError(
            lazy_gettext("This picture is too large. Send one of at most 8 MB.")
        )
    with _one_at_a_time:
        return _encode_anew(content)


def _encode_anew(content: bytes) -> tuple[bytes, str]:
    picture = _open(content)
    kind = str(picture.format)
    try:
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
    except BROKEN:
        raise NotAPictureError(
            lazy_gettext("This picture is damaged. Save it again as a JPEG file and send that.")
        ) from None
    mode = "RGBA" if kind != "JPEG" and picture.has_transparency_data else "RGB"
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    # Pasted on a new picture, so that no metadata of the old one is carried along.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    out = BytesIO()
    bare.save(out, kind, **({} if kind == "PNG" else {"quality": 85}))
    return out.getvalue(), MEDIA_TYPES[kind]


def path_of(store: Path, sha256: str) -> Path:
    """Return where the bytes of a file stand; never made from a name somebody typed."""
    return store / sha256[:2] / sha256


def keep_bytes(store: Path, content: bytes) -> str:
    """Write content under its hash and make sure that it is on disk; return the hash.

    A row committed later may rely on it; bytes whose row was rolled back are never reached.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(store, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return digest
    waiting = path.with_name(f".{digest}.{secrets.token_hex(4)}")
    try:
        with waiting.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        waiting.unlink(missing_ok=True)  # a full disk needs the room most
        raise
    waiting.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest


def plain_name(text: str, otherwise: str) -> str:
    """Return the last part of a name as uploaded, without signs that would break a header."""
    last = text.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:200] or otherwise


def add_picture(
    product: Product, content: bytes, *, name: str, store: Path, actor: User, now: datetime
) -> StoredFile:
    """Keep a picture of a product; the same one twice is kept once.

    Raises
    ------
    NotAPictureError, PictureTooLargeError
        If the content cannot be taken.
    NotAllowedNowError
        If the product has enough pictures.
    """
    clean, media_type = clean_picture(content)
    db.session.execute(sa.select(Product.id).where(Product.id == product.id).with_for_update())
    present = db.session.scalars(
        sa.select(StoredFile).where(StoredFile.product_id == product.id)
    ).all()
    digest = hashlib.sha256(clean).hexdigest()
    for file in present:
        if file.sha256 == digest:
            return file
    if len(present) >= MAX_PICTURES:
        raise NotAllowedNowError(
            lazy_gettext("A product has at most eight pictures. Remove one first.")
        )
    file = StoredFile(
        company_id=product.company_id,
        product_id=product.id,
        name=plain_name(name, "picture"),
        media_type=media_type,
        size=len(clean),
        sha256=keep_bytes(store, clean),
        created_at=now,
    )
    db.session.add(file)
    note_change(product.company, "picture.add", actor=actor, now=now)
    return file


def remove_file(file: StoredFile, *, actor: User, now: datetime) -> None:
    """Take a file away; nobody reaches its bytes any more."""
    db.session.delete(file)
    note_change(file.company, "picture.remove", actor=actor, now=now)

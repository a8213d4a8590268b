"""Pictures: checked by content, stripped, private."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from matchmaker.accounts.enums import Role
from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import Consent, Member, StoredFile
from matchmaker.companies.services import files as services
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from tests.build import NOON, make_buyer, make_exporter, make_officer, make_product, make_user


def picture(kind: str = "JPEG", size=(40, 30), color="red", **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def owner(app):
    return make_user()


@pytest.fixture
def product(owner):
    product = make_product(make_exporter(owner))
    db.session.commit()
    return product


@pytest.fixture
def here(product):
    address = f"/products/{product.public_id}/pictures"
    db.session.rollback()
    return address


def upload(client, here, content, name="scissors.jpg"):
    return client.submit(
        here, {"picture": (BytesIO(content), name)}, content_type="multipart/form-data"
    )


def stored() -> list[StoredFile]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id)))


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
def test_picture_is_kept_under_its_hash_and_sent_to_its_owner(
    owner, here, sign_in, app, kind, media_type
):
    client = sign_in(owner)
    answer = upload(client, here, picture(kind), name="../../etc/passwd.jpg")

    assert (answer.status_code, answer.location) == (303, here)
    [file] = stored()
    assert file.media_type == media_type
    assert file.name == "passwd.jpg"
    path = Path(app.instance_path) / "files" / file.sha256[:2] / file.sha256
    assert path.stat().st_size == file.size
    shown = client.get(f"/files/{file.public_id}")
    assert shown.status_code == 200
    assert shown.data == path.read_bytes()
    assert shown.mimetype == media_type
    assert shown.headers["Cache-Control"] == "private, no-cache"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Disposition"].startswith("inline")
    again = client.get(
        f"/files/{file.public_id}", headers={"If-None-Match": shown.headers["ETag"]}
    )
    assert again.status_code == 304


def test_metadata_and_what_is_appended_are_gone(owner, here, sign_in, app):
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    text = PngInfo()
    text.add_text("Comment", "SECRET TEXT")
    client = sign_in(owner)

    upload(client, here, picture(exif=exif.tobytes()) + b"<script>SECRET</script>")
    upload(client, here, picture("PNG", color="blue", pnginfo=text))

    for file in stored():
        content = services.path_of(Path(app.instance_path) / "files", file.sha256).read_bytes()
        assert b"SECRET" not in content
        assert not Image.open(BytesIO(content)).getexif()


def test_large_picture_is_made_smaller_and_stands_upright(owner, here, sign_in, app):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    upload(sign_in(owner), here, picture(size=(4000, 1000), exif=exif.tobytes()))

    [file] = stored()
    path = services.path_of(Path(app.instance_path) / "files", file.sha256)
    assert Image.open(BytesIO(path.read_bytes())).size == (500, 2000)


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", 415),
        (b"<html><script>alert(1)</script></html>", "a.jpg", 415),
        (b"GIF89a" + b"\x00" * 50, "a.png", 415),
        (b"\xff\xd8\xff\xe0", "a.jpg", 415),
        (picture("PNG")[:60], "a.png", 415),
        (picture("JPEG", size=(400, 400))[:900], "a.jpg", 415),
        (picture("BMP"), "a.jpg", 415),
        (b"%PDF-1.7 lies", "a.jpg", 415),
        (b"", "a.jpg", 415),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_field(
    owner, here, sign_in, content, name, status
):
    answer = upload(sign_in(owner), here, content, name)

    assert answer.status_code == status
    assert 'id="picture-error"' in answer.text
    assert stored() == []


def test_picture_of_900_megapixels_is_refused_before_it_is_decoded(owner, here, sign_in):
    header = picture("PNG", size=(1, 1))
    size = (30_000).to_bytes(4) * 2
    ihdr = b"IHDR" + size + header[24:29]
    from zlib import crc32

    bomb = header[:12] + ihdr + crc32(ihdr).to_bytes(4) + header[33:]
    answer = upload(sign_in(owner), here, bomb, "bomb.png")

    assert answer.status_code == 422
    assert "at most 40 million pixels" in answer.text
    assert stored() == []


def test_picture_above_the_limit_of_pixels_is_refused(app):
    with pytest.raises(services.PictureTooLargeError):
        services.clean_picture(picture("PNG", size=(8001, 5000)))


def test_body_above_the_limit_is_refused(owner, here, sign_in):
    client = sign_in(owner)
    answer = client.post(
        here,
        data=b"x" * (9 * 2**20 + 1),
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": client.csrf()},
    )

    assert answer.status_code == 413
    assert stored() == []


def test_same_picture_twice_is_kept_once(owner, here, sign_in):
    client = sign_in(owner)
    upload(client, here, picture())
    upload(client, here, picture())

    assert len(stored()) == 1


def test_ninth_picture_is_refused(owner, here, sign_in):
    client = sign_in(owner)
    for number in range(8):
        upload(client, here, picture(color=(number * 20, 0, 0)))

    answer = upload(client, here, picture(color="white"))

    assert answer.status_code == 409
    assert "at most eight pictures" in answer.text
    assert len(stored()) == 8


def test_form_without_a_picture_says_so(owner, here, sign_in):
    answer = sign_in(owner).submit(here, {})

    assert answer.status_code == 422
    assert "Choose a picture." in answer.text


def test_removed_picture_is_not_reached_any_more(owner, here, sign_in):
    client = sign_in(owner)
    upload(client, here, picture())
    [file] = stored()
    address = f"/files/{file.public_id}"

    assert client.submit(f"{address}/removal").location == here
    assert client.get(address).status_code == 404


def test_other_side_sees_pictures_as_far_as_the_page(product, owner, here, sign_in):
    buyer = make_user()
    make_buyer(buyer)
    db.session.commit()
    upload(sign_in(owner), here, picture())
    [file] = stored()
    address = f"/files/{file.public_id}"
    company_id = file.company_id
    reader = sign_in(buyer)
    assert reader.get(address).status_code == 200

    db.session.add(
        Consent(
            company_id=company_id,
            purpose=Purpose.DIRECTORY,
            given=False,
            wording="No",
            language="en",
            at=NOON,
        )
    )
    db.session.commit()

    assert reader.get(address).status_code == 404


def test_picture_of_a_withdrawn_product_is_seen_inside_only(product, owner, here, sign_in):
    buyer = make_user()
    make_buyer(buyer)
    db.session.commit()
    client = sign_in(owner)
    upload(client, here, picture())
    product.withdrawn_at = NOON
    db.session.commit()
    [file] = stored()
    address = f"/files/{file.public_id}"

    assert client.get(address).status_code == 200
    assert sign_in(buyer).get(address).status_code == 404


def test_those_outside_see_add_and_remove_nothing(product, owner, here, sign_in, client):
    viewer, stranger = make_user(), make_user()
    db.session.add(
        Member(
            company_id=product.company_id,
            user_id=viewer.id,
            role=MemberRole.VIEWER,
            joined_at=NOON,
        )
    )
    make_exporter(stranger)
    interpreter, observer = make_officer(role=Role.INTERPRETER), make_officer(role=Role.OBSERVER)
    db.session.commit()
    upload(sign_in(owner), here, picture())
    [file] = stored()
    address = f"/files/{file.public_id}"

    for person in (stranger, interpreter):
        assert sign_in(person).get(address).status_code == 404
    for person in (viewer, observer):
        assert sign_in(person).get(address).status_code == 200
    for person in (viewer, stranger, interpreter, observer):
        browser = sign_in(person)
        assert browser.get(here).status_code == 404
        assert upload(browser, here, picture(color="blue")).status_code == 404
        assert browser.submit(f"{address}/removal").status_code == 404
    assert client.get(address).location.startswith("/sign-in")
    assert client.get("/files/aaaaaaaaaaaaaaaa").location.startswith("/sign-in")
    assert len(stored()) == 1


def test_officer_adds_a_picture_on_behalf(product, here, sign_in):
    officer = make_officer()
    db.session.commit()
    upload(sign_in(officer), here, picture())

    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "company.acted_for")
    ).one()
    assert entry.after == {"what": "picture.add"}
    assert len(stored()) == 1

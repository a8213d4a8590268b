import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SITE = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\n\s*\}", SITE, re.DOTALL)[:2]
)
# Letters and the ground they stand on, as the components pair them.
TEXT_ON_GROUND = [
    *[(ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "ground", "sunken")],
    *[("accent", ground) for ground in ("paper", "ground", "accent-wash")],
    ("ink", "accent-wash"),
    ("ink-soft", "accent-wash"),
    ("ink", "mark"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    *[(status, f"{status}-wash") for status in ("good", "warn", "bad", "info")],
    ("bad", "paper"),
    ("good", "paper"),
]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(scheme, ink, ground):
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_of_controls_can_be_seen(scheme):
    assert contrast(scheme["line-strong"], scheme["paper"]) >= 3


def test_urdu_faces_are_light_enough_for_a_poor_line():
    faces = list((STATIC / "fonts").glob("*.woff2"))
    assert len(faces) == 2
    assert sum(path.stat().st_size for path in faces) <= 250_000


def test_frame_is_light_enough_for_a_poor_line():
    sent = [
        STATIC / "css" / "site.css",
        STATIC / "css" / "form.css",
        STATIC / "js" / "site.js",
        STATIC / "js" / "combobox.js",
    ]
    assert sum(path.stat().st_size for path in sent) <= 75_000

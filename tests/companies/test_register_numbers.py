"""Register numbers by their own rules."""

from __future__ import annotations

import pytest

from matchmaker.companies.names import is_katakana, language_of, tidy_name, to_katakana
from matchmaker.companies.register_numbers import RegisterNumberError, normal_register_number


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("PK", "1234567-8", "1234567-8"),
        ("PK", " 12345678 ", "1234567-8"),
        ("PK", "1234567 8", "1234567-8"),
        ("PK", "1234567 – 8", "1234567-8"),
        ("PK", "۱۲۳۴۵۶۷-۸", "1234567-8"),
        ("JP", "7000012050002", "7000012050002"),
        ("JP", "７００００１２０５０００２", "7000012050002"),
        ("JP", "7-0000-1205-0002", "7000012050002"),
        ("DE", "HRB 12345", "HRB 12345"),
    ],
)
def test_number_is_kept_as_its_register_writes_it(country, typed, kept):
    assert normal_register_number(country, typed) == kept


@pytest.mark.parametrize(
    ("country", "typed", "sentence"),
    [
        ("PK", "123456-7", "seven digits"),
        ("PK", "1234567-89", "seven digits"),
        ("PK", "12345A7-8", "seven digits"),
        ("JP", "7000012050003", "check digit"),
        ("JP", "700001205000", "13 digits"),
        ("JP", "70000120500021", "13 digits"),
        ("JP", "T000012050002", "13 digits"),
        ("DE", "x" * 33, "at most 32"),
    ],
)
def test_wrong_number_is_refused_with_what_to_do(app, country, typed, sentence):
    with pytest.raises(RegisterNumberError) as raised:
        normal_register_number(country, typed)

    assert sentence in str(raised.value.sentence)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Ravi Surgical", "en"), ("浪速医療", "ja"), ("さくら", "ja"), ("راوی سرجیکل", "ur")],
)
def test_language_of_a_name_is_that_of_its_script(text, language):
    assert language_of(text) == language


def test_invisible_signs_do_not_make_another_name():
    assert tidy_name("Ravi\u200b  Sur\u202egical\ufeff ") == "Ravi Surgical"


@pytest.mark.parametrize("typed", ["なにわ", "ﾅﾆﾜ", "ナニワ"])
def test_reading_is_kept_in_full_width_katakana(typed):
    assert to_katakana(typed) == "ナニワ"
    assert is_katakana(to_katakana(typed))
    assert not is_katakana("浪速")

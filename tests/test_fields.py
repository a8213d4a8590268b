"""Fields that every form may have: whole numbers and texts with a limit."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from matchmaker.web.forms import AtMost, Form, VersionField, WholeNumberField, clean


class Sample(Form):
    version = VersionField()
    count = WholeNumberField("Count", most=10_000, grouped=True)
    text = TextAreaField("Text", filters=[clean], validators=[AtMost(4000)])


class Asked(Form):
    count = WholeNumberField("Count", validators=[InputRequired("Write a number.")])


def sent(kind=Sample, **typed):
    return kind(MultiDict(typed), meta={"csrf": False})


@pytest.fixture
def request_of_somebody(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1500", 1500),
        ("1,500", 1500),
        ("1 500", 1500),
        ("１，５００", 1500),
        ("۱٬۵۰۰", 1500),
        ("١٥٠٠", 1500),
        ("3.0", 3),
        ("0", 0),
        ("", None),
    ],
)
def test_whole_number_is_read_in_local_writing(request_of_somebody, typed, number):
    form = sent(count=typed)

    assert form.validate()
    assert form.count.data == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "Write a whole number in digits."),
        ("1,5", "Write a whole number in digits."),
        ("-5", "Write a whole number in digits."),
        ("2.5", "Write a whole number, without decimals."),
        ("10001", "That number is too large."),
        ("9" * 41, "That number is too large."),
    ],
)
def test_what_is_no_whole_number_is_refused_and_kept(request_of_somebody, typed, sentence):
    form = sent(count=typed)

    assert not form.validate()
    assert form.count.errors == [sentence]
    assert f'value="{typed}"' in form.count()


def test_whole_number_that_is_asked_for_may_be_nothing_but_not_missing(request_of_somebody):
    assert sent(Asked, count="0").validate()
    assert not sent(Asked, count="").validate()


def test_stored_number_is_drawn_in_groups(request_of_somebody):
    assert 'value="1,500"' in Sample(None, data={"count": 1500}).count()


@pytest.mark.parametrize(("typed", "seen"), [("2", 2), ("x", None), ("", None)])
def test_version_is_a_number_or_none(request_of_somebody, typed, seen):
    form = sent(version=typed)

    assert form.version.data == seen
    assert 'type="hidden"' in form.version()


def test_too_long_a_text_is_refused_whole_with_both_numbers(request_of_somebody):
    form = sent(text="x" * 4012)

    assert not form.validate()
    assert form.text.errors == [
        "Write at most 4,000 characters. You wrote 4,012; nothing is cut off."
    ]
    assert len(form.text.data) == 4012


def test_line_break_counts_as_one_character(request_of_somebody):
    form = sent(text="ab\r\n" * 1333)

    assert form.validate()
    assert form.text.data == "\n".join(["ab"] * 1333)

"""The authorities that rows of the pack name, in the reader's language."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from matchmaker.compliance import wording
from matchmaker.compliance.pack import standard_pack


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "MHLW (quarantine stations)"),
        ("ja", "厚生労働省（検疫所）"),
        ("ur", "وزارتِ صحت، محنت و بہبود (قرنطینہ اسٹیشن، جاپان)"),
    ],
)
def test_an_authority_is_called_by_its_name_in_the_readers_language(app, language, name):
    with app.test_request_context("/"), force_locale(language):
        assert wording.authority("MHLW (quarantine stations)") == (name, language)


@pytest.mark.parametrize("language", ["ja", "ur"])
def test_every_authority_of_the_pack_has_a_name_in_both_languages(app, language):
    rows = standard_pack().tables["requirements"].values()
    with app.test_request_context("/"), force_locale(language):
        unnamed = {row["authority"] for row in rows} - {
            row["authority"] for row in rows if wording.authority(row["authority"])[1] == language
        }
    assert unnamed == set()


def test_an_authority_an_officer_wrote_stays_as_written(app):
    with app.test_request_context("/"), force_locale("ja"):
        assert wording.authority("Port of Osaka") == ("Port of Osaka", "en")

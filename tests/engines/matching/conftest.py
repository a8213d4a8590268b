import pytest

from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import VOCABULARY


@pytest.fixture(scope="session")
def text():
    return fit_text_model(VOCABULARY)

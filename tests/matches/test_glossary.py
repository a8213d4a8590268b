"""The glossary: what officers write, what a table says, and who may do what."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db, random_id
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.matches.glossary_table import MOST_LINES, decoded, read_table
from matchmaker.matches.models import TextModelVersion
from matchmaker.matches.queries import glossary as queries
from matchmaker.matches.services import glossary as services
from matchmaker.matches.services.glossary import EntryFacts
from matchmaker.matches.text_model import vocabulary
from matchmaker.reference.models import GlossaryEntry
from tests.build import NOON, make_officer, make_user

PRAWN = EntryFacts(en="prawn", ja="海老", ur="جھینگا", search_ur="jheenga", note="Karachi trade")
TOWEL = EntryFacts(en="terry towel", ur="تولیہ")


@pytest.fixture
def officer(app):
    return make_officer()


@pytest.fixture
def office(officer, sign_in):
    return sign_in(officer)


def add(facts, officer):
    return services.add_entry(facts, public_id=random_id(), actor=officer, now=NOON)


def acts():
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def names_in_use():
    return [concept for concept in vocabulary().concepts if concept.kind == "glossary"]


def test_one_language_alone_joins_nothing(officer):
    with pytest.raises(services.TooFewLanguagesError):
        add(EntryFacts(en="prawn", search_ja="海老"), officer)

    assert queries.counts().standing == 0


def test_the_same_names_in_other_letters_are_the_same_entry(officer):
    first = add(PRAWN, officer)

    with pytest.raises(services.SameEntryError) as raised:
        add(EntryFacts(en="ＰＲＡＷＮ", ja="海老", ur="جھینگا"), officer)

    assert raised.value.found is first


def test_a_form_sent_twice_makes_one_entry(officer):
    sent = {"public_id": random_id(), "actor": officer, "now": NOON}

    first = services.add_entry(TOWEL, **sent)
    second = services.add_entry(TOWEL, **sent)

    assert first is second
    assert queries.counts().standing == 1


def test_a_form_sent_again_with_other_words_is_not_lost_in_silence(officer):
    sent = {"public_id": random_id(), "actor": officer, "now": NOON}
    first = services.add_entry(TOWEL, **sent)

    with pytest.raises(services.SameEntryError, match="sent before") as raised:
        services.add_entry(PRAWN, **sent)
    services.withdraw_entry(first, actor=officer, now=NOON)
    with pytest.raises(services.SameEntryError):
        services.add_entry(TOWEL, **sent)

    assert raised.value.found is first
    assert services.facts_of(first) == TOWEL


def test_the_second_officer_on_an_entry_is_told(officer):
    entry = add(PRAWN, officer)
    seen = {"seen_version": entry.version, "now": NOON}
    services.change_entry(entry, EntryFacts(en="shrimp", ja="海老"), actor=officer, **seen)

    with pytest.raises(ChangedMeanwhileError):
        services.change_entry(entry, TOWEL, actor=make_officer(), **seen)

    assert (entry.en, entry.ur) == ("shrimp", "")


def test_what_was_withdrawn_is_brought_back_and_all_of_it_is_kept_in_the_log(officer):
    entry = add(PRAWN, officer)
    given = {"actor": officer, "now": NOON}

    services.withdraw_entry(entry, **given)
    assert names_in_use() == []
    with pytest.raises(NotAllowedNowError):
        services.change_entry(entry, TOWEL, seen_version=entry.version, **given)
    services.restore_entry(entry, **given)

    assert [concept.en for concept in names_in_use()] == ["prawn"]
    assert acts() == ["glossary.add", "glossary.withdraw", "glossary.restore"]


def test_an_entry_is_not_brought_back_beside_its_like(officer):
    entry = add(PRAWN, officer)
    services.withdraw_entry(entry, actor=officer, now=NOON)
    services.withdraw_entry(entry, actor=officer, now=NOON)
    again = add(PRAWN, officer)

    with pytest.raises(services.SameEntryError) as raised:
        services.restore_entry(entry, actor=officer, now=NOON)

    assert raised.value.found is again
    services.restore_entry(again, actor=officer, now=NOON)
    assert acts() == ["glossary.add", "glossary.withdraw", "glossary.add"]


def test_entries_are_concepts_of_the_text_model(officer):
    entry = add(EntryFacts(en="prawn", ja="海老", search_en="shrimp; jumbo prawn"), officer)

    (concept,) = names_in_use()

    assert (concept.code, concept.en, concept.ja) == (f"G:{entry.public_id}", "prawn", "海老")
    assert concept.search_en == ("shrimp", "jumbo prawn")
    assert queries.glossary_names([concept.code, "0306"]) == {
        concept.code: {"en": "prawn", "ja": "海老"}
    }


def test_changes_that_the_model_in_use_does_not_know_are_counted(officer):
    add(PRAWN, officer)
    assert queries.not_learnt() is None

    version = {"version": "3:words:0", "key": "0", "roads": ["words"], "names": 1}
    db.session.add(TextModelVersion(**version, fitted_at=NOON, in_use_since=NOON))
    entry = add(TOWEL, officer)
    later = NOON.replace(hour=13)
    services.withdraw_entry(entry, actor=officer, now=later)

    assert queries.not_learnt() == queries.NotLearnt(1, NOON)


def table(*lines):
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(0, "")]),
        (table("en,note", "prawn,x"), [(0, "")]),
        (table("en,ja", ""), [(0, "")]),
        (table("en,ja", "prawn,", "towel,タオル"), [(2, "en")]),
        (table("en,ja", "prawn,海老", "towel,タオル,x"), [(3, "")]),
        (table("en,ja", "prawn,海老", "", "Prawn,海老"), [(4, "")]),
        (table("en,ja", f"{'p' * 201},海老"), [(2, "en")]),
        (table("en,ja,note", f"prawn,海老,{'n' * 4001}"), [(2, "note")]),
        ("en,ja\n" + "a" * 100_000, [(0, "")]),
    ],
    ids=[
        "empty", "one language", "no entry", "one name", "too many cells", "twice", "long name",
        "long note", "long file",
    ],
)  # fmt: skip
def test_faults_of_a_table_are_told_by_line(app, text, faults):
    with app.test_request_context():
        assert [(f.line, f.column) for f in read_table(text).faults] == faults


def test_a_table_of_very_many_lines_is_loaded_in_parts(app):
    lines = [f"thing {number},もの{number}" for number in range(MOST_LINES + 1)]

    whole, part = (read_table(table("en,ja", *some)) for some in (lines, lines[1:]))

    assert [fault.line for fault in whole.faults] == [0]
    assert (len(part.rows), part.faults) == (MOST_LINES, ())


@pytest.mark.parametrize("sign", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_a_table_is_read_with_the_delimiter_it_has(sign):
    head, line = ["EN", "ja", "search_en", "colour"], ["prawn", "海老", '"shrimp; king"', "red"]

    read = read_table(f"\ufeff{sign.join(head)}\r\n{sign.join(line)}\r\n")

    assert read.rows == (EntryFacts(en="prawn", ja="海老", search_en="shrimp; king"),)
    assert read.ignored == ("colour",)


def test_a_file_of_another_encoding_is_not_guessed_at():
    assert decoded("海老".encode("shift_jis")) is None
    assert decoded("海老".encode("utf-16")) == "海老"
    assert decoded("海老".encode("utf-8-sig")) == "海老"


def test_other_words_are_kept_once_whatever_separates_them():
    (facts,) = read_table(table("en,ja,search_ja", "prawn,海老,エビ、えび；エビ")).rows

    assert facts.search_ja == "エビ; えび"


def test_what_a_table_would_do_is_seen_before_it_is_done(office, officer):
    add(PRAWN, officer)
    add(TOWEL, officer)
    db.session.commit()
    text = table("en,ja,ur,note", "prawn,海老,جھینگا,new", "terry towel,,تولیہ,", "rice,米,")

    seen = office.submit("/glossary/load", {"table": text})
    unchanged = queries.counts().standing
    db.session.rollback()
    done = office.submit("/glossary/load", {"table": text, "mark": mark_of(seen), "load": "1"})

    assert (seen.status_code, unchanged, done.status_code) == (200, 2, 303)
    assert {e.en: e.note for e in queries.standing_entries()} == {
        "prawn": "new", "terry towel": "", "rice": "",
    }  # fmt: skip
    assert queries.standing_entries()[0].search_ur == "jheenga"


def test_a_table_without_a_language_leaves_that_language_alone(officer):
    entry = add(PRAWN, officer)
    read = read_table(table("en,ja,note", "Prawn,海老,new"))

    plan = services.plan_of(read.rows, read.columns)

    assert plan.added == ()
    assert plan.changed == ((entry, replace(PRAWN, en="Prawn", note="new")),)


def mark_of(page):
    return page.text.split('name="mark" type="hidden" value="')[1].split('"')[0]


def test_a_table_is_looked_at_again_when_the_glossary_changed(office, officer):
    entry = add(PRAWN, officer)
    db.session.commit()
    text = table("en,ja,ur,note", "prawn,海老,جھینگا,from the file")
    seen = office.submit("/glossary/load", {"table": text})
    facts = EntryFacts(en="prawn", ja="海老", ur="جھینگا", note="from a colleague")
    given = {"seen_version": entry.version, "actor": officer, "now": NOON}
    services.change_entry(entry, facts, **given)
    db.session.commit()

    done = office.submit("/glossary/load", {"table": text, "mark": mark_of(seen), "load": "1"})

    assert done.status_code == 409
    assert [one.note for one in queries.standing_entries()] == ["from a colleague"]


def test_a_file_at_fault_is_named_and_nothing_of_it_is_loaded(office):
    content = (io.BytesIO("en,ja\nprawn,海老\ntowel,\n".encode()), "words.csv")
    wrong = (io.BytesIO("en,ja\nprawn,海老\n".encode("utf-16-le")), "words.csv")

    page = office.submit("/glossary/load", {"file": content, "load": "1"})
    unread = office.submit("/glossary/load", {"file": wrong})
    nothing = office.submit("/glossary/load", {})

    assert [page.status_code, unread.status_code, nothing.status_code] == [422, 422, 422]
    assert "Line 3" in page.text
    assert "prawn,海老" in page.text
    assert queries.counts().standing == 0


def test_the_file_of_the_list_runs_no_formula_and_can_be_loaded_again(office, officer):
    entry = add(EntryFacts(en="=1+1", ja="海老", search_en="+shrimp; king"), officer)
    add(TOWEL, officer)
    db.session.commit()

    answer = office.get("/glossary/file?q=海老")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    again = read_table(answer.data.decode("utf-8-sig"))

    assert rows[0] == list(queries.TEXTS)
    assert [row[:4] for row in rows[1:]] == [["'=1+1", "海老", "", "'+shrimp; king"]]
    assert again.rows == (services.facts_of(entry),)


def test_the_list_is_searched_sorted_and_drawn_with_the_same_queries(
    office, officer, count_queries
):
    add(PRAWN, officer)
    with count_queries() as one:
        office.get("/glossary")
    add(TOWEL, officer)
    add(EntryFacts(en="rice", ja="米"), officer)
    db.session.commit()
    with count_queries() as three:
        page = office.get("/glossary?sort=-en").text

    assert len(one) == len(three)
    assert page.index("terry towel") < page.index(">rice<") < page.index(">prawn<")
    found = office.get("/glossary?q=jheenga+karachi").text
    assert "海老" in found
    assert "تولیہ" not in found


def test_an_entry_is_written_changed_withdrawn_and_brought_back_on_the_pages(office):
    sent = {"en": " Sella  rice ", "ja": "セラ米", "search_en": "parboiled basmati\nsella"}
    few = office.submit("/glossary/new", {"en": "rice"})
    added = office.submit("/glossary/new", sent)
    entry = db.session.scalars(sa.select(GlossaryEntry)).one()
    here, version = f"/glossary/{entry.public_id}", entry.version
    db.session.commit()

    same = office.submit("/glossary/new", sent)
    drawn = office.get(here)
    saved = office.submit(here, {**sent, "ur": "سیلا چاول", "version": version})
    stale = office.submit(here, {**sent, "note": "mine", "version": version})
    gone = office.submit(f"{here}/withdraw")
    listed = office.get(gone.location)
    back = office.submit(f"{here}/restore")

    codes = [one.status_code for one in (few, added, same, drawn, saved, stale, gone, back)]
    assert codes == [422, 303, 409, 200, 303, 409, 303, 303]
    assert 'value="Sella rice"' in drawn.text
    assert "parboiled basmati; sella" in drawn.text
    assert "mine" in stale.text
    assert "سیلا چاول" in stale.text
    assert f"{here}/restore" in listed.text
    db.session.expire_all()
    assert (entry.withdrawn_at, entry.note) == (None, "")


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        (Role.OFFICER, 200, 303),
        (Role.ADMINISTRATOR, 200, 303),
        (Role.OBSERVER, 200, 404),
        (Role.INTERPRETER, 404, 404),
        (Role.MEMBER, 404, 404),
    ],
)
def test_officers_keep_the_glossary_and_observers_read_it(officer, sign_in, role, reads, changes):
    entry = add(PRAWN, officer)
    somebody = officer if role is Role.OFFICER else make_somebody(role)
    browser = sign_in(somebody)

    assert browser.get("/glossary").status_code == reads
    assert browser.get("/glossary/file").status_code == reads
    assert browser.submit("/glossary/new", {"en": "rice", "ja": "米"}).status_code == changes
    assert browser.submit(f"/glossary/{entry.public_id}/withdraw").status_code == changes
    db.session.rollback()
    db.session.refresh(entry)
    assert (entry.withdrawn_at is not None) == (changes == 303)


def make_somebody(role):
    return make_user() if role is Role.MEMBER else make_officer(role=role)

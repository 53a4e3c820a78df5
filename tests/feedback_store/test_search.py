"""Finding records: any input is a valid search, filters narrow, pages neither repeat nor miss."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_judgements import candidate, judgement, revision

from feedback_store import records, search
from feedback_store.batches.keys import DeviceKey
from feedback_store.record_parts import Flag, Judgement, Model
from feedback_store.search import Filtered, KeptFilter, _select, match_expression
from feedback_store.store import SearchQuery, Store, StoredRecord


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    """A store that tests only read."""
    with tempfile.TemporaryDirectory() as folder:
        opened = Store.open(Path(folder))
        opened.projects.create("Test").result()
        save(opened, "foo AND bar don't NEAR(x) café Straße 日本語 😀")
        yield opened
        opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path)
    opened.projects.create("Test").result()
    yield opened
    opened.close()


def save(store: Store, ask: str = "Why?", tags: tuple[str, ...] = (), domain: str = "", **changes: Any) -> StoredRecord:
    return store.records.save(made_of(store, ask, tags, domain, **changes)).result()


def made_of(store: Store, ask: str, tags: tuple[str, ...] = (), domain: str = "", **changes: Any) -> Judgement:
    project = store.projects.current()
    assert project is not None
    answers = changes.pop("answers", (candidate("a"), candidate("b")))
    fields = {"project": project.id, "trainer": store.trainer, **changes}
    made = judgement("a>b", *answers, ask=ask, **fields)
    prompt = msgspec.structs.replace(made.prompt, tags=tags or None, domain=domain or None)
    return msgspec.structs.replace(made, prompt=prompt)


def found(store: Store, **query: Any) -> list[StoredRecord]:
    return store.at(store.search(SearchQuery(**query)))


def ids(store: Store, **query: Any) -> list[str]:
    return [stored.id for stored in found(store, **query)]


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text(alphabet='"*^():+-{}ANDORNEAT fo\0\ud800', max_size=40))
def test_whatever_is_typed_is_a_valid_search(shared: Store, text: str) -> None:
    places = shared.search(SearchQuery(text=text))
    assert [stored.seq for stored in shared.at(places)] == list(places)


def test_a_text_of_many_words_is_a_valid_search(shared: Store) -> None:
    assert len(shared.search(SearchQuery(text="foo " * 5000))) == 1


@pytest.mark.parametrize(
    "text", ["foo AND (", "FOO bar", "don't", "cafe", "stra", "日本", "bar fo", "near", '"foo', "foo*", " ", ""]
)
def test_words_are_found_in_any_order_and_case_and_the_last_one_by_its_beginning(shared: Store, text: str) -> None:
    assert len(shared.search(SearchQuery(text=text))) == 1


@pytest.mark.parametrize("text", ["fo bar", "fo ", "foo AND baz", "ar", "("])
def test_words_that_are_not_there_are_not_found(shared: Store, text: str) -> None:
    assert len(shared.search(SearchQuery(text=text))) == 0


def test_words_are_quoted() -> None:
    assert match_expression('a"b OR') == '"a""b" "OR"*'
    assert match_expression("done ") == '"done"'
    assert match_expression('"noble gas" neon') == '"noble gas" "neon"*'
    assert match_expression('"noble ga') == '"noble ga"*', "it is still being typed"
    assert match_expression(" \0 ") == ""


@pytest.mark.parametrize(
    ("text", "count"), [('"bar don\'t"', 1), ('"don\'t bar"', 0), ('"bar do', 1), ('""', 1), ('"', 1)]
)
def test_words_in_quotes_follow_each_other(shared: Store, text: str, count: int) -> None:
    assert len(shared.search(SearchQuery(text=text))) == count


def test_prompt_answers_and_notes_are_searched(store: Store) -> None:
    found = {
        "prompt": save(store, "Wherefore"),
        "answer": save(store, answers=(candidate("a", "Therefore"), candidate("b"))),
        "justification": save(store, justification="Nonetheless"),
        "note": save(store, flags=(Flag("a", "bias", 0, note="Notwithstanding", suggestion="Insteadof"),)),
        "revision": save(store, revision=revision("a", "Henceforth")),
    }
    words = ("wherefore", "therefore", "nonetheless", "notwithstanding", "henceforth")
    assert [ids(store, text=word) for word in words] == [[stored.id] for stored in found.values()]
    assert ids(store, text="insteadof") == [found["note"].id]


def test_only_the_newest_revision_is_found_and_a_withdrawn_one_by_its_judgement(store: Store) -> None:
    first = save(store, "Wherefore")
    record = first.record
    assert isinstance(record, Judgement)
    changed = msgspec.structs.replace(record, rev=2, supersedes=first.sha256, justification="Nonetheless")
    store.records.save(changed).result()
    assert [s.rev for s in found(store, text="wherefore")] == [2]
    store.records.withdraw(first.id, "other").result()
    assert [(s.rev, s.state) for s in found(store, text="wherefore nonetheless")] == [(3, "withdrawn")]
    assert ids(store, states=("saved",)) == [] and ids(store, states=("withdrawn", "saved")) == [first.id]


def test_each_filter_narrows_and_several_values_widen(store: Store) -> None:
    model = candidate("a")
    model = msgspec.structs.replace(model, origin=msgspec.structs.replace(model.origin, model=Model("smollm2")))
    law = save(store, tags=("urgent", "eu"), domain="Law", created_at="2026-01-02T00:00:00.000Z")
    medicine = save(store, tags=("urgent",), domain="Medicine", created_at="2026-02-03T10:00:00.000Z")
    flagged = save(store, flags=(Flag("a", "bias", 1),), answers=(model, candidate("b")))
    foreign = save(store, trainer=records.new_trainer_id())
    assert ids(store, tags=("urgent",)) == [medicine.id, law.id]
    assert ids(store, tags=("urgent",), domains=("Law",)) == [law.id]
    assert ids(store, domains=("Law", "Medicine")) == [medicine.id, law.id]
    assert ids(store, flags=("bias",)) == ids(store, models=("smollm2",)) == [flagged.id]
    assert ids(store, trainers=(foreign.trainer,)) == ids(store, trainers=(foreign.trainer[:12],)) == [foreign.id]
    assert ids(store, not_by=store.trainer) == [foreign.id]
    assert len(ids(store, not_by=store.trainer, trainers=(store.trainer,))) == 4
    assert store.trainers(law.project) == tuple(sorted((store.trainer, foreign.trainer)))
    assert len(ids(store, rubrics=("helpsteer2",))) == 4 and ids(store, rubrics=("arena",)) == []
    assert ids(store, since="2026-02-03", until="2026-02-04") == [medicine.id]
    assert ids(store, projects=(records.new_project_id(),)) == []
    assert store.labels(law.project, "tag") == ("eu", "urgent")
    assert store.labels(law.project, "domain") == ("Law", "Medicine")


def test_what_others_judged_is_on_no_way_out(store: Store) -> None:
    mine, theirs = save(store), save(store, trainer=records.new_trainer_id())
    assert ids(store, states=("saved",)) == [mine.id]
    store.records.withdraw(theirs.id, "other").result()
    assert ids(store, states=("withdrawn",)) == [theirs.id]


def test_states_follow_the_way_out(store: Store) -> None:
    first, second = save(store), save(store)
    store.outbox.release([first.id]).result()
    assert (ids(store, states=("released",)), ids(store, states=("saved",))) == ([first.id], [second.id])
    store.outbox.seal(first.project, DeviceKey.generate()).result()
    assert ids(store, states=("sealed",)) == [first.id]
    with pytest.raises(ValueError, match="none of"):
        ids(store, states=("lost",))


def test_a_letter_alone_is_a_word_and_two_are_a_beginning(store: Store) -> None:
    word = save(store).title.split()[0]
    assert len(store.search(SearchQuery(text=word[:2]))) == 1
    assert len(store.search(SearchQuery(text=word[:1]))) == 0


@pytest.mark.parametrize("text", ["", "zw", "zwölf"])
def test_what_is_found_comes_newest_first_each_once(store: Store, text: str) -> None:
    saved = [save(store, f"Zwölf {number}?") for number in range(25)]
    places = store.search(SearchQuery(text=text))
    save(store, "Zwölf more?")
    assert [stored.id for stored in store.at(places)] == [each.id for each in saved[::-1]]


@pytest.mark.parametrize("text", ["zw", "zwölf even", "nowhere"])
def test_a_search_finds_the_same_in_one_project_as_among_all(store: Store, text: str) -> None:
    project = save(store, "Zwölf even?").project
    save(store, "Zwölf odd?")
    store.records.erase(save(store, "Zwölf even, erased").id).result()
    save(store, "Zwölf even elsewhere?", project=records.new_project_id())
    among_all = [stored for stored in found(store, text=text) if stored.project == project]
    assert found(store, text=text, projects=(project,)) == among_all
    assert len(among_all) == {"zw": 2, "zwölf even": 1, "nowhere": 0}[text]


def test_filters_and_words_together_find_what_has_all_of_them(store: Store) -> None:
    other = store.projects.create("Other").result()
    theirs = "trn_" + "5" * 32
    made: list[tuple[StoredRecord, dict[str, Any]]] = []
    for domain in ("Physics", "Law"):
        for tags in (("a",), ("b",), ("a", "b")):
            for ask in ("Why is it blue?", "Why is it red?"):
                for more in ({}, {"project": other.id}, {"trainer": theirs}):
                    stored = save(store, ask, tags, domain, **more)
                    made.append((stored, {"domain": domain, "tags": tags, "ask": ask}))
    withdrawn = store.records.withdraw(made[0][0].id, "mistake").result()
    made[0] = (withdrawn, made[0][1])
    project = store.projects.current()
    assert project is not None

    def wanted(**query: Any) -> list[str]:
        chosen = [
            stored
            for stored, has in made
            if has["domain"] in query.get("domains", ("Physics", "Law"))
            and set(has["tags"]) & set(query.get("tags", ("a", "b")))
            and query.get("text", "") in has["ask"]
            and stored.project in query.get("projects", (project.id, other.id))
            and stored.trainer in query.get("trainers", (store.trainer, theirs))
            and stored.state in query.get("states", ("saved", "withdrawn"))
        ]
        return [stored.id for stored in sorted(chosen, key=lambda stored: -stored.seq)]

    for words in ("", "blue"):
        for projects in ((project.id,), (project.id, other.id)):
            for tags in (("a",), ("a", "b"), ("a", "nowhere")):
                for more in ({}, {"trainers": (store.trainer,)}, {"trainers": (store.trainer, theirs)}):
                    query = {"text": words, "projects": projects, "tags": tags, "domains": ("Physics",), **more}
                    assert ids(store, **query) == wanted(**query), query
    assert ids(store, states=("withdrawn",), text="blue", tags=("a",), projects=(project.id,)) == [withdrawn.id]


def test_no_filter_has_records_read_or_places_sorted(store: Store) -> None:
    """Each filter had a search in 100,000 records read them all, or look each one up in a list."""
    query = SearchQuery(
        projects=("one", "two"),
        states=("saved", "withdrawn"),
        domains=("Physics",),
        rubrics=("helpsteer2",),
        trainers=("trn_5",),
        tags=("a",),
        models=("smollm2",),
        flags=("bias",),
        since="2026",
        until="2027",
    )
    statement, values = _select(query, store.trainer)
    rows = store._database.fetch(lambda c: c.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())
    steps = [row[3] for row in rows]
    reads = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
    assert len(reads) == 6 and "USING" in reads[0] and "INDEX record_found" in reads[0], steps
    assert not [step for step in steps if "TEMP B-TREE" in step or "SUBQUERY" in step], steps


def test_what_is_marked_is_known_to_hold_a_judgement_and_a_profile_to_hold_many(store: Store) -> None:
    kept, withdrawn, erased = (save(store, ask) for ask in ("a", "b", "c"))
    place = store.records.withdraw(withdrawn.id, "mistake").result().seq
    store.records.erase(erased.id).result()
    assert store.records.any_judged([place, erased.seq, kept.seq])
    assert not store.records.any_judged([withdrawn.seq, place, erased.seq])
    assert not store.records.any_judged([])
    assert store.records.are_over(3) and not store.records.are_over(1000)
    project = store.projects.current()
    assert project is not None
    for _each in range(3):
        save(store)
    assert [store.outbox.count_unsent(project.id, at_most=most) for most in (-1, 2, 100)] == [4, 2, 4]


FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"domains": ("Physics",)},
    {"domains": ("Physics",), "tags": ("a",)},
    {"states": ("saved",)},
    {"states": ("withdrawn", "held"), "domains": ("Physics",)},
)


def test_words_behind_filters_are_found_as_if_nothing_were_kept_whatever_is_written_between(store: Store) -> None:
    """The second word finds by the filters of the first one, unless something was written."""
    made = [save(store, f"blue sky {number}", ("a", "b"), "Physics") for number in range(6)]
    project = store.projects.current()
    assert project is not None
    writes = (
        lambda: save(store, "blue sea", ("a",), "Physics"),
        lambda: save(store, "blue law", ("a",), "Law"),
        lambda: store.outbox.hold([made[0].id]).result(),
        lambda: store.outbox.look(project.id),
        lambda: store.outbox.release([made[1].id]).result(),
        lambda: store.records.withdraw(made[2].id, "mistake").result(),
        lambda: store.records.reinstate_all([made[2].id]).result(),
        lambda: store.records.erase(made[3].id).result(),
        lambda: store.outbox.put_back([(made[0].id, "saved")]).result(),
        lambda: save(store, "blue elsewhere", ("a",), "Physics", project=records.new_project_id()),
    )
    reader = Store.open(store.path.parent, readonly=True)  # which keeps nothing: it hears of no write
    for filters in FILTERS:
        for write in (lambda: None, *writes):
            write()
            for words in ("b", "bl", "blue", "blue s", "nowhere", "blue sk"):
                query = SearchQuery(text=words, projects=(project.id,), **filters)
                assert store.search(query) == reader.search(query), query
            made[3] = save(store, "blue again", ("a", "b"), "Physics") if made[3].erased_at else made[3]
            made[3] = store.records.newest(made[3].id) or made[3]
    assert reader._filter._last is None
    reader.close()


def test_filters_are_looked_for_once_while_words_are_typed_behind_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, "Why is it blue?", domain="Physics")
    save(store, "Why is it red?", domain="Law")
    project = store.projects.current()
    assert project is not None
    asked: list[SearchQuery] = []
    monkeypatch.setattr(search, "_select", lambda query, own: (asked.append(query), _select(query, own))[1])

    def typed(*texts: str) -> int:
        asked.clear()
        for text in texts:
            found(store, text=text, domains=("Physics",))
        return len(asked)

    assert typed("w", "wh", "why", "why bl") == 1
    assert typed("", "w") == 0
    save(store, "Why is it grey?", domain="Physics")
    assert typed("", " ", "why is it gr", "") == 1 and len(found(store, domains=("Physics",))) == 2
    assert store.outbox.look(project.id) == 0 and typed("why") == 0
    store.records.save_all([made_of(store, "Why is it green?")]).result()
    assert typed("why", "why i") == 1
    assert store.outbox.look(project.id) == 1 and typed("why") == 0, "what is looked at no search asks for"
    assert typed("nowhere") == 0, "where no word is found no filter matters"
    assert [stored.title for stored in found(store, text="why", domains=("Law",))] == ["Why is it red?"]


def test_what_was_found_beside_a_write_is_not_kept() -> None:
    moment = 2
    kept, query = KeptFilter(lambda: moment), SearchQuery()
    first, second = Filtered(array("q", [3, 1])), Filtered(array("q"))
    assert (first.through, second.through) == (b"\0\1\0\1", b"")
    kept.keep(query, 2, first)
    assert kept.find(query, 2) is first and kept.find(SearchQuery(domains=("Law",)), 2) is None
    moment = 4
    kept.keep(query, 2, second)
    assert kept.find(query, 4) is None and kept.find(query, 2) is None, "written after the search had begun"
    moment = 5
    kept.keep(query, 5, second)
    assert kept.find(query, 5) is None, "something is being written"


def test_places_are_read_some_at_a_time_and_all_of_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All in one go they kept the interpreter from the window."""
    made = [save(store, f"blue {number}").seq for number in range(40)]
    monkeypatch.setattr(search, "PIECE", 7)
    assert list(store.search(SearchQuery())) == made[::-1]
    assert list(store.search(SearchQuery(text="blue"))) == made[::-1]
    assert list(store.search(SearchQuery(text="blue 3"))) == [made[3]]

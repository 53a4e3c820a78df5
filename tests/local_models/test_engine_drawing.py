"""How tokens are drawn: grammars, schemas, repetition, log probabilities, and where an answer was cut."""

from __future__ import annotations

import json
import math

import pytest
from asked import STORY, Asked, ask, greedy, refused, replace, texts, turn

from local_models.client import EngineClient
from local_models.events import Finished
from local_models.requests import CandidateRequest, Dry, Message, Sampling


def test_an_answer_that_was_cut_goes_on_where_it_stopped(engine: EngineClient, starter: str) -> None:
    whole = Asked(engine, greedy(ask(starter, STORY), 40))
    whole.job.wait(180)
    cut = Asked(engine, greedy(ask(starter, STORY), 20))
    cut.job.wait(180)
    (event,) = cut.of(Finished)
    assert event.finish == "length"
    onward = greedy(turn(cut.job.request, Message("assistant", event.text)), 20)
    more = Asked(engine, onward)
    done = more.job.wait(180)
    assert event.text + texts(more)[0] == texts(whole)[0]
    assert done.reused_prefix


def test_a_json_schema_lets_nothing_else_be_written(engine: EngineClient, starter: str) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}, "count": {"type": "integer", "maximum": 9}},
        "required": ["colour", "count"],
        "additionalProperties": False,
    }
    drawn = tuple(Sampling(seed=s, temperature=1.5, max_tokens=60, json_schema=json.dumps(schema)) for s in range(4))
    asked = Asked(engine, replace(ask(starter, "Tell a joke."), candidates=drawn))
    asked.job.wait(180)
    for event in asked.of(Finished):
        assert event.finish == "stop"
        found = json.loads(event.text)
        assert found["colour"] in ("red", "blue") and isinstance(found["count"], int)


def test_a_grammar_is_obeyed_beside_candidates_without_one(engine: EngineClient, starter: str) -> None:
    bound = Sampling(seed=1, temperature=1, max_tokens=20, grammar='root ::= ("yes" | "no") "."')
    asked = Asked(engine, replace(ask(starter), candidates=(bound, *ask(starter).candidates[:2])))
    asked.job.wait(180)
    found = texts(asked)
    assert found[0] in ("yes.", "no.")
    assert all(text not in ("yes.", "no.") for text in found[1:])


@pytest.mark.parametrize(
    "wrong",
    [
        Sampling(seed=1, grammar="root ::= ("),
        Sampling(seed=1, grammar="leaf ::= [a-z]"),
        Sampling(seed=1, json_schema="{"),
    ],
    ids=["not GBNF", "no root", "not JSON"],
)
def test_a_grammar_that_cannot_be_read_is_refused_with_a_sentence(
    engine: EngineClient, starter: str, wrong: Sampling
) -> None:
    error, _ = refused(engine, replace(ask(starter), candidates=(*ask(starter).candidates, wrong)))
    assert error.code == "bad_grammar"
    asked = Asked(engine, ask(starter, n=1, max_tokens=2))
    asked.job.wait(180)
    assert asked.of(Finished), "the worker goes on"


@pytest.mark.long
def test_what_is_left_to_chance_and_what_is_not_take_turns_in_contexts_of_their_own(
    fresh_engine: EngineClient, starter: str
) -> None:
    """Without chance a text does not depend on what is written beside it: that takes another kind of context."""
    engine = fresh_engine
    chance = ask(starter, n=2, max_tokens=60)
    certain = replace(ask(starter), candidates=greedy(ask(starter), 12).candidates * 4)
    first = Asked(engine, chance)
    second = Asked(engine, certain)
    third = Asked(engine, replace(chance, id="third"))
    done = [each.job.wait(180) for each in (first, second, third)]
    assert [each.k for each in done] == [2, 4, 2], "none joined another"
    assert texts(third) == texts(first)
    alone = Asked(engine, replace(certain, id="alone", candidates=certain.candidates[:1]))
    alone.job.wait(180)
    assert set(texts(second)) == set(texts(alone))


def test_dry_keeps_a_model_from_repeating_itself(engine: EngineClient, starter: str) -> None:
    plain = greedy(ask(starter, "Write: the sea, the sea, the sea, the sea, and go on like this."), 80)
    dry = replace(plain, id="dry", candidates=(replace(plain.candidates[0], dry=Dry(multiplier=5)),))

    def repeats(request: CandidateRequest) -> int:
        asked = Asked(engine, request)
        asked.job.wait(180)
        data = texts(asked)[0]
        runs = [data[at : at + 24] for at in range(len(data) - 24)]
        return len(runs) - len(set(runs))

    assert repeats(plain) > 2 and repeats(dry) == 0


def test_log_probabilities_are_told_for_the_tokens_of_the_text(engine: EngineClient, starter: str) -> None:
    asked = Asked(engine, replace(ask(starter, n=2), log_probabilities=True))
    asked.job.wait(180)
    for event in asked.of(Finished):
        assert len(event.scores) == event.completion_tokens
        places = [score.place for score in event.scores]
        assert places == sorted(places) and places[0] == 0 and places[-1] < len(event.text)
        assert all(-60 < score.log_probability <= 0 for score in event.scores)
    likely = Asked(engine, replace(greedy(ask(starter)), log_probabilities=True))
    likely.job.wait(180)
    mean = sum(s.log_probability for s in likely.of(Finished)[0].scores) / 24
    assert math.exp(mean) > 0.2, "the likeliest tokens are likely"
    silent = Asked(engine, ask(starter, n=1))
    silent.job.wait(180)
    assert silent.of(Finished)[0].scores == ()

// What is said in the panel becomes a message that the window reads; spans, rankings and differences are the window's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { compare, countWords } from "../../../../desktop/browser/extension/judge/diff.js";
import { checkedJudging, isJudged, keysOf, nothingSaid, ownOf, verdictOf } from "../../../../desktop/browser/extension/judge/judging.js";
import { placed, readRanking, standing } from "../../../../desktop/browser/extension/judge/ranking.js";
import { answersTo, readRubric } from "../../../../desktop/browser/extension/judge/rubrics.js";
import { moved, placeOf, spanAt } from "../../../../desktop/browser/extension/judge/spans.js";
import { choose, drafted, isWorkedOn, MOST_BYTES } from "../../../../desktop/browser/extension/worker/captures.js";
import { begun, broken, heard, isWriting } from "../../../../desktop/browser/extension/worker/own.js";

const NOW = new Date("2026-11-27T12:00:00.123Z");
const TAB = { url: "https://chat.example/c/1", title: "A chat" };
const HASH = "a".repeat(64);
const RUBRIC = { sha256: HASH, name: "R", axes: [], questions: [], verdicts: [{ id: "overall", name: "Overall", help: "" }], strength: false };
const turn = (role, text) => ({ role, text, selectors: [] });
const draft = (changes = {}, response = "The 🙂 sky is blue.") => ({
  ...drafted({ turns: [turn("user", "Why?"), turn("assistant", response)], chosen: 1, complete: true, selected: false }, TAB, NOW),
  ...changes,
});
const judged = (said, more = {}) => draft({ judging: { ...nothingSaid(), rubric: HASH, ...said }, ...more });
const told = async (of, rubric = RUBRIC) => JSON.parse(new TextDecoder().decode((await verdictOf(of, rubric, NOW)).bytes));
const answer = (text, sha256 = HASH, state = "done") => ({ text, state, sha256, problem: "" });
const ownAnswers = (...answers) => ({ id: "0199", asked: '[{"role":"user","content":"Why?"}]', done: true, problem: "", answers });

test("a place counts code points, with the quote and 32 of them around it, and never halves a character", () => {
  const text = `${"🙂".repeat(40)}blue${"é".repeat(40)}`;
  const span = spanAt(text, 80, 84);
  assert.deepEqual(span, { start: 40, end: 44, exact: "blue", prefix: "🙂".repeat(32), suffix: "é".repeat(32) });
  assert.deepEqual(placeOf(span, text), [80, 84]);
  assert.equal(spanAt("a🙂b", 2, 4).exact, "🙂b");
  assert.equal(spanAt("a🙂b", 0, 2).exact, "a🙂");
});

test("words that moved are found by what stood around them; words that are gone are not", () => {
  const text = "It is blue. Yes, it is blue, I say.";
  const span = spanAt(text, text.lastIndexOf("blue"), text.lastIndexOf("blue") + 4);
  const later = `Well. ${text}`;
  assert.deepEqual(placeOf(span, later), [later.lastIndexOf("blue"), later.lastIndexOf("blue") + 4]);
  assert.equal(placeOf(span, "It is red."), undefined);
  assert.deepEqual(moved(span, "It is red."), span);
});

test("a ranking is read as the bench reads it", () => {
  assert.deepEqual(readRanking(" B > a=C ", ["a", "b", "c"], false), { tiers: [["b"], ["a", "c"]] });
  assert.deepEqual(readRanking("b>>a", ["a", "b"], true), { tiers: [["b"], ["a"]], strength: 2 });
  assert.deepEqual(readRanking("a=b", ["a", "b"], true), { tiers: [["a", "b"]], strength: 0 });
  for (const [text, code, letter] of [
    ["", "marks", ""], ["ab", "marks", ""], ["a>", "marks", ""], ["a,b", "marks", ""], ["a>d", "nobody", "D"], ["a>b>a", "twice", "A"],
    ["a>b", "missing", "C"], ["a>>b>c", "strength", ""],
  ]) assert.throws(() => readRanking(text, ["a", "b", "c"], true), { code, letter }, text);
  assert.throws(() => readRanking("a>>>>b", ["a", "b"], true), { code: "strength" });
});

test("an answer is put beside another in what is typed, and where it stands is told", () => {
  const keys = ["a", "b", "c"];
  assert.equal(placed("", keys, "b", ">", "a"), "b>a");
  assert.equal(placed("b>a", keys, "c", "=", "a"), "b>a=c");
  assert.equal(placed("b>a=c", keys, "b", "<", "a"), "a=c>b");
  assert.equal(placed("?!", keys, "b", "=", "a"), "a=b");
  assert.deepEqual([">", "=", "<", ""], [standing("b>a", "b", "a"), standing("a=b", "b", "a"), standing("a>b", "b", "a"), standing("a", "b", "a")]);
});

test("what was changed is told word by word", () => {
  const { pieces, distance, share } = compare("The sky is blue.", "The sky is not very blue.");
  assert.deepEqual(pieces.map(({ kind, text }) => [kind, text.trim()]), [["same", "The sky is"], ["new", "not very"], ["same", "blue."]]);
  assert.deepEqual([distance, share], [2, 2 / 6]);
  for (const [before, after] of [["a b c", "c b a"], ["", "new"], ["gone", ""], ["x\n\ny", "x y z"], ["天気が良い", "天気が悪い"]]) {
    const found = compare(before, after).pieces;
    const side = (kinds) => found.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text).join("");
    assert.equal(side(["same", "gone"]).replace(/\s/gu, ""), before.replace(/\s/gu, ""));
    assert.equal(side(["same", "new"]).replace(/\s/gu, ""), after.replace(/\s/gu, ""));
  }
  assert.equal(compare("same", "same").distance, 0);
  assert.equal(countWords("天気が良い"), 5);
});

test("texts that are too long for a table are shown as one change, and no distance is made up", () => {
  const long = (word) => Array.from({ length: 9000 }, (_, at) => `${word}${at}`).join(" ");
  const { pieces, distance } = compare(long("a"), long("b"));
  assert.deepEqual([pieces.filter(({ kind }) => kind !== "same").length, distance], [2, undefined]);
});

test("where nothing was said there is no verdict", async () => {
  assert.equal(await verdictOf(draft(), RUBRIC, NOW), undefined);
  assert.equal(await verdictOf(judged({ active: 9000, justification: "  " }), RUBRIC, NOW), undefined);
  assert.equal(isJudged({ ...nothingSaid(), confidence: 3 }), true);
});

test("a verdict has the fields that the window reads, and its bytes are those that are hashed", async () => {
  const of = judged({
    ratings: [{ candidate: "a", axis: "x", value: 3 }],
    flags: [{ candidate: "a", category: "factual", severity: 2, note: " ", span: spanAt(draft().response, 4, 10) }],
    revision: { of: "a", text: "It is.", points: [" Shorter. ", " "], point: "Kinder.", summary: " Short. " }, justification: " So. ", confidence: 4, level: "all_good", active: 7000,
  });
  const { id, ...rest } = await told(of);
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    t: "judge.put", created_at: NOW.toISOString(), capture: of.id, shown_at: of.at, rubric: HASH, candidates: [],
    verdicts: [{ axis: "overall", tiers: [["a"]], level: "all_good" }], ratings: [{ candidate: "a", axis: "x", value: 3 }], answers: [],
    flags: [{ candidate: "a", category: "factual", severity: 2, span: { start: 4, end: 9, exact: "🙂 sky", prefix: "The ", suffix: " is blue." } }],
    revision: { of: "a", text: "It is.", feedback: ["Shorter.", "Kinder."], change_summary: "Short." }, justification: "So.", confidence: 4, active_ms: 7000,
  });
  const waiting = await verdictOf(of, RUBRIC, NOW);
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", waiting.bytes)).toString("hex");
  assert.deepEqual([waiting.sha256, waiting.capture], [hash, of.id]);
});

test("a flag goes along at the words where they stand after the answer was edited", async () => {
  const flag = { candidate: "a", category: "factual", severity: 2, span: spanAt("The sky is blue.", 4, 7) };
  const { flags } = await told(judged({ flags: [flag] }, { response: "Yes. The sky is blue." }));
  assert.deepEqual([flags[0].span.start, flags[0].span.exact], [9, "sky"]);
});

test("own answers are judged only once they have ended, are kept by the window, and were asked for this prompt", async () => {
  const said = { ranking: { overall: "b>a" }, ratings: [{ candidate: "b", axis: "x", value: 1 }, { candidate: "a", axis: "x", value: 2 }] };
  const full = await told(judged(said, { own: ownAnswers(answer("It scatters.")) }));
  assert.deepEqual(full.candidates, [{ key: "b", ask: "0199", number: 0, sha256: HASH }]);
  assert.deepEqual(full.verdicts, [{ axis: "overall", tiers: [["b"], ["a"]] }]);
  for (const own of [
    { ...ownAnswers(answer("x")), done: false }, { ...ownAnswers(answer("x")), asked: "[]" }, ownAnswers(answer("", HASH)),
    ownAnswers(answer("x", "")), ownAnswers(answer("x", HASH, "failed")), undefined,
  ]) {
    const { candidates, ratings, verdicts } = await told(judged(said, { own }));
    assert.deepEqual([candidates, ratings.map(({ candidate }) => candidate), verdicts], [[], ["a"], []]);
  }
  assert.deepEqual(keysOf(draft({ own: ownAnswers(answer("x"), answer("", ""), answer("z")) })), ["a", "b", "d"]);
  assert.deepEqual(ownOf(draft({ own: ownAnswers(answer("x"), answer("", ""), answer("z")) })).map(({ number }) => number), [0, 2]);
});

test("answers that cannot be ranked are said to be so with the reason, in place of a ranking", async () => {
  const own = ownAnswers(answer("It scatters."));
  const verdicts = async (said, more = { own }) => (await verdictOf(judged(said, more), RUBRIC, NOW)) && (await told(judged(said, more))).verdicts;
  assert.deepEqual(await verdicts({ ranking: { overall: "b>a" }, unrankable: " Both refuse. " }), [{ axis: "overall", not_rankable: "Both refuse." }]);
  assert.deepEqual(await verdicts({ ranking: { overall: "b>a" }, unrankable: " " }), []);
  assert.deepEqual(await verdicts({ unrankable: "Both refuse." }, {}), []); // of one answer alone nothing is ranked
});

test("a verdict of 768 KiB is written, a larger one is refused with its size", async () => {
  await assert.rejects(verdictOf(judged({ justification: "x".repeat(MOST_BYTES) }), RUBRIC, NOW), { code: "verdict_large" });
});

test("a flag that is begun is kept with its answer of the page, sets the draft aside, and is never handed over", async () => {
  const begun = { candidate: "a", category: "", severity: 2, note: "x\ud83d", more: 1, span: spanAt("The sky is blue.", 4, 7) };
  const of = judged({}, { judging: checkedJudging({ ...nothingSaid(), begun }) });
  assert.deepEqual(of.judging.begun, { candidate: "a", category: "", severity: 2, note: "x\ufffd", span: begun.span });
  assert.equal(isWorkedOn(of), true);
  assert.equal(await verdictOf(of, RUBRIC, NOW), undefined);
  assert.deepEqual((await told(judged({ begun, confidence: 2 }))).flags, []);
  assert.deepEqual(choose(choose({ ...of, turns: [...of.turns, ...of.turns] }, 3), 1).judging.begun, of.judging.begun);
  for (const wrong of [{ ...begun, severity: "1" }, { ...begun, category: undefined }, { ...begun, note: 5 }, { ...begun, span: {} }])
    assert.throws(() => checkedJudging({ ...nothingSaid(), begun: wrong }), { code: "message" });
});

test("what the panel says was said is looked at field by field", () => {
  const good = { ...nothingSaid(), ratings: [{ candidate: "a", axis: "x", value: 1 }], revision: { of: "a", text: "x\ud83d" } };
  assert.deepEqual(checkedJudging(good).revision, { of: "a", text: "x\ufffd", points: [], point: "", summary: "" }); // as it was kept before
  assert.equal(checkedJudging({ ...good, unrankable: "x\ud83d" }).unrankable, "x\ufffd");
  assert.deepEqual(checkedJudging({ ...good, more: 1, revision: undefined }), { ...nothingSaid(), ratings: good.ratings });
  for (const wrong of [
    null, 7, {}, { ...good, ranking: null }, { ...good, ranking: { overall: 7 } }, { ...good, level: "best" }, { ...good, confidence: 6 },
    { ...good, confidence: "3" }, { ...good, active: -1 }, { ...good, flags: {} }, { ...good, flags: [null] }, { ...good, ratings: [{ axis: "x" }] },
    { ...good, answers: Array(501).fill({ candidate: "a" }) }, { ...good, justification: 7 }, { ...good, revision: { of: "a" } },
    { ...good, unrankable: 7 }, { ...good, unrankable: null }, ...[{ points: "x" }, { points: [7] }, { points: Array(101).fill("x") }, { point: 7 }, { summary: null }].map((more) => ({ ...good, revision: { of: "a", text: "x", ...more } })),
  ]) assert.throws(() => checkedJudging(wrong), { code: "message" }, JSON.stringify(wrong)?.slice(0, 80));
});

test("what was said of an answer of the page comes back with it", () => {
  const turns = [turn("user", "1"), turn("assistant", "one"), turn("user", "2"), turn("assistant", "two")];
  const first = drafted({ turns, chosen: 3, complete: true, selected: false }, TAB, NOW);
  const said = { ...nothingSaid(), justification: "of two" };
  const other = choose({ ...first, judging: said }, 1);
  assert.equal(other.judging, undefined);
  assert.equal(choose(other, 3).judging.justification, "of two");
});

test("a rubric is read, and one that is none is not", () => {
  const rubric = {
    name: "R", axes: [{ id: "x", name: "X", na: true, steps: [{ value: 1 }, { value: 5, name: "best" }] }, { id: "y", name: "Y", steps: [{ value: "a" }, {}] }],
    questions: [{ id: "q", text: "Is it?", kind: "yes_no_unsure" }], flags: { categories: [{ id: "f", letter: "F", name: "F", asks_target_group: true }], severities: [{ name: "note" }] },
  };
  const read = readRubric({ sha256: HASH, rubric });
  assert.deepEqual(read.axes.map(({ id, lowest, highest, na }) => [id, lowest, highest, na]), [["x", 1, 5, true]]);
  assert.deepEqual(answersTo(read.questions[0], (name) => name).map(({ value, key }) => [value, key]), [["yes", "y"], ["no", "n"], ["unsure", "u"]]);
  assert.deepEqual([read.verdicts[0].id, read.flags.categories[0].asksGroup, read.strength], ["overall", true, false]);
  for (const wrong of [undefined, {}, { sha256: "x", rubric }, { sha256: HASH, rubric: { name: 7 } }]) assert.equal(readRubric(wrong), undefined);
});

test("own models' answers grow piece by piece, are replaced by their whole, and end", () => {
  const { own, message } = begun(draft(), 2, NOW);
  assert.deepEqual([message.t, message.n, message.messages], ["candidates.ask", 2, [{ role: "user", content: "Why?" }]]);
  const say = (state, words) => heard(state, { id: own.id, ...words });
  let now = say(own, { t: "candidates.delta", number: 0, text: "It " });
  now = say(now, { t: "candidates.delta", number: 0, text: "scat" });
  assert.deepEqual([now.answers[0].text, isWriting(now)], ["It scat", true]);
  now = say(now, { t: "candidates.answer", number: 0, state: "done", text: "It scatters.", sha256: HASH, problem: "" });
  now = say(now, { t: "candidates.answer", number: 1, state: "failed", text: "", sha256: HASH, problem: "No." });
  now = say(now, { t: "candidates.done", problem: "" });
  assert.deepEqual([now.done, isWriting(now), now.answers.map(({ state }) => state)], [true, false, ["done", "failed"]]);
  assert.equal(say(now, { t: "candidates.delta", number: 0, text: "more" }), undefined);
});

test("T6: what belongs to another asking, or is none of its answers, changes nothing", () => {
  const { own } = begun(draft(), 1, NOW);
  for (const words of [
    { t: "candidates.delta", id: "other", number: 0, text: "x" }, { t: "candidates.delta", id: own.id, number: 1, text: "x" },
    { t: "candidates.delta", id: own.id, number: "0", text: "x" }, { t: "candidates.delta", id: own.id, number: "__proto__", text: "x" },
    { t: "status", id: own.id }, null, 7,
  ]) assert.equal(heard(own, words), undefined);
  assert.equal(heard(undefined, { t: "candidates.done" }), undefined);
});

test("of an asking whose connection ended what had come can be read, and none of it be judged", () => {
  const { own } = begun(draft(), 2, NOW);
  const come = heard(own, { t: "candidates.delta", id: own.id, number: 0, text: "It scat" });
  const { answers, problem, done } = broken(come);
  assert.deepEqual([answers.map(({ text, state }) => [text, state]), problem, done], [[["It scat", "stopped"], ["", "stopped"]], "gone", false]);
  assert.equal(isWriting(broken(come)), false);
  assert.deepEqual(keysOf(draft({ own: broken(come) })), ["a"]);
});

test("a refused asking says why, and one whose connection ended before anything came has no answers", () => {
  const { own } = begun(draft(), 1, NOW);
  const refused = heard(own, { t: "refused", id: own.id, code: "no_models", message: "There is no model." });
  assert.deepEqual([refused.answers, refused.problem, broken(refused).problem], [[], "There is no model.", "There is no model."]);
  assert.deepEqual([broken(own).answers, broken(own).problem], [[], "gone"]);
});

test("a draft is worked on once anything was written, said, or asked", () => {
  assert.equal(isWorkedOn(undefined), false);
  assert.equal(isWorkedOn(draft()), false);
  assert.equal(isWorkedOn(draft({ judging: { ...nothingSaid(), active: 9000 } })), false);
  for (const changes of [{ response: "x" }, { messages: [] }, { keepUrl: true }, { own: ownAnswers() }, { said: { 0: { ...nothingSaid(), level: "all_bad" } } }]) {
    assert.equal(isWorkedOn(draft(changes)), true, JSON.stringify(changes));
  }
  assert.equal(isWorkedOn(judged({ confidence: 2 })), true);
});

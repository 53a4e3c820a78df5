// Edits that were on their way when another answer of the page was taken: whose text they are, and what is not lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nothingSaid } from "../../../../desktop/browser/extension/judge/judging.js";
import { chosenAgain } from "../../../../desktop/browser/extension/worker/again.js";
import { choose, drafted } from "../../../../desktop/browser/extension/worker/captures.js";
import { choosing, isOfIts, withEdits } from "../../../../desktop/browser/extension/worker/edits.js";

const quote = (exact) => ({ type: "TextQuoteSelector", exact, prefix: "", suffix: "" });
const turn = (role, text) => ({ role, text, selectors: role === "assistant" ? [quote(text)] : [] });
const TURNS = [turn("user", "Why?"), turn("assistant", "First."), turn("user", "And?"), turn("assistant", "Second.")];
const made = () => drafted({ turns: TURNS, chosen: 3, complete: true, selected: false }, { url: "https://a.example/c/1" }, new Date());
/** What the panel says of a draft that it shows, with what a person changed in it. */
const editsOf = ({ messages, response, keepUrl, round, chosen }, change = {}) => ({ messages, response, keepUrl, round, chosen, judging: nothingSaid(), ...change });
const found = (draft) => chosenAgain(draft, [quote("First.")]);
const texts = ({ response, messages, chosen }) => [response, messages.map(({ content }) => content).join(" "), chosen];
const said = (justification) => ({ ...nothingSaid(), justification });

test("an edit of what is shown changes it, and nothing of the round", () => {
  const changed = withEdits(made(), editsOf(made(), { response: "Better.", judging: said("Why.") }));
  assert.deepEqual([changed.response, changed.judging.justification, changed.round], ["Better.", "Why.", made().round]);
});

test("an edit without work that comes after the answer was found again leaves that one as it is", () => {
  const draft = made();
  assert.deepEqual(texts(withEdits(found(draft), editsOf(draft))), ["First.", "Why?", 1]);
});

test("what a person typed while the answer was found again stands with its own answer, which is shown again", () => {
  const draft = made();
  for (const change of [{ response: "Second, corrected." }, { judging: said("Too short.") }, { messages: [...draft.messages.slice(0, -1), { role: "user", content: "And then?" }] }]) {
    const again = found(draft);
    const edits = editsOf(draft, change);
    const back = withEdits(again, edits);
    assert.deepEqual([back.response, back.messages, back.judging], [edits.response, edits.messages, edits.judging]);
    assert.equal(back.chosen, draft.chosen, "its selectors are those of its text");
    assert.ok(back.round > again.round, "the panels fill their fields anew");
    assert.deepEqual(texts(choose(back, 1)), ["First.", "Why?", 1], "the other answer is as it was");
  }
});

test("once a person is at the answer that was found, an edit of the older one changes nothing that is shown", () => {
  const draft = made();
  const again = found(draft);
  const worked = withEdits(again, editsOf(again, { response: "First, corrected.", judging: said("Of the first.") }));
  const late = withEdits(worked, editsOf(draft, { response: "Second, corrected.", judging: said("Of the second.") }));
  assert.deepEqual([texts(late), late.judging.justification], [texts(worked), "Of the first."]);
  assert.equal(choose(late, 3).judging.justification, "Of the second.");
});

test("an edit that is said again after another answer was chosen puts no text under that one's selectors", () => {
  const draft = made();
  const edits = editsOf(draft, { response: "Second, corrected.", judging: said("Of the second.") });
  const other = choosing(draft, edits, 1);
  assert.deepEqual(texts(withEdits(other, edits)), ["First.", "Why?", 1]);
  const twice = choosing(withEdits(other, edits), edits, 1);
  assert.deepEqual([texts(twice), twice.round], [["First.", "Why?", 1], other.round], "it is chosen already");
  assert.equal(choose(twice, 3).judging.justification, "Of the second.");
});

test("an edit of the same answer from before it was gone on with is kept and shown", () => {
  const draft = made();
  const goneOn = { ...draft, round: draft.round + 1 };
  const changed = withEdits(goneOn, editsOf(draft, { response: "Second, corrected." }));
  assert.deepEqual([changed.response, changed.round], ["Second, corrected.", goneOn.round + 1]);
});

test("what a person sends or asks about is what was shown, also where another answer was just found", () => {
  const draft = made();
  const acted = withEdits(found(draft), editsOf(draft), true);
  assert.deepEqual([texts(acted), isOfIts(acted, editsOf(draft))], [texts(draft), true]);
  const chosen = withEdits(choose(draft, 1), editsOf(draft), true);
  assert.deepEqual([texts(chosen), isOfIts(chosen, editsOf(draft))], [["First.", "Why?", 1], false]);
});

test("an edit that does not say of what it was made, or of what is no answer, is refused", () => {
  const draft = made();
  for (const wrong of [undefined, { ...editsOf(draft), round: undefined }, { ...editsOf(draft), chosen: "1" }, { ...editsOf(draft), round: 0, chosen: 0 }]) {
    assert.throws(() => withEdits(draft, wrong), { code: "message" });
  }
});

test("an edit from before another panel's is refused, and one that has seen it is taken", () => {
  const draft = made();
  const inA = withEdits(draft, editsOf(draft, { by: "A", count: 0, response: "Of A.", judging: said("Why A.") }));
  assert.deepEqual([inA.count, inA.by], [1, "A"]);
  for (const acts of [false, true]) assert.throws(() => withEdits(inA, editsOf(draft, { by: "B", count: 0, response: "Of B." }), acts), { code: "elsewhere" });
  const gone = choose(inA, 1); // whichever answer stands there now
  assert.throws(() => withEdits(gone, editsOf(draft, { by: "B", count: 0, judging: said("Why B.") })), { code: "elsewhere" });
  const inB = withEdits(inA, editsOf(inA, { by: "B", count: 1, response: "Of B." }));
  assert.deepEqual([inB.response, inB.count, inB.by], ["Of B.", 2, "B"]);
});

test("edits of one panel go on from one another before it has heard of any, and one that changes nothing counts for none", () => {
  const draft = made();
  const first = withEdits(draft, editsOf(draft, { by: "A", count: 0, response: "O" }));
  const second = withEdits(first, editsOf(draft, { by: "A", count: 0, response: "Of A." }));
  assert.deepEqual([second.response, second.count], ["Of A.", 2]);
  const seen = withEdits(second, editsOf(second, { by: "B", count: 2, judging: { ...nothingSaid(), active: 7 } }));
  assert.deepEqual([seen.count, seen.by, seen.judging.active], [2, "A", 7]);
});

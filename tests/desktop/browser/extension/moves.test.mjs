// Moves of an answer in a ranking: they are the bench's, keep every answer once, and can be taken back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { moved, put, Steps, tied, tiersOf, untied, writtenRanking } from "../../../../desktop/browser/extension/judge/moves.js";

const KEYS = ["a", "b", "c"];
const written = (tiers) => writtenRanking("", KEYS, tiers, false);
const of = (text) => tiersOf(text, KEYS);

test("what stands in the field is where chips begin; what is missing follows in its order, and what is wrong is left out", () => {
  for (const [text, begun] of [["", "a>b>c"], ["b>a=c", "b>a=c"], ["c", "c>a>b"], ["b >> a", "b>a>c"], ["c=b>", "b=c>a"], ["x>?b>b>a", "b>a>c"]]) assert.equal(written(of(text)), begun, text);
});

test("left and right leave a tie first, then pass the next place, and stop at the ends", () => {
  for (const [text, key, step, after] of [
    ["a>b>c", "b", -1, "b>a>c"], ["a>b>c", "b", 1, "a>c>b"], ["a>b>c", "a", -1, "a>b>c"], ["a>b>c", "c", 1, "a>b>c"],
    ["a=b>c", "b", -1, "b>a>c"], ["a=b>c", "a", 1, "b>a>c"], ["a=b>c", "c", -1, "c>a=b"],
  ]) assert.equal(written(moved(of(text), key, step)), after, `${text} ${key} ${step}`);
});

test("up ties with those above, down leaves a tie below them", () => {
  for (const [text, key, after] of [["a>b>c", "b", "a=b>c"], ["a=b>c", "c", "a=b=c"], ["a>b>c", "a", "a>b>c"], ["a=b>c", "b", "a=b>c"]]) assert.equal(written(tied(of(text), key)), after);
  for (const [text, key, after] of [["a=b>c", "a", "b>a>c"], ["a=b=c", "b", "a=c>b"], ["a>b>c", "b", "a>b>c"]]) assert.equal(written(untied(of(text), key)), after);
});

test("a drop joins a place or stands before it, as counted before the answer was lifted", () => {
  for (const [text, key, place, together, after] of [
    ["a>b>c", "a", 2, true, "b>a=c"], ["a>b>c", "a", 3, false, "b>c>a"], ["a>b>c", "c", 0, false, "c>a>b"],
    ["a>b>c", "b", 1, false, "a>b>c"], ["a=b>c", "b", 0, true, "a=b>c"], ["a=b>c", "a", 1, false, "b>a>c"],
  ]) assert.equal(written(put(of(text), key, place, together)), after, `${text} ${key} ${place}`);
});

test("each move keeps every answer in one place", () => {
  for (const text of ["a>b>c", "a=b>c", "a>b=c", "a=b=c"]) for (const key of KEYS) {
    const made = [moved(of(text), key, 1), moved(of(text), key, -1), tied(of(text), key), untied(of(text), key)];
    for (const place of [0, 1, 2, 3]) made.push(put(of(text), key, place, true), put(of(text), key, place, false));
    for (const tiers of made) assert.deepEqual(tiers.flat().sort(), KEYS);
  }
});

test("how much better one of two is stays where they change places, and is gone where they are as good", () => {
  const keys = ["a", "b"];
  assert.equal(writtenRanking("a>>>b", keys, [["b"], ["a"]], true), "b>>>a");
  assert.equal(writtenRanking("a>>>b", keys, [["a", "b"]], true), "a=b");
  assert.equal(writtenRanking("a=b", keys, [["a"], ["b"]], true), "a>b");
});

test("steps are taken back and done again; letters typed at one sitting are one, and what is done anew ends the way forward", () => {
  const steps = new Steps();
  assert.equal(steps.back(""), undefined);
  steps.did("", true);
  steps.did("b", true);
  steps.did("b>a", false);
  assert.deepEqual([steps.back("a=b"), steps.back("b>a"), steps.back("")], ["b>a", "", undefined]);
  assert.deepEqual([steps.again(""), steps.again("b>a"), steps.again("a=b")], ["b>a", "a=b", undefined]);
  assert.equal(steps.back("a=b"), "b>a");
  steps.did("b>a", true);
  steps.rest();
  steps.did("b>a>", true);
  assert.deepEqual([steps.again("x"), steps.back("x"), steps.back("b>a>")], [undefined, "b>a>", "b>a"]);
});

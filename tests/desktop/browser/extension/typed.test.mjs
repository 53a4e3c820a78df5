// Words typed where letters are commands: they do nothing, and a command that is meant is never held back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { TypedWords } from "../../../../desktop/browser/extension/judge/typed.js";

const COMMANDS = "fegxnv";

/** What becomes of each key, typed so many milliseconds one after the other. */
function taken(keys, ms = 100, words = undefined) {
  let now = 5_000;
  const typed = words ?? new TypedWords(() => now);
  return Array.from(keys, (key) => {
    now += ms;
    return typed.take(key, COMMANDS);
  });
}

test("a sentence begins words with its first letter that is no command, and nothing of it does anything", () => {
  const became = taken("May I take ibuprofen with warfarin?");
  assert.equal(became[0], "begun");
  assert.deepEqual(new Set(became.slice(1)), new Set(["words"]));
  assert.deepEqual(taken("Fever?"), ["", "", "", "", "begun", "words"]);
  assert.deepEqual(taken("Über f"), ["begun", "words", "words", "words", "words", "words"]);
});

test("the keys of somebody who knows them are commands, fast or slow", () => {
  for (const ms of [0, 100, 5_000]) assert.deepEqual(new Set(taken(["f", "E", "g", "x", "N", "v", "1", "5", ">", "Enter", "Escape", "Tab", "ArrowUp"], ms)), new Set([""]));
});

test("words end with a pause, or with a key that is no character; capitals and corrections go on with them", () => {
  assert.deepEqual(taken("mf", 1_001), ["begun", ""]);
  assert.deepEqual(taken("mf", 1_000), ["begun", "words"]);
  assert.deepEqual(taken(["m", "Enter", "f"]), ["begun", "", ""]);
  assert.deepEqual(taken(["m", "Shift", "F", "Dead", "e", "Backspace", "f"]), ["begun", "", "words", "", "words", "words", "words"]);
});

// An answer that was opened again: asked for by a hash, read strictly, and taken where nobody has worked on another.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { askedOf, chosenAgain, selectorsIn } from "../../../../desktop/browser/extension/worker/again.js";
import { drafted } from "../../../../desktop/browser/extension/worker/captures.js";

const quote = (exact) => ({ type: "TextQuoteSelector", exact, prefix: "", suffix: "" });
const turn = (role, text) => ({ role, text, selectors: role === "assistant" ? [quote(text)] : [] });
const TURNS = [turn("user", "Why?"), turn("assistant", "First."), turn("user", "And?"), turn("assistant", "Second.")];
const made = () => drafted({ turns: TURNS, chosen: 3, complete: true, selected: false }, { url: "https://a.example/c/1#x" }, new Date());

test("the window is asked by the hash of the page's address, and of a page without one nothing is asked", async () => {
  const page = createHash("sha256").update("https://a.example/c/1").digest("hex");
  assert.deepEqual(await askedOf(made().url), { t: "page.find", page });
  assert.equal(await askedOf(""), undefined);
});

test("what is said of another page, or cannot be read, says nothing", () => {
  const page = "00ff";
  assert.deepEqual(selectorsIn({ page, selectors: [quote("First.")] }, page), [quote("First.")]);
  assert.deepEqual(selectorsIn({ page: "11", selectors: [quote("First.")] }, page), []);
  for (const selectors of [undefined, "x", [{}], [{ type: "TextQuoteSelector" }], Array(4).fill(quote("x"))])
    assert.deepEqual(selectorsIn({ page, selectors }, page), []);
});

test("the answer with these words is taken, with the turns before it", () => {
  const again = chosenAgain(made(), [quote("First.")]);
  assert.deepEqual([again.response, again.messages], ["First.", [{ role: "user", content: "Why?" }]]);
});

test("a draft stays as it is where a person worked on it, or no answer has these words", () => {
  const draft = made();
  assert.equal(chosenAgain(draft, [quote("Third.")]), draft);
  assert.equal(chosenAgain(draft, []), draft);
  const worked = { ...draft, response: "Corrected." };
  assert.equal(chosenAgain(worked, [quote("First.")]), worked);
});

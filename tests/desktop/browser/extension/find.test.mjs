// Where an answer is found again in the text of its page: where it was, where it went, and nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";

await import("../../../../desktop/browser/extension/page/find.js");
const { stretch } = globalThis.preceptor;
const quote = (exact, prefix = "", suffix = "") => ({ type: "TextQuoteSelector", exact, prefix, suffix });
const position = (start, end) => ({ type: "TextPositionSelector", start, end });
const cut = (text, found) => found && text.slice(found.from, found.to);

test("at its position, counted in code points", () => {
  const text = "🙂🙂 Question? Rest and drink enough. More.";
  const found = stretch(text, [quote("Rest and drink enough."), position(13, 35)]);
  assert.equal(cut(text, found), "Rest and drink enough.");
  assert.equal(found.exactly, true);
});

test("where it went, when something came before it", () => {
  const text = "A new banner. Question? Rest and drink enough. More.";
  assert.equal(cut(text, stretch(text, [quote("Rest and drink enough."), position(10, 32)])), "Rest and drink enough.");
});

test("of several equal ones that around which most of what stood there stands, else the nearest", () => {
  const text = "one Yes. two; three Yes. four; five Yes. six";
  const found = stretch(text, [quote("Yes.", "three ", " four"), position(36, 40)]);
  assert.equal(found.from, text.indexOf("Yes. four"));
  const nearest = stretch("Yes. a Yes. a Yes. a", [quote("Yes."), position(13, 17)]);
  assert.equal(nearest.from, 14);
});

test("a long answer is found whole by the beginning that is quoted", () => {
  const answer = "word ".repeat(200).trim();
  const text = `Before. ${answer} After.`;
  assert.equal(cut(text, stretch(text, [quote(answer.slice(0, 300)), position(3, 3 + answer.length)])), answer);
});

test("one that was changed a little is found by its words, and said to be only alike", () => {
  const text = "Question? You should really rest and drink a lot. Use a saline spray twice. Other words follow here.";
  const found = stretch(text, [quote("You should rest and drink a lot. Use a saline spray daily."), position(0, 58)]);
  assert.equal(found.exactly, false);
  assert.ok(cut(text, found).startsWith("You should"));
  assert.ok(cut(text, found).includes("saline spray"));
});

test("what is not there is not found", () => {
  const text = "Something else entirely stands on this page now, about ships and trains.";
  assert.equal(stretch(text, [quote("You should rest and drink a lot every day."), position(0, 10)]), undefined);
  assert.equal(stretch(text, []), undefined);
  assert.equal(stretch("", [quote("x y z"), position(0, 5)]), undefined);
  assert.equal(stretch("short", [quote("ab")]), undefined);
});

test("a page of any size is looked through in a moment, or not at all", () => {
  const text = "the cat and the dog ".repeat(200_000);
  assert.equal(stretch(text, [quote("no such words in it anywhere today")]), undefined);
  assert.equal(stretch("x".repeat(5_000_001), [quote("x x x")]), undefined);
});

// Markdown as the panel lays it out: every word keeps its place in the text, no text is too much, and nothing but words and
// harmless addresses comes of it. How it looks beside the window's is test_panel_laid.py's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { blocksOf } from "../../../../desktop/browser/extension/laid/blocks.js";
import { seen, told } from "../../../../desktop/browser/extension/laid/unseen.js";

const PIECES = [
  ...["a", "b c", "ä", "🙂", ".", " ", "  ", "\n", "\n\n", "\r\n", "\t", "**", "*", "_", "~~", "`", "``", "[", "]", "(", ")", "](http://x.y)", "!"],
  ...["\n- ", "\n  ", "\n1. ", "\n> ", "\n# ", "\n```\n", "\n---\n", "|", "\n|-|-|\n", "\\", "&amp;", "&#x202e;", "<b>", "<http://a.b>", "\n    ", "[a]: javascript:x\n"],
  ...["](javascript:alert(1))", "](JaVaScRiPt:x)", "](data:text/html,x)", "](vbscript:x)", "<javascript:x>", "<img src=x onerror=alert(1)>", "</textarea><script>", "\u202e", "\ud800"],
];

/** The same numbers each time. */
function numbers(seed) {
  return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
}

function* words(blocks) {
  for (const { kind, lines = [], inlines = [], children = [] } of blocks) {
    if (kind === "code") for (const { text, at } of lines) yield { text, from: at, to: at + text.length };
    yield* inner(inlines);
    yield* words(children);
  }
}

function* inner(inlines) {
  for (const each of inlines) {
    if (each.kind === "text") yield each;
    else if (each.inner) yield* inner(each.inner);
  }
}

function* addresses(blocks) {
  const of = function* (inlines) {
    for (const each of inlines) {
      if (each.address !== undefined) yield each.address;
      if (each.inner) yield* of(each.inner);
    }
  };
  for (const { inlines = [], children = [] } of blocks) {
    yield* of(inlines);
    yield* addresses(children);
  }
}

test("whatever is written, each word is where it says, in the order of the text, and no address runs anything", () => {
  const next = numbers(7);
  for (let times = 0; times < 4000; times++) {
    const text = Array.from({ length: 1 + Math.floor(next() * 20) }, () => PIECES[Math.floor(next() * PIECES.length)]).join("");
    const blocks = blocksOf(text);
    let last = 0;
    for (const { text: own, from, to } of words(blocks)) {
      assert.ok(from >= last && to >= from && to <= text.length, JSON.stringify(text));
      if (own.length === to - from) assert.equal(own, text.slice(from, to).replaceAll("\r", "\n"), JSON.stringify(text));
      else assert.equal(text[from], "&", JSON.stringify(text));
      last = to;
    }
    for (const address of addresses(blocks)) assert.doesNotMatch(address, /^\s*(?:javascript|data|vbscript|file|blob|chrome)/iu, JSON.stringify(text));
  }
});

test("no word of an answer is lost: only signs of Markdown and blanks are left out", () => {
  const next = numbers(11);
  const plain = PIECES.filter((each) => !each.includes("]: ") && !/\]\(|<\S+:/u.test(each));
  for (let times = 0; times < 2000; times++) {
    const text = Array.from({ length: 1 + Math.floor(next() * 20) }, () => plain[Math.floor(next() * plain.length)]).join("");
    if (/```|~~~/.test(text)) continue; // what stands behind a fence is not shown
    const kept = new Uint8Array(text.length);
    for (const { from, to } of words(blocksOf(text))) kept.fill(1, from, to);
    const lost = text.split("").filter((_, at) => !kept[at]).join("");
    assert.doesNotMatch(lost, /[abcä\ud83d]/, JSON.stringify(text));
  }
});

const LONG = 100_000;
const HOSTILE = ["*", "_", "~~", "*a ", "*a* ", "**a _b ", "[", "[a](", "![", "`", "`` ` ", "<", "<a@", "&#", "\\", "> ", "- ", "- a\n", "> a\na\n", "|a", "|a|b|\n|-|-|\n", "```\n", "# ", "[a]: b\n", "[a][b] ", "[a](((", '[a]("x\\', "*  - ", "_a*", "#", "`a``b```c", "<a@b.c."];

test("no text of a hundred thousand characters nests deeply or keeps the panel busy", () => {
  for (const piece of HOSTILE) {
    const blocks = blocksOf(piece.repeat(Math.ceil(LONG / piece.length)).slice(0, LONG));
    const deep = (nodes) => Math.max(0, ...nodes.slice(0, 50).map(({ children, inlines, inner: own }) => 1 + deep(children ?? inlines ?? own ?? [])));
    assert.ok(deep(blocks) < 100, piece);
  }
});

test("what nobody can see is shown by its number, and what does honest work is left alone", () => {
  const named = (text) => seen(text).filter(({ name }) => name).map(({ name, at }) => [name, at]);
  assert.deepEqual(named("a\u202eb\u200bc\u{e0041}d"), [["U+202E", 1], ["U+200B", 3], ["U+E0041", 5]]);
  assert.deepEqual(named("👩\u200d💻 ❤\ufe0f \u{1f3f4}\u{e0067}\u{e0062}\u{e007f} نمی\u200cخواهم"), []);
  for (const text of ["", "a", "\u202e", "a\u202e\u202e"]) assert.equal(seen(text).map((each) => each.text).join(""), text);
  assert.equal(told("a\u202eb 👩\u200d💻"), "a[U+202E]b 👩\u200d💻");
});

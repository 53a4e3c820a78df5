// What the worker makes of what a page offers, and what it refuses of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CaptureError, choose, drafted, edited, MOST_BYTES, newId, placeOf, waitingOf, written } from "../../../../desktop/browser/extension/worker/captures.js";
import { checkedOffer } from "../../../../desktop/browser/extension/worker/offers.js";

const NOW = new Date("2026-11-27T12:00:00.123Z");
const TAB = { url: "https://me:secret@chat.example/c/1?q=2#there", title: "A chat" };
const turn = (role, text, selectors = []) => ({ role, text, selectors });
const offer = (turns, chosen = turns.length - 1) => ({ turns, chosen, complete: true, lacks: [], selected: false, formulas: 0 });
const asked = (response = "Because.") => drafted(offer([turn("user", "Why?"), turn("assistant", response)]), TAB, NOW);
const read = (draft) => JSON.parse(new TextDecoder().decode(written(draft)));

test("a message has the fields that the window reads, and nothing else", () => {
  const { id, ...rest } = read(asked());
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const page = { origin: "https://chat.example", title: "A chat", complete: true };
  const messages = [{ role: "user", content: "Why?" }];
  const created_at = "2026-11-27T12:00:00.123Z";
  assert.deepEqual(rest, { t: "capture.put", created_at, page, selectors: [], messages, response: "Because." });
});

test("the page's address goes along only where a person keeps it, without name, password and fragment", () => {
  assert.equal(read({ ...asked(), keepUrl: true }).page.url, "https://chat.example/c/1?q=2");
  assert.equal(placeOf({ url: "file:///home/me/x.html" }).origin, "file://");
  assert.throws(() => placeOf({}), { code: "not_readable" });
  assert.equal(placeOf({ url: `https://a.example/${"x".repeat(9000)}` }).url, "");
});

test("a capture of 768 KiB is written, of one byte more it is not, and the size is that of the message's bytes", () => {
  const least = written(asked("x")).length - 1;
  assert.equal(written(asked("x".repeat(MOST_BYTES - least))).length, MOST_BYTES);
  assert.throws(() => written(asked("x".repeat(MOST_BYTES - least + 1))), { code: "too_large", size: MOST_BYTES + 1 });
  assert.throws(() => written(asked("\u0001".repeat((MOST_BYTES - least) / 6 + 1))), { code: "too_large" }); // 6 bytes each
  assert.throws(() => written(asked("🙂".repeat((MOST_BYTES - least) / 4 + 1))), { code: "too_large" });
});

test("the bytes that are kept are those that are hashed and sent", async () => {
  const kept = await waitingOf(asked("Größe 🙂\u2067x\u2069"));
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", kept.bytes)).toString("hex");
  assert.equal(kept.sha256, hash);
  assert.equal(JSON.parse(Buffer.from(kept.bytes).toString()).response, "Größe 🙂\u2067x\u2069");
});

test("half of a character is no text that could be hashed, and is replaced", () => {
  assert.equal(read(asked("a\ud83d")).response, "a\ufffd");
  assert.equal(edited(asked(), { messages: [], response: "\udc00", keepUrl: false }).response, "\ufffd");
});

test("a capture of a page with a formula that could not be told says that it is not the whole of it", () => {
  const offered = { ...offer([turn("user", "Why?"), turn("assistant", "Because of $…$.")]), formulas: 1 };
  const draft = drafted(offered, TAB, NOW);
  assert.deepEqual([draft.complete, draft.formulas, read(draft).page.complete], [true, 1, false]);
});

test("without a prompt or an answer nothing is sent", () => {
  const selected = drafted({ ...offer([turn("assistant", "Because.")]), selected: true }, TAB, NOW);
  assert.deepEqual(selected.messages, [{ role: "user", content: "" }]);
  assert.throws(() => written(selected), { code: "no_prompt" });
  assert.throws(() => written({ ...asked(), response: " " }), { code: "no_response" });
  assert.throws(() => drafted({ ...offer([]), chosen: 0 }, TAB, NOW), { code: "nothing" });
});

test("another answer of the page takes the turns before it along", () => {
  const turns = [turn("user", "1"), turn("assistant", "one"), turn("user", "2"), turn("assistant", "two")];
  const draft = choose(drafted(offer(turns), TAB, NOW), 1);
  assert.deepEqual([draft.response, draft.messages.length, draft.round], ["one", 1, 2]);
  assert.throws(() => choose(draft, 0), CaptureError);
  assert.throws(() => choose(draft, 9), CaptureError);
});

test("of answers side by side the ones of the same column lead to an answer", () => {
  const turns = ["u1", "a1", "b1", "u2", "a2", "b2"].map((text) => turn(text[0] === "u" ? "user" : "assistant", text));
  const leading = (chosen) => choose(drafted(offer(turns), TAB, NOW), chosen).messages.map(({ content }) => content);
  assert.deepEqual(leading(4), ["u1", "a1", "u2"]);
  assert.deepEqual(leading(5), ["u1", "b1", "u2"]);
});

test("ids rise with the time and are never twice the same", () => {
  const ids = Array.from({ length: 1000 }, (_, at) => newId(new Date(NOW.getTime() + at)));
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(Array.from({ length: 1000 }, () => newId(NOW))).size, 1000);
});

test("T2: an offer with any field forged is refused, and what it does not know is left out", () => {
  const good = offer([turn("user", "Why?"), turn("assistant", "Because.", [{ type: "TextPositionSelector", start: 1, end: 2 }])]);
  assert.deepEqual(checkedOffer(good), good);
  const forged = (change) => { const copy = structuredClone(good); change(copy); return copy; };
  for (const wrong of [
    null, 7, "text", [], {},
    forged((o) => (o.turns = "x")), forged((o) => (o.turns = Array(1001).fill(turn("user", "x")))),
    forged((o) => (o.turns[0].role = "admin")), forged((o) => (o.turns[0].text = 7)), forged((o) => (o.turns[0] = null)),
    forged((o) => (o.chosen = 0)), forged((o) => (o.chosen = "1")), forged((o) => (o.chosen = -1)), forged((o) => (o.chosen = "__proto__")),
    forged((o) => (o.complete = "yes")), forged((o) => (o.lacks = "part")), forged((o) => delete o.selected),
    forged((o) => (o.formulas = -1)), forged((o) => (o.formulas = "1")),
    forged((o) => (o.turns[1].selectors = {})), forged((o) => (o.turns[1].selectors = Array(4).fill(o.turns[1].selectors[0]))),
    forged((o) => (o.turns[1].selectors[0].type = "SvgSelector")), forged((o) => (o.turns[1].selectors[0].start = -1)),
    forged((o) => (o.turns[1].selectors[0].end = 1.5)), forged((o) => (o.turns[1].selectors[0] = null)),
    forged((o) => (o.turns[1].selectors = [{ type: "TextQuoteSelector", exact: "x".repeat(2001), prefix: "", suffix: "" }])),
    forged((o) => (o.turns[1].selectors = [{ type: "RangeSelector", start: "/", start_offset: 0, end: 7, end_offset: 0 }])),
  ]) assert.throws(() => checkedOffer(wrong), { code: "offer" }, JSON.stringify(wrong)?.slice(0, 80));
  assert.throws(() => checkedOffer(forged((o) => (o.turns[0].text = "x".repeat(8 * 1024 * 1024)))), { code: "too_large" });
  const more = forged((o) => Object.assign(o, { url: "https://bank.example/", t: "unpair" }) && Object.assign(o.turns[0], { more: 1 }));
  assert.deepEqual(checkedOffer(more), good);
  const half = checkedOffer(forged((o) => (o.lacks = ["written", "all", 7]))); // what lacks something is not complete, whatever it says
  assert.deepEqual([half.complete, half.lacks], [false, ["written"]]);
});

test("T2: address and title are the browser's own, whatever a page says of itself", () => {
  const said = { ...offer([turn("user", "Why?"), turn("assistant", "x")]), origin: "https://bank.example", title: "Bank", url: "https://bank.example/" };
  const { page } = read(drafted(said, TAB, NOW));
  assert.deepEqual(page, { origin: "https://chat.example", title: "A chat", complete: true });
});

test("edits are texts of known roles, and change nothing else", () => {
  const draft = asked();
  const good = { messages: [{ role: "user", content: "How?" }], response: "So.", keepUrl: true, id: "x", origin: "https://bank.example" };
  const changed = edited(draft, good);
  assert.deepEqual([changed.id, changed.origin, changed.response], [draft.id, draft.origin, "So."]);
  for (const wrong of [undefined, {}, { ...good, response: 7 }, { ...good, keepUrl: 1 }, { ...good, messages: [{ role: "root", content: "" }] }]) {
    assert.throws(() => edited(draft, wrong), { code: "message" });
  }
});

// What is on its way to the window, without a host and without a session: which answer takes it from the outbox, which holds
// it, and which leaves it for later. Time is the test's own.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Sending } from "../../../../desktop/browser/extension/worker/sending.js";
import { Kept } from "./window.mjs";

const HASH = "a".repeat(64);
const waiting = (id, more = {}) => ({ id, sha256: HASH, origin: "https://chat.example", bytes: new TextEncoder().encode(id), ...more });
const taken = (id, more = {}) => ({ t: "capture.ack", id, sha256: HASH, ...more });
const refused = (id, code) => ({ t: "refused", id, of: "capture.put", code, message: "No." });

let kept, sealed, told, timers, open, sending;

beforeEach(() => {
  [kept, sealed, told, timers, open] = [new Kept(), [], [], [], true];
  const way = {
    isOpen: () => open, seal: async (bytes) => void sealed.push(new TextDecoder().decode(bytes)),
    silent: () => told.push("silent"), declined: () => told.push("declined"), delivered: () => told.push("delivered"),
  };
  sending = new Sending(way, {
    database: kept, changed: () => {}, now: () => 0,
    later: (run, ms) => { const timer = { run, ms }; timers.push(timer); return timer; },
    never: (timer) => { timers = timers.filter((each) => each !== timer); },
  });
});

function tick(ms) {
  const timer = timers.find((each) => each.ms === ms);
  timers = timers.filter((each) => each !== timer);
  timer.run();
}

test("where there is no way nothing goes, and one thing goes at a time", async () => {
  kept.put(waiting("1"), waiting("2"));
  open = false;
  await sending.next();
  assert.deepEqual(sealed, []);
  open = true;
  await sending.next();
  await sending.next();
  assert.deepEqual(sealed, ["1"]);
});

test("what the window has leaves the outbox, and the next one goes, a verdict after its capture", async () => {
  kept.put(waiting("0", { capture: "1" }), waiting("1"));
  await sending.next();
  assert.equal(await sending.take(taken("1")), true);
  assert.deepEqual([sealed, [...kept.waits.keys()]], [["1", "0"], ["0"]]);
  assert.equal(await sending.take(taken("0")), false); // a verdict is not acknowledged as a capture is
  assert.equal(await sending.take(taken("0", { t: "judge.ack" })), true);
  assert.deepEqual([kept.waits.size, kept.followed.map(({ capture }) => capture)], [0, [undefined, "1"]]);
});

test("what is said of anything else is not taken, nor is anything while nothing is on its way", async () => {
  assert.equal(await sending.take(taken("1")), false);
  kept.put(waiting("1"));
  await sending.next();
  for (const other of [taken("2"), refused("2", "unknown"), { t: "status", id: "1" }, undefined]) assert.equal(await sending.take(other), false);
  assert.equal(kept.waits.size, 1);
});

test("an acknowledgement of other bytes, and what is refused for ever, are held and said, and the next one goes", async () => {
  kept.put(waiting("1"), waiting("2"), waiting("3"));
  await sending.next();
  await sending.take(taken("1", { sha256: "b".repeat(64) }));
  await sending.take(refused("2", "capture_shape"));
  assert.deepEqual([...kept.waits.values()].map(({ held, refusal }) => [held, refusal?.code]), [[true, "other_bytes"], [true, "capture_shape"], [undefined, undefined]]);
  assert.deepEqual([sealed, told], [["1", "2", "3"], []]);
});

test("what is refused for now stays, is not sent again at once, and the way is told", async () => {
  kept.put(waiting("1"));
  await sending.next();
  await sending.take(refused("1", "disk"));
  assert.deepEqual([kept.waits.get("1").held, sealed, told, timers], [false, ["1"], ["declined"], []]);
  await sending.next();
  assert.deepEqual(sealed, ["1", "1"]);
});

test("a window that answers nothing for half a minute is called silent, one that answered is not", async () => {
  kept.put(waiting("1"), waiting("2"));
  await sending.next();
  await sending.take(taken("1"));
  assert.equal(timers.filter(({ ms }) => ms === 30_000).length, 1); // that of the second
  tick(30_000);
  assert.deepEqual(told, ["silent"]);
});

test("of several deliveries in a second the way is told once", async () => {
  kept.put(waiting("1"), waiting("2"));
  await sending.next();
  await sending.take(taken("1"));
  await sending.take(taken("2"));
  tick(1_000);
  assert.deepEqual([told, timers], [["delivered"], []]);
});

test("when the session is over nothing is waited for, and what was on its way goes again in the next one", async () => {
  kept.put(waiting("1"), waiting("2"));
  await sending.next();
  await sending.take(taken("1"));
  sending.stop();
  assert.deepEqual([timers, await sending.take(taken("2"))], [[], false]);
  await sending.next();
  assert.deepEqual(sealed, ["1", "2", "2"]);
});

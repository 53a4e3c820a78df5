// The way to the window: the outbox is sent one after the other, in its order, until each is acknowledged; what is refused for
// ever is held; a session that ends is begun anew. Time is the test's own.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Link } from "../../../../desktop/browser/extension/worker/link.js";
import { identity, Kept, ORIGIN, PAIRING, Window } from "./window.mjs";

const HASH = "a".repeat(64);
const bytes = (message) => new TextEncoder().encode(JSON.stringify(message));
const waiting = (id, kind = "capture.put", more = {}) => ({ id, sha256: HASH, at: "", origin: "https://chat.example", beginning: "", bytes: bytes({ t: kind, id }), ...more });
const verdict = (id, capture) => waiting(id, "judge.put", { capture });
const KINDS = { "capture.put": "capture.ack", "judge.put": "judge.ack" };

let desk, kept, timers, standings, heard, answer, linked;

beforeEach(async () => {
  const key = await identity();
  answer = (message) => (KINDS[message.t] ? { t: KINDS[message.t], id: message.id, sha256: HASH } : message.t === "status" ? { t: "status", id: message.id, project: "P", browser: "B", waiting: 0 } : undefined);
  desk = new Window(key, (message) => answer(message));
  kept = new Kept(await identity(), { pairing: PAIRING, deskPub: key.publicKey });
  [timers, standings, heard] = [[], [], []];
});

function made() {
  const [own, shown] = [heard, standings];
  const link = (linked = new Link({
    origin: ORIGIN, database: kept, connect: desk.connect, ended: () => "host_ended", changed: () => shown.push(1),
    heard: (message, question) => void own.push({ ...message, question }), random: () => 1, now: () => 0,
    later: (run, ms) => { const timer = { run, ms }; timers.push(timer); return timer; },
    never: (timer) => { timers = timers.filter((each) => each !== timer); },
  }));
  return link;
}

async function until(look) {
  const end = Date.now() + 60_000;
  while (!look() && Date.now() < end) await new Promise((done) => setTimeout(done, 1));
  assert.ok(look(), `${look}, but ${JSON.stringify([linked?.standing, timers, desk.connections, desk.heard])}`);
}

/** The time has come for what waits longest ahead, or for what waits so long. */
function tick(ms) {
  const timer = timers.find((each) => ms === undefined || each.ms === ms);
  assert.ok(timer, `nothing waits: ${timers.map((each) => each.ms)}`);
  timers = timers.filter((each) => each !== timer);
  timer.run();
}

const said = (kind) => desk.heard.filter(({ t }) => t === kind);

test("what waits is sent in its order, a verdict after its capture, each until its acknowledgement", async () => {
  kept.put(verdict("3", "1"), waiting("1"), waiting("2"));
  made().want();
  await until(() => kept.followed.length === 3);
  assert.deepEqual(desk.heard.filter(({ t }) => KINDS[t]).map(({ id }) => id), ["1", "2", "3"]);
  assert.deepEqual(kept.followed.map(({ capture }) => capture), [undefined, undefined, "1"]);
});

test("after several deliveries the window is asked once how many wait, later", async () => {
  kept.put(waiting("1"), waiting("2"), waiting("3"));
  const link = made();
  link.want();
  await until(() => kept.followed.length === 3 && link.standing.inbox === 0);
  await link.deliver();
  assert.equal(said("status").length, 1); // as the session began
  tick(1_000);
  await until(() => said("status").length === 2);
  assert.ok(!timers.some(({ ms }) => ms === 1_000));
});

test("once a session is open the rubric is asked for, and what the window says is handed on", async () => {
  const link = made();
  link.want();
  await until(() => said("rubric.get").length === 1 && link.standing.project === "P");
  assert.deepEqual([link.standing.word, link.standing.browser], ["open", "B"]);
  await link.ask({ t: "queue.summary", ids: ["7"] });
  await until(() => said("queue.summary").length === 1);
  const [rubric, summary] = [said("rubric.get")[0].id, said("queue.summary")[0].id];
  assert.equal(new Set([rubric, summary, said("status")[0].id]).size, 3);
  await desk.say({ t: "queue.summary", id: summary, project: "Q", browser: "B", waiting: 3, items: [] }); // not in their order
  await desk.say({ t: "rubric", id: rubric, sha256: HASH });
  await until(() => heard.some(({ t }) => t === "rubric"));
  const told = heard.filter(({ t }) => t !== "status").map(({ t, question }) => [t, question?.t, question?.ids]);
  assert.deepEqual([told, link.standing.inbox], [[["open", undefined, undefined], ["queue.summary", "queue.summary", ["7"]], ["rubric", "rubric.get", undefined]], 3]);
});

test("an answer to what was not asked, to another kind of question, or that comes twice, does nothing", async () => {
  const link = made();
  link.want();
  await until(() => said("rubric.get").length === 1 && link.standing.project === "P");
  const id = said("rubric.get")[0].id;
  await desk.say({ t: "rubric", id: said("status")[0].id, sha256: HASH });
  await desk.say({ t: "status", id, project: "Q", browser: "B", waiting: 9 });
  await desk.say({ t: "rubric", id, sha256: HASH });
  await desk.say({ t: "rubric", id, sha256: "b".repeat(64) });
  await desk.say({ t: "candidates.done", id: "7", problem: "" });
  await until(() => heard.some(({ t }) => t === "candidates.done"));
  assert.deepEqual(heard.filter(({ t }) => t === "rubric").map(({ sha256 }) => sha256), [HASH]);
  assert.equal(link.standing.project, "P");
});

test("a window of before questions had ids is told from others by its first answer, and is not asked again", async () => {
  answer = (message) => (message.t === "status" ? { t: "status", project: "P", browser: "B", waiting: 0 } : undefined);
  const link = made();
  link.want();
  await until(() => link.standing.word === "version");
  assert.deepEqual([timers, kept.waits.size], [[], 0]);
});

test("a refusal of a question comes with it, and a session that is over is answered no more", async () => {
  const own = answer;
  answer = (message) => (message.t === "rubric.get" ? { t: "refused", of: message.t, id: message.id, code: "too_many", message: "No." } : own(message));
  const link = made();
  link.want();
  await until(() => heard.some(({ t, question }) => t === "refused" && question?.t === "rubric.get"));
  answer = (message) => (message.t === "queue.summary" ? undefined : own(message));
  await link.ask({ t: "queue.summary", ids: [] });
  await until(() => said("queue.summary").length === 1);
  desk.port.end();
  tick();
  await until(() => link.standing.project === "P" && desk.connections === 2);
  await desk.say({ t: "queue.summary", id: said("queue.summary")[0].id, project: "Q", browser: "B", waiting: 3, items: [] });
  await desk.say({ t: "candidates.done", id: "7", problem: "" });
  await until(() => heard.some(({ t }) => t === "candidates.done"));
  assert.equal(link.standing.project, "P");
});

test("only one is on its way, and the next one goes when it is answered", async () => {
  const own = answer;
  answer = (message) => (KINDS[message.t] ? undefined : own(message));
  kept.put(waiting("1"), waiting("2"));
  const link = made();
  link.want();
  await until(() => said("capture.put").length === 1);
  await link.deliver();
  await link.deliver();
  assert.equal(said("capture.put").length, 1);
  await desk.say({ t: "capture.ack", id: "1", sha256: HASH });
  await until(() => said("capture.put").length === 2);
});

test("T6: an acknowledgement of another id, of another kind, or twice, does nothing", async () => {
  const own = answer;
  answer = (message) => (KINDS[message.t] ? undefined : own(message));
  kept.put(waiting("1"), verdict("2", "1"));
  made().want();
  await until(() => said("capture.put").length === 1);
  for (const wrong of [{ t: "capture.ack", id: "2" }, { t: "judge.ack", id: "1" }, { t: "capture.ack" }]) await desk.say({ ...wrong, sha256: HASH });
  await desk.say({ t: "capture.ack", id: "1", sha256: HASH });
  await until(() => said("judge.put").length === 1);
  await desk.say({ t: "capture.ack", id: "1", sha256: HASH });
  await desk.say({ t: "capture.ack", id: "2", sha256: HASH });
  await desk.say({ t: "judge.ack", id: "2", sha256: HASH });
  await until(() => kept.followed.length === 2);
  assert.deepEqual(kept.followed.map(({ id }) => id), ["1", "2"]);
});

test("an acknowledgement of other bytes keeps what was sent", async () => {
  answer = (message) => (KINDS[message.t] ? { t: KINDS[message.t], id: message.id, sha256: "b".repeat(64) } : undefined);
  kept.put(waiting("1"));
  made().want();
  await until(() => kept.waits.get("1").held);
  assert.deepEqual([kept.waits.get("1").refusal.code, kept.followed], ["other_bytes", []]);
});

test("what is refused for ever is held, its verdict with it, and the next one goes", async () => {
  const own = answer;
  answer = (message) => (message.id === "1" ? { t: "refused", id: "1", code: "capture_shape", message: "No." } : own(message));
  kept.put(waiting("1"), verdict("2", "1"), waiting("3"));
  made().want();
  await until(() => kept.followed.length === 1);
  assert.deepEqual([kept.followed[0].id, kept.waits.get("1").held, said("judge.put")], ["3", true, []]);
});

for (const code of ["verdict_conflict", "verdict_shape", "verdict_too_large", "verdict_unreadable", "no_capture", "capture_taken"]) {
  test(`a verdict that is refused with ${code} is held`, async () => {
    answer = (message) => (message.t === "judge.put" ? { t: "refused", id: message.id, code, message: "No." } : undefined);
    kept.put(verdict("2", "1"));
    made().want();
    await until(() => kept.waits.get("2").held === true);
    assert.equal(kept.waits.get("2").refusal.code, code);
  });
}

for (const code of ["too_many", "unknown"]) {
  test(`a question that is refused with ${code} says nothing of the capture that is on its way`, async () => {
    const own = answer;
    answer = (message) => (KINDS[message.t] ? undefined : own(message));
    kept.put(waiting("1"));
    made().want();
    await until(() => said("capture.put").length === 1);
    await desk.say({ t: "refused", of: "status", id: said("status")[0].id, code, message: "No." });
    await until(() => heard.some(({ t }) => t === "refused"));
    assert.deepEqual([kept.waits.get("1").held, kept.waits.get("1").refusal], [undefined, undefined]);
    await desk.say({ t: "capture.ack", id: "1", sha256: HASH });
    await until(() => kept.followed.length === 1);
  });
}

test("a message that could not be read is the capture on its way: questions always can", async () => {
  answer = (message) => (KINDS[message.t] ? { t: "refused", of: "", id: "", code: "unknown", message: "No." } : undefined);
  kept.put(waiting("1"));
  made().want();
  await until(() => kept.waits.get("1").held);
});

test("two hundred captures, each sent when the one before has arrived, are all taken by a window that takes three hundred messages", async () => {
  const own = answer;
  answer = (message) => (desk.heard.length > 300 ? { t: "refused", of: message.t, id: message.id ?? "", code: "too_many", message: "Too many." } : own(message));
  const link = made();
  link.want();
  await until(() => link.standing.project === "P");
  for (let at = 0; at < 200; at++) {
    kept.put(waiting(`${at}`));
    void link.deliver();
    await until(() => kept.followed.length === at + 1);
    if (at % 5 === 4) tick(1000); // captures every fifth of a second, faster than any person
  }
  assert.deepEqual([said("capture.put").length, kept.waits.size], [200, 0]);
  assert.ok(desk.heard.length <= 250, `${desk.heard.length} messages`);
});

test("what is refused for now is sent again later", async () => {
  let full = true;
  const own = answer;
  answer = (message) => (KINDS[message.t] && full ? { t: "refused", id: message.id, code: "inbox_full", message: "Full." } : own(message));
  kept.put(waiting("1"));
  made().want();
  await until(() => kept.waits.get("1")?.refusal);
  full = false;
  await until(() => timers.length > 0);
  tick();
  await until(() => kept.followed.length === 1);
});

test("T7: a host that ends takes nothing with it: what was on its way is sent in the next session, and own askings are over", async () => {
  const own = answer;
  answer = (message) => (KINDS[message.t] ? undefined : own(message));
  kept.put(waiting("1"));
  const link = made();
  link.want();
  await until(() => said("capture.put").length === 1);
  answer = own;
  desk.port.end();
  assert.equal(link.standing.word, "host_ended");
  assert.equal(heard.at(-1).t, "over");
  assert.equal(await link.say({ t: "candidates.ask" }), false);
  tick();
  await until(() => kept.followed.length === 1);
  assert.equal(desk.connections, 2);
});

test("T7: a window that does not answer is left after a while, and the capture is sent in another session", async () => {
  const own = answer;
  answer = (message) => (KINDS[message.t] ? undefined : own(message));
  kept.put(waiting("1"));
  made().want();
  await until(() => said("capture.put").length === 1);
  answer = own;
  tick(30_000);
  tick();
  await until(() => kept.followed.length === 1);
});

test("each wait for the host is longer than the one before, at most a minute", async () => {
  const link = made();
  link.want();
  await until(() => link.standing.word === "open");
  const waits = [];
  for (let times = 0; times < 9; times++) {
    desk.port.end();
    waits.push(timers.at(-1).ms);
    desk.desktop = "silent";
    tick(waits.at(-1));
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
});

for (const [word, longest, why] of [
  ["passphrase", 10_000, "waits for its passphrase"],
  ["locked", 2_000, "has just started and opens its key"],
]) {
  test(`a window that ${why} is told by that word, looked for every ${longest / 1000} seconds at the latest, and reached then`, async () => {
    const link = made();
    desk.refusal = word;
    link.want();
    for (let times = 0; times < 8; times++) {
      const before = desk.connections;
      await until(() => link.standing.word === word && timers.length === 1);
      assert.ok(timers[0].ms <= longest);
      if (times === 7) desk.refusal = undefined;
      tick();
      await until(() => desk.connections > before);
    }
    await until(() => link.standing.word === "open");
  });
}

for (const paired of [true, false]) {
  test(`a ${paired ? "connected" : "new"} browser hears from a welcome that it is open and not set up yet, until that has made room`, async () => {
    if (!paired) kept.known = undefined;
    const link = made();
    desk.refusal = "welcome";
    link.start();
    await until(() => link.standing.word === "welcome");
    assert.deepEqual(timers, []);
    assert.equal(desk.connections, 1);
    desk.sayRaw({ t: "error", code: "welcome", n: 19, message: "" }); // to the hello that was on its way
    desk.refusal = undefined;
    desk.sayRaw({ t: "status", desktop: "not_running" });
    await until(() => link.standing.word === "not_running");
    assert.ok(timers[0].ms <= 500);
    desk.sayRaw({ t: "status", desktop: "running" });
    await until(() => link.standing.word === (paired ? "open" : "unpaired"));
  });
}

test("a browser that comes back to a window which knows none at all is told that it is not connected any more", async () => {
  const link = made();
  desk.refusal = "not_pairing";
  link.want();
  await until(() => link.standing.word === "unknown_pairing");
});

for (const [what, spoiled] of [
  ["came twice", (first) => first],
  ["came too early", (_, next) => ({ ...next, n: next.n + 1 })],
  ["was changed", (_, next) => ({ ...next, c: next.c.replace(/^./, (one) => (one === "A" ? "B" : "A")) })],
]) {
  test(`T6: a frame that ${what} ends the session, and a new one is begun`, async () => {
    const link = made();
    link.want();
    await until(() => link.standing.project === "P" && said("rubric.get").length === 1); // asked after the status
    const rubric = { t: "rubric", id: said("rubric.get")[0].id, sha256: HASH };
    const first = await desk.seal(rubric);
    desk.sayRaw(first);
    desk.sayRaw(spoiled(first, await desk.seal(rubric)));
    await until(() => ["counter", "sealed"].includes(link.standing.word));
    assert.equal(heard.filter(({ t }) => t === "rubric").length, 1);
    tick();
    await until(() => link.standing.word === "open");
  });
}

test("a window that does not know this browser is not asked again before a person wants it", async () => {
  kept.known = { ...kept.known, pairing: "1".repeat(32) };
  const link = made();
  link.want();
  await until(() => link.standing.word === "unknown_pairing");
  assert.deepEqual(timers, []);
});

test("T4: a window with another key is not spoken to", async () => {
  kept.known = { ...kept.known, deskPub: (await identity()).publicKey };
  kept.put(waiting("1"));
  const link = made();
  link.want();
  await until(() => link.standing.word === "desk");
  assert.deepEqual([desk.heard, kept.waits.size], [[], 1]);
});

test("without a window the host is looked at again, and a window that was started is spoken to", async () => {
  desk.desktop = "not_running";
  const link = made();
  link.want();
  await until(() => link.standing.word === "not_running");
  assert.equal(timers.length, 1);
  desk.sayRaw({ t: "status", desktop: "running" });
  await until(() => link.standing.word === "open");
});

test("at rest nothing is sent, and the port is closed", async () => {
  const link = made();
  link.want();
  await until(() => link.standing.word === "open");
  link.want(false);
  assert.deepEqual([link.standing.word, desk.port.open, timers], ["off", false, []]);
});

test("T7: a host that ends while this browser says hello takes no wish to connect with it", async () => {
  kept.known = undefined;
  const link = made();
  link.want();
  await until(() => link.standing.word === "unpaired");
  const deriving = crypto.subtle.generateKey;
  crypto.subtle.generateKey = async (...asked) => { desk.port.end(); crypto.subtle.generateKey = deriving; return deriving.apply(crypto.subtle, asked); };
  try { await link.pair(); } finally { crypto.subtle.generateKey = deriving; }
  assert.equal(link.standing.word, "host_ended");
  tick(2_000);
  await until(() => desk.connections === 2 && link.standing.word === "unknown_pairing"); // it said that it wants to be connected
});

test("a wish to connect that is said again while a session is open changes nothing of it", async () => {
  const link = made();
  link.want();
  await until(() => link.standing.project === "P");
  const before = standings.length;
  await link.pair();
  assert.equal(standings.length, before);
  await link.ask({ t: "queue.summary", ids: ["7"] });
  await until(() => said("queue.summary").length === 1);
  assert.deepEqual([link.standing.word, desk.connections], ["open", 1]);
});

// The service worker: where the extension's parts are built and joined. Listeners are set at once, since the browser stops
// the worker as it likes and starts it for an event.

import { checkedJudging, isJudged, verdictOf } from "./judge/judging.js";
import { readRubric } from "./judge/rubrics.js";
import { askedOf, chosenAgain, selectorsIn } from "./worker/again.js";
import { answersOf, CaptureError, choose, drafted, edited, isWorkedOn, shownOf, waitingOf } from "./worker/captures.js";
import { openDatabase } from "./worker/database.js";
import { isPanel, onlyPanel } from "./worker/doors.js";
import { HOST, Link } from "./worker/link.js";
import { OfferError } from "./worker/offers.js";
import { begun, broken, heard, isWriting } from "./worker/own.js";
import { markIn, readTab } from "./worker/reading.js";

/**
 * @typedef {import("./worker/captures.js").Draft} Draft
 * What the panel shows: how the link stands, the draft, the rubric, what waits, what arrived lately, and what went wrong.
 * @typedef {{t: "state", standing: import("./worker/link.js").Standing, paired: boolean, since: string,
 *   draft?: Draft & {answers: number[]}, rubric?: import("./judge/rubrics.js").Rubric, waiting: any[],
 *   aside: any[], items: import("./worker/database.js").Item[], kept: {count: number, bytes: number},
 *   trouble?: {code: string, size?: number}}} State
 */

const MOST_ASIDE = 20; // drafts that gave way to another capture
const LOOK_EVERY_MS = 3_000; // how far items have come, while somebody looks
const SHOW_EVERY_MS = 60; // what own models write

/** @type {Set<chrome.runtime.Port>} */
const panels = new Set();
/** What people have done goes one after the other. @type {Promise<void>} */
let acts = Promise.resolve();
/** @type {{code: string, size?: number} | undefined} */
let trouble;
/** What own models are writing; the draft has it once an answer has ended. @type {import("./judge/judging.js").Own | undefined} */
let writing;
/** @type {any} */
let showing;
/** @type {any} */
let looking;
const ready = openDatabase().then((database) => ({ database, link: linkOf(database) }));

chrome.action.onClicked.addListener((tab) => void judge(tab));
chrome.commands.onCommand.addListener((command, tab) => void (command === "judge" && tab && judge(tab)));
chrome.contextMenus.onClicked.addListener((_, tab) => void (tab && judge(tab)));
chrome.runtime.onInstalled.addListener(() => {
  const title = chrome.i18n.getMessage("judge");
  chrome.contextMenus.removeAll(() => chrome.contextMenus.create({ id: "judge", title, contexts: ["page", "selection"] }));
});
chrome.runtime.onStartup.addListener(() => {}); // starts the worker, which looks into its outbox below
chrome.runtime.onConnect.addListener((port) => {
  if (!port.sender || !isPanel(port.sender)) return port.disconnect();
  panels.add(port);
  port.onMessage.addListener((message) => void acted(port, message));
  port.onDisconnect.addListener(() => void left(port));
  void ready.then(({ link }) => link.want());
  void tell();
  void look();
});
chrome.runtime.onMessage.addListener(onlyPanel);
void ready.then(({ database, link }) => wake(database, link));

/** What a person can do in the panel; each takes the message's fields. @type {Record<string, (told: any) => Promise<void>>} */
const ACTS = {
  edit: ({ id, edits }) => change(id, (draft) => withEdits(draft, edits)),
  choose: ({ id, edits, chosen }) => change(id, (draft) => choose(withEdits(draft, edits), chosen)),
  async send({ id, edits }) {
    const { database, link } = await ready;
    const draft = await database.draft();
    if (!draft || draft.id !== id) return; // sent already
    const changed = withEdits(draft, edits);
    try {
      const verdict = await verdictOf(changed, await database.rubric(), new Date());
      await database.send(await waitingOf(changed), ...(verdict ? [verdict] : []));
    } catch (error) {
      await database.keepDraft(changed); // what was typed last stays with it
      throw error;
    }
    stopWriting();
    link.want();
    void link.deliver();
  },
  async drop() {
    stopWriting();
    await (await ready).database.forgetDraft();
  },
  async ask({ id, edits, n, after }) {
    const { database, link } = await ready;
    const draft = await database.draft();
    if (!draft || draft.id !== id || (draft.own?.id ?? "") !== after || isWriting(writing)) return; // done already
    if (![1, 2, 3, 4].includes(n)) throw new CaptureError("message");
    const changed = withEdits(draft, edits);
    const { own, message } = begun(changed, n, new Date());
    await waitingOf(changed); // what cannot be handed over is not asked about either
    writing = own;
    await database.keepDraft({ ...changed, own });
    if (!(await link.say(message))) await wrote(broken(own));
  },
  async stop() {
    stopWriting();
  },
  async forgetAll() {
    stopWriting();
    await (await ready).database.forgetAll();
  },
  async goOn({ waiting }) {
    const draft = (await (await ready).database.aside()).find(({ id }) => id === waiting);
    if (draft) await inPlace({ ...draft, round: draft.round + 1 });
  },
  async dropAside({ waiting }) {
    const { database } = await ready;
    await database.keepDrafts(undefined, (await database.aside()).filter(({ id }) => id !== waiting));
  },
  async forget({ waiting }) {
    await (await ready).database.forget(String(waiting));
  },
  async again({ waiting }) {
    const { database, link } = await ready;
    await database.note(String(waiting), {});
    link.want();
    void link.deliver();
  },
  async pair() {
    void (await ready).link.pair();
  },
  async cancel() {
    (await ready).link.cancel();
  },
  async start() {
    (await ready).link.start();
  },
  async leave() {
    await (await ready).link.leave();
  },
};

/**
 * A person wants what is on a page judged. The panel opens within the gesture, so nothing is waited for before.
 * @param {chrome.tabs.Tab} tab
 */
function judge(tab) {
  void chrome.sidePanel.open({ windowId: tab.windowId });
  return guarded(async () => {
    const { database } = await ready;
    const { offer, tab: seen } = await readTab(Number(tab.id));
    const made = drafted(offer, seen, new Date());
    await inPlace(made);
    await markIn(Number(tab.id), made.turns[made.chosen]?.selectors ?? []);
    const asked = await askedOf(made.url);
    sought = asked && { ...asked, tab: Number(tab.id), draft: made.id };
    seek();
  });
}

/** The page where the button was pressed last, until the window has said whether it was opened again.
 * @type {{t: string, page: string, tab: number, draft: string} | undefined} */
let sought;

/** Ask the window; not waited for, and asked once more when a session opens. */
function seek() {
  if (sought) void ready.then(({ link }) => sought && link.say({ t: sought.t, page: sought.page }));
}

/** Mark and take the answer that was opened again. @param {any} told */
async function foundAgain(told) {
  const selectors = sought ? selectorsIn(told, sought.page) : [];
  const [at, { database }] = [sought, await ready];
  if (!at || told.page !== at.page) return;
  sought = undefined;
  if (!selectors.length) return;
  const draft = await database.draft();
  if (draft?.id === at.draft) await database.keepDraft(chosenAgain(draft, selectors));
  await markIn(at.tab, selectors);
}

/**
 * Have a draft in the place of the one that is looked over. That one is set aside even where nothing was done with it yet:
 * what was typed last may just be coming. Untouched ones are not shown, and go with the next capture.
 * @param {Draft} made
 */
async function inPlace(made) {
  const { database } = await ready;
  const before = await database.draft();
  const others = (await database.aside()).filter((each) => each.id !== made.id && isWorkedOn(each));
  const kept = before && before.id !== made.id ? [before, ...others] : others;
  if (kept.length > MOST_ASIDE) throw new CaptureError("aside_full");
  stopWriting();
  await database.keepDrafts(made, kept);
}

/**
 * @param {Draft} draft
 * @param {any} edits
 * @returns {Draft}
 */
function withEdits(draft, edits) {
  const changed = edited(draft, edits);
  return edits.judging === undefined ? changed : { ...changed, judging: checkedJudging(edits.judging) };
}

/** What the window says beside acknowledgements. @param {any} told */
async function hear(told) {
  const { database } = await ready;
  switch (told?.t) {
    case "rubric": {
      const rubric = readRubric(told);
      if (rubric) await database.keepRubric(rubric);
      return tell();
    }
    case "queue.summary": {
      const items = Array.isArray(told.items) ? told.items : [];
      const states = new Map(items.map((/** @type {any} */ { id, state }) => [String(id), String(state)]));
      await database.noteStates(states, asked);
      return tell();
    }
    case "page.found":
      return void guarded(() => foundAgain(told)); // not waited for: what is done may be waiting for the link
    case "open":
      asked = [];
      seek();
      return look();
    case "over":
      return void (writing && inOrder(broken(writing)));
  }
  const own = heard(writing, told);
  if (!own) return;
  writing = own;
  if (told.t !== "candidates.delta") return inOrder(own);
  showing ??= setTimeout(showOwn, SHOW_EVERY_MS);
}

/** Whose states were asked for last. @type {string[]} */
let asked = [];

/** Ask how far items have come that can still come further. */
async function look() {
  clearTimeout(looking);
  const { database, link } = await ready;
  if (!panels.size || link.standing.word !== "open") return;
  const open = (await database.items()).filter(({ state }) => state !== "signed" && state !== "discarded");
  if (open.length) {
    asked = open.map(({ id }) => id);
    void link.say({ t: "queue.summary", ids: asked }); // not waited for: an answer may be what calls this
  }
  looking = setTimeout(() => void look(), LOOK_EVERY_MS);
}

/**
 * Keep what own models have written, after what a person has done before: both change the draft. It is not waited for, since
 * what is done may be waiting for the link.
 * @param {import("./judge/judging.js").Own} own
 */
function inOrder(own) {
  acts = acts.then(() => wrote(own)).catch((error) => console.error("Not kept:", error));
}

/** Keep what own models have written. @param {import("./judge/judging.js").Own} own */
async function wrote(own) {
  const { database } = await ready;
  if (writing?.id !== own.id) return;
  writing = isWriting(own) || !(own.done || own.problem) ? own : undefined;
  const draft = await database.draft();
  if (draft?.own?.id === own.id) await database.keepDraft({ ...draft, own });
  return tell();
}

function stopWriting() {
  if (writing) void ready.then(({ link }) => writing && link.say({ t: "candidates.cancel", id: writing.id }));
}

function showOwn() {
  showing = undefined;
  for (const panel of panels) panel.postMessage({ t: "own", own: writing });
}

/**
 * @param {unknown} id
 * @param {(draft: Draft) => Draft} how
 */
async function change(id, how) {
  const { database } = await ready;
  const draft = await database.draft();
  if (draft && draft.id === id) return database.keepDraft(how(draft));
  const aside = await database.aside(); // what was typed just before another capture came
  if (aside.some((each) => each.id === id)) await database.keepDrafts(undefined, aside.map((each) => (each.id === id ? how(each) : each)));
}

/**
 * @param {chrome.runtime.Port} port
 * @param {any} message
 */
async function acted(port, message) {
  const act = Object.hasOwn(ACTS, message?.do) ? ACTS[message.do] : undefined;
  if (!act) return;
  await guarded(() => act(message));
  if (panels.has(port)) port.postMessage({ t: "done", number: message.number });
}

/**
 * Do something after what was begun before, and have the panels show what came of it.
 * @param {() => Promise<void>} act
 */
function guarded(act) {
  acts = acts.then(() => done(act)).then(tell);
  return acts;
}

/** @param {() => Promise<void>} act */
async function done(act) {
  trouble = undefined;
  try {
    await act();
  } catch (error) {
    if (error instanceof CaptureError) trouble = { code: error.code, size: error.size };
    else if (error instanceof OfferError) trouble = { code: error.code };
    else trouble = { code: "broken" };
    if (trouble.code === "broken") console.error("Not done:", error);
  }
}

/**
 * The turns of a draft as the panel needs them to count its bytes: places, no texts.
 * @param {Draft} draft
 */
function namesOf({ turns, chosen }) {
  return turns.map(({ role, selectors }, at) => ({ role, text: "", selectors: at === chosen ? selectors : [] }));
}

/** What is being told now, and what is told after it. @type {Promise<void> | undefined} */
let telling;
/** @type {Promise<void> | undefined} */
let toldNext;

/**
 * Have the panels show how everything is; done when they were told what is so now. Much at a time is told once.
 * @returns {Promise<void>}
 */
function tell() {
  if (!telling) return (telling = told().finally(() => (telling = undefined)));
  toldNext ??= telling.then(again, again);
  return toldNext;
}

function again() {
  toldNext = undefined;
  return tell();
}

async function told() {
  if (!panels.size) return;
  const { database, link } = await ready;
  const { draft, desk, outbox, items, rubric, since, aside: others } = await database.shown();
  const judged = new Set(outbox.map(({ capture }) => capture));
  const ids = new Set(outbox.map(({ id }) => id));
  const waiting = outbox
    .filter(({ capture }) => !ids.has(capture ?? "")) // it is in its capture's row
    .map(({ bytes, sha256, ...shown }) => ({ ...shown, judged: judged.has(shown.id) }));
  const own = writing && draft?.own?.id === writing.id ? writing : draft?.own && broken(draft.own);
  const shownDraft = draft && { ...draft, own, turns: namesOf(draft), answers: answersOf(draft), said: undefined };
  const worked = others.filter(isWorkedOn);
  const drafts = draft ? [draft, ...worked] : worked;
  const kept = { count: outbox.length + drafts.length, bytes: bytesOf(outbox, drafts) };
  const aside = worked.map((/** @type {Draft} */ each) => ({ ...shownOf(each), held: true, judged: Boolean(each.judging && isJudged(each.judging)) }));
  const { standing } = link;
  const state = { t: "state", standing, paired: Boolean(desk), since, draft: shownDraft, rubric, waiting, aside, items, kept, trouble };
  for (const panel of panels) panel.postMessage(state);
}

/**
 * How many bytes of texts are kept in this browser.
 * @param {import("./worker/database.js").Waiting[]} outbox
 * @param {Draft[]} drafts
 */
function bytesOf(outbox, drafts) {
  const own = drafts.length ? new TextEncoder().encode(JSON.stringify(drafts)).length : 0;
  return outbox.reduce((sum, { bytes }) => sum + bytes.length, own);
}

/** @param {import("./worker/database.js").Database} database */
function linkOf(database) {
  return new Link({
    origin: `chrome-extension://${chrome.runtime.id}/`,
    database,
    connect: () => chrome.runtime.connectNative(HOST),
    ended: endedBecause,
    changed: () => void Promise.all([tell(), rest()]),
    heard: hear,
  });
}

/** Why the port to the host has ended, in a word. The browser says it in English only. */
function endedBecause() {
  const said = chrome.runtime.lastError?.message ?? "";
  if (/not found/.test(said)) return "no_host";
  if (/forbidden|disabled/.test(said)) return "forbidden";
  return "host_ended";
}

/**
 * @param {import("./worker/database.js").Database} database
 * @param {Link} link
 */
async function wake(database, link) {
  if ((await database.desk()) && (await database.outbox()).length) link.want();
}

/** @param {chrome.runtime.Port} port */
function left(port) {
  panels.delete(port);
  return rest();
}

/** Let the host end where nobody looks and nothing can be delivered; the browser stops the worker then. */
async function rest() {
  const { database, link } = await ready;
  if (panels.size) return;
  const [desk, next] = await Promise.all([database.desk(), database.next()]);
  if (panels.size || link.standing.word === "off" || (desk && next)) return;
  link.want(false);
}

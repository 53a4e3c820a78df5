// The service worker: where the extension's parts are built and joined. Listeners are set at once, since the browser stops
// the worker as it likes and starts it for an event.

import { answersOf, CaptureError, choose, drafted, edited, waitingOf } from "./worker/captures.js";
import { openDatabase } from "./worker/database.js";
import { isPanel, onlyPanel } from "./worker/doors.js";
import { HOST, Link } from "./worker/link.js";
import { OfferError } from "./worker/offers.js";
import { readTab } from "./worker/reading.js";

/**
 * @typedef {import("./worker/captures.js").Draft} Draft
 * What the panel shows: how the link stands, the draft, what waits, what arrived last, and what went wrong.
 * @typedef {{t: "state", standing: import("./worker/link.js").Standing, paired: boolean,
 *   draft?: Draft & {answers: number[]}, waiting: object[], delivered?: object,
 *   trouble?: {code: string, size?: number}}} State
 */

/** @type {Set<chrome.runtime.Port>} */
const panels = new Set();
/** What people have done goes one after the other. @type {Promise<void>} */
let acts = Promise.resolve();
/** @type {{code: string, size?: number} | undefined} */
let trouble;
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
});
chrome.runtime.onMessage.addListener(onlyPanel);
void ready.then(({ database, link }) => wake(database, link));

/** What a person can do in the panel; each takes the message's fields. @type {Record<string, (told: any) => Promise<void>>} */
const ACTS = {
  edit: ({ id, edits }) => change(id, (draft) => edited(draft, edits)),
  choose: ({ id, edits, chosen }) => change(id, (draft) => choose(edited(draft, edits), chosen)),
  async send({ id, edits }) {
    const { database, link } = await ready;
    const draft = await database.draft();
    if (!draft || draft.id !== id) return; // sent already
    const changed = edited(draft, edits);
    await database.keepDraft(changed);
    await database.send(await waitingOf(changed));
    link.want();
    void link.deliver();
  },
  async drop() {
    await (await ready).database.forgetDraft();
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
    await database.keepDraft(drafted(offer, seen, new Date()));
  });
}

/**
 * @param {unknown} id
 * @param {(draft: Draft) => Draft} how
 */
async function change(id, how) {
  const { database } = await ready;
  const draft = await database.draft();
  if (draft && draft.id === id) await database.keepDraft(how(draft));
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

async function tell() {
  if (!panels.size) return;
  const { database, link } = await ready;
  const asked = [database.draft(), database.desk(), database.outbox(), database.delivered()];
  const [draft, desk, outbox, delivered] = /** @type {any[]} */ (await Promise.all(asked));
  const waiting = outbox.map((/** @type {any} */ { bytes, sha256, ...shown }) => shown);
  const shownDraft = draft && { ...draft, turns: namesOf(draft), answers: answersOf(draft) };
  const state = { t: "state", standing: link.standing, paired: Boolean(desk), draft: shownDraft, waiting, delivered, trouble };
  for (const panel of panels) panel.postMessage(state);
}

/** @param {import("./worker/database.js").Database} database */
function linkOf(database) {
  return new Link({
    origin: `chrome-extension://${chrome.runtime.id}/`,
    database,
    connect: () => chrome.runtime.connectNative(HOST),
    ended: endedBecause,
    changed: () => void Promise.all([tell(), rest()]),
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
  const [desk, outbox] = await Promise.all([database.desk(), database.outbox()]);
  if (panels.size || link.standing.word === "off" || (desk && outbox.some(({ held }) => !held))) return;
  link.want(false);
}

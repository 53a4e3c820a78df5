// The service worker: where the extension's parts are built and joined. Listeners are set at once, since the browser stops
// the worker as it likes and starts it for an event.

import { verdictOf } from "./judge/judging.js";
import { readRubric } from "./judge/rubrics.js";
import { askedOf, chosenAgain, selectorsIn } from "./worker/again.js";
import { CaptureError, drafted, isWorkedOn, waitingOf } from "./worker/captures.js";
import { openDatabase } from "./worker/database.js";
import { isPanel, onlyPanel } from "./worker/doors.js";
import { choosing, isOfIts, withEdits } from "./worker/edits.js";
import { HOST, Link } from "./worker/link.js";
import { OfferError } from "./worker/offers.js";
import { begun, broken } from "./worker/own.js";
import { markIn, readTab } from "./worker/reading.js";
import { Telling } from "./worker/telling.js";
import { Writing } from "./worker/writing.js";

/** @typedef {import("./worker/captures.js").Draft} Draft */

const MOST_ASIDE = 20; // drafts that gave way to another capture

/** What people have done goes one after the other. @type {Promise<void>} */
let acts = Promise.resolve();
/** Pages are read one after the other, and nothing else that is done waits for one. @type {Promise<void>} */
let readings = Promise.resolve();
/** @type {Promise<{database: import("./worker/database.js").Database, link: Link}>} */
const ready = openDatabase().then((database) => ({ database, link: linkOf(database) }));
/** @type {Telling} */
const telling = new Telling(ready, () => writing.now);
const writing = new Writing({
  ready,
  after,
  post: (told) => telling.post(told),
  tell: () => telling.tell(),
});

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
  telling.panels.add(port);
  port.onMessage.addListener((message) => void acted(port, message));
  port.onDisconnect.addListener(() => void left(port));
  void ready.then(({ link }) => link.want());
  void telling.tell();
  void telling.look();
});
chrome.runtime.onMessage.addListener(onlyPanel);
void ready.then(({ database, link }) => wake(database, link));

/** What a person can do in the panel; each takes the message's fields. @type {Record<string, (told: any) => Promise<void>>} */
const ACTS = {
  edit: ({ id, edits }) => change(id, (draft) => withEdits(draft, edits)),
  choose: ({ id, edits, chosen }) => change(id, (draft) => choosing(draft, edits, chosen)),
  async send({ id, edits }) {
    const { database, link } = await ready;
    const [draft, rubric] = await Promise.all([database.draft(), database.rubric()]);
    if (!draft || draft.id !== id) return; // sent already
    const changed = withEdits(draft, edits, true);
    if (!isOfIts(changed, edits)) return database.keepDraft(changed); // nobody has seen the one that would be sent
    try {
      const verdict = await verdictOf(changed, changed.rubric ?? rubric, new Date());
      await database.send(await waitingOf(changed), ...(verdict ? [verdict] : []));
    } catch (error) {
      await database.keepDraft(changed); // what was typed last stays with it
      throw error;
    }
    writing.stop();
    link.want();
    void link.deliver();
  },
  async drop({ id }) {
    const { database } = await ready;
    if ((await database.draft())?.id !== id) return; // dropped already, and another capture was taken since
    writing.stop();
    await database.forgetDraft();
  },
  async ask({ id, edits, n, after }) {
    const { database, link } = await ready;
    const draft = await database.draft();
    if (!draft || draft.id !== id || (draft.own?.id ?? "") !== after || writing.isOn) return; // done already
    if (![1, 2, 3, 4].includes(n)) throw new CaptureError("message");
    const changed = withEdits(draft, edits, true);
    if (!isOfIts(changed, edits)) return database.keepDraft(changed);
    const { own, message } = begun(changed, n, new Date());
    await waitingOf(changed); // what cannot be handed over is not asked about either
    writing.begin(own);
    await database.keepDraft({ ...changed, own });
    if (!(await link.say(message))) await writing.keep(broken(own));
  },
  async stop() {
    writing.stop();
  },
  async forgetAll({ id }) {
    if (!(await (await ready).database.forgetAll(String(id)))) return;
    writing.stop();
    void telling.look(); // the rubric is none of what a person kept here
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
  readings = readings.then(() => capture(Number(tab.id))).catch((error) => console.error("Not captured:", error));
}

/** @param {number} tabId */
async function capture(tabId) {
  const reading = readTab(tabId);
  await reading.catch(() => undefined); // told below
  /** @type {Draft | undefined} */
  let made;
  await guarded(async () => {
    const { offer, tab } = await reading;
    const draft = drafted(offer, tab, new Date());
    await inPlace(draft);
    made = draft;
  });
  if (!made) return; // what was not taken is not marked
  await markIn(tabId, made.turns[made.chosen]?.selectors ?? []);
  const asked = await askedOf(made.url);
  sought = asked && { ...asked, tab: tabId, draft: made.id };
  seek();
}

/** The page where the button was pressed last, until the window has said whether it was opened again.
 * @type {{t: string, page: string, tab: number, draft: string} | undefined} */
let sought;

/** Ask the window; not waited for, and asked once more when a session opens. */
function seek() {
  if (sought) void ready.then(({ link }) => sought && link.ask({ t: sought.t, page: sought.page }));
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
  void markIn(at.tab, selectors);
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
  writing.stop();
  await database.keepDrafts(made, kept);
}

/**
 * What the window says beside acknowledgements, an answer with its question.
 * @param {any} told
 * @param {import("./worker/questions.js").Question} [question]
 */
async function hear(told, question) {
  switch (told?.t) {
    case "rubric": {
      const rubric = readRubric(told);
      if (rubric) after(() => ready.then(({ database }) => database.keepRubric(rubric)).then(() => telling.tell()));
      return;
    }
    case "status":
      return askForRubric(told);
    case "queue.summary":
      await askForRubric(told);
      return telling.heardOf(told, question?.ids);
    case "page.found":
      return after(() => foundAgain(told).then(() => telling.tell())); // what a person is told of an act of theirs stays
    case "open":
      seek();
      return telling.look();
    case "over":
      return writing.over();
  }
  writing.hear(told);
}

/** Do something once all is done that a person has done before. @param {() => Promise<void>} act */
function after(act) {
  acts = acts.then(act).catch((error) => console.error("Not kept:", error));
}

/** Ask for the rubric where the window names another one than is known; one of before it named any names none. @param {any} told */
async function askForRubric({ rubric }) {
  const { database, link } = await ready;
  if (rubric && rubric !== (await database.rubric())?.sha256) void link.ask({ t: "rubric.get" }); // not waited for: an answer calls this
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
  if (telling.panels.has(port)) port.postMessage({ t: "done", number: message.number });
}

/**
 * Do something after what was begun before, and have the panels show what came of it.
 * @param {() => Promise<void>} act
 */
function guarded(act) {
  acts = acts.then(() => done(act)).then(() => telling.tell());
  return acts;
}

/** @param {() => Promise<void>} act */
async function done(act) {
  telling.trouble = undefined;
  try {
    await act();
  } catch (error) {
    if (error instanceof CaptureError) telling.trouble = { code: error.code, size: error.size };
    else if (error instanceof OfferError) telling.trouble = { code: error.code };
    else if (error instanceof DOMException && error.name === "QuotaExceededError") telling.trouble = { code: "full" };
    else telling.trouble = { code: "broken" };
    if (telling.trouble.code === "broken") console.error("Not done:", error);
  }
}

/** @param {import("./worker/database.js").Database} database */
function linkOf(database) {
  return new Link({
    origin: `chrome-extension://${chrome.runtime.id}/`,
    database,
    connect: () => chrome.runtime.connectNative(HOST),
    ended: endedBecause,
    changed: () => void Promise.all([telling.tell(), rest()]),
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
  telling.panels.delete(port);
  return rest();
}

/** Let the host end where nobody looks and nothing can be delivered; the browser stops the worker then. */
async function rest() {
  const { database, link } = await ready;
  if (telling.panels.size) return;
  const [desk, next] = await Promise.all([database.desk(), database.next()]);
  if (telling.panels.size || link.standing.word === "off" || (desk && next)) return;
  link.want(false);
}

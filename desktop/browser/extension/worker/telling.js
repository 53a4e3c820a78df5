// What the panels that are open are told: how everything is, and how far what was handed over has come, which the window is
// asked as long as somebody looks.

import { isJudged } from "../judge/judging.js";
import { answersOf, isWorkedOn, shownOf } from "./captures.js";
import { broken } from "./own.js";

/**
 * @typedef {import("./captures.js").Draft} Draft
 * @typedef {import("./database.js").Database} Database
 * @typedef {import("./link.js").Link} Link
 *
 * What the panel shows: how the link stands, the draft, the rubric, what waits, what arrived lately, and what went wrong.
 * @typedef {{t: "state", standing: import("./link.js").Standing, paired: boolean, since: string,
 *   draft?: Draft & {answers: number[]}, rubric?: import("../judge/rubrics.js").Rubric, waiting: any[],
 *   aside: any[], items: import("./database.js").Item[], kept: {count: number, bytes: number},
 *   trouble?: Trouble}} State
 *
 * What went wrong with what a person did last.
 * @typedef {{code: string, size?: number}} Trouble
 */

const LOOK_EVERY_MS = 3_000; // how far items have come, while somebody looks

export class Telling {
  /** @type {Set<chrome.runtime.Port>} */
  panels = new Set();
  /** @type {Trouble | undefined} */
  trouble;
  /** @type {any} */
  #looking;
  /** What is being told now, and what is told after it. @type {Promise<void> | undefined} */
  #now;
  /** @type {Promise<void> | undefined} */
  #next;

  /**
   * @param {Promise<{database: Database, link: Link}>} ready
   * @param {() => import("../judge/judging.js").Own | undefined} writing what own models are writing
   */
  constructor(ready, writing) {
    this.ready = ready;
    this.writing = writing;
  }

  /** @param {object} told */
  post(told) {
    for (const panel of this.panels) panel.postMessage(told);
  }

  /**
   * Have the panels show how everything is; done when they were told what is so now. Much at a time is told once.
   * @returns {Promise<void>}
   */
  tell() {
    if (!this.#now) return (this.#now = this.#told().finally(() => (this.#now = undefined)));
    this.#next ??= this.#now.then(() => this.#again(), () => this.#again());
    return this.#next;
  }

  /** Ask how everything stands, and how far items have come that can still come further. */
  async look() {
    clearTimeout(this.#looking);
    const { database, link } = await this.ready;
    if (!this.panels.size || link.standing.word !== "open") return;
    const open = (await database.items()).filter(({ state }) => state !== "signed" && state !== "discarded");
    const ids = open.map(({ id }) => id);
    void link.ask(ids.length ? { t: "queue.summary", ids } : { t: "status" }); // not waited for: an answer may be what calls this
    this.#looking = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  /**
   * The window has said how far the items have come that it was asked about.
   * @param {any} told
   * @param {unknown} asked their ids
   */
  async heardOf(told, asked) {
    const { database } = await this.ready;
    const items = Array.isArray(told.items) ? told.items : [];
    const states = new Map(items.map((/** @type {any} */ { id, state }) => [String(id), String(state)]));
    await database.noteStates(states, Array.isArray(asked) ? asked : []);
    return this.tell();
  }

  /** @returns {Promise<void>} */
  #again() {
    this.#next = undefined;
    return this.tell();
  }

  async #told() {
    if (!this.panels.size) return;
    const { database, link } = await this.ready;
    const { draft, desk, outbox, items, rubric, since, aside: others } = await database.shown();
    const judged = new Set(outbox.map(({ capture }) => capture));
    const ids = new Set(outbox.map(({ id }) => id));
    const waiting = outbox
      .filter(({ capture }) => !ids.has(capture ?? "")) // it is in its capture's row
      .map(({ bytes, sha256, ...shown }) => ({ ...shown, judged: judged.has(shown.id) }));
    const writing = this.writing();
    const own = writing && draft?.own?.id === writing.id ? writing : draft?.own && broken(draft.own);
    const shownDraft = draft && { ...draft, own, turns: namesOf(draft), answers: answersOf(draft), said: undefined };
    const worked = others.filter(isWorkedOn);
    const drafts = draft ? [draft, ...worked] : worked;
    const kept = { count: outbox.length + drafts.length, bytes: bytesOf(outbox, drafts) };
    const aside = worked.map((each) => ({ ...shownOf(each), held: true, judged: Boolean(each.judging && isJudged(each.judging)) }));
    const { standing } = link;
    const shown = { draft: shownDraft, rubric: draft?.rubric ?? rubric, waiting, aside, items, kept, trouble: this.trouble };
    this.post({ t: "state", standing, paired: Boolean(desk), since, ...shown });
  }
}

/**
 * The turns of a draft as the panel needs them to count its bytes: places, no texts.
 * @param {Draft} draft
 */
function namesOf({ turns, chosen }) {
  return turns.map(({ role, selectors }, at) => ({ role, text: "", selectors: at === chosen ? selectors : [] }));
}

/**
 * How many bytes of texts are kept in this browser.
 * @param {import("./database.js").Waiting[]} outbox
 * @param {Draft[]} drafts
 */
function bytesOf(outbox, drafts) {
  const own = drafts.length ? new TextEncoder().encode(JSON.stringify(drafts)).length : 0;
  return outbox.reduce((sum, { bytes }) => sum + bytes.length, own);
}

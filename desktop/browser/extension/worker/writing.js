// What own models write for the draft that is looked over: shown as it comes, kept in the draft once an answer has ended.

import { broken, heard, isWriting } from "./own.js";

/** @typedef {import("../judge/judging.js").Own} Own */

const SHOW_EVERY_MS = 60;

export class Writing {
  /** What is being written. @type {Own | undefined} */
  now;
  /** @type {any} */
  #showing;

  /**
   * `after` does something once all is done that a person has done before, without being waited for; `post` tells the panels
   * something, `tell` how everything is.
   * @param {{ready: Promise<{database: import("./database.js").Database, link: import("./link.js").Link}>,
   *   after: (act: () => Promise<void>) => void, post: (told: object) => void, tell: () => Promise<void>}} parts
   */
  constructor(parts) {
    this.parts = parts;
  }

  get isOn() {
    return isWriting(this.now);
  }

  /** @param {Own} own */
  begin(own) {
    this.now = own;
  }

  /** Have the window stop; what was written stays. */
  stop() {
    void this.parts.ready.then(({ link }) => this.now && link.say({ t: "candidates.cancel", id: this.now.id }));
  }

  /** Take what the window says, where it is about this. @param {any} told */
  hear(told) {
    const own = heard(this.now, told);
    if (!own) return;
    this.now = own;
    if (told.t !== "candidates.delta") return this.#inOrder(own);
    this.#showing ??= setTimeout(() => this.#show(), SHOW_EVERY_MS);
  }

  /** The session is over. */
  over() {
    if (this.now) this.#inOrder(broken(this.now));
  }

  /** Keep what was written. @param {Own} own */
  async keep(own) {
    const { database } = await this.parts.ready;
    if (this.now?.id !== own.id) return;
    this.now = isWriting(own) || !(own.done || own.problem) ? own : undefined;
    const draft = await database.draft();
    if (draft?.own?.id === own.id) await database.keepDraft({ ...draft, own });
    return this.parts.tell();
  }

  /**
   * After what a person has done before: both change the draft. It is not waited for, since what is done may be waiting for
   * the link.
   * @param {Own} own
   */
  #inOrder(own) {
    this.parts.after(() => this.keep(own));
  }

  #show() {
    this.#showing = undefined;
    this.parts.post({ t: "own", own: this.now });
  }
}

// What waits in the outbox goes to the window one at a time, and stays until the window says that it has it: what it will
// never keep is held, what it cannot keep now waits. Must not know the host's port, the channel, nor how a session begins.

import { isLasting, isRefusalOf } from "./refusals.js";
import { ANSWER_MS, STATUS_EVERY_MS } from "./waits.js";

/**
 * What is on its way; a verdict names the `capture` that it goes after.
 * @typedef {{id: string, sha256: string, origin: string, capture?: string}} Sent
 *
 * The way that it goes. `isOpen` says whether there is one just now, and `seal` sends bytes on it. It is told of a window
 * that is `silent`, that answers nothing in time; that it `declined`, and can be tried again later; and, some time after
 * something was `delivered`, that the window may say otherwise than before how many wait in it.
 * @typedef {{isOpen: () => boolean, seal: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
 *   silent: () => void, declined: () => void, delivered: () => void}} Way
 *
 * @typedef {{database: import("./database.js").Database, changed: () => void, now: () => number,
 *   later: (run: () => void, ms: number) => any, never: (timer: any) => void}} Parts
 */

export class Sending {
  /** @type {Sent | undefined} */
  #sent;
  /** What ends the wait for its answer. @type {any} */
  #patience;
  /** The wait until it is told that something was delivered. @type {any} */
  #telling;

  /**
   * @param {Way} way
   * @param {Parts} parts
   */
  constructor(way, parts) {
    this.way = way;
    this.parts = parts;
  }

  /** Send the oldest that waits; the next one when it is answered. A verdict goes after its capture. */
  async next() {
    if (!this.way.isOpen() || this.#sent) return;
    const waiting = await this.parts.database.next();
    if (!waiting) return;
    const { id, sha256, origin, capture, bytes } = waiting;
    this.#patience = this.parts.later(() => this.way.silent(), ANSWER_MS);
    this.#sent = { id, sha256, origin, capture };
    await this.way.seal(bytes);
  }

  /** The session is over; what was on its way is sent again in the next one. */
  stop() {
    this.#settled();
    this.parts.never(this.#telling);
    this.#telling = undefined;
  }

  /**
   * Take what the window says where that is of what is on its way; whether it was.
   * @param {any} said
   */
  async take(said) {
    const sent = this.#sent;
    if (!sent) return false;
    if (said?.t === (sent.capture ? "judge.ack" : "capture.ack") && said.id === sent.id) {
      await this.#acknowledged(sent, said.sha256);
    } else if (said?.t === "refused" && isRefusalOf(said, sent)) {
      await this.#refused(sent.id, String(said.code), String(said.message));
    } else return false;
    return true;
  }

  /**
   * @param {Sent} sent
   * @param {unknown} sha256
   */
  async #acknowledged(sent, sha256) {
    this.#settled();
    if (sha256 === sent.sha256) {
      const { id, origin, capture } = sent;
      const kept = this.parts.database.arrived({ id, origin, capture, at: new Date(this.parts.now()).toISOString() });
      this.parts.changed(); // what is shown is read after it, and need not wait for it
      await kept;
      this.#tellSoon();
    } else {
      await this.parts.database.note(sent.id, { refusal: { code: "other_bytes", message: "" }, held: true });
      this.parts.changed();
    }
    await this.next();
  }

  /**
   * @param {string} id
   * @param {string} code
   * @param {string} message
   */
  async #refused(id, code, message) {
    const held = isLasting(code);
    await this.parts.database.note(id, { refusal: { code, message }, held });
    this.#settled();
    this.parts.changed();
    if (held) return this.next();
    this.way.declined();
  }

  /** Nothing is on its way any more. */
  #settled() {
    this.parts.never(this.#patience);
    this.#sent = this.#patience = undefined;
  }

  /** Once after all that is delivered in a while. */
  #tellSoon() {
    this.#telling ??= this.parts.later(() => {
      this.#telling = undefined;
      this.way.delivered();
    }, STATUS_EVERY_MS);
  }
}

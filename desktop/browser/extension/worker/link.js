// The way to the window: the native host's port, the session over it, and when either is begun anew. Keeps nothing that a
// stopped worker would lose: what matters is in the database. Must not know pages, nor what becomes of a capture on its way.

import { Channel, ChannelError } from "../channel/channel.js";
import { Questions } from "./questions.js";
import { STRANGERS } from "./refusals.js";
import { Sending } from "./sending.js";
import { afterTries, longestAfter, PAIRING_LOOK_MS, PAIRING_MS } from "./waits.js";

export const HOST = "app.preceptor.bridge";

/**
 * How the link stands: a word, with the six digits while a person is to type them and until when they hold, the project
 * of the window, this browser's name there, and how many captures wait. The words:
 * "off" nothing to do; "looking" for the host; "no_host", "forbidden", "host_ended" the browser cannot start it;
 * "not_running" and the host's other words on the window; "starting"; "unpaired"; "asking" the window does not wait for a browser
 * yet; "welcome" it is not set up yet; "code"; "resuming"; "open"; and the codes of the protocol's errors.
 * @typedef {{word: string, code?: string, until?: number, project?: string, browser?: string, inbox?: number}} Standing
 *
 * @typedef {{postMessage: (frame: object) => void, disconnect: () => void,
 *   onMessage: {addListener: (heard: (frame: any) => void) => void},
 *   onDisconnect: {addListener: (ended: () => void) => void}}} Port
 *
 * What the link is made of. `connect` reaches the host; `ended` says why a port that ended did; `heard` is told what the
 * window says of rubrics, items and askings, an answer with its question, and that a session is `over`.
 * @typedef {{origin: string, database: import("./database.js").Database, connect: () => Port, ended: () => string,
 *   changed: () => void, random?: () => number, now?: () => number,
 *   heard?: (message: any, question?: import("./questions.js").Question) => void | Promise<void>,
 *   later?: (run: () => void, ms: number) => any, never?: (timer: any) => void}} Parts
 */

export class Link {
  /** @type {Standing} */
  standing = { word: "off" };
  /** @type {Port | undefined} */
  #port;
  /** @type {Channel | undefined} */
  #channel;
  /** @type {Promise<void>} */
  #turn = Promise.resolve();
  #wanted = false;
  /** Whether a window is at the host's other end, as far as the host has said; a frame to a window is never a question
   * to the host.
   * @type {"unknown" | "none" | "there"} */
  #window = "unknown";
  #starting = false;
  /** Until when a person wants this browser connected; 0 for not. */
  #pairing = 0;
  #tries = 0;
  /** @type {any} */
  #timer;
  #questions = new Questions();
  /** @type {Sending} */
  #sending;

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.now = parts.now ?? Date.now;
    this.random = parts.random ?? Math.random;
    this.later = parts.later ?? ((run, ms) => setTimeout(run, ms));
    this.never = parts.never ?? ((timer) => clearTimeout(timer));
    const { database, changed } = parts;
    this.#sending = new Sending(
      {
        isOpen: () => Boolean(this.#channel?.isOpen),
        seal: (bytes) => this.#seal(bytes),
        silent: () => this.#leftAlone(),
        declined: () => this.#deliverLater(),
        delivered: () => void this.ask({ t: "status" }),
      },
      { database, changed, now: this.now, later: this.later, never: this.never },
    );
  }

  /** Be connected from now on, or at rest. */
  want(wanted = true) {
    this.#wanted = wanted;
    if (wanted) return this.#look();
    this.#rest();
  }

  /** There may be something new in the outbox. */
  deliver() {
    return this.#inTurn(() => this.#sending.next());
  }

  /**
   * Ask the window something; `heard` gets the answer with it. False where there is no session.
   * @param {{t: string, [field: string]: unknown}} question
   */
  async ask(question) {
    if (!this.#channel?.isOpen) return false;
    await this.#inTurn(() => this.#ask(question));
    return true;
  }

  /**
   * Say something to the window that is not kept, like an asking. False where there is no session.
   * @param {object} message
   */
  async say(message) {
    if (!this.#channel?.isOpen) return false;
    await this.#inTurn(() => this.#say(message));
    return true;
  }

  /** A person wants the window opened. */
  start() {
    this.#wanted = this.#starting = true;
    if (!this.#port) return this.#look();
    if (this.#window === "none") this.#askHost("start");
  }

  /**
   * A person wants this browser connected: say hello until the window waits for one, at most two minutes. The wish may be said
   * again; digits that are shown, and a session that is open, are not begun anew by it.
   */
  pair() {
    if (this.#channel?.isOpen || (this.#pairing && (this.standing.word === "code" || this.standing.word === "asking"))) return;
    this.#pairing = this.now() + PAIRING_MS;
    this.#wanted = true;
    if (this.#port && this.#window === "there") return this.#inTurn(() => this.#hello());
    return this.#look();
  }

  /** A person wants no connection after all. */
  cancel() {
    this.#pairing = 0;
    this.#close();
    this.#stand({ word: "off" });
    if (this.#wanted) this.#look();
  }

  /** A person ends the connection for good. */
  async leave() {
    await this.#inTurn(async () => {
      if (this.#channel?.isOpen) await this.#say({ t: "unpair" });
      await this.parts.database.forgetDesk();
    });
    this.cancel();
  }

  #rest() {
    this.#close();
    this.#stand({ word: "off" });
  }

  /** Reach the host, where there is no port; a port tells how it stands by itself. */
  #look() {
    this.never(this.#timer);
    if (this.#port) {
      if (this.#window === "none") this.#askHost("look"); // without a window the host looks again at each frame
      return;
    }
    this.#stand({ word: "looking" });
    this.#window = "unknown";
    const port = (this.#port = this.parts.connect());
    port.onMessage.addListener((frame) => void this.#inTurn(() => this.#take(port, frame)));
    port.onDisconnect.addListener(() => {
      const why = this.parts.ended();
      if (port !== this.#port) return;
      this.#port = undefined;
      this.#drop();
      this.#stand({ word: why });
      this.#again();
    });
  }

  /**
   * Say something to the host, which answers with a status; until then nothing more.
   * @param {"look" | "start"} what
   */
  #askHost(what) {
    this.never(this.#timer);
    this.#window = "unknown";
    this.#port?.postMessage({ t: what });
    if (what === "look") return;
    this.#starting = false;
    this.#stand({ word: "starting" });
  }

  #close() {
    this.never(this.#timer);
    this.#drop();
    const port = this.#port;
    this.#port = undefined;
    port?.disconnect();
  }

  /** The session is over; what was on its way is sent again in the next one. */
  #drop() {
    this.#sending.stop();
    this.#questions.clear();
    if (this.#channel?.isOpen) void this.parts.heard?.({ t: "over" });
    this.#channel = undefined;
  }

  /** Look again after a while, longer each time, never at the same moment as others. */
  #again(code = "") {
    if (!this.#wanted) return;
    const wait = afterTries(this.#tries++, this.random(), longestAfter(code));
    this.#after(this.#pairing ? PAIRING_LOOK_MS : wait);
  }

  /** The window answers nothing any more: another session, after a while. */
  #leftAlone() {
    this.#close();
    this.#again();
  }

  /** The window cannot keep now what waits: it is sent again after a while, in the same session if that lasts. */
  #deliverLater() {
    this.#tries = Math.max(this.#tries, 3);
    const wait = afterTries(this.#tries++, this.random());
    this.never(this.#timer);
    this.#timer = this.later(() => void this.deliver(), wait);
  }

  /** @param {number} ms */
  #after(ms) {
    this.never(this.#timer);
    this.#timer = this.later(() => {
      if (this.#port && this.standing.word === "asking") void this.#inTurn(() => this.#hello());
      else this.#look();
    }, ms);
  }

  /** @param {Standing} standing */
  #stand(standing) {
    this.standing = standing;
    this.parts.changed();
  }

  /**
   * One thing after the other: frames have to be taken, and sealed, in their order.
   * @param {() => Promise<void>} act
   */
  #inTurn(act) {
    const done = this.#turn.then(act);
    this.#turn = done.catch((error) => this.#failed(error));
    return this.#turn;
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof ChannelError)) console.error("The way to the window broke:", error);
    const told = error instanceof ChannelError ? error.code : "broken";
    const code = told === "not_pairing" && !this.#pairing ? "unknown_pairing" : told; // a window that was never connected to any
    this.#drop();
    if (code === "not_pairing" || code === "busy") return this.#asking(code);
    if (code === "welcome") return this.#welcomed();
    this.#pairing = 0;
    this.#stand({ word: code });
    if (STRANGERS.has(code) || code === "refused" || code === "expired") return; // a person decides
    this.#close();
    this.#again(code);
  }

  /** The window is open and not set up yet. The port stays, and tells when that window makes room for the one that listens. */
  #welcomed() {
    this.#pairing = this.#tries = 0;
    this.#stand({ word: "welcome" });
  }

  /** @param {string} code */
  #asking(code) {
    if (this.now() >= this.#pairing) {
      this.#pairing = 0;
      return this.#stand({ word: code === "busy" ? "busy" : "not_pairing" });
    }
    this.#stand({ word: "asking" });
    this.#after(PAIRING_LOOK_MS);
  }

  /**
   * @param {Port} port
   * @param {any} frame
   */
  async #take(port, frame) {
    if (port !== this.#port) return;
    if (frame?.t === "status") return this.#heardOfWindow(String(frame.desktop));
    if (!this.#channel && frame?.code === "welcome") return this.#welcomed(); // said without having been asked
    if (!this.#channel) return; // an answer to what was said before
    const taken = await this.#channel.take(frame);
    if (port !== this.#port) return;
    for (const sent of taken.send ?? []) port.postMessage(sent);
    if (taken.code) this.#stand({ word: "code", code: taken.code, until: this.now() + PAIRING_MS });
    if (taken.paired) await this.parts.database.keepDesk(taken.paired, new Date(this.now()).toISOString());
    if (taken.open) return this.#opened();
    if (taken.message !== undefined) await this.#answered(JSON.parse(taken.message));
  }

  /** @param {string} word */
  async #heardOfWindow(word) {
    this.#drop();
    this.#window = word === "running" ? "there" : "none";
    if (word === "running") {
      this.#starting = false;
      return this.#hello();
    }
    if (word === "not_running" && this.#starting) return this.#askHost("start");
    this.#stand({ word });
    this.#again();
  }

  async #hello() {
    this.#drop();
    const [identity, desk] = [await this.parts.database.identity(), await this.parts.database.desk()];
    const port = this.#port;
    if (!port) return;
    if (!desk && !this.#pairing) return this.#stand({ word: "unpaired" });
    this.#channel = new Channel(this.parts.origin, identity, this.#pairing ? undefined : desk);
    if (!this.#pairing) this.#stand({ word: "resuming" });
    else if (this.standing.word !== "asking") this.#stand({ word: "asking" });
    const hello = await this.#channel.hello();
    if (port === this.#port) port.postMessage(hello); // else it has ended meanwhile
  }

  async #opened() {
    this.#tries = 0;
    this.#pairing = 0;
    this.#stand({ word: "open" });
    await this.#ask({ t: "rubric.get" });
    await this.#ask({ t: "status" }); // after it: a rubric that it names is known by then
    await this.parts.heard?.({ t: "open" });
    await this.#sending.next();
  }

  /** @param {{t: string, [field: string]: unknown}} question */
  async #ask(question) {
    await this.#say(this.#questions.ask(question, new Date(this.now())));
  }

  /** @param {object} message */
  async #say(message) {
    await this.#seal(new TextEncoder().encode(JSON.stringify(message)));
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async #seal(bytes) {
    if (!this.#channel?.isOpen) return;
    const frame = await this.#channel.seal(bytes);
    this.#port?.postMessage(frame);
  }

  /** @param {any} answer */
  async #answered(answer) {
    const question = this.#questions.answered(answer);
    if (question === null) return; // an answer to what was not asked
    if (answer?.t === "status" || answer?.t === "queue.summary") {
      const { project, browser, waiting } = answer;
      this.#stand({ word: "open", project: String(project), browser: String(browser ?? ""), inbox: Number(waiting) });
    }
    if (!(await this.#sending.take(answer))) await this.parts.heard?.(answer, question);
  }
}

// The panel's line to the worker. The worker may be stopped between any two words, so each word is said again until the
// worker has said that it is done; every act may be done twice.

const AGAIN_MS = 100;
const DEAF_MS = 2_000; // a worker answers at once; a port to one that was just ending is never told that it has

export class Line {
  /** @type {chrome.runtime.Port | undefined} */
  #port;
  /** @type {Map<number, object>} what is not done yet, in its order */
  #open = new Map();
  #said = 0;
  /** @type {any} */
  #deaf;

  /**
   * @param {(state: any) => void} heard
   * @param {(own: any) => void} [written] what own models have written by now
   */
  constructor(heard, written = () => {}) {
    this.heard = heard;
    this.written = written;
    this.#reach();
  }

  /**
   * Say what a person has done.
   * @param {string} act
   * @param {object} [told]
   */
  say(act, told = {}) {
    const number = ++this.#said;
    const word = { do: act, number, ...told };
    this.#open.set(number, word);
    this.#post(word);
  }

  #reach() {
    const port = (this.#port = chrome.runtime.connect());
    port.onMessage.addListener((told) => {
      clearTimeout(this.#deaf);
      if (told?.t === "done") this.#open.delete(told.number);
      else if (told?.t === "state") this.heard(told);
      else if (told?.t === "own") this.written(told.own);
    });
    port.onDisconnect.addListener(() => this.#again(port));
    this.#listen();
    for (const word of this.#open.values()) this.#post(word);
  }

  /** @param {object} word */
  #post(word) {
    try {
      this.#port?.postMessage(word);
      this.#listen();
    } catch {
      this.#again(this.#port); // it has just ended
    }
  }

  /** Give up a port on which nothing is heard. */
  #listen() {
    const port = this.#port;
    clearTimeout(this.#deaf);
    this.#deaf = setTimeout(() => {
      port?.disconnect();
      this.#again(port);
    }, DEAF_MS);
  }

  /**
   * Begin anew in place of a port, once.
   * @param {chrome.runtime.Port | undefined} port
   */
  #again(port) {
    if (!port || port !== this.#port) return;
    this.#port = undefined;
    clearTimeout(this.#deaf);
    setTimeout(() => this.#reach(), AGAIN_MS);
  }
}

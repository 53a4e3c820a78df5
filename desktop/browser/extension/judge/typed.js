// Whether letters at the answers are words of somebody who believes to be typing in a field, as on the bench
// (desktop/flow/typed_words.py). Knows neither the page nor the browser's interfaces.

const PAUSE_MS = 1_000; // between two letters: who waits longer means the next one by itself
const NO_CHARACTER = ["Shift", "CapsLock", "AltGraph", "Dead", "Process", "Unidentified"]; // they are part of typing one

export class TypedWords {
  /** When the words were gone on with. @type {number | undefined} */
  #last;

  /** @param {() => number} [clock] milliseconds */
  constructor(clock = () => performance.now()) {
    this.clock = clock;
  }

  /**
   * What a key is: `begun` where words begin, which is said once; `words` where it belongs to words that were begun, and so does
   * nothing; "" where it is what it is. Only a letter that no command has begins words.
   * @param {string} key as the browser names it
   * @param {string} commands the letters that are commands there
   * @returns {"" | "begun" | "words"}
   */
  take(key, commands) {
    if (NO_CHARACTER.includes(key)) return "";
    const isCharacter = Array.from(key).length === 1;
    const now = this.clock();
    const goesOn = this.#last !== undefined && now - this.#last <= PAUSE_MS && (isCharacter || key === "Backspace");
    const begins = !goesOn && isCharacter && /\p{L}/u.test(key) && !commands.includes(key.toLowerCase());
    this.#last = goesOn || begins ? now : undefined;
    return begins ? "begun" : goesOn ? "words" : "";
  }
}

// An answer as the person would have it: a field, and under it what was changed, word by word, with how much that is.

import { compare } from "../judge/diff.js";
import { counted, filled, word } from "./words.js";

const REST_MS = 150; // after a key

export class Rewriting {
  #before = "";
  /** @type {any} */
  #resting;

  /**
   * @param {HTMLElement} part
   * @param {(text: string) => void} changed
   * @param {() => void} left
   */
  constructor(part, changed, left) {
    this.part = part;
    this.field = /** @type {HTMLTextAreaElement} */ (part.querySelector("textarea"));
    this.diff = /** @type {HTMLElement} */ (part.querySelector(".diff"));
    this.distance = /** @type {HTMLElement} */ (part.querySelector(".distance"));
    this.field.addEventListener("input", () => {
      changed(this.field.value);
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => this.#showDiff(), REST_MS);
    });
    part.querySelector("button")?.addEventListener("click", () => {
      this.part.hidden = true;
      left();
    });
  }

  /**
   * @param {string} before
   * @param {string} [text] without one there is nothing to rewrite
   * @param {string} [letter] of the answer, where there are several
   */
  show(before, text, letter = "") {
    this.part.hidden = text === undefined;
    if (text === undefined) return;
    this.#before = before;
    if (this.field.value !== text) this.field.value = text;
    /** @type {HTMLElement} */ (this.part.querySelector(".letter")).textContent = letter;
    this.#showDiff();
  }

  focus() {
    this.field.focus();
    this.field.setSelectionRange(0, 0);
  }

  #showDiff() {
    const { pieces, distance, share } = compare(this.#before, this.field.value);
    const tags = { same: "span", gone: "del", new: "ins" };
    const isSame = this.#before === this.field.value;
    this.diff.hidden = isSame;
    this.diff.replaceChildren(
      ...pieces.map(({ kind, text }) => {
        const made = document.createElement(tags[kind]);
        made.textContent = text;
        return made;
      }),
    );
    if (isSame) this.distance.textContent = word("rewriteSame");
    else if (distance === undefined || share === undefined) this.distance.textContent = word("rewriteLong");
    else this.distance.textContent = `${counted("changed", distance)} · ${filled("share", Math.max(distance ? 1 : 0, Math.round(share * 100)))}`;
  }
}

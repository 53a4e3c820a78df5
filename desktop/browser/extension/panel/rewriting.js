// An answer as the person would have it: what should change, a field, and under it what was changed, word by word, with how much that is.

import { compare } from "../judge/diff.js";
import { Points } from "./points.js";
import { counted, filled, word } from "./words.js";

const REST_MS = 150; // after a key

/** @typedef {import("../judge/judging.js").Revision} Revision */

export class Rewriting {
  #before = "";
  /** @type {any} */
  #resting;

  /**
   * @param {HTMLElement} part
   * @param {(change: Partial<Revision>) => void} changed
   * @param {() => void} left
   */
  constructor(part, changed, left) {
    this.part = part;
    this.field = /** @type {HTMLTextAreaElement} */ (part.querySelector("textarea"));
    this.diff = /** @type {HTMLElement} */ (part.querySelector(".diff"));
    this.distance = /** @type {HTMLElement} */ (part.querySelector(".distance"));
    this.summary = /** @type {HTMLInputElement} */ (part.querySelector("#summary"));
    this.points = new Points(/** @type {HTMLElement} */ (part.querySelector("#points")), /** @type {HTMLInputElement} */ (part.querySelector("#point")), changed);
    this.field.addEventListener("input", () => {
      changed({ text: this.field.value });
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => this.#showDiff(), REST_MS);
    });
    this.summary.addEventListener("input", () => changed({ summary: this.summary.value }));
    part.querySelector("#unrewrite")?.addEventListener("click", () => {
      this.part.hidden = true;
      left();
    });
  }

  /**
   * @param {string} before
   * @param {Revision} [revision] without one there is nothing to rewrite
   * @param {string} [letter] of the answer, where there are several
   */
  show(before, revision, letter = "") {
    this.part.hidden = revision === undefined;
    if (revision === undefined) return;
    this.#before = before;
    if (this.field.value !== revision.text) this.field.value = revision.text;
    this.summary.value = revision.summary ?? "";
    this.points.show(revision.points ?? [], revision.point ?? "");
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

// An answer to be read, marked and flagged: laid out, or as it was written. As it was written it is a text field that cannot be
// changed, over the same text with its marks; laid out it takes the caret too, so that the keyboard can select in both. What
// is selected is a place in the text either way. The page's own answer can be edited on request, as it was written.

import { placeOf } from "../judge/spans.js";
import { Laid } from "../laid/nodes.js";
import { Places } from "../laid/places.js";

/** @typedef {import("../judge/judging.js").Flag} Flag */

export class AnswerText {
  #asWritten = false;
  /** What is laid out. */
  #shown = "";
  /** What is marked in it; undefined where it was laid out anew since. @type {string | undefined} */
  #marked;
  /** @type {(Flag & {letter: string})[]} */
  #flags = [];
  #laid = new Laid();

  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    this.marks = document.createElement("div");
    this.marks.className = "marks";
    this.marks.setAttribute("aria-hidden", "true");
    this.laid = document.createElement("div");
    this.laid.className = "laid";
    if (field.id) this.laid.id = `${field.id}-laid`;
    for (const name of ["aria-label", "aria-labelledby"]) if (field.hasAttribute(name)) this.laid.setAttribute(name, String(field.getAttribute(name)));
    this.#takeCaret();
    this.frame = document.createElement("div");
    this.frame.className = "answer-text";
    field.replaceWith(this.frame);
    this.frame.append(this.marks, field, this.laid);
    this.places = new Places(this.laid, this.#laid.places);
    this.#show();
  }

  /** Whether the text stands as it was written, or laid out. @param {boolean} on */
  set asWritten(on) {
    if (on === this.#asWritten) return;
    const hadKeyboard = this.frame.contains(document.activeElement);
    this.#asWritten = on;
    this.#show();
    if (hadKeyboard) this.focus();
  }

  /** Whether laying it out makes a difference. */
  get differs() {
    return this.#laid.differs;
  }

  get reads() {
    return this.field.readOnly;
  }

  /** Whether it can be changed now. @param {boolean} on */
  set edited(on) {
    this.field.readOnly = !on;
    this.#show();
  }

  focus() {
    (this.laid.hidden ? this.field : this.laid).focus();
  }

  /**
   * Show the marks of flags.
   * @param {(Flag & {letter: string})[]} flags
   */
  mark(flags) {
    this.#flags = flags;
    const text = this.field.value;
    if (text !== this.#shown) this.#layOut();
    const places = flags.flatMap(({ span, severity }) => {
      const place = span && placeOf(span, text);
      return place ? [{ from: place[0], to: place[1], severity }] : [];
    });
    const marked = JSON.stringify(places);
    if (marked === this.#marked) return; // all answers are marked while one of them grows
    this.#marked = marked;
    this.#markWritten(text, places);
    this.places.mark(places);
  }

  /** What is selected, as the browser counts; undefined where nothing is. @returns {[number, number] | undefined} */
  get selected() {
    if (!this.laid.hidden) return this.places.selected(this.field.value);
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    return from < to && value.slice(from, to).trim() ? [from, to] : undefined;
  }

  #show() {
    const written = this.#asWritten || !this.reads;
    this.laid.hidden = written;
    this.field.hidden = this.marks.hidden = !written;
  }

  /** Nodes of blocks that are as before stay, so that what is selected in a growing text stays. */
  #layOut() {
    this.#shown = this.field.value;
    this.#marked = undefined;
    const made = this.#laid.nodes(this.#shown);
    const old = [...this.laid.childNodes];
    let same = 0;
    while (same < made.length && same < old.length && this.places.isSame(old[same], made[same])) same++;
    for (const node of old.slice(same)) node.remove();
    this.laid.append(...made.slice(same));
  }

  /** A caret, and no change. */
  #takeCaret() {
    const { laid } = this;
    laid.contentEditable = "true";
    laid.spellcheck = false;
    laid.role = "textbox";
    laid.ariaMultiLine = laid.ariaReadOnly = "true";
    laid.addEventListener("beforeinput", (event) => event.preventDefault());
    laid.addEventListener("dragstart", (event) => event.preventDefault());
    laid.addEventListener("input", () => {
      laid.replaceChildren(); // what an input method wrote all the same
      this.#layOut();
      this.mark(this.#flags);
    });
  }

  /**
   * @param {string} text
   * @param {{from: number, to: number, severity: number}[]} places
   */
  #markWritten(text, places) {
    const edges = [...new Set([0, text.length, ...places.flatMap(({ from, to }) => [from, to])])].sort((one, other) => one - other);
    const pieces = edges.slice(0, -1).map((from, at) => {
      const piece = text.slice(from, edges[at + 1]);
      const over = places.filter((place) => place.from <= from && place.to >= edges[at + 1]);
      if (!over.length) return document.createTextNode(piece);
      const mark = document.createElement("mark");
      mark.textContent = piece;
      mark.dataset.severity = String(Math.max(...over.map(({ severity }) => severity)));
      return mark;
    });
    this.marks.replaceChildren(...pieces, document.createTextNode("\u200b")); // a last line that is empty has its height
  }
}

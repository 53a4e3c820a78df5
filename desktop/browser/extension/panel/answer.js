// An answer to be read, marked and flagged: a text field that cannot be changed, so that the keyboard can select in it, over
// the same text with its marks. The page's own answer can be edited on request.

import { placeOf } from "../judge/spans.js";

/** @typedef {import("../judge/judging.js").Flag} Flag */

export class AnswerText {
  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    this.marks = document.createElement("div");
    this.marks.className = "marks";
    this.marks.setAttribute("aria-hidden", "true");
    const frame = document.createElement("div");
    frame.className = "answer-text";
    field.replaceWith(frame);
    frame.append(this.marks, field);
  }

  /**
   * Show the marks of flags; the letter stands behind each.
   * @param {(Flag & {letter: string})[]} flags
   */
  mark(flags) {
    const text = this.field.value;
    const places = flags.flatMap(({ span, letter, severity }) => {
      const place = span && placeOf(span, text);
      return place ? [{ from: place[0], to: place[1], letter, severity }] : [];
    });
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

  /** What is selected, as the browser counts; undefined where nothing is. @returns {[number, number] | undefined} */
  get selected() {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    return from < to && value.slice(from, to).trim() ? [from, to] : undefined;
  }
}

// What a rewriting should change, point by point: a field that adds one, and a field for each, which the keyboard moves.

import { MOST_POINTS } from "../judge/judging.js";
import { word } from "./words.js";

/** @typedef {import("../judge/judging.js").Revision} Revision */

export class Points {
  /** @type {string[]} */
  #points = [];

  /**
   * @param {HTMLElement} list
   * @param {HTMLInputElement} field of a new one
   * @param {(change: Partial<Revision>) => void} changed
   */
  constructor(list, field, changed) {
    this.list = list;
    this.field = field;
    this.changed = changed;
    field.placeholder = word("pointShort");
    field.addEventListener("input", () => changed({ point: field.value }));
    field.addEventListener("keydown", (event) => this.#onNewKey(event));
  }

  /**
   * @param {string[]} points
   * @param {string} point
   */
  show(points, point) {
    this.#points = points;
    if (this.field.value !== point) this.field.value = point;
    this.#showAll();
  }

  #showAll(focused = -1) {
    this.list.replaceChildren(...this.#points.map((text, at) => this.#row(text, at)));
    if (focused >= 0) (this.list.querySelectorAll("input")[focused] ?? this.field).focus();
  }

  /**
   * @param {string} text
   * @param {number} at
   */
  #row(text, at) {
    const row = document.createElement("li");
    row.className = "point";
    const field = document.createElement("input");
    field.type = "text";
    field.value = text;
    field.ariaLabel = word("pointNumber", String(at + 1));
    field.title = word("pointKeys");
    field.addEventListener("input", () => this.#put(this.#points.with(at, field.value)));
    field.addEventListener("change", () => void (field.value.trim() || this.#put(this.#points.toSpliced(at, 1), -1, true)));
    field.addEventListener("keydown", (event) => this.#onKey(event, at));
    const away = document.createElement("button");
    away.type = "button";
    away.className = "small";
    away.textContent = "×";
    away.ariaLabel = `${word("pointAway")}: ${text}`;
    away.addEventListener("click", () => this.#put(this.#points.toSpliced(at, 1), at, true));
    row.append(field, away);
    return row;
  }

  /**
   * @param {string[]} points
   * @param {number} [focused]
   * @param {boolean} [anew]
   */
  #put(points, focused = -1, anew = false) {
    this.#points = points;
    this.changed({ points });
    if (anew) this.#showAll(focused);
  }

  /** @param {KeyboardEvent} event */
  #onNewKey(event) {
    if (event.key === "ArrowUp" && this.#points.length) this.list.querySelectorAll("input")[this.#points.length - 1].focus();
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.#add();
    else return;
    event.preventDefault();
  }

  #add() {
    const text = this.field.value.trim();
    if (!text || this.#points.length >= MOST_POINTS) return;
    this.field.value = "";
    this.#points = [...this.#points, text];
    this.changed({ points: this.#points, point: "" });
    this.#showAll();
    this.field.focus();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} at
   */
  #onKey(event, at) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const isEmpty = !(/** @type {HTMLInputElement} */ (event.target).value);
    if (step && event.altKey) this.#move(at, at + step);
    else if (step || (event.key === "Enter" && !event.ctrlKey && !event.metaKey)) {
      (this.list.querySelectorAll("input")[Math.max(0, at + (step ?? 1))] ?? this.field).focus();
    } else if (isEmpty && (event.key === "Backspace" || event.key === "Delete")) this.#put(this.#points.toSpliced(at, 1), at, true);
    else return;
    event.preventDefault();
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #move(from, to) {
    if (to < 0 || to >= this.#points.length) return;
    this.#put(this.#points.with(from, this.#points[to]).with(to, this.#points[from]), to, true);
  }
}

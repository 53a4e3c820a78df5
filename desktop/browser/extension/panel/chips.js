// The answers of a ranking as chips, moved by the bench's keys and by dragging. One stop of Tab, a list of which one answer is
// the current one for a screen reader; the keyboard never leaves it while chips change their places.

import { moved, placeOf, put, tied, untied } from "../judge/moves.js";
import { word } from "./words.js";

const DRAG_FROM = 6; // px

/** @typedef {import("../judge/moves.js").Tiers} Tiers */

export class Chips {
  /** @type {Tiers} */
  #tiers = [];
  #mark = "";
  #current = "";
  /** @type {{key: string, x: number, y: number, drags: boolean} | undefined} */
  #pressed;

  /**
   * `ranked` is called with the tiers after a move, `back` for a step back (true) or again (false), `left` for Esc.
   * @param {string} id
   * @param {{ranked: (tiers: Tiers) => void, back: (isBack: boolean) => void, left: () => void}} ways
   */
  constructor(id, ways) {
    this.ways = ways;
    this.part = document.createElement("div");
    this.part.id = id;
    this.part.className = "chips";
    this.part.dir = "ltr"; // as what can be typed instead
    this.part.tabIndex = 0;
    this.part.role = "listbox";
    this.part.ariaOrientation = "horizontal";
    this.part.title = word("rankingKeys", word("ctrl"));
    this.part.addEventListener("keydown", (event) => this.#onKey(event));
    this.part.addEventListener("pointerdown", (event) => this.#onDown(event));
    this.part.addEventListener("pointermove", (event) => this.#onMove(event));
    this.part.addEventListener("pointerup", (event) => this.#onUp(event));
    this.part.addEventListener("pointercancel", () => this.#drop());
  }

  /**
   * @param {string} label
   * @param {Tiers} tiers
   * @param {string} mark what stands between two places, "" where nothing is ranked yet
   */
  show(label, tiers, mark) {
    if (this.part.ariaLabel !== label) this.part.ariaLabel = label;
    const now = JSON.stringify([tiers, mark]);
    if (now === JSON.stringify([this.#tiers, this.#mark])) return;
    this.#tiers = tiers;
    this.#mark = mark;
    this.#pressed = undefined; // what is dragged may be another thing now
    const keys = tiers.flat();
    if (!keys.includes(this.#current)) this.#current = keys[0] ?? "";
    this.#showAll();
  }

  #showAll() {
    const { id } = this.part;
    const all = this.#tiers.flatMap((tier, place) => tier.map((key, at) => ({ key, place, sign: at ? "=" : place ? this.#mark : "" })));
    const nodes = all.flatMap(({ key, place, sign }) => {
      const chip = document.createElement("span");
      chip.id = `${id}-${key}`;
      chip.className = "chip";
      chip.role = "option";
      chip.textContent = key.toUpperCase();
      chip.dataset.key = key;
      chip.dataset.place = String(place);
      chip.ariaSelected = String(key === this.#current);
      chip.ariaLabel = this.#saidOf(key);
      const between = document.createElement("span");
      between.className = "sign";
      between.setAttribute("aria-hidden", "true");
      between.textContent = this.#mark && sign;
      return key === all[0].key ? [chip] : [between, chip];
    });
    this.part.replaceChildren(...nodes);
    this.part.setAttribute("aria-activedescendant", `${id}-${this.#current}`);
  }

  /** What a screen reader hears of an answer. @param {string} key */
  #saidOf(key) {
    const letter = key.toUpperCase();
    if (!this.#mark) return word("chipOpen", letter);
    const place = placeOf(this.#tiers, key);
    const others = this.#tiers[place].filter((each) => each !== key).map((each) => each.toUpperCase());
    const numbers = [String(place + 1), String(this.#tiers.length)];
    return others.length ? word("chipTied", letter, ...numbers, others.join(", ")) : word("chipPlace", letter, ...numbers);
  }

  /** What is heard after a move: where the current answer stands. */
  get said() {
    return this.#saidOf(this.#current);
  }

  /** What is heard where several may have moved. */
  get saidOfAll() {
    return this.#tiers.map((tier, place) => `${place + 1}: ${tier.join(", ").toUpperCase()}`).join("; ");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const letter = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (event.altKey || !(letter === "z" || (letter === "y" && !event.shiftKey))) return;
      this.ways.back(letter === "z" && !event.shiftKey);
    } else if (event.altKey) return;
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.#tell(moved(this.#tiers, this.#current, event.key === "ArrowLeft" ? -1 : 1));
    else if (event.key === "ArrowUp") this.#tell(tied(this.#tiers, this.#current));
    else if (event.key === "ArrowDown") this.#tell(untied(this.#tiers, this.#current));
    else if (event.key === "Escape") this.#pressed ? this.#drop() : this.ways.left();
    else if (this.#tiers.flat().includes(letter)) this.#go(letter);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} key */
  #go(key) {
    this.#current = key;
    this.#showAll();
  }

  /** @param {Tiers} tiers */
  #tell(tiers) {
    if (!this.#mark || JSON.stringify(tiers) !== JSON.stringify(this.#tiers)) this.ways.ranked(tiers);
  }

  /** @param {PointerEvent} event */
  #onDown(event) {
    const key = /** @type {HTMLElement} */ (event.target).dataset.key;
    if (event.button !== 0 || !key) return;
    event.preventDefault(); // no text is selected
    this.part.focus();
    this.part.setPointerCapture(event.pointerId);
    this.#pressed = { key, x: event.clientX, y: event.clientY, drags: false };
    this.#go(key);
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    const pressed = this.#pressed;
    if (!pressed) return;
    pressed.drags ||= Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) >= DRAG_FROM;
    if (pressed.drags) this.#showTarget(pressed.key, this.#target(event, pressed.key));
  }

  /** @param {PointerEvent} event */
  #onUp(event) {
    const pressed = this.#pressed;
    this.#drop();
    if (!pressed?.drags) return;
    const { place, together } = this.#target(event, pressed.key);
    this.#tell(put(this.#tiers, pressed.key, place, together));
  }

  #drop() {
    this.#pressed = undefined;
    this.part.classList.remove("dragging");
    for (const chip of this.#chips()) chip.classList.remove("moved", "with", "before", "after");
  }

  /**
   * Where a drop would land: a line between places, a frame around those that it would join.
   * @param {string} key
   * @param {{place: number, together: boolean}} target
   */
  #showTarget(key, { place, together }) {
    this.part.classList.add("dragging");
    const chips = this.#chips();
    chips.forEach((chip, at) => {
      const [own, before] = [Number(chip.dataset.place), Number(chips[at - 1]?.dataset.place ?? -1)];
      chip.classList.toggle("moved", chip.dataset.key === key);
      chip.classList.toggle("with", together && own === place);
      chip.classList.toggle("before", !together && own === place && before < place);
      chip.classList.toggle("after", !together && at === chips.length - 1 && place > own);
    });
  }

  /**
   * The place under the pointer, and whether a drop joins those that are there.
   * @param {PointerEvent} event
   * @param {string} key
   */
  #target({ clientX, clientY }, key) {
    const boxes = this.#chips().map((chip) => ({ chip, box: chip.getBoundingClientRect() }));
    const far = (/** @type {DOMRect} */ { top, bottom }) => Math.max(top - clientY, clientY - bottom, 0);
    const nearest = Math.min(...boxes.map(({ box }) => far(box)));
    const line = boxes.filter(({ box }) => far(box) === nearest); // chips may stand in several lines
    for (const { chip, box } of line) {
      if (clientX < box.left) return { place: Number(chip.dataset.place), together: false };
      if (clientX <= box.right && chip.dataset.key !== key) return { place: Number(chip.dataset.place), together: true };
    }
    return { place: Number(line[line.length - 1].chip.dataset.place) + 1, together: false };
  }

  #chips() {
    return /** @type {HTMLElement[]} */ ([...this.part.querySelectorAll(".chip")]);
  }
}

// Flags: the form that makes one (category by its letter, severity by its digit, a note), and the list of those that are made.

import { placeOf, spanAt } from "../judge/spans.js";
import { told } from "../laid/unseen.js";
import { scaleRow } from "./scale.js";
import { word } from "./words.js";

/**
 * @typedef {import("../judge/judging.js").Flag} Flag
 * @typedef {import("../judge/rubrics.js").Flags} FlagSet
 */

/** The form; it stands under the answer that is flagged, and there is one at a time. */
export class FlagForm {
  /** @type {FlagSet} */
  #set = { categories: [], severities: [], groups: [] };
  /** @type {Flag} */
  #flag = { candidate: "", category: "", severity: 1 };
  /** @type {{focus: () => void} | undefined} */
  #back;

  /**
   * @param {HTMLElement} part
   * @param {{made: (flag: Flag) => void, begun: (flag?: Flag) => void, typed: (event: KeyboardEvent, letters: string) => boolean}} ways
   *   `begun`: what is said of a flag by now, undefined where nothing is; `typed`: whether a key belongs to words that are
   *   typed where letters choose
   */
  constructor(part, ways) {
    this.part = part;
    this.ways = ways;
    part.addEventListener("keydown", (event) => this.#onTyped(event), true); // before a letter chooses
    part.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /**
   * Begin a flag at what is selected in an answer, or at the whole of it; one that was begun before is gone on with.
   * @param {string} candidate
   * @param {import("./answer.js").AnswerText} answer
   * @param {FlagSet} set
   * @param {HTMLElement} under
   */
  open(candidate, answer, set, under) {
    if (this.isBegun) return this.focus();
    const place = answer.selected;
    const span = place && spanAt(answer.field.value, ...place);
    this.#begin({ candidate, category: "", severity: mildOf(set), ...(span ? { span } : {}) }, answer, set, under);
    this.#show("category");
  }

  /**
   * Show a flag as it was left; the keyboard stays where it is. What these categories no longer know is to be chosen anew.
   * @param {Flag} flag
   * @param {import("./answer.js").AnswerText} answer
   * @param {FlagSet} set
   * @param {HTMLElement} under
   */
  restore(flag, answer, set, under) {
    const isKnown = set.categories.some(({ id }) => id === flag.category);
    const severity = set.severities[flag.severity] ? flag.severity : mildOf(set);
    this.#begin({ ...flag, severity, ...(isKnown ? {} : { category: "", kind: undefined, target_group: undefined }) }, answer, set, under);
    this.#show();
  }

  /** Its answer is not in sight any more; what was said is kept elsewhere. Whether the keyboard was in it. */
  putAway() {
    const hadKeyboard = this.part.contains(document.activeElement);
    this.part.hidden = true;
    return hadKeyboard;
  }

  close() {
    if (this.part.hidden) return;
    this.part.hidden = true;
    this.#back?.focus();
    this.ways.begun();
  }

  get isOpen() {
    return !this.part.hidden && this.part.isConnected; // a card that is made anew takes it along
  }

  /** Whether something of a flag was said, and it is neither made nor dropped. */
  get isBegun() {
    const { category, severity, note } = this.#flag;
    return !this.part.hidden && Boolean(category || note || severity !== mildOf(this.#set));
  }

  /** The keyboard goes to what is to be done next. */
  focus() {
    this.#show(this.#flag.category ? "severity" : "category");
    this.part.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {Flag} flag
   * @param {import("./answer.js").AnswerText} answer
   * @param {FlagSet} set
   * @param {HTMLElement} under
   */
  #begin(flag, answer, set, under) {
    this.#set = set;
    this.#flag = flag;
    this.#back = answer;
    under.after(this.part);
    this.part.hidden = false;
  }

  /** @param {"category" | "severity" | "note" | "group" | "kind"} [focused] */
  #show(focused) {
    const { category, severity, kind = "", target_group: group = "" } = this.#flag;
    const chosen = this.#set.categories.find(({ id }) => id === category);
    const quote = this.#flag.span?.exact ?? "";
    const title = line("flag-quote", quote ? word("flagQuote", cut(quote)) : word("flagWhole"));
    const rows = [
      scale("category", word("flagCategory"), this.#set.categories.map(({ id, letter, name, help }) => ({ value: id, name, key: letter.toLowerCase(), help, capped: true })), category, (value) => this.#choose({ category: value, kind: undefined, target_group: undefined }, value ? (this.#set.categories.find(({ id }) => id === value)?.asksGroup && this.#set.groups.length ? "group" : "severity") : "category")),
      scale("severity", word("flagSeverity"), this.#set.severities.map(({ name, help }, at) => ({ value: String(at), name, key: String(at), help, capped: true })), String(severity), (value) => this.#choose({ severity: Number(value || severity) }, "severity")),
    ];
    if (chosen?.kinds.length) rows.push(choice("kind", word("flagKind"), chosen.kinds, kind, (value) => this.#keep({ kind: value || undefined })));
    if (chosen?.asksGroup && this.#set.groups.length) rows.push(choice("group", word("flagGroup"), this.#set.groups, group, (value) => this.#keep({ target_group: value || undefined })));
    const note = document.createElement("input");
    note.type = "text";
    note.className = "flag-note";
    note.value = this.#flag.note ?? "";
    note.placeholder = note.ariaLabel = word("flagNote");
    note.addEventListener("input", () => this.#keep({ note: note.value || undefined }));
    const buttons = document.createElement("div");
    buttons.className = "row end";
    buttons.append(button(word("cancel"), "Esc", () => this.close()), button(word("flagIt"), "↵", () => this.#make(), !category));
    this.part.replaceChildren(title, ...rows, note, buttons);
    if (!focused) return;
    const first = /** @type {HTMLElement | null} */ (this.part.querySelector(`[data-field="${focused}"] [tabindex="0"], [data-field="${focused}"] select`));
    (first ?? note).focus();
  }

  /** @param {Partial<Flag>} change */
  #keep(change) {
    this.#flag = { ...this.#flag, ...change };
    this.ways.begun(this.isBegun ? this.#flag : undefined);
  }

  /**
   * @param {Partial<Flag>} change
   * @param {"category" | "severity" | "note" | "group" | "kind"} focused
   */
  #choose(change, focused) {
    this.#keep(change);
    this.#show(focused);
  }

  #make() {
    if (!this.#flag.category) return;
    const made = { ...this.#flag };
    this.close();
    this.ways.made(made);
  }

  /** @param {KeyboardEvent} event */
  #onTyped(event) {
    const letters = this.#set.categories.map(({ letter }) => letter.toLowerCase()).join("");
    if (!(event.target instanceof HTMLButtonElement) || !this.ways.typed(event, letters)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.ctrlKey && !(event.target instanceof HTMLButtonElement && !event.target.role)) this.#make();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** What each row of a list of flags shows. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * The flags of an answer as a list, each with a button that takes it back. A row that shows what it did stays, and with it the
 * keyboard; after a flag that is taken back the keyboard is at the next one, else at the answer.
 * @param {HTMLElement} part
 * @param {{flag: Flag, at: number}[]} flags each with its place among all
 * @param {FlagSet | undefined} set
 * @param {string} text
 * @param {{removed: (at: number) => void, back: () => void}} ways
 */
export function showFlags(part, flags, set, text, ways) {
  part.hidden = !flags.length;
  flags.forEach(({ flag, at }, number) => {
    const known = set?.categories.find(({ id }) => id === flag.category);
    const gone = flag.span && !placeOf(flag.span, text);
    const quote = flag.span ? (gone ? word("flagGone", cut(flag.span.exact)) : cut(flag.span.exact)) : word("wholeAnswer");
    const said = [known?.name ?? flag.category, quote, flag.note].filter((each) => each !== undefined && each !== "");
    const now = JSON.stringify([at, known?.letter, flag.severity, said]);
    const before = part.children[number];
    if (before && shown.get(before) === now) return;
    const row = flagRow(known?.letter ?? "?", flag.severity, said, () => remove(at, number));
    shown.set(row, now);
    const hadKeyboard = before?.contains(document.activeElement);
    if (before) before.replaceWith(row);
    else part.append(row);
    if (hadKeyboard) row.querySelector("button")?.focus();
  });
  for (const row of [...part.children].slice(flags.length)) row.remove();

  /**
   * @param {number} at
   * @param {number} number
   */
  function remove(at, number) {
    ways.removed(at);
    const next = part.children[Math.min(number, part.children.length - 1)];
    if (next) next.querySelector("button")?.focus();
    else ways.back();
  }
}

/**
 * @param {string} letter
 * @param {number} severity
 * @param {(string | undefined)[]} said
 * @param {() => void} removed
 */
function flagRow(letter, severity, said, removed) {
  const row = document.createElement("li");
  const badge = line("badge", `${letter} ${severity}`);
  badge.dataset.severity = String(severity);
  const away = button("×", "", removed);
  away.className = "small";
  away.ariaLabel = `${word("flagAway")}: ${said.join(", ")}`;
  away.addEventListener("keydown", (event) => void (event.key === "Delete" && removed()));
  row.append(badge, line("flag-said", said.join(" · ")), away);
  return row;
}

/** How bad a flag is where nobody has said it yet. @param {FlagSet} set */
function mildOf({ severities }) {
  return Math.min(1, severities.length - 1);
}

/** @param {string} text */
function cut(text) {
  const short = Array.from(text.replace(/\s+/gu, " "));
  return told(short.length > 60 ? `${short.slice(0, 60).join("")} …` : short.join(""));
}

/**
 * @param {string} field
 * @param {string} label
 * @param {import("./scale.js").Step[]} steps
 * @param {string} value
 * @param {(value: string) => void} chosen
 */
function scale(field, label, steps, value, chosen) {
  const row = scaleRow({ label, steps, value, hint: "", chosen });
  row.dataset.field = field;
  row.classList.add("stacked");
  return row;
}

/**
 * @param {string} field
 * @param {string} label
 * @param {import("../judge/rubrics.js").Named[]} choices
 * @param {string} value
 * @param {(value: string) => void} chosen
 */
function choice(field, label, choices, value, chosen) {
  const made = document.createElement("label");
  made.className = "scale-row";
  made.dataset.field = field;
  const select = document.createElement("select");
  select.append(new Option("–", ""), ...choices.map(({ id, name }) => new Option(name, id, false, id === value)));
  select.addEventListener("change", () => chosen(select.value));
  made.append(line("scale-name", label), select);
  return made;
}

/**
 * @param {string} kind
 * @param {string} text
 */
function line(kind, text) {
  const made = document.createElement("span");
  made.className = kind;
  made.textContent = text;
  return made;
}

/**
 * @param {string} text
 * @param {string} key
 * @param {() => void} act
 * @param {boolean} [off]
 */
function button(text, key, act, off = false) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.disabled = off;
  if (key) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    made.append(" ", cap);
  }
  made.addEventListener("click", act);
  return made;
}

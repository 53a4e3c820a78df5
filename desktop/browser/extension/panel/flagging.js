// Flags: the form that makes one (category by its letter, severity by its digit, a note), and the list of those that are made.

import { placeOf, spanAt } from "../judge/spans.js";
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
  #quote = "";
  /** @type {{focus: () => void} | undefined} */
  #back;
  #unsaid = "";

  /**
   * @param {HTMLElement} part
   * @param {{made: (flag: Flag) => void, changed: () => void, typed: (event: KeyboardEvent, letters: string) => boolean}} ways
   *   `typed`: whether a key belongs to words that are typed where letters choose
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
    this.#set = set;
    this.#flag = { candidate, category: "", severity: Math.min(1, set.severities.length - 1), ...(span ? { span } : {}) };
    this.#quote = span?.exact ?? "";
    this.#unsaid = JSON.stringify(this.#flag);
    this.#back = answer;
    under.after(this.part);
    this.part.hidden = false;
    this.#show("category");
  }

  close() {
    if (this.part.hidden) return;
    this.part.hidden = true;
    this.#back?.focus();
    this.ways.changed();
  }

  /** Whether something of a flag was said, and it is neither made nor dropped. */
  get isBegun() {
    return !this.part.hidden && JSON.stringify(this.#flag) !== this.#unsaid;
  }

  /** The keyboard goes to what is to be done next. */
  focus() {
    this.#show(this.#flag.category ? "severity" : "category");
    this.part.scrollIntoView({ block: "nearest" });
  }

  /** @param {"category" | "severity" | "note" | "group" | "kind"} focused */
  #show(focused) {
    const { category, severity, kind = "", target_group: group = "" } = this.#flag;
    const chosen = this.#set.categories.find(({ id }) => id === category);
    const title = line("flag-quote", this.#quote ? word("flagQuote", cut(this.#quote)) : word("flagWhole"));
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
    const first = /** @type {HTMLElement | null} */ (this.part.querySelector(`[data-field="${focused}"] [tabindex="0"], [data-field="${focused}"] select`));
    (first ?? note).focus();
  }

  /** @param {Partial<Flag>} change */
  #keep(change) {
    Object.assign(this.#flag, change);
    this.ways.changed();
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

/**
 * The flags of an answer as a list, each with a button that takes it back.
 * @param {HTMLElement} part
 * @param {{flag: Flag, at: number}[]} flags each with its place among all
 * @param {FlagSet | undefined} set
 * @param {string} text
 * @param {(at: number) => void} removed
 */
export function showFlags(part, flags, set, text, removed) {
  part.hidden = !flags.length;
  const rows = flags.map(({ flag, at }) => {
    const known = set?.categories.find(({ id }) => id === flag.category);
    const row = document.createElement("li");
    const badge = line("badge", `${known?.letter ?? "?"} ${flag.severity}`);
    badge.dataset.severity = String(flag.severity);
    const gone = flag.span && !placeOf(flag.span, text);
    const said = [known?.name ?? flag.category, flag.span && (gone ? word("flagGone", cut(flag.span.exact)) : cut(flag.span.exact)), flag.note];
    const away = button("×", "", () => removed(at));
    away.className = "small";
    away.ariaLabel = `${word("flagAway")}: ${said.filter(Boolean).join(", ")}`;
    away.addEventListener("keydown", (event) => void (event.key === "Delete" && removed(at)));
    row.append(badge, line("flag-said", said.filter(Boolean).join(" · ")), away);
    return row;
  });
  part.replaceChildren(...rows);
}

/** @param {string} text */
function cut(text) {
  const short = Array.from(text.replace(/\s+/gu, " "));
  return short.length > 60 ? `${short.slice(0, 60).join("")} …` : short.join("");
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

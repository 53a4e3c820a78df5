// The capture as it will be saved: fields that a person may change. What is typed is never overwritten by what the worker
// says, but where the worker itself has changed the draft.

import { countWords } from "../judge/diff.js";
import { told } from "../laid/unseen.js";
import { CaptureError, written } from "../worker/captures.js";
import { counted, word } from "./words.js";

/** @typedef {import("../worker/captures.js").Draft & {answers: number[]}} Shown */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const field = (id) => /** @type {HTMLTextAreaElement} */ (document.getElementById(id));
const ME = crypto.randomUUID(); // this panel among those of other windows
const keepUrl = /** @type {HTMLInputElement} */ (document.getElementById("keep-url"));

export class Form {
  /** @type {Shown | undefined} */
  #draft;
  /** @type {{role: string, field: HTMLTextAreaElement}[]} */
  #turns = [];

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = () => {
      this.#showCounts();
      changed();
    };
    for (const each of [field("prompt"), field("response"), keepUrl]) each.addEventListener("input", this.changed);
  }

  get id() {
    return this.#draft?.id;
  }

  /** Whether this draft is shown as it is now: another panel may have changed it. @param {Shown | undefined} draft */
  shows(draft) {
    const isSeen = draft?.by === ME || this.#draft?.count === draft?.count;
    return isSeen && this.#isRound(draft);
  }

  /** Whether another panel has changed what is shown. @param {Shown | undefined} draft */
  isElsewhere(draft) {
    return this.#isRound(draft) && !this.shows(draft);
  }

  /** @param {Shown | undefined} draft */
  show(draft) {
    const isShown = this.shows(draft);
    this.#draft = draft;
    if (!draft || isShown) return;
    part("origin").textContent = draft.origin.replace(/^https?:\/\//, "");
    part("title").textContent = part("title").title = told(draft.title);
    keepUrl.checked = draft.keepUrl;
    keepUrl.disabled = !draft.url;
    const lacks = draft.lacks?.length ? draft.lacks : draft.complete ? [] : ["part"];
    part("incomplete").hidden = !lacks.length;
    part("incomplete").textContent = lacks.map((each) => word(`lacks_${each}`)).join(" ");
    part("formulas-lost").hidden = !draft.formulas;
    this.#showTurns(draft);
    field("response").value = draft.response;
    field("prompt").placeholder = draft.selected ? word("promptAsked") : "";
    this.#showAnswers(draft);
    this.#showCounts();
  }

  /** The turns as they stand in their fields. */
  messages() {
    const turns = this.#turns.map(({ role, field: { value } }) => ({ role, content: value }));
    return [...turns, { role: "user", content: field("prompt").value }];
  }

  /** @returns {import("../worker/captures.js").Edits} */
  edits() {
    const { round = 0, chosen = 0, count = 0 } = this.#draft ?? {};
    return { messages: this.messages(), response: field("response").value, keepUrl: keepUrl.checked, round, chosen, count, by: ME };
  }

  /**
   * Why this cannot be sent, as a code; "" where it can.
   * @returns {{reason: string, size?: number}}
   */
  reason() {
    if (!this.#draft) return { reason: "nothing" };
    try {
      written({ ...this.#draft, ...this.edits() });
      return { reason: "" };
    } catch (error) {
      if (error instanceof CaptureError) return { reason: error.code, size: error.size };
      throw error;
    }
  }

  /**
   * The answer of the page before or after the one that is shown.
   * @param {number} step
   */
  answerBeside(step) {
    const { answers = [], chosen = 0 } = this.#draft ?? {};
    return answers[answers.indexOf(chosen) + step] ?? chosen;
  }

  /** @param {Shown | undefined} draft */
  #isRound(draft) {
    return this.#draft?.id === draft?.id && this.#draft?.round === draft?.round;
  }

  /** @param {Shown} draft */
  #showTurns(draft) {
    const earlier = draft.messages.slice(0, -1);
    part("earlier").hidden = !earlier.length;
    part("earlier-title").textContent = counted("earlier", earlier.length);
    this.#turns = earlier.map(({ role, content }) => {
      const own = document.createElement("textarea");
      own.value = content;
      own.rows = 2;
      own.addEventListener("input", this.changed);
      return { role, field: own };
    });
    const rows = this.#turns.map(({ role, field: own }) => {
      const label = document.createElement("label");
      label.append(word(`role_${role}`), own);
      return label;
    });
    part("turns").replaceChildren(...rows);
    field("prompt").value = draft.messages.at(-1)?.content ?? "";
  }

  /** @param {Shown} draft */
  #showAnswers({ answers, chosen }) {
    part("answers").hidden = answers.length < 2;
    const at = answers.indexOf(chosen);
    part("answer-number").textContent = word("answerOf", String(at + 1), String(answers.length));
    /** @type {HTMLButtonElement} */ (part("previous")).disabled = at <= 0;
    /** @type {HTMLButtonElement} */ (part("next")).disabled = at >= answers.length - 1;
  }

  #showCounts() {
    part("words").textContent = counted("words", countWords(field("response").value));
    part("url").hidden = !keepUrl.checked;
    part("url").textContent = this.#draft?.url ?? "";
  }
}

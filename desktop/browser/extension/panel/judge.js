// Judging in the panel: what is said about the answers, kept as one value that goes along with every edit. Each part shows
// its share of it; the parts do not know one another.

import { keyOf, keysOf, MOST_POINTS, nothingSaid, ownOf, PAGE } from "../judge/judging.js";
import { isRanking } from "../judge/ranking.js";
import { TypedWords } from "../judge/typed.js";
import { AnswerText } from "./answer.js";
import { FlagForm, showFlags } from "./flagging.js";
import { showOwn } from "./own.js";
import { showRatings } from "./ratings.js";
import { Rewriting } from "./rewriting.js";
import { focusRow, isHalfTyped, replaceRows, scaleRow } from "./scale.js";
import { word } from "./words.js";

const IDLE_MS = 60_000; // after so long without a key or a click nobody is at work
const TICK_MS = 1_000;
const LETTERS = "fegxnvsrq"; // commands at an answer

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const field = (id) => /** @type {HTMLTextAreaElement} */ (document.getElementById(id));

/**
 * @typedef {import("../judge/judging.js").Judging} Judging
 * @typedef {import("../judge/judging.js").Own} Own
 * @typedef {import("../judge/rubrics.js").Rubric} Rubric
 * @typedef {import("./form.js").Shown} Shown
 */

export class Judge {
  /** @type {Judging} */
  #said = nothingSaid();
  /** @type {Shown | undefined} */
  #draft;
  /** @type {Rubric | undefined} */
  #rubric;
  #shown = 0;
  #current = PAGE;
  #editing = false;
  #asWritten = false;
  /** @type {Map<string, AnswerText>} */
  #texts = new Map();
  #acted = 0;
  #typed = new TypedWords();

  /**
   * `changed` is called after each change, `hear` with what is to be said of a key that does nothing; `messages` gives the turns
   * as they stand in their fields now.
   * @param {{changed: () => void, hear: (text: string) => void, messages: () => import("../worker/captures.js").Message[], ask: (n: number) => void, stop: () => void}} ways
   */
  constructor(ways) {
    this.ways = ways;
    const page = new AnswerText(field("response"));
    this.#texts.set(PAGE, page);
    this.flagForm = new FlagForm(part("flag-form"), {
      made: (flag) => this.#change({ flags: [...this.#said.flags, flag] }),
      begun: (flag) => this.#keep({ begun: flag }),
      typed: (event, letters) => this.#isTyped(event, letters),
    });
    this.rewriting = new Rewriting(part("rewriting"), (change) => this.#rewritten(change), () => this.#leaveRewriting());
    field("response").addEventListener("input", () => this.#showMarks());
    page.frame.addEventListener("keydown", (event) => this.#onKey(event, PAGE));
    page.frame.addEventListener("focusin", () => this.#go(PAGE));
    field("justification").addEventListener("input", () => this.#keep({ justification: field("justification").value }));
    part("edit").addEventListener("click", () => this.#edit(!this.#editing));
    part("as-written").addEventListener("click", () => this.turn());
    part("flag").addEventListener("click", () => this.#flag(PAGE));
    part("rewrite").addEventListener("click", () => this.rewrite());
    for (const id of ["confidence", "ask-row"]) part(id).addEventListener("keydown", (event) => this.#onLetter(event), true);
    part("draft").addEventListener("keydown", (event) => this.#onEscape(event));
    for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => (this.#acted = Date.now()), true);
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** What was said, for the worker to keep. @returns {Judging} */
  get said() {
    return { ...this.#said, rubric: this.#rubric?.sha256 ?? this.#said.rubric };
  }

  /**
   * @param {Shown | undefined} draft
   * @param {Rubric | undefined} rubric
   * @param {string} closed why the window cannot be asked; "" where it can
   * @param {boolean} isOther whether what was said is to be shown anew
   */
  show(draft, rubric, closed, isOther) {
    const asked = this.#rubric;
    this.#draft = draft;
    this.#rubric = rubric;
    this.closed = closed;
    if (!draft) return;
    if ((isOther || rubric?.sha256 !== asked?.sha256) && this.flagForm.putAway()) this.#texts.get(PAGE)?.focus();
    if (isOther) {
      this.#shown++;
      this.#said = draft.judging ?? nothingSaid();
      this.#current = PAGE;
      field("justification").value = this.#said.justification;
      this.#edit(false);
      const { revision } = this.#said;
      this.rewriting.show(revision ? this.#textOf(revision.of) : "", revision);
    }
    this.#showAll();
  }

  /** What own models have written by now. @param {Own} own */
  showOwn(own) {
    if (this.#draft?.own?.id !== own?.id || !this.#draft) return;
    this.#draft = { ...this.#draft, own };
    this.#showOwn();
  }

  /** Why what was said cannot be handed over as it is; "" where it can. */
  reason() {
    if (this.flagForm.isBegun) return "flag";
    const keys = this.#keys;
    const { unrankable } = this.#said;
    if (keys.length > 1 && unrankable !== undefined) return unrankable.trim() ? "" : "unrankable";
    const typed = keys.length > 1 ? Object.values(this.#said.ranking).filter((text) => text.trim()) : [];
    return typed.every((text) => isRanking(text, keys, Boolean(this.#rubric?.strength))) ? "" : "ranking";
  }

  /** The keyboard goes to what a reason is about. @param {string} reason */
  goTo(reason) {
    if (reason === "flag") this.flagForm.focus();
    else if (reason === "unrankable") part("unrankable-why").focus();
    else if (reason === "ranking") /** @type {HTMLElement | null} */ (part("own-ranking").querySelector("input"))?.focus();
  }

  /** A number that is being typed is said as it stands. */
  settle() {
    const field = document.activeElement;
    if (isHalfTyped(field)) field?.dispatchEvent(new Event("change"));
  }

  /** The keyboard goes to the answer that it was at last. */
  back() {
    this.#texts.get(this.#current)?.focus();
  }

  /** The current answer is to be rewritten. */
  rewrite() {
    const of = this.#current;
    const text = this.#textOf(of);
    const known = this.#said.revision?.of === of ? this.#said.revision : undefined;
    const revision = known ?? { of, text, points: pointsOf(this.#said.flags, of, this.#rubric), point: "", summary: "" };
    this.rewriting.show(text, revision, this.#keys.length > 1 ? of.toUpperCase() : "");
    if (!known) this.#keep({ revision });
    this.rewriting.focus();
  }

  /** The answers as they were written, or laid out again. */
  turn() {
    this.#asWritten = !this.#asWritten;
    this.#showMarks();
  }

  /** The turns were edited: what own models were asked may be another thing now. */
  turnsChanged() {
    this.#showOwn();
    this.#showRatings();
  }

  get #keys() {
    return this.#draft ? keysOf({ ...this.#draft, messages: this.ways.messages() }) : [PAGE];
  }

  /** @param {string} key */
  #textOf(key) {
    return this.#texts.get(key)?.field.value ?? "";
  }

  /** @param {Partial<Judging>} change */
  #keep(change) {
    this.#said = { ...this.#said, ...change };
    this.ways.changed();
  }

  /** @param {Partial<Judging>} change */
  #change(change) {
    this.#keep(change);
    this.#showAll();
  }

  #showAll() {
    part("judging").hidden = !this.#rubric;
    part("no-rubric").hidden = Boolean(this.#rubric);
    part("flag").hidden = !this.#rubric?.flags || this.#editing;
    this.#showOwn();
    this.#showRatings();
    this.#showMarks();
    const steps = [1, 2, 3, 4, 5].map((value) => ({ value: String(value), name: String(value), key: String(value), help: word(`confidence${value}`) }));
    const value = this.#said.confidence ? String(this.#said.confidence) : "";
    const chosen = (/** @type {string} */ number) => this.#change({ confidence: Number(number) });
    const move = (/** @type {number} */ step) => void (step < 0 && field("justification").focus());
    replaceRows(part("confidence"), [scaleRow({ label: word("confidence"), steps, value, hint: word("pressKeys", "1", "5"), chosen, move })]);
  }

  #showRatings() {
    if (!this.#rubric) return;
    const keys = this.#keys;
    const here = [...this.#texts].find(([key, { frame }]) => keys.includes(key) && frame.contains(document.activeElement));
    if (here) this.#current = here[0]; // it may have been gone to before it could be judged
    else if (!keys.includes(this.#current)) this.#current = PAGE;
    showRatings(this.#rubric, this.#said, keys, this.#current, {
      said: () => this.#said,
      change: (change) => this.#change(change),
      keep: (change) => this.#keep(change),
      go: (key) => this.#go(key),
      back: () => this.back(),
    });
  }

  #showOwn() {
    if (!this.#draft) return;
    const own = this.#draft.own;
    const keys = this.#keys;
    const usable = ownOf({ ...this.#draft, messages: this.ways.messages() }).length > 0;
    showOwn({
      ...{ of: `${this.#shown} ${own?.id ?? ""}`, own, keys, usable, closed: this.closed ?? "", rubric: this.#rubric, said: this.#said, texts: this.#texts },
      ask: (n) => this.#ask(n),
      stop: this.ways.stop,
      change: (change) => this.#change(change),
      key: (event, key) => this.#onKey(event, key),
      focus: (key) => this.#go(key),
      back: () => this.back(),
    });
    this.#showMarks();
    this.#showBegun();
  }

  /** The flag that is begun, at its answer as it was left; it waits where that is not in sight, or no flags are asked for. */
  #showBegun() {
    const { begun } = this.#said;
    if (this.flagForm.isOpen) return;
    const [answer, under] = [this.#texts.get(begun?.candidate ?? ""), document.getElementById(`flags-${begun?.candidate}`)];
    if (begun && answer && under && this.#rubric?.flags) this.flagForm.restore(begun, answer, this.#rubric.flags, under);
    else this.flagForm.putAway();
  }

  #showMarks() {
    const set = this.#rubric?.flags;
    const all = this.#said.flags.map((flag, at) => ({ flag, at }));
    for (const [key, text] of this.#texts) {
      text.asWritten = this.#asWritten;
      const own = all.filter(({ flag }) => flag.candidate === key);
      text.mark(own.map(({ flag }) => ({ ...flag, letter: set?.categories.find(({ id }) => id === flag.category)?.letter ?? "" })));
      const list = document.getElementById(`flags-${key}`);
      const removed = (/** @type {number} */ at) => this.#change({ flags: this.#said.flags.filter((_, number) => number !== at) });
      if (list) showFlags(list, own, set, text.field.value, { removed, back: () => text.focus() });
    }
    part("as-written").hidden = this.#editing || ![...this.#texts.values()].some(({ differs }) => differs);
    part("as-written").setAttribute("aria-pressed", String(this.#asWritten));
  }

  /** Own models are asked; what was said of answers that give way to theirs is said of none of these. @param {number} n */
  #ask(n) {
    const { ratings, answers, flags, begun } = this.#said;
    const isOfPage = (/** @type {{candidate: string}} */ { candidate }) => candidate === PAGE;
    const kept = { ratings: ratings.filter(isOfPage), answers: answers.filter(isOfPage), flags: flags.filter(isOfPage), ranking: {} };
    this.#change({ ...kept, begun: begun && isOfPage(begun) ? begun : undefined });
    this.ways.ask(n);
  }

  /** Another answer is the one that is rated and rewritten. @param {string} key */
  #go(key) {
    if (key === this.#current || !this.#keys.includes(key)) return;
    this.#current = key;
    this.#showRatings();
  }

  /** @param {boolean} on */
  #edit(on) {
    this.#editing = on;
    const page = this.#texts.get(PAGE);
    if (page) page.edited = on;
    part("edit").textContent = on ? word("editDone") : word("edit");
    part("edit").setAttribute("aria-pressed", String(on));
    part("flag").hidden = on || !this.#rubric?.flags;
    this.#showMarks();
    if (on) page?.focus();
  }

  /** @param {string} key */
  #flag(key) {
    const text = this.#texts.get(key);
    const under = document.getElementById(`flags-${key}`);
    if (text && under && this.#rubric?.flags) this.flagForm.open(key, text, this.#rubric.flags, under);
  }

  /** @param {Partial<import("../judge/judging.js").Revision>} change */
  #rewritten(change) {
    if (this.#said.revision) this.#keep({ revision: { ...this.#said.revision, ...change } });
  }

  /** The rewriting is put away; one that changes nothing is none. */
  #leaveRewriting() {
    this.#change({ revision: undefined });
    this.back();
  }

  /**
   * Keys at an answer that is read, not edited.
   * @param {KeyboardEvent} event
   * @param {string} key
   */
  #onKey(event, key) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!this.#texts.get(key)?.reads) {
      if (event.key === "Escape") this.#edit(false);
      return;
    }
    if (this.#isTyped(event, LETTERS)) return event.preventDefault();
    const letter = event.key.toLowerCase();
    const keys = this.#keys;
    const alone = keys.length === 1 && this.#rubric?.verdicts.length;
    if (letter === "f") this.#flag(key);
    else if (letter === "e") this.rewrite();
    else if (event.key === "Enter") focusRow(part("ratings"), 0);
    else if (letter === "s") focusRow(part("confidence"), 0);
    else if (letter === "q") field("justification").focus();
    else if (letter === "r") this.#toAsk();
    else if (letter === "g" && alone) this.#change({ level: this.#said.level === "all_good" ? "" : "all_good" });
    else if (letter === "x" && alone) this.#change({ level: this.#said.level === "all_bad" ? "" : "all_bad" });
    else if (letter === "n" && keys.length > 1 && this.#rubric?.verdicts.length) part("unrankable").click();
    else if (letter === "v" || event.key === ">") /** @type {HTMLElement | null} */ (part("own-ranking").querySelector("input"))?.focus();
    else if (/^[1-5]$/.test(letter)) this.#texts.get(letter === "1" ? PAGE : keyOf(Number(letter) - 2))?.focus();
    else return;
    event.preventDefault();
  }

  /**
   * Whether a key belongs to words that are typed where letters do something; where they begin it is said.
   * @param {KeyboardEvent} event
   * @param {string} letters that do something there
   */
  #isTyped(event, letters) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const taken = this.#typed.take(event.key, letters);
    if (taken === "begun") this.ways.hear(word("lettersAreCommands"));
    return taken !== "";
  }

  /** Words that go on where a letter has led do nothing there either. @param {KeyboardEvent} event */
  #onLetter(event) {
    if (!this.#isTyped(event, "")) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Esc leads back to the answer from wherever it means nothing else. @param {KeyboardEvent} event */
  #onEscape(event) {
    const isAtAnswer = /** @type {Element} */ (event.target).closest(".answer-text") !== null;
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || isAtAnswer) return;
    event.preventDefault();
    this.back();
  }

  /** The keyboard goes to what asks own models, or stops them; why they cannot be asked is said. */
  #toAsk() {
    if (!part("stop").hidden) part("stop").focus();
    else if (this.closed) this.ways.hear(this.closed);
    else part("ask").focus();
  }

  /** Another second was worked, if anybody is there. */
  #tick() {
    if (!this.#draft || document.hidden || Date.now() - this.#acted > IDLE_MS) return;
    this.#said = { ...this.#said, active: this.#said.active + TICK_MS };
  }
}

/**
 * What the flags of an answer ask to be changed: their notes, else the words that they stand at, as on the bench.
 * @param {import("../judge/judging.js").Flag[]} flags
 * @param {string} key
 * @param {Rubric | undefined} rubric
 */
function pointsOf(flags, key, rubric) {
  const name = (/** @type {string} */ category) => rubric?.flags?.categories.find(({ id }) => id === category)?.name ?? category;
  const own = flags.filter(({ candidate }) => candidate === key);
  return own.map(({ note, span, category }) => (note ?? span?.exact ?? name(category)).trim().replace(/\s+/gu, " ")).filter(Boolean).slice(0, MOST_POINTS);
}

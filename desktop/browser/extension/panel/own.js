// Answers of own models beside the page's. Cards stay while their texts grow, so that the keyboard
// and what is selected stay too.

import { keyOf, PAGE } from "../judge/judging.js";
import { placed, standing } from "../judge/ranking.js";
import { countWords } from "../judge/diff.js";
import { AnswerText } from "./answer.js";
import { rank, showRanking } from "./ranking.js";
import { scaleRow } from "./scale.js";
import { counted, word } from "./words.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * `usable`: the answers can be judged. `closed`: why the window cannot be asked, "" where it can.
 * @typedef {import("./ranking.js").Shown & {own?: import("../judge/judging.js").Own, usable: boolean, closed: string,
 *   texts: Map<string, AnswerText>, ask: (n: number) => void, stop: () => void,
 *   key: (event: KeyboardEvent, key: string) => void, focus: (key: string) => void}} Shown
 */

/** @type {Shown} */
let now;
/** Of which asking the cards are. */
let cardsOf = "";

/** @param {Shown} shown */
export function showOwn(shown) {
  now = shown;
  const { own, usable, closed, keys, rubric } = shown;
  const writing = Boolean(own?.answers.some(({ state }) => state === "writing"));
  const [fromAsk, fromStop] = [part("ask-row"), part("stop")].map((each) => each.contains(document.activeElement));
  part("stop").hidden = !writing;
  part("ask-row").hidden = writing;
  if (writing && fromAsk) part("stop").focus();
  /** @type {HTMLButtonElement} */ (part("ask")).disabled = Boolean(closed);
  part("ask-why").textContent = closed;
  part("own-problem").textContent = problemOf(own, writing, usable);
  if (cardsOf !== (own?.id ?? "") || document.querySelectorAll("#own-list > li").length !== (own?.answers.length ?? 0)) makeCards(own);
  own?.answers.forEach((answer, number) => showCard(answer, keyOf(number), !writing && !usable));
  if (!writing && fromStop) (shown.texts.get(keyOf(0)) ?? part("ask")).focus(); // on to what was written
  const ranked = keys.length > 1 && Boolean(rubric?.verdicts.length);
  part("own-ranking").hidden = !ranked || shown.said.unrankable !== undefined;
  part("unrankable-row").hidden = !ranked;
  if (ranked) showRanking(shown);
  showUnrankable();
}

/** Joins what a person does here, once. */
export function listenToOwn() {
  part("ask").addEventListener("click", () => {
    const count = /** @type {HTMLSelectElement} */ (part("ask-count")).value;
    now?.ask(Number(count));
  });
  part("stop").addEventListener("click", () => now?.stop());
  part("unrankable").addEventListener("click", () => {
    const isNow = now?.said.unrankable === undefined;
    now?.change({ unrankable: isNow ? "" : undefined });
    if (isNow) part("unrankable-why").focus();
  });
  const why = /** @type {HTMLInputElement} */ (part("unrankable-why"));
  why.placeholder = word("why");
  why.addEventListener("input", () => now?.change({ unrankable: why.value }));
  why.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && (event.key !== "Enter" || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    now?.back();
  });
}

/**
 * @param {import("../judge/judging.js").Own | undefined} own
 * @param {boolean} writing
 * @param {boolean} usable
 */
function problemOf(own, writing, usable) {
  if (!own || writing) return "";
  if (own.problem === "gone") return word("ownGone");
  if (own.done && !usable && own.answers.some(({ text, state }) => text && state !== "failed")) return word("ownOther");
  const known = own.code && (word(`asked_${own.code}`) || word(`refused_${own.code}`)); // in this panel's language
  return known || own.problem || own.answers.find(({ problem }) => problem)?.problem || "";
}

/** @param {import("../judge/judging.js").Own | undefined} own */
function makeCards(own) {
  cardsOf = own?.id ?? "";
  for (const key of [...now.texts.keys()]) if (key !== PAGE) now.texts.delete(key);
  const cards = (own?.answers ?? []).map((_, number) => {
    const key = keyOf(number);
    const card = document.createElement("li");
    const head = document.createElement("div");
    head.className = "row";
    const letter = document.createElement("span");
    letter.className = "letter";
    letter.textContent = key.toUpperCase();
    const state = document.createElement("span");
    state.className = "beside state";
    const text = document.createElement("textarea");
    text.readOnly = true;
    text.rows = 1;
    text.spellcheck = false;
    text.ariaLabel = word("ownAnswer", key.toUpperCase());
    const place = document.createElement("div");
    place.className = "place";
    const flags = document.createElement("ul");
    flags.id = `flags-${key}`;
    flags.className = "flags";
    head.append(letter, state, place);
    card.append(head, text, flags);
    const answer = new AnswerText(text);
    answer.frame.addEventListener("keydown", (event) => now.key(event, key));
    answer.frame.addEventListener("focusin", () => now.focus(key));
    now.texts.set(key, answer);
    return card;
  });
  const hadKeyboard = part("own-list").contains(document.activeElement);
  part("own-list").replaceChildren(...cards);
  if (hadKeyboard) now.texts.get(PAGE)?.focus();
}

/**
 * @param {import("../judge/judging.js").OwnAnswer} answer
 * @param {string} key
 * @param {boolean} old
 */
function showCard({ text, state, problem }, key, old) {
  const shown = now.texts.get(key);
  const card = shown?.field.closest("li");
  if (!shown || !card) return;
  if (shown.field.value !== text) shown.field.value = text;
  card.classList.toggle("old", old);
  const words = counted("words", countWords(text));
  const said = state === "writing" ? word("writing", words) : state === "failed" ? problem || word("failed") : state === "stopped" ? `${words}, ${word("stopped")}` : words;
  const line = /** @type {HTMLElement} */ (card.querySelector(".state"));
  if (line.textContent !== said) line.textContent = said;
  const place = /** @type {HTMLElement} */ (card.querySelector(".place"));
  const axis = now.rubric?.verdicts[0]?.id;
  const judged = now.keys.includes(key) && axis !== undefined && now.said.unrankable === undefined;
  place.hidden = !judged;
  if (!judged) return place.replaceChildren();
  const typed = now.said.ranking[axis] ?? "";
  const steps = [
    { value: ">", name: word("better"), key: "" },
    { value: "=", name: word("asGood"), key: "" },
    { value: "<", name: word("worse"), key: "" },
  ];
  const value = standing(typed, key, PAGE);
  const focused = [...place.querySelectorAll("button")].indexOf(/** @type {any} */ (document.activeElement));
  const chosen = (/** @type {string} */ how) => rank(axis, placed(typed, now.keys, key, /** @type {any} */ (how || value), PAGE));
  place.replaceChildren(scaleRow({ label: word("besidePage", key.toUpperCase()), steps, value, hint: "", chosen }));
  if (focused >= 0) /** @type {HTMLElement | null} */ (place.querySelector('[tabindex="0"]'))?.focus();
}

function showUnrankable() {
  const { unrankable } = now.said;
  part("unrankable").setAttribute("aria-pressed", String(unrankable !== undefined));
  const why = /** @type {HTMLInputElement} */ (part("unrankable-why"));
  why.hidden = unrankable === undefined;
  if (why.value !== (unrankable ?? "")) why.value = unrankable ?? "";
}

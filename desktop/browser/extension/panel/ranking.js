// The ranking of all answers, twice as on the bench: as chips that are moved, and as a field for `b>a=c`. Both show one text.

import { Steps, tiersOf, writtenRanking } from "../judge/moves.js";
import { isRanking, RankingError, readRanking } from "../judge/ranking.js";
import { Chips } from "./chips.js";
import { word } from "./words.js";

/**
 * `of` names what is ranked; steps back end where it changes. `back` has the keyboard go back to the answers.
 * @typedef {{of: string, rubric?: import("../judge/rubrics.js").Rubric, keys: string[], said: import("../judge/judging.js").Judging,
 *   change: (change: Partial<import("../judge/judging.js").Judging>) => void, back: () => void}} Shown
 * @typedef {{axis: string, row: HTMLElement, label: HTMLElement, chips: Chips, field: HTMLInputElement, help: HTMLElement,
 *   heard: HTMLElement, steps: Steps}} Row
 */

/** @type {Shown} */
let now;
/** @type {Row[]} */
let rows = [];

/** @param {Shown} shown */
export function showRanking(shown) {
  const isOther = shown.of !== now?.of;
  now = shown;
  const axes = shown.rubric?.verdicts ?? [];
  if (rows.map(({ axis }) => axis).join() !== axes.map(({ id }) => id).join()) {
    rows = axes.map(({ id }) => rowOf(id));
    document.getElementById("own-ranking")?.replaceChildren(...rows.map(({ row }) => row));
  }
  rows.forEach((row, at) => {
    if (isOther) {
      row.steps = new Steps();
      row.heard.textContent = "";
    }
    showRow(row, axes.length > 1 ? axes[at].name : "");
  });
}

/**
 * A person ranked; `typed` where it was letter by letter.
 * @param {string} axis
 * @param {string} text
 * @param {boolean} [typed]
 */
export function rank(axis, text, typed = false) {
  const before = now.said.ranking[axis] ?? "";
  if (text === before) return;
  rows.find((row) => row.axis === axis)?.steps.did(before, typed);
  put(axis, text);
}

/**
 * @param {string} axis
 * @param {string} text
 */
function put(axis, text) {
  now.change({ ranking: { ...now.said.ranking, [axis]: text } });
}

/**
 * @param {Row} row
 * @param {string} name
 */
function showRow({ axis, label, chips, field, help }, name) {
  const { keys, said, rubric } = now;
  const typed = said.ranking[axis] ?? "";
  const withStrength = Boolean(rubric?.strength);
  label.textContent = field.ariaLabel = name || word("ranking");
  if (field.value !== typed) field.value = typed;
  const ranking = isRanking(typed, keys, withStrength) ? readRanking(typed, keys, withStrength) : undefined;
  const mark = ranking ? ">".repeat(Math.max(1, ranking.strength ?? 1)) : "";
  chips.show(word("rankingChips", name || word("ranking")), tiersOf(typed, keys), mark);
  const [kind, text] = rankingSaid(typed, keys, withStrength);
  help.className = `scale-help ${kind}`;
  if (help.textContent !== text) help.textContent = text;
}

/**
 * @param {string} axis
 * @returns {Row}
 */
function rowOf(axis) {
  const row = document.createElement("div");
  row.className = "scale-row";
  const label = document.createElement("span");
  label.className = "scale-name";
  const chips = new Chips(`chips-${axis}`, {
    ranked: (tiers) => {
      rank(axis, writtenRanking(now.said.ranking[axis] ?? "", now.keys, tiers, Boolean(now.rubric?.strength)));
      made.heard.textContent = chips.said;
    },
    back: (isBack) => {
      const typed = now.said.ranking[axis] ?? "";
      const text = isBack ? made.steps.back(typed) : made.steps.again(typed);
      if (text === undefined) return;
      put(axis, text);
      made.heard.textContent = text ? chips.saidOfAll : word("rankingNone");
    },
    left: () => now.back(),
  });
  const field = document.createElement("input");
  field.type = "text";
  field.spellcheck = false;
  field.autocomplete = "off";
  field.dataset.axis = axis;
  field.addEventListener("input", () => rank(axis, field.value, true));
  field.addEventListener("blur", () => made.steps.rest());
  field.addEventListener("keydown", (event) => onKey(event, made));
  const help = document.createElement("span");
  help.className = "scale-help";
  help.setAttribute("aria-live", "polite");
  const heard = document.createElement("span");
  heard.className = "read-out";
  heard.setAttribute("aria-live", "polite");
  const keys = document.createElement("span");
  keys.className = "scale-help keys";
  keys.setAttribute("aria-hidden", "true"); // they are in the chips' description
  keys.textContent = word("chipKeys");
  row.append(label, chips.part, keys, field, help, heard);
  const made = { axis, row, label, chips, field, help, heard, steps: new Steps() };
  return made;
}

/**
 * Enter accepts a ranking, and goes on to the next one or back to the answers; Esc goes back.
 * @param {KeyboardEvent} event
 * @param {Row} row
 */
function onKey(event, row) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") now.back();
  else if (event.key !== "Enter") return;
  else if (!row.field.value.trim() || row.help.className.includes("well")) (rows[rows.indexOf(row) + 1]?.field ?? { focus: now.back }).focus();
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {string} typed
 * @param {string[]} keys
 * @param {boolean} withStrength
 */
function rankingSaid(typed, keys, withStrength) {
  const letters = keys.map((key) => key.toUpperCase()).join(", ");
  if (!typed.trim()) return ["", word("rankingHint", [...keys].reverse().join(">"))];
  try {
    readRanking(typed, keys, withStrength);
    return ["well", ""];
  } catch (error) {
    if (!(error instanceof RankingError)) throw error;
    return ["wrong", word(`ranking_${error.code}`, error.letter || [...keys].reverse().join(">"), letters)];
  }
}

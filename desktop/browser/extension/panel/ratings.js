// The rubric's ratings and questions about one answer, a row each: a digit rates and goes on, arrows and Enter go from row to
// row, Enter from the last one to the next answer.

import { answersTo } from "../judge/rubrics.js";
import { focusRow, replaceRows, scaleRow } from "./scale.js";
import { word } from "./words.js";

const MOST_BUTTONS = 10; // of a scale; a longer one is a number to be typed

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @typedef {import("../judge/judging.js").Judging} Judging
 * `said` is what is said by now; `keep` is a change that is shown already, and leaves the rows where a keyboard is on its way to;
 * `back` has the keyboard go back to the answer.
 * @typedef {{said: () => Judging, change: (change: Partial<Judging>) => void, keep: (change: Partial<Judging>) => void, go: (key: string) => void, back: () => void}} Ways
 */

/**
 * @param {import("../judge/rubrics.js").Rubric} rubric
 * @param {Judging} said
 * @param {string[]} keys
 * @param {string} current
 * @param {Ways} ways
 */
export function showRatings(rubric, said, keys, current, ways) {
  part("rubric-name").textContent = rubric.name;
  part("rated").hidden = keys.length < 2;
  const pressed = [...part("rated").children].findIndex((each) => each === document.activeElement);
  part("rated").replaceChildren(
    ...keys.map((key) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "letter";
      made.textContent = key.toUpperCase();
      made.ariaLabel = word("rateAnswer", key.toUpperCase());
      made.setAttribute("aria-pressed", String(key === current));
      made.addEventListener("click", () => ways.go(key));
      return made;
    }),
  );
  if (pressed >= 0) /** @type {HTMLElement | undefined} */ (part("rated").children[pressed])?.focus();
  const list = part("ratings");
  const rows = [...rubric.axes.map((axis, at) => axisRow(axis, at)), ...rubric.questions.map((question, at) => questionRow(question, rubric.axes.length + at))];
  if (keys.length === 1 && rubric.verdicts.length) rows.push(levelRow(rubric.verdicts[0].name));
  replaceRows(list, rows);

  /** @param {number} at */
  function moves(at) {
    return {
      goOn: () => void focusRow(list, at + 1),
      move: (/** @type {number} */ step) => void (at + step < 0 ? ways.back() : focusRow(list, at + step)),
      enter: () => void (focusRow(list, at + 1) || nextAnswer()),
    };
  }

  /** The first row, about the next answer; after the last one back to it. */
  function nextAnswer() {
    const next = keys[keys.indexOf(current) + 1];
    if (next === undefined) return ways.back();
    ways.go(next);
    focusRow(list, 0);
  }

  /**
   * A row of fields takes the keys that go from row to row; in a field for a number the arrows are the field's own.
   * @param {HTMLElement} row
   * @param {number} at
   */
  function withKeys(row, at) {
    const { move, enter } = moves(at);
    const isNumber = row.querySelector("input[type=number]") !== null;
    row.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter") enter();
      else if (step && !isNumber) move(step);
      else return;
      event.preventDefault();
    });
    return row;
  }

  /**
   * @param {import("../judge/rubrics.js").Axis} axis
   * @param {number} at
   */
  function axisRow(axis, at) {
    const isOf = (/** @type {Judging["ratings"][number]} */ { candidate, axis: of }) => candidate === current && of === axis.id;
    const known = said.ratings.find(isOf);
    const rated = (/** @type {string} */ value) => {
      const others = ways.said().ratings.filter((each) => !isOf(each));
      const rating = { candidate: current, axis: axis.id, value: value === "na" ? /** @type {const} */ ("na") : Number(value) };
      return { ratings: value === "" ? others : [...others, rating] };
    };
    const value = known === undefined ? "" : String(known.value);
    if (axis.highest - axis.lowest >= MOST_BUTTONS) {
      const row = withKeys(numberRow(axis, value, (said) => ways.keep(rated(said))), at);
      row.dataset.of = `${rubric.sha256} ${axis.id} ${current}`;
      return row;
    }
    const steps = Array.from({ length: axis.highest - axis.lowest + 1 }, (_, number) => {
      const step = axis.lowest + number;
      const { name = "", help = "" } = axis.steps.find((each) => each.value === step) ?? {};
      return { value: String(step), name: String(step), key: step >= 0 && step < 10 ? String(step) : "", help: [name, help].filter(Boolean).join(": ") };
    });
    if (axis.na) steps.push({ value: "na", name: "–", key: "-", help: word("notApplicable") });
    const chosen = (/** @type {string} */ step) => ways.change(rated(step));
    return scaleRow({ label: axis.name, steps, value, hint: word("pressKeys", String(axis.lowest), String(axis.highest)), chosen, ...moves(at) });
  }

  /**
   * @param {import("../judge/rubrics.js").Question} question
   * @param {number} at
   */
  function questionRow(question, at) {
    const known = said.answers.find(({ candidate, question: of }) => candidate === current && of === question.id);
    const others = said.answers.filter((each) => each !== known);
    const keep = (/** @type {string | string[] | undefined} */ value) =>
      ways.change({ answers: value === undefined ? others : [...others, { candidate: current, question: question.id, value }] });
    const steps = answersTo(question, word);
    if (question.kind === "several") return withKeys(severalRow(question, steps, known && [known.value].flat(), keep, moves(at).goOn), at);
    const row = scaleRow({ label: question.name, steps, value: typeof known?.value === "string" ? known.value : "", hint: "", chosen: (value) => keep(value || undefined), ...moves(at) });
    row.classList.add("stacked");
    return row;
  }

  /** @param {string} name */
  function levelRow(name) {
    const steps = [
      { value: "all_good", name: word("good"), key: "g" },
      { value: "all_bad", name: word("bad"), key: "x" },
    ];
    const chosen = (/** @type {string} */ level) => ways.change({ level: /** @type {Judging["level"]} */ (level) });
    const moved = moves(rubric.axes.length + rubric.questions.length);
    return scaleRow({ label: name || word("overall"), steps, value: said.level, hint: word("pressEither", "G", "X"), chosen, ...moved });
  }
}

/**
 * @param {import("../judge/rubrics.js").Axis} axis
 * @param {string} value
 * @param {(value: string) => void} chosen
 */
function numberRow({ name, lowest, highest, steps }, value, chosen) {
  const row = document.createElement("label");
  row.className = "scale-row";
  const label = document.createElement("span");
  label.className = "scale-name";
  label.textContent = name;
  const input = document.createElement("input");
  Object.assign(input, { type: "number", min: String(lowest), max: String(highest), defaultValue: value, placeholder: `${lowest}–${highest}` });
  input.addEventListener("change", () => {
    const number = Math.round(input.valueAsNumber);
    const said = Number.isNaN(number) ? "" : String(Math.min(highest, Math.max(lowest, number)));
    input.value = input.defaultValue = said; // it is typed to its end
    chosen(said);
  });
  const help = document.createElement("span");
  help.className = "scale-help";
  help.textContent = [steps[0], steps[steps.length - 1]].map((step) => `${step.value} ${step.name || step.help}`).join(" … ");
  row.append(label, input, help);
  return row;
}

/**
 * A box for each choice, and one for none of them: what nobody has said is no answer. A choice's key puts it in or takes it
 * out, 0 is none of them, and Backspace takes the answer back.
 * @param {import("../judge/rubrics.js").Question} question
 * @param {{value: string, name: string, key: string}[]} steps
 * @param {string[] | undefined} known
 * @param {(value: string[] | undefined) => void} keep
 * @param {() => void} goOn
 */
function severalRow({ name }, steps, known, keep, goOn) {
  const row = document.createElement("fieldset");
  row.className = "several";
  const legend = document.createElement("legend");
  legend.textContent = name;
  const toggle = (/** @type {string} */ changed) =>
    keep(steps.map(({ value }) => value).filter((value) => (known?.includes(value) ?? false) !== (value === changed)));
  const boxes = steps.map(({ value, name: said }) => checkBox(said, known?.includes(value) ?? false, () => toggle(value)));
  const none = checkBox(word("said_none"), known?.length === 0, (on) => keep(on ? [] : undefined));
  const help = document.createElement("span");
  help.className = "scale-help";
  help.textContent = word("pressKeys", "0", steps.filter(({ key }) => key).at(-1)?.key.toUpperCase() ?? "");
  row.append(legend, ...boxes, none, help);
  row.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = steps.find(({ key }) => key && key === event.key.toLowerCase());
    if (step) toggle(step.value);
    else if (event.key === "0") {
      keep([]);
      goOn();
    } else if (event.key === "Backspace" || event.key === "Delete") keep(undefined);
    else return;
    event.preventDefault();
  });
  return row;
}

/**
 * @param {string} said
 * @param {boolean} checked
 * @param {(on: boolean) => void} changed
 */
function checkBox(said, checked, changed) {
  const label = document.createElement("label");
  label.className = "check";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", checked });
  box.addEventListener("change", () => changed(box.checked));
  label.append(box, ` ${said}`);
  return label;
}


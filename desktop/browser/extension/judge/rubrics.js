// The rubric of the window's project, as the panel shows it. The window is known by its key; what it says is looked at all
// the same, so that a rubric of a later version never breaks the panel.

/**
 * @typedef {{id: string, name: string, help: string}} Named
 * @typedef {Named & {lowest: number, highest: number, na: boolean, steps: {value: number, name: string, help: string}[]}} Axis
 * @typedef {Named & {kind: string, choices: Named[]}} Question
 * @typedef {Named & {letter: string, asksGroup: boolean, kinds: Named[]}} Category
 * @typedef {{categories: Category[], severities: Named[], groups: Named[]}} Flags
 * @typedef {{sha256: string, name: string, axes: Axis[], questions: Question[], verdicts: Named[], strength: boolean,
 *   flags?: Flags}} Rubric
 */

/**
 * The rubric in the window's message; undefined where it is none.
 * @param {any} told
 * @returns {Rubric | undefined}
 */
export function readRubric(told) {
  const rubric = told?.rubric;
  if (!/^[0-9a-f]{64}$/.test(String(told?.sha256)) || typeof rubric?.name !== "string") return undefined;
  const { flags } = rubric;
  return {
    sha256: told.sha256,
    name: rubric.name,
    axes: list(rubric.axes).flatMap(axis),
    questions: list(rubric.questions).map((each) => ({ ...named(each), name: text(each.text), kind: text(each.kind), choices: list(each.choices).map(named) })),
    verdicts: rubric.verdicts === undefined ? [{ id: "overall", name: "", help: "" }] : list(rubric.verdicts).map(named),
    strength: rubric.strength === true,
    ...(flags ? { flags: { categories: list(flags.categories).map(category), severities: list(flags.severities).map(named), groups: list(flags.target_groups).map(named) } } : {}),
  };
}

/**
 * What may be answered to a question, with the key that says it.
 * @param {Question} question
 * @param {(name: string) => string} word
 * @returns {{value: string, name: string, key: string}[]}
 */
export function answersTo({ kind, choices }, word) {
  const fixed = { yes_no: ["yes", "no"], yes_no_unsure: ["yes", "no", "unsure"] }[kind];
  if (fixed) return fixed.map((value) => ({ value, name: word(`said_${value}`), key: value[0] }));
  const keys = choices.length < 10 ? "123456789" : "abcdefghijklmnopqrstuvwxyz"; // as on the bench
  return choices.map(({ id, name }, at) => ({ value: id, name, key: keys[at] ?? "" }));
}

/** @param {any} each */
function named(each) {
  return { id: text(each?.id), name: text(each?.name), help: text(each?.help) };
}

/** @param {any} each */
function axis(each) {
  const steps = list(each.steps).map((/** @type {any} */ step) => ({ value: Number(step.value), name: text(step.name), help: text(step.help) }));
  if (steps.length < 2 || !steps.every(({ value }) => Number.isSafeInteger(value))) return [];
  return [{ ...named(each), steps, lowest: steps[0].value, highest: steps[steps.length - 1].value, na: each.na === true }];
}

/** @param {any} each */
function category(each) {
  return { ...named(each), letter: text(each.letter), asksGroup: each.asks_target_group === true, kinds: list(each.kinds).map(named) };
}

/**
 * @param {unknown} value
 * @returns {any[]}
 */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : "";
}

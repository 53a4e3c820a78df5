// A row of values of which one is chosen, by its key or a click: one stop of Tab, radio buttons for a screen reader.

/**
 * `capped`: its key is shown before its name.
 * @typedef {{value: string, name: string, key: string, help?: string, capped?: boolean}} Step
 * `goOn` is called after a choice by key, `move` for arrows up and down, `enter` for Enter, which never chooses.
 * @typedef {{label: string, steps: Step[], value: string, hint: string, chosen: (value: string) => void,
 *   goOn?: () => void, move?: (step: number) => void, enter?: () => void}} Shown
 */

/**
 * @param {Shown} shown
 * @returns {HTMLElement}
 */
export function scaleRow({ label, steps, value, hint, chosen, goOn, move, enter }) {
  const row = document.createElement("div");
  row.className = "scale-row";
  const name = document.createElement("span");
  name.className = "scale-name";
  name.textContent = label;
  const scale = document.createElement("div");
  scale.className = "scale";
  scale.setAttribute("role", "radiogroup");
  scale.setAttribute("aria-label", label);
  const at = steps.findIndex((step) => step.value === value);
  const buttons = steps.map((step, number) => stepButton(step, number === at, number === Math.max(0, at), chosen));
  scale.append(...buttons);
  const help = document.createElement("span");
  help.className = "scale-help";
  help.textContent = steps[at]?.help || (at < 0 ? hint : "");
  row.append(name, scale, help);
  scale.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const number = steps.findIndex(({ key }) => key && key === event.key.toLowerCase());
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const over = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (number >= 0) {
      chosen(steps[number].value);
      goOn?.();
    } else if (beside) {
      const next = Math.min(steps.length - 1, Math.max(0, at < 0 ? 0 : at + beside));
      chosen(steps[next].value);
    } else if (over && move) move(over);
    else if (event.key === "Enter") enter?.();
    else if ((event.key === "Backspace" || event.key === "Delete") && at >= 0) chosen("");
    else return;
    event.preventDefault();
  });
  return row;
}

/**
 * @param {Step} step
 * @param {boolean} isChosen
 * @param {boolean} takesTab
 * @param {(value: string) => void} chosen
 */
function stepButton({ value, name, key, help, capped }, isChosen, takesTab, chosen) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  if (capped) {
    const cap = document.createElement("kbd");
    cap.textContent = key.toUpperCase();
    button.prepend(cap, " ");
  }
  button.title = help ?? "";
  button.setAttribute("role", "radio");
  button.setAttribute("aria-checked", String(isChosen));
  if (help) button.setAttribute("aria-label", `${name}, ${help}`);
  button.tabIndex = takesTab ? 0 : -1;
  button.addEventListener("click", () => chosen(isChosen ? "" : value));
  return button;
}

/** Whether a number is being typed in a field, and has not been said yet. @param {Element | null} field */
export function isHalfTyped(field) {
  const isNumber = field instanceof HTMLInputElement && field.type === "number" && field === document.activeElement;
  return isNumber && (field.value !== field.defaultValue || field.validity.badInput);
}

/**
 * Put rows in the place of those that are there, and keep the keyboard where it was. The row of a number that is being typed
 * stays, where there is to be one of the same name.
 * @param {HTMLElement} part
 * @param {HTMLElement[]} rows
 */
export function replaceRows(part, rows) {
  const typed = [...part.children].find((row) => isHalfTyped(row.querySelector("input:focus")));
  const same = rows.findIndex((row) => row.dataset.of && row.dataset.of === /** @type {HTMLElement | undefined} */ (typed)?.dataset.of);
  if (typed && same >= 0) {
    for (const row of [...part.children]) if (row !== typed) row.remove();
    typed.before(...rows.slice(0, same));
    typed.after(...rows.slice(same + 1));
    return;
  }
  const before = [...part.children].findIndex((row) => row.contains(document.activeElement));
  const stop = before < 0 ? 0 : stopsOf(part.children[before]).findIndex((each) => each === document.activeElement);
  part.replaceChildren(...rows);
  if (before >= 0) focusRow(part, before, Math.max(0, stop));
}

/**
 * The keyboard goes to a row; false where there is none.
 * @param {HTMLElement} part
 * @param {number} at
 * @param {number} [stop] which of the row's
 */
export function focusRow(part, at, stop = 0) {
  const stops = stopsOf(part.children[at]);
  (stops[stop] ?? stops[0])?.focus();
  return stops.length > 0;
}

/**
 * Where Tab stops in a row.
 * @param {Element | undefined} row
 */
function stopsOf(row) {
  return /** @type {HTMLElement[]} */ ([...(row?.querySelectorAll('[tabindex="0"], input, select') ?? [])]);
}

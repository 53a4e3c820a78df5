// How far an item has come: kept here, on the desk, signed; and a list of those that arrived lately.

import { when, word } from "./words.js";

/** @typedef {import("../worker/database.js").Item} Item */

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What the middle of the three steps says. @type {Record<string, string>} */
const STATES = {
  waiting: "whereDesk",
  accepted: "whereAccepted",
  saved: "whereSaved",
  signed: "whereDesk",
  discarded: "whereDiscarded",
};

/**
 * @param {boolean} here whether something is looked over or waits in this browser
 * @param {Item | undefined} last what arrived last
 * @param {boolean} open whether the window tells how far it has come
 */
export function showWhere(here, last, open) {
  const at = here ? 0 : last?.state === "signed" ? 2 : last ? 1 : -1;
  const names = ["whereKept", (!here && STATES[last?.state ?? ""]) || "whereDesk", "whereSigned"];
  const steps = names.map((name, step) => {
    const shown = document.createElement("span");
    shown.textContent = `${step <= at ? "●" : "○"} ${word(name)}`;
    shown.className = step === at ? "now" : "";
    if (step === at) shown.setAttribute("aria-current", "step");
    return shown;
  });
  part("where").replaceChildren(...(at < 0 ? [] : steps));
  part("stale").hidden = at < 1 || at === 2 || open;
}

/** @param {Item[]} items */
export function showLately(items) {
  part("lately").hidden = !items.length;
  part("lately-list").replaceChildren(
    ...items.map(({ origin, at, state }) => {
      const row = document.createElement("li");
      row.className = "row";
      const place = document.createElement("span");
      place.className = "beginning";
      place.textContent = origin.replace(/^https?:\/\//, "");
      const time = document.createElement("span");
      time.className = "quiet";
      time.textContent = when(at);
      const said = document.createElement("span");
      said.className = `state ${state === "signed" ? "well" : ""}`;
      said.textContent = state === "signed" ? word("whereSigned") : word(STATES[state] ?? "whereDesk");
      row.append(place, time, said);
      return row;
    }),
  );
}

// The side panel: shows what the worker says, and says what a person does. Keeps nothing.

import { Form } from "./form.js";
import { Line } from "./line.js";
import { showLink } from "./standing.js";
import { filled, word } from "./words.js";
import { showWaiting } from "./waiting.js";

const PAUSE_MS = 300; // of typing, after which it is kept

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {any} */
let pause;
const form = new Form(() => {
  clearTimeout(pause);
  pause = setTimeout(keep, PAUSE_MS);
  showReason();
});

const line = new Line(show);

function keep() {
  clearTimeout(pause);
  if (form.id) line.say("edit", { id: form.id, edits: form.edits() });
}

/** @param {any} state */
function show(state) {
  const { draft, waiting, delivered, trouble, standing } = state;
  showLink(standing, state.paired);
  part("trouble").hidden = !trouble;
  if (trouble) part("trouble").textContent = word(`trouble_${trouble.code}`) || word("trouble_broken");
  const busy = standing.word === "code" || standing.word === "asking"; // one thing at a time
  part("empty").hidden = Boolean(draft) || busy;
  part("draft").hidden = part("actions").hidden = !draft || busy;
  form.show(draft);
  showWaiting(waiting, (act, id) => line.say(act, { waiting: id }));
  part("more").hidden = !state.paired;
  showWhere(draft, waiting, delivered);
  showReason();
}

/**
 * Where the item is: kept in this browser, looked over or waiting to be handed over, or on the desk.
 * @param {any} draft
 * @param {any[]} waiting
 * @param {any} delivered
 */
function showWhere(draft, waiting, delivered) {
  const at = draft || waiting.length ? 0 : delivered ? 1 : -1;
  const steps = ["whereKept", "whereDesk"].map((name, step) => {
    const shownStep = document.createElement("span");
    shownStep.textContent = `${step <= at ? "●" : "○"} ${word(name)}`;
    shownStep.className = step === at ? "now" : "";
    if (step === at) shownStep.setAttribute("aria-current", "step");
    return shownStep;
  });
  part("where").replaceChildren(...(at < 0 ? [] : steps));
  part("footer").hidden = at < 0 && part("more").hidden;
}

/** Why Send is off, beside it. */
function showReason() {
  const { reason, size } = form.reason();
  const button = /** @type {HTMLButtonElement} */ (part("send"));
  button.disabled = Boolean(reason);
  const text = reason && !part("actions").hidden ? filled(`reason_${reason}`, size) : "";
  if (part("reason").textContent !== text) part("reason").textContent = text;
}

function send() {
  if (!form.id || form.reason().reason) return;
  clearTimeout(pause);
  line.say("send", { id: form.id, edits: form.edits() });
}

part("draft").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  }
  if (event.key === "Escape" && !part("cancel").hidden) line.say("cancel");
});
for (const act of ["start", "pair", "cancel", "drop", "leave"]) part(act).addEventListener("click", () => line.say(act));
for (const [id, step] of /** @type {[string, number][]} */ ([["previous", -1], ["next", 1]])) {
  part(id).addEventListener("click", () => {
    clearTimeout(pause);
    line.say("choose", { id: form.id, edits: form.edits(), chosen: form.answerBeside(step) });
  });
}
for (const each of document.querySelectorAll("[data-text]")) each.textContent = word(String(each.getAttribute("data-text")));
for (const each of document.querySelectorAll("[data-label]")) {
  each.setAttribute("aria-label", word(String(each.getAttribute("data-label"))));
}
document.documentElement.lang = chrome.i18n.getUILanguage();
addEventListener("pagehide", keep);

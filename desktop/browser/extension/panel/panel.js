// The side panel: shows what the worker says, and says what a person does. Keeps nothing.

import { Form } from "./form.js";
import { showLately, showWhere } from "./items.js";
import { Judge } from "./judge.js";
import { Line } from "./line.js";
import { listenToOwn } from "./own.js";
import { Pressed } from "./pressed.js";
import { showLink, whyClosed, whyNoRubric } from "./standing.js";
import { fillTexts, filled, word } from "./words.js";
import { showWaiting } from "./waiting.js";

const PAUSE_MS = 300; // of typing, after which it is kept

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {any} */
let pause;
const form = new Form(() => {
  judge.turnsChanged();
  later();
});
const judge = new Judge({
  changed: later,
  hear,
  messages: () => form.messages(),
  ask: (n) => line.say("ask", { id: form.id, edits: edits(), n, after: asking }),
  stop: () => line.say("stop"),
});
/** The asking that is shown; another one is begun after it. */
let asking = "";

const pressed = new Pressed(show);
const line = new Line((state) => pressed.take(state), (own) => judge.showOwn(own));

/** What was typed or said is kept after a rest. */
function later() {
  hear("");
  clearTimeout(pause);
  pause = setTimeout(keep, PAUSE_MS);
  showReason();
}

function edits() {
  return { ...form.edits(), judging: judge.said };
}

function keep() {
  clearTimeout(pause);
  pause = undefined;
  if (form.id) line.say("edit", { id: form.id, edits: edits() });
}

/** @param {any} state */
function show(state) {
  const { draft, rubric, waiting, items, trouble, standing } = state;
  showLink(standing, state.paired);
  part("trouble").hidden = !trouble;
  if (trouble) part("trouble").textContent = word(`trouble_${trouble.code}`) || word("trouble_broken");
  const busy = standing.word === "code" || standing.word === "asking"; // one thing at a time
  part("empty").hidden = Boolean(draft) || busy;
  const wasHidden = part("draft").hidden;
  part("draft").hidden = part("actions").hidden = !draft || busy;
  const isOther = form.id !== draft?.id;
  if (!form.shows(draft)) judge.settle();
  const [isShown, isElsewhere] = [form.shows(draft), form.isElsewhere(draft)];
  const isLost = Boolean(pause) && isElsewhere; // the worker would refuse it
  if (isElsewhere) clearTimeout(pause);
  if (isElsewhere) pause = undefined;
  if (pause && !isShown) keep(); // another capture, or another answer of it, came while this was written
  if (!isShown) hear(isLost ? word("trouble_elsewhere") : "");
  form.show(draft);
  asking = draft?.own?.id ?? "";
  judge.show(draft, rubric, whyClosed(standing), !isShown);
  part("no-rubric").textContent = whyNoRubric(standing, state.paired);
  showWaiting("waiting", waiting, (act, id) => line.say(act, { waiting: id }));
  showWaiting("aside", state.aside, (act, id) => line.say(act, { waiting: id }));
  showLately(draft ? [] : items);
  part("leave").hidden = !state.paired;
  showWhere(Boolean(draft) || waiting.length > 0, items[0], standing.word === "open");
  showReason();
  if (draft && !busy && (isOther || wasHidden)) begin();
}

/** Where the keyboard is nowhere, it begins at the answer, or where the prompt is missing. */
function begin() {
  const { activeElement: now } = document;
  if (now && now !== document.body && now.checkVisibility()) return;
  if (form.reason().reason === "no_prompt") part("prompt").focus();
  else judge.back();
}

/** Why Send is off, beside it. */
function showReason() {
  const { reason, size } = whyNot();
  const button = /** @type {HTMLButtonElement} */ (part("send"));
  button.disabled = Boolean(reason);
  const text = reason && !part("actions").hidden ? filled(`reason_${reason}`, size) : "";
  if (part("reason").textContent !== text) part("reason").textContent = text;
}

/** A flag that is begun comes first: it stands on no list, and the keyboard can be far from it. @returns {{reason: string, size?: number}} */
function whyNot() {
  const [first, said] = [form.reason(), form.id ? judge.reason() : ""];
  return first.reason && said !== "flag" ? first : { reason: said };
}

/** Say what a key did not do and why, in the place of the reason that stands there anyway. @param {string} text */
function hear(text) {
  const line = part("heard");
  if (text || line.textContent) line.replaceChildren(text); // the same is said again to a screen reader
}

function send() {
  judge.settle();
  const { reason, size } = part("draft").hidden && form.id ? { reason: "connecting" } : whyNot();
  hear(reason && filled(`reason_${reason}`, size));
  if (reason === "no_prompt") part("prompt").focus();
  else judge.goTo(reason);
  if (reason) return;
  clearTimeout(pause);
  line.say("send", { id: form.id, edits: edits() });
}

part("draft").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
part("draft").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault(); // sends nothing by itself
});
document.addEventListener("pointerdown", () => hear(""));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  }
  if (event.key.toLowerCase() === "m" && (event.ctrlKey || event.metaKey) && !part("as-written").hidden) {
    event.preventDefault();
    judge.turn();
  }
  if (event.key === "Escape" && !part("cancel").hidden) line.say("cancel");
});
for (const act of ["start", "pair", "cancel", "leave"]) part(act).addEventListener("click", () => line.say(act));
part("drop").addEventListener("click", () => line.say("drop", { id: form.id }));
for (const [id, step] of /** @type {[string, number][]} */ ([["previous", -1], ["next", 1]])) {
  part(id).addEventListener("click", () => {
    clearTimeout(pause);
    line.say("choose", { id: form.id, edits: edits(), chosen: form.answerBeside(step) });
  });
}
part("options").addEventListener("click", () => chrome.runtime.openOptionsPage());
listenToOwn();
fillTexts();
/** @type {HTMLInputElement} */ (part("summary")).placeholder = word("summary");
addEventListener("pagehide", () => {
  judge.settle();
  keep();
});
const seen = new ResizeObserver(() => (document.documentElement.style.scrollPaddingBlock = `48px ${part("footer").offsetHeight + 8}px`));
seen.observe(part("footer")); // what has the keyboard never lies below the line that stays

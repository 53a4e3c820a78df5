// The captures that wait here for the window: what each is, why it waits, and what can be done about it.

import { counted, language, word } from "./words.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {any[]} waiting
 * @param {(act: string, id: string) => void} act
 */
export function showWaiting(waiting, act) {
  part("waiting").hidden = !waiting.length;
  part("waiting-title").textContent = counted("waiting", waiting.length);
  const list = part("waiting-list");
  const focused = document.activeElement?.id;
  list.replaceChildren(...waiting.map((each) => row(each, act)));
  if (focused) document.getElementById(focused)?.focus();
}

/**
 * @param {any} each
 * @param {(act: string, id: string) => void} act
 */
function row(each, act) {
  const item = document.createElement("li");
  const beginning = line("beginning", each.beginning || word("judgementOf"));
  const time = new Date(each.at).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
  const said = each.judged ? ` · ${word("withJudgement")}` : "";
  item.append(beginning, line("quiet", `${each.origin.replace(/^https?:\/\//, "")} · ${time}${said}`));
  if (!each.refusal) return item;
  const sentence = word(`refused_${each.refusal.code}`) || each.refusal.message || each.refusal.code;
  item.append(line("said", sentence));
  if (!each.held) return item;
  const buttons = document.createElement("div");
  buttons.className = "row";
  buttons.append(...["again", "forget"].map((name) => button(name, each, act)));
  item.append(buttons);
  return item;
}

/**
 * @param {string} kind
 * @param {string} text
 */
function line(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

/**
 * @param {string} name
 * @param {any} each
 * @param {(act: string, id: string) => void} act
 */
function button(name, each, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.id = `${name}-${each.id}`;
  made.textContent = word(name);
  made.setAttribute("aria-label", `${word(name)}: ${each.beginning || word("judgementOf")}`);
  made.addEventListener("click", () => act(name, each.id));
  return made;
}

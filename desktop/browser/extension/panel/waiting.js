// The captures that wait here for the window: what each is, why it waits, and what can be done about it.

import { told } from "../laid/unseen.js";
import { counted, when, word } from "./words.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What can be done with what waits for the window, and with what was set aside. @type {Record<string, string[]>} */
const ACTS = { waiting: ["again", "forget"], aside: ["goOn", "dropAside"] };

/**
 * @param {"waiting" | "aside"} kind
 * @param {any[]} waiting
 * @param {(act: string, id: string) => void} act
 */
export function showWaiting(kind, waiting, act) {
  part(kind).hidden = !waiting.length;
  part(`${kind}-title`).textContent = counted(kind, waiting.length);
  const list = part(`${kind}-list`);
  const focused = document.activeElement?.id;
  list.replaceChildren(...waiting.map((each) => row(each, ACTS[kind], act)));
  if (focused) document.getElementById(focused)?.focus();
}

/**
 * @param {any} each
 * @param {string[]} names
 * @param {(act: string, id: string) => void} act
 */
function row(each, names, act) {
  const item = document.createElement("li");
  const beginning = line("beginning", nameOf(each));
  const time = when(each.at);
  const said = each.judged ? ` · ${word("withJudgement")}` : "";
  item.append(beginning, line("quiet", `${each.origin.replace(/^https?:\/\//, "")} · ${time}${said}`));
  if (each.refusal) item.append(line("said", word(`refused_${each.refusal.code}`) || each.refusal.message || each.refusal.code));
  if (!each.held) return item;
  const buttons = document.createElement("div");
  buttons.className = "row";
  buttons.append(...names.map((name) => button(name, each, act)));
  item.append(buttons);
  return item;
}

/** What an answer begins with. @param {any} each */
function nameOf({ beginning }) {
  return beginning ? told(beginning) : word("judgementOf");
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
  made.setAttribute("aria-label", `${word(name)}: ${nameOf(each)}`);
  made.addEventListener("click", () => act(name, each.id));
  return made;
}

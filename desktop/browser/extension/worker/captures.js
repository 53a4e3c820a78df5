// From what a page offers to the message that the window takes (feedback_store/captures.py reads it). A page is not
// trusted: its offer is text, looked at field by field; address and title are the browser's own.

import { isJudged } from "../judge/judging.js";
import { checkedOffer } from "./offers.js";

export const MOST_BYTES = 768 * 1024; // of a message's UTF-8, JSON's escapes counted
const MOST_TITLE = 2000; // code points
const MOST_URL = 8000;
const BEGINNING = 80; // characters that the list of what waits shows

/**
 * @typedef {import("./offers.js").Turn} Turn
 * @typedef {import("./offers.js").Selector} Selector
 * @typedef {{role: string, content: string}} Message
 *
 * A capture that a person looks over. `turns` is what the page offered and `chosen` the one that is the response;
 * `messages` and `response` are what will be saved, as the person has them by now. `round` rises when the worker
 * changes them, so that the panel knows that its fields are to be filled anew. `formulas` of the page could not be told; `lacks` says
 * why it is not complete (drafts of earlier versions have none).
 * @typedef {{id: string, at: string, origin: string, title: string, url: string, keepUrl: boolean, complete: boolean,
 *   lacks?: string[], selected: boolean, formulas?: number, turns: Turn[], chosen: number, messages: Message[], response: string, round: number,
 *   judging?: import("../judge/judging.js").Judging, own?: import("../judge/judging.js").Own,
 *   said?: Record<number, import("../judge/judging.js").Judging | undefined>,
 *   instead?: {round: number}, count?: number, by?: string, rubric?: import("../judge/rubrics.js").Rubric}} Draft
 * `said` is what was said of the page's other answers, by their places; `instead` is there where the worker took the answer by
 * itself in the place of another: the round in which that one was shown. `count` is of the edits that changed it, and `by` the
 * panel that made the last one: another panel fills its fields anew. `rubric` is the one by which it was begun to be judged, where
 * the window has another one since.
 *
 * What a person may change in the panel, which panel it is, and what was shown there: the round, the count, and which answer.
 * @typedef {{messages: Message[], response: string, keepUrl: boolean, round: number, chosen: number, count: number, by: string,
 *   judging?: import("../judge/judging.js").Judging}} Edits
 *
 * What the browser says of a tab.
 * @typedef {{url?: string, title?: string}} Tab
 */

/** Something that cannot be captured or sent; `code` names the panel's sentence. */
export class CaptureError extends Error {
  /**
   * @param {string} code
   * @param {number} [size]
   */
  constructor(code, size) {
    super(code);
    this.code = code;
    this.size = size;
  }
}

/**
 * The draft of what a page offers.
 * @param {unknown} offer
 * @param {Tab} tab
 * @param {Date} now
 * @returns {Draft}
 */
export function drafted(offer, tab, now) {
  const { turns, chosen, complete, lacks, selected, formulas } = checkedOffer(offer);
  if (!turns.length) throw new CaptureError("nothing");
  const { origin, url } = placeOf(tab);
  const draft = {
    ...{ id: newId(now), at: now.toISOString(), origin, url, title: cut(tab.title ?? "", MOST_TITLE) },
    ...{ keepUrl: false, complete, lacks, selected, formulas, turns, chosen: -1, messages: [], response: "", round: 0 },
  };
  return choose(draft, chosen);
}

/**
 * The same draft with another answer of the page as its response.
 * @param {Draft} draft
 * @param {number} chosen
 * @returns {Draft}
 */
export function choose(draft, chosen) {
  const turn = draft.turns[chosen];
  if (turn?.role !== "assistant") throw new CaptureError("message");
  const messages = before(draft.turns, chosen).map(({ role, text }) => ({ role, content: text }));
  if (messages.at(-1)?.role !== "user") messages.push({ role: "user", content: "" });
  const said = draft.chosen < 0 ? {} : { ...draft.said, [draft.chosen]: draft.judging };
  return { ...draft, chosen, messages, response: turn.text, said, judging: said[chosen], round: draft.round + 1, instead: undefined };
}

/**
 * Whether a person has done anything with a draft that another capture would lose.
 * @param {Draft | undefined} draft
 */
export function isWorkedOn(draft) {
  if (!draft) return false;
  const fresh = choose(draft, draft.chosen);
  const texts = (/** @type {Draft} */ { messages, response }) => JSON.stringify([messagesOf(messages), response]);
  const said = Object.values(draft.said ?? {}).some((each) => each !== undefined && isJudged(each));
  return Boolean(draft.own || draft.keepUrl || said || (draft.judging && isJudged(draft.judging)) || texts(fresh) !== texts(draft));
}

/**
 * The turns that lead to an answer. Where several answers stand side by side, those of its own column; the others beside
 * it are none of them.
 * @param {Turn[]} turns
 * @param {number} chosen
 */
function before(turns, chosen) {
  /** @param {number} at */
  const column = (at) => {
    let first = at;
    while (turns[first - 1]?.role === "assistant") first--;
    return at - first;
  };
  const own = column(chosen);
  const isOwn = (/** @type {number} */ at) =>
    turns[at].role !== "assistant" || column(at) === own || (column(at) < own && turns[at + 1]?.role !== "assistant");
  const start = chosen - own;
  return turns.slice(0, start).filter((_, at) => isOwn(at));
}

/**
 * The draft as a person has changed it.
 * @param {Draft} draft
 * @param {any} edits
 * @returns {Draft}
 */
export function edited(draft, edits) {
  const { messages, response, keepUrl } = edits ?? {};
  const read = Array.isArray(messages) && messages.every(({ role, content }) => isRole(role) && isText(content));
  if (!read || !isText(response) || typeof keepUrl !== "boolean") throw new CaptureError("message");
  const kept = messages.map(({ role, content }) => ({ role, content: content.toWellFormed() }));
  return { ...draft, messages: kept, response: response.toWellFormed(), keepUrl };
}

/**
 * The turns that are handed over: those that are not empty.
 * @param {Message[]} messages
 */
export function messagesOf(messages) {
  return messages.filter(({ content }) => content.trim());
}

/**
 * The bytes of a draft's message; raises CaptureError "no_prompt", "no_response" or "too_large".
 * @param {Draft} draft
 */
export function written(draft) {
  const messages = messagesOf(draft.messages);
  if (messages.at(-1)?.role !== "user") throw new CaptureError("no_prompt");
  if (!draft.response.trim()) throw new CaptureError("no_response");
  const { id, at, origin, title, url, response } = draft;
  const complete = draft.complete && !draft.formulas;
  const page = { origin, title, complete, ...(draft.keepUrl && url ? { url } : {}) };
  const selectors = draft.turns[draft.chosen]?.selectors ?? [];
  const whole = { t: "capture.put", id, created_at: at, page, selectors, messages, response };
  const bytes = new TextEncoder().encode(JSON.stringify(whole));
  if (bytes.length > MOST_BYTES) throw new CaptureError("too_large", bytes.length);
  return bytes;
}

/**
 * What the outbox keeps of a draft that a person sends.
 * @param {Draft} draft
 * @returns {Promise<import("./database.js").Waiting>}
 */
export async function waitingOf(draft) {
  const bytes = written(draft);
  const sha256 = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  return { bytes, sha256, ...shownOf(draft) };
}

/**
 * What a list shows of a draft.
 * @param {Draft} draft
 */
export function shownOf({ id, at, origin, response }) {
  return { id, at, origin, beginning: cut(response.trim().replace(/\s+/gu, " "), BEGINNING) };
}

/**
 * Which answers of the page can be the response, by their places among its turns.
 * @param {Draft} draft
 */
export function answersOf(draft) {
  return draft.turns.flatMap(({ role }, at) => (role === "assistant" ? [at] : []));
}

/**
 * Where a tab is: its origin, and its address without name, password and fragment.
 * @param {Tab} tab
 */
export function placeOf(tab) {
  if (!tab.url || !URL.canParse(tab.url)) throw new CaptureError("not_readable");
  const place = new URL(tab.url);
  place.username = place.password = place.hash = "";
  const origin = place.origin === "null" ? `${place.protocol}//` : place.origin;
  return { origin, url: place.href.length <= MOST_URL ? place.href : "" };
}

/**
 * A UUID of version 7.
 * @param {Date} now
 */
export function newId(now) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(now.getTime()) << 16n) | BigInt(random16(bytes)));
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {Uint8Array} bytes */
function random16(bytes) {
  return (bytes[6] << 8) | bytes[7];
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} text
 * @param {number} most code points
 */
function cut(text, most) {
  const clean = text.toWellFormed();
  return clean.length <= most ? clean : Array.from(clean).slice(0, most).join("");
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string";
}

/** @param {unknown} value */
function isRole(value) {
  return value === "system" || value === "user" || value === "assistant" || value === "tool";
}

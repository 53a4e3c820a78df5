// What own models write for a capture, as the window tells it piece by piece. A window that is gone writes no more.

import { askedOf } from "../judge/judging.js";
import { newId } from "./captures.js";

const MOST_CHARACTERS = 512 * 1024; // of one answer; the window stops far below

/** @typedef {import("../judge/judging.js").Own} Own */

/**
 * An asking that begins, and the message that begins it.
 * @param {import("./captures.js").Draft} draft
 * @param {number} n
 * @param {Date} now
 * @returns {{own: Own, message: object}}
 */
export function begun(draft, n, now) {
  const asked = askedOf(draft.messages);
  const id = newId(now);
  const answers = Array.from({ length: n }, () => ({ text: "", state: "writing", sha256: "", problem: "" }));
  const message = { t: "candidates.ask", id, capture: draft.id, messages: JSON.parse(asked), n };
  return { own: { id, asked, done: false, problem: "", answers }, message };
}

/**
 * The asking after a message of the window's about it; undefined where the message is about none or another.
 * @param {Own | undefined} own
 * @param {any} told
 * @returns {Own | undefined}
 */
export function heard(own, told) {
  if (!own || own.done || told?.id !== own.id) return undefined;
  switch (told.t) {
    case "candidates.delta":
      return withAnswer(own, told.number, (answer) => ({ ...answer, text: (answer.text + told.text).slice(0, MOST_CHARACTERS) }));
    case "candidates.answer":
      return withAnswer(own, told.number, () => ({
        ...{ text: String(told.text), state: String(told.state), sha256: String(told.sha256), problem: String(told.problem ?? "") },
      }));
    case "candidates.done":
      return { ...ended(own, "failed"), done: !told.problem || own.answers.some(({ sha256, text }) => sha256 && text), problem: String(told.problem ?? "") };
    case "refused":
      return { ...own, answers: [], problem: String(told.message), code: String(told.code) };
  }
  return undefined;
}

/**
 * Whether something is still being written.
 * @param {Own | undefined} own
 */
export function isWriting(own) {
  return Boolean(own?.answers.some(({ state }) => state === "writing"));
}

/**
 * The connection ended, or the worker was stopped: what had come can be read, and nothing of it be judged.
 * @param {Own} own
 * @returns {Own}
 */
export function broken(own) {
  if (own.done || own.problem) return own;
  return { ...(own.answers.some(({ text }) => text) ? ended(own, "stopped") : { ...own, answers: [] }), problem: "gone" };
}

/**
 * @param {Own} own
 * @param {string} state of what was still being written
 */
function ended(own, state) {
  const answers = own.answers.map((answer) => (answer.state === "writing" ? { ...answer, state } : answer));
  return { ...own, answers };
}

/**
 * @param {Own} own
 * @param {unknown} number
 * @param {(answer: import("../judge/judging.js").OwnAnswer) => import("../judge/judging.js").OwnAnswer} change
 * @returns {Own | undefined}
 */
function withAnswer(own, number, change) {
  if (!Number.isInteger(number) || !own.answers[Number(number)]) return undefined;
  return { ...own, answers: own.answers.map((answer, at) => (at === number ? change(answer) : answer)) };
}

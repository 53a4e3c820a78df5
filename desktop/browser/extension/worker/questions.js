// What the window was asked in a session and has not answered: an answer is told by the id of its question, never by the
// order in which it comes. Knows neither the channel nor what an answer is for.

import { ChannelError } from "../channel/channel.js";
import { newId } from "./captures.js";

/**
 * A question to the window; its `id` comes with the answer.
 * @typedef {{t: string, id: string, [field: string]: unknown}} Question
 */

/** What answers each question. @type {Record<string, string>} */
const ANSWERS = { status: "status", "rubric.get": "rubric", "queue.summary": "queue.summary", "page.find": "page.found" };
const KINDS = new Set(Object.values(ANSWERS));

export class Questions {
  /** @type {Map<string, Question>} */
  #open = new Map();

  /**
   * The message that asks this.
   * @param {{t: string, [field: string]: unknown}} asked
   * @param {Date} now
   */
  ask(asked, now) {
    const { t, ...fields } = asked;
    const question = { t, id: newId(now), ...fields };
    this.#open.set(question.id, question);
    return question;
  }

  /**
   * The question that a message answers, which is open no more; undefined for a message that is no answer, null for an
   * answer to nothing that was asked. Raises ChannelError: a window of before questions had ids answers without.
   * @param {any} message
   * @returns {Question | undefined | null}
   */
  answered(message) {
    const isAnswer = KINDS.has(message?.t);
    if (isAnswer && typeof message.id !== "string") throw new ChannelError("version");
    const question = this.#open.get(message?.id);
    if (!question || (message.t !== "refused" && message.t !== ANSWERS[question.t])) return isAnswer ? null : undefined;
    this.#open.delete(message.id);
    return question;
  }

  /** The session is over: nothing is answered any more. */
  clear() {
    this.#open.clear();
  }
}

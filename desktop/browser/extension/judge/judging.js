// What a person says about a capture in the panel, and the message that the window takes of it
// (feedback_store/panel_verdicts.py reads it). Knows neither the page nor the browser's interfaces.

import { CaptureError, MOST_BYTES, messagesOf, newId, toHex } from "../worker/captures.js";
import { readRanking } from "./ranking.js";
import { moved } from "./spans.js";

export const PAGE = "a"; // the page's own answer; those of own models follow
export const MOST_POINTS = 100; // of a rewriting

/**
 * @typedef {import("./spans.js").Span} Span
 * @typedef {{candidate: string, category: string, severity: number, kind?: string, target_group?: string, note?: string,
 *   span?: Span}} Flag
 *
 * What was said. `ranking` is what stands in the field of each verdict of the rubric, as it was typed; `level` is of the
 * page's answer alone. `rubric` is the hash of the one that asked.
 * @typedef {{rubric: string, ratings: {candidate: string, axis: string, value: number | "na"}[],
 *   answers: {candidate: string, question: string, value: string | string[]}[], flags: Flag[],
 *   ranking: Record<string, string>, unrankable?: string, level: "" | "all_good" | "all_bad", revision?: Revision,
 *   begun?: Flag, justification: string, confidence: number, active: number}} Judging
 * With `unrankable` the answers cannot be ranked, and it says why. `begun` is a flag that is neither made nor dropped; its
 * category is "" as long as none is chosen. It is kept with the draft and never handed over.
 *
 * An answer as the person would have it: what should change, point by point, the point that is being written, and what was
 * changed in a word.
 * @typedef {{of: string, text: string, points: string[], point: string, summary: string}} Revision
 *
 * An answer of an own model: `state` is "writing" until it has ended, and `sha256` is there then.
 * @typedef {{text: string, state: string, sha256: string, problem: string}} OwnAnswer
 *
 * What own models were asked: `asked` is the turns as JSON, `done` that the window keeps the answers, `code` why it refused.
 * @typedef {{id: string, asked: string, done: boolean, problem: string, code?: string, answers: OwnAnswer[]}} Own
 *
 * @typedef {import("../worker/captures.js").Draft} Draft
 */

/** @returns {Judging} */
export function nothingSaid() {
  return { rubric: "", ratings: [], answers: [], flags: [], ranking: {}, level: "", justification: "", confidence: 0, active: 0 };
}

/**
 * What the panel says was said, field by field; raises CaptureError.
 * @param {any} value
 * @returns {Judging}
 */
export function checkedJudging(value) {
  const wrong = () => new CaptureError("message");
  /** @param {unknown} list */
  const many = (list) => {
    if (!Array.isArray(list) || list.length > 500 || !list.every((each) => typeof each?.candidate === "string")) throw wrong();
    return list;
  };
  if (typeof value !== "object" || value === null || typeof value.ranking !== "object" || value.ranking === null) throw wrong();
  const { rubric, level, justification, confidence, active, ranking, unrankable } = value;
  const texts = [rubric, level, justification, ...Object.values(ranking), ...(unrankable === undefined ? [] : [unrankable])];
  if (!texts.every((text) => typeof text === "string")) throw wrong();
  if (!["", "all_good", "all_bad"].includes(level)) throw wrong();
  if (!Number.isInteger(confidence) || confidence < 0 || confidence > 5 || !Number.isSafeInteger(active) || active < 0) throw wrong();
  const [ratings, answers, flags] = [many(value.ratings), many(value.answers), many(value.flags)];
  const revision = value.revision ? checkedRevision(value.revision) : undefined;
  const begun = value.begun ? { begun: checkedBegun(value.begun) } : {};
  const said = { rubric, ratings, answers, flags, ranking, level, justification: justification.toWellFormed(), confidence, active };
  return { ...said, ...begun, ...(unrankable === undefined ? {} : { unrankable: unrankable.toWellFormed() }), ...(revision ? { revision } : {}) };
}

/**
 * @param {any} value
 * @returns {Flag}
 */
function checkedBegun({ candidate, category, severity, kind = "", target_group = "", note = "", span }) {
  const isRead = [candidate, category, kind, target_group, note].every((each) => typeof each === "string") && Number.isInteger(severity);
  const isPlaced = span === undefined || (Number.isInteger(span.start) && [span.exact, span.prefix, span.suffix].every((each) => typeof each === "string"));
  if (!isRead || !isPlaced) throw new CaptureError("message");
  const said = Object.entries({ kind, target_group, note: note.toWellFormed(), span }).filter(([, each]) => each);
  return { candidate, category, severity, ...Object.fromEntries(said) };
}

/**
 * @param {any} value
 * @returns {Revision}
 */
function checkedRevision({ of, text, points = [], point = "", summary = "" }) {
  const isRead = Array.isArray(points) && points.length <= MOST_POINTS && [of, text, point, summary, ...points].every((each) => typeof each === "string");
  if (!isRead) throw new CaptureError("message");
  const [own, last, all] = [text, point, summary].map((each) => each.toWellFormed());
  return { of, text: own, points: points.map((each) => each.toWellFormed()), point: last, summary: all };
}

/**
 * The key of each answer that can be judged: the page's, and those of own models that have ended, if they were asked what
 * would be handed over now.
 * @param {Draft} draft
 */
export function keysOf(draft) {
  return [PAGE, ...ownOf(draft).map(({ key }) => key)];
}

/**
 * The answers of own models that a verdict may name.
 * @param {Draft} draft
 */
export function ownOf({ own, messages }) {
  if (!own?.done || own.asked !== askedOf(messages)) return [];
  return own.answers.flatMap(({ text, state, sha256 }, number) =>
    text && sha256 && state !== "failed" ? [{ key: keyOf(number), ask: own.id, number, sha256 }] : [],
  );
}

/** @param {number} number */
export function keyOf(number) {
  return String.fromCharCode(PAGE.charCodeAt(0) + 1 + number);
}

/**
 * The turns that own models are asked, as text that can be compared.
 * @param {import("../worker/captures.js").Message[]} messages
 */
export function askedOf(messages) {
  return JSON.stringify(messagesOf(messages));
}

/**
 * Whether anything was said, a flag that is begun included.
 * @param {Judging} judging
 */
export function isJudged(judging) {
  const { ratings, answers, flags, ranking, unrankable, level, revision, begun, justification, confidence } = judging;
  const ranked = unrankable !== undefined || Object.values(ranking).some((text) => text.trim());
  return Boolean(ratings.length || answers.length || flags.length || ranked || level || revision || begun || justification.trim() || confidence);
}

/**
 * What the outbox keeps of what was said about a draft; undefined where nothing was. Raises CaptureError "verdict_large".
 * A ranking that is none any more is left out: the panel says so before.
 * @param {Draft} draft
 * @param {import("./rubrics.js").Rubric | undefined} rubric
 * @param {Date} now
 * @returns {Promise<import("../worker/database.js").Waiting | undefined>}
 */
export async function verdictOf(draft, rubric, now) {
  const { judging } = draft;
  if (!judging || !isJudged({ ...judging, begun: undefined })) return undefined;
  const candidates = ownOf(draft);
  const keys = [PAGE, ...candidates.map(({ key }) => key)];
  const isOf = (/** @type {{candidate: string}} */ { candidate }) => keys.includes(candidate);
  const { revision, justification, confidence, active: active_ms } = judging;
  const id = newId(now);
  const texts = textsOf(draft);
  const whole = {
    ...{ t: "judge.put", id, created_at: now.toISOString(), capture: draft.id, shown_at: draft.at },
    ...(judging.rubric ? { rubric: judging.rubric } : {}),
    candidates,
    verdicts: verdictsOf(judging, rubric, keys),
    ratings: judging.ratings.filter(isOf),
    answers: judging.answers.filter(isOf),
    flags: judging.flags.filter(isOf).map((flag) => written(flag, texts[flag.candidate] ?? "")),
    ...(revision?.text.trim() && keys.includes(revision.of) ? { revision: rewritten(revision) } : {}),
    ...(justification.trim() ? { justification: justification.trim() } : {}),
    ...(confidence ? { confidence } : {}),
    active_ms,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(whole));
  if (bytes.length > MOST_BYTES) throw new CaptureError("verdict_large", bytes.length);
  const sha256 = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  return { id, bytes, sha256, at: draft.at, origin: draft.origin, beginning: "", capture: draft.id };
}

/**
 * The text of each answer by its key.
 * @param {Draft} draft
 * @returns {Record<string, string>}
 */
export function textsOf(draft) {
  const own = (draft.own?.answers ?? []).map(({ text }, number) => [keyOf(number), text]);
  return { [PAGE]: draft.response, ...Object.fromEntries(own) };
}

/**
 * @param {Judging} judging
 * @param {import("./rubrics.js").Rubric | undefined} rubric
 * @param {string[]} keys
 */
function verdictsOf({ ranking, unrankable, level }, rubric, keys) {
  const axes = rubric?.verdicts ?? [];
  if (keys.length === 1) return level && axes.length ? [{ axis: axes[0].id, tiers: [[PAGE]], level }] : [];
  if (unrankable !== undefined) return unrankable.trim() ? axes.map(({ id }) => ({ axis: id, not_rankable: unrankable.trim() })) : [];
  return axes.flatMap(({ id }) => {
    try {
      return [{ axis: id, ...readRanking(ranking[id] ?? "", keys, Boolean(rubric?.strength)) }];
    } catch {
      return [];
    }
  });
}

/** @param {Revision} revision */
function rewritten({ of, text, points, point, summary }) {
  const feedback = [...points, point].map((each) => each.trim()).filter(Boolean);
  return { of, text, ...(feedback.length ? { feedback } : {}), ...(summary.trim() ? { change_summary: summary.trim() } : {}) };
}

/**
 * @param {Flag} flag
 * @param {string} text
 */
function written({ candidate, category, severity, kind, target_group, note, span }, text) {
  const optional = { kind, target_group, note: note?.trim().toWellFormed(), span: span && moved(span, text) };
  return { candidate, category, severity, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)) };
}

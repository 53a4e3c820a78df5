// What a person changed in the panel, put into the draft. An edit says of which showing of the draft it was made: while it was
// on its way another answer may have been taken, and its text is none of that one's.

import { checkedJudging, nothingSaid } from "../judge/judging.js";
import { CaptureError, choose, edited, isWorkedOn } from "./captures.js";

/**
 * The draft with what was changed; `acts` says that the person wants something done with what was shown. An edit from before
 * another panel's is refused. An edit of an older showing never changes the answer that is shown now: where the worker
 * had taken that one by itself, the answer that the person was at stands there again, with the edit; else what the edit says
 * of its own answer is kept for when that one is chosen again.
 * @param {import("./captures.js").Draft} draft
 * @param {any} edits
 * @param {boolean} [acts]
 * @returns {import("./captures.js").Draft}
 */
export function withEdits(draft, edits, acts = false) {
  const { round, chosen } = edits ?? {};
  if (!Number.isInteger(round) || !Number.isInteger(chosen)) throw new CaptureError("message");
  if (isOlder(draft, edits)) throw new CaptureError("elsewhere");
  if (round >= draft.round) return { ...put(draft, edits), instead: undefined };
  if (chosen === draft.chosen) return { ...put(draft, edits), round: draft.round + 1 };
  const back = put(choose(draft, chosen), edits);
  if (draft.instead?.round === round) return acts || isWorkedOn(back) ? back : draft;
  return { ...draft, said: { ...draft.said, [chosen]: back.judging } };
}

/**
 * The draft with what was changed, and another answer chosen after it. It may be chosen already.
 * @param {import("./captures.js").Draft} draft
 * @param {any} edits
 * @param {number} chosen
 */
export function choosing(draft, edits, chosen) {
  const changed = withEdits(draft, edits);
  return changed.chosen === chosen ? changed : choose(changed, chosen);
}

/**
 * Whether a person who made this edit saw the answer that is now in the draft.
 * @param {import("./captures.js").Draft} changed the draft with the edit
 * @param {any} edits
 */
export function isOfIts(changed, edits) {
  return changed.chosen === edits.chosen;
}

/**
 * @param {import("./captures.js").Draft} draft
 * @param {any} edits
 * @returns {import("./captures.js").Draft}
 */
function put(draft, edits) {
  const read = edited(draft, edits);
  const changed = edits.judging === undefined ? read : { ...read, judging: checkedJudging(edits.judging) };
  return saidIn(changed) === saidIn(draft) ? changed : { ...changed, count: (draft.count ?? 0) + 1, by: String(edits.by ?? "") };
}

/**
 * Whether an edit was made before that of another panel was seen. Of one panel each edit goes on from the one before.
 * @param {import("./captures.js").Draft} draft
 * @param {any} edits
 */
function isOlder({ count = 0, by = "" }, edits) {
  return (edits.by ?? "") !== by && (edits.count ?? 0) < count;
}

/** What a person has said in a draft; the time that passes is nothing said. @param {import("./captures.js").Draft} draft */
function saidIn({ messages, response, keepUrl, judging = nothingSaid() }) {
  return JSON.stringify([messages, response, keepUrl, { ...nothingSaid(), ...judging, active: 0, rubric: "" }]);
}

// What a person changed in the panel, put into the draft. An edit says of which showing of the draft it was made: while it was
// on its way another answer may have been taken, and its text is none of that one's.

import { checkedJudging } from "../judge/judging.js";
import { CaptureError, choose, edited, isWorkedOn } from "./captures.js";

/**
 * The draft with what was changed; `acts` says that the person wants something done with what was shown. An edit of an older showing never changes the answer that is shown now: where the worker
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
  const changed = edited(draft, edits);
  return edits.judging === undefined ? changed : { ...changed, judging: checkedJudging(edits.judging) };
}

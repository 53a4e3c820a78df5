// What the window will not keep, and whom it does not let in: whether it would refuse it for ever, and whether a refusal is of
// what is on its way.

/** What the window would refuse for ever; for any other reason a capture is sent again later. */
const LASTING = new Set([
  ...["capture_conflict", "capture_shape", "capture_too_large", "capture_unreadable", "unknown"],
  ...["verdict_conflict", "verdict_shape", "verdict_too_large", "verdict_unreadable", "no_capture", "capture_taken"],
]);
/** After these the browser has to be connected anew, by a person. */
export const STRANGERS = new Set(["unknown_pairing", "desk", "origin", "version"]);

/** @param {string} code */
export function isLasting(code) {
  return LASTING.has(code);
}

/**
 * Whether a refusal is of what is on its way: it names that, or it names nothing since the message could not be read, and
 * a question of ours always can, and has an id.
 * @param {any} refusal
 * @param {{id: string}} sent
 */
export function isRefusalOf({ id, of }, sent) {
  return id ? id === sent.id : of === "";
}

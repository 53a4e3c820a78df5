// What the window will not keep: whether it would refuse it for ever, and whether a refusal is of what is on its way.

/** What the window would refuse for ever; for any other reason a capture is sent again later. */
const LASTING = new Set([
  ...["capture_conflict", "capture_shape", "capture_too_large", "capture_unreadable", "unknown"],
  ...["verdict_conflict", "verdict_shape", "verdict_too_large", "verdict_unreadable", "no_capture", "capture_taken"],
]);
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

// How long the link to the window waits for what, in milliseconds.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
export const PAIRING_LOOK_MS = 2_000;
export const PAIRING_MS = 120_000; // so long a window waits for a browser
export const ANSWER_MS = 30_000;
export const STATUS_EVERY_MS = 1_000; // how many wait in the window is asked after what was delivered, at most so often

/**
 * The wait after so many tries: longer each time, and never the same as another browser's.
 * @param {number} tries
 * @param {number} random
 */
export function afterTries(tries, random, longest = LONGEST_WAIT_MS) {
  return Math.min(longest, FIRST_WAIT_MS * 2 ** tries) * (0.5 + random / 2);
}

/** The longest wait after these refusals: a person at the window is asked for the passphrase and waits for this browser
 * then; a window that has just started opens its key. @type {Record<string, number>} */
const LONGEST_AFTER_MS = { passphrase: 10_000, locked: 2_000 };

/**
 * The longest wait until the window is looked for again, after what it refused with.
 * @param {string} code
 */
export function longestAfter(code) {
  return LONGEST_AFTER_MS[code] ?? LONGEST_WAIT_MS;
}

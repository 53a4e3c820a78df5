// A ranking as people type it: `b>a=c`, best first, of two also `a>>b` and `a>>>b` (feedback_store/typed_ranking.py).

const MOST_STRENGTH = 3;

/** @typedef {{tiers: string[][], strength?: number}} Ranking */

/** A text that is no ranking; `code` names the panel's sentence, `letter` the answer that it is about. */
export class RankingError extends Error {
  /**
   * @param {string} code
   * @param {string} [letter]
   */
  constructor(code, letter = "") {
    super(code);
    this.code = code;
    this.letter = letter.toUpperCase();
  }
}

/**
 * The ranking of exactly these answers; raises RankingError.
 * @param {string} text
 * @param {string[]} keys
 * @param {boolean} withStrength
 * @returns {Ranking}
 */
export function readRanking(text, keys, withStrength) {
  const compact = text.replace(/\s+/gu, "").toLowerCase();
  const pieces = compact.match(/[a-z]+|>+|=|./gu) ?? [];
  const named = pieces.filter((_, at) => at % 2 === 0);
  const marks = pieces.filter((_, at) => at % 2 === 1);
  const wrong = named.some((name) => !/^[a-z]$/.test(name)) || marks.some((mark) => mark[0] !== ">" && mark !== "=");
  if (wrong || named.length !== marks.length + 1) throw new RankingError("marks");
  for (const name of named) if (!keys.includes(name)) throw new RankingError("nobody", name);
  for (const key of keys) {
    const times = named.filter((name) => name === key).length;
    if (times !== 1) throw new RankingError(times ? "twice" : "missing", key);
  }
  const longest = Math.max(0, ...marks.filter((mark) => mark !== "=").map((mark) => mark.length));
  const asked = withStrength && keys.length === 2;
  if (longest > (asked ? MOST_STRENGTH : 1)) throw new RankingError("strength");
  const tiers = [[named[0]]];
  marks.forEach((mark, at) => (mark === "=" ? tiers[tiers.length - 1].push(named[at + 1]) : tiers.push([named[at + 1]])));
  return { tiers: tiers.map((tier) => tier.sort()), ...(asked ? { strength: longest } : {}) };
}

/**
 * Whether a text is a ranking of exactly these answers.
 * @param {string} text
 * @param {string[]} keys
 * @param {boolean} withStrength
 */
export function isRanking(text, keys, withStrength) {
  try {
    return Boolean(readRanking(text, keys, withStrength));
  } catch {
    return false;
  }
}

/**
 * What is typed, with one answer put better than another, as good, or worse.
 * @param {string} text
 * @param {string[]} keys
 * @param {string} key
 * @param {">" | "=" | "<"} how
 * @param {string} other
 */
export function placed(text, keys, key, how, other) {
  const tiers = text
    .toLowerCase()
    .split(/>+/u)
    .map((tier) => Array.from(tier).filter((name) => keys.includes(name) && name !== key))
    .filter((tier) => tier.length);
  let at = tiers.findIndex((tier) => tier.includes(other));
  if (at < 0) at = tiers.push([other]) - 1;
  if (how === "=") tiers[at].push(key);
  else tiers.splice(how === ">" ? at : at + 1, 0, [key]);
  return tiers.map((tier) => [...tier].sort().join("=")).join(">");
}

/**
 * How an answer stands to another in what is typed; "" where it cannot be told.
 * @param {string} text
 * @param {string} key
 * @param {string} other
 * @returns {">" | "=" | "<" | ""}
 */
export function standing(text, key, other) {
  const tiers = text.toLowerCase().split(/>+/u);
  const [own, its] = [key, other].map((each) => tiers.findIndex((tier) => tier.includes(each)));
  if (own < 0 || its < 0) return "";
  return own < its ? ">" : own > its ? "<" : "=";
}

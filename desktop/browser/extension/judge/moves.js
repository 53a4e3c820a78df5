// Moves of one answer in a ranking, as on the bench (desktop/flow/ranking_moves.py): every answer keeps its one place. Steps
// are kept, so that they can be taken back.

import { isRanking, readRanking } from "./ranking.js";

/** @typedef {string[][]} Tiers best first */

/**
 * The ranking that stands in a text; where it is none yet, what is typed of it, then the other answers in their order.
 * @param {string} text
 * @param {string[]} keys
 * @returns {Tiers}
 */
export function tiersOf(text, keys) {
  /** @type {Set<string>} */
  const named = new Set();
  const tiers = text
    .toLowerCase()
    .split(/>+/u)
    .map((tier) => Array.from(tier).filter((key) => keys.includes(key) && !named.has(key) && named.add(key)))
    .filter((tier) => tier.length);
  return [...tiers.map((tier) => tier.sort()), ...keys.filter((key) => !named.has(key)).map((key) => [key])];
}

/**
 * What stands in the field after a move; a strength stays where as many places are left, as on the bench.
 * @param {string} text
 * @param {string[]} keys
 * @param {Tiers} tiers
 * @param {boolean} withStrength
 */
export function writtenRanking(text, keys, tiers, withStrength) {
  const before = isRanking(text, keys, withStrength) ? readRanking(text, keys, withStrength) : undefined;
  const strength = before && before.tiers.length === tiers.length ? before.strength : 1;
  return tiers.map((tier) => tier.join("=")).join(">".repeat(Math.max(1, strength ?? 1)));
}

/**
 * One place to the better (-1) or the worse (1): out of a tie first, then past the next.
 * @param {Tiers} tiers
 * @param {string} key
 * @param {number} step
 */
export function moved(tiers, key, step) {
  const at = placeOf(tiers, key);
  const others = tiers[at].filter((each) => each !== key);
  if (others.length) return tiers.toSpliced(at, 1, ...(step < 0 ? [[key], others] : [others, [key]]));
  const beside = tiers[at + step];
  return beside ? tiers.with(at, beside).with(at + step, [key]) : tiers;
}

/**
 * As good as those above it.
 * @param {Tiers} tiers
 * @param {string} key
 */
export function tied(tiers, key) {
  const at = placeOf(tiers, key);
  return at === 0 || tiers[at].length > 1 ? tiers : put(tiers, key, at - 1, true);
}

/**
 * Out of its tie, below the others.
 * @param {Tiers} tiers
 * @param {string} key
 */
export function untied(tiers, key) {
  return tiers[placeOf(tiers, key)].length > 1 ? moved(tiers, key, 1) : tiers;
}

/**
 * To a place, as counted now: with those who are there, or before them.
 * @param {Tiers} tiers
 * @param {string} key
 * @param {number} place
 * @param {boolean} together
 */
export function put(tiers, key, place, together) {
  const others = tiers.map((tier) => tier.filter((each) => each !== key));
  const made = together && others[place] ? others.with(place, [...others[place], key].sort()) : others.toSpliced(place, 0, [key]);
  return made.filter((tier) => tier.length);
}

/**
 * @param {Tiers} tiers
 * @param {string} key
 */
export function placeOf(tiers, key) {
  return tiers.findIndex((tier) => tier.includes(key));
}

/** What stood in the ranking's field before, and what was taken back. Letters typed at one sitting are one step. */
export class Steps {
  /** @type {string[]} */
  #past = [];
  /** @type {string[]} */
  #future = [];
  #isTyping = false;

  /**
   * @param {string} before
   * @param {boolean} typed
   */
  did(before, typed) {
    if (!typed || !this.#isTyping) this.#past.push(before);
    this.#isTyping = typed;
    this.#future = [];
  }

  /** What is typed from now on is another step. */
  rest() {
    this.#isTyping = false;
  }

  /** What stood there before this; undefined where nothing did. @param {string} now */
  back(now) {
    return this.#turn(this.#past, this.#future, now);
  }

  /** What was taken back. @param {string} now */
  again(now) {
    return this.#turn(this.#future, this.#past, now);
  }

  /**
   * @param {string[]} from
   * @param {string[]} to
   * @param {string} now
   */
  #turn(from, to, now) {
    this.#isTyping = false;
    const text = from.pop();
    if (text !== undefined) to.push(now);
    return text;
  }
}

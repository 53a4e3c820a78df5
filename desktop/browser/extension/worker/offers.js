// What a content script hands over, read strictly. A page that has taken over its renderer can hand over anything, so each
// field is made anew from what it must be, and what is not known is left out.

const MOST_TURNS = 1000;
const MOST_CHARACTERS = 8 * 1024 * 1024; // of all turns; a capture takes far less, which the panel says
const MOST_QUOTE = 2000;
const MOST_PATH = 4000;
const LACKS = ["part", "turns", "written"];
const ROLES = ["system", "user", "assistant", "tool"];

/**
 * @typedef {{type: "TextQuoteSelector", exact: string, prefix: string, suffix: string}
 *   | {type: "TextPositionSelector", start: number, end: number}
 *   | {type: "RangeSelector", start: string, start_offset: number, end: string, end_offset: number}} Selector
 *
 * One turn of a page, as Markdown.
 * @typedef {{role: string, text: string, selectors: Selector[]}} Turn
 *
 * The turns of a page, which of them is the answer that is looked at, whether that is all of them, and what is lacking (page/read.js), whether the
 * answer is what a person has selected, and how many formulas could not be told as they are shown.
 * @typedef {{turns: Turn[], chosen: number, complete: boolean, lacks: string[], selected: boolean, formulas: number}} Offer
 */

/** An offer that is none; "too_large" where it is one with more text than can be taken. */
export class OfferError extends Error {
  /** @param {string} what @param {"offer" | "too_large"} code */
  constructor(what, code = "offer") {
    super(what);
    this.code = code;
  }
}

/**
 * The offer in a value; raises OfferError.
 * @param {any} value
 * @returns {Offer}
 */
export function checkedOffer(value) {
  if (!isObject(value) || !Array.isArray(value.turns) || value.turns.length > MOST_TURNS) throw new OfferError("turns");
  let left = MOST_CHARACTERS;
  const turns = value.turns.map((/** @type {unknown} */ turn) => {
    const read = checkedTurn(turn);
    left -= read.text.length;
    if (left < 0) throw new OfferError("characters", "too_large");
    return read;
  });
  const { chosen, complete, lacks = [], selected, formulas = 0 } = value;
  if (!Number.isInteger(chosen) || (turns.length && turns[chosen]?.role !== "assistant")) throw new OfferError("chosen");
  if (typeof complete !== "boolean" || typeof selected !== "boolean") throw new OfferError("complete");
  if (!Array.isArray(lacks)) throw new OfferError("lacks");
  const known = LACKS.filter((each) => lacks.includes(each));
  return { turns, chosen, complete: complete && !known.length, lacks: known, selected, formulas: count(formulas) };
}

/**
 * @param {any} value
 * @returns {Turn}
 */
function checkedTurn(value) {
  if (!isObject(value) || !ROLES.includes(value.role) || typeof value.text !== "string") throw new OfferError("turn");
  return { role: value.role, text: value.text.toWellFormed(), selectors: checkedSelectors(value.selectors ?? []) };
}

/**
 * The selectors in a value; raises OfferError.
 * @param {unknown} value
 * @returns {Selector[]}
 */
export function checkedSelectors(value) {
  if (!Array.isArray(value) || value.length > 3) throw new OfferError("selectors");
  return value.map(checkedSelector);
}

/**
 * @param {any} value
 * @returns {Selector}
 */
function checkedSelector(value) {
  switch (isObject(value) ? value.type : undefined) {
    case "TextQuoteSelector": {
      const [exact, prefix, suffix] = [value.exact, value.prefix, value.suffix].map((each) => text(each, MOST_QUOTE));
      return { type: "TextQuoteSelector", exact, prefix, suffix };
    }
    case "TextPositionSelector":
      return { type: "TextPositionSelector", start: count(value.start), end: count(value.end) };
    case "RangeSelector": {
      const [start, end] = [text(value.start, MOST_PATH), text(value.end, MOST_PATH)];
      const [from, to] = [count(value.start_offset), count(value.end_offset)];
      return { type: "RangeSelector", start, start_offset: from, end, end_offset: to };
    }
  }
  throw new OfferError("selector");
}

/**
 * @param {unknown} value
 * @param {number} most
 */
function text(value, most) {
  if (typeof value !== "string" || value.length > most) throw new OfferError("text");
  return value.toWellFormed();
}

/** @param {unknown} value */
function count(value) {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw new OfferError("count");
  return Number(value);
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Places in a text as records write them: code points, with the quote and what stands around it
// (feedback_store/spans.py). The browser's own places count UTF-16 units.

const AROUND = 32; // code points of prefix and suffix

/** @typedef {{start: number, end: number, exact: string, prefix: string, suffix: string}} Span */

/**
 * The span between two places of the browser's. Half of a character is taken in whole.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @returns {Span}
 */
export function spanAt(text, from, to) {
  const [first, last] = [isInside(text, from) ? from - 1 : from, isInside(text, to) ? to + 1 : to];
  const exact = text.slice(first, last);
  const start = points(text.slice(0, first));
  const prefix = Array.from(text.slice(Math.max(0, first - 2 * AROUND), first)).slice(-AROUND).join("").toWellFormed();
  const suffix = Array.from(text.slice(last, last + 2 * AROUND)).slice(0, AROUND).join("").toWellFormed();
  return { start, end: start + points(exact), exact, prefix: wholeEnd(prefix, text, first), suffix };
}

/**
 * Where a span's words stand in a text, as the browser counts: at their place, else where most of what stood around them
 * does; undefined where they are gone.
 * @param {Span} span
 * @param {string} text
 * @returns {[number, number] | undefined}
 */
export function placeOf(span, text) {
  const { exact, prefix, suffix } = span;
  const own = units(text, span.start);
  /** @type {{at: number, around: number} | undefined} */
  let best;
  for (let at = exact ? text.indexOf(exact) : -1; at >= 0; at = text.indexOf(exact, at + 1)) {
    if (at === own) return [at, at + exact.length];
    const end = at + exact.length;
    const around = alikeBefore(text.slice(0, at), prefix) + alike(text.slice(end, end + suffix.length), suffix);
    const nearer = best && Math.abs(at - own) < Math.abs(best.at - own);
    if (!best || around > best.around || (around === best.around && nearer)) best = { at, around };
  }
  return best && [best.at, best.at + exact.length];
}

/**
 * The span where its words stand now; as it was where they are gone.
 * @param {Span} span
 * @param {string} text
 */
export function moved(span, text) {
  const place = placeOf(span, text);
  return place ? spanAt(text, ...place) : span;
}

/** @param {string} text */
function points(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/**
 * @param {string} text
 * @param {number} count code points
 */
function units(text, count) {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; left--) at += Number(text.codePointAt(at)) > 0xffff ? 2 : 1;
  return at;
}

/**
 * @param {string} text
 * @param {number} at
 */
function isInside(text, at) {
  return at > 0 && at < text.length && Number(text.codePointAt(at - 1)) > 0xffff;
}

/**
 * A prefix whose first character was not cut in half.
 * @param {string} prefix
 * @param {string} text
 * @param {number} first
 */
function wholeEnd(prefix, text, first) {
  return text.slice(0, first).endsWith(prefix) ? prefix : Array.from(prefix).slice(1).join("");
}

/**
 * @param {string} one
 * @param {string} other
 */
function alike(one, other) {
  let count = 0;
  while (count < other.length && one[count] === other[count]) count++;
  return count;
}

/**
 * @param {string} before
 * @param {string} prefix
 */
function alikeBefore(before, prefix) {
  let count = 0;
  while (count < prefix.length && before.at(-1 - count) === prefix.at(-1 - count)) count++;
  return count;
}

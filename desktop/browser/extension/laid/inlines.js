// What stands in a paragraph: emphasis, code, links, breaks, by CommonMark's rules of delimiters. A picture is its words, and so
// is HTML. Each word keeps its place in the text.

import { decoded } from "./entities.js";

/**
 * Words with their place: as many characters, or, of one that was written otherwise (`&amp;`), all that it was written with.
 * @typedef {{kind: "text", text: string, from: number, to: number}} Words
 * @typedef {Words | {kind: "break"} | {kind: "em" | "strong" | "del" | "code" | "link", inner: Inline[], address?: string}} Inline
 *
 * A piece on its way: linked, since pieces are taken together from anywhere.
 * @typedef {{inline: Inline, before?: Piece, after?: Piece, depth: number, delimiter?: Delimiter}} Piece
 * @typedef {{sign: string, count: number, opens: boolean, closes: boolean, whole: number, piece: Piece}} Delimiter
 * @typedef {{piece: Piece, delimiters: number, at: number}} Bracket
 */

const DEEPEST = 24; // emphasis in one another; what is deeper is words
const SCHEMES = /^(?:https?:|mailto:|[^:]*$|[^:]*[/?#])/iu;
const PLAIN = /[^\\`*_~[\]!<&\n]+/uy;
const ESCAPED = /[!-/:-@[-`{-~]/u;
const AUTOMATIC = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)>/iuy;
const TARGET = /\(\s*(<[^<>\n]*>|(?:[^\s<()\\]|\\.)*(?:\((?:[^\s()\\]|\\.)*\)(?:[^\s()\\]|\\.)*)*)(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)/uy;

/**
 * @param {import("./lines.js").Line[]} lines
 * @param {Map<string, string>} definitions of links, by name
 * @returns {Inline[]}
 */
export function inlinesOf(lines, definitions) {
  return new Reader(lines, definitions).read();
}

/** How a link's name is looked up. @param {string} name */
export function nameOf(name) {
  return name.trim().replace(/\s+/gu, " ").toLowerCase();
}

class Reader {
  #text = "";
  /** Where each character stands in the whole text. @type {number[]} */
  #places = [];
  #at = 0;
  /** @type {Piece} */
  #first = { inline: { kind: "break" }, depth: 0 };
  #last = this.#first;
  /** @type {Delimiter[]} */
  #delimiters = [];
  /** @type {Bracket[]} */
  #brackets = [];
  /** Of how many backquotes no other run is left. @type {Set<number>} */
  #unclosed = new Set();

  /**
   * @param {import("./lines.js").Line[]} lines
   * @param {Map<string, string>} definitions
   */
  constructor(lines, definitions) {
    this.definitions = definitions;
    this.#text = lines.map(({ text }) => text).join("\n");
    for (const { text, at, places } of lines) {
      for (let number = 0; number <= text.length; number++) this.#places.push(places?.[number] ?? at + number);
    }
  }

  read() {
    while (this.#at < this.#text.length) this.#next();
    this.#emphasize(0);
    return listed(this.#first.after);
  }

  #next() {
    const at = this.#at;
    const sign = this.#text[at];
    if (sign === "\n") return this.#lineEnd();
    if (sign === "\\") return this.#escaped();
    if (sign === "`") return this.#code();
    if (sign === "*" || sign === "_" || sign === "~") return this.#run(sign);
    if (sign === "[") return this.#open();
    if (sign === "]") return this.#close();
    if (sign === "<") return this.#automatic();
    if (sign === "&") return this.#entity();
    const plain = matched(PLAIN, this.#text, at);
    this.#words(at, at + Math.max(1, plain?.[0].length ?? 0));
  }

  /**
   * @param {Inline} inline
   * @param {number} [depth]
   * @returns {Piece}
   */
  #add(inline, depth = 0) {
    const piece = { inline, depth, before: this.#last };
    this.#last.after = piece;
    return (this.#last = piece);
  }

  /**
   * Words that stand there as they are shown, in pieces that are whole in the text. Nothing before the end of a line.
   * @param {number} from
   * @param {number} to
   */
  #words(from, to) {
    let piece = this.#last;
    for (const words of this.#whole(from, to)) piece = this.#add(words);
    this.#at = to;
    return piece;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @returns {Generator<Words>}
   */
  *#whole(from, to) {
    for (let start = from; start < to; ) {
      let end = start + 1;
      while (end < to && this.#places[end] === this.#places[end - 1] + 1) end++;
      yield { kind: "text", text: this.#text.slice(start, end), from: this.#places[start], to: this.#places[start] + end - start };
      start = end;
    }
  }

  #lineEnd() {
    const last = this.#last.inline;
    const isBreak = last.kind === "text" && / {2,}$/u.test(last.text);
    const blanks = last.kind === "text" ? last.text.length - last.text.replace(/[ \t]+$/u, "").length : 0;
    if (last.kind === "text" && blanks) Object.assign(last, { text: last.text.slice(0, -blanks), to: last.to - blanks });
    if (isBreak) this.#add({ kind: "break" });
    this.#words(this.#at, this.#at + 1);
  }

  #escaped() {
    const sign = this.#text[this.#at + 1];
    if (sign === "\n") {
      this.#add({ kind: "break" });
      this.#at += 1;
    } else if (sign !== undefined && ESCAPED.test(sign)) {
      this.#words(this.#at + 1, this.#at + 2);
    } else this.#words(this.#at, this.#at + 1);
  }

  #code() {
    const run = /** @type {RegExpExecArray} */ (matched(/`+/uy, this.#text, this.#at))[0];
    const from = this.#at + run.length;
    const to = this.#unclosed.has(run.length) ? -1 : closing(this.#text, run.length, from);
    if (to < 0) {
      this.#unclosed.add(run.length);
      return void this.#words(this.#at, from);
    }
    const isPadded = to - from > 2 && /^[ \n].*[^ \n].*[ \n]$/su.test(this.#text.slice(from, to));
    const inner = [...this.#whole(isPadded ? from + 1 : from, isPadded ? to - 1 : to)];
    this.#add({ kind: "code", inner });
    this.#at = to + run.length;
  }

  /** @param {string} sign */
  #run(sign) {
    let end = this.#at + 1;
    while (this.#text[end] === sign) end++;
    const count = end - this.#at;
    const before = lastOf(this.#text.slice(Math.max(0, this.#at - 2), this.#at));
    const after = String.fromCodePoint(this.#text.codePointAt(end) ?? 32);
    const [left, right] = [flanks(after, before), flanks(before, after)];
    const isMark = (/** @type {string} */ beside) => /[\p{P}\p{S}]/u.test(beside);
    const opens = sign === "_" ? left && (!right || isMark(before)) : left;
    const closes = sign === "_" ? right && (!left || isMark(after)) : right;
    const piece = this.#words(this.#at, end);
    if (sign === "~" && count < 2) return;
    this.#delimiters.push((piece.delimiter = { sign, count, opens, closes, whole: count, piece }));
  }

  #open() {
    const piece = this.#words(this.#at, this.#at + 1);
    this.#brackets.push({ piece, delimiters: this.#delimiters.length, at: this.#at });
  }

  #close() {
    const bracket = this.#brackets.pop();
    const at = this.#at;
    const target = bracket && this.#target(bracket);
    if (!bracket || !target || !SCHEMES.test(target.address)) return void this.#words(at, at + 1);
    this.#emphasize(bracket.delimiters);
    const inner = bracket.piece.after;
    this.#last = /** @type {Piece} */ (bracket.piece.before);
    this.#last.after = undefined;
    this.#add({ kind: "link", inner: listed(inner), address: target.address }, depthOf(inner) + 1);
    this.#noOuter();
    this.#at = target.end;
  }

  /** No link stands in another. */
  #noOuter() {
    this.#brackets = [];
  }

  /**
   * Where a link goes whose words have just ended.
   * @param {Bracket} bracket
   * @returns {{address: string, end: number} | undefined}
   */
  #target(bracket) {
    const after = this.#at + 1;
    const found = matched(TARGET, this.#text, after);
    if (found) return { address: unescaped(found[1].replace(/^<(.*)>$/su, "$1")), end: after + found[0].length };
    const named = matched(/\[((?:[^[\]\\]|\\.){0,999})\]/suy, this.#text, after);
    const own = this.#text.slice(bracket.at, this.#at);
    if (own.length > 999 && !named?.[1].trim()) return undefined;
    const address = this.definitions.get(nameOf(named?.[1].trim() ? named[1] : own));
    return address === undefined ? undefined : { address: unescaped(address), end: after + (named?.[0].length ?? 0) };
  }

  #automatic() {
    const found = matched(AUTOMATIC, this.#text, this.#at);
    if (!found || !SCHEMES.test(found[1])) return void this.#words(this.#at, this.#at + 1);
    const end = this.#at + found[0].length;
    this.#add({ kind: "link", inner: [...this.#whole(this.#at + 1, end - 1)], address: found[1] }, 1);
    this.#noOuter();
    this.#at = end;
  }

  #entity() {
    const found = matched(/&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,31});/iuy, this.#text, this.#at);
    const text = found && decoded(found[0]);
    if (!text) return void this.#words(this.#at, this.#at + 1);
    const end = this.#at + found[0].length;
    this.#add({ kind: "text", text, from: this.#places[this.#at], to: this.#places[end - 1] + 1 });
    this.#at = end;
  }

  /**
   * Take delimiters together that belong to one another, from one on.
   * @param {number} bottom
   */
  #emphasize(bottom) {
    const open = this.#delimiters.splice(bottom);
    /** @type {Delimiter[]} */
    const openers = [];
    /** Below which place no opener of a kind is. @type {Map<string, number>} */
    const lowest = new Map();
    for (const closer of open) {
      while (closer.closes && closer.count) {
        const kind = `${closer.sign}${closer.opens}${closer.whole % 3}`;
        let at = openers.length - 1;
        const least = lowest.get(kind) ?? 0;
        while (at >= least && !belong(openers[at], closer)) at--;
        if (at < least) {
          lowest.set(kind, openers.length);
          break;
        }
        const opener = openers[at];
        openers.length = at + 1;
        for (const [other, place] of lowest) if (place > at) lowest.set(other, at);
        if (!this.#wrap(opener, closer)) break;
        if (!opener.count) openers.pop();
      }
      if (closer.count && closer.opens) openers.push(closer);
    }
  }

  /**
   * What stands between two delimiters as emphasis; false where that would be too deep.
   * @param {Delimiter} opener
   * @param {Delimiter} closer
   */
  #wrap(opener, closer) {
    const inner = opener.piece.after;
    const last = /** @type {Piece} */ (closer.piece.before);
    const depth = inner === closer.piece ? 0 : depthOf(inner, closer.piece);
    if (depth >= DEEPEST) return false;
    const size = opener.count >= 2 && closer.count >= 2 ? 2 : 1;
    const kind = opener.sign === "~" ? "del" : size === 2 ? "strong" : "em";
    last.after = undefined;
    const piece = { inline: { kind: /** @type {"em"} */ (kind), inner: listed(inner) }, depth: depth + 1, before: opener.piece, after: closer.piece };
    opener.piece.after = closer.piece.before = piece;
    shorten(opener, size, false);
    shorten(closer, size, true);
    return true;
  }
}

/**
 * @param {Delimiter} opener
 * @param {Delimiter} closer
 */
function belong(opener, closer) {
  if (opener.sign !== closer.sign) return false;
  if (opener.sign === "~") return opener.count >= 2 && closer.count >= 2;
  const both = opener.closes || closer.opens;
  return !both || (opener.whole + closer.whole) % 3 !== 0 || (opener.whole % 3 === 0 && closer.whole % 3 === 0);
}

/**
 * Take signs from a delimiter: those of an opener from its end, those of a closer from its beginning.
 * @param {Delimiter} delimiter
 * @param {number} size
 * @param {boolean} isCloser
 */
function shorten(delimiter, size, isCloser) {
  const words = /** @type {Words} */ (delimiter.piece.inline);
  delimiter.count -= size;
  words.text = words.text.slice(size);
  if (isCloser) words.from += size;
  else words.to -= size;
}

/**
 * The pieces from one on, without those that are empty.
 * @param {Piece | undefined} piece
 * @returns {Inline[]}
 */
function listed(piece) {
  const found = [];
  for (let each = piece; each; each = each.after) if (each.inline.kind !== "text" || each.inline.text) found.push(each.inline);
  return found;
}

/**
 * How deep the deepest piece is.
 * @param {Piece | undefined} piece
 * @param {Piece} [end]
 */
function depthOf(piece, end) {
  let depth = 0;
  for (let each = piece; each && each !== end; each = each.after) depth = Math.max(depth, each.depth);
  return depth;
}

/**
 * Whether a run stands at the beginning of words: `inside` follows it, `outside` is at its other side.
 * @param {string} inside
 * @param {string} outside
 */
function flanks(inside, outside) {
  if (/\s/u.test(inside)) return false;
  return !/[\p{P}\p{S}]/u.test(inside) || /[\s\p{P}\p{S}]/u.test(outside);
}

/** The last character, a space where there is none. @param {string} text */
function lastOf(text) {
  return Array.from(text).at(-1) ?? " ";
}

/**
 * Where the next run of exactly so many backquotes begins; -1 where there is none.
 * @param {string} text
 * @param {number} count
 * @param {number} from
 */
function closing(text, count, from) {
  for (let at = text.indexOf("`", from); at >= 0; ) {
    let end = at;
    while (text[end] === "`") end++;
    if (end - at === count) return at;
    at = text.indexOf("`", end);
  }
  return -1;
}

/**
 * @param {RegExp} pattern a sticky one
 * @param {string} text
 * @param {number} at
 */
function matched(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** @param {string} address */
function unescaped(address) {
  return address.replace(/\\([!-/:-@[-`{-~])/gu, "$1");
}

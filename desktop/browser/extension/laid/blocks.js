// Markdown as a tree of blocks: the part of CommonMark that answers are written in, with tables and struck words, as the
// window lays it out (desktop/views/parts/rendering.py). No HTML and no pictures: they are words. Each word keeps its place in
// the text, so that what is selected in what is laid out is a place there.

import { inlinesOf, nameOf } from "./inlines.js";
import { indentOf, isBlank, linesOf, outdented, part, trimmed } from "./lines.js";
import { isDelimiterRow, readTable } from "./tables.js";

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./inlines.js").Inline} Inline
 * @typedef {{kind: "p" | "heading" | "quote" | "list" | "item" | "code" | "rule" | "table" | "row" | "cell" | "plain", lines?: Line[],
 *   inlines?: Inline[], children?: Block[], start?: number, ordered?: boolean, align?: string, head?: boolean, apart?: boolean}} Block
 * "plain" is a paragraph of a list whose items stand close together. `lines` of a block of code are its words.
 * `apart`: a blank line stands before it.
 */

const DEEPEST = 24; // blocks in one another; what is deeper is words
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/u;
const HEADING = /^ {0,3}#{1,6}(?=[ \t]|$)/u;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/u;
const QUOTE = /^ {0,3}> ?/u;
const MARKER = /^( {0,3})([-+*]|\d{1,9}[.)])(?=[ \t]|$)/u;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/u;
const DEFINITION = /^ {0,3}\[((?:[^[\]\\]|\\.)+)\]:[ \t]*(<[^<>]*>|[^\s<]\S*)(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/u;

/**
 * The blocks of a text.
 * @param {string} text
 * @returns {Block[]}
 */
export function blocksOf(text) {
  /** @type {Map<string, string>} */
  const definitions = new Map();
  const blocks = new Reader(definitions).read(linesOf(text), 0);
  for (const block of each(blocks)) if (block.lines && block.kind !== "code") block.inlines = inlinesOf(block.lines, definitions);
  return blocks;
}

/**
 * @param {Block[]} blocks
 * @returns {Generator<Block>}
 */
function* each(blocks) {
  for (const block of blocks) {
    yield block;
    if (block.children) yield* each(block.children);
  }
}

class Reader {
  /** @param {Map<string, string>} definitions of links, by name */
  constructor(definitions) {
    this.definitions = definitions;
  }

  /**
   * @param {Line[]} lines
   * @param {number} depth
   * @returns {Block[]}
   */
  read(lines, depth) {
    /** @type {Block[]} */
    const blocks = [];
    for (let at = 0; at < lines.length; ) {
      if (isBlank(lines[at])) {
        at++;
        continue;
      }
      const [before, apart] = [blocks.length, at > 0 && isBlank(lines[at - 1])];
      at = this.#block(lines, at, depth, blocks);
      if (blocks.length > before) blocks[before].apart = apart;
    }
    return blocks;
  }

  /**
   * Read the block that begins at a line; where the next one can begin.
   * @param {Line[]} lines
   * @param {number} at
   * @param {number} depth
   * @param {Block[]} blocks
   */
  #block(lines, at, depth, blocks) {
    const { text } = lines[at];
    if (indentOf(text) >= 4) return this.#indented(lines, at, blocks);
    if (FENCE.test(text)) return this.#fenced(lines, at, blocks);
    const heading = HEADING.exec(text);
    if (heading) {
      const words = trimmed(part(lines[at], heading[0].length));
      blocks.push({ kind: "heading", lines: [trimmed(part(words, 0, words.text.replace(/(^|[ \t])#+$/u, "").length))] });
      return at + 1;
    }
    if (RULE.test(text)) return blocks.push({ kind: "rule" }), at + 1;
    if (depth < DEEPEST && QUOTE.test(text)) return this.#quoted(lines, at, depth, blocks);
    if (depth < DEEPEST && MARKER.test(text)) return this.#list(lines, at, depth, blocks);
    if (at + 1 < lines.length && text.includes("|") && isDelimiterRow(lines[at], lines[at + 1])) {
      let end = at + 2;
      while (end < lines.length && !isBlank(lines[end]) && indentOf(lines[end].text) < 4 && !begins(lines[end].text)) end++;
      blocks.push(readTable(lines.slice(at, end)));
      return end;
    }
    return this.#paragraph(lines, at, blocks);
  }

  /**
   * @param {Line[]} lines
   * @param {number} at
   * @param {Block[]} blocks
   */
  #indented(lines, at, blocks) {
    let end = at;
    while (end < lines.length && (isBlank(lines[end]) || indentOf(lines[end].text) >= 4)) end++;
    let last = end;
    while (isBlank(lines[last - 1])) last--;
    blocks.push({ kind: "code", lines: lines.slice(at, last).map((line) => outdented(line, 4)) });
    return end;
  }

  /**
   * @param {Line[]} lines
   * @param {number} at
   * @param {Block[]} blocks
   */
  #fenced(lines, at, blocks) {
    const fence = /** @type {RegExpExecArray} */ (FENCE.exec(lines[at].text))[1];
    const indent = indentOf(lines[at].text);
    let end = at + 1;
    while (end < lines.length && !closes(lines[end].text, fence)) end++;
    blocks.push({ kind: "code", lines: lines.slice(at + 1, end).map((line) => outdented(line, indent)) });
    return end + 1;
  }

  /**
   * @param {Line[]} lines
   * @param {number} at
   * @param {number} depth
   * @param {Block[]} blocks
   */
  #quoted(lines, at, depth, blocks) {
    /** @type {Line[]} */
    const inner = [];
    let [end, fenced] = [at, false];
    for (; end < lines.length; end++) {
      const quoted = QUOTE.exec(lines[end].text);
      if (quoted) inner.push(part(lines[end], quoted[0].length));
      else if (!fenced && goesOn(inner.at(-1), lines[end])) inner.push({ ...words(lines[end]), lazy: true });
      else break;
      fenced = fenced !== FENCE.test(inner[inner.length - 1].text);
    }
    blocks.push({ kind: "quote", children: this.read(inner, depth + 1) });
    return end;
  }

  /**
   * @param {Line[]} lines
   * @param {number} at
   * @param {number} depth
   * @param {Block[]} blocks
   */
  #list(lines, at, depth, blocks) {
    const first = marked(lines[at]);
    /** @type {Block[]} */
    const items = [];
    let [end, loose] = [at, false];
    while (end < lines.length) {
      const own = marked(lines[end]);
      if (!own || own.sign !== first?.sign || RULE.test(lines[end].text)) break;
      const inner = [part(lines[end], own.taken)];
      const isEmpty = isBlank(inner[0]);
      let [next, fenced] = [end + 1, FENCE.test(inner[0].text)];
      for (; next < lines.length; next++) {
        const line = lines[next];
        if (isBlank(line)) {
          if (isEmpty && inner.length === 1) break; // an item begins with one blank line at most
          inner.push(line);
        } else if (indentOf(line.text) >= own.width) inner.push(outdented(line, own.width));
        else if (!fenced && goesOn(inner.at(-1), line)) inner.push({ ...words(line), lazy: true });
        else break;
        fenced = fenced !== FENCE.test(inner[inner.length - 1].text);
      }
      const blanks = inner.length - withoutEnd(inner).length;
      const children = this.read(inner, depth + 1);
      const follows = next < lines.length && marked(lines[next])?.sign === first?.sign && !RULE.test(lines[next].text);
      loose ||= (blanks > 0 && follows && !isEmpty) || children.slice(1).some(({ apart }) => apart);
      items.push({ kind: "item", children });
      end = next;
      if (isEmpty && !follows) while (end < lines.length && isBlank(lines[end])) end++;
    }
    if (!loose) for (const { children = [] } of items) for (const child of children) if (child.kind === "p") child.kind = "plain";
    blocks.push({ kind: "list", ordered: first?.number !== undefined, start: first?.number, children: items });
    return end;
  }

  /**
   * @param {Line[]} lines
   * @param {number} at
   * @param {Block[]} blocks
   */
  #paragraph(lines, at, blocks) {
    let from = at;
    for (let found; from < lines.length && (found = DEFINITION.exec(lines[from].text)); from++) {
      const name = nameOf(found[1]);
      if (!this.definitions.has(name)) this.definitions.set(name, found[2].replace(/^<(.*)>$/u, "$1"));
    }
    if (from > at && (from === lines.length || isBlank(lines[from]) || begins(lines[from].text))) return from;
    let end = from + 1;
    const isUnderline = (/** @type {Line} */ { text, lazy }) => !lazy && UNDERLINE.test(text);
    while (end < lines.length && !isBlank(lines[end]) && !isUnderline(lines[end]) && !interrupts(lines[end].text)) end++;
    const isHeading = end < lines.length && isUnderline(lines[end]);
    const own = lines.slice(from, end).map(words);
    own[own.length - 1] = part(own[own.length - 1], 0, own[own.length - 1].text.trimEnd().length);
    if (isHeading) own[0] = part(own[0], own[0].text.length - own[0].text.trimStart().length);
    blocks.push({ kind: isHeading ? "heading" : "p", lines: own });
    return isHeading ? end + 1 : end;
  }
}

/** The line without its indent, of which no-break spaces are none; what stands at its end may be a break. @param {Line} line */
function words(line) {
  return part(line, indent(line.text));
}

/** How many characters of a text are its indent. @param {string} text */
function indent(text) {
  return /^[ \t]*/u.exec(text)?.[0].length ?? 0;
}

/**
 * The marker of a list's item: its kind, its number, how many characters it takes, and from which column its words stand.
 * @param {Line} line
 */
function marked(line) {
  const found = MARKER.exec(line.text);
  if (!found) return undefined;
  const [whole, , marker] = found;
  const gap = indentOf(line.text.slice(whole.length));
  const isShort = !line.text.slice(whole.length).trim() || gap > 4;
  const space = isShort ? Math.min(1, line.text.length - whole.length) : indent(line.text.slice(whole.length));
  const number = /\d/u.test(marker) ? Number.parseInt(marker, 10) : undefined;
  return { sign: marker.at(-1), number, taken: whole.length + space, width: whole.length + (isShort ? 1 : gap) };
}

/**
 * Whether a line ends what a fence began.
 * @param {string} text
 * @param {string} fence
 */
function closes(text, fence) {
  const own = text.trim();
  return indentOf(text) < 4 && own.length >= fence.length && own === fence[0].repeat(own.length);
}

/** Whether a line begins another block than a paragraph. @param {string} text */
function begins(text) {
  return FENCE.test(text) || HEADING.test(text) || RULE.test(text) || QUOTE.test(text) || MARKER.test(text);
}

/** Whether a line ends the paragraph before it. @param {string} text */
function interrupts(text) {
  const marker = MARKER.exec(text);
  const isItem = marker && /\S/u.test(text.slice(marker[0].length)) && (!/\d/u.test(marker[2]) || Number.parseInt(marker[2], 10) === 1);
  return FENCE.test(text) || HEADING.test(text) || RULE.test(text) || QUOTE.test(text) || Boolean(isItem);
}

/**
 * Whether a line goes on with the paragraph at the end of a block that it does not belong to by its beginning.
 * @param {Line | undefined} last
 * @param {Line} line
 */
function goesOn(last, line) {
  if (!last || isBlank(last) || isBlank(line) || interrupts(line.text) || MARKER.test(line.text)) return false;
  const bare = last.text.replace(/^(?: {0,3}(?:>|[-+*](?= )|\d{1,9}[.)](?= )) ?)+/u, "");
  return /\S/u.test(bare) && !FENCE.test(bare) && !HEADING.test(bare) && !RULE.test(bare) && indentOf(bare) < 4;
}

/** @param {Line[]} lines */
function withoutEnd(lines) {
  let end = lines.length;
  while (end > 0 && isBlank(lines[end - 1])) end--;
  return lines.slice(0, end);
}

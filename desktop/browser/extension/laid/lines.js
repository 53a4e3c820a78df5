// Lines of a text that know where they stand in it: what stands before a block's own words (`> `, an indent) is taken off, and
// each character that is left still has its place.

/**
 * A line's text that is left, and the place of its first character in the whole text. `lazy`: it goes on with a paragraph
 * without the signs of the block that this stands in. `places`: where each of its characters and its end stand, if not one
 * after the other.
 * @typedef {{text: string, at: number, lazy?: boolean, places?: number[]}} Line
 */

/**
 * @param {string} text
 * @returns {Line[]}
 */
export function linesOf(text) {
  /** @type {Line[]} */
  const lines = [];
  for (const { 0: line, index } of text.matchAll(/[^\n\r]*(?:\r\n|\n|\r|$)/gu)) {
    if (line || index < text.length) lines.push({ text: line.replace(/[\r\n]+$/u, ""), at: index });
  }
  return lines;
}

/** @param {Line} line */
export function isBlank({ text }) {
  return !/\S/u.test(text);
}

/**
 * How many columns stand before a line's words; a tab goes to the next fourth.
 * @param {string} text
 */
export function indentOf(text) {
  let columns = 0;
  for (const sign of text) {
    if (sign === " ") columns++;
    else if (sign === "\t") columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}

/**
 * The line without so many columns of its indent.
 * @param {Line} line
 * @param {number} columns
 * @returns {Line}
 */
export function outdented({ text, at, lazy }, columns) {
  let [from, seen] = [0, 0];
  while (seen < columns && (text[from] === " " || text[from] === "\t")) {
    seen += text[from] === " " ? 1 : 4 - (seen % 4);
    from++;
  }
  return { text: text.slice(from), at: at + from, lazy };
}

/**
 * The line from a character on, up to another one.
 * @param {Line} line
 * @param {number} from
 * @param {number} [to]
 * @returns {Line}
 */
export function part({ text, at, lazy }, from, to) {
  return { text: text.slice(from, to), at: at + from, lazy };
}

/** @param {Line} line */
export function trimmed(line) {
  const from = line.text.length - line.text.trimStart().length;
  return part(line, from, Math.max(from, line.text.trimEnd().length));
}

// Tables as GitHub writes them: a row of heads, a row of dashes, rows.

import { part, trimmed } from "./lines.js";

/** @typedef {import("./lines.js").Line} Line */

const DELIMITERS = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/u;

/**
 * Whether a line stands under a row of heads and says that it is one.
 * @param {Line} heads
 * @param {Line} line
 */
export function isDelimiterRow(heads, line) {
  return DELIMITERS.test(line.text) && line.text.includes("-") && /[|:]/u.test(line.text) && cellsOf(heads).length === cellsOf(line).length;
}

/**
 * @param {Line[]} lines heads, dashes, rows
 * @returns {import("./blocks.js").Block}
 */
export function readTable([heads, dashes, ...rows]) {
  const aligns = cellsOf(dashes).map(({ text }) => (text.endsWith(":") ? (text.startsWith(":") ? "center" : "end") : ""));
  const row = (/** @type {Line} */ line, /** @type {boolean} */ head) => {
    const cells = cellsOf(line);
    const children = aligns.map((align, at) => ({ kind: /** @type {const} */ ("cell"), align, head, lines: cells[at] ? [cells[at]] : [] }));
    return { kind: /** @type {const} */ ("row"), children };
  };
  return { kind: "table", children: [row(heads, true), ...rows.map((line) => row(line, false))] };
}

/**
 * @param {Line} line
 * @returns {Line[]}
 */
function cellsOf(line) {
  const { text } = trimmed(line);
  const own = trimmed(line);
  const cells = [];
  let from = text.startsWith("|") ? 1 : 0;
  for (let at = from; at <= text.length; at++) {
    if (at === text.length ? from < at : text[at] === "|" && !isEscaped(text, at)) {
      cells.push(withBars(trimmed(part(own, from, at))));
      from = at + 1;
    }
  }
  return cells;
}

/**
 * Whether a bar is a cell's own: one backslash before it says so, whatever stands before that one.
 * @param {string} text
 * @param {number} at
 */
function isEscaped(text, at) {
  return text[at - 1] === "\\";
}

/**
 * A cell without the backslashes of its bars, which are taken off before anything in it is read, also in code.
 * @param {Line} cell
 * @returns {Line}
 */
function withBars({ text, at }) {
  const places = Array.from({ length: text.length + 1 }, (_, number) => number).filter((number) => !text.startsWith("\\|", number));
  return { text: text.replaceAll("\\|", "|"), at, places: places.map((number) => at + number) };
}

// Differences between two texts, word by word, as the window counts words (desktop/flow/word_diff.py).

const SIGNS =
  "\\u3005\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff" +
  "\\uf900-\\ufaff\\uff66-\\uff9d\\u{20000}-\\u{3fffd}";
const LETTERS = "\\u0e01-\\u0e4e\\u0e81-\\u0ecd\\u1000-\\u1049\\u1780-\\u17d3";
const MARKS = "\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e\\u0eb1\\u0eb4-\\u0ebc\\u0ec8-\\u0ecd\\u102b-\\u103e\\u17b4-\\u17d3";
const POINTS = "[^\\p{L}\\p{N}_\\s]*";
const WORD = `${POINTS}[${SIGNS}]${POINTS}|(?:[${LETTERS}][${MARKS}]*){1,4}|[^\\s${SIGNS}${LETTERS}]+`;
const WORDS = new RegExp(WORD, "gu");
const PIECES = new RegExp(`${WORD}|\\s+`, "gu");
const MOST_CELLS = 4_000_000; // of a table; beyond, what differs is shown as one change

/**
 * A piece of the comparison: in both texts, only in the first, or only in the second.
 * @typedef {{kind: "same" | "gone" | "new", text: string}} Piece
 *
 * `distance` is the least number of words to insert, delete or exchange; undefined where the texts are too long for it.
 * @typedef {{pieces: Piece[], distance: number | undefined, share: number | undefined}} Diff
 */

/**
 * @param {string} before
 * @param {string} after
 * @returns {Diff}
 */
export function compare(before, after) {
  const [old, now] = [before.match(PIECES) ?? [], after.match(PIECES) ?? []];
  const [start, end] = ends(old, now);
  const pieces = [
    ...told("same", old.slice(0, start)),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...told("same", old.slice(old.length - end)),
  ];
  const [words, newWords] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  const distance = levenshtein(words, newWords);
  const longer = Math.max(1, words.length, newWords.length);
  return { pieces: joined(pieces), distance, share: distance === undefined ? undefined : Math.min(1, distance / longer) };
}

/** @param {string} text */
export function countWords(text) {
  return text.match(WORDS)?.length ?? 0;
}

/**
 * @param {string[]} old
 * @param {string[]} now
 */
function ends(old, now) {
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start++;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  return [start, end];
}

/**
 * By the longest sequence of pieces in common.
 * @param {string[]} old
 * @param {string[]} now
 * @returns {Piece[]}
 */
function between(old, now) {
  const [rows, columns] = [old.length + 1, now.length + 1];
  if (rows * columns > MOST_CELLS) return [...told("gone", old), ...told("new", now)];
  const longest = new Uint32Array(rows * columns);
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      const at = row * columns + column;
      if (old[row] === now[column]) longest[at] = longest[at + columns + 1] + 1;
      else longest[at] = Math.max(longest[at + columns], longest[at + 1]);
    }
  }
  /** @type {Piece[]} */
  const found = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    const at = row * columns + column;
    if (row < old.length && column < now.length && old[row] === now[column]) {
      found.push({ kind: "same", text: old[row++] });
      column++;
    } else if (column >= now.length || (row < old.length && longest[at + columns] >= longest[at + 1])) {
      found.push({ kind: "gone", text: old[row++] });
    } else found.push({ kind: "new", text: now[column++] });
  }
  return found;
}

/**
 * Pieces of one kind after one another as one; a space alone in the middle of a change belongs to it.
 * @param {Piece[]} pieces
 */
function joined(pieces) {
  /** @type {Piece[]} */
  const found = [];
  /** @type {Piece[]} */
  let change = [];
  const flush = () => {
    for (const kind of /** @type {const} */ (["gone", "new"])) {
      const text = change.filter((each) => each.kind === kind || each.kind === "same").map((each) => each.text).join("");
      if (change.some((each) => each.kind === kind)) found.push({ kind, text });
      else if (change.length && !change.some((each) => each.kind !== "same")) break;
    }
    change = [];
  };
  pieces.forEach((piece, at) => {
    const inside = piece.kind === "same" && !piece.text.trim() && change.length && pieces[at + 1] && pieces[at + 1].kind !== "same";
    if (piece.kind !== "same" || inside) return void change.push(piece);
    flush();
    const last = found.at(-1);
    if (last?.kind === "same") last.text += piece.text;
    else found.push({ ...piece });
  });
  flush();
  return found;
}

/**
 * @param {"same" | "gone" | "new"} kind
 * @param {string[]} texts
 * @returns {Piece[]}
 */
function told(kind, texts) {
  return texts.map((text) => ({ kind, text }));
}

/**
 * @param {string[]} old
 * @param {string[]} now
 */
function levenshtein(old, now) {
  const [start, end] = ends(old, now);
  const [one, other] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  if (one.length * other.length > 8 * MOST_CELLS) return undefined;
  let before = Uint32Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const line = new Uint32Array(other.length + 1);
    line[0] = row;
    for (let at = 1; at <= other.length; at++) {
      const exchanged = before[at - 1] + (one[row - 1] === other[at - 1] ? 0 : 1);
      line[at] = Math.min(exchanged, before[at] + 1, line[at - 1] + 1);
    }
    before = line;
  }
  return before[other.length];
}

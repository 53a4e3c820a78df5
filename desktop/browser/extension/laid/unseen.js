// Characters that nobody can see though they are there, which can turn a text's order or hide words in it: they are shown by
// their numbers, as the window shows them by their names (desktop/flow/unseen.py). Joiners and what chooses an emoji's looks
// do honest work in most texts, and a black flag's tags do.

const UNSEEN = /\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f}|(?![\u200c\u200d\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\x80-\x9f\u2800\ufff9-\ufffb]/gu;

/**
 * The pieces of a text: words, and characters that cannot be seen, those with a name.
 * @param {string} text
 * @returns {{text: string, name: string, at: number}[]}
 */
export function seen(text) {
  const pieces = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(UNSEEN)) {
    if (found.length > 2) continue; // a flag
    if (index > from) pieces.push({ text: text.slice(from, index), name: "", at: from });
    const code = Number(found.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0");
    pieces.push({ text: found, name: `U+${code}`, at: index });
    from = index + found.length;
  }
  if (from < text.length || !pieces.length) pieces.push({ text: text.slice(from), name: "", at: from });
  return pieces;
}

/**
 * A text in one line of the panel's own words: what cannot be seen in it stands there by its number.
 * @param {string} text
 */
export function told(text) {
  return seen(text).map(({ text: own, name }) => (name ? `[${name}]` : own)).join("");
}

// Bold, slanted and struck out words as Markdown reads them. A mark beside a letter is one only where no sign stands at its inner
// side (CommonMark, 6.2), which texts without blanks between their words break in each list: `**注意：**请` is shown with its stars.
// Which signs a mark is written with is known when its line is whole, so until then it stands as a character that no page has.

(() => {
  /** A kind's characters: what begins it, what ends it, its signs. @type {Record<string, [string, string, string]>} */
  const KINDS = { strong: ["\ufdd2", "\ufdd3", "**"], em: ["\ufdd4", "\ufdd5", "*"], del: ["\ufdd6", "\ufdd7", "~~"] };
  const [STRONG, EM] = [KINDS.strong, KINDS.em];
  const EACH = /([\ufdd2-\ufdd7])/;
  const BEGINS = "\ufdd2\ufdd4\ufdd6";
  const ENDS = "\ufdd3\ufdd5\ufdd7";
  const KEPT = "\ufdd1"; // a blank that the page keeps
  const LINK = "\ufdd8"; // behind a link or a picture, whose last sign is none of the text's
  const CODE = ["\ufdd9", "\ufdda"]; // around code, whose fences are known when its line is whole
  const BLANK = `[\\s${KEPT}]`;
  const FREE = `\\s${KEPT}-${CODE[1]}\\p{P}\\p{S}`; // beside it a mark is one, whatever stands inside
  const SENTENCE = "(?:!(?!\\[)|(?![-!%&@#/*\\\\[\\]_])\\p{P})"; // signs that say as much beside a mark as in it
  const LEADING = new RegExp(`(?<=[^${FREE}])([${BEGINS}]+)(${SENTENCE}(?:${SENTENCE}|${BLANK})*)`, "gu");
  const TRAILING = new RegExp(`(?<!\\\\|${SENTENCE}|${BLANK})((?:${SENTENCE}|${BLANK})+)([${ENDS}]+)(?=[^${FREE}])`, "gu");
  const BLANK_AFTER = new RegExp(`([${BEGINS}]+)(${BLANK}+)`, "g");
  const BLANK_BEFORE = new RegExp(`(?<!${BLANK})(${BLANK}+)([${ENDS}]+)`, "g");
  const NOTHING = new RegExp(Object.values(KINDS).map(([begin, end]) => begin + end).join("|"), "g");
  const SAME = new RegExp(Object.values(KINDS).map(([begin, end]) => end + begin).join("|"), "g"); // one run of bold words
  const ONE = /^(?:\ufdd2\ufdd4|\ufdd4\ufdd2)(?:\ufdd3\ufdd5|\ufdd5\ufdd3)$/; // words that are bold and slanted, and no others
  const [IS_FREE, IS_SIGN] = [new RegExp(`^[${FREE}]`, "u"), /^[\p{P}\p{S}\ufdd8-\ufdda]/u];
  const AROUND = new RegExp(`^(${BLANK}*)([\\s\\S]*?)(${BLANK}*)$`);
  const ALONE = /(?<=(?:^|[^\\])(?:\\\\)*)\\$/; // a backslash that would be one no more
  const TILDE = /(?<=(?:^|[^\\])(?:\\\\)*)~$/; // one without a backslash
  const OWN = /[\ufdd0-\ufddf]/g;

  /** A page's own characters that stand for something here, as others. @param {string} text */
  function guarded(text) {
    return text.replace(OWN, (own) => `\ufddf${String.fromCharCode(own.charCodeAt(0) + 16)}`);
  }

  /** The page's own characters again. @param {string} text */
  function unguarded(text) {
    return text.replace(/\ufddf([\ufde0-\ufdef])/g, (_, own) => String.fromCharCode(own.charCodeAt(0) - 16));
  }

  /**
   * Words and the blanks at their ends.
   * @param {string} text
   * @returns {[string, string, string]}
   */
  function parted(text) {
    const [, before, words, after] = /** @type {RegExpExecArray} */ (AROUND.exec(text));
    return [before, words, after];
  }

  /**
   * Marked words, blanks outside of the mark.
   * @param {"strong" | "em" | "del"} kind
   * @param {string} text
   */
  function around(kind, text) {
    const [before, words, after] = parted(text);
    const own = words.replace(/^[*_](?=\s|$)|(?<=\s)[*_]$/g, "\\$&"); // no blank stands beside it any more
    return words ? `${before}${KINDS[kind][0]}${own}${KINDS[kind][1]}${after}` : text;
  }

  /**
   * A line with the signs of its marks. Where a mark would be none, signs of the sentence stand outside of it; where that does not
   * help (code, a link, `%`), the letter beside it is written by its number. Slanted words beside bold ones have a sign of their own.
   * @param {string} line
   */
  function written(line) {
    if (!EACH.test(line)) return line;
    const parts = moved(line).split(EACH); // words and marks in turn
    const runs = runsOf(parts);
    const signs = signsOf(parts, runs);
    for (let at = 1; at < parts.length; at += runs[at].length * 2) {
      const last = at + runs[at].length * 2 - 2;
      const run = signs.slice(at, last + 1).filter(Boolean);
      const [isBegin, isEnd] = [ENDS, BEGINS].map((others) => ![...runs[at]].some((mark) => others.includes(mark)));
      const [before, after] = [parts[at - 1], parts[last + 1]];
      const [left, right] = [lastOf(before), after && String.fromCodePoint(Number(after.codePointAt(0)))];
      const isMixed = new Set(run.map(([sign]) => sign)).size > 1 || run.includes("_");
      if (isBegin && left && !IS_FREE.test(left) && (isMixed || IS_SIGN.test(right))) {
        parts[at - 1] = before.slice(0, -left.length).replace(ALONE, "$&\\") + numbered(left);
      }
      if (isEnd && right && !IS_FREE.test(right) && (isMixed || IS_SIGN.test(left))) {
        parts[last + 1] = numbered(right) + after.slice(right.length);
      }
      if (run[0] === "~~") parts[at - 1] = parts[at - 1].replace(TILDE, "\\~");
      if (run.at(-1) === "~~" && right === "~") parts[last + 1] = `\\${after}`;
    }
    return parts.map((part, at) => signs[at] ?? part).join("");
  }

  /** A line, signs of its sentences outside of marks that they would undo. @param {string} line */
  function moved(line) {
    let text = without(SAME, line);
    for (let before = ""; before !== text; ) {
      before = text;
      text = without(NOTHING, text.replace(LEADING, "$2$1").replace(TRAILING, "$2$1"));
      text = text.replace(BLANK_AFTER, "$2$1").replace(BLANK_BEFORE, "$2$1");
    }
    return text;
  }

  /**
   * @param {RegExp} marks
   * @param {string} text
   */
  function without(marks, text) {
    for (let before = ""; before !== text; ) [before, text] = [text, text.replace(marks, "")];
    return text;
  }

  /**
   * The marks that stand together, at the place of the first of them.
   * @param {string[]} parts
   */
  function runsOf(parts) {
    /** @type {string[]} */
    const runs = [];
    for (let at = 1, first = 1; at < parts.length; at += 2) {
      if (parts[at - 1]) first = at;
      runs[first] = (runs[first] ?? "") + parts[at];
    }
    return runs;
  }

  /**
   * The signs of each mark. Stars beside stars are told apart only where the same words have both.
   * @param {string[]} parts
   * @param {string[]} runs
   */
  function signsOf(parts, runs) {
    const ends = endsOf(parts);
    /** @type {string[]} */
    const signs = [];
    let run = "";
    /** @type {string[]} */
    const each = parts.map((_, at) => (run = runs[at] ?? run));
    for (const [begin, end] of ends) {
      const [, , sign] = kindOf(parts[begin]);
      const both = each[begin] + each[end];
      const step = each[begin][0] === EM[0] ? 2 : -2; // to the other mark of the same words
      const isOne = ONE.test(both) && ends.get(begin + step) === end - step;
      const isBeside = sign === EM[2] && !isOne && (both.includes(STRONG[0]) || both.includes(STRONG[1]));
      signs[begin] = signs[end] = isBeside ? "_" : sign;
    }
    return signs;
  }

  /** @param {string} mark */
  function kindOf(mark) {
    return Object.values(KINDS).find((kind) => kind.includes(mark)) ?? EM;
  }

  /**
   * Where each mark ends that begins somewhere.
   * @param {string[]} parts
   */
  function endsOf(parts) {
    /** @type {Map<number, number>} */
    const ends = new Map();
    /** @type {number[]} */
    const open = [];
    for (let at = 1; at < parts.length; at += 2) {
      if (BEGINS.includes(parts[at])) open.push(at);
      else ends.set(Number(open.pop()), at);
    }
    return ends;
  }

  /** @param {string} text */
  function lastOf(text) {
    return Array.from(text.slice(-2)).at(-1) ?? "";
  }

  /** @param {string} character */
  function numbered(character) {
    return `&#${character.codePointAt(0)};`;
  }

  const marks = { KEPT, LINK, CODE, around, guarded, parted, unguarded, written };
  globalThis.preceptor = { ...globalThis.preceptor, marks };
})();

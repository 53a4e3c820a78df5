// Pieces of Markdown: text that is read as itself, marks around words, links, pictures. Knows no tree of a page.

(() => {
  const HELD = "\ufdd0"; // a space of code, which nothing takes away; no page has this character

  const KEPT = "\v"; // a blank that the page shows as it stands, which ends as a blank or as one that nothing takes away
  const NO_BREAK = "\u00a0";

  /**
   * Text that Markdown would read as something else, made to be read as itself; nothing more.
   * @param {string} text
   */
  function escaped(text) {
    const done = text
      .replace(/\\(?=[\\`*_{}[\]()#+\-.!|<>~$]|$)/g, "\\\\")
      .replace(/`/g, "\\`")
      .replace(/\*(?=\S|$)|(?<=\S|^)\*/g, "\\*")
      .replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, "\\_")
      .replace(/~~/g, "\\~~")
      .replace(/<(?=[a-zA-Z/!?])/g, "\\<")
      .replace(/&(?=#?\w+;)/g, "\\&");
    return done.includes("](") ? done.replace(/\[(?=[^\]]*\]\()/g, "\\[") : done; // else each bracket looks for its end in vain
  }

  /** Text of which the page keeps each blank. @param {string} text */
  function held(text) {
    return text.replaceAll(" ", KEPT);
  }

  /**
   * One paragraph's text: spaces at its ends and around its line breaks are nothing, and what begins it is no list. Blanks that the
   * page keeps are no-break spaces where Markdown would take them away: before a line, a tab as four, and all but the last of several.
   * @param {string} line
   */
  function tidyLine(line) {
    return line
      .replace(/ {2,}(?!\n)/g, " ")
      .replace(/(?<![ \t\v])[ \t\v]*\n */g, "  \n") // a long run of blanks is looked at once
      .replace(/(?<![ \t\v\n])[ \t\v\n]+$/g, "")
      .replace(/^[ \n]+/g, "")
      .replace(/^[ \t\v]+/gm, (run) => NO_BREAK.repeat(run.replaceAll(" ", "").replaceAll("\t", "    ").length))
      .replace(/[ \v]*\v[ \v]*/g, (run) => NO_BREAK.repeat(run.length - 1) + " ")
      .replace(/^([-+*]|#{1,6})(?=\s|$)/gm, "\\$1")
      .replace(/^>/gm, "\\>")
      .replace(/^(\d{1,9})([.)])(?=\s|$)/gm, "$1\\$2")
      .replace(/^(=+|-{2,})$/gm, "\\$1")
      .replace(/^\[(?=[^\]]+\]:)/gm, "\\["); // no address that is named so
  }

  /**
   * A block inside of another: each line with what stands before it, its own blanks as they are.
   * @param {string} text
   * @param {string} first
   * @param {string} rest
   */
  function prefixed(text, first, rest) {
    return text
      .split("\n")
      .map((line, at) => [at === 0 ? first : rest, line])
      .map(([before, line]) => (line ? before + line : before.trimEnd()))
      .join("\n");
  }

  /**
   * Marks close to the words, spaces outside of them.
   * @param {string} mark
   * @param {string} text
   */
  function around(mark, text) {
    const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
    return words ? `${before}${mark}${words}${mark}${after}` : text;
  }

  /**
   * Code in a line; a break in it is a space there.
   * @param {string} text
   */
  function inlineCode(text) {
    if (!text) return "";
    const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    const line = text.replace(/[ \t]*[\r\n\f]+[ \t]*/g, " ");
    const apart = /^`|`$|^ .*[^ ].* $/.test(line) ? " " : "";
    return `${fence}${apart}${line}${apart}${fence}`.replaceAll(" ", HELD);
  }

  /** What is done, with the spaces of its code. @param {string} text */
  function released(text) {
    return text.replaceAll(HELD, " ");
  }

  /**
   * The pieces of a line, of which two together would say something else: a picture, or other marks. Only the end of the piece
   * before is looked at, since a line may have very many.
   * @param {string[]} pieces
   */
  function joined(pieces) {
    /** @type {string[]} */
    const line = [];
    for (const piece of pieces) {
      if (!piece) continue;
      const before = line.at(-1) ?? "";
      const [first] = /^\*+/.exec(piece) ?? [""];
      if (before.endsWith("!") && piece.startsWith("[")) line[line.length - 1] = `${before.slice(0, -1)}\\!`;
      // one run of bold or slanted words
      const isSame = first && first.length < 3 && runAtEnd(before) === first.length;
      if (isSame) line[line.length - 1] = before.slice(0, -first.length);
      line.push(isSame ? piece.slice(first.length) : piece);
    }
    return line.join("");
  }

  /** How many stars a text ends with that are marks; of escaped ones none. @param {string} text */
  function runAtEnd(text) {
    let at = text.length;
    while (at && text[at - 1] === "*") at--;
    return text[at - 1] === "\\" ? 0 : text.length - at;
  }

  /** The emoji that a picture's words begin with. @param {string} alt */
  function emojiOf(alt) {
    return /^\p{Emoji_Presentation}|^\p{Emoji}\uFE0F/u.test(alt) ? alt : "";
  }

  /** @param {HTMLImageElement} element */
  function image(element) {
    const alt = (element.alt ?? "").trim().replace(/\s+/g, " ");
    if (emojiOf(alt)) return alt;
    if (!/^https?:/.test(element.src)) return escaped(alt);
    return `![${inBrackets(escaped(alt))}](${safe(addressOf(element.src, element.getAttribute("src")))})`;
  }

  /**
   * @param {string} text
   * @param {string} address
   * @param {string} title
   */
  function linked(text, address, title) {
    const named = title.trim() ? ` "${title.trim().replace(/\s+/g, " ").replace(/["\\]/g, "\\$&")}"` : "";
    return text.replace(/^(\s*)([^]*?)(\s*)$/, (_, before, words, after) => {
      return `${before}[${inBrackets(words)}](${safe(address)}${named})${after}`;
    });
  }

  /** Words that may stand in brackets: their own come in pairs, or are signs. @param {string} text */
  function inBrackets(text) {
    let open = 0;
    for (const [sign] of text.matchAll(/(?<!\\)[[\]]/g)) {
      open += sign === "[" ? 1 : -1;
      if (open < 0) break;
    }
    return open ? text.replace(/(?<!\\)[[\]]/g, "\\$&") : text;
  }

  /**
   * An address as it is written where it leads to the page's own origin: whole, it would tell in which folder the page stands,
   * which is kept only where a person wants it.
   * @param {string} whole
   * @param {string | null} written
   */
  function addressOf(whole, written) {
    const isOwn = [location.origin, globalThis.origin].includes(new URL(whole).origin); // a frame's own text has its page's
    return isOwn && written ? written.trim().replace(/[\t\r\n]/g, "") : whole;
  }

  /** @param {string} address */
  function safe(address) {
    return address.replace(/[()<>\\\s$]/g, (character) => {
      if (character > "\x7f") return encodeURIComponent(character);
      return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    });
  }

  const pieces = { addressOf, escaped, held, tidyLine, prefixed, around, inlineCode, image, emojiOf, linked, joined, released };
  globalThis.preceptor = { ...globalThis.preceptor, pieces };
})();

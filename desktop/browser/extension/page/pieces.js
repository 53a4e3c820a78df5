// Pieces of Markdown: text that is read as itself, code in a line, links, pictures. Knows no tree of a page. Classic script, after
// marks.js.

(() => {
  const { KEPT, LINK, CODE, guarded, parted, unguarded, written } = globalThis.preceptor.marks;
  const HELD = "\ufdd0"; // a space of code, which nothing takes away
  const BRACKETS = /\ufdd9[^\ufdda]*\ufdda|\\[^]|[[\]]/g; // and what holds some that are none
  const NO_BREAK = "\u00a0";

  /**
   * Text that Markdown would read as something else, made to be read as itself; nothing more.
   * @param {string} text
   */
  function escaped(text) {
    return text
      .replace(/\\(?=[!-/:-@[-`{-~]|\s*$)/g, "\\\\")
      .replace(/`/g, "\\`")
      .replace(/\*(?=\S|$)|(?<=\S|^)\*/g, "\\*")
      .replace(/(?<![\p{L}\p{N}])_(?=\S|$)|(?<=\S|^)_(?![\p{L}\p{N}])/gu, "\\_")
      .replace(/~(?=~)/g, "\\~")
      .replace(/<(?=[a-zA-Z/!?]|$)/g, "\\<")
      .replace(/&(?=#?\w+;|#?\w*$)/g, "\\&")
      .replaceAll("](", "\\](");
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
    return withFences(written(line))
      .replaceAll(LINK, "")
      .replace(/ {2,}(?!\n)/g, " ")
      .replace(/(?<![ \t\ufdd1])[ \t\ufdd1]*\n */g, "  \n") // a long run of blanks is looked at once
      .replace(/(?<![ \t\ufdd1\n])[ \t\ufdd1\n]+$/g, "")
      .replace(/^[ \n]+/g, "")
      .replace(/^[ \t\ufdd1]+/gm, (run) => NO_BREAK.repeat(run.replaceAll(" ", "").replaceAll("\t", "    ").length))
      .replace(/[ \ufdd1]*\ufdd1[ \ufdd1]*/g, (run) => NO_BREAK.repeat(run.length - 1) + " ")
      .replace(/^([-+*]|#{1,6})(?=\s|$)/gm, "\\$1")
      .replace(/^>/gm, "\\>")
      .replace(/^(\d{1,9})([.)])(?=\s|$)/gm, "$1\\$2")
      .replace(/^(=+|-(?:[ \t]*-)+)(?=[ \t]*$)/gm, "\\$1")
      .replace(/(?<=\n)(?=[ \t]*[|:]?[ \t]*:?-[-|: \t]*$)(?=.*[|:])/gm, "\\") // no head of a table above it
      .replace(/^\[(?=(?:\\[^]|[^\]\\])+\]:)/gm, "\\["); // no address that is named so
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
   * Code in a line; a break in it is a space there.
   * @param {string} text
   */
  function inlineCode(text) {
    const line = text.replace(/[ \t]*[\r\n\f]+[ \t]*/g, " ").replaceAll(" ", HELD);
    return line && `${CODE[0]}${line}${CODE[1]}`;
  }

  /** A line with the fences of its code; two pieces beside each other would have one. @param {string} line */
  function withFences(line) {
    if (!line.includes(CODE[0])) return line;
    return line.replaceAll(CODE[1] + CODE[0], "").replace(/\ufdd9([^\ufdda]*)\ufdda/g, (_, code) => {
      const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
      const fence = "`".repeat(longest + 1);
      const apart = /^`|`$|^\ufdd0.*[^\ufdd0].*\ufdd0$/.test(code) ? HELD : "";
      return `${fence}${apart}${code}${apart}${fence}`;
    });
  }

  /** What is done, with the spaces of its code and the characters of its page. @param {string} text */
  function released(text) {
    return unguarded(text.replaceAll(HELD, " "));
  }

  /**
   * The pieces of a line, of which two together would say something else: a picture, a link. Only the end of the piece
   * before is looked at, since a line may have very many.
   * @param {string[]} pieces
   */
  function joined(pieces) {
    /** @type {string[]} */
    const line = [];
    for (const piece of pieces) {
      if (!piece) continue;
      const before = line.at(-1) ?? "";
      const isPicture = before.endsWith("!") && piece.startsWith("[");
      const isLink = before.endsWith("]") && piece.startsWith("(");
      const isStruck = before.endsWith("~") && piece.startsWith("~");
      if (isPicture || (isStruck && !before.endsWith("\\~"))) line[line.length - 1] = `${before.slice(0, -1)}\\${before.at(-1)}`;
      line.push(isLink ? `\\${piece}` : piece);
    }
    return line.join("");
  }

  /** The emoji that a picture's words begin with. @param {string} alt */
  function emojiOf(alt) {
    return /^\p{Emoji_Presentation}|^\p{Emoji}\uFE0F/u.test(alt) ? alt : "";
  }

  /** @param {HTMLImageElement} element */
  function image(element) {
    const alt = guarded(element.alt ?? "").trim().replace(/\s+/g, " ");
    if (emojiOf(alt)) return alt;
    if (!/^https?:/.test(element.src)) return escaped(alt);
    return `![${inBrackets(escaped(alt))}](${safe(addressOf(element.src, element.getAttribute("src")))})${LINK}`;
  }

  /**
   * @param {string} text
   * @param {string} address
   * @param {string} title
   */
  function linked(text, address, title) {
    const named = title.trim() ? ` "${title.trim().replace(/\s+/g, " ").replace(/["\\]/g, "\\$&")}"` : "";
    const [before, words, after] = parted(text);
    return `${before}[${inBrackets(words)}](${safe(address)}${guarded(named)})${LINK}${after}`;
  }

  /** Words that may stand in brackets: their own come in pairs, or are signs. @param {string} text */
  function inBrackets(text) {
    let open = 0;
    for (const [sign] of text.matchAll(BRACKETS)) {
      open += sign === "[" ? 1 : sign === "]" ? -1 : 0;
      if (open < 0) break;
    }
    return open ? text.replace(BRACKETS, (sign) => (/^[[\]]$/.test(sign) ? `\\${sign}` : sign)) : text;
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
    return guarded(address).replace(/[()<>\\\s$]/g, (/** @type {string} */ character) => {
      if (character > "\x7f") return encodeURIComponent(character);
      return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    });
  }

  const pieces = { addressOf, escaped, held, tidyLine, prefixed, inlineCode, image, emojiOf, linked, joined, released };
  globalThis.preceptor = { ...globalThis.preceptor, pieces };
})();

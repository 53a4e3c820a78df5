// Code of a page: its characters as they stand, its lines also where they are elements, and its language. Without line
// numbers, buttons and what else stands beside it. Classic script, after nodes.js and pieces.js.

(() => {
  const { childrenOf, clipped, isLeftOut, isLine, within } = globalThis.preceptor.nodes;
  const { guarded } = globalThis.preceptor.marks;
  const { inlineCode } = globalThis.preceptor.pieces;
  const { stretch } = globalThis.preceptor.marked;
  const EDITOR = ".cm-editor,.cm-content"; // CodeMirror, in which some pages show code
  const GUTTER =
    ".linenumber,.line-number,.line-numbers-rows,.lineno,.linenos,.react-syntax-highlighter-line-number," +
    ".hljs-ln-numbers,.cm-gutters,td.gutter,[data-line-number]:empty";
  const HEADED = 4; // covers of code at most in which the name of its language is looked for
  const LANGUAGE = /(?:^|\s)(?:language|lang|highlight-source|brush:)-?\s*([\w+#.-]+)/;

  /** @typedef {{leaveOut?: string, language?: string, range?: any, lost?: {formulas: number}}} How */

  /** @param {Element} element */
  function isCode(element) {
    return element.localName === "pre" || element.matches(EDITOR);
  }

  /**
   * A block of code.
   * @param {Element} element
   * @param {How} how
   */
  function fenced(element, how) {
    const code = codeOf(element, how);
    const text = codeText(code, how).replace(headOf(code, how), "").replace(endOf(code, how), "");
    if (!text.trim()) return "";
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}${languageOf(element, code, how)}\n${text}\n${fence}`;
  }

  /**
   * What is taken off before code: empty lines where a selection begins inside of it, which has nothing of them.
   * @param {Element} code
   * @param {How} how
   */
  function headOf(code, how) {
    if (!how.range || !code.contains(how.range.startContainer)) return "";
    const before = code.ownerDocument.createRange();
    before.setStart(code, 0);
    before.setEnd(how.range.startContainer, how.range.startOffset);
    return codeText(code, { ...how, range: stretch(before) }) ? /^\n+/ : "";
  }

  /**
   * What is taken off behind code: the break that ends its last line, or empty lines where a selection ends inside of it.
   * @param {Element} code
   * @param {How} how
   */
  function endOf(code, how) {
    if (!how.range || !code.contains(how.range.endContainer)) return /\n$/;
    const after = code.ownerDocument.createRange();
    after.setStart(how.range.endContainer, how.range.endOffset);
    after.setEnd(code, code.childNodes.length);
    const left = codeText(code, { ...how, range: stretch(after) });
    return left === "\n" ? "" : left ? /\n+$/ : /\n$/;
  }

  /**
   * Code where there is room for one line only, as in a table: a piece of code for each of its lines.
   * @param {Element} element
   * @param {How} how
   */
  function codeLines(element, how) {
    const text = codeText(codeOf(element, how), how).replace(/\n$/, "");
    return text.trim() && text.split("\n").map((line) => inlineCode(line || " ")).join("  \n");
  }

  /**
   * The part of a block that is code; that with all of it, where several are.
   * @param {Element} element
   * @param {How} how
   */
  function codeOf(element, how) {
    const all = [...element.querySelectorAll("code,.cm-content")].filter((part) => !part.parentElement?.closest("code"));
    const parts = all.length > 1 ? all.filter((part) => codeText(part, how).trim()) : all; // line numbers may be one of them
    const [first] = parts;
    if (parts.length < 2) return first ?? element;
    const parent = first.parentElement;
    return parent && parts.every((part) => parent.contains(part)) ? parent : element;
  }

  /**
   * The text of code as it stands. What is laid out as lines is lines; one break between two of them is not a second one.
   * @param {Element} root
   * @param {How} how
   */
  function codeText(root, how) {
    const canBeMarked = getComputedStyle(root).userSelect !== "none";

    /** @param {Node} node */
    const isBeside = (node) => {
      if (!(node instanceof Element) || node === root) return false;
      if (isLeftOut(node, how) || node.matches(GUTTER)) return true;
      return canBeMarked && getComputedStyle(node).userSelect === "none"; // not copied either
    };

    /**
     * Undefined where all of a node is left out, which is not an empty line.
     * @param {Node} node
     * @returns {string | undefined}
     */
    const textIn = (node) => {
      if (!within(node, how) || isBeside(node)) return undefined;
      if (node.nodeType === Node.TEXT_NODE) return guarded(clipped(/** @type {Text} */ (node), how));
      if (!(node instanceof Element)) return undefined;
      if (node.localName === "br") return "\n";
      /** @type {Node[]} */
      const children = childrenOf(node);
      const parts = children.map((child) => ({ text: textIn(child), line: isLine(child) }));
      const read = parts.filter(({ text }) => text !== undefined);
      return children.length && !read.length ? undefined : joined(read);
    };

    return textIn(root) ?? "";
  }

  /** @param {{text?: string, line: boolean}[]} parts */
  function joined(parts) {
    /** @type {string[]} */
    const whole = [];
    let isOpen = false; // a line has ended, and nothing has begun the next one yet
    let isBroken = true; // nothing stands there yet, or the last of it is a break
    const add = (/** @type {string} */ text) => {
      if (!text) return;
      whole.push(text);
      isBroken = text.endsWith("\n");
    };
    for (const { text = "", line } of parts) {
      if (line) {
        if (isOpen || !isBroken) add("\n");
        add(text.endsWith("\n") ? text.slice(0, -1) : text);
        isOpen = true;
      } else if (text) {
        add(isOpen && !text.startsWith("\n") ? `\n${text}` : text);
        isOpen = false;
      }
    }
    return whole.join("");
  }

  /**
   * @param {Element} element
   * @param {Element} code
   * @param {How} how
   */
  function languageOf(element, code, how) {
    for (const each of [code, element, element.parentElement]) {
      const named = each?.getAttribute("data-language") ?? each?.getAttribute("data-lang");
      const found = named ?? LANGUAGE.exec(each?.getAttribute("class") ?? "")?.[1];
      if (found) return found.toLowerCase();
    }
    if (!how.language) return "";
    /** @type {Element | null} */
    let cover = element; // the name stands above the code, in one of the next covers
    for (let step = 0; cover && step < HEADED; step++, cover = cover.parentElement) {
      if (hasOther(cover, element)) break; // it may be another code's
      const word = (cover.querySelector(how.language)?.textContent ?? "").trim().toLowerCase();
      if (word) return /^[\w+#.-]{1,24}$/.test(word) ? word : "";
    }
    return "";
  }

  /**
   * Whether other code stands in a cover; no more of it is looked at than is needed.
   * @param {Element} cover
   * @param {Element} element
   */
  function hasOther(cover, element) {
    for (const all of [cover.getElementsByTagName("pre"), cover.getElementsByClassName("cm-editor")]) {
      for (let at = 0; at < all.length; at++) if (!all[at].contains(element) && !element.contains(all[at])) return true;
    }
    return false;
  }

  globalThis.preceptor = { ...globalThis.preceptor, code: { isCode, fenced, codeLines, codeText } };
})();

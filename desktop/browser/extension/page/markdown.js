// Markdown from a part of a page, as a writer of Markdown would have written it: code with its language, nested lists,
// tables, formulas as TeX, links, quotes. A classic script, since the browser runs no modules in pages; it may be run
// again in the same page, after the files that it takes from. Reads only, and changes nothing.

(() => {
  const { addressOf, escaped, held, tidyLine, prefixed, around, inlineCode, image, linked, joined, released } = globalThis.preceptor.pieces;
  const { isMath, isDisplayMath, texOf } = globalThis.preceptor.formulas;
  const { childrenOf, within, isLeftOut, isBlock, shownText } = globalThis.preceptor.nodes;
  const { isCode, fenced, codeLines, codeText } = globalThis.preceptor.code;
  const { table } = globalThis.preceptor;

  const BOX = "input[type=checkbox],[role=checkbox]";

  /** @typedef {{leaveOut?: string, language?: string, range?: Range}} How */

  /**
   * The Markdown of an element, or of a range in it.
   * @param {Element} root
   * @param {How} [how]
   */
  function markdown(root, how = {}) {
    return released(tidy(blocks(root, how)));
  }

  /** @param {string} text */
  function tidy(text) {
    return text.replace(/^\n+|\s+$/g, "");
  }

  /**
   * The content of an element as blocks with an empty line between them.
   * @param {Node} parent
   * @param {How} how
   */
  function blocks(parent, how) {
    return blocksOf(parent, how).join("\n\n");
  }

  /**
   * @param {Node} parent
   * @param {How} how
   */
  function blocksOf(parent, how) {
    /** @type {string[]} */
    const done = [];
    let line = "";
    const end = () => {
      const text = tidyLine(line);
      if (text) done.push(text);
      line = "";
    };
    /** @param {Node} node */
    const take = (node) => {
      if (!within(node, how)) return;
      if (node.nodeType === Node.TEXT_NODE) {
        line = joined(line, textOf(/** @type {Text} */ (node), how));
        return;
      }
      if (!(node instanceof Element) || isLeftOut(node, how)) return;
      const whole = block(node, how);
      if (whole !== undefined) {
        end();
        if (whole) done.push(whole);
      } else if (!isMath(node) && isTransparent(node) && hasBlocks(node)) {
        for (const child of childrenOf(node)) take(child);
      } else {
        line = joined(line, inline(node, how));
      }
    };
    for (const child of childrenOf(parent)) take(child);
    end();
    return done;
  }

  /** Whether an element is only a cover for what is in it. @param {Element} element */
  function isTransparent(element) {
    return !/^(a|strong|b|em|i|del|s|strike|code|kbd|samp|sup|sub|mark)$/.test(element.localName);
  }

  /**
   * Whether there are blocks in an element; what a formula in a line is made of, of which some is laid out as blocks, is none.
   * @param {Element} element
   * @returns {boolean}
   */
  function hasBlocks(element) {
    const isOne = (/** @type {Element} */ child) =>
      isMath(child) ? isDisplayMath(child) : isBlock(child) || hasBlocks(child);
    return Boolean(element.shadowRoot) || [...element.children].some(isOne);
  }

  /**
   * @param {Text} node
   * @param {How} how
   */
  function textOf(node, how) {
    const { text, keepsLines, keepsSpaces } = shownText(node, how);
    const words = keepsSpaces ? held(escaped(text)) : escaped(text);
    return keepsLines ? words.replace(/\r?\n/g, "  \n") : words;
  }

  /**
   * The Markdown of an element that is a block of its own kind; undefined where it is none.
   * @param {Element} element
   * @param {How} how
   * @returns {string | undefined}
   */
  function block(element, how) {
    if (isMath(element)) return isDisplayMath(element) ? `$$\n${texOf(element)}\n$$` : undefined;
    if (isCode(element)) return fenced(element, how);
    switch (element.localName) {
      case "h1":
      case "h2":
      case "h3":
      case "h4":
      case "h5":
      case "h6":
        return heading(element, how);
      case "code":
        return isBlock(element) && codeText(element, how).includes("\n") ? fenced(element, how) : undefined;
      case "blockquote":
        return quoted(blocks(element, how));
      case "ul":
      case "ol":
      case "menu":
        return list(element, how);
      case "table":
        return table(/** @type {HTMLTableElement} */ (element), how, inlines);
      case "hr":
        return "---";
      case "li":
        return prefixed(item(element, how), "- ", "  ");
      case "p":
      case "div":
      case "section":
      case "article":
        return isBlock(element) ? blocks(element, how) : undefined;
    }
    return isBlock(element) && isTransparent(element) ? blocks(element, how) : undefined;
  }

  /** @param {string} text */
  function quoted(text) {
    return text && prefixed(text, "> ", "> ");
  }

  /**
   * @param {Element} element
   * @param {How} how
   */
  function heading(element, how) {
    const text = tidyLine(inlines(element, how)).replace(/ *\n/g, " ");
    return text && `${"#".repeat(Number(element.localName[1]))} ${text}`;
  }

  /**
   * @param {Element} element
   * @param {How} how
   * @returns {string}
   */
  function list(element, how) {
    /** @type {Node[]} */
    const items = childrenOf(element).filter((/** @type {Node} */ child) => isSaid(child, how));
    let number = element instanceof HTMLOListElement ? element.start : 0;
    const lines = items.map((child) => {
      if (!(child instanceof HTMLLIElement)) return within(child, how) ? prefixed(aside(child, how), "  ", "  ") : "";
      if (child.hasAttribute("value")) number = child.value;
      const mark = element.localName === "ol" ? `${number++}. ` : "- ";
      const text = within(child, how) ? item(child, how) : "";
      return text || !how.range ? prefixed(text, mark, " ".repeat(mark.length)) : "";
    });
    const isLoose = items.some((child) => isAlone(child) || [...child.childNodes].filter(isParagraph).length > 1);
    return lines.filter((line) => line.trim()).join(isLoose ? "\n\n" : "\n");
  }

  /** @param {Node} node */
  function isParagraph(node) {
    return node instanceof HTMLParagraphElement;
  }

  /**
   * @param {Node} node
   * @param {How} how
   */
  function isSaid(node, how) {
    if (node instanceof Element) return !isLeftOut(node, how);
    return node.nodeType === Node.TEXT_NODE && Boolean(node.nodeValue?.trim());
  }

  /** Whether a node of a list is neither an item nor a list. @param {Node} node */
  function isAlone(node) {
    return !(node instanceof Element && node.matches("li,ul,ol,menu"));
  }

  /**
   * What stands in a list beside its items; mostly a list of its own.
   * @param {Node} node
   * @param {How} how
   */
  function aside(node, how) {
    if (!(node instanceof Element)) return tidyLine(textOf(/** @type {Text} */ (node), how));
    return isAlone(node) ? (block(node, how) ?? tidyLine(inline(node, how))) : list(node, how);
  }

  /**
   * What stands in an item; a list under its only paragraph follows it at once, where it is a list there too.
   * @param {Element} element
   * @param {How} how
   */
  function item(element, how) {
    const own = [...element.querySelectorAll(BOX)].find((each) => each.closest("li") === element);
    const ticked = own instanceof HTMLInputElement ? own.checked : own?.getAttribute("aria-checked") === "true";
    const [first = "", ...rest] = blocksOf(element, how);
    const isLoose = [...element.childNodes].filter(isParagraph).length > 1;
    const follows = !isLoose && /^(- |1\. )\S/.test(rest[0] ?? "") ? "\n" : "\n\n";
    const begun = first === "---" ? "***" : first; // a rule's dashes and the item's would be one rule
    const whole = rest.length ? begun + follows + rest.join("\n\n") : begun;
    return own ? `[${ticked ? "x" : " "}] ${whole}` : whole;
  }

  /**
   * @param {Node} parent
   * @param {How} how
   */
  function inlines(parent, how) {
    return childrenOf(parent)
      .map((/** @type {Node} */ child) => {
        if (!within(child, how)) return "";
        if (child.nodeType === Node.TEXT_NODE) return textOf(/** @type {Text} */ (child), how);
        if (!(child instanceof Element) || isLeftOut(child, how)) return "";
        const text = inline(child, how);
        return isBlock(child) && text ? `  \n${text}  \n` : text;
      })
      .reduce(joined, "")
      .replace(/^(?: {2}\n)+|(?: {2}\n)+$/g, "")
      .replace(/(?: {2}\n){2,}/g, "  \n");
  }

  /**
   * @param {Element} element
   * @param {How} how
   * @returns {string}
   */
  function inline(element, how) {
    if (isMath(element)) return `$${texOf(element).replace(/\s+/g, " ")}$`;
    if (isCode(element)) return codeLines(element, how);
    switch (element.localName) {
      case "br":
        return "  \n";
      case "strong":
      case "b":
        return isIn(element, "strong,b") ? inlines(element, how) : around("**", inlines(element, how));
      case "em":
      case "i":
        return isIn(element, "em,i") ? inlines(element, how) : around("*", inlines(element, how));
      case "del":
      case "s":
      case "strike":
        return isIn(element, "del,s,strike") ? inlines(element, how) : around("~~", inlines(element, how));
      case "code":
      case "kbd":
      case "samp":
        return inlineCode(codeText(element, how));
      case "li":
        return `- ${inlines(element, how)}`;
      case "rt": // how a word is said, above it
        return `(${inlines(element, how)})`;
      case "q":
        return `“${inlines(element, how)}”`;
      case "sup":
      case "sub":
        return `<${element.localName}>${inlines(element, how)}</${element.localName}>`;
      case "img":
        return image(/** @type {HTMLImageElement} */ (element));
      case "a":
        return link(/** @type {HTMLAnchorElement} */ (element), how);
    }
    return inlines(element, how);
  }

  /**
   * Whether an element stands in another one that marks its words already.
   * @param {Element} element
   * @param {string} marks
   */
  function isIn(element, marks) {
    return Boolean(element.parentElement?.closest(marks));
  }

  /**
   * @param {HTMLAnchorElement} element
   * @param {How} how
   */
  function link(element, how) {
    const text = inlines(element, how);
    if (!/^(https?|mailto):/.test(element.href) || !text.trim() || isOfThisPage(element)) return text;
    if (element.href === text || element.getAttribute("href") === text) return text;
    const address = addressOf(element.href, element.getAttribute("href"));
    return linked(text, address, element.title === text ? "" : element.title);
  }

  /**
   * Whether a link leads to its own page, whose address is kept only where a person wants it.
   * @param {HTMLAnchorElement} element
   */
  function isOfThisPage({ origin, pathname, ownerDocument: { location } }) {
    return origin === location.origin && pathname === location.pathname;
  }

  globalThis.preceptor = { ...globalThis.preceptor, markdown };
})();

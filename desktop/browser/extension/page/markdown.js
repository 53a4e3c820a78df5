// Markdown from a part of a page, as a writer of Markdown would have written it: code with its language, nested lists,
// tables, formulas as TeX, links, quotes. A classic script, since the browser runs no modules in pages; it may be run
// again in the same page, after the files that it takes from. Reads only, and changes nothing.

(() => {
  const { addressOf, escaped, held, tidyLine, prefixed, inlineCode, image, linked, joined, released } = globalThis.preceptor.pieces;
  const { around, guarded, parted } = globalThis.preceptor.marks;
  const { rootOf } = globalThis.preceptor.marked;
  const { isMath, isDisplayMath, texOf } = globalThis.preceptor.formulas;
  const { childrenOf, within, isLeftOut, isBlock, shownText } = globalThis.preceptor.nodes;
  const { isCode, fenced, codeLines, codeText } = globalThis.preceptor.code;
  const { table } = globalThis.preceptor;

  const BOX = "input[type=checkbox],[role=checkbox]";
  const KINDS = "h1,h2,h3,h4,h5,h6,blockquote,ul,ol,menu,table,hr,li"; // blocks of a kind of their own

  /** @typedef {{leaveOut?: string, language?: string, range?: any, lost?: {formulas: number}}} How */

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
    return text.replace(/^\n+/, "").trimEnd();
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
   * The blocks in an element, of which each is one for Markdown, too: a list that follows another one has another mark.
   * @param {Node} parent
   * @param {How} how
   */
  function blocksOf(parent, how) {
    return apart(piecesOf(parent, how));
  }

  /**
   * Blocks, and of what is in a list, in which.
   * @param {Node} parent
   * @param {How} how
   */
  function piecesOf(parent, how) {
    /** @type {{text: string, list?: Node | null}[]} */
    const done = [];
    /** @type {string[]} */
    let line = [];
    const end = () => {
      const text = tidyLine(joined(line));
      if (text) done.push({ text });
      line = [];
    };
    /** @param {Node} node */
    const take = (node) => {
      if (!within(node, how)) return;
      if (node.nodeType === Node.TEXT_NODE) {
        line.push(textOf(/** @type {Text} */ (node), how));
        return;
      }
      if (!(node instanceof Element) || isLeftOut(node, how)) return;
      if (isCover(node)) {
        end();
        done.push(...piecesOf(node, how));
        return;
      }
      const text = block(node, how);
      if (text !== undefined) {
        end();
        if (text) done.push({ text, list: isList(node) ? node : node.localName === "li" ? node.parentNode : undefined });
      } else if (!isMath(node) && isTransparent(node) && hasBlocks(node)) {
        for (const child of childrenOf(node)) take(child);
      } else {
        line.push(inline(node, how));
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
    if (rootOf(element)) return true;
    const inner = element instanceof HTMLSlotElement ? childrenOf(element).filter((/** @type {Node} */ each) => each instanceof Element) : [...element.children];
    return inner.some(isOne);
  }

  /**
   * @param {Text} node
   * @param {How} how
   */
  function textOf(node, how) {
    const { text, keepsLines, keepsSpaces } = shownText(node, how);
    const words = keepsSpaces ? held(escaped(guarded(text))) : escaped(guarded(text));
    return keepsLines ? words.replace(/\r?\n/g, "  \n") : words;
  }

  /**
   * The Markdown of an element that is a block of its own kind; undefined where it is none.
   * @param {Element} element
   * @param {How} how
   * @returns {string | undefined}
   */
  function block(element, how) {
    if (isMath(element)) return isDisplayMath(element) ? `$$\n${texOf(element, how)}\n$$` : undefined;
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
    }
    return undefined;
  }

  /** @param {Element} element */
  function isList(element) {
    return element.matches("ul,ol,menu");
  }

  /** Whether an element is no block of Markdown and is laid out as one: what is in it stands apart. @param {Element} element */
  function isCover(element) {
    if (isMath(element) || isCode(element) || element.matches(KINDS)) return false;
    return isBlock(element) && isTransparent(element);
  }

  /**
   * Texts of blocks, in which two lists of one kind that follow each other are no single list.
   * @param {{text: string, list?: Node | null}[]} all
   */
  function apart(all) {
    /** @type {string[]} */
    const done = [];
    all.forEach(({ text, list }, at) => {
      const follows = list && all[at - 1]?.list && all[at - 1].list !== list;
      const mark = follows ? markOf(text) : undefined;
      done.push(mark && mark === markOf(done[at - 1]) ? marked(text, mark) : text);
    });
    return done;
  }

  /** What stands before the items of a list: "-", "*", "." or ")". @param {string} text */
  function markOf(text) {
    return /^(?:\d+([.)])|([-*]))(?= |$)/m.exec(text)?.slice(1).join("");
  }

  /**
   * A list with the other mark of its kind.
   * @param {string} text
   * @param {string} mark
   */
  function marked(text, mark) {
    const other = { "-": "*", "*": "-", ".": ")", ")": "." }[mark];
    return text.replace(/^(\d*)([-*.)])(?= |$)/gm, `$1${other}`);
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
    const said = items.map((child) => {
      if (!(child instanceof HTMLLIElement)) return { text: within(child, how) ? aside(child, how) : "", list: child };
      if (child.hasAttribute("value")) number = child.value;
      const mark = element.localName === "ol" ? `${number++}. ` : "- ";
      const text = within(child, how) ? item(child, how) : "";
      return { text: text || !how.range ? prefixed(text, mark, " ".repeat(mark.length)) : "" };
    });
    const lines = apart(said).map((text, at) => (said[at].list ? prefixed(text, "  ", "  ") : text));
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
    if (isCover(node)) return blocks(node, how);
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
    const follows = !isLoose && /^([-*] |1[.)] )\S/.test(rest[0] ?? "") ? "\n" : "\n\n";
    const begun = first === "---" ? "***" : first; // a rule's dashes and the item's would be one rule
    const whole = rest.length ? begun + follows + rest.join("\n\n") : begun;
    return own ? `[${ticked ? "x" : " "}] ${whole}` : whole;
  }

  /**
   * @param {Node} parent
   * @param {How} how
   */
  function inlines(parent, how) {
    const pieces = childrenOf(parent).map((/** @type {Node} */ child) => {
      if (!within(child, how)) return "";
      if (child.nodeType === Node.TEXT_NODE) return textOf(/** @type {Text} */ (child), how);
      if (!(child instanceof Element) || isLeftOut(child, how)) return "";
      const text = inline(child, how);
      return isBlock(child) && text ? `  \n${text}  \n` : text;
    });
    return joined(pieces)
      .replace(/^(?: {2}\n)+|(?: {2}\n)+$/g, "")
      .replace(/(?: {2}\n){2,}/g, "  \n");
  }

  /**
   * @param {Element} element
   * @param {How} how
   * @returns {string}
   */
  function inline(element, how) {
    if (isMath(element)) return `$${texOf(element, how).replace(/\s+/g, " ")}$`;
    if (isCode(element)) return codeLines(element, how);
    switch (element.localName) {
      case "br":
        return "  \n";
      case "strong":
      case "b":
        return isIn(element, "strong,b") ? inlines(element, how) : around("strong", inlines(element, how));
      case "em":
      case "i":
        return isIn(element, "em,i") ? inlines(element, how) : around("em", inlines(element, how));
      case "del":
      case "s":
      case "strike":
        return isIn(element, "del,s,strike") ? inlines(element, how) : around("del", inlines(element, how));
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
    if (!/^(https?|mailto):/.test(element.href) || !parted(text)[1] || isOfThisPage(element)) return text;
    if (!element.getAttribute("href")?.trim()) return text; // leads to its page's base, whose folder it would tell
    if (element.href === text || element.getAttribute("href") === text) return text;
    const isQuery = isOfThisPath(element); // its path is the page's own
    const address = isQuery ? element.search + element.hash : addressOf(element.href, element.getAttribute("href"));
    return linked(text, address, element.title === text ? "" : element.title);
  }

  /**
   * Whether a link leads to its own page, whose address is kept only where a person wants it. Another query is another page, unless
   * all of the page's own is in it.
   * @param {HTMLAnchorElement} element
   */
  function isOfThisPage(element) {
    if (!isOfThisPath(element)) return false;
    const own = [...new URLSearchParams(element.ownerDocument.location.search)];
    const named = [...new URLSearchParams(element.search)].map(String);
    return !named.length || (own.length > 0 && own.every((each) => named.includes(String(each))));
  }

  /** @param {HTMLAnchorElement} element */
  function isOfThisPath({ origin, pathname, ownerDocument: { location } }) {
    return origin === location.origin && pathname === location.pathname;
  }

  globalThis.preceptor = { ...globalThis.preceptor, markdown };
})();

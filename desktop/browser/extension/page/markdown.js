// Markdown from a part of a page, as a writer of Markdown would have written it: code with its language, nested lists,
// tables, formulas as TeX, links, quotes. A classic script, since the browser runs no modules in pages; it may be run
// again in the same page, after pieces.js. Reads only, and changes nothing.

(() => {
  const { escaped, tidyLine, prefixed, around, inlineCode, image, safe, isMath, isDisplayMath, texOf } =
    globalThis.preceptor.pieces;
  const SKIPPED = "script,style,noscript,template,svg,button,input,textarea,select,iframe,object,canvas,audio,video,dialog";
  const BLOCKS = /^(block|flex|grid|list-item|table|flow-root|table-(row|cell|caption|row-group|header-group|footer-group))$/;
  const RENDERED = ".MathJax,.MathJax_Preview,.MathJax_Display,.MJX_Assistive_MathML"; // beside its TeX (MathJax 2)
  const HEADED = 4; // covers of code at most in which the name of its language is looked for
  const LANGUAGE = /(?:^|\s)(?:language|lang|highlight-source|brush:)-?\s*([\w+#.-]+)/;

  /**
   * What is read: leave out what these selectors name, and all that lies outside of the range.
   * @typedef {{leaveOut?: string, language?: string, range?: Range}} How
   */

  /**
   * The Markdown of an element, or of a range in it.
   * @param {Element} root
   * @param {How} [how]
   */
  function markdown(root, how = {}) {
    return tidy(blocks(root, how));
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
        line += textOf(/** @type {Text} */ (node), how);
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
        line += inline(node, how);
      }
    };
    for (const child of childrenOf(parent)) take(child);
    end();
    return done.join("\n\n");
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

  /** @param {Element} element */
  function isBlock(element) {
    return BLOCKS.test(getComputedStyle(element).display);
  }

  /**
   * What a node holds, as it is shown: an open shadow tree in place of what it covers.
   * @param {Node} node
   * @returns {Node[]}
   */
  function childrenOf(node) {
    if (node instanceof HTMLSlotElement) {
      const assigned = node.assignedNodes({ flatten: true });
      if (assigned.length) return assigned;
    }
    const shown = node instanceof Element && node.shadowRoot ? node.shadowRoot : node;
    return [...shown.childNodes];
  }

  /**
   * @param {Node} node
   * @param {How} how
   */
  function within(node, how) {
    return !how.range || how.range.intersectsNode(node);
  }

  /**
   * @param {Element} element
   * @param {How} how
   */
  function isLeftOut(element, how) {
    if (how.leaveOut && element.matches(how.leaveOut)) return true;
    if (isMath(element)) return false;
    if (element.matches(SKIPPED) || element.matches(RENDERED)) return true;
    if (element.getAttribute("aria-hidden") === "true") return true;
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden") return true;
    // for screen readers only
    return style.position === "absolute" && /** @type {HTMLElement} */ (element).offsetWidth <= 1;
  }

  /**
   * The text of one node as far as it is in the range.
   * @param {Text} node
   * @param {How} how
   */
  function clipped(node, { range }) {
    const from = range && range.startContainer === node ? range.startOffset : 0;
    const to = range && range.endContainer === node ? range.endOffset : node.length;
    return node.data.slice(from, to);
  }

  /**
   * @param {Text} node
   * @param {How} how
   */
  function textOf(node, how) {
    const parent = node.parentElement;
    const space = parent ? getComputedStyle(parent).whiteSpace : "normal";
    const text = clipped(node, how);
    if (/^(pre|pre-wrap|break-spaces)$/.test(space)) return escaped(text).replace(/\r?\n/g, "  \n");
    if (space === "pre-line") return escaped(text.replace(/[ \t]+/g, " ")).replace(/\r?\n/g, "  \n");
    return escaped(text.replace(/[ \t\r\n\f]+/g, " "));
  }

  /**
   * The Markdown of an element that is a block of its own kind; undefined where it is none.
   * @param {Element} element
   * @param {How} how
   * @returns {string | undefined}
   */
  function block(element, how) {
    if (isMath(element)) return isDisplayMath(element) ? `$$\n${texOf(element)}\n$$` : undefined;
    switch (element.localName) {
      case "h1":
      case "h2":
      case "h3":
      case "h4":
      case "h5":
      case "h6":
        return heading(element, how);
      case "pre":
        return fenced(element, how);
      case "blockquote":
        return prefixed(blocks(element, how), "> ", "> ");
      case "ul":
      case "ol":
      case "menu":
        return list(element, how);
      case "table":
        return table(/** @type {HTMLTableElement} */ (element), how);
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

  /**
   * @param {Element} element
   * @param {How} how
   */
  function heading(element, how) {
    const text = tidyLine(inlines(element, how)).replace(/\s+/g, " ");
    return text && `${"#".repeat(Number(element.localName[1]))} ${text}`;
  }

  /**
   * @param {Element} element
   * @param {How} how
   */
  function fenced(element, how) {
    const code = element.querySelector("code") ?? element;
    const text = codeText(code, how).replace(/\n$/, "");
    if (!text.trim()) return "";
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}${languageOf(element, code, how)}\n${text}\n${fence}`;
  }

  /**
   * @param {Element} pre
   * @param {Element} code
   * @param {How} how
   */
  function languageOf(pre, code, how) {
    for (const element of [code, pre, pre.parentElement]) {
      const named = element?.getAttribute("data-language") ?? element?.getAttribute("data-lang");
      const found = named ?? LANGUAGE.exec(element?.getAttribute("class") ?? "")?.[1];
      if (found) return found.toLowerCase();
    }
    if (!how.language) return "";
    /** @type {Element | null} */
    let cover = pre; // the name stands above the code, in one of the next covers
    for (let step = 0; cover && step < HEADED; step++, cover = cover.parentElement) {
      if (cover.querySelectorAll("pre").length > 1) break; // it may be another code's
      const word = (cover.querySelector(how.language)?.textContent ?? "").trim().toLowerCase();
      if (word) return /^[\w+#.-]{1,24}$/.test(word) ? word : "";
    }
    return "";
  }

  /**
   * The text of code as it stands, line numbers left out.
   * @param {Node} node
   * @param {How} how
   * @returns {string}
   */
  function codeText(node, how) {
    if (!within(node, how)) return "";
    if (node.nodeType === Node.TEXT_NODE) return clipped(/** @type {Text} */ (node), how);
    if (node instanceof HTMLBRElement) return "\n";
    if (node instanceof Element) {
      if (node.matches("button,.linenumber,.line-number,.lineno,[data-line-number]:empty")) return "";
      if (how.leaveOut && node.matches(how.leaveOut)) return "";
    }
    return childrenOf(node).map((child) => codeText(child, how)).join("");
  }

  /**
   * @param {Element} element
   * @param {How} how
   * @returns {string}
   */
  function list(element, how) {
    const items = childrenOf(element).filter(
      (child) => child instanceof Element && within(child, how) && !isLeftOut(child, how),
    );
    let number = element.localName === "ol" ? Number(element.getAttribute("start") ?? 1) : 0;
    const lines = items.map((child) => {
      if (!(child instanceof HTMLLIElement)) return prefixed(list(/** @type {Element} */ (child), how), "  ", "  ");
      if (child.hasAttribute("value")) number = child.value;
      const mark = element.localName === "ol" ? `${number++}. ` : "- ";
      return prefixed(item(child, how), mark, " ".repeat(mark.length));
    });
    const loose = items.some((child) => [...child.childNodes].filter(isParagraph).length > 1);
    return lines.filter((line) => line.trim()).join(loose ? "\n\n" : "\n");
  }

  /** @param {Node} node */
  function isParagraph(node) {
    return node instanceof HTMLParagraphElement;
  }

  /**
   * What stands in an item; a list under its only paragraph follows it at once.
   * @param {Element} element
   * @param {How} how
   */
  function item(element, how) {
    const box = element.querySelector(":scope > input[type=checkbox], :scope > p:first-child > input[type=checkbox]");
    const task = box instanceof HTMLInputElement ? `[${box.checked ? "x" : " "}] ` : "";
    const whole = blocks(element, how);
    const paragraphs = [...element.childNodes].filter(isParagraph).length;
    return task + (paragraphs > 1 ? whole : whole.replace(/\n\n(?=([-*]|\d+\.) )/, "\n"));
  }

  /**
   * @param {HTMLTableElement} element
   * @param {How} how
   */
  function table(element, how) {
    const rows = [...element.rows].filter((row) => within(row, how));
    const cells = rows.map((row) =>
      [...row.cells].flatMap((cell) => [
        within(cell, how) ? tidyLine(inlines(cell, how)).replace(/\s*\n\s*/g, "<br>").replace(/\|/g, "\\|") : "",
        ...Array(Math.max(0, Math.min(100, cell.colSpan) - 1)).fill(""),
      ]),
    );
    const wide = Math.max(0, ...cells.map((row) => row.length));
    if (!wide) return "";
    const aligned = [...(rows[0]?.cells ?? [])].map((cell) => marks(cell));
    const line = (/** @type {string[]} */ row) => `| ${[...row, ...Array(wide - row.length).fill("")].join(" | ")} |`;
    const rule = `| ${Array.from({ length: wide }, (_, at) => aligned[at] ?? "---").join(" | ")} |`;
    return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
  }

  /** @param {HTMLTableCellElement} cell */
  function marks(cell) {
    const side = cell.getAttribute("align") ?? cell.style.textAlign;
    return { left: ":---", right: "---:", center: ":---:" }[side] ?? "---";
  }

  /**
   * @param {Node} parent
   * @param {How} how
   */
  function inlines(parent, how) {
    return childrenOf(parent)
      .map((child) => {
        if (!within(child, how)) return "";
        if (child.nodeType === Node.TEXT_NODE) return textOf(/** @type {Text} */ (child), how);
        if (!(child instanceof Element) || isLeftOut(child, how)) return "";
        const text = inline(child, how);
        return isBlock(child) && text ? `  \n${text}  \n` : text;
      })
      .join("")
      .replace(/^(?: {2}\n)+|(?: {2}\n)+$/g, "")
      .replace(/(?: {2}\n){2,}/g, "  \n");
  }

  /**
   * @param {Element} element
   * @param {How} how
   * @returns {string}
   */
  function inline(element, how) {
    if (isMath(element)) return `$${texOf(element)}$`;
    switch (element.localName) {
      case "br":
        return "  \n";
      case "strong":
      case "b":
        return around("**", inlines(element, how));
      case "em":
      case "i":
        return around("*", inlines(element, how));
      case "del":
      case "s":
      case "strike":
        return around("~~", inlines(element, how));
      case "code":
      case "kbd":
      case "samp":
        return inlineCode(codeText(element, how));
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
   * @param {HTMLAnchorElement} element
   * @param {How} how
   */
  function link(element, how) {
    const text = inlines(element, how);
    if (!/^(https?|mailto):/.test(element.href) || !text.trim()) return text;
    if (element.href === text || element.getAttribute("href") === text) return text;
    return around("", text).replace(/^(\s*)([\s\S]*?)(\s*)$/, `$1[$2](${safe(element.href)})$3`);
  }

  globalThis.preceptor = { ...globalThis.preceptor, markdown };
})();

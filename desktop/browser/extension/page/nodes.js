// What of a page's tree is read, in what order, and how it is laid out. Classic script; reads only. Knows no Markdown.

(() => {
  const { isMath } = globalThis.preceptor.formulas;
  const { childrenOf: shownIn } = globalThis.preceptor.marked;
  const SKIPPED =
    "script,style,noscript,template,svg,button,input,textarea,select,iframe,object,canvas,audio,video," +
    "[data-footnote-backref],.footnote-backref"; // leads back to where a footnote is named
  const BLOCKS = /^(block|flex|grid|list-item|table|flow-root|table-(row|cell|caption|row-group|header-group|footer-group))$/;
  const CODE = "pre,code,.cm-editor,.cm-content";
  const NUMBERS = /^[\s\d.:|]*$/; // of lines of code
  const ICONS = /^["']?[^,]*(icon|symbols|awesome|glyph)/i; // fonts that draw words as pictures
  const FAR = -999; // pixels
  const NOTHING = /^inset\((50|100)%\)$|^(circle|ellipse)\(0|^polygon\((0(px|%)? 0(px|%)?(, )?)+\)$/; // what is left of a cut
  const RENDERED = ".MathJax,.MathJax_Preview,.MathJax_Display,.MJX_Assistive_MathML"; // beside its TeX (MathJax 2)
  const LEFT_OUT = `${SKIPPED},${RENDERED},[aria-hidden=true]`; // one question of three

  /**
   * What is read: leave out what these selectors name, and all that lies outside of the stretch that is marked. What cannot be
   * told is counted in `lost`.
   * @typedef {{leaveOut?: string, language?: string, range?: Stretch, lost?: {formulas: number}}} How
   * @typedef {{startContainer: Node, startOffset: number, endContainer: Node, endOffset: number, has: (node: Node) => boolean}} Stretch
   */

  /**
   * What a node holds, as it is shown: of details that are folded away only what is seen of them.
   * @param {Node} node
   * @returns {Node[]}
   */
  function childrenOf(node) {
    return node instanceof HTMLDetailsElement && !node.open ? folded(node) : shownIn(node);
  }

  /** What is seen of details that are folded away: their summary, and what the page shows all the same. @param {Element} details */
  function folded(details) {
    return [...details.children].filter((child) => child.checkVisibility());
  }

  /**
   * @param {Node} node
   * @param {How} how
   */
  function within(node, how) {
    return !how.range || how.range.has(node);
  }

  /**
   * @param {Element} element
   * @param {How} how
   */
  function isLeftOut(element, how) {
    if (how.leaveOut && element.matches(how.leaveOut)) return true;
    if (isMath(element)) return false;
    if (element.matches(LEFT_OUT) && (element.matches(SKIPPED) || isDecoration(element))) return true;
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden" || style.contentVisibility === "hidden") return true;
    if (isAway(style) || isCut(style) || (style.opacity === "0" && !element.getAnimations().length)) return true; // no word that is fading in
    // for screen readers only
    return style.position === "absolute" && /** @type {HTMLElement} */ (element).offsetWidth <= 1;
  }

  /** Whether something is set far beside the page. What is only scrolled away is not. @param {CSSStyleDeclaration} style */
  function isAway(style) {
    if (parseFloat(style.textIndent) < FAR) return true;
    return style.position !== "static" && (parseFloat(style.left) < FAR || parseFloat(style.top) < FAR);
  }

  /** Whether nothing of something is left by how it is cut. @param {CSSStyleDeclaration} style */
  function isCut(style) {
    return style.clipPath !== "none" && NOTHING.test(style.clipPath);
  }

  /**
   * Whether something that screen readers leave out is none of what is read: not shown either, the drawing of a formula, numbers
   * of lines, an icon, or what cannot be marked or only leads to its own place. Emoji are often hidden so, and are words.
   * @param {Element} element
   */
  function isDecoration(element) {
    if (element.closest(`${RENDERED},.katex,mjx-container`) || !isShown(element)) return true;
    const [text, parent] = [element.textContent ?? "", element.parentElement];
    if (NUMBERS.test(text) && (parent?.closest(CODE) || parent?.querySelector("pre,.cm-editor"))) return true;
    const { fontFamily, userSelect } = getComputedStyle(element);
    if (userSelect === "none" && parent && getComputedStyle(parent).userSelect !== "none") return true;
    if (ICONS.test(fontFamily) || /^[\s\p{Co}]+$/u.test(text)) return true;
    return element.matches("a[href^='#']") && !/[\p{L}\p{N}]/u.test(text);
  }

  /** Whether anything of an element can be seen. @param {Element} element */
  function isShown(element) {
    const { display, overflow, position, textIndent } = getComputedStyle(element);
    if (display !== "contents" && !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const range = element.ownerDocument.createRange();
    range.selectNodeContents(element);
    const box = overflow === "visible" || display === "contents" ? range.getBoundingClientRect() : element.getBoundingClientRect();
    const isAway = /^(absolute|fixed)$/.test(position) || textIndent.startsWith("-");
    return box.width > 1 && box.height > 1 && !(isAway && box.right + scrollX <= 0);
  }

  /** @param {Element} element */
  function isBlock(element) {
    return BLOCKS.test(getComputedStyle(element).display);
  }

  /**
   * Whether an element is laid out below what stands before it, and not beside it: cells and what stands in a row do not.
   * @param {Node} node
   */
  function isLine(node) {
    if (!(node instanceof Element) || !isBlock(node) || getComputedStyle(node).display === "table-cell") return false;
    if (!node.parentElement) return true;
    const { display, flexDirection, gridTemplateColumns } = getComputedStyle(node.parentElement);
    if (/flex$/.test(display)) return flexDirection.startsWith("column");
    return !/grid$/.test(display) || gridTemplateColumns.trim().split(/\s+/).length < 2;
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
   * The text of one node as it is shown: its blanks are one space, unless the page keeps them.
   * @param {Text} node
   * @param {How} how
   */
  function shownText(node, how) {
    const text = clipped(node, how);
    const space = node.parentElement ? getComputedStyle(node.parentElement).whiteSpace : "normal";
    if (/^(pre|pre-wrap|break-spaces)$/.test(space)) return { text, keepsLines: true, keepsSpaces: true };
    if (space === "pre-line") return { text: text.replace(/[ \t]+/g, " "), keepsLines: true, keepsSpaces: false };
    return { text: text.replace(/[ \t\r\n\f]+/g, " "), keepsLines: false, keepsSpaces: false };
  }

  const nodes = { childrenOf, within, isLeftOut, isBlock, isLine, clipped, shownText };
  globalThis.preceptor = { ...globalThis.preceptor, nodes };
})();

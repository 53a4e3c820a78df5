// Where a part of a page stands, in the terms of the W3C's Web Annotation: its quote, its position in the page's text, and
// a range between two paths. Offsets are code points; the text is that of the page's body, as textContent has it.

(() => {
  const QUOTED = 300; // characters of a part that are quoted; of a longer one its beginning
  const AROUND = 32;
  const MOST_PATH = 4000; // characters of one that is kept; the other two say where the part stands, too

  /** All places of a page are found in one walk. @param {Document} page */
  function places(page) {
    const text = page.body.textContent ?? "";
    /** @type {Map<Node, {at: number, points: number}>} where each piece of text begins: UTF-16 units, and code points */
    const begins = new Map();
    /** @type {Map<Node, number>} which of its kind each child is that was asked for, and those beside it */
    const places = new Map();
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    let [units, passed] = [0, 0];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      begins.set(node, { at: units, points: passed });
      units += node.nodeValue?.length ?? 0;
      passed += points(node.nodeValue ?? "");
    }

    /**
     * @param {{startContainer: Node, startOffset: number, endContainer: Node, endOffset: number}} range
     * @returns {object[]}
     */
    return (range) => {
      const first = edge(range.startContainer, range.startOffset, true);
      const last = edge(range.endContainer, range.endOffset, false);
      if (!first || !last) return []; // in a shadow tree, whose text is not the body's
      const [start, end] = [begins.get(first.node), begins.get(last.node)];
      if (start === undefined || end === undefined) return [];
      const [from, to] = [start.at + first.offset, end.at + last.offset];
      if (to < from) return [];
      const exact = Array.from(text.slice(from, Math.min(to, from + 2 * QUOTED))).slice(0, QUOTED).join("");
      const [above, below] = [path(first.node, places), path(last.node, places)];
      const isShort = Math.max(above.length, below.length) <= MOST_PATH;
      const [before, until] = [start.points + points(first.node.data.slice(0, first.offset)), end.points + points(last.node.data.slice(0, last.offset))];
      const between = {
        type: "RangeSelector",
        ...{ start: above, start_offset: points(first.node.data.slice(0, first.offset)) },
        ...{ end: below, end_offset: points(last.node.data.slice(0, last.offset)) },
      };
      return [
        {
          type: "TextQuoteSelector",
          exact,
          prefix: text.slice(Math.max(0, from - AROUND), from),
          suffix: text.slice(from + exact.length, from + exact.length + AROUND),
        },
        { type: "TextPositionSelector", start: before, end: until },
        ...(isShort ? [between] : []),
      ];
    };
  }

  /**
   * The piece of text at an end of a range, which may be given as a place among an element's children.
   * @param {Node} container
   * @param {number} offset
   * @param {boolean} isStart
   * @returns {{node: Text, offset: number} | undefined}
   */
  function edge(container, offset, isStart) {
    if (container.nodeType === Node.TEXT_NODE) return { node: /** @type {Text} */ (container), offset };
    const scope = container.ownerDocument?.body ?? container;
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    const child = container.childNodes[isStart ? offset : offset - 1];
    if (!child) return undefined;
    if (isStart) {
      walker.currentNode = child;
      const node = /** @type {Text | null} */ (child.nodeType === Node.TEXT_NODE ? child : walker.nextNode());
      return node ? { node, offset: 0 } : undefined;
    }
    const inner = document.createTreeWalker(child, NodeFilter.SHOW_TEXT);
    let node = child.nodeType === Node.TEXT_NODE ? /** @type {Text} */ (child) : null;
    for (let next = inner.nextNode(); next; next = inner.nextNode()) node = /** @type {Text} */ (next);
    return node ? { node, offset: node.length } : undefined;
  }

  /** @param {string} text */
  function points(text) {
    return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
  }

  /**
   * The XPath of a piece of text.
   * @param {Node} node
   * @param {Map<Node, number>} places that are known by now
   */
  function path(node, places) {
    let steps = "";
    /** @type {Node | null} */
    let at = node;
    for (; at && at.parentNode; at = at.parentNode) {
      const name = at.nodeType === Node.TEXT_NODE ? "text()" : /** @type {Element} */ (at).localName;
      if (!places.has(at)) count(at.parentNode, places);
      steps = `/${name}[${places.get(at)}]${steps}`;
    }
    return steps;
  }

  /**
   * Which of its kind each child of an element is, from 1 on.
   * @param {Node} parent
   * @param {Map<Node, number>} places
   */
  function count(parent, places) {
    /** @type {Map<string, number>} */
    const kinds = new Map();
    for (const child of parent.childNodes) {
      const number = (kinds.get(child.nodeName) ?? 0) + 1;
      kinds.set(child.nodeName, number);
      places.set(child, number);
    }
  }

  globalThis.preceptor = { ...globalThis.preceptor, places };
})();

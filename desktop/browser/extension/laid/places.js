// Places in a text and in what is laid out of it: where the words that are selected stand, and marks over words. Marks are the
// browser's own highlights, which change no node.

/** @typedef {import("./nodes.js").Place} Place */

const MILD = 1; // severities up to here

/** All marks that are shown, of every answer. */
const highlights = { mild: new Highlight(), severe: new Highlight() };
CSS.highlights.set("flag-mild", highlights.mild);
CSS.highlights.set("flag-severe", highlights.severe);

export class Places {
  /** @type {Range[]} */
  #marks = [];

  /**
   * @param {HTMLElement} root
   * @param {WeakMap<Node, Place>} places of its text nodes
   */
  constructor(root, places) {
    this.root = root;
    this.places = places;
  }

  /**
   * Where what is selected stands in the text; undefined where nothing is.
   * @param {string} text
   * @returns {[number, number] | undefined}
   */
  selected(text) {
    const selection = getSelection();
    const range = selection?.rangeCount ? selection.getRangeAt(0) : undefined;
    if (!range || range.collapsed || !this.root.contains(range.commonAncestorContainer)) return undefined;
    let [first, last] = [text.length, 0];
    for (const [node, { from, to }] of this.#words()) {
      if (!range.intersectsNode(node)) continue;
      const start = node === range.startContainer ? range.startOffset : 0;
      const end = node === range.endContainer ? range.endOffset : node.length;
      if (start >= end) continue;
      const isWhole = node.length !== to - from; // written otherwise
      first = Math.min(first, isWhole ? from : from + start);
      last = Math.max(last, isWhole ? to : from + end);
    }
    return first < last && text.slice(first, last).trim() ? [first, last] : undefined;
  }

  /**
   * Mark these places, and no others.
   * @param {{from: number, to: number, severity: number}[]} marks
   */
  mark(marks) {
    for (const range of this.#marks) for (const each of Object.values(highlights)) each.delete(range);
    this.#marks = [];
    if (!marks.length) return;
    for (const [node, { from, to }] of this.#words()) {
      const isWhole = node.length !== to - from;
      for (const mark of marks) {
        if (mark.from >= to || mark.to <= from) continue;
        const range = new Range();
        range.setStart(node, isWhole ? 0 : Math.max(0, mark.from - from));
        range.setEnd(node, isWhole ? node.length : Math.min(node.length, mark.to - from));
        (mark.severity <= MILD ? highlights.mild : highlights.severe).add(range);
        this.#marks.push(range);
      }
    }
  }

  /**
   * Whether two nodes show the same words of the same places in the same way.
   * @param {Node} one
   * @param {Node} other
   */
  isSame(one, other) {
    if (!one.isEqualNode(other)) return false;
    const [own, its] = [wordsOf(one), wordsOf(other)];
    return own.every((node, at) => {
      const [here, there] = [this.places.get(node), this.places.get(its[at])];
      return here?.from === there?.from && here?.to === there?.to;
    });
  }

  /** @returns {Generator<[Text, Place]>} */
  *#words() {
    for (const node of wordsOf(this.root)) {
      const place = this.places.get(node);
      if (place) yield [node, place];
    }
  }
}

/**
 * @param {Node} root
 * @returns {Text[]}
 */
function wordsOf(root) {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = root instanceof Text ? root : walker.nextNode(); node; node = walker.nextNode()) found.push(/** @type {Text} */ (node));
  return found;
}

// What is laid out, as nodes of the page: made one by one, never from a text with tags, of the few kinds that are listed here.
// A link is words that show where it would go; nothing here loads, runs or leads anywhere.

import { blocksOf } from "./blocks.js";
import { seen } from "./unseen.js";

/**
 * @typedef {import("./blocks.js").Block} Block
 * @typedef {import("./inlines.js").Inline} Inline
 * Where the words of a text node stand in the text that it is made from.
 * @typedef {{from: number, to: number}} Place
 */

export const LONGEST = 200_000; // characters that are laid out, as in the window; what is longer stands as it was written
const TAGS = { p: "p", plain: "div", heading: "p", quote: "blockquote", item: "li", code: "pre", rule: "hr", table: "table", row: "tr" };
const WORDS = { em: "em", strong: "strong", del: "s", code: "code", link: "span" };

/** Blocks as nodes, and where the words of each of their text nodes stand in the text. */
export class Laid {
  /** @type {WeakMap<Node, Place>} */
  places = new WeakMap();
  /** Whether anything looks otherwise than it was written. */
  differs = false;

  /**
   * @param {string} text
   * @returns {Node[]}
   */
  nodes(text) {
    this.differs = false;
    if (text.length > LONGEST) {
      const whole = document.createElement("pre");
      whole.append(this.#leaf(text, 0, text.length));
      return [whole];
    }
    return blocksOf(text).map((block) => this.#block(block));
  }

  /**
   * @param {Block} block
   * @returns {HTMLElement}
   */
  #block(block) {
    const { kind, lines = [], inlines = [], children = [] } = block;
    if (kind !== "p" || lines.length > 1) this.differs = true;
    if (kind === "list") return this.#list(block);
    if (kind === "cell") return this.#cell(block);
    const made = document.createElement(TAGS[kind]);
    if (kind === "code") {
      for (const { text, at } of lines) made.append(...this.#leaves(text, at, at + text.length), "\n");
    } else if (kind === "heading") {
      const strong = document.createElement("strong");
      strong.append(...inlines.map((each) => this.#inline(each)));
      made.append(strong);
      made.className = "heading";
    } else made.append(...inlines.map((each) => this.#inline(each)), ...children.map((each) => this.#block(each)));
    return made;
  }

  /** @param {Block} block */
  #list({ ordered, start, children = [] }) {
    const made = document.createElement(ordered ? "ol" : "ul");
    if (made instanceof HTMLOListElement && start !== 1) made.start = Number(start);
    made.append(...children.map((each) => this.#block(each)));
    return made;
  }

  /** @param {Block} block */
  #cell({ head, align, inlines = [] }) {
    const made = document.createElement(head ? "th" : "td");
    if (align) made.className = `to-${align}`;
    made.append(...inlines.map((each) => this.#inline(each)));
    return made;
  }

  /**
   * @param {Inline} inline
   * @returns {Node}
   */
  #inline(inline) {
    if (inline.kind === "text") {
      const leaves = this.#leaves(inline.text, inline.from, inline.to);
      if (leaves.length === 1) return leaves[0];
      const made = document.createDocumentFragment();
      made.append(...leaves);
      return made;
    }
    this.differs = true;
    if (inline.kind === "break") return document.createElement("br");
    const made = document.createElement(WORDS[inline.kind]);
    if (inline.kind === "link") {
      made.className = "address";
      made.title = String(inline.address);
    }
    made.append(...inline.inner.map((each) => this.#inline(each)));
    return made;
  }

  /**
   * Words, and what cannot be seen in them by its name.
   * @param {string} text
   * @param {number} from
   * @param {number} to
   * @returns {Node[]}
   */
  #leaves(text, from, to) {
    if (to - from !== text.length) {
      this.differs = true;
      return [this.#leaf(text, from, to)];
    }
    return seen(text).map(({ text: own, name, at }) => {
      if (!name) return this.#leaf(own, from + at, from + at + own.length);
      const made = document.createElement("span");
      made.className = "unseen";
      made.append(this.#leaf(name, from + at, from + at + own.length));
      this.differs = true;
      return made;
    });
  }

  /**
   * @param {string} text
   * @param {number} from
   * @param {number} to
   */
  #leaf(text, from, to) {
    const made = document.createTextNode(text);
    this.places.set(made, { from, to });
    return made;
  }
}

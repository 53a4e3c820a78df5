// What is marked in a page, also in the trees of its components: a stretch of the page as it is shown, where a component's own
// tree stands in place of what it covers. A range of the browser's knows one tree only. Classic script; reads only.

(() => {
  const HOSTS = /^(article|aside|blockquote|div|footer|h[1-6]|header|main|nav|p|section|span)$/; // beside elements of a page's own

  /**
   * From one place of a page to another, and whether anything of a node that is shown is between them.
   * @typedef {{startContainer: Node, startOffset: number, endContainer: Node, endOffset: number, common: Node,
   *   has: (node: Node) => boolean}} Stretch
   *
   * @typedef {{node: Node, isAfter?: boolean, isInside?: boolean}} Edge before or after a node, or in it
   */

  /**
   * The tree of a component, a closed one too, which the browser shows to extensions only. Asked are elements with a name of
   * the page's own, and empty ones that are often given a tree.
   * @param {Node} node
   * @returns {ShadowRoot | null}
   */
  function rootOf(node) {
    if (!(node instanceof Element)) return null;
    const open = node.shadowRoot;
    if (open) return open;
    const canBe = node.firstChild ? node.localName.includes("-") : isHost(node);
    return canBe ? closedRoot(node) : null;
  }

  /**
   * @param {Element} element
   * @returns {ShadowRoot | null}
   */
  function closedRoot(element) {
    const ask = /** @type {any} */ (globalThis.chrome?.dom?.openOrClosedShadowRoot);
    return (ask && element instanceof HTMLElement && ask(element)) || null;
  }

  /**
   * What a node holds, as it is shown.
   * @param {Node} node
   * @returns {Node[]}
   */
  function childrenOf(node) {
    if (node instanceof HTMLSlotElement) {
      const assigned = node.assignedNodes();
      if (assigned.length) return assigned;
    }
    return [...(rootOf(node) ?? node).childNodes];
  }

  /**
   * In what a node is shown.
   * @param {Node} node
   * @returns {Node | null}
   */
  function parentOf(node) {
    const parent = node.parentNode;
    if (parent instanceof ShadowRoot) return parent.host;
    const root = parent && rootOf(parent);
    if (!root) return parent;
    const slots = [...root.querySelectorAll("slot")];
    return /** @type {Element | Text} */ (node).assignedSlot ?? slots.find((slot) => slot.assignedNodes().includes(node)) ?? parent;
  }

  /**
   * Whether a node is shown in an element, or is it.
   * @param {Element} element
   * @param {Node} node
   */
  function holds(element, node) {
    for (let at = /** @type {Node | null} */ (node); at; at = parentOf(at)) if (at === element) return true;
    return false;
  }

  /**
   * @param {{startContainer: Node, startOffset: number, endContainer: Node, endOffset: number}} range
   * @param {boolean} [isTurned] whether its ends have changed places
   * @returns {Stretch}
   */
  function stretch(range, isTurned = false) {
    const { startContainer, startOffset, endContainer, endOffset } = range;
    const [first, last] = [edge(startContainer, startOffset, true), edge(endContainer, endOffset, false)];
    const [up, other] = [pathOf(first.node), pathOf(last.node)];
    const both = new Set(other);
    const common = up.find((node) => both.has(node)) ?? startContainer;
    const lists = new Map([...up, ...other].map((node) => [node, childrenOf(node)]));
    const [from, to] = [places(up, lists), places(other, lists)];
    if (!isTurned && (from.get(common) ?? 0) > (to.get(common) ?? Infinity)) { // a component may show first what is written last
      const turned = { startContainer: endContainer, startOffset: endOffset, endContainer: startContainer, endOffset: startOffset };
      return stretch(turned, true);
    }
    /** @type {Set<Node>} */
    const out = new Set();
    const known = new Set(lists.keys());
    for (const [parent, children] of lists) {
      const [least, most] = [from.get(parent) ?? -1, to.get(parent) ?? children.length];
      children.forEach((child, at) => (at < least || at > most) && out.add(child));
    }
    if (!first.isInside && first.isAfter) out.add(first.node);
    if (!last.isInside && !last.isAfter) out.add(last.node);
    const has = (/** @type {Node} */ node) => {
      for (let at = /** @type {Node | null} */ (node); at; at = parentOf(at)) {
        if (out.has(at)) return false;
        if (known.has(at)) break; // what is around it was looked at
      }
      known.add(node);
      return true;
    };
    return { startContainer, startOffset, endContainer, endOffset, common, has };
  }

  /**
   * An end of a range by the node that stands at it.
   * @param {Node} container
   * @param {number} offset
   * @param {boolean} isStart
   * @returns {Edge}
   */
  function edge(container, offset, isStart) {
    const [before, after] = [container.childNodes[offset - 1], container.childNodes[offset]];
    if (isStart && after) return { node: after };
    if (!isStart && before) return { node: before, isAfter: true };
    if (before) return { node: before, isAfter: true };
    return after ? { node: after } : { node: container, isInside: true };
  }

  /**
   * A node, and all that it is shown in.
   * @param {Node} node
   */
  function pathOf(node) {
    /** @type {Node[]} */
    const path = [];
    for (let at = /** @type {Node | null} */ (node); at; at = parentOf(at)) path.push(at);
    return path;
  }

  /**
   * Which child of each node of a path leads on.
   * @param {Node[]} path
   * @param {Map<Node, Node[]>} lists
   */
  function places(path, lists) {
    return new Map(path.slice(1).map((parent, at) => [parent, lists.get(parent)?.indexOf(path[at]) ?? 0]));
  }

  /**
   * What is marked in a page; undefined where nothing is. The browser names the component in which a mark ends, until it is
   * told its tree.
   * @param {Document} page
   * @returns {Stretch | undefined}
   */
  function selected(page) {
    const selection = page.getSelection();
    if (!selection || !selection.toString().trim()) return undefined;
    /** @type {ShadowRoot[]} */
    const roots = [];
    for (;;) {
      const [range] = /** @type {any} */ (selection).getComposedRanges({ shadowRoots: roots });
      if (!range) return undefined;
      const { startContainer, startOffset, endContainer, endOffset } = range;
      const hosts = [startContainer.childNodes[startOffset], endContainer.childNodes[endOffset - 1]];
      const trees = hosts.map((host) => host instanceof Element && (host.shadowRoot ?? (isHost(host) && closedRoot(host))));
      const more = trees.filter((tree) => tree && !roots.includes(tree));
      if (!more.length) return stretch(range);
      roots.push(.../** @type {ShadowRoot[]} */ (more));
    }
  }

  /** @param {Element} element */
  function isHost({ localName }) {
    return localName.includes("-") || HOSTS.test(localName);
  }

  globalThis.preceptor = { ...globalThis.preceptor, marked: { childrenOf, holds, parentOf, rootOf, selected, stretch } };
})();

// What a person has typed, with its line breaks and nothing else. Classic script, after nodes.js and pieces.js.

(() => {
  const { childrenOf, isBlock, isLeftOut, shownText, within } = globalThis.preceptor.nodes;
  const { emojiOf } = globalThis.preceptor.pieces;

  /**
   * The text of an element. Its paragraphs stand apart, unless each is a line that was typed.
   * @param {Element} root
   * @param {{leaveOut?: string, range?: Range}} how
   * @param {boolean} [isLines]
   */
  function plain(root, how, isLines = false) {
    let text = "";
    let due = 0; // line breaks before what comes next

    /** @param {string} words */
    const say = (words) => {
      if (due && text) text = text.replace(/ +$/, "") + "\n".repeat(due);
      due = 0;
      text += words;
    };
    /** @param {Node} node */
    const take = (node) => {
      if (!within(node, how)) return;
      if (node.nodeType === Node.TEXT_NODE) {
        const shown = shownText(/** @type {Text} */ (node), how);
        const follows = !due && /\S$/.test(text);
        const words = shown.keepsSpaces || follows ? shown.text : shown.text.replace(/^ /, "");
        if (due ? words.trim() : words) say(words);
        return;
      }
      if (!(node instanceof Element) || isLeftOut(node, how)) return;
      if (node instanceof HTMLImageElement) {
        const emoji = emojiOf(node.alt);
        if (emoji) say(emoji);
        return;
      }
      if (node.localName === "br") {
        say("");
        due = 1;
        return;
      }
      const apart = isBlock(node) ? (node.localName === "p" && !isLines ? 2 : 1) : 0;
      due = Math.max(due, apart);
      for (const child of childrenOf(node)) take(child);
      if (apart && !due) text = text.replace(/\n$/, ""); // a break at the end of a block begins no line
      due = Math.max(due, apart);
    };
    for (const child of childrenOf(root)) take(child);
    return text.trim();
  }

  globalThis.preceptor = { ...globalThis.preceptor, plain };
})();

// What a person has typed, with its line breaks and nothing else. Classic script, after nodes.js and pieces.js.

(() => {
  const { childrenOf, isBlock, isLeftOut, shownText, within } = globalThis.preceptor.nodes;
  const { emojiOf } = globalThis.preceptor.pieces;

  /**
   * The text of an element. Its paragraphs stand apart, unless each is a line that was typed.
   * @param {Element} root
   * @param {{leaveOut?: string, range?: any}} how
   * @param {boolean} [isLines]
   */
  function plain(root, how, isLines = false) {
    /** @type {string[]} */
    const text = []; // none of it empty; only its end is looked at, since there may be very many
    let due = 0; // line breaks before what comes next

    /** @param {string} words */
    const say = (words) => {
      if (due && text.length) {
        trim();
        text.push("\n".repeat(due));
      }
      due = 0;
      if (words) text.push(words);
    };
    const trim = () => {
      for (let last = text.pop(); last !== undefined; last = text.pop()) {
        let end = last.length;
        while (end && last[end - 1] === " ") end--;
        if (end) return void text.push(last.slice(0, end));
      }
    };
    /** @param {Node} node */
    const take = (node) => {
      if (!within(node, how)) return;
      if (node.nodeType === Node.TEXT_NODE) {
        const shown = shownText(/** @type {Text} */ (node), how);
        const follows = !due && /\S/.test(text.at(-1)?.at(-1) ?? "");
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
      if (apart && !due && text.at(-1)?.endsWith("\n")) {
        const last = text.pop()?.slice(0, -1); // a break at the end of a block begins no line
        if (last) text.push(last);
      }
      due = Math.max(due, apart);
    };
    for (const child of childrenOf(root)) take(child);
    return text.join("").trim();
  }

  globalThis.preceptor = { ...globalThis.preceptor, plain };
})();

// TeX of a formula that is only laid out in a page: what KaTeX writes without MathML (`output: "html"`). What stands above and
// below is known by where it is put: KaTeX lays out in piles (`vlist`), each part of which has its height over the line.
// Where a part says nothing that is known, all words are kept and the formula is not whole. Classic script; knows no page.

(() => {
  /** @type {Record<string, string>} */
  const ACCENTS = { "^": "hat", "ˉ": "bar", "˙": "dot", "¨": "ddot", "~": "tilde", "ˊ": "acute", "ˋ": "grave", "ˇ": "check", "˘": "breve", "˚": "mathring" };
  /** @type {Record<string, string>} */
  const SIGNS = { "−": "-", "∗": "*", "∣": "|", "∥": "\\| ", "′": "\\prime ", "\u00a0": "\\ ", "\ue020": "\\not ", "\\": "\\backslash ", "∖": "\\backslash " };
  const UNSEEN = /[\u200b\u2061-\u2064]/gu;
  const NO_SIGN = /[\ue000-\uf8ff]/u; // of KaTeX's own font
  const NAMES = /^(sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|sinh|cosh|tanh|coth|ln|lg|log|exp|max|min|lim|limsup|liminf|sup|inf|det|dim|deg|gcd|arg|ker|hom|Pr)$/;
  const FONTS = ["mathbb", "mathcal", "mathfrak", "mathscr", "mathbf", "mathsf", "mathtt", "mathrm", "mathit", "boldsymbol"];
  const TEXT_FONTS = ["textbf", "textit", "texttt", "textsf"];
  const EMPTY = ["strut", "pstrut", "vlist-s", "nulldelimiter", "arraycolsep", "vertical-separator", "fix"];
  /** Brackets that are put together of several signs, by one that only they have. @type {[RegExp, string][]} */
  const TALL = [[/[⎛⎝]/u, "("], [/[⎞⎠]/u, ")"], [/[⎡⎣]/u, "["], [/[⎤⎦]/u, "]"], [/⎨/u, "\\{"], [/⎬/u, "\\}"], [/^[∣|]+$/u, "|"], [/^∥+$/u, "\\|"]];
  /** Drawn ones, by the width of their picture and how its line begins. @type {[string, RegExp, string][]} */
  const DRAWN = [["333", /^M145/, "|"], ["556", /^M145/, "\\|"], ["875", /^M863/, "("], ["875", /^M76/, ")"], ["667", /^M403 .*h347/s, "["], ["667", /^M347 .*H0 .*H0/s, "]"]];
  const ARROW = "M0 241v40h399891"; // how the line of one to the right begins

  /** @typedef {{isWhole: boolean}} State */

  /**
   * The TeX of what KaTeX has laid out, and whether all of it is known.
   * @param {Element} laid
   */
  function texOfLaid(laid) {
    const state = { isWhole: true };
    const tex = row(laid, state).trim();
    return { tex, isWhole: state.isWhole };
  }

  /** Whether an element is of a kind; newer versions put their name before some. @param {Element | null | undefined} element @param {string} kind */
  function is(element, kind) {
    return Boolean(element && (element.classList.contains(kind) || element.classList.contains(`katex-${kind}`)));
  }

  /** @param {Element} element @param {string} kind */
  function partOf(element, kind) {
    return [...element.children].find((child) => is(child, kind));
  }

  /**
   * What stands beside each other.
   * @param {Node} parent
   * @param {State} state
   * @returns {string}
   */
  function row(parent, state) {
    let text = "";
    for (const node of parent.childNodes) {
      if (!(node instanceof Element)) text += signs(node.textContent ?? "", state);
      else if (is(node, "msupsub")) text = scripts(node, text, isFence(node.previousElementSibling), state);
      else text += tex(node, state);
    }
    return text;
  }

  /**
   * @param {Element} element
   * @param {State} state
   * @returns {string}
   */
  function tex(element, state) {
    if (EMPTY.some((kind) => is(element, kind))) return "";
    if (/** @type {HTMLElement} */ (element).style.color === "transparent") return `\\phantom{${row(element, state)}}`;
    if (is(element, "mspace")) return space(/** @type {HTMLElement} */ (element));
    if (is(element, "tag")) return `\\tag{${(element.textContent ?? "").replace(UNSEEN, "").replace(/^\((.*)\)$/, "$1")}}`;
    if (is(element, "mfrac")) return fraction(element, state);
    if (is(element, "sqrt")) return root(element, state);
    if (is(element, "mtable")) return table(element, state);
    if (is(element, "text")) return words(element, state);
    if (is(element, "delimsizing")) return bracket(element, state);
    if (is(element, "mord") && element.children.length === 3 && is(element.children[1], "mfrac")) return fraction(element.children[1], state, element);
    if (isFence(element)) return fence(element, state);
    const pile = partOf(element, "vlist-t");
    if (pile) return piled(element, pile, state);
    if (element.textContent === "∈/") return "∉"; // drawn one over the other
    const isName = is(element, "mop") && !is(element, "op-symbol") && !element.querySelector(".vlist-t");
    const name = isName ? (element.textContent ?? "").replace(/[\s\u200b]/gu, "") : "";
    if (NAMES.test(name)) return `\\${name} `;
    if (/^[a-zA-Z]{2,}$/.test(name)) return `\\operatorname{${name}}`;
    const font = FONTS.find((kind) => is(element, kind));
    return font && element.textContent?.trim() ? `\\${font}{${row(element, state)}}` : row(element, state);
  }

  /**
   * Signs as TeX has them.
   * @param {string} text
   * @param {State} state
   */
  function signs(text, state) {
    const read = text.replace(UNSEEN, "").replace(/[{}%&#_$]/g, "\\$&");
    const done = read.replace(/[−∗∣∥′\u00a0\ue020∖]|\\(?![{}%&#_$])/gu, (sign) => SIGNS[sign]);
    if (NO_SIGN.test(done)) state.isWhole = false;
    return done;
  }

  /** A wide space is one that was asked for. @param {HTMLElement} element */
  function space(element) {
    if (element.textContent?.trim() === "" && element.textContent) return "\\ ";
    const wide = parseFloat(element.style.marginRight);
    return wide >= 2 ? "\\qquad " : wide >= 1 ? "\\quad " : "";
  }

  /**
   * What is piled in a part, the uppermost first: how far each stands below the line, and what it is.
   * @param {Element} pile
   */
  function layers(pile) {
    const all = [...(pile.querySelector(".vlist")?.children ?? [])].filter((each) => each.children.length);
    const found = all.map((element) => {
      const strut = /** @type {HTMLElement | undefined} */ (partOf(element, "pstrut"));
      const low = parseFloat(/** @type {HTMLElement} */ (element).style.top) + parseFloat(strut?.style.height ?? "");
      const isLine = !element.textContent?.replace(UNSEEN, "") && !element.querySelector("svg,.vlist-t");
      const isScript = [...element.children].some((child) => is(child, "sizing") && is(child, "mtight"));
      return { element, low, isLine, isScript };
    });
    return found.sort((one, other) => one.low - other.low);
  }

  /**
   * @param {Element} element
   * @param {string} base what stands before
   * @param {boolean} isFenced
   * @param {State} state
   */
  function scripts(element, base, isFenced, state) {
    const pile = partOf(element, "vlist-t");
    const all = pile ? layers(pile) : [];
    if (!all.length || all.some(({ low }) => Number.isNaN(low))) {
      state.isWhole = false;
      return base + row(element, state);
    }
    return scripted(base, all, isFenced, state);
  }

  /**
   * @param {string} base
   * @param {{element: Element, low: number}[]} all
   * @param {boolean} isFenced
   * @param {State} state
   */
  function scripted(base, all, isFenced, state) {
    const [below, above] = [all.filter(({ low }) => low > 0), all.filter(({ low }) => low <= 0)];
    const read = (/** @type {{element: Element}[]} */ parts) => parts.map(({ element }) => row(element, state).trim()).join(" ");
    const sub = below.length ? `_{${read(below)}}` : "";
    const sup = above.length ? read(above) : "";
    const primes = /^(?:\\prime ?)+$/.test(sup) ? "'".repeat(sup.split("prime").length - 1) : "";
    return `${isFenced ? base.trimEnd() : grouped(base)}${sub}${primes || (sup && `^{${sup}}`)}`;
  }

  /**
   * @param {Element} element
   * @param {State} state
   * @param {Element} [cover] with what stands before it and behind it
   */
  function fraction(element, state, cover) {
    const pile = partOf(element, "vlist-t");
    const all = pile ? layers(pile) : [];
    const [above, below] = all.filter(({ isLine }) => !isLine).map((each) => row(each.element, state).trim());
    if (below === undefined) state.isWhole = false;
    const [open = "", close = ""] = cover ? [cover.firstElementChild, cover.lastElementChild].map((each) => each && row(each, state)) : [];
    const isStroked = all.some(({ isLine }) => isLine);
    if (open === "(" && close === ")" && !isStroked) return `\\binom{${above}}{${below ?? ""}}`;
    const whole = isStroked ? `\\frac{${above}}{${below ?? ""}}` : `{${above} \\atop ${below ?? ""}}`;
    return open || close ? `\\left${open || "."}${whole}\\right${close || "."}` : whole;
  }

  /**
   * @param {Element} element
   * @param {State} state
   */
  function root(element, state) {
    const [pile, index] = [partOf(element, "vlist-t"), partOf(element, "root")];
    const inner = pile ? layers(pile).filter(({ element: each }) => !each.querySelector(":scope > .hide-tail")) : [];
    const of = index ? `[${pileText(index, state)}]` : "";
    return `\\sqrt${of}{${inner.map((each) => row(each.element, state).trim()).join("")}}`;
  }

  /**
   * The text of what has but one layer.
   * @param {Element} element
   * @param {State} state
   */
  function pileText(element, state) {
    const pile = partOf(element, "vlist-t");
    return pile ? layers(pile).map((each) => row(each.element, state).trim()).join("") : row(element, state);
  }

  /**
   * What is piled otherwise: limits, accents, frames, braces, lines, arrows; else the only layer that says something.
   * @param {Element} element
   * @param {Element} pile
   * @param {State} state
   */
  function piled(element, pile, state) {
    const all = layers(pile);
    const read = (/** @type {{element: Element}[]} */ parts) => parts.map((each) => row(each.element, state).trim()).join(" ");
    const drawn = all.filter((each) => isDrawn(each.element));
    const said = all.filter((each) => !drawn.includes(each) && !each.isLine);
    const bases = said.filter(({ isScript }) => !isScript);
    if (is(element, "x-arrow") && drawn.length === 1 && isArrow(drawn[0].element)) {
      const [below, above] = [said.filter(({ low }) => low > drawn[0].low), said.filter(({ low }) => low <= drawn[0].low)];
      return `\\xrightarrow${below.length ? `[${read(below)}]` : ""}{${read(above)}}`;
    }
    if (bases.length === 1 && said.length > 1 && !drawn.length && !all.some(({ isLine }) => isLine)) {
      const base = read(bases);
      const [below, above] = [said.filter((each) => each.low > bases[0].low), said.filter((each) => each.low < bases[0].low)];
      if (!/^(?:\\[a-zA-Z]+ ?(?:\{\w*\})?|[∑∏∐⋂⋃∫∬∭∮⋀⋁⨁⨂])$/u.test(base) && is(element, "op-limits")) {
        return [above.length && `\\overset{${read(above)}}`, below.length && `\\underset{${read(below)}}`].filter(Boolean).join("{") + `{${base}}` + (above.length && below.length ? "}" : "");
      }
      return `${grouped(base)}${below.length ? `_{${read(below)}}` : ""}${above.length ? `^{${read(above)}}` : ""}`;
    }
    const name = said.length === 1 ? coverName(element, all, said[0]) : said.length === 2 ? accentOf(said) : undefined;
    if (name !== undefined) return name ? `\\${name}{${read(said.slice(-1))}}` : read(said);
    state.isWhole = false;
    return read(said);
  }

  /** Whether a layer is a picture without words. @param {Element} element */
  function isDrawn(element) {
    return !element.textContent?.replace(UNSEEN, "") && Boolean(element.querySelector("svg,.stretchy,.katex-stretchy"));
  }

  /** @param {Element} element */
  function isArrow(element) {
    const lines = [...element.querySelectorAll("path")];
    return lines.length === 1 && Boolean(lines[0].getAttribute("d")?.startsWith(ARROW));
  }

  /**
   * What stands over, under or around one thing: the name of its command; "" where it is nothing, undefined where it is not known.
   * @param {Element} element
   * @param {{element: Element, low: number, isLine: boolean}[]} all
   * @param {{element: Element, low: number}} base
   */
  function coverName(element, all, base) {
    const others = all.filter((each) => each !== base);
    if (is(element, "overline")) return "overline";
    if (is(element, "underline")) return "underline";
    if (others.some(({ element: each }) => each.querySelector(".fbox,.katex-fbox"))) return "boxed";
    if (others.some(({ element: each }) => each.querySelector(".sout,.katex-sout"))) return "sout";
    if (others.every(({ isLine }) => isLine)) return "";
    const [cover] = others;
    if (others.length > 1) return undefined;
    if (cover.element.querySelector(".brace-left")) return cover.low < base.low ? "overbrace" : "underbrace";
    const strokes = [...cover.element.querySelectorAll("svg > line")].map((line) => line.getAttribute("y1") === "0");
    if (strokes.length) return strokes.length > 1 ? "xcancel" : strokes[0] ? "bcancel" : "cancel";
    if (!is(element, "accent")) return undefined;
    const seen = cover.element.querySelector("svg")?.getAttribute("viewBox")?.split(" ").slice(2).join(" ") ?? "";
    if (seen === "471 714") return "vec";
    if (/^(1062|2364) /.test(seen)) return cover.element.querySelector("path[d*=' 0h']") ? "widehat" : "widecheck";
    if (/^(600 260|1033 286|2339 30\d|2340 312)$/.test(seen)) return "widetilde";
    return isArrow(cover.element) ? "overrightarrow" : undefined;
  }

  /**
   * The accent over a letter, the layer that is the letter last.
   * @param {{element: Element}[]} said
   */
  function accentOf(said) {
    const at = said.findIndex(({ element }) => element.querySelector(":scope > .accent-body"));
    if (at < 0) return undefined;
    const [accent] = said.splice(at, 1);
    return ACCENTS[(accent.element.textContent ?? "").replace(UNSEEN, "")];
  }

  /**
   * Cells by their columns, of which each is a pile; one that is not there is empty.
   * @param {Element} element
   * @param {State} state
   */
  function table(element, state) {
    const parts = [...element.children].filter((each) => is(each, "vertical-separator") || /col-align-/.test(each.className));
    const columns = parts.filter((each) => !is(each, "vertical-separator"));
    const cells = columns.map((each) => layers(each.children[0] ?? each));
    const tops = [...new Set(cells.flat().map(({ low }) => Math.round(low * 20)))].sort((one, other) => one - other);
    const lines = tops.map((top) => cells.map((column) => column.filter(({ low }) => Math.round(low * 20) === top)));
    const text = lines.map((line) => line.map((cell) => cell.map((each) => row(each.element, state).trim()).join("")).join(" & ")).join(" \\\\ ");
    const sides = parts.map((each) => (is(each, "vertical-separator") ? "|" : (/col-align-(\w)/.exec(each.className)?.[1] ?? "c"))).join("");
    if (/^c+$/.test(sides)) return `\\begin{matrix}${text}\\end{matrix}`;
    if (/^(rl)+$/.test(sides) && !partOf(element, "arraycolsep")) return `\\begin{aligned}${text}\\end{aligned}`;
    return `\\begin{array}{${sides}}${text}\\end{array}`;
  }

  /**
   * Words in a formula; what is laid out among them stands outside of them.
   * @param {Element} element
   * @param {State} state
   * @returns {string}
   */
  function words(element, state) {
    if (element.querySelector(".vlist-t")) return [...element.children].map((each) => (each.querySelector(".vlist-t") ? tex(each, state) : words(each, state))).join("");
    const font = TEXT_FONTS.find((kind) => [...element.children].every((each) => is(each, kind))) ?? "text";
    const text = (element.textContent ?? "").replace(UNSEEN, "").replace(/\u00a0/g, " ").replace(/[{}%&#_$]/g, "\\$&");
    return text && `\\${font}{${text}}`;
  }

  /** Whether a part is held by brackets as high as it is. @param {Element | null} element */
  function isFence(element) {
    const [open, close] = [element?.firstElementChild, element?.lastElementChild];
    return is(element, "minner") && open !== close && is(open, "mopen") && is(close, "mclose");
  }

  /**
   * @param {Element} element
   * @param {State} state
   */
  function fence(element, state) {
    const inner = [...element.children].slice(1, -1).map((each) => tex(each, state)).join("");
    const [open, close] = [element.children[0], element.children[element.children.length - 1]].map((each) => row(each, state) || ".");
    return `\\left${open}${/[a-zA-Z]$/.test(open) ? " " : ""}${inner}\\right${close}${/[a-zA-Z]$/.test(close) ? " " : ""}`;
  }

  /**
   * A bracket as high as what it holds: one sign, several, or a picture.
   * @param {Element} element
   * @param {State} state
   */
  function bracket(element, state) {
    const text = (element.textContent ?? "").replace(UNSEEN, "");
    if (!partOf(element, "vlist-t")) return signs(text, state).trim();
    const known = TALL.find(([signs]) => signs.test(text))?.[1];
    const [picture, line] = [element.querySelector("svg"), element.querySelector("path")];
    const wide = picture?.getAttribute("viewBox")?.split(" ")[2];
    const drawn = text ? undefined : DRAWN.find(([width, begins]) => width === wide && begins.test(line?.getAttribute("d") ?? ""))?.[2];
    if (!known && !drawn) state.isWhole = false;
    return known ?? drawn ?? "|";
  }

  /** As one thing, for what is put at it. @param {string} text */
  function grouped(text) {
    const base = text.trimEnd();
    return /^(?:[^\\]?|\\[a-zA-Z]+|\\[^a-zA-Z]|\\[a-zA-Z]+\{[^{}]*\})$/u.test(base) ? base || "{}" : `{${base}}`;
  }

  globalThis.preceptor = { ...globalThis.preceptor, typeset: { texOfLaid } };
})();

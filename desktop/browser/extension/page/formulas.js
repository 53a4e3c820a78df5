// Formulas of a page as TeX: from their source where it is in the page, else written from their MathML, else from how they are
// laid out. Classic script, after typeset.js.

(() => {
  const { texOfLaid } = globalThis.preceptor.typeset;
  const FORMULA = ".katex,.katex-display,mjx-container,math,[data-math],script[type^='math/tex']";
  const SOURCE = "annotation[encoding='application/x-tex'],annotation[encoding='TeX']";
  /** @type {Record<string, string>} */
  const ACCENTS = { "^": "hat", "\u02c6": "hat", "\u00af": "bar", "\u203e": "bar", "\u2192": "vec", "~": "tilde", "\u02d9": "dot" };
  const FUNCTIONS = /^(sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|sinh|cosh|tanh|ln|log|exp|max|min|lim|sup|inf|det|gcd|arg)$/;
  const NOTHING = "…"; // where there is a formula of which nothing is known
  const LATEX = "math[alttext],math[data-latex],mjx-math[data-latex]";

  /** @param {Element} element */
  function isMath(element) {
    return element.matches(FORMULA);
  }

  /** @param {Element} element */
  function isDisplayMath(element) {
    if (element.matches(".katex-display,.math-block,math[display=block],mjx-container[display=true]")) return true;
    if (element.matches("script[type*='mode=display']")) return true;
    return Boolean(element.matches(".katex") && element.parentElement?.matches(".katex-display"));
  }

  /**
   * The TeX of a formula. One that cannot be told from the page is counted as lost, and what is known of it is written.
   * @param {Element} element
   * @param {{lost?: {formulas: number}}} how
   */
  function texOf(element, how) {
    const own = element.getAttribute("data-math") ?? sourceIn(element);
    const noted = element.querySelector(SOURCE)?.textContent;
    const inner = element.querySelector(LATEX);
    const tree = element.localName === "math" ? element : element.querySelector("math");
    const isSource = element.localName === "script";
    const known = own ?? noted ?? (inner && sourceIn(inner)) ?? (tree ? texOfTree(tree) : isSource ? element.textContent : undefined);
    return (known ?? texOfShown(element, how)).trim();
  }

  /**
   * @param {Element} element
   * @param {{lost?: {formulas: number}}} how
   */
  function texOfShown(element, how) {
    const laid = element.querySelector(".katex-html");
    const { tex, isWhole } = laid ? texOfLaid(laid) : { tex: element.textContent?.trim() ?? "", isWhole: false };
    if (how.lost && !(tex && isWhole)) how.lost.formulas += 1;
    return tex || NOTHING;
  }

  /** @param {Element} element */
  function sourceIn(element) {
    return element.getAttribute("alttext") ?? element.getAttribute("data-latex");
  }

  /**
   * TeX of a MathML tree: what stands above, below and under a line keeps its place.
   * @param {Element} element
   * @returns {string}
   */
  function texOfTree(element) {
    const inner = [...element.children].filter((child) => !child.matches("annotation,annotation-xml")).map(texOfTree);
    const [first = "", second = "", third = ""] = inner;
    switch (element.localName) {
      case "mover":
        if (second in ACCENTS) return `\\${ACCENTS[second]}{${first}}`;
        return `${grouped(first)}^{${second}}`;
      case "msup":
        return `${grouped(first)}^{${second}}`;
      case "msub":
      case "munder":
        return `${grouped(first)}_{${second}}`;
      case "msubsup":
      case "munderover":
        return `${grouped(first)}_{${second}}^{${third}}`;
      case "mfrac":
        return `\\frac{${first}}{${second}}`;
      case "msqrt":
        return `\\sqrt{${inner.join("")}}`;
      case "mroot":
        return `\\sqrt[${second}]{${first}}`;
      case "mtr":
        return inner.join(" & ");
      case "mtable":
        return `\\begin{matrix}${inner.join(" \\\\ ")}\\end{matrix}`;
      case "mtext":
        return `\\text{${element.textContent}}`;
      case "mspace":
        return " ";
    }
    if (inner.length) return inner.join("");
    const sign = (element.textContent ?? "").trim().replace(/[\u2061-\u2064]/g, "").replace(/[{}%&#_$]/g, "\\$&");
    if (FUNCTIONS.test(sign)) return `\\${sign} `;
    return element.localName === "mi" && [...sign].length > 1 ? `\\operatorname{${sign}}` : sign;
  }

  /** @param {string} tex */
  function grouped(tex) {
    return [...tex].length > 1 ? `{${tex}}` : tex;
  }

  globalThis.preceptor = { ...globalThis.preceptor, formulas: { isMath, isDisplayMath, texOf } };
})();

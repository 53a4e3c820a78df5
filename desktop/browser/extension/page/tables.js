// Tables of a page as Markdown, which knows no cells over several rows or columns: what such a cell says stands in its first
// place, and the others are empty, so that each word stays in its column. Classic script, after nodes.js and pieces.js.

(() => {
  const { isLeftOut, within } = globalThis.preceptor.nodes;
  const { tidyLine } = globalThis.preceptor.pieces;
  const WIDEST = 100; // columns at most over which one cell reaches

  /** @typedef {{leaveOut?: string, language?: string, range?: any, lost?: {formulas: number}}} How */

  /**
   * @param {HTMLTableElement} element
   * @param {How} how
   * @param {(parent: Node, how: How) => string} inlines what stands in a cell
   */
  function table(element, how, inlines) {
    const rows = [...element.rows].filter((row) => !isLeftOut(row, how));
    const grid = inGrid(rows);
    const wide = Math.max(0, ...grid.map((row) => row.length));
    const title = element.caption ? captionOf(element.caption, how, inlines) : "";
    const columns = [...Array(wide).keys()];
    /** @param {Cell} cell */
    const words = (cell) => {
      if (!cell || !within(cell, how) || isLeftOut(cell, how)) return "";
      return tidyLine(inlines(cell, how)).replace(/ *\n */g, "<br>").replace(/\|/g, "\\|");
    };
    const written = grid.map((row) => columns.map((column) => words(row[column])));
    const [head, ...rest] = written.filter((row) => !how.range || row.some(Boolean));
    if (!wide || !head) return title;
    const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
    const whole = [head, columns.map((column) => marks(grid, column)), ...rest].map(line).join("\n");
    return title ? `${title}\n\n${whole}` : whole;
  }

  /** @typedef {HTMLTableCellElement | null | undefined} Cell null where another cell reaches to */

  /**
   * The cells of each row by their columns.
   * @param {HTMLTableRowElement[]} rows
   */
  function inGrid(rows) {
    /** @type {Cell[][]} */
    const grid = rows.map(() => []);
    rows.forEach((row, top) => {
      let left = 0;
      for (const cell of row.cells) {
        if (getComputedStyle(cell).display === "none") continue;
        while (grid[top][left] !== undefined) left++;
        const [right, bottom] = [left + Math.min(WIDEST, cell.colSpan), top + (cell.rowSpan || rows.length)];
        for (let at = top; at < bottom && rows[at]?.parentNode === row.parentNode; at++) {
          for (let column = left; column < right; column++) grid[at][column] ??= null;
        }
        grid[top][left] = cell;
      }
    });
    return grid;
  }

  /**
   * @param {HTMLTableCaptionElement} caption
   * @param {How} how
   * @param {(parent: Node, how: How) => string} inlines
   */
  function captionOf(caption, how, inlines) {
    return within(caption, how) && !isLeftOut(caption, how) ? tidyLine(inlines(caption, how)) : "";
  }

  /**
   * To which side a column is set: what its first cell says that stands in no other column.
   * @param {Cell[][]} grid
   * @param {number} column
   */
  function marks(grid, column) {
    const cell = grid.map((row) => row[column]).find((each) => each && each.colSpan === 1);
    const side = cell?.getAttribute("align") ?? cell?.style.textAlign ?? "";
    return { left: ":---", right: "---:", center: ":---:" }[side] ?? "---";
  }

  globalThis.preceptor = { ...globalThis.preceptor, table };
})();

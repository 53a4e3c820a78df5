// What is shown waits while a button is held down: a button that is made anew between the press and its end is never clicked.

export class Pressed {
  #isDown = false;
  /** @type {any} */
  #held;

  /** @param {(state: any) => void} show */
  constructor(show) {
    this.show = show;
    const begins = (/** @type {boolean} */ isOne) => (this.#isDown ||= isOne);
    addEventListener("pointerdown", ({ button }) => begins(button === 0), true);
    addEventListener("keydown", ({ key, target }) => begins(key === " " && target instanceof HTMLButtonElement), true);
    for (const kind of ["pointerup", "pointercancel", "keyup"]) addEventListener(kind, () => this.#ended(), true);
    addEventListener("blur", ({ target }) => void (target === window && this.#ended())); // its end is seen elsewhere
  }

  /** @param {any} state */
  take(state) {
    this.#held = this.#isDown ? state : undefined;
    if (!this.#isDown) this.show(state);
  }

  /** The click comes at once after it. */
  #ended() {
    this.#isDown = false;
    setTimeout(() => this.#held && this.take(this.#held));
  }
}

// Bytes as the channel writes them: with their length before them, and as base64.

const text = new TextEncoder();

/**
 * The parts one after the other.
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Each part with its length before it, 32 bits, greatest byte first, so that no two lists of parts give the same bytes.
 * @param {(Uint8Array | string)[]} parts
 */
export function lp(...parts) {
  return joined(
    ...parts.map((part) => {
      const bytes = typeof part === "string" ? text.encode(part) : part;
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, bytes.length);
      return joined(length, bytes);
    }),
  );
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let characters = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    characters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(characters);
}

/**
 * The bytes of their only base64 text.
 * @param {unknown} value
 * @param {number} [length] how many they must be
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(value, length) {
  if (typeof value !== "string") throw new TypeError("no base64");
  const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
  if (toBase64(bytes) !== value || (length !== undefined && bytes.length !== length)) throw new TypeError("other bytes");
  return bytes;
}

/**
 * What a directory remembers of thousands of vendors without keeping them: hashes of the values they can be found by. A hash that
 * matches is a hint and never an answer: whoever looks reads the row and compares.
 *
 * @module
 */

/** Two independent 32-bit hashes of a text (murmur3's finish over two seeds). */
function hashes(text: string): [number, number] {
  let a = 0x9e3779b9, b = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    a = Math.imul(a ^ char, 0x85ebca77);
    b = Math.imul(b ^ char, 0xc2b2ae3d);
    a = (a << 13) | (a >>> 19);
    b = (b << 17) | (b >>> 15);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 15), 0xc2b2ae35);
  return [(a ^ (a >>> 13)) >>> 0, (b ^ (b >>> 16)) >>> 0];
}

/** Where listed rows can be found: hash → ids. About 60 bytes for each value. */
export interface ValueIndex {
  add(value: string, id: string): void;
  /** Ids of the rows that may have this value; a few too many, never too few. */
  lookup(value: string): string[];
}

/** Makes an empty {@link ValueIndex}. */
export function valueIndex(): ValueIndex {
  const places = new Map<number, number | number[]>();
  const ids: string[] = [];
  const numbers = new Map<string, number>();
  return {
    add(value, id) {
      // A row's values come one after the other: its id is kept once.
      let number = numbers.get(id);
      if (number === undefined) {
        number = ids.push(id) - 1;
        numbers.clear();
        numbers.set(id, number);
      }
      // 31 bits stay small integers in V8.
      const hash = hashes(value)[0] >>> 1;
      const there = places.get(hash);
      if (there === undefined) places.set(hash, number);
      else if (typeof there === "number") places.set(hash, [there, number]);
      else there.push(number);
    },
    lookup(value) {
      const there = places.get(hashes(value)[0] >>> 1);
      if (there === undefined) return [];
      return (typeof there === "number" ? [there] : there).map((number) => ids[number]);
    },
  };
}

/** A set of fixed size that may say yes for what it never held, and never no for what it did (a Bloom filter). */
export interface MaybeSet {
  add(value: string): void;
  has(value: string): boolean;
  clear(): void;
}

/** 2 MiB, made when the first value comes: at 800,000 values, four for each of 200,000 rows, one answer in a thousand is wrong. */
const BITS = 1 << 24;
const PROBES = 4;

/** Makes an empty {@link MaybeSet}. */
export function maybeSet(): MaybeSet {
  let bits: Uint8Array | undefined;
  const bitOf = ([a, b]: [number, number], probe: number): number => (a + Math.imul(probe, b | 1)) >>> 0 & (BITS - 1);
  return {
    add(value) {
      bits ??= new Uint8Array(BITS >> 3);
      const hashed = hashes(value);
      for (let probe = 0; probe < PROBES; probe++) {
        const bit = bitOf(hashed, probe);
        bits[bit >> 3] |= 1 << (bit & 7);
      }
    },
    has(value) {
      if (!bits) return false;
      const hashed = hashes(value);
      for (let probe = 0; probe < PROBES; probe++) {
        const bit = bitOf(hashed, probe);
        if ((bits[bit >> 3] & (1 << (bit & 7))) === 0) return false;
      }
      return true;
    },
    clear: () => bits = undefined,
  };
}

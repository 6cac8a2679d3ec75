/**
 * Seeded random numbers, so that a phantom is the same bytes on every machine: xoshiro128** (Blackman & Vigna 2018) started
 * by splitmix32 from an FNV-1a hash of the seed text.
 */
export interface Random {
  /** Uniform 32-bit unsigned integer. */
  bits(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** Mean 0, standard deviation 1: Irwin–Hall sum of four bytes, bounded at ±3.45 (bounded noise cannot wrap a voxel). */
  normal(): number;
  /** A UID under 2.25 made of a version-4 UUID (PS3.5 B.2) from this generator. */
  uid(): string;
}

export function createRandom(seed: string): Random {
  const state = expandSeed(seed);
  const bits = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return result;
  };
  return {
    bits,
    between: (from, to) => from + ((to - from) * bits()) / 4294967296,
    normal: () => {
      const word = bits();
      const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
      return (sum - 510) / 147.801;
    },
    uid: () => {
      const high = (BigInt(bits()) << 32n) | BigInt((bits() & 0xffff0fff) >>> 0) | 0x4000n;
      const low = (BigInt((bits() & 0x3fffffff) >>> 0) << 32n) | BigInt(bits()) | (1n << 63n);
      return `2.25.${(high << 64n) | low}`;
    },
  };
}

function expandSeed(seed: string): Uint32Array {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  return Uint32Array.from({ length: 4 }, () => {
    hash = (hash + 0x9e3779b9) | 0;
    let z = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  });
}

const rotateLeft = (value: number, count: number): number => (value << count) | (value >>> (32 - count));

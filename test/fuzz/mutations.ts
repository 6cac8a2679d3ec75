import { seeded } from '#test/builders/random.ts';

/** Whole numbers from 0 to `below`, without it, that come again with their seed. */
export function seededInteger(seed: number): (below: number) => number {
  const next = seeded(seed);
  return (below) => Math.floor(next() * below);
}

type Random = ReturnType<typeof seededInteger>;
type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** Lengths and counts that programs get wrong. */
const INTERESTING = [
  0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

const flip: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes);
  copy[random(copy.length)] ^= 1 << random(8);
  return copy;
};

const overwrite: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes);
  copy[random(copy.length)] = random(256);
  return copy;
};

/** A lie about a length, in either byte order. */
const lie: Mutation = (bytes, random) => {
  const copy = Buffer.from(bytes);
  const value = INTERESTING[random(INTERESTING.length)];
  const size = random(2) === 0 ? 2 : 4;
  if (copy.length < size) return copy;
  const at = random(copy.length - size + 1);
  const fitting = size === 2 ? value % 0x10000 : value;
  if (random(2) === 0) copy.writeUIntLE(fitting, at, size);
  else copy.writeUIntBE(fitting, at, size);
  return copy;
};

const truncate: Mutation = (bytes, random) => bytes.subarray(0, random(bytes.length));

const remove: Mutation = (bytes, random) => {
  const from = random(bytes.length);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random(64))]);
};

const repeat: Mutation = (bytes, random) => {
  const from = random(bytes.length);
  const part = bytes.subarray(from, from + 1 + random(256));
  return Buffer.concat([bytes.subarray(0, from), part, bytes.subarray(from)]);
};

const insert: Mutation = (bytes, random) => {
  const at = random(bytes.length);
  const fresh = Buffer.from(Array.from({ length: 1 + random(32) }, () => random(256)));
  return Buffer.concat([bytes.subarray(0, at), fresh, bytes.subarray(at)]);
};

/** The beginning of one and the end of another. */
const splice: Mutation = (bytes, random, others) => {
  const other = others[random(others.length)];
  return Buffer.concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length))]);
};

/** Two stretches change places: PDUs, elements, items in another order. */
const reorder: Mutation = (bytes, random) => {
  const [a, b, c] = [random(bytes.length), random(bytes.length), random(bytes.length)].sort((x, y) => x - y);
  return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)]);
};

const MUTATIONS: readonly Mutation[] = [flip, overwrite, lie, lie, truncate, remove, repeat, insert, splice, reorder];

/** A sample with one to four things wrong. */
export function mutated(samples: readonly Buffer[], random: Random): Buffer {
  let bytes = samples[random(samples.length)];
  for (let count = 1 + random(4); count > 0 && bytes.length > 0; count--) {
    bytes = MUTATIONS[random(MUTATIONS.length)](bytes, random, samples);
  }
  return bytes;
}

/** A list of numbers in a typed array that doubles as it fills: a surface has millions of them. */
interface Growing<Numbers> {
  readonly length: number;
  /** Adds three numbers: a vertex or a triangle. */
  push(a: number, b: number, c: number): void;
  /** What was added, as an array of its own. */
  taken(): Numbers;
}

function growing<Numbers extends Float32Array | Uint32Array>(make: (length: number) => Numbers): Growing<Numbers> {
  let numbers = make(3 * 1024);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(a, b, c) {
      if (length === numbers.length) {
        const wider = make(2 * length);
        wider.set(numbers);
        numbers = wider;
      }
      numbers[length++] = a;
      numbers[length++] = b;
      numbers[length++] = c;
    },
    taken: () => numbers.slice(0, length) as Numbers,
  };
}

export const growingFloats = (): Growing<Float32Array> => growing((length) => new Float32Array(length));
export const growingIndices = (): Growing<Uint32Array> => growing((length) => new Uint32Array(length));

/** A growing little-endian byte buffer whose 32-bit lengths can be filled in afterwards. */
export class ByteSink {
  length = 0;
  private buffer: Uint8Array<ArrayBuffer>;
  private view: DataView;

  /** `expected`: bytes to reserve, so that a large object is not copied while it grows. */
  constructor(expected = 1024) {
    this.buffer = new Uint8Array(expected);
    this.view = new DataView(this.buffer.buffer);
  }

  uint8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, value, true);
    this.length += 2;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  bytes(values: Uint8Array): void {
    this.reserve(values.length);
    this.buffer.set(values, this.length);
    this.length += values.length;
  }

  patch32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  /** What was written, copied only where little of the reservation was used. */
  take(): Uint8Array<ArrayBuffer> {
    const used = this.buffer.subarray(0, this.length);
    return this.length * 2 < this.buffer.length ? used.slice() : used;
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, Math.ceil(this.buffer.length * 1.5)));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

import type { DataSet } from './dataset.ts';
import { nameOfTag } from './dictionary.ts';

/**
 * A sequence item that remembers what was asked of it, so that a reader can name what its record does not hold. Empty attributes
 * count as absent.
 */
export class TrackedItem {
  readonly item: DataSet;
  private readonly asked = new Set<string>();

  constructor(item: DataSet) {
    this.item = item;
  }

  text(attribute: string): string | undefined {
    this.asked.add(attribute);
    const text = this.item.string(attribute);
    return text === '' ? undefined : text;
  }

  /** One of the values the standard enumerates. @throws IsocenterError INVALID_ATTRIBUTE for another. */
  choice<T extends string>(attribute: string, values: readonly T[]): T | undefined {
    const text = this.text(attribute);
    const known = values.find((value) => value === text);
    if (text !== undefined && known === undefined)
      throw this.item.invalid(attribute, `"${text}" is none of ${values.join(', ')}`);
    return known;
  }

  number(attribute: string): number | undefined {
    this.asked.add(attribute);
    return this.item.number(attribute);
  }

  /** @throws IsocenterError INVALID_ATTRIBUTE outside 0..1. */
  share(attribute: string): number | undefined {
    const value = this.number(attribute);
    if (value !== undefined && !(value >= 0 && value <= 1))
      throw this.item.invalid(attribute, `${value} is no share between 0 and 1`);
    return value;
  }

  /** All values, as many as told (any number otherwise); undefined when absent. */
  numbers(attribute: string, count?: number): number[] | undefined {
    this.asked.add(attribute);
    if (!this.item.has(attribute)) return undefined;
    return count === undefined ? this.item.numbers(attribute) : this.item.needNumbers(attribute, count);
  }

  items(attribute: string): readonly DataSet[] {
    this.asked.add(attribute);
    return this.item.sequence(attribute);
  }

  needText(attribute: string): string {
    this.asked.add(attribute);
    return this.item.needString(attribute);
  }

  needNumber(attribute: string): number {
    this.asked.add(attribute);
    return this.item.needNumber(attribute);
  }

  needNumbers(attribute: string, count: number): number[] {
    this.asked.add(attribute);
    return this.item.needNumbers(attribute, count);
  }

  /** Standard attributes with a value that nobody asked for. Private ones are their owner's business. */
  unread(): string[] {
    return [...this.item.elements.keys()]
      .filter((tag) => ((tag >>> 16) & 1) === 0 && this.item.has(tag))
      .map(nameOfTag)
      .filter((name) => !this.asked.has(name));
  }
}

type Stated<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The record without the keys that are undefined. */
export function stated<T extends object>(record: T): Stated<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Stated<T>;
}

/** Named records of one kind that survive a restart; what is written is durable when the call returns. */
export interface Records<T> {
  get(id: string): T | undefined;
  /** All of them, in the order they were first written. */
  all(): T[];
  put(id: string, record: T): void;
  /**
   * Reads and writes in one step that no other process can come between; `edit` may return undefined to leave things as
   * they are, and what it throws leaves them too. Returns the record as it now stands.
   */
  change(id: string, edit: (record: T | undefined) => T | undefined): T | undefined;
  remove(id: string): boolean;
}

import type { GoalBook } from '#main/server/services.ts';
import { goalSheets, parseGoalSheet } from '#shared/evaluation/goals/goalSheet.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import { namedBook } from './namedBook.ts';

/** The goal sheets of an installation, in `dir`. */
export function goalBook(dir: string): GoalBook {
  const taken = (): string[] => goalSheets().map(({ name }) => name);
  const book = namedBook<GoalSheet>(dir, { what: 'goal sheet', parse: parseGoalSheet, taken });
  return {
    async list() {
      const { items, problems } = await book.read();
      return { sheets: items, problems };
    },
    save: (one) => book.save(one),
  };
}

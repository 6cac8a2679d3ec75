import { useEffect } from 'react';
import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { BeamTemplate } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import type { ObjectiveTemplate } from '#shared/optimization/templates/objectiveTemplate.ts';
import type { StructureTemplate } from '#shared/structures/sets/template.ts';

/** What this installation keeps of a kind, in files of its own. */
interface OwnFiles<Item> {
  /** All of them, asked for with the first use; what is wrong with their files is told then. */
  readonly useAll: () => readonly Item[];
  /** Keeps one more. @throws CONFLICT, INVALID_ATTRIBUTE, STORAGE */
  readonly keep: (item: Item) => Promise<void>;
}

interface Desk<Item> {
  readonly list: () => Promise<{ readonly items: readonly Item[]; readonly problems: readonly string[] }>;
  readonly save: (item: Item) => Promise<unknown>;
}

function ownFiles<Item>(what: string, { list, save }: Desk<Item>): OwnFiles<Item> {
  const none: readonly Item[] = [];
  const useStore = create<{ readonly items: readonly Item[] | null }>(() => ({ items: null }));
  const load = async (): Promise<readonly string[]> => {
    const { items, problems } = await list();
    useStore.setState({ items });
    return problems;
  };
  return {
    useAll() {
      useEffect(() => {
        if (useStore.getState().items !== null) return;
        load().then(
          (problems) => {
            for (const problem of problems) toast(`${what}: ${problem}`, 'error');
          },
          (error: unknown) => toast(errorWords(error), 'error'),
        );
      }, []);
      return useStore(({ items }) => items) ?? none;
    },
    async keep(item) {
      await save(item);
      await load();
    },
  };
}

const templates = <Item>({
  templates: items,
  problems,
}: {
  readonly templates: readonly Item[];
  readonly problems: readonly string[];
}) => ({ items, problems });

export const ownBeamTemplates = ownFiles<BeamTemplate>('beam template file', {
  list: async () => templates(await rpc.beamTemplates.list()),
  save: (template) => rpc.beamTemplates.save(template),
});

export const ownObjectiveTemplates = ownFiles<ObjectiveTemplate>('objective template', {
  list: async () => templates(await rpc.objectiveTemplates.list()),
  save: (template) => rpc.objectiveTemplates.save(template),
});

export const ownStructureTemplates = ownFiles<StructureTemplate>('template file', {
  list: async () => templates(await rpc.templates.list()),
  save: (template) => rpc.templates.save(template),
});

export const ownGoalSheets = ownFiles<GoalSheet>('goal sheet', {
  list: async () => {
    const { sheets, problems } = await rpc.goals.list();
    return { items: sheets, problems };
  },
  save: (sheet) => rpc.goals.save(sheet),
});

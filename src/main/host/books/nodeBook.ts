import type { ConfiguredNode, NodeBook } from '#main/server/services.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { NetworkNode, NodeEdit } from '#shared/contract/rpc/nodes.ts';
import type { Settings, StoredNode } from '../settingsSchema.ts';

/** What is needed of the settings' file. */
interface NodeSettings {
  refresh(): Promise<Settings>;
  change<T>(edit: (from: Settings) => { readonly next: Settings; readonly result: T }): Promise<T>;
}

/** The nodes of the settings: passcodes go in and are used for calls, but never come out to the page. */
export function nodeBook(settings: NodeSettings): NodeBook {
  return {
    list: async () => (await settings.refresh()).nodes.map(shown),
    save: (edit) =>
      settings.change((from) => {
        const at = from.nodes.findIndex(({ id }) => id === edit.id);
        const saved = stored(edit, from.nodes[at]);
        const nodes = at < 0 ? [...from.nodes, saved] : from.nodes.with(at, saved);
        return { next: { ...from, nodes }, result: shown(saved) };
      }),
    remove: (id) =>
      settings.change((from) => {
        const nodes = from.nodes.filter((other) => other.id !== id);
        return { next: { ...from, nodes }, result: nodes.length < from.nodes.length };
      }),
    async get(id) {
      const found = (await settings.refresh()).nodes.find((other) => other.id === id);
      if (!found) throw new IsocenterError('NOT_FOUND', 'no such node is configured', { object: id });
      return configured(found);
    },
  };
}

function shown({ user, ...node }: StoredNode): NetworkNode {
  return user === undefined ? node : { ...node, user: { name: user.name, hasPasscode: user.passcode !== undefined } };
}

function configured(node: StoredNode): ConfiguredNode {
  const { user } = node;
  if (user === undefined) return shown(node);
  return { ...shown(node), userIdentity: { type: 'username', name: user.name, passcode: user.passcode } };
}

/**
 * A passcode that is not given stays, unless the node became another one: it is not for somebody else's ears.
 * @throws INVALID_ATTRIBUTE when it has to be given again
 */
function stored({ user, ...node }: NodeEdit, before: StoredNode | undefined): StoredNode {
  if (user === undefined) return node;
  const kept = user.passcode === undefined ? before?.user?.passcode : undefined;
  const isSame = before?.host === node.host && before.port === node.port && before.user?.name === user.name;
  if (kept !== undefined && !isSame)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'give the passcode again: it was for another address or user', {
      object: node.name,
      attribute: 'user.passcode',
    });
  const passcode = user.passcode ?? kept;
  return {
    ...node,
    user: passcode === undefined || passcode === '' ? { name: user.name } : { name: user.name, passcode },
  };
}

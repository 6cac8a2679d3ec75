import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import type { SystemInfo } from '#shared/contract/rpc/system.ts';

/** What runs, as main last told; null while it does not answer. */
export const useSystemInfo = create<{ readonly info: SystemInfo | null }>(() => ({ info: null }));

/** Asks main again: at the start, and whenever our own node was changed. */
export async function refreshSystemInfo(): Promise<void> {
  const info = await rpc.system.info().catch(() => null);
  useSystemInfo.setState({ info });
}

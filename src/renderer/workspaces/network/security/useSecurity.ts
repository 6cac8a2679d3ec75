import { useCallback, useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { refreshSystemInfo } from '#renderer/stores/systemInfo.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { SecurityState } from '#shared/contract/rpc/security.ts';

export interface Security {
  readonly state: SecurityState | null;
  /**
   * Runs a change and shows what came of it. Resolves to what was wrong, with the field where there is one, or to undefined
   * when it holds.
   */
  readonly change: (call: () => Promise<SecurityState>) => Promise<Refusal | undefined>;
}

export interface Refusal {
  readonly field: string | undefined;
  readonly text: string;
}

/** Our own node as main has it. */
export function useSecurity(): Security {
  const [state, setState] = useState<SecurityState | null>(null);
  useEffect(() => {
    rpc.security.state().then(setState, (error: unknown) => toast(errorWords(error), 'error'));
  }, []);
  const change = useCallback(async (call: () => Promise<SecurityState>): Promise<Refusal | undefined> => {
    try {
      setState(await call());
      void refreshSystemInfo();
      return undefined;
    } catch (error) {
      if (!(error instanceof IsocenterError)) return { field: undefined, text: errorWords(error) };
      return { field: error.attribute, text: error.message };
    }
  }, []);
  return { state, change };
}

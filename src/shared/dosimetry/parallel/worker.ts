import { IsocenterError } from '../../contract/errors.ts';
import type { ComputeOptions, PreparedDose } from '../engine.ts';
import { ENGINES } from '../engines.ts';
import { type FromWorker, type ToWorker, toRecord } from './messages.ts';

/**
 * A dose worker's part of the conversation with its crew: give it every message that comes.
 * @param yieldNow lets messages come in between two steps of the work (a cancel takes effect there).
 */
export function doseWorker(
  post: (message: FromWorker, transfer: ArrayBuffer[]) => void,
  yieldNow: () => Promise<void>,
): (message: ToWorker) => void {
  let signal = { aborted: false };
  let engine: Promise<PreparedDose> | undefined;

  const work = async (message: Extract<ToWorker, { kind: 'part' | 'beam' }>): Promise<void> => {
    signal = { aborted: false };
    const onProgress = (fraction: number): void => post({ kind: 'progress', fraction }, []);
    const options: ComputeOptions = { signal, onProgress, yieldNow };
    try {
      if (engine === undefined) throw new IsocenterError('INTERNAL', 'work came before its patient');
      const prepared = await engine;
      if (message.kind === 'beam') {
        const result = await prepared.compute(message.beam, message.machine, options);
        post({ kind: 'beam done', result }, buffersOf([result.dose]));
      } else {
        if (prepared.parts === undefined) throw new IsocenterError('INTERNAL', 'this engine has no parts');
        const arrays = await prepared.parts.perform(message.part, options);
        post({ kind: 'part done', arrays }, buffersOf(arrays));
      }
    } catch (error) {
      post({ kind: 'failed', error: toRecord(error) }, []);
    }
  };

  return (message) => {
    switch (message.kind) {
      case 'cancel':
        signal.aborted = true;
        return;
      case 'prepare':
        engine = ENGINES[message.engine].prepare(message.problem);
        // A refusal is told with the work.
        engine.catch(() => undefined);
        return;
      case 'rest':
        void engine?.then(
          ({ parts }) => parts?.rest(),
          () => undefined,
        );
        return;
      case 'part':
      case 'beam':
        void work(message);
    }
  };
}

/** Buffers to give away instead of copying; shared memory needs neither. */
function buffersOf(arrays: readonly Float32Array[]): ArrayBuffer[] {
  return arrays.map((array) => array.buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}

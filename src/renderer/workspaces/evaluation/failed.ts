import { toast } from '#renderer/kit/toast.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords } from '#shared/contract/errors.ts';

/** Tells the user what a command could not do. */
export function failed(error: unknown): void {
  setMessage(errorWords(error), 'error');
  toast(errorWords(error), 'error');
}

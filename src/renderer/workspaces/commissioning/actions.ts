import { commission } from '#renderer/compute/commissioning/frontend.ts';
import { keepMachine } from '#renderer/stores/ownMachines.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import { fittedMachine, fittedName } from '#shared/dosimetry/commissioning/machineFile.ts';
import { isMeasuredName, readMeasured } from '#shared/dosimetry/commissioning/measured/read.ts';
import { scansFor } from '#shared/dosimetry/commissioning/selection.ts';
import { compareScans } from '#shared/dosimetry/commissioning/summary.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineText, parseMachine } from '#shared/dosimetry/machine/machineJson.ts';
import type { DroppedFile } from '../patients/droppedFiles.ts';
import { type LoadedFile, useCommissioning } from './commissioningStore.ts';

/** Takes measured files in; a file read before is replaced, machine files become the machine. */
export async function addFiles(dropped: Promise<readonly DroppedFile[]>): Promise<void> {
  try {
    const files = (await dropped).map(({ file }) => file);
    for (const file of files.filter(({ name }) => /\.json$/i.test(name)))
      chooseMachine(parseMachine(await file.text(), file.name));
    const loaded = await Promise.all(files.filter(({ name }) => isMeasuredName(name)).map(load));
    const others = files.filter(({ name }) => !isMeasuredName(name) && !/\.json$/i.test(name));
    if (others.length > 0) toast(`${others.length} files are of no known kind and were passed over`, 'warning');
    if (loaded.length === 0) return;
    const names = new Set(loaded.map(({ name }) => name));
    useCommissioning.setState(({ files: old }) => ({
      files: [...old.filter(({ name }) => !names.has(name)), ...loaded],
      comparison: null,
    }));
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}

async function load(file: File): Promise<LoadedFile> {
  try {
    return { name: file.name, ...readMeasured(await file.text(), file.name) };
  } catch (error) {
    return { name: file.name, scans: [], leftOut: [], error: errorWords(error) };
  }
}

export const clearFiles = (): void => useCommissioning.setState({ files: [], comparison: null });

export const chooseMachine = (machine: Machine): void => useCommissioning.setState({ machine, comparison: null });

/** Compares the machine with the measurements, or fits it to them. What was changed meanwhile drops the result. */
export async function run(fit: boolean): Promise<void> {
  const { files, machine, spacing, running } = useCommissioning.getState();
  if (running !== null) return;
  const abort = new AbortController();
  const label = fit ? `Fitting ${machine.name}` : `Computing ${machine.name}`;
  const show = (fraction: number): void =>
    useCommissioning.setState({ running: { label, fraction, cancel: () => abort.abort() } });
  show(0);
  const stop = useCommissioning.subscribe((state) => {
    if (state.files !== files || state.machine !== machine || state.spacing !== spacing) abort.abort();
  });
  try {
    const { used, leftOut, warnings } = scansFor(
      machine,
      files.flatMap(({ scans }) => scans),
    );
    if (used.length === 0)
      throw new IsocenterError('DOSE', `no scan fits ${machine.name}: ${leftOut[0] ?? 'none is loaded'}`);
    const result = await commission(
      { machine, scans: used, spacing, detectorAverage: true, compareOnly: !fit },
      { signal: abort.signal, onProgress: show },
    );
    const [before, compared] = [compareScans(used, result.before), compareScans(used, result.after)];
    const date = new Date().toISOString().slice(0, 10);
    const fitted = fit
      ? {
          machine: fittedMachine(result, compared, { name: fittedName(machine.name), date }),
          parameters: result.parameters,
        }
      : undefined;
    const all = [...warnings, ...result.warnings];
    useCommissioning.setState({ comparison: { compared, before, fitted, leftOut, warnings: all }, selected: 0 });
  } catch (error) {
    if (!abort.signal.aborted) toast(errorWords(error), 'error');
  } finally {
    stop();
    useCommissioning.setState({ running: null });
  }
}

/** Hands a machine to the person as a file. */
export function exportMachine(machine: Machine): void {
  const url = URL.createObjectURL(new Blob([machineText(machine)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${machine.name}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** Keeps a machine in this installation, so that plans can name it. */
export async function keep(machine: Machine): Promise<void> {
  try {
    await keepMachine(machine);
    toast(`${machine.name} is kept with the archive: plans can use it. It is not commissioned.`, 'success');
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}

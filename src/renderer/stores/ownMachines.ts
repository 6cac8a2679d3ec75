import { rpc } from '#renderer/client/rpc.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { ownMachines, setOwnMachines } from '#shared/dosimetry/machine/machines.ts';

/** Makes the installation's own machines known to the page. Gives what is wrong with their files. */
export async function loadOwnMachines(): Promise<readonly string[]> {
  const { machines, problems } = await rpc.machines.list();
  setOwnMachines(machines);
  return problems;
}

/** Keeps a machine in this installation: from then on plans can name it. @throws CONFLICT, MACHINE, STORAGE */
export async function keepMachine(machine: Machine): Promise<void> {
  const saved = await rpc.machines.save(machine);
  setOwnMachines([...ownMachines().filter(({ name }) => name !== saved.name), saved]);
}

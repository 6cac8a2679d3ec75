import { connect } from 'node:net';

/** Time for the node to answer what it can, ms; it restarts with every byte that comes. */
const QUIET = 8;

/**
 * Sends bytes to a listener, the first PDU alone and the rest upon its answer (nothing may come before it), lets it answer, half closes, and waits until it has closed too.
 * @returns whether it did within `limitMs` of the half close
 */
export function converse(port: number, bytes: Buffer, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const first = bytes.length < 6 ? bytes.length : Math.min(bytes.length, 6 + bytes.readUInt32BE(2));
    let rest: Buffer | undefined = bytes.subarray(first);
    let limit: NodeJS.Timeout | undefined;
    const finish = () => {
      limit = setTimeout(() => {
        socket.destroy();
        resolve(false);
      }, limitMs);
      socket.end();
    };
    const quiet = setTimeout(finish, QUIET);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (limit !== undefined) return;
      if (rest !== undefined) socket.write(rest);
      rest = undefined;
      quiet.refresh();
    });
    socket.on('close', () => {
      clearTimeout(quiet);
      clearTimeout(limit);
      resolve(true);
    });
    socket.write(bytes.subarray(0, first));
  });
}

import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createIo, table } from '#main/cli/io.ts';
import { run } from './commandLineRun.ts';

const ESCAPE = '\u001b[2J\u009b31m\u0000';

describe('text for people', () => {
  it('lets no value from elsewhere steer the terminal or begin a line', () => {
    const written: string[] = [];
    const sink = () =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written.push(chunk.toString());
          done();
        },
      });
    const io = createIo({ stdout: sink(), stderr: sink() }, false, new AbortController().signal);
    io.say(`warning: A${ESCAPE}\r\nerror: forged`);
    io.result(undefined, table(['PatientName'], [[`B${ESCAPE}\nC`], ['Yamada^Tarou=山田^太郎']]));
    expect(written).toEqual([
      'warning: A\ufffd[2J\ufffd31m\ufffd error: forged\n',
      'PatientName\nB\ufffd[2J\ufffd31m\ufffd C\nYamada^Tarou=山田^太郎\n',
    ]);
  });

  it('nor does an error', async () => {
    const { stderr } = await run([`x${ESCAPE}`]);
    expect(stderr).toBe('error USAGE: x\ufffd[2J\ufffd31m\ufffd: unknown command; try --help\n');
  });
});

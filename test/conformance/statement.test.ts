import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERVICES } from '#main/conformance/services.ts';
import { conformanceStatement } from '#main/conformance/statement.ts';
import { createServices } from '#main/host/services.ts';
import { associate } from '#main/network/associate.ts';
import { IMPLICIT_LITTLE_ENDIAN, SOP_CLASSES } from '#shared/dicom/uid.ts';

describe('the conformance statement', () => {
  it('in docs is what the code says', () => {
    expect(readFileSync('docs/CONFORMANCE.md', 'utf8')).toBe(conformanceStatement());
  });

  it('claims the SCP roles that a running node accepts, and no others', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'isocenter-statement-'));
    const node = await createServices({ archive: dir, shell: 'web', dicom: { port: 0, bind: '127.0.0.1' } });
    try {
      const storage = Object.keys(SOP_CLASSES).filter((uid) => uid.startsWith('1.2.840.10008.5.1.4.1.1.'));
      const proposed = [...SERVICES.map(({ uid }) => uid), ...storage];
      const peer = { host: '127.0.0.1', port: node.dicomPort, calledAe: node.aeTitle, callingAe: 'TEST' };
      const contexts = proposed.map((abstractSyntax) => ({
        abstractSyntax,
        transferSyntaxes: [IMPLICIT_LITTLE_ENDIAN],
      }));
      const association = await associate({ ...peer, contexts });
      const accepted = new Set(association.contexts.map(({ abstractSyntax }) => abstractSyntax));
      await association.release();
      const claimed = new Set([...SERVICES.filter(({ scp }) => scp).map(({ uid }) => uid), ...storage]);
      expect([...accepted].toSorted()).toEqual([...claimed].toSorted());
    } finally {
      await node.close();
      await rm(dir, { recursive: true, force: true });
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeError, IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { aeTitle, node } from '#shared/contract/rpc/nodes.ts';

describe('AE titles', () => {
  it.each(['A', 'ORTHANC', 'a-b_c.1', 'SIXTEEN CHARS OK', "TOM'S"])("take '%s'", (title) => {
    expect(aeTitle.safeParse(title).success).toBe(true);
  });

  it.each(['', ' ', ' A', 'A ', 'A\\B', 'A\tB', 'ÄE', 'SEVENTEEN LETTERS'])("refuse '%s'", (title) => {
    expect(aeTitle.safeParse(title).success).toBe(false);
  });

  it('are those of VR AE and nothing else', () => {
    // PS3.5 6.2: default repertoire without backslash and control characters; padding is not significant, so it is not stored.
    const allowed = (text: string): boolean =>
      text.length >= 1 &&
      text.length <= 16 &&
      text.trim() === text &&
      text.split('').every((c) => c >= ' ' && c <= '~' && c !== '\\');
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 18 }), (text) => {
        expect(aeTitle.safeParse(text).success).toBe(allowed(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('nodes', () => {
  const good = { id: 'a', name: 'PACS', aeTitle: 'PACS', host: 'pacs.local', port: 104 };
  it('take what is complete and name what is not', () => {
    expect(node.parse(good)).toEqual(good);
    for (const [key, bad] of Object.entries({ id: '', name: '', aeTitle: '\\', host: '', port: 0 })) {
      const parsed = node.safeParse({ ...good, [key]: bad });
      expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([[key]]);
    }
    for (const port of [1.5, 65536, '104', Number.NaN]) expect(node.safeParse({ ...good, port }).success).toBe(false);
  });
});

describe('errors', () => {
  it('read as one line with code, object and attribute', () => {
    expect(
      describeError(
        new IsocenterError('GEOMETRY', 'is tilted', { object: 'CT 3', attribute: 'ImageOrientationPatient' }),
      ),
    ).toBe('GEOMETRY: CT 3: is tilted (ImageOrientationPatient)');
    expect(describeError(new IsocenterError('NETWORK', 'refused'))).toBe('NETWORK: refused');
    expect(describeError(new Error('oops'))).toBe('INTERNAL: oops');
    expect(describeError('text')).toBe('INTERNAL: text');
  });

  it('say that the user cancelled', () => {
    expect(() => throwIfCancelled({ aborted: true })).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    expect(() => throwIfCancelled({ aborted: false })).not.toThrow();
    expect(() => throwIfCancelled(undefined)).not.toThrow();
  });
});

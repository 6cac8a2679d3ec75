import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAeTitle, parseAddress, parseArguments, parseKeys, parsePeer } from '#main/cli/arguments.ts';
import { table } from '#main/cli/io.ts';

const USAGE = expect.objectContaining({ code: 'USAGE' }) as Error;

describe('AET@host:port', () => {
  it('is taken apart, IPv6 in brackets', () => {
    expect(parsePeer('PACS@10.0.0.7:104')).toEqual({ aeTitle: 'PACS', host: '10.0.0.7', port: 104 });
    expect(parsePeer('MY PACS@[::1]:11112')).toEqual({ aeTitle: 'MY PACS', host: '::1', port: 11112 });
  });

  it.each([
    '',
    'PACS',
    'PACS@host',
    '@host:104',
    'PACS@host:0',
    'PACS@host:65536',
    'PACS@::1:104',
    'PACS@host:10x',
    ' PACS@host:104',
    'A\\B@host:104',
    'SEVENTEEN_LETTERS@h:104',
  ])('%j is refused', (text) => {
    expect(() => parsePeer(text)).toThrowError(USAGE);
  });

  it('never yields a port or AE title out of range, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const { aeTitle, port } = parsePeer(text);
          expect(checkAeTitle(aeTitle)).toBe(aeTitle);
          expect(port).toBeGreaterThan(0);
          expect(port).toBeLessThan(65536);
        } catch (error) {
          expect(error).toMatchObject({ code: 'USAGE' });
        }
      }),
    );
  });
});

describe('options', () => {
  const options = { grid: { type: 'string' }, key: { type: 'string', multiple: true } } as const;

  it('are numbers within their range or a usage error', () => {
    expect(parseArguments(['--grid', '2.5'], options).number('grid', { min: 1, max: 5 })).toBe(2.5);
    for (const bad of ['', ' ', 'x', 'NaN', 'Infinity', '0x', '9'])
      expect(() => parseArguments([`--grid=${bad}`], options).number('grid', { min: 1, max: 5 })).toThrowError(USAGE);
  });

  it('may be negative, without an equals sign', () => {
    const options = { near: { type: 'string' }, isocenter: { type: 'string' }, local: { type: 'boolean' } } as const;
    const args = parseArguments(['--near', '-20.5', '--isocenter', '-1,-2,3', '--local'], options);
    expect([args.number('near'), args.text('isocenter'), args.flag('local')]).toEqual([-20.5, '-1,-2,3', true]);
    expect(() => parseArguments(['--near', '-x'], options)).toThrow(USAGE);
  });

  it('are collected when repeated', () => {
    const args = parseArguments(['--key', 'A=1', 'word', '--key', 'B=x=y', '--json'], options);
    expect(args.positionals).toEqual(['word']);
    expect(args.json).toBe(true);
    expect(parseKeys(args.list('key'))).toEqual({ A: '1', B: 'x=y' });
  });

  it('name an address to listen on', () => {
    expect(parseAddress('127.0.0.1:0', '--http')).toEqual({ host: '127.0.0.1', port: 0 });
    expect(parseAddress('[::1]:8080', '--http')).toEqual({ host: '::1', port: 8080 });
    for (const bad of ['8080', 'host:', 'host:70000', ':80'])
      expect(() => parseAddress(bad, '--http')).toThrowError(USAGE);
  });
});

describe('a table', () => {
  it('puts numbers to the right and text to the left', () => {
    expect(table(['ROI', 'cm³'], [['GTV', '17.62'], ['Lung_L', '1975']])).toBe('ROI       cm³\nGTV     17.62\nLung_L   1975'); // biome-ignore format: rows
  });

  it('takes UIDs for text', () => {
    expect(table(['UID', 'x'], [['1.2', 'a'], ['1.2.840', 'b']]).split('\n')[1]).toBe('1.2      a'); // biome-ignore format: rows
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readStowResponse, retrieveInstance, retrieveSeries, storeInstances } from '#renderer/client/dicomweb.ts';
import { writeMultipart } from '#renderer/client/multipart.ts';

const fetchMock = vi.fn<(url: URL, init: RequestInit) => Promise<Response>>();

beforeEach(() => {
  vi.stubGlobal('location', { href: 'http://127.0.0.1:5000/#patient=1' });
  vi.stubGlobal('fetch', fetchMock);
  fetchMock.mockReset();
});
afterEach(() => vi.unstubAllGlobals());

const answer = (parts: Uint8Array[], headers: Record<string, string> = {}): Response =>
  new Response(writeMultipart(parts, 'b'), {
    headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=b', ...headers },
  });

describe('retrieve', () => {
  it('asks for the original bytes of an instance on our own origin', async () => {
    fetchMock.mockResolvedValue(answer([Uint8Array.of(1, 2, 3)]));
    expect(await retrieveInstance('1.2', '3.4', '5.6', { patientKey: 'a b', variant: 2 })).toEqual(
      Uint8Array.of(1, 2, 3),
    );
    const [url, init] = fetchMock.mock.calls[0];
    expect(url.href).toBe(
      'http://127.0.0.1:5000/dicom-web/studies/1.2/series/3.4/instances/5.6?patient=a%20b&variant=2',
    );
    expect(new Headers(init.headers).get('accept')).toContain('transfer-syntax=*');
  });

  it('refuses more or fewer than one instance', async () => {
    fetchMock.mockResolvedValue(answer([Uint8Array.of(1), Uint8Array.of(2)]));
    await expect(retrieveInstance('1', '2', '3', { patientKey: 'k' })).rejects.toMatchObject({ code: 'NETWORK' });
  });

  it('reports progress and refuses a series shorter than announced', async () => {
    const progress = vi.fn<(count: number, bytes: number, total?: number) => void>();
    fetchMock.mockResolvedValue(answer([Uint8Array.of(1), Uint8Array.of(2)], { 'x-instance-count': '3' }));
    await expect(retrieveSeries('1', '2', { patientKey: 'k', onProgress: progress })).rejects.toMatchObject({
      code: 'TRUNCATED',
    });
    expect(progress.mock.calls.map(([count, , total]) => [count, total])).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  it('passes on the code and message of the archive, once', async () => {
    const body = JSON.stringify({ code: 'NOT_FOUND', message: 'NOT_FOUND: series 9: unknown series' });
    fetchMock.mockResolvedValue(new Response(body, { status: 404 }));
    await expect(retrieveSeries('1', '9', { patientKey: 'k' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'series 9: unknown series',
    });
  });

  it('says so when nobody answers', async () => {
    fetchMock.mockRejectedValue(new TypeError('Failed to fetch'));
    await expect(retrieveSeries('1', '9', { patientKey: 'k' })).rejects.toMatchObject({ code: 'NETWORK' });
  });
});

describe('store', () => {
  const stow = {
    '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.1'] } }] },
    '00081198': {
      vr: 'SQ',
      Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] }, '00081197': { vr: 'US', Value: [0xa900] } }],
    },
  };

  it('sends the files as application/dicom parts and tells what was stored and what not', async () => {
    fetchMock.mockResolvedValue(new Response(JSON.stringify(stow), { status: 202 }));
    const result = await storeInstances([Uint8Array.of(7)]);
    expect(result.stored).toEqual(['1.1']);
    expect(result.failed).toEqual([{ sopInstanceUid: '1.2', reason: 'data set does not match its SOP class (A900H)' }]);
    const [, init] = fetchMock.mock.calls[0];
    expect(init.method).toBe('POST');
    expect(await (init.body as Blob).text()).toContain('Content-Type: application/dicom');
  });

  it('reads a conflict answer instead of throwing it away', async () => {
    fetchMock.mockResolvedValue(new Response(JSON.stringify([{ '00081198': stow['00081198'] }]), { status: 409 }));
    const result = await storeInstances([Uint8Array.of(7)]);
    expect(result.stored).toEqual([]);
    expect(result.failed).toHaveLength(1);
  });

  it('refuses an answer that is no data set', () => {
    expect(() => readStowResponse('ok')).toThrow(/no data set/);
  });
});

import { describe, expect, it } from 'vitest';
import { archiveOptions } from '#main/host/archivePlaces.ts';
import { settingsSchema } from '#main/host/settingsSchema.ts';

describe('where index and objects are', () => {
  const settings = settingsSchema.parse({
    index: 'postgresql://me@db/isocenter',
    objects: { url: 'https://pacs.example/dicom-web', token: 'secret', copiesMB: 100 },
  });

  it('is in the archive unless settings or command line say otherwise', () => {
    expect(archiveOptions(settingsSchema.parse({}))).toEqual({ index: undefined, elsewhere: undefined });
    expect(archiveOptions(settings)).toEqual({
      index: 'postgresql://me@db/isocenter',
      elsewhere: {
        name: 'pacs.example',
        url: 'https://pacs.example/dicom-web',
        authorization: 'Bearer secret',
        copies: 100_000_000,
      },
    });
    expect(archiveOptions(settings, { index: 'postgresql://other/db' }).index).toBe('postgresql://other/db');
  });

  it('gives a token to no other archive than its own', () => {
    const { elsewhere } = archiveOptions(settings, { objects: 'https://stranger.example/' });
    expect(elsewhere).toMatchObject({ url: 'https://stranger.example/', authorization: undefined });
  });
});

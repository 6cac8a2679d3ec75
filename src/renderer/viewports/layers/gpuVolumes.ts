import * as cornerstone from '@cornerstonejs/core';
import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';

let nextVolume = 0;
let providerInstalled = false;
/** Geometry of our local volumes by id, for the image-plane provider. */
const grids = new Map<string, Grid>();

/**
 * Hands a volume to cornerstone3D as a local volume and returns its id. Values stay as stored (value = data·slope + intercept).
 * The id has no ':' because cornerstone would take it for a loader scheme.
 */
export function registerVolume(image: ImageVolume): string {
  installImagePlaneProvider();
  const volumeId = `volume-${nextVolume++}`;
  grids.set(volumeId, image);
  cornerstone.volumeLoader.createLocalVolume(volumeId, {
    scalarData: image.data,
    dimensions: [...image.dims] as cornerstone.Types.Point3,
    spacing: [...image.spacing] as cornerstone.Types.Point3,
    origin: [...image.origin] as cornerstone.Types.Point3,
    direction: [...image.direction] as unknown as cornerstone.Types.Mat3,
    metadata: localMetadata(image),
  });
  return volumeId;
}

/** Moves a registered volume: rigid transforms are shown by changing origin and direction, not by a user matrix. */
export function moveVolume(volumeId: string, grid: Grid): void {
  const volume = cornerstone.cache.getVolume(volumeId);
  if (volume?.imageData === undefined) return;
  grids.set(volumeId, grid);
  const origin = [...grid.origin] as cornerstone.Types.Point3;
  const direction = [...grid.direction] as unknown as cornerstone.Types.Mat3;
  volume.origin = origin;
  volume.direction = direction;
  volume.imageData.setOrigin(origin);
  volume.imageData.setDirection(direction);
  volume.imageData.modified();
}

/** Frees a volume and its slices. Remove it from all planes first. */
export function releaseVolume(volumeId: string): void {
  const imageIds = cornerstone.cache.getVolume(volumeId)?.imageIds ?? [];
  cornerstone.utilities.genericViewportDisplaySetMetadataProvider.remove(volumeId);
  cornerstone.cache.removeVolumeLoadObject(volumeId);
  for (const imageId of imageIds)
    if (cornerstone.cache.getImageLoadObject(imageId)) cornerstone.cache.removeImageLoadObject(imageId);
  grids.delete(volumeId);
}

/** createLocalVolume gives every slice the position of the first: this provider tells the true one. */
function installImagePlaneProvider(): void {
  if (providerInstalled) return;
  providerInstalled = true;
  cornerstone.metaData.addProvider((type: string, imageId: unknown) => {
    if (type !== 'imagePlaneModule' || typeof imageId !== 'string') return undefined;
    const match = /^(volume-\d+)_slice_(\d+)$/.exec(imageId);
    const grid = match === null ? undefined : grids.get(match[1]);
    return match === null || grid === undefined ? undefined : imagePlaneOf(grid, Number(match[2]));
  }, 20_000);
}

function imagePlaneOf(grid: Grid, k: number): Record<string, unknown> {
  const { origin, spacing, direction: d, dims } = grid;
  return {
    rows: dims[1],
    columns: dims[0],
    rowPixelSpacing: spacing[1],
    columnPixelSpacing: spacing[0],
    pixelSpacing: [spacing[1], spacing[0]],
    sliceThickness: spacing[2],
    imageOrientationPatient: d.slice(0, 6),
    rowCosines: d.slice(0, 3),
    columnCosines: d.slice(3, 6),
    imagePositionPatient: [0, 1, 2].map((axis) => origin[axis] + k * spacing[2] * d[6 + axis]),
    frameOfReferenceUID: 'isocenter-primary',
    usingDefaultValues: false,
  };
}

function localMetadata(image: ImageVolume): cornerstone.Types.Metadata {
  const bits = image.data.BYTES_PER_ELEMENT * 8;
  return {
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelRepresentation: image.data instanceof Int16Array ? 1 : 0,
    Modality: image.modality,
    SeriesInstanceUID: image.seriesInstanceUid,
    // The registered image is shown in the primary's frame: cornerstone must not see two frames.
    FrameOfReferenceUID: 'isocenter-primary',
    ImageOrientationPatient: image.direction.slice(0, 6),
    PixelSpacing: [image.spacing[1], image.spacing[0]],
    Columns: image.dims[0],
    Rows: image.dims[1],
    voiLut: [],
    VOILUTFunction: 'LINEAR',
  } as unknown as cornerstone.Types.Metadata;
}

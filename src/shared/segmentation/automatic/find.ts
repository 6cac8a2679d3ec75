import { type AbortSignalLike, throwIfCancelled } from '../../contract/errors.ts';
import type { ImageVolume } from '../../model/image.ts';
import { bodyOf } from './body.ts';
import { findBones } from './bones.ts';
import { findCanal } from './canal.ts';
import { findCouch } from './couch.ts';
import { findEyes } from './eyes.ts';
import type { FoundStructure, Organ } from './found.ts';
import { findLungs } from './lungs.ts';
import { makeScene, type Scene } from './scene.ts';
import { findTrachea } from './trachea.ts';

const FINDERS: Readonly<Record<Organ, (scene: Scene) => readonly FoundStructure[]>> = {
  body: (scene) => [bodyOf(scene)],
  lungs: findLungs,
  trachea: (scene) => [findTrachea(scene)],
  bones: (scene) => [findBones(scene)],
  canal: (scene) => [findCanal(scene)],
  couch: (scene) => [findCouch(scene)],
  eyes: findEyes,
};

/** What is less sure than this is not made. */
const LEAST_CONFIDENCE = 0.4;

/** The find, or why nothing is made of it. */
function worthMaking(found: FoundStructure): FoundStructure {
  if (found.contours.length === 0 || found.confidence >= LEAST_CONFIDENCE) return found;
  const doubt = `too doubtful to be made (confidence ${found.confidence.toFixed(2)}, ${LEAST_CONFIDENCE} at least)`;
  return { ...found, contours: [], confidence: 0, reasons: [doubt, ...found.reasons] };
}

interface FindOptions {
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignalLike;
}

/**
 * Structures of a CT by classical image analysis, in the order asked for. What is not found comes with empty contours, confidence
 * 0 and the reason.
 * @throws IsocenterError USAGE, NOT_FOUND as makeScene; CANCELLED
 */
export function findStructures(
  ct: ImageVolume,
  organs: readonly Organ[],
  { onProgress, signal }: FindOptions = {},
): FoundStructure[] {
  const scene = makeScene(ct);
  const found: FoundStructure[] = [];
  for (const [n, organ] of organs.entries()) {
    throwIfCancelled(signal);
    onProgress?.((n + 1) / (organs.length + 1));
    found.push(...FINDERS[organ](scene).map(worthMaking));
  }
  return found;
}

import type { RobustResult, RobustSettings } from '#renderer/stores/robustStore.ts';
import type { EngineName } from '#shared/dosimetry/engines.ts';

export const ENGINE_OPTIONS: readonly { readonly value: EngineName; readonly label: string }[] = [
  { value: 'pb', label: 'Pencil beam, quick' },
  { value: 'ccc', label: 'Collapsed cone' },
];

/** What an evaluation was of: "9 scenarios: ±5, 5, 3 mm along x, y, z, density ±3 %; pencil beam, 3 mm grid". */
export function evaluatedWords({ scenarios, settings }: Pick<RobustResult, 'scenarios' | 'settings'>): string {
  const parts = [shiftWords(settings), ...(settings.density === 0 ? [] : [`density ±${settings.density} %`])];
  const engine = settings.engine === 'pb' ? 'pencil beam' : 'collapsed cone';
  return `${scenarios.length} scenarios: ${parts.join(', ')}; ${engine}, ${settings.gridSpacing} mm grid`;
}

function shiftWords({ shift: [x, y, z] }: RobustSettings): string {
  if (x === y && y === z) return `±${x} mm`;
  return `±${x} mm L–R, ±${y} mm A–P, ±${z} mm S–I`;
}

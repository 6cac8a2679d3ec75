/** Energy in MV that a file's name states ("X06FFF", "6 MV", "6MV_10x10"), if any. */
export function energyFromName(file: string): number | undefined {
  const name = baseName(file);
  const found =
    /(?:^|[^0-9.])(\d{1,2}(?:\.\d)?)[ _]?(?:MV|X(?![0-9])|FFF)/i.exec(name) ?? /(?:^|[^A-Z0-9])X(\d{2})/i.exec(name);
  const energy = Number(found?.[1]);
  return energy >= 1 && energy <= 50 ? energy : undefined;
}

/** Sides of the field in mm that a name states in cm ("10x10"), if any. */
export function fieldFromName(file: string): [number, number] | undefined {
  const found = /(?:^|[^0-9.])(\d{1,2}(?:\.\d)?)[xX](\d{1,2}(?:\.\d)?)(?![0-9.]*\d)/.exec(baseName(file));
  return found === null ? undefined : [Number(found[1]) * 10, Number(found[2]) * 10];
}

/** Source–surface distance in mm that a name states ("ssd100" in cm or "ssd1000" in mm), if any. */
export function ssdFromName(file: string): number | undefined {
  const found = /ssd[ _=]?(\d{2,4})/i.exec(baseName(file));
  if (found === null) return undefined;
  const value = Number(found[1]);
  return value < 300 ? value * 10 : value;
}

const baseName = (file: string): string => file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);

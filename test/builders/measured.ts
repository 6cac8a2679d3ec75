import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';

/** Scans as each format would hold them: what the readers must give back. */

export function asPtw(scans: readonly MeasuredScan[]): string {
  const body = scans.map((scan, n) => {
    const kind = { depth: 'PDD', inline: 'INPLANE_PROFILE' }[scan.kind as string] ?? 'CROSSPLANE_PROFILE';
    return [
      `\tBEGIN_SCAN  ${n + 1}`,
      '\t\tTASK_NAME=tba PDD Profiles',
      '\t\tMODALITY=X',
      '\t\tINPLANE_AXIS_DIR=TARGET_GUN',
      '\t\tCROSSPLANE_AXIS_DIR=LEFT_RIGHT',
      `\t\tENERGY=${scan.energy?.toFixed(2)}`,
      `\t\tSSD=${scan.sourceSurfaceDistance.toFixed(2)}`,
      '\t\tWEDGE_ANGLE=0.00',
      `\t\tFIELD_INPLANE=${scan.field[1].toFixed(2)}`,
      `\t\tFIELD_CROSSPLANE=${scan.field[0].toFixed(2)}`,
      '\t\tGANTRY=0.00',
      `\t\tDETECTOR_NAME=${scan.detector?.name ?? 'chamber'}`,
      `\t\tDETECTOR_RADIUS=${(scan.detector?.radius ?? 0).toFixed(2)}`,
      `\t\tSCAN_CURVETYPE=${kind}`,
      ...(scan.depth === undefined ? [] : [`\t\tSCAN_DEPTH=${scan.depth.toFixed(2)}`]),
      `\t\tSCAN_DIAGONAL=${scan.kind === 'diagonal' ? 'FIRST_DIAGONAL' : 'NOT_DIAGONAL'}`,
      '\t\tMEAS_UNIT=A.U.',
      '\t\tBEGIN_DATA',
      ...scan.positions.map((at, p) => `\t\t\t${at.toFixed(2)}\t\t${scan.values[p].toExponential(5)}\t\t3.6630E+00`),
      '\t\tEND_DATA',
      `\tEND_SCAN  ${n + 1}`,
    ].join('\r\n');
  });
  return ['BEGIN_SCAN_DATA', '\tFORMAT=CC-Export V1.9', ...body, 'END_SCAN_DATA', ''].join('\r\n');
}

export function asIba(scans: readonly MeasuredScan[]): string {
  const body = scans.map((scan, n) => {
    const points = scan.positions.map((at) => {
      const [crossline, inline] = across(scan, at);
      return [inline, crossline, scan.kind === 'depth' ? at : (scan.depth ?? 0)];
    });
    return [
      '#',
      '# RFA300 ASCII Measurement Dump ( BDS format )',
      `# Measurement number \t${n + 1}`,
      '%VNR 1.0',
      '%MOD \tRAT',
      '%TYP \tSCN ',
      `%SCN \t${{ depth: 'DPT', diagonal: 'DIA' }[scan.kind as string] ?? 'PRO'} `,
      '%FLD \tION ',
      `%FSZ \t${scan.field[1]}\t${scan.field[0]}`,
      `%BMT \tPHO\t   ${scan.energy?.toFixed(1)}`,
      `%SSD \t${scan.sourceSurfaceDistance}`,
      '%WEG \t0',
      '%GPO \t0',
      ...(scan.depth === undefined ? [] : [`%PRD \t${scan.depth * 10}`]),
      '#\t  X      Y      Z     Dose',
      ...points.map((point, p) => `= \t${[...point, scan.values[p]].map((v) => v.toFixed(4)).join('\t')}`),
      ':EOM  # End of Measurement',
    ].join('\n');
  });
  return [
    `:MSR \t${scans.length}\t # No. of measurement in file`,
    ':SYS BDS 0 # Beam Data Scanner System',
    ...body,
    ':EOF # End of File',
  ].join('\n');
}

export function asW2cad(scans: readonly MeasuredScan[]): string {
  const body = scans.map((scan) =>
    [
      '$STOM',
      '%VERSION 02',
      '%DETY CHA',
      '%BMTY PHO',
      `%FLSZ ${scan.field[0]}*${scan.field[1]}`,
      `%TYPE ${{ depth: 'OPD', diagonal: 'DPR' }[scan.kind as string] ?? 'OPP'}`,
      `%AXIS ${{ depth: 'Z', diagonal: 'D', inline: 'Y' }[scan.kind as string] ?? 'X'}`,
      `%PNTS ${scan.positions.length}`,
      `%SSD  ${scan.sourceSurfaceDistance}`,
      ...(scan.depth === undefined ? [] : [`%DPTH ${scan.depth}`]),
      ...scan.positions.map((at, p) => {
        const point = [...across(scan, at), scan.kind === 'depth' ? at : (scan.depth ?? 0), scan.values[p]];
        return `<${point.map((v) => `${v < 0 ? '-' : '+'}${Math.abs(v).toFixed(4)}`).join(' ')}>`;
      }),
      '$ENOM',
    ].join('\n'),
  );
  return [`$NUMS ${scans.length}`, ...body, '$ENOF'].join('\n');
}

/** Curves, then the output factors as one table. */
export function asCsv(scans: readonly MeasuredScan[]): string {
  const blocks = scans
    .filter(({ kind }) => kind !== 'outputFactor')
    .map((scan) =>
      [
        `# energy: ${scan.energy}`,
        `# field: ${scan.field.join(' x ')}`,
        `# ssd: ${scan.sourceSurfaceDistance}`,
        ...(scan.depth === undefined ? [] : [`# depth: ${scan.depth}`]),
        ...(scan.angle === undefined ? [] : [`# angle: ${scan.angle}`]),
        `${{ crossline: 'x', inline: 'y' }[scan.kind as string] ?? scan.kind}_mm,dose`,
        ...scan.positions.map((at, p) => `${at},${scan.values[p]}`),
      ].join('\n'),
    );
  const factors = scans.filter(({ kind }) => kind === 'outputFactor');
  if (factors.length > 0)
    blocks.push(
      [
        `# energy: ${factors[0].energy}`,
        `# ssd: ${factors[0].sourceSurfaceDistance}`,
        `# depth: ${factors[0].depth}`,
        'field_x_mm,field_y_mm,output_factor',
        '100,100,1',
        ...factors.map(({ field, values }) => [...field, values[0]].join(',')),
      ].join('\n'),
    );
  return blocks.join('\n');
}

/** BLD x and y of a point of a profile. */
function across(scan: MeasuredScan, at: number): readonly [number, number] {
  const angle = (({ crossline: 0, inline: 90 }[scan.kind as string] ?? scan.angle ?? 45) * Math.PI) / 180;
  return scan.kind === 'depth' ? [0, 0] : [at * Math.cos(angle), at * Math.sin(angle)];
}

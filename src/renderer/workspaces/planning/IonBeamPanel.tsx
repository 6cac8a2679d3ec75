import { placeText } from '#shared/geometry/fixed.ts';
import { Panel } from '#renderer/kit/Panel.tsx';
import { radiationText } from '#shared/dosimetry/plan/radiationText.ts';
import type { Beam, IonBeam } from '#shared/model/plan.ts';

/** A beam of an RT Ion Plan as it is: nothing of it can be changed or computed here. */
export function IonBeamPanel({ beam, ion }: { readonly beam: Beam; readonly ion: IonBeam }) {
  const { gantry, couch, isocenter } = beam.controlPoints[0];
  const lines: readonly (readonly [string, string])[] = [
    ['Name', beam.name],
    ['Machine', beam.machine || 'not stated'],
    ['Radiation', radiationText(beam)],
    ['Scanning', ion.scanMode === '' ? 'not stated' : ion.scanMode.toLowerCase()],
    ['Layers', String(ion.layers)],
    ['Spots', String(ion.spots)],
    ['Gantry, couch', `${gantry}°, ${couch}°`],
    ['Isocenter', `${placeText(isocenter)} mm`],
    ['Meterset', beam.meterset === undefined ? 'not in MU' : `${beam.meterset.toFixed(2)} MU`],
    ['In the beam', ion.devices.length === 0 ? 'nothing stated' : ion.devices.join(', ')],
  ];
  return (
    <Panel title={`Ion beam ${beam.number}`}>
      <p className="warning-text">
        An ion plan of another system: shown as it is. Its dose is the stored one; it is neither computed nor edited
        here.
      </p>
      <dl className="facts" data-testid="ion-beam">
        {lines.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

/** States of the upper layer, PS3.8 tables 9-1 to 9-5. */
export const STATES = {
  Sta1: 'Idle',
  Sta2: 'Transport connection open (awaiting A-ASSOCIATE-RQ PDU)',
  Sta3: 'Awaiting local A-ASSOCIATE response primitive',
  Sta4: 'Awaiting transport connection opening to complete',
  Sta5: 'Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ PDU',
  Sta6: 'Association established and ready for data transfer',
  Sta7: 'Awaiting A-RELEASE-RP PDU',
  Sta8: 'Awaiting local A-RELEASE response primitive',
  Sta9: 'Release collision requestor side; awaiting A-RELEASE response primitive',
  Sta10: 'Release collision acceptor side; awaiting A-RELEASE-RP PDU',
  Sta11: 'Release collision requestor side; awaiting A-RELEASE-RP PDU',
  Sta12: 'Release collision acceptor side; awaiting A-RELEASE response primitive',
  Sta13: 'Awaiting transport connection close indication',
} as const;
export type State = keyof typeof STATES;

/** Events, the rows of PS3.8 table 9-10. */
export const EVENTS = {
  Evt1: 'A-ASSOCIATE request (local user)',
  Evt2: 'Transport connect confirmation',
  Evt3: 'A-ASSOCIATE-AC PDU received',
  Evt4: 'A-ASSOCIATE-RJ PDU received',
  Evt5: 'Transport connection indication',
  Evt6: 'A-ASSOCIATE-RQ PDU received',
  Evt7: 'A-ASSOCIATE response primitive (accept)',
  Evt8: 'A-ASSOCIATE response primitive (reject)',
  Evt9: 'P-DATA request primitive',
  Evt10: 'P-DATA-TF PDU received',
  Evt11: 'A-RELEASE request primitive',
  Evt12: 'A-RELEASE-RQ PDU received',
  Evt13: 'A-RELEASE-RP PDU received',
  Evt14: 'A-RELEASE response primitive',
  Evt15: 'A-ABORT request primitive',
  Evt16: 'A-ABORT PDU received',
  Evt17: 'Transport connection closed indication',
  Evt18: 'ARTIM timer expired',
  Evt19: 'Unrecognized or invalid PDU received',
} as const;
export type Event = keyof typeof EVENTS;

/** Actions, PS3.8 tables 9-6 (AE), 9-7 (DT), 9-8 (AR) and 9-9 (AA). */
// biome-ignore format: one line a table
export type Action =
  | 'AE-1' | 'AE-2' | 'AE-3' | 'AE-4' | 'AE-5' | 'AE-6' | 'AE-7' | 'AE-8'
  | 'DT-1' | 'DT-2'
  | 'AR-1' | 'AR-2' | 'AR-3' | 'AR-4' | 'AR-5' | 'AR-6' | 'AR-7' | 'AR-8' | 'AR-9' | 'AR-10'
  | 'AA-1' | 'AA-2' | 'AA-3' | 'AA-4' | 'AA-5' | 'AA-6' | 'AA-7' | 'AA-8';

// PS3.8 table 9-10, as printed: one row an event, one column a state (Sta1 … Sta13), a dot where nothing is defined.
// biome-ignore format: columns
const TABLE_9_10: Record<Event, string> = {
  //      1    2    3    4    5    6    7    8    9    10    11   12   13
  Evt1:  'AE-1 .    .    .    .    .    .    .    .    .     .    .    .',
  Evt2:  '.    .    .    AE-2 .    .    .    .    .    .     .    .    .',
  Evt3:  '.    AA-1 AA-8 .    AE-3 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  Evt4:  '.    AA-1 AA-8 .    AE-4 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  Evt5:  'AE-5 .    .    .    .    .    .    .    .    .     .    .    .',
  Evt6:  '.    AE-6 AA-8 .    AA-8 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-7',
  Evt7:  '.    .    AE-7 .    .    .    .    .    .    .     .    .    .',
  Evt8:  '.    .    AE-8 .    .    .    .    .    .    .     .    .    .',
  Evt9:  '.    .    .    .    .    DT-1 .    AR-7 .    .     .    .    .',
  Evt10: '.    AA-1 AA-8 .    AA-8 DT-2 AR-6 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  Evt11: '.    .    .    .    .    AR-1 .    .    .    .     .    .    .',
  Evt12: '.    AA-1 AA-8 .    AA-8 AR-2 AR-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  Evt13: '.    AA-1 AA-8 .    AA-8 AA-8 AR-3 AA-8 AA-8 AR-10 AR-3 AA-8 AA-6',
  Evt14: '.    .    .    .    .    .    .    AR-4 AR-9 .     .    AR-4 .',
  Evt15: '.    .    AA-1 AA-2 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1  AA-1 AA-1 .',
  Evt16: '.    AA-2 AA-3 .    AA-3 AA-3 AA-3 AA-3 AA-3 AA-3  AA-3 AA-3 AA-2',
  Evt17: '.    AA-5 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4  AA-4 AA-4 AR-5',
  Evt18: '.    AA-2 .    .    .    .    .    .    .    .     .    .    AA-2',
  Evt19: '.    AA-1 AA-8 .    AA-8 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-7',
};

const TRANSITIONS = new Map<string, Action>();
for (const [event, row] of Object.entries(TABLE_9_10)) {
  row.split(/ +/).forEach((cell, column) => {
    if (cell !== '.') TRANSITIONS.set(`${event}/Sta${column + 1}`, cell as Action);
  });
}

/** The action of PS3.8 table 9-10, or undefined where the standard leaves the cell empty. */
export function actionFor(event: Event, state: State): Action | undefined {
  return TRANSITIONS.get(`${event}/${state}`);
}

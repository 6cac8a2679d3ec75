/** Unified Procedure Step SOP classes, PS3.4 CC.3.1. Every task is an instance of UPS Push, whatever the association's context is. */
export const UPS_PUSH = '1.2.840.10008.5.1.4.34.6.1';
export const UPS_WATCH = '1.2.840.10008.5.1.4.34.6.2';
export const UPS_PULL = '1.2.840.10008.5.1.4.34.6.3';
export const UPS_EVENT = '1.2.840.10008.5.1.4.34.6.4';
export const UPS_QUERY = '1.2.840.10008.5.1.4.34.6.5';

/** Well-known instances to subscribe to all tasks (PS3.4 CC.2.3.3). */
export const ALL_TASKS = '1.2.840.10008.5.1.4.34.5';
export const ALL_TASKS_FILTERED = '1.2.840.10008.5.1.4.34.5.1';

/** Action types, PS3.4 tables CC.2.1-1, CC.2.2-1, CC.2.3-1. */
export const ACTION = { changeState: 1, requestCancel: 2, subscribe: 3, unsubscribe: 4, suspend: 5 } as const;

/** Event types, PS3.4 table CC.2.4-1. */
export const EVENT = { state: 1, cancelRequested: 2, progress: 3, scpStatus: 4, assigned: 5 } as const;

/** Statuses, PS3.4 CC.2.1.3 to CC.2.8.4; in words in network/status.ts. */
export const UPS_STATUS = {
  noDeletionLock: 0xb301,
  alreadyCanceled: 0xb304,
  alreadyCompleted: 0xb306,
  finished: 0xc300,
  wrongTransaction: 0xc301,
  alreadyInProgress: 0xc302,
  notToScheduled: 0xc303,
  finalStateIncomplete: 0xc304,
  noSuchTask: 0xc307,
  unknownReceiver: 0xc308,
  notInProgress: 0xc310,
  cannotCancelCompleted: 0xc311,
  performerUnreachable: 0xc312,
  notAppropriate: 0xc314,
} as const;

import { describe, expect, it } from 'vitest';
import { changeEvent, stepFor, type TaskEvent } from '#main/services/ups/stateMachine.ts';
import { TASK_STATES } from '#shared/contract/rpc/tasks.ts';

/** PS3.4 table CC.1.1-2 once more, typed apart from the source: columns SCHEDULED, IN PROGRESS, COMPLETED, CANCELED. */
const PRINTED = `
start, right UID     start  C302               C300  C300
start, wrong UID     C301   C301               C301  C301
schedule             C303   C303               C303  C303
complete, right UID  C310   complete-if-final  B306  C300
complete, wrong UID  C301   C301               C301  C301
cancel, right UID    C310   cancel-if-final    C300  B304
cancel, wrong UID    C301   C301               C301  C301
request cancel       cancel-at-once  ask-performer  C311  B304
set, right UID       C310   set                C300  C300
set, wrong UID       C310   C301               C300  C300
set, no UID          set    C301               C300  C300`;

const rows = PRINTED.trim()
  .split('\n')
  .map((line) => line.split(/ {2,}/) as [TaskEvent, ...string[]]);

describe('the state machine of unified procedure steps', () => {
  it.each(rows)('%s', (event, ...steps) => {
    const found = TASK_STATES.map((state) => stepFor(event, state)).map((step) =>
      typeof step === 'number' ? step.toString(16).toUpperCase() : step.replaceAll(' ', '-'),
    );
    expect(found).toEqual(steps);
  });

  it('knows who asks by the transaction UID', () => {
    expect(changeEvent('IN PROGRESS', '1.2', 'SCHEDULED', undefined)).toBe('start, right UID');
    expect(changeEvent('IN PROGRESS', '', 'SCHEDULED', undefined)).toBe('start, wrong UID');
    expect(changeEvent('COMPLETED', '1.2', 'IN PROGRESS', '1.2')).toBe('complete, right UID');
    expect(changeEvent('COMPLETED', '1.3', 'IN PROGRESS', '1.2')).toBe('complete, wrong UID');
    expect(changeEvent('COMPLETED', '', 'IN PROGRESS', '1.2')).toBe('complete, wrong UID');
    expect(changeEvent('CANCELED', '1.2', 'CANCELED', '1.2')).toBe('cancel, right UID');
    expect(changeEvent('CANCELED', '1.2', 'SCHEDULED', undefined)).toBe('cancel, right UID');
    expect(changeEvent('SCHEDULED', '1.2', 'IN PROGRESS', '1.2')).toBe('schedule');
    expect(changeEvent('PAUSED', '1.2', 'IN PROGRESS', '1.2')).toBeUndefined();
  });
});

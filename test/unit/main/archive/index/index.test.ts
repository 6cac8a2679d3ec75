import { scratchArchive } from '../objects.ts';
import { describeCounting } from './bodies/counting.ts';
import { describePatients } from './bodies/patients.ts';
import { describeQuerying } from './bodies/querying.ts';
import { describeReferences } from './bodies/references.ts';
import { describeRows } from './bodies/rows.ts';
import { scratchIndex } from './indexScene.ts';

// The same bodies run against PostgreSQL in test/peers/postgres.test.ts.
describeQuerying(scratchArchive);
describeRows(scratchIndex);
describePatients(scratchArchive);
describeReferences(scratchArchive);
describeCounting(scratchIndex);

import type { Approval } from '../model/structures.ts';
import type { DataSet } from './codec/dataset.ts';
import type { DataSetInput } from './codec/encode.ts';

/** Approval Status, Review Date, Review Time and Reviewer Name (PS3.3 C.8.8.16); undefined where nobody approved or rejected. */
export function readApproval(dataset: DataSet): Approval | undefined {
  const status = dataset.string('ApprovalStatus');
  if (status !== 'APPROVED' && status !== 'REJECTED') return undefined;
  const date = /^(\d{4})(\d\d)(\d\d)$/.exec(dataset.string('ReviewDate'));
  const time = /^(\d\d)(\d\d)(\d\d)?/.exec(dataset.string('ReviewTime'));
  const day = date === null ? '' : date.slice(1, 4).join('-');
  const reviewedAt = day === '' || time === null ? day : `${day}T${time[1]}:${time[2]}:${time[3] ?? '00'}`;
  return { status, reviewer: dataset.string('ReviewerName'), reviewedAt };
}

export function approvalAttributes(approval: Approval | undefined): DataSetInput {
  if (approval === undefined) return { ApprovalStatus: 'UNAPPROVED' };
  const [date = '', time = ''] = approval.reviewedAt.split('T');
  return {
    ApprovalStatus: approval.status,
    ReviewDate: date.replaceAll('-', ''),
    ReviewTime: time.replaceAll(':', ''),
    ReviewerName: approval.reviewer,
  };
}

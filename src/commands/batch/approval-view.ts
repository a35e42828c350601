// Defines the view of a signature: the plan, who signed it, and how many signatures the plan has and needs.
import type { ApprovedPlan } from '../../batch/approval/approve.ts';
import { type Column, type Row, viewOf } from '../../output/view.ts';
import { movedDocument, movedText } from '../../requests/moved-credits.ts';

export function approvalRow(approved: ApprovedPlan): Row<ApprovedPlan> {
  const { plan, batch, rows, credits, sha256, principal, fingerprint, signed, needed } = approved;
  const document = {
    plan,
    batch,
    rows,
    credits: credits.map(({ largest_row, ...sums }) => movedDocument(sums)),
    sha256,
    principal,
    key_fingerprint: fingerprint,
    signed_by: signed,
    needed,
  };
  return { record: approved, document };
}

const column = (name: string, text: (approved: ApprovedPlan) => string): Column<ApprovedPlan> => ({
  name,
  text,
});

export const approvalView = viewOf<ApprovedPlan>({
  columns: [
    column('plan', ({ plan }) => plan),
    column('batch', ({ batch }) => batch),
    column('rows', ({ rows }) => String(rows)),
    column('credits', ({ credits }) => movedText(credits)),
    column('sha256', ({ sha256 }) => sha256),
    column('principal', ({ principal }) => principal ?? ''),
    column('key_fingerprint', ({ fingerprint }) => fingerprint),
    column('signed_by', ({ signed }) => signed.join(', ')),
    column('needed', ({ needed }) => (needed === null ? '' : String(needed))),
  ],
  usual: ['plan', 'batch', 'rows', 'credits', 'principal', 'key_fingerprint', 'signed_by', 'needed'],
  none: 'nothing was signed',
});

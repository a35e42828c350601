// Stores the plans of batches on PostgreSQL in pieces, each by one statement; a plan counts once all pieces are stored.
import { checkedPieces, hasErasedRows, keepPieces, unreadablePlan } from '../plan-bytes.ts';
import { PostgresChain } from './chain-reading.ts';
import { literal, uniqueId } from './values.ts';

export class PostgresPlans extends PostgresChain {
  async savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    if ((await this.#kept(sha256)) === undefined) {
      const upload = await this.#upload(sha256, pieces);
      const kept = await this.#kept(sha256);
      if (kept === undefined) throw unreadablePlan.overtaken(this.connection.name);
      if (kept.text('upload') === upload) return;
    }
    // The server cannot decompress a plan to check its hash: another client may have stored wrong bytes under it.
    for await (const _ of this.plan(sha256));
  }

  /** Answers the id of this upload, which keeps the pieces of two machines with the same plan apart. */
  async #upload(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
    const upload = uniqueId();
    const { id } = this.account;
    const count = await keepPieces(sha256, pieces, (packed, place) => {
      const content = literal(packed.toString('base64'));
      return this.connection.change(
        `select creditctl.save_piece(${id}, ${literal(upload)}, ${place}, ${content})`,
      );
    });
    await this.connection.change(
      `select creditctl.keep_plan(${id}, ${literal(sha256)}, ${literal(upload)}, ${count})`,
    );
    return upload;
  }

  plan(sha256: string, mayLack?: 'erased rows'): AsyncIterable<Uint8Array> {
    return checkedPieces(this.#packed(sha256), { sha256, mayLack }, this.connection.name);
  }

  async *#packed(sha256: string): AsyncIterable<Uint8Array | undefined> {
    for (let [piece, count] = [0, 1]; piece < count; piece += 1) {
      const [row] = await this.connection.rows(
        `select p.pieces, encode(q.content, 'base64') as content from creditctl.plan p
          left join creditctl.plan_piece q on q.account = p.account and q.upload = p.upload and q.piece = ${piece}
          where p.account = ${this.account.id} and p.sha256 = ${literal(sha256)}`,
      );
      if (row === undefined) throw unreadablePlan.missing(this.connection.name);
      count = row.number('pieces');
      yield row.maybeText('content') === null ? undefined : row.bytes('content');
    }
  }

  async plans(): Promise<readonly string[]> {
    const rows = await this.connection.rows(
      `select p.sha256 from creditctl.plan p where p.account = ${this.account.id}`,
    );
    return rows.map((row) => row.text('sha256'));
  }

  async hasPlan(sha256: string): Promise<boolean> {
    const first = (await this.#kept(sha256))?.bytes('content');
    return first !== undefined && !hasErasedRows(first);
  }

  /** The upload id of a plan, and its first piece (empty if missing); `undefined` without the plan. */
  async #kept(sha256: string) {
    const [row] = await this.connection.rows(
      `select p.upload, coalesce(encode(q.content, 'base64'), '') as content from creditctl.plan p
        left join creditctl.plan_piece q on q.account = p.account and q.upload = p.upload and q.piece = 0
        where p.account = ${this.account.id} and p.sha256 = ${literal(sha256)}`,
    );
    return row;
  }
}

// Stores the plans of batches on PostgreSQL in pieces, each by one statement; a plan counts once all pieces are stored.
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { inPieces, isErased, unpacked, unreadablePlan } from '../plan-bytes.ts';
import type { Account } from '../record.ts';
import type { PostgresConnection } from './connection.ts';
import { literal, uniqueId } from './values.ts';

export class PlanPieces {
  readonly #account: number;
  readonly #connection: PostgresConnection;

  constructor({ id }: Account, connection: PostgresConnection) {
    this.#account = id;
    this.#connection = connection;
  }

  async savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    if ((await this.#kept(sha256)) === undefined) {
      const upload = await this.#upload(sha256, pieces);
      const kept = await this.#kept(sha256);
      if (kept === undefined) throw unreadablePlan.overtaken(this.#connection.name);
      if (kept.text('upload') === upload) return;
    }
    // The server cannot decompress a plan to check its hash: another client may have stored wrong bytes under it.
    for await (const _ of this.plan(sha256));
  }

  /** Answers the id of this upload, which keeps the pieces of two machines with the same plan apart. */
  async #upload(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
    const upload = uniqueId();
    const hash = createHash('sha256');
    let count = 0;
    for await (const piece of inPieces(pieces)) {
      hash.update(piece);
      const content = deflateRawSync(piece).toString('base64');
      await this.#connection.change(
        `select creditctl.save_piece(${this.#account}, ${literal(upload)}, ${count}, ${literal(content)})`,
      );
      count += 1;
    }
    if (hash.digest('hex') !== sha256) throw new TypeError('the bytes of the plan have another hash');
    await this.#connection.change(
      `select creditctl.keep_plan(${this.#account}, ${literal(sha256)}, ${literal(upload)}, ${count})`,
    );
    return upload;
  }

  async *plan(sha256: string, mayLack?: 'erased rows'): AsyncIterable<Uint8Array> {
    const hash = createHash('sha256');
    let lacks = false;
    for (let [piece, count] = [0, 1]; piece < count; piece += 1) {
      const [row] = await this.#connection.rows(
        `select p.pieces, encode(q.content, 'base64') as content from creditctl.plan p
          left join creditctl.plan_piece q on q.account = p.account and q.upload = p.upload and q.piece = ${piece}
          where p.account = ${this.#account} and p.sha256 = ${literal(sha256)}`,
      );
      if (row === undefined) throw unreadablePlan.missing(this.#connection.name);
      count = row.number('pieces');
      const bytes = row.maybeText('content') === null ? undefined : unpacked(row.bytes('content'));
      if (bytes === undefined) throw unreadablePlan.changed(this.#connection.name);
      lacks ||= piece === 0 && isErased(bytes);
      hash.update(bytes);
      yield bytes;
    }
    if (hash.digest('hex') === sha256) return;
    if (!lacks) throw unreadablePlan.changed(this.#connection.name);
    if (mayLack === undefined) throw unreadablePlan.erased(this.#connection.name);
  }

  async plans(): Promise<readonly string[]> {
    const rows = await this.#connection.rows(
      `select p.sha256 from creditctl.plan p where p.account = ${this.#account}`,
    );
    return rows.map((row) => row.text('sha256'));
  }

  async hasPlan(sha256: string): Promise<boolean> {
    const first = (await this.#kept(sha256))?.bytes('content');
    return first !== undefined && !isErased(unpacked(first) ?? new Uint8Array());
  }

  /** The upload id of a plan, and its first piece (empty if missing); `undefined` without the plan. */
  async #kept(sha256: string) {
    const [row] = await this.#connection.rows(
      `select p.upload, coalesce(encode(q.content, 'base64'), '') as content from creditctl.plan p
        left join creditctl.plan_piece q on q.account = p.account and q.upload = p.upload and q.piece = 0
        where p.account = ${this.#account} and p.sha256 = ${literal(sha256)}`,
    );
    return row;
  }
}

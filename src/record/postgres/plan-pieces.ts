// Plans of batches in a record on PostgreSQL, kept in pieces, each a statement; a plan is there once its last piece is.
import type { Account } from '../record.ts';
import type { PostgresConnection } from './connection.ts';
import { literal } from './literal.ts';
import { uniqueId } from './unique-id.ts';

export class PlanPieces {
  readonly #account: number;
  readonly #connection: PostgresConnection;

  constructor({ id }: Account, connection: PostgresConnection) {
    this.#account = id;
    this.#connection = connection;
  }

  async savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    if (await this.hasPlan(sha256)) return;
    // Pieces of two machines that keep the same plan at once do not mix.
    const upload = uniqueId();
    let count = 0;
    for await (const piece of pieces) {
      const content = Buffer.from(piece).toString('base64');
      await this.#connection.rows(
        `select creditctl.save_piece(${this.#account}, ${literal(upload)}, ${count}, ${literal(content)})`,
      );
      count += 1;
    }
    await this.#connection.rows(
      `select creditctl.keep_plan(${this.#account}, ${literal(sha256)}, ${literal(upload)}, ${count})`,
    );
  }

  async *plan(sha256: string): AsyncIterable<Uint8Array> {
    for (let piece = 0; ; piece += 1) {
      const [row] = await this.#connection.rows(
        `select encode(q.content, 'base64') as content from creditctl.plan p
          join creditctl.plan_piece q on q.account = p.account and q.upload = p.upload
          where p.account = ${this.#account} and p.sha256 = ${literal(sha256)} and q.piece = ${piece}`,
      );
      if (row === undefined) return;
      yield row.bytes('content');
    }
  }

  async hasPlan(sha256: string): Promise<boolean> {
    const found = `select from creditctl.plan where account = ${this.#account} and sha256 = ${literal(sha256)}`;
    return (await this.#connection.rows(found)).length > 0;
  }
}

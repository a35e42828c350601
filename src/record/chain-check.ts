// Follows a chain line by line and says where it was changed, cut or put out of order. Pure.
import { createHash, type Hash } from 'node:crypto';
import type { ChainHead } from './chain-head.ts';
import { chainStart, type Link, readSeal, type Seal, type Unchained, unchainedBefore } from './chain-line.ts';
import type { FileLine } from './file-lines.ts';

/**
 * `changed`, `removed`, `reordered`, `duplicated` and `added` are faults; so is `head-missing`. `torn` is what a crash
 * left of a line, and `before` are lines of a version that kept no chain: neither is.
 */
export type FindingKind =
  | 'changed'
  | 'removed'
  | 'reordered'
  | 'duplicated'
  | 'added'
  | 'head-missing'
  | 'torn'
  | 'before';

export interface Finding {
  /** The line of the file, counted from 1. */
  readonly line: number;
  readonly kind: FindingKind;
  /** What is wrong, as the end of a sentence that begins with the line. */
  readonly text: string;
  readonly isFault: boolean;
}

export interface Verdict {
  /** How many lines the file has. */
  readonly lines: number;
  /** Where the chain ends: what an auditor may note down. */
  readonly end: Link;
  /** In the order of the file. */
  readonly findings: readonly Finding[];
}

export function checkChain(lines: Iterable<FileLine>, head: ChainHead | undefined): Verdict {
  const check = new ChainCheck();
  for (const line of lines) check.take(line);
  return check.verdict(head);
}

/** Lines without a seal since the last that had one. */
interface Loose {
  readonly first: FileLine;
  readonly hash: Hash;
  bytes: number;
  count: number;
  isWhole: boolean;
}

class ChainCheck {
  readonly #findings: Finding[] = [];
  #lines = 0;
  #end: Link = chainStart;
  /** The other hash that the next line may name, where the last one was changed. */
  #orHash = '';
  #loose: Loose | undefined;

  take(line: FileLine): void {
    this.#lines = line.number;
    const seal = line.isWhole ? readSeal(line.bytes) : undefined;
    if (seal === undefined) this.#takeLoose(line);
    else this.#takeSealed(line, seal);
  }

  verdict(head: ChainHead | undefined): Verdict {
    if (this.#loose !== undefined) this.#judgeLast(this.#loose, head);
    const next = this.#lines + 1;
    if (head === undefined) {
      if (this.#end.line > 0)
        this.#fault(
          next,
          'head-missing',
          'the file beside it that says how far the chain goes is missing or cannot be read',
        );
    } else if (head.line > this.#end.line) {
      const lost = head.flushed > this.#end.line ? '' : ', or lost in a power cut';
      this.#fault(
        next,
        'removed',
        `${linesText(this.#end.line + 1, head.line)} missing at the end: removed${lost}`,
      );
    } else if (
      head.line === this.#end.line &&
      head.line > 0 &&
      ![this.#end.hash, this.#orHash].includes(head.hash)
    ) {
      this.#fault(this.#lines, 'changed', 'its hash is not the one that the file beside it has noted');
    }
    return { lines: this.#lines, end: this.#end, findings: this.#findings };
  }

  #takeLoose(line: FileLine): void {
    this.#loose ??= { first: line, hash: createHash('sha256'), bytes: 0, count: 0, isWhole: true };
    const loose = this.#loose;
    loose.hash.update(line.bytes);
    if (line.isWhole) loose.hash.update('\n');
    loose.bytes += line.bytes.length + (line.isWhole ? 1 : 0);
    loose.count += 1;
    loose.isWhole = line.isWhole;
  }

  #takeSealed(line: FileLine, seal: Seal): void {
    const loose = this.#loose;
    this.#loose = undefined;
    const isTold = this.#judgeLoose(loose, unchainedBefore(line.bytes), line);
    if (seal.stated !== seal.computed) {
      this.#fault(line.number, 'changed', 'its text is not the one that its hash was made of');
      this.#end = { line: this.#end.line + 1, hash: seal.stated };
      this.#orHash = seal.computed;
      return;
    }
    this.#follow(line, seal, isTold);
  }

  /** @param isTold whether what is wrong before this line was said already */
  #follow(line: FileLine, seal: Seal, isTold: boolean): void {
    const { line: last, hash } = this.#end;
    const follows = seal.prev === hash || (this.#orHash !== '' && seal.prev === this.#orHash);
    if (seal.line <= last) {
      const isTwice = seal.line === last && seal.computed === hash;
      if (isTwice) this.#fault(line.number, 'duplicated', `it is line ${seal.line} of the chain once more`);
      else
        this.#fault(
          line.number,
          'reordered',
          `it is line ${seal.line} of the chain, which comes after line ${last}`,
        );
      return;
    }
    if (!isTold && seal.line > last + 1)
      this.#fault(line.number, 'removed', `${linesText(last + 1, seal.line - 1)} missing before it`);
    if (!isTold && seal.line === last + 1 && !follows)
      this.#fault(
        line.number,
        'changed',
        'it does not name the hash of the line before it: that line or this one was replaced',
      );
    this.#end = { line: seal.line, hash: seal.computed };
    this.#orHash = '';
  }

  /** What stands between two lines of the chain is no fault if the second one tells of just these bytes. */
  #judgeLoose(loose: Loose | undefined, told: Unchained | undefined, next: FileLine): boolean {
    if (loose === undefined) {
      if (told === undefined) return false;
      this.#fault(
        next.number,
        'removed',
        `${told.bytes} bytes before it that were no part of the chain are missing`,
      );
      return false;
    }
    const isAsTold = told?.bytes === loose.bytes && told.sha256 === loose.hash.digest('hex');
    if (!isAsTold) {
      this.#fault(
        loose.first.number,
        'changed',
        'it is no whole line of the chain: changed, or added by another hand',
      );
      return true;
    }
    this.#noteLoose(loose);
    return false;
  }

  #noteLoose({ first, count, isWhole }: Loose): void {
    if (this.#end.line === 0 && isWhole && first.bytes.subarray(0, 6).equals(firstVersion))
      this.#note(
        first.number,
        'before',
        `${count === 1 ? 'it was' : `${count} lines from here on were`} written before the chain began`,
      );
    else if (count === 1)
      this.#note(
        first.number,
        'torn',
        'a crash cut this line short; what follows knows of it, and nothing was sent for it',
      );
    else this.#fault(first.number, 'added', `${count} lines from here on are no part of the chain`);
  }

  /** At the end of the file nothing follows that could tell of it. */
  #judgeLast(loose: Loose, head: ChainHead | undefined): void {
    const { first, isWhole, count } = loose;
    const isEarly = this.#end.line === 0 && (head?.line ?? 0) === 0;
    if (isEarly && first.bytes.subarray(0, 6).equals(firstVersion)) {
      this.#note(
        first.number,
        'before',
        `${count === 1 ? 'it was' : `${count} lines from here on were`} written before the chain began`,
      );
      return;
    }
    const isCut = head !== undefined && head.line > this.#end.line;
    if (isCut || isWhole || count > 1)
      this.#fault(
        first.number,
        'changed',
        'it is no whole line of the chain: changed, or added by another hand',
      );
    else this.#note(first.number, 'torn', 'a crash cut this line short, and nothing was sent for it');
  }

  #fault(line: number, kind: FindingKind, text: string): void {
    this.#findings.push({ line, kind, text, isFault: true });
  }

  #note(line: number, kind: FindingKind, text: string): void {
    this.#findings.push({ line, kind, text, isFault: false });
  }
}

const firstVersion = Buffer.from('{"v":1');

const linesText = (first: number, last: number): string =>
  first === last ? `line ${first} of the chain is` : `lines ${first} to ${last} of the chain are`;

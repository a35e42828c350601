// The statement in a real browser: on narrow and wide screens, in light and dark, and on paper.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import { statementPage } from '../../src/pages/statement-page.ts';
import type { Statement } from '../../src/reports/statement.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { block, movements, now, statement, upTo } from './sample.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-pages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let files = 0;
function fileOf(some: Partial<Statement> = {}, locale = 'en-GB'): string {
  files += 1;
  const file = path.join(folder, `${files}.html`);
  writeFileSync(file, statementPage(statement(some), { locale, now, upTo }));
  return pathToFileURL(file).href;
}

/** Many movements, with long texts and amounts. */
const long = (count: number): Partial<Statement> => ({
  customerName: 'Donaudampfschifffahrtsgesellschaft '.repeat(6),
  movements: movements(
    '123456789012.123456',
    Array.from({ length: count }, (_, at) => {
      const day = String(1 + Math.floor((at * 30) / count)).padStart(2, '0');
      return [day, '-1234567.123456', { description: 'Usage of the API in region Frankfurt' }] as const;
    }),
  ),
  blocks: [
    block({ balance: amount('123456789012.123456') }),
    block({ id: 'a'.repeat(40), expiry_date: null }),
  ],
});

const missing = chromiumPath === undefined ? ' (skipped: Chromium is not installed)' : '';

describe.skipIf(chromiumPath === undefined)(`a statement in a browser${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function withPage<Result>(
    options: BrowserContextOptions,
    use: (page: Page) => Promise<Result>,
  ): Promise<Result> {
    const context = await browser.newContext(options);
    try {
      return await use(await context.newPage());
    } finally {
      await context.close();
    }
  }

  /** How far the page is wider than its window. */
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
  /** A long word may be broken anywhere, and still its column must not become one character wide. */
  const tooNarrow =
    "[...document.querySelectorAll('.text, .blocks .day')].filter((cell) => cell.offsetWidth < 75).map((cell) => cell.textContent)";
  /** How far each table is wider than the place it scrolls in. */
  const scrolled =
    "[...document.querySelectorAll('.wide')].map((wide) => wide.scrollWidth - wide.clientWidth)";
  /** Numbers beside the plot that begin left of it, where paper ends. */
  const cutNumbers =
    "[...document.querySelectorAll('.plot text')].filter((each) => each.getBoundingClientRect().left < document.querySelector('main').getBoundingClientRect().left).map((each) => each.textContent)";
  const background = 'getComputedStyle(document.body).backgroundColor';
  const faults = 'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))';

  test.each([
    ['short', {}, 'en-GB'],
    ['long', long(30), 'de-DE'],
    ['right to left', long(30), 'ar-EG'],
  ] as const)('%s: fits narrow and wide screens, and is accessible in light and dark', async (_, some, locale) => {
    await withPage({ bypassCSP: true }, async (page) => {
      await page.goto(fileOf(some, locale));
      await page.evaluate(axe);
      for (const width of [375, 1280])
        for (const [colorScheme, paper] of [
          ['light', 'rgb(255, 255, 255)'],
          ['dark', 'rgb(13, 17, 23)'],
        ] as const) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(overflow)).toBe(0);
          expect(await page.evaluate(tooNarrow)).toEqual([]);
          expect(await page.evaluate(background)).toBe(paper);
          expect(await page.evaluate(faults)).toEqual([]);
        }
    });
  });

  test.each([
    'en-GB',
    'en-US',
    'de-DE',
    'fr-FR',
  ])('%s: on a phone, no amount of an ordinary month is out of view', async (locale) => {
    const ordinary = movements('15000', [
      ['02', '7800.5', { description: 'Contract renewal' }],
      ['30', '-1429.45'],
    ]);
    const days = { effective_date: '2026-09-30T12:00:00Z', expiry_date: '2026-11-30T12:00:00Z' };
    const blocks = [block({ id: 'jm6D4ExBJvu6DjLu', balance: amount('14200.25'), ...days })];
    const page = fileOf(
      { opening: amount('15000'), closing: amount('21371.05'), movements: ordinary, blocks },
      locale,
    );
    await withPage({ viewport: { width: 390, height: 844 }, isMobile: true }, async (phone) => {
      await phone.goto(page);
      expect(await phone.evaluate(scrolled)).toEqual([0, 0]);
    });
  });

  test('it asks for nothing but itself, and the browser has nothing to say of it', async () => {
    await withPage({}, async (page) => {
      const requests: string[] = [];
      const messages: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => messages.push(message.text()));
      const url = fileOf();
      await page.goto(url, { waitUntil: 'networkidle' });
      expect(requests).toEqual([url]);
      expect(messages).toEqual([]);
    });
  });

  test('it looks the same without script', async () => {
    const url = fileOf();
    const shots = [true, false].map((javaScriptEnabled) =>
      withPage({ javaScriptEnabled }, async (page) => {
        await page.goto(url);
        return (await page.screenshot({ fullPage: true })).toString('base64');
      }),
    );
    const [withScript, without] = await Promise.all(shots);
    expect(withScript === without).toBe(true);
  });

  test('an attack in a text is shown as text', async () => {
    const evil = '</title></style><script>document.title = "taken"</script><img src="x" onerror="alert(1)">';
    await withPage({ bypassCSP: true }, async (page) => {
      const url = fileOf({ customerName: evil, currency: evil, blocks: [block({ id: evil })] });
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(url, { waitUntil: 'networkidle' });
      expect(await page.title()).toContain('<script>');
      expect(await page.locator('h1').textContent()).toBe(evil);
      expect(await page.locator('script, img, [onerror]').count()).toBe(0);
      expect(requests).toEqual([url]);
    });
  });

  test.each([
    ['A4', 210],
    ['Letter', 215.9],
  ] as const)('printed on %s, nothing is cut', async (format, millimetres) => {
    // Between the margins, in the pixels of a style sheet.
    const width = Math.floor(((millimetres - 2 * 16) / 25.4) * 96);
    await withPage({ viewport: { width, height: 900 }, colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      await page.goto(fileOf(long(300)));
      expect(await page.evaluate(overflow)).toBe(0);
      expect(await page.evaluate(background)).toBe('rgb(255, 255, 255)');
      const pages = pagesOf(await page.pdf({ format, printBackground: true }));
      expect(pages).toBeGreaterThan(5);
      expect(pages).toBeLessThan(15);
      for (const opening of ['99000', '-99000', '98765432109.5']) {
        await page.goto(fileOf({ opening: amount(opening), movements: movements(opening, [['05', '1']]) }));
        expect(await page.evaluate(cutNumbers)).toEqual([]);
      }
      await page.goto(fileOf());
      expect(pagesOf(await page.pdf({ format, printBackground: true }))).toBe(1);
    });
  });
});

const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

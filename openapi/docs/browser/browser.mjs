// Tests the docs in a real browser, both served by `links-server` and opened from a folder.
//
// The server's tests (server/tests/integration/docs.rs) start the server and run this file with these
// environment variables: CHROMIUM, SERVER (the server's URL), SITE (the folder), API_KEY, LINK_ID. If
// SCREENSHOTS names a folder, screenshots are written to it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

const { CHROMIUM, SERVER, SITE, API_KEY, LINK_ID, SCREENSHOTS } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CONTRACT = JSON.parse(readFileSync(join(SITE, 'openapi.json'), 'utf8'));
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const OPERATIONS = Object.entries(CONTRACT.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method])
    .map((method) => ({ ...item[method], anchor: `/${method.toUpperCase()}${path}` })));
const UPDATE = OPERATIONS.find(({ operationId }) => operationId === 'update_link');

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 375, height: 812 };

const LOCATIONS = { server: `${SERVER}/docs/`, folder: `${pathToFileURL(SITE)}/` };
const PAGES = ['index.html', 'changes.html', 'reference.html'];

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    // --no-sandbox: CI runs as root. The others stop the browser's own requests to its vendor.
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
});

after(() => browser.close());

// Opens a page. Collects console errors, failed requests and requests to other hosts.
async function open(location, name, { viewport = DESKTOP, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport, colorScheme });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('requestfailed', (request) => faults.push(`${request.url()} failed`));
  page.on('request', (request) => {
    const url = request.url();
    const known = url.startsWith(LOCATIONS[location]) || url.startsWith(`${SERVER}/v1/`);
    if (!known && !/^(data|blob):/.test(url)) faults.push(`requested ${url}`);
  });
  const began = performance.now();
  await page.goto(LOCATIONS[location] + name);
  if (name.startsWith('reference.html')) await page.getByRole('heading').first().waitFor();
  const took = Math.round(performance.now() - began);
  return { page, faults, took, close: () => context.close() };
}

// Opens the reference at an operation, because it renders an operation when that comes into view.
async function openOperation({ anchor, summary }, options) {
  const opened = await open('server', `reference.html#tag/links${anchor}`, options);
  const section = opened.page.locator(`section[id$="${anchor}"]`);
  await section.getByRole('heading', { name: summary, exact: true }).waitFor();
  return { ...opened, section };
}

// Opens a page of the server: the reference at an operation, the others at the top.
const openPage = (name, operation, options) =>
  name === 'reference.html' ? openOperation(operation, options) : open('server', name, options);

async function screenshot(page, name) {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

// Returns the violations that axe-core rates as serious or critical. Retries, because an element that is
// fading in or out can have too little contrast.
async function accessibilityFaults(page) {
  for (let left = 5; ; left -= 1) {
    const { violations } = await page.evaluate(`${AXE}; axe.run()`);
    const faults = violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${failureSummary}\n${html}`));
    if (faults.length === 0 || left === 0) return faults;
    await page.waitForTimeout(1000);
  }
}

for (const location of Object.keys(LOCATIONS)) {
  for (const name of PAGES) {
    test(`${location}: ${name} loads without errors or requests to other hosts`, async (t) => {
      const { page, faults, took, close } = await open(location, name);
      await page.waitForLoadState('networkidle');
      assert.deepEqual(faults, []);
      t.diagnostic(`rendered after ${took} ms`);
      await close();
    });
  }
}

// Returns what a reference leads to.
function resolve(value) {
  const steps = value.$ref?.split('/').slice(1) ?? [];
  return steps.length ? steps.reduce((part, step) => part[step], CONTRACT) : value;
}

const textOf = async (locator) => (await locator.innerText()).replace(/\s+/g, ' ');

for (const operation of OPERATIONS) {
  test(`the reference shows "${operation.summary}": inputs, statuses, headers and samples`, async () => {
    const { page, section, close } = await openOperation(operation);
    const body = operation.requestBody?.content['application/json'];
    const expected = [
      ...(operation.parameters ?? []).map((parameter) => resolve(parameter).name),
      ...Object.keys(body ? resolve(body.schema).properties : {}),
      ...Object.keys(operation.responses),
      'Retry-After',
    ];
    // The headers of a response are collapsed. The last response has all of them.
    await section.locator('.property-heading').filter({ hasText: /^Headers$/ }).last().click();
    const shown = await textOf(section);
    for (const text of expected) assert.ok(shown.includes(text), `${text} is not shown: ${shown}`);

    await section.getByRole('button', { name: /^Change code sample language: / }).first().click();
    const cases = Object.values(body?.examples ?? {}).map((example) => `curl: ${example.summary}`);
    for (const name of [/^curl/, /^Rust/, /^command line/, ...cases]) {
      await page.getByRole('option', { name }).first().waitFor();
    }
    await close();
  });
}

test('the reference shows the Rust sample of an update and nullable types', async () => {
  const { page, section, close } = await openOperation(UPDATE);
  await section.getByRole('button', { name: /^Change code sample language: curl: / }).first().click();
  await page.getByRole('option', { name: /^Rust: Pause/ }).click();
  await section.locator('code', { hasText: '.clear_expires_at()' }).first().waitFor();
  assert.match(await textOf(section), /string \| null/);
  await close();
});

// The operations whose description has a table of field states, in the order of the overview.
const TABLES = OPERATIONS.filter(({ requestBody }) => requestBody);
assert.ok(TABLES.includes(UPDATE));

for (const [index, operation] of TABLES.entries()) {
  const fields = Object.keys(resolve(operation.requestBody.content['application/json'].schema).properties);
  for (const name of ['index.html', 'reference.html']) {
    for (const viewport of [DESKTOP, PHONE]) {
      test(`${name}, ${viewport.width} px: the field states of "${operation.summary}" fit`, async () => {
        const { section, page, close } = await openPage(name, operation, { viewport });
        const tables = (section ?? page).locator('table', { hasText: 'absent' });
        const table = tables.nth(section ? 0 : index);
        const rows = await table.locator('tbody tr').allInnerTexts();
        assert.deepEqual(rows.map((row) => row.split(/\s/)[0]).sort(), [...fields].sort());
        assert.ok(rows.some((row) => row.includes('rejected: 400')), rows.join('\n'));
        const hidden = await table.evaluate((element) => {
          const box = element.closest('.table') ?? element;
          return box.scrollWidth - box.clientWidth;
        });
        assert.ok(hidden <= 0, `${hidden} px are hidden`);
        await close();
      });
    }
  }
}

test('the search finds a field', async () => {
  const { page, close } = await open('server', 'reference.html');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('use_limit');
  const found = page.getByRole('option', { name: new RegExp(UPDATE.summary) });
  await found.first().waitFor();
  await screenshot(page, 'search');
  await close();
});

test('"Test Request" updates a link on this server', async () => {
  const { page, faults, section, close } = await openOperation(UPDATE);
  await section.getByRole('button', { name: /Test Request/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(SERVER).first().waitFor();
  await dialog.locator('[contenteditable=true]').nth(1).waitFor();
  const key = dialog.getByLabel(/^Value/).first();
  await key.click();
  await page.keyboard.insertText(API_KEY);
  const body = dialog.locator('.cm-content').last();
  await body.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{"use_limit": 77, "expires_at": null}');
  const responded = page.waitForResponse((response) => response.url().includes('/v1/'));
  await dialog.getByRole('button', { name: /^Send/ }).first().click();
  const response = await responded;
  assert.equal(response.url(), `${SERVER}/v1/links/${LINK_ID}`);
  assert.equal(response.status(), 200, await response.text());
  const { link } = await response.json();
  assert.deepEqual([link.use_limit, link.expires_at], [77, null]);
  await dialog.getByText('200').first().waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
  await screenshot(page, 'test-request');
  await close();
});

for (const name of PAGES) {
  test(`${name} fits a phone`, async () => {
    const { page, close } = await openPage(name, UPDATE, { viewport: PHONE });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= PHONE.width, `${wide} px wide`);
    await close();
  });

  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [DESKTOP, PHONE]) {
      test(`${name}, ${colorScheme}, ${viewport.width} px: axe-core finds nothing serious`, async () => {
        const { page, close } = await openPage(name, UPDATE, { viewport, colorScheme });
        const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const [red] = colour.match(/\d+/g).map(Number);
        assert.equal(red < 128, colorScheme === 'dark', `the page is ${colour}`);
        assert.deepEqual(await accessibilityFaults(page), []);
        await screenshot(page, `${colorScheme}-${viewport.width}-${name}`);
        await close();
      });
    }
  }
}

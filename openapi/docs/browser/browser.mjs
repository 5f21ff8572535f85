// Tests the docs in a real browser, both served by `links-server` and opened from a folder.
//
// The server's tests (server/tests/integration/docs.rs) start the server and run this file with these
// environment variables: CHROMIUM, SERVER (the server's URL), OTHER_ORIGIN (an origin that the server
// allows), SITE (the folder), API_KEY, LINK_ID. If SCREENSHOTS names a folder, screenshots are written to
// it.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

const { CHROMIUM, SERVER, OTHER_ORIGIN, SITE, API_KEY, LINK_ID, SCREENSHOTS } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CONTRACT = JSON.parse(readFileSync(join(SITE, 'openapi.json'), 'utf8'));
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const OPERATIONS = Object.values(CONTRACT.paths).flatMap((item) =>
  METHODS.filter((method) => item[method]).map((method) => item[method]));
const UPDATE = OPERATIONS.find(({ operationId }) => operationId === 'update_link');

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 375, height: 812 };
const SMALL_PHONE = { width: 320, height: 640 };

const LOCATIONS = {
  server: `${SERVER}/docs/`,
  folder: `${pathToFileURL(SITE)}/`,
  other: `${OTHER_ORIGIN}/`,
};
const pageOf = ({ operationId }) => `reference/${operationId}.html`;
const PAGES = readdirSync(SITE, { recursive: true }).filter((name) => name.endsWith('.html')).sort();
// One page of each kind.
const KINDS = ['index.html', 'changes.html', 'guides/errors.html', 'guides/three-states.html', pageOf(UPDATE)];

// Chromium's throttling of Lighthouse's mobile preset: 1.6 Mbit/s, 150 ms, a processor at a quarter of
// its speed.
const THROTTLED = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const SLOWDOWN = 4;
// The budgets of a page. The first paint takes 1.5 s with an idle processor, and tests do not run on one.
const BUDGET = { bytes: 60_000, paint: 3000, shift: 0.02 };

let browser;
let otherHost;

before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    // --no-sandbox: CI runs as root. The others stop the browser's own requests to its vendor.
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
  // Serves the folder at another origin.
  otherHost = createServer((request, response) => {
    const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };
    try {
      const body = readFileSync(join(SITE, new URL(request.url, OTHER_ORIGIN).pathname));
      response.writeHead(200, { 'content-type': types[request.url.split('.').pop()] ?? 'text/plain' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const { hostname, port } = new URL(OTHER_ORIGIN);
  await new Promise((resolve) => { otherHost.listen(Number(port), hostname, resolve); });
});

after(async () => {
  await browser.close();
  otherHost.close();
});

// Opens a page. Collects console errors, which include violations of the content security policy, failed
// requests and requests to other hosts.
async function open(location, name, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', ...options });
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
    if (!known) faults.push(`requested ${url}`);
  });
  await page.goto(LOCATIONS[location] + name);
  return { page, faults, close: () => context.close() };
}

async function screenshot(page, name) {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll('/', '-')}.png`) });
}

// Returns the violations that axe-core rates as serious or critical.
async function accessibilityFaults(page) {
  const { violations } = await page.evaluate(`${AXE}; axe.run()`);
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${failureSummary}\n${html}`));
}

// Returns what a reference leads to.
function resolve(value) {
  const steps = value.$ref?.split('/').slice(1) ?? [];
  return steps.length ? steps.reduce((part, step) => part[step], CONTRACT) : value;
}

for (const location of ['server', 'folder']) {
  test(`${location}: all pages load without errors or requests to other hosts`, async () => {
    const { page, faults, close } = await open(location, 'index.html');
    for (const name of PAGES) {
      // The server sends it with the status 404, and its addresses are those of the server.
      if (name === '404.html') continue;
      await page.goto(LOCATIONS[location] + name, { waitUntil: 'networkidle' });
      await page.locator('h1').waitFor();
      assert.deepEqual(faults, [], name);
    }
    await close();
  });
}

for (const operation of OPERATIONS) {
  test(`without JavaScript, "${operation.summary}" has inputs, statuses, headers and samples`, async () => {
    const { page, faults, close } = await open('server', pageOf(operation), { javaScriptEnabled: false });
    for (const response of await page.locator('.response > summary').all()) await response.click();
    const shown = await page.locator('article').innerText();
    const body = operation.requestBody?.content['application/json'];
    const expected = [
      ...(operation.parameters ?? []).map((parameter) => resolve(parameter).name),
      ...Object.keys(body ? resolve(body.schema).properties : {}),
      ...Object.keys(operation.responses),
      'Retry-After',
    ];
    for (const text of expected) assert.ok(shown.includes(text), `${text} is not shown: ${shown}`);
    const samples = page.locator('aside');
    for (const { summary } of Object.values(body?.examples ?? {})) {
      await samples.locator('label', { hasText: summary }).click();
    }
    await samples.locator('label').first().click();
    await samples.locator('label:visible', { hasText: 'Rust' }).first().click();
    await samples.locator('code:visible', { hasText: 'Client::builder()' }).first().waitFor();
    assert.equal(await page.locator('.scripted:visible').count(), 0, 'nothing is shown that needs a script');
    assert.deepEqual(faults, []);
    await close();
  });
}

test('without JavaScript, the index leads to a field', async () => {
  const { page, close } = await open('server', 'index.html', { javaScriptEnabled: false });
  await page.locator('header').getByRole('link', { name: 'Index' }).click();
  const row = page.locator('tr', { hasText: 'use_limit' });
  await row.getByRole('link', { name: UPDATE.summary }).click();
  assert.match(page.url(), /update_link\.html#body-use_limit$/);
  await page.locator('#body-use_limit').waitFor();
  await close();
});

test('the shown sample, its response and the form belong together', async () => {
  const { page, close } = await open('server', pageOf(UPDATE));
  const examples = UPDATE.requestBody.content['application/json'].examples;
  const responses = UPDATE.responses['200'].content['application/json'].examples;
  for (const [name, { summary, value }] of Object.entries(examples)) {
    await page.locator('.tabs.sample > label', { hasText: summary }).click();
    const panel = page.locator('.tabs.sample > .panels > div:visible');
    const texts = await panel.locator('pre:visible').allInnerTexts();
    assert.deepEqual(JSON.parse(texts[0].split('--data \'')[1].replace(/'\s*$/, '')), value, name);
    assert.deepEqual(JSON.parse(texts[1]), responses[name].value, name);
    await panel.getByRole('button', { name: 'Try it' }).click();
    assert.deepEqual(JSON.parse(await page.locator('#try-body').inputValue()), value, name);
    const command = await page.locator('#try-request').innerText();
    assert.ok(command.includes(`'${SERVER}/v1/links/${LINK_ID}'`), command);
    await page.getByRole('button', { name: 'Close' }).click();
  }
  await close();
});

test('the samples of a server never call production', async () => {
  const { page, close } = await open('server', 'index.html');
  const production = CONTRACT.servers[0].url;
  const code = await page.locator('pre').allInnerTexts();
  assert.ok(code.some((text) => text.includes(`export AGENTHUMAN_BASE_URL=${SERVER}`)), code.join('\n'));
  assert.ok(!code.some((text) => text.includes(production)), code.join('\n'));
  await close();
});

test('a chosen language is kept on all pages', async () => {
  const { page, close } = await open('server', pageOf(UPDATE));
  await page.locator('.tabs.language > label:visible', { hasText: 'Rust' }).click();
  await page.goto(LOCATIONS.server + pageOf(OPERATIONS[0]));
  await page.locator('code:visible', { hasText: 'Client::builder()' }).first().waitFor();
  await close();
});

for (const location of ['server', 'folder']) {
  test(`${location}: the search finds a field and opens its section`, async () => {
    const { page, faults, close } = await open(location, 'guides/errors.html');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('use_limit');
    const found = page.getByRole('option', { name: new RegExp(UPDATE.summary) });
    await found.first().waitFor();
    await screenshot(page, `search-${location}`);
    await found.first().getByRole('link').click();
    await page.locator('#body-use_limit').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
}

test('a hash that is not percent-encoded stops no script', async () => {
  const { page, faults, close } = await open('server', `${pageOf(UPDATE)}#%`);
  await page.keyboard.press('/');
  await page.keyboard.type('use_limit');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Try it' }).first().click();
  await page.locator('#try-key').waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('the keys of a closed search do nothing', async () => {
  const { page, close } = await open('server', 'guides/errors.html');
  await page.keyboard.press('/');
  await page.keyboard.type('use_limit');
  await page.getByRole('option').first().waitFor();
  const search = page.locator('#search');
  assert.equal(await search.getAttribute('aria-activedescendant'), 'result-0');
  await page.locator('h1').click();
  assert.equal(await search.getAttribute('aria-activedescendant'), null);
  await search.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await search.getAttribute('aria-activedescendant'), null);
  assert.match(page.url(), /errors\.html$/);
  await close();
});

test('code has a button that copies it only where there is a clipboard', async () => {
  const { page, close } = await open('server', 'index.html');
  assert.ok(await page.locator('.copy').count() > 0);
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.reload();
  assert.equal(await page.locator('.copy').count(), 0);
  await close();
});

test('the colour scheme can be changed and is kept', async () => {
  const { page, close } = await open('server', 'index.html');
  const brightness = () => page.evaluate(
    () => Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0]));
  assert.ok(await brightness() > 128);
  await page.getByRole('button', { name: 'Change the colour scheme' }).click();
  assert.ok(await brightness() < 128);
  await page.reload();
  assert.ok(await brightness() < 128);
  await close();
});

for (const name of ['guides/three-states.html', pageOf(UPDATE)]) {
  for (const viewport of [DESKTOP, PHONE]) {
    test(`${name}, ${viewport.width} px: the table of field states fits`, async () => {
      const { page, close } = await open('server', name, { viewport });
      const tables = page.locator('.table', { hasText: 'rejected: 400' });
      assert.ok(await tables.count() > 0);
      for (const table of await tables.all()) {
        const hidden = await table.evaluate((element) => element.scrollWidth - element.clientWidth);
        assert.ok(hidden <= 0, `${hidden} px are hidden`);
      }
      await close();
    });
  }
}

// Sends the update in the open form.
async function send(page, key, body) {
  await page.locator('#try-key').fill(key);
  await page.locator('#try-body').fill(body);
  await page.getByRole('button', { name: /^Send/ }).click();
}

test('"Try it" updates a link on this server', async () => {
  const { page, faults, close } = await open('server', pageOf(UPDATE));
  await page.getByRole('button', { name: 'Try it' }).first().click();
  await send(page, API_KEY, '{"use_limit": 77, "expires_at": null}');
  await page.locator('#try-status', { hasText: 'Response 200' }).waitFor();
  const { link } = JSON.parse(await page.locator('#try-content').innerText());
  assert.deepEqual([link.use_limit, link.expires_at], [77, null]);
  assert.match(await page.locator('#try-headers').innerText(), /x-ratelimit-remaining: \d+/);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
  await screenshot(page, 'try-it');
  await close();
});

test('"Try it" without a key says so and sends nothing', async () => {
  const { page, faults, close } = await open('server', pageOf(UPDATE));
  let requests = 0;
  page.on('request', (request) => { requests += Number(request.url().includes('/v1/')); });
  await page.getByRole('button', { name: 'Try it' }).first().click();
  await send(page, ' ', '{}');
  await page.getByText('Enter an API key first: no request was sent.').waitFor();
  assert.equal(requests, 0);
  assert.deepEqual(faults, []);
  await close();
});

test('"Try it" says why a request cannot be sent', async () => {
  const { page, faults, close } = await open('server', pageOf(UPDATE));
  await page.getByRole('button', { name: 'Try it' }).first().click();
  await send(page, 'ключ', '{}');
  await page.locator('#try-status', { hasText: 'No request was sent: ' }).waitFor();
  await page.locator('#try-base').fill('http://localhost:port');
  await send(page, API_KEY, '{}');
  await page.locator('#try-status', { hasText: /No request was sent: .*URL/ }).waitFor();
  assert.deepEqual(faults, []);
  await close();
});

test('"Try it" works from an allowed origin, errors included', async () => {
  const { page, close } = await open('other', pageOf(UPDATE));
  await page.getByRole('button', { name: 'Try it' }).first().click();
  assert.equal(await page.locator('#try-base').inputValue(), CONTRACT.servers[0].url);
  await page.locator('#try-base').fill(SERVER);
  await send(page, API_KEY, '{"use_limit": 77}');
  await page.locator('#try-status', { hasText: 'Response 200' }).waitFor();
  assert.match(await page.locator('#try-headers').innerText(), /x-ratelimit-remaining: \d+/);
  assert.match(await page.locator('#try-headers').innerText(), /x-request-id: /);
  await send(page, 'ah_test_wrong', '{}');
  await page.locator('#try-status', { hasText: 'Response 401' }).waitFor();
  assert.match(await page.locator('#try-content').innerText(), /Invalid API key/);
  await close();
});

test('"Try it" says that the server does not allow the origin', async () => {
  const { page, close } = await open('folder', pageOf(UPDATE));
  await page.getByRole('button', { name: 'Try it' }).first().click();
  await page.getByText('only if the server allows the origin').waitFor();
  await page.locator('#try-base').fill(SERVER);
  await send(page, API_KEY, '{}');
  await page.getByText(/^No response\. .* does not allow requests from the origin/).waitFor();
  await close();
});

test('no page is wider than a small phone', async () => {
  const { page, close } = await open('server', 'index.html', { viewport: SMALL_PHONE });
  for (const name of PAGES) {
    await page.goto(LOCATIONS.server + name);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= SMALL_PHONE.width, `${name} is ${wide} px wide`);
  }
  await close();
});

test('the navigation of a phone opens', async () => {
  const { page, close } = await open('server', 'index.html', { viewport: PHONE });
  const navigation = page.getByRole('navigation', { name: 'Documentation' });
  assert.equal(await navigation.isVisible(), false);
  await page.locator('.menu-button').click();
  await navigation.getByRole('link', { name: UPDATE.summary }).click();
  await page.getByRole('heading', { name: UPDATE.summary, level: 1 }).waitFor();
  await close();
});

for (const name of KINDS) {
  for (const colorScheme of ['light', 'dark']) {
    for (const viewport of [DESKTOP, PHONE]) {
      test(`${name}, ${colorScheme}, ${viewport.width} px: axe-core finds nothing serious`, async () => {
        const { page, close } = await open('server', name, { viewport, colorScheme });
        for (const response of await page.locator('.response > summary').all()) await response.click();
        const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const [red] = colour.match(/\d+/g).map(Number);
        assert.equal(red < 128, colorScheme === 'dark', `the page is ${colour}`);
        assert.deepEqual(await accessibilityFaults(page), []);
        await page.evaluate(() => scrollTo(0, 0));
        await screenshot(page, `${colorScheme}-${viewport.width}-${name}`);
        await close();
      });
    }
  }
}

for (const name of ['index.html', pageOf(UPDATE)]) {
  test(`${name} is fast on a phone's connection`, async (t) => {
    const { page, close } = await open('server', 'names.html', { viewport: PHONE });
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await session.send('Network.emulateNetworkConditions', THROTTLED);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await page.goto(LOCATIONS.server + name, { waitUntil: 'networkidle' });
    const { paint, shift } = await page.evaluate(() => new Promise((resolve) => {
      let shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      const [{ startTime }] = performance.getEntriesByName('first-contentful-paint');
      setTimeout(() => resolve({ paint: Math.round(startTime), shift }), 300);
    }));
    t.diagnostic(`${bytes} bytes, first contentful paint after ${paint} ms, layout shift ${shift}`);
    assert.ok(bytes > 0 && bytes <= BUDGET.bytes, `${bytes} bytes`);
    assert.ok(paint <= BUDGET.paint, `first contentful paint after ${paint} ms`);
    assert.ok(shift < BUDGET.shift, `layout shift ${shift}`);
    await close();
  });
}

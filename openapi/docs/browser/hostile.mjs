// Tests in a real browser that the docs of a hostile contract execute nothing.
//
// openapi/docs/tests/site/hostile.rs writes the docs to a folder, and runs this file with these environment
// variables: CHROMIUM, SITE (the folder).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

const { CHROMIUM, SITE } = process.env;
const FOLDER = `${pathToFileURL(SITE)}/`;

// What the texts of the contract would add to a page.
const INJECTED = 'iframe, [ontoggle], [onerror], [onload], a[href^="javascript:" i]';

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

// An open browser would keep this process from ending.
after(() => browser.close());

for (const name of ['index.html', 'changes.html', 'reference/update_link.html']) {
  test(`${name} executes nothing`, async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const faults = [];
    page.on('dialog', async (dialog) => {
      faults.push(`executed: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(FOLDER) && !/^(data|blob):/.test(request.url())) {
        faults.push(`requested ${request.url()}`);
      }
    });
    await page.goto(FOLDER + name);
    await page.getByRole('heading').first().waitFor();
    await page.getByText('<script>alert(1)</script>').first().waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    const injected = await page.evaluate(
      (selector) => [...document.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML), INJECTED);
    assert.deepEqual(injected, []);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echo } from '#main/services/echo.ts';
import { hasChromium, launchBrowser, openApp, type TestPage } from './harness/browser.ts';
import { startHost, type TestHost } from './harness/host.ts';
import { screenshot } from './harness/pixels.ts';

describe.skipIf(!hasChromium)('this node and security', () => {
  let browser: Browser;
  let host: TestHost;
  let app: TestPage;
  const call = (callingAe: string, identity?: { name: string; passcode: string }) =>
    echo(
      {
        aeTitle: 'ANY',
        host: '127.0.0.1',
        port: host.dicomPort,
        userIdentity: identity && { type: 'username', ...identity },
      },
      { callingAe },
    );

  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    app = await openApp(browser, host);
    await app.page.getByTestId('tab-network').click();
    await app.page.getByTestId('network-security').click();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('refuses a wrong entry at its field, and serves only the allowed from Apply on', async () => {
    const { page } = app;
    await page.getByTestId('own-listening.bind').fill('everywhere');
    await expect.poll(() => page.getByLabel('this node').textContent()).toContain('an IP address');
    expect(await page.getByTestId('apply-own-node').isDisabled()).toBe(true);
    await page.getByTestId('own-listening.bind').fill('127.0.0.1');
    await page.getByTestId('own-allow-list').click();
    await expect.poll(() => page.getByLabel('this node').textContent()).toContain('would refuse everybody');
    await page.getByTestId('allow-add').click();
    await page.getByTestId('allow-list').getByLabel('AE title').fill('PACS');
    await page.getByTestId('allow-list').getByLabel('address').fill('127.0.0.0/8');
    await page.getByTestId('apply-own-node').click();
    await expect
      .poll(() =>
        call('STRANGER').then(
          () => 'served',
          () => 'refused',
        ),
      )
      .toBe('refused');
    expect((await call('PACS')).status).toBe(0);
    await expect
      .poll(() => page.getByTestId('security-events').textContent(), { timeout: 10_000 })
      .toContain('STRANGER');
    await expect
      .poll(() => page.getByTestId('security-events').textContent(), { timeout: 10_000 })
      .toContain('1 × C-ECHO');
  });

  it('adds a user whom associations then have to name', async () => {
    const { page } = app;
    await page.getByTestId('add-user').click();
    await page.getByTestId('user-name').fill('planner');
    await page.getByTestId('user-passcode').fill('correct horse');
    await page.getByTestId('save-user').click();
    await expect.poll(() => page.getByTestId('security-user').textContent()).toContain('planner');
    await page.getByTestId('own-user-mode').selectOption('required');
    await page.getByTestId('apply-own-node').click();
    await expect
      .poll(() =>
        call('PACS').then(
          () => 'served',
          () => 'refused',
        ),
      )
      .toBe('refused');
    expect((await call('PACS', { name: 'planner', passcode: 'correct horse' })).userAccepted).toBe(true);
  });

  it('opens to the network only with a warning, says why TLS cannot start, and starts it with a certificate', async () => {
    const { page } = app;
    await page.getByTestId('own-listening.bind').fill('0.0.0.0');
    await page.getByTestId('own-allow-list').click();
    await page.getByTestId('apply-own-node').click();
    await expect.poll(() => page.getByTestId('security-warnings').textContent()).toContain('Everybody who can reach');
    await page.getByTestId('own-tls').click();
    await page.getByTestId('apply-own-node').click();
    await expect.poll(() => page.getByLabel('this node').textContent()).toContain('TLS needs a key and a certificate');
    await screenshot(page, 'network-security');
    await page.getByTestId('make-certificate').click();
    await page.getByTestId('certificate-confirm').click();
    await expect.poll(() => page.getByTestId('certificate').textContent()).toContain('CN=ISOCENTER self-signed');
    await page.getByTestId('trust-certificate').click();
    const { tls } = JSON.parse(await readFile(join(host.archive, 'settings.json'), 'utf8')) as {
      tls: { certificate: string };
    };
    const own = await readFile(join(host.archive, tls.certificate));
    const file = { name: 'own.pem', mimeType: 'application/x-pem-file', buffer: own };
    await page.getByTestId('pem-certificates').setInputFiles({ ...file, buffer: Buffer.from('nothing') });
    await page.getByTestId('certificate-confirm').click();
    await expect.poll(() => page.getByRole('dialog').textContent()).toContain('holds no certificate');
    await page.getByTestId('pem-certificates').setInputFiles(file);
    await expect.poll(() => page.getByTestId('certificate-confirm').isEnabled()).toBe(true);
    await page.getByTestId('certificate-confirm').click();
    await expect.poll(() => page.getByTestId('certificate').count()).toBe(2);
    await page.getByTestId('own-tls').setChecked(true);
    await page.getByTestId('own-tls.port').fill('0');
    await page.getByTestId('apply-own-node').click();
    await expect.poll(() => page.getByLabel('this node').textContent()).toMatch(/With TLSlistens on port \d+/);
    await page.getByLabel('security log').scrollIntoViewIfNeeded();
    await screenshot(page, 'network-certificates');
    await page.getByTestId('network-nodes').click();
    await expect.poll(() => page.getByTestId('own-danger').textContent()).toContain('Everybody who can reach');
  });

  it('keeps the passcode of a node to itself', async () => {
    const { page } = app;
    await page.getByTestId('add-node').click();
    for (const [field, text] of Object.entries({
      name: 'Ourselves',
      aeTitle: 'ISOCENTER',
      port: String(host.dicomPort),
      user: 'planner',
    }))
      await page.getByTestId(`node-${field}`).fill(text);
    await page.getByTestId('node-passcode').fill('correct horse');
    await screenshot(page, 'network-node-dialog');
    await page.getByTestId('save-node').click();
    await page.getByTestId('echo-Ourselves').click();
    await expect.poll(() => page.getByTestId('echo-result-Ourselves').textContent()).toContain('user confirmed');
    await screenshot(page, 'network-nodes');
    await page.getByTestId('edit-Ourselves').click();
    expect(await page.getByTestId('node-passcode').inputValue()).toBe('');
    expect(await page.getByTestId('node-passcode').getAttribute('placeholder')).toContain('stored');
    expect(await page.content()).not.toContain('correct horse');
  });
});

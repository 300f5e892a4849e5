// What people do in the browser, done in a real one against a running system: node flows.mjs GATEWAY FOLDER CHROMIUM [ONLY]
// ONLY is a regular expression of names. Screenshots of every page go to the folder. What only the system's owner can do is asked of it: a line that begins with @
// on the standard output, answered by a line on the standard input.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [gateway, folder, executablePath, only = ''] = process.argv.slice(2);
const LIMIT = 180_000;
const WIDTHS = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }); // as root it has no sandbox of its own
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const mistakes = [];
let page;

async function owner(what) {
  console.log(`@${what}`);
  const { value, done } = await answers.next();
  assert(!done, `nobody answered to ${what}`);
  return value;
}

async function open(options = {}) {
  const context = await browser.newContext({ viewport: WIDTHS.wide, acceptDownloads: true, ...options });
  context.setDefaultTimeout(LIMIT);
  const opened = await context.newPage();
  opened.on('pageerror', (error) => mistakes.push(`${opened.url()}: ${error.stack}`));
  opened.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      mistakes.push(`${opened.url()}: ${message.text()}`);
    }
  });
  return opened;
}

const at = (hash) => `${gateway}/${hash}`;
const show = (hash) => page.goto(at(hash));
const field = (label) => page.getByLabel(label, { exact: true });
const button = (name) => page.getByRole('button', { name });
const status = (text) => page.locator('.job-line .badge', { hasText: text }).first().waitFor();
const rows = () => page.locator('.rows > li');
const count = async () => Number(await page.locator('.rows > li').first().getAttribute('aria-setsize'));
const idIn = (url) => /#\/jobs\/([0-9a-f-]{36})/.exec(url)?.[1];

async function api(path, body) {
  const answer = await fetch(new URL(path, gateway), {
    ...(body && { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  assert(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

/** Until it holds; without looking too often. */
async function until(what, holds) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const value = await holds();
    if (value) {
      return value;
    }
    assert(Date.now() < end, `${what}: not within ${LIMIT / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function submit(spec, { approval = false } = {}) {
  await show('#/new');
  await field('What should be built?').fill(spec);
  await page.getByLabel('Ask me about the plan first').setChecked(approval);
  await button(/^Submit/).click();
  await page.waitForURL(/#\/jobs\/[0-9a-f]/);
  return idIn(page.url());
}

/** The numbers of all events that the page shows, in its order. */
async function eventsShown() {
  const area = page.getByRole('region', { name: 'Events' });
  const found = new Map();
  const { height, all } = await area.evaluate((each) => ({ height: each.clientHeight, all: each.scrollHeight }));
  for (let top = 0; top <= all; top += height / 2) {
    await area.evaluate((each, to) => each.scrollTo({ top: to }), top);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    for (const [place, seq] of await area.locator('[role=listitem]').evaluateAll((items) =>
      items.map((item) => [Number(item.getAttribute('aria-posinset')), Number(item.querySelector('.event-seq').textContent)]),
    )) {
      found.set(place, seq);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, seq]) => seq);
}

const known = {};
const flows = {
  async 'a wrong request shows at each field what is wrong there, and makes no job'() {
    await show('#/');
    await field('Budget, US dollars').fill('much');
    await field('Budget, US dollars').press('Control+Enter');

    await page.getByText('Must be a number of US dollars').waitFor();
    await page.getByText('Is empty; describe the software').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
    assert.deepEqual((await api('/jobs')).jobs, []);
  },

  async 'a sample is submitted once, however often one clicks, and watched to its end'() {
    await show('#/');
    await button('Bank account').click();
    await button(/^Submit/).dblclick();
    await page.waitForURL(/#\/jobs\/[0-9a-f]/);
    known.bank = idIn(page.url());

    await status('Completed');
    assert.equal((await api('/jobs')).jobs.length, 1);
    assert.equal((await api(`/jobs/${known.bank}`)).rounds.length, 2);
    assert.match(await page.title(), /^Completed: A bank account/);
  },

  async 'files are downloaded, one and all'() {
    const job = await api(`/jobs/${known.bank}`);
    const file = job.artefacts[0];
    await show(`#/jobs/${known.bank}/files/${file.path}`);
    const download = async (link) => {
      const [downloaded] = await Promise.all([page.waitForEvent('download'), link.click()]);
      return { name: downloaded.suggestedFilename(), bytes: await readFile(await downloaded.path()) };
    };

    const one = await download(page.getByRole('link', { name: 'Download', exact: true }));
    const all = await download(page.getByRole('link', { name: 'Download all' }));

    assert.equal(one.bytes.length, file.size);
    assert.equal(one.name, file.path.split('/').at(-1));
    assert.equal(all.bytes.subarray(0, 2).toString(), 'PK');
  },

  async 'a plan is looked at, approved, and built'() {
    known.approved = await submit('An LRU cache with a capacity', { approval: true });
    await status('Waits for you');
    await page.getByRole('navigation', { name: 'Of this job' }).getByRole('link', { name: /^Plan/ }).click();
    await button('Approve').click();

    await status('Completed');
    assert.equal((await api(`/jobs/${known.approved}`)).approval.status, 'approved');
  },

  async 'a job is cancelled'() {
    known.cancelled = await submit('Temperature conversion', { approval: true });
    await status('Waits for you');
    await button('Cancel…').click();
    await button('Cancel the job').click();

    await status('Cancelled');
  },

  async 'the list fills by itself, to any length, and grows as one scrolls'() {
    await show('#/jobs');
    await page.getByText('Live', { exact: true }).waitFor();
    await until('three jobs', async () => (await rows().count()) === 3);
    for (let i = 0; i < 110; i++) {
      await api('/tasks/plan', { spec: `Fibonacci numbers, number ${i} of many` });
    }
    await page.locator('.row-name', { hasText: 'number 109' }).waitFor();
    assert((await rows().count()) < 60, 'only what can be seen is drawn');

    await until('the end of the list', async () => {
      await page.mouse.wheel(0, 4000);
      return (await count()) === 113;
    });
    await until('the oldest job', async () => {
      await page.mouse.wheel(0, 4000);
      return page.locator('.row-name', { hasText: 'A bank account' }).isVisible();
    });
    await until('all plans', async () => (await api('/jobs?status=completed&kind=plan&limit=100')).jobs.length === 100);
    await until('no job under way', async () => (await api('/jobs?status=in_progress')).jobs.length === 0);
  },

  async 'the list is filtered by status, kind and text, and a reload shows the same'() {
    await show('#/jobs');
    await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Completed' }).click();
    await field('Kind').selectOption('pipeline');
    await until('two jobs', async () => (await rows().count()) === 2);
    await page.getByRole('searchbox').fill('lru');
    await until('one job', async () => (await rows().count()) === 1);
    assert.equal(new URL(page.url()).hash, '#/jobs?status=completed&kind=pipeline&q=lru');

    await page.reload();

    await page.locator('.row-name', { hasText: 'An LRU cache' }).waitFor();
    assert.equal(await rows().count(), 1);
    await page.goBack();
    await until('the filter before', async () => (await count()) >= 100);
  },

  async 'everything can be reached by keys'() {
    await show('#/system');
    await page.getByRole('heading', { name: 'System' }).waitFor();
    await until('the list', async () => {
      await page.keyboard.press('g'); // the page may be there a moment before its keys are
      await page.keyboard.press('j');
      return rows().first().isVisible();
    });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await until('the second job', () => page.evaluate(() => document.activeElement.closest('li')?.ariaPosInSet === '2'));
    await page.keyboard.press('End');
    await until('the last job', () => page.evaluate(() => Number(document.activeElement.closest('li')?.ariaPosInSet) >= 100));
    await page.keyboard.press('Home');
    await until('the first job', () => page.evaluate(() => document.activeElement.closest('li')?.ariaPosInSet === '1'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/jobs\/[0-9a-f]/);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  },

  async 'the gateway is killed and started again: the pages go on by themselves, and show no event twice'() {
    const job = await submit('Convert Roman numerals to integers and back', { approval: true });
    await status('Waits for you');
    await page.goto(at(`#/jobs/${job}/events`));
    await page.locator('.event-seq').first().waitFor();
    const list = await page.context().newPage();
    list.setDefaultTimeout(LIMIT);
    await list.goto(at('#/jobs'));
    await list.getByText('Live', { exact: true }).waitFor();

    await owner('kill');
    await page.getByText('The gateway does not answer.').waitFor();
    await page.screenshot({ path: `${folder}/away-light-wide.png` });
    await owner('start');

    await page.getByText('The gateway does not answer.').waitFor({ state: 'detached' });
    await list.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'Of this job' }).getByRole('link', { name: /^Plan/ }).click();
    await button('Approve').click();
    await status('Completed');
    await page.getByRole('navigation', { name: 'Of this job' }).getByRole('link', { name: /^Events/ }).click();
    const { seq } = await api(`/jobs/${job}`);
    const all = Array.from({ length: seq }, (_, i) => i + 1);
    await until('all events', async () => (await page.locator('[aria-setsize]').first().getAttribute('aria-setsize')) === String(seq));
    assert.deepEqual(await eventsShown(), all);
    await list.locator('li', { hasText: 'Convert Roman' }).getByText('Completed').waitFor();

    await page.reload(); // from the beginning again, and just as whole
    await until('all events', async () => (await page.locator('[aria-setsize]').first().getAttribute('aria-setsize')) === String(seq));
    assert.deepEqual(await eventsShown(), all);
    await list.close();
  },

  async 'what runs is shown'() {
    if ((await fetch(new URL('/system', gateway))).status === 404) {
      console.log('  this gateway has no GET /system');
      return;
    }
    await show('#/system');
    for (const stage of ['Planner', 'Builder', 'Tester']) {
      await page.getByRole('article', { name: stage }).getByText('1 worker').waitFor();
    }
    await page.getByText('read to its end').waitFor();
  },

  async 'every page is accessible in both themes, fits a narrow screen, and has its picture taken'() {
    await page.context().close();
    const job = `#/jobs/${known.bank}`;
    const pages = {
      new: '#/',
      retry: `#/new?kind=retry&job=${known.bank}`,
      jobs: '#/jobs',
      'jobs-none': '#/jobs?status=queued&q=nothing',
      job,
      ...Object.fromEntries(['timeline', 'plan', 'files', 'changes', 'tests', 'calls', 'events'].map((tab) => [`job-${tab}`, `${job}/${tab}`])),
      system: '#/system',
      nowhere: '#/nowhere',
    };
    const found = [];
    for (const colorScheme of ['light', 'dark']) {
      for (const [size, viewport] of Object.entries(WIDTHS)) {
        page = await open({ colorScheme, viewport });
        for (const [name, hash] of Object.entries(pages)) {
          await show(hash);
          await page.locator('main').waitFor();
          await until(`${name} is there`, () => page.evaluate(() => document.querySelector('[aria-busy=true]') === null));
          await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${size}.png` });
          found.push(...(await complaints(`${name} ${colorScheme} ${size}`)));
        }
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        await page.screenshot({ path: `${folder}/help-${colorScheme}-${size}.png` });
        found.push(...(await complaints(`help ${colorScheme} ${size}`)));
        await page.context().close();
      }
    }
    assert.deepEqual(found, []);
  },

  async 'a key is asked for once, and the page goes on'() {
    const [guarded, key] = (await owner('keys')).split(' ');
    await page.goto(`${guarded}/#/jobs`);
    await page.getByRole('dialog', { name: 'A key is needed' }).waitFor();
    await page.screenshot({ path: `${folder}/sign-in-light-wide.png` });
    assert.deepEqual(await complaints('sign-in'), []);
    await field('API key').fill('nxs_none_of_ours');
    await button('Go on').click();
    await page.getByRole('dialog').getByRole('alert').waitFor();

    await field('API key').fill(key);
    await button('Go on').click();

    await page.getByText('No job yet').waitFor(); // the jobs that there are belong to another tenant
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    assert(!kept.includes(key.split('_').at(-1)), 'no page keeps the key');
    await button('Sign out').click();
    await page.getByRole('dialog', { name: 'A key is needed' }).waitFor();
  },
};

async function complaints(where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
  return [
    ...(wide > 0 ? [`${where}: ${wide} pixels too wide`] : []),
    ...violations.map((each) => `${where}: ${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.target} (${node.failureSummary})`).join(' | ')}`),
  ];
}

let failed = 0;
for (const [name, flow] of Object.entries(flows).filter(([name]) => new RegExp(only).test(name))) {
  const start = Date.now();
  page = await open();
  try {
    await flow();
    assert.deepEqual(mistakes, []);
    console.log(`ok ${name} (${Date.now() - start} ms)`);
  } catch (failure) {
    failed++;
    console.log(`FAILED ${name}\n${failure.stack}\n${mistakes.splice(0).join('\n')}`);
    await page.screenshot({ path: `${folder}/failed-${failed}.png` }).catch(() => undefined); // it may be gone
  }
  await page.context().close();
}
await browser.close();
process.exit(failed === 0 ? 0 : 1);

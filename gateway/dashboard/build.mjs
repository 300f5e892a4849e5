// What Maven runs: `node build.mjs` makes the pages, `node build.mjs check` types, lint and tests. What is there is not made again.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const here = fileURLToPath(new URL('.', import.meta.url));
const LEAST = [20, 19];

const [what, ...settings] = process.argv.slice(2);
// Maven was told to run no tests, or certain others.
if (settings.some((setting) => setting.endsWith('Tests=true') || setting.endsWith('skip=true') || /^test=[^$]/.test(setting))) {
  process.exit(0);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  fail(`the dashboard needs Node.js ${LEAST.join('.')} or newer, this is ${process.versions.node}: install one, or build without it (-Dnexus.dashboard.skip)`);
}

const installed = join(here, 'node_modules', '.package-lock.json');
const lock = join(here, 'package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  npm('ci', '--no-progress', '--loglevel=error');
}
if (what === 'check') {
  npm('run', '--silent', 'check');
} else if (newest(here) > age(join(here, '../target/classes/dashboard/index.html'))) {
  npm('run', '--silent', 'build', '--', '--logLevel', 'warn');
}

function npm(...args) {
  const { status, error } = spawnSync('npm', args, { cwd: here, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) {
    fail(`npm cannot be run (${error.message}): install the package npm, or build without the dashboard (-Dnexus.dashboard.skip)`);
  }
  if (status !== 0) {
    fail(`npm ${args.join(' ')} failed, see above`);
  }
}

/** When the newest file here was changed, what npm put here aside. */
function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name !== 'node_modules')
      .map((entry) => (entry.isDirectory() ? newest(join(folder, entry.name)) : age(join(folder, entry.name)))),
    0,
  );
}

function age(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function fail(why) {
  console.error(`dashboard: ${why}`);
  process.exit(1);
}

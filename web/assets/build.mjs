// Builds the front end into web/static/build/: styles, scripts, fonts, licences and manifest.json.
// Usage: node web/assets/build.mjs [--watch]   (from anywhere; Node 20 or later)
//
// manifest.json maps a plain name ("app.css") to the file that carries its hash ("app-1A2B3C4D.css"); pages ask
// web/kit.py's asset() and never write a hashed name. Old files are removed, so that the folder holds one build.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import * as sass from 'sass';
import { licences } from './licences.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..', '..');
const out = path.join(root, 'web', 'static', 'build');
const mojAssets = path.join(root, 'node_modules', '@ministryofjustice', 'frontend', 'moj', 'assets');

const ENTRIES = ['src/app.js', 'src/public.js', 'src/diagram.js', 'src/map.js', 'src/visit.js', 'src/sw.js', 'styles/app.scss', 'styles/public.scss', 'styles/diagram.scss', 'styles/map.scss'];

/** Sass for esbuild: what Sass leaves as url(...) is resolved against the icons of MOJ Frontend, then the packages. */
const sassPlugin = {
  name: 'sass',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, (args) => {
      const result = sass.compile(args.path, { loadPaths: [root, path.join(root, 'node_modules')], quietDeps: true });
      const watchFiles = result.loadedUrls.filter((url) => url.protocol === 'file:').map((url) => fileURLToPath(url));
      return { contents: result.css, loader: 'css', resolveDir: mojAssets, watchFiles };
    });
    build.onEnd(async (result) => {
      if (result.errors.length === 0) await finish(result.metafile);
    });
  },
};

/** Writes the manifest and the licences, removes what earlier builds left, and prints sizes. */
async function finish(metafile) {
  const manifest = {};
  const made = new Set(['manifest.json', 'LICENSES.txt']);
  for (const [file, output] of Object.entries(metafile.outputs)) {
    const name = path.relative(out, path.resolve(root, file)).split(path.sep).join('/');
    made.add(name);
    if (output.entryPoint) manifest[path.basename(output.entryPoint).replace(/\.scss$/, '.css')] = name;
    const font = name.match(/^(inter-latin-\d+)-normal-/);
    if (font) manifest[`${font[1]}.woff2`] = name;
  }
  await writeFile(path.join(out, 'LICENSES.txt'), await licences(root, metafile));
  await writeFile(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);
  for (const name of await readdir(out)) {
    if (!made.has(name)) await rm(path.join(out, name), { recursive: true });
  }
  for (const [plain, name] of Object.entries(manifest).sort()) {
    const bytes = await readFile(path.join(out, name));
    console.log(`${plain.padEnd(24)}${kb(bytes.length)}${kb(gzipSync(bytes, { level: 9 }).length)} gzip`);
  }
}

const kb = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

const options = {
  absWorkingDir: root,
  entryPoints: ENTRIES.map((entry) => path.join(here, entry)),
  outdir: out,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  format: 'esm',
  target: ['es2020', 'chrome90', 'firefox90', 'safari15'],
  minify: true,
  metafile: true,
  legalComments: 'none', // collected in LICENSES.txt
  loader: { '.svg': 'dataurl', '.woff2': 'file' },
  external: ['images/*.png'], // Leaflet's own icons: none of our maps shows them
  plugins: [sassPlugin],
  logLevel: 'warning',
};

await mkdir(out, { recursive: true });
if (process.argv.includes('--watch')) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}

// The licence texts that go out with the bundle.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

// Packages that are published without a licence file, and who holds their copyright according to their repositories.
const HOLDERS = {
  'govuk-frontend': '2017 Crown Copyright (Government Digital Service)',
  '@ministryofjustice/frontend': 'Crown Copyright (Ministry of Justice)',
};

const MIT = (holder) => `The MIT License (MIT)

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * One text with the licence of every package whose code, styles or fonts are in the bundle.
 * `metafile` is esbuild's. Throws: Error for a package whose licence text is not known, so that none goes out without.
 */
export async function licences(root, metafile) {
  const names = new Set(Object.keys(HOLDERS)); // these come in through Sass, which the metafile does not see
  for (const input of Object.keys(metafile.inputs)) {
    const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (match) names.add(match[1]);
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = path.join(root, 'node_modules', name);
    const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    if (!file && !(about.license === 'MIT' && HOLDERS[name])) throw new Error(`no licence text for ${name}`);
    const text = file ? await readFile(path.join(folder, file), 'utf8') : MIT(HOLDERS[name]);
    parts.push(`${about.name} ${about.version} (${about.license})\n${'='.repeat(72)}\n${text.trim()}\n`);
  }
  return parts.join('\n\n');
}

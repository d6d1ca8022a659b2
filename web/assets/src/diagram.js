// Draws every .sy-diagram of the page: the BPMN file, and on it where a case (or all cases) stand.
// See the macro `diagram` in templates/kit/diagram.html for what the page hands in.
import Viewer from 'bpmn-js/lib/Viewer';
import { lightUp } from './diagram/state.js';
import { frame } from './diagram/frame.js';
import { navigate } from './diagram/navigate.js';
import { WholeWords } from './diagram/text.js';

/** Fetches one address. Throws: Error when the answer is not a success. */
async function get(url, accept) {
  const answer = await fetch(url, { headers: { Accept: accept }, credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer;
}

async function draw(root) {
  const parts = frame(root);
  parts.loading();
  let viewer = null;
  try {
    const [xml, state] = await Promise.all([
      get(root.dataset.xml, 'application/xml').then((answer) => answer.text()),
      root.dataset.state ? get(root.dataset.state, 'application/json').then((answer) => answer.json()) : {},
      document.fonts.load('13px Inter'), // texts are measured while drawing
    ]);
    parts.show();
    viewer = new Viewer({
      container: parts.canvas,
      bpmnRenderer: { defaultStrokeColor: '#14201f' },
      additionalModules: [WholeWords],
      textRenderer: {
        defaultStyle: { fontFamily: 'Inter, Arial, sans-serif', fontSize: 13, lineHeight: 1.2 },
        externalStyle: { fontFamily: 'Inter, Arial, sans-serif', fontSize: 12, lineHeight: 1.2 },
      },
    });
    await viewer.importXML(xml);
    const lit = lightUp(viewer, state, root.dataset);
    parts.describe(lit);
    navigate(viewer, parts, state);
    root.dataset.ready = 'true';
  } catch (error) {
    console.error('diagram', error);
    viewer?.destroy();
    parts.failed(() => draw(root));
  }
}

function drawAll(scope) {
  const fresh = '.sy-diagram:not([data-started])';
  for (const root of [...(scope.matches?.(fresh) ? [scope] : []), ...scope.querySelectorAll(fresh)]) {
    root.dataset.started = 'true';
    draw(root);
  }
}

drawAll(document);
document.addEventListener('htmx:load', (event) => drawAll(event.detail.elt));

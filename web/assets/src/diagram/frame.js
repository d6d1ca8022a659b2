// The parts around a diagram: buttons, canvas, legend, and what stands there while it loads or when it fails.

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function button(sign, title) {
  const node = make('button', 'sy-diagram__button', sign);
  node.type = 'button';
  node.title = title;
  node.setAttribute('aria-label', title);
  return node;
}

/** Builds the frame inside `root`, before its fallback link; words come from root's data-t-* attributes. */
export function frame(root) {
  const t = root.dataset;
  let box = root.querySelector('.sy-diagram__box');
  if (!box) {
    box = make('div', 'sy-diagram__box');
    root.prepend(box);
  }
  box.replaceChildren();

  const tools = make('div', 'sy-diagram__tools');
  const zoomIn = button('+', t.tIn);
  const zoomOut = button('−', t.tOut);
  const fit = button(t.tFit, t.tFit);
  const here = button(t.tFocus, t.tFocus);
  here.hidden = true;
  tools.append(zoomIn, zoomOut, fit, here);

  const canvas = make('div', 'sy-diagram__canvas');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'group'); // not img: it can be moved with keys, and holds the mark of bpmn.io
  canvas.setAttribute('aria-label', t.label);
  const legend = make('ul', 'sy-diagram__legend');
  const message = make('div', 'sy-diagram__message');

  return {
    root, canvas, zoomIn, zoomOut, fit, here,

    loading() {
      const text = make('p', 'sy-loading', t.tLoading);
      text.setAttribute('role', 'status');
      text.prepend(make('span', 'sy-loading__dot'));
      message.replaceChildren(text);
      box.replaceChildren(message);
    },

    show() {
      box.replaceChildren(tools, canvas, legend);
    },

    failed(again) {
      const text = make('p', 'sy-diagram__error', t.tError);
      text.setAttribute('role', 'alert');
      const retry = make('button', 'govuk-button govuk-button--secondary', t.tRetry);
      retry.type = 'button';
      retry.addEventListener('click', again);
      message.replaceChildren(text, retry);
      box.replaceChildren(message);
    },

    /** Says in words what the picture shows: {active, late, done, flows} as lists of names. */
    describe(lit) {
      const said = [t.label];
      if (lit.active.length) said.push(`${t.tHere}: ${lit.active.join(', ')}`);
      if (lit.late.length) said.push(`${t.tLate}: ${lit.late.join(', ')}`);
      canvas.setAttribute('aria-label', `${said.join('. ')}. ${t.tKeys}`);
      // The label says what is lit, the table of steps the rest; loose words of the drawing would only be noise.
      const drawing = canvas.querySelector('svg');
      drawing.removeAttribute('tabindex');
      for (const part of [drawing, canvas.querySelector('.djs-overlay-container')]) part?.setAttribute('aria-hidden', 'true');
      here.hidden = lit.active.length === 0 && lit.late.length === 0;
      const entries = [
        [lit.active.length, 'active', t.tHere], [lit.late.length, 'late', t.tLate],
        [lit.done.length, 'done', t.tDone], [lit.flows.length, 'path', t.tPath],
      ];
      legend.replaceChildren(...entries.filter(([there]) => there).map(([, kind, text]) => {
        const item = make('li', 'sy-diagram__key');
        item.append(make('span', `sy-diagram__swatch sy-diagram__swatch--${kind}`), text);
        return item;
      }));
    },
  };
}

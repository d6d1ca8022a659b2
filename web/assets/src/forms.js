// Hides the parts of a form whose condition is true: [data-hide-when] carries the condition as JSON (see engine/forms/feel.py).
// The server decides for itself and drops what is hidden; without this script every part stays in view, with words that
// say when to fill it in. A hidden field counts as empty for the conditions of others, as on the server.

/** Starts every form inside `scope`. */
export function start(scope) {
  for (const form of scope.querySelectorAll('[data-form]:not([data-form-live])')) {
    form.dataset.formLive = '';
    const parts = [...form.querySelectorAll('[data-hide-when]')].map((part) => [part, JSON.parse(part.dataset.hideWhen)]);
    for (const words of form.querySelectorAll('[data-when]')) words.hidden = true;
    const refresh = () => show(form, parts);
    form.addEventListener('input', refresh);
    form.addEventListener('change', refresh);
    window.addEventListener('pageshow', refresh); // browsers fill forms in again when one comes back to a page
    refresh();
    for (const input of form.querySelectorAll('[data-geo]')) offerPosition(input);
  }
}

/** Until nothing changes any more: a part that appears or goes may decide on others. */
function show(form, parts) {
  for (let round = 0; round <= parts.length; round += 1) {
    let changed = false;
    for (const [part, tree] of parts) {
      const hide = evaluate(tree, (name) => read(form, name)) === true;
      changed ||= part.hidden !== hide;
      part.hidden = hide;
    }
    if (!changed) return;
  }
}

/** What a condition sees of one field: null when it is hidden, absent or empty. */
export function read(form, name) {
  const part = form.querySelector(`[data-field="${name}"]`);
  if (!part || part.closest('[hidden]')) return null;
  const controls = [...part.querySelectorAll('input, select, textarea')].filter((control) => control.name === name);
  switch (part.dataset.type) {
    case 'checkbox': return controls.some((control) => control.checked);
    case 'checklist': return controls.filter((control) => control.checked).map((control) => control.value);
    case 'radio': return controls.find((control) => control.checked)?.value ?? null;
    case 'number': return number(controls[0]?.value ?? '');
    case 'upload': return controls.filter((control) => control.type !== 'file' && control.checked).map((control) => control.value);
    default: return controls[0]?.value.trim() || null;
  }
}

/** A number as people type it here: dots for thousands, a comma for decimals; null when it is none. */
export function number(text) {
  const typed = text.trim().replace(/^rp\.?\s*/i, '');
  const thousands = /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(typed);
  const plain = (thousands ? typed.replaceAll('.', '') : typed).replace(',', '.');
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** The value of a condition's tree; three truths: true, false, null. */
export function evaluate([kind, left, right], look) {
  if (kind === 'value') return left;
  if (kind === 'name') return look(left);
  const a = evaluate(left, look);
  if (kind === 'not') return opposite(a);
  const b = evaluate(right, look);
  switch (kind) {
    case 'and': return a === false || b === false ? false : a === true && b === true ? true : null;
    case 'or': return a === true || b === true ? true : a === false && b === false ? false : null;
    case 'contains': return Array.isArray(a) ? a.some((item) => equal(item, b) === true) : null;
    case '=': return equal(a, b);
    case '!=': return opposite(equal(a, b));
    default: return ordered(kind, a, b);
  }
}

const opposite = (value) => (typeof value === 'boolean' ? !value : null);

function equal(a, b) {
  if (a === null || b === null) return a === b;
  if (Array.isArray(a) && Array.isArray(b)) return JSON.stringify(a) === JSON.stringify(b);
  return typeof a === typeof b ? a === b : null;
}

function ordered(kind, a, b) {
  if (typeof a !== typeof b || !['number', 'string'].includes(typeof a)) return null;
  if (kind === '<') return a < b;
  if (kind === '<=') return a <= b;
  return kind === '>' ? a > b : a >= b;
}

/** A button that fills in where the device stands; only where the browser can tell. */
function offerPosition(input) {
  if (!navigator.geolocation) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'govuk-button govuk-button--secondary';
  button.textContent = input.dataset.geo;
  button.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      input.value = `${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });
  input.closest('.govuk-form-group').append(button);
}

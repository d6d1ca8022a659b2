// Keys of a list (table[data-keys]): j and k walk through the rows, Enter opens one, c claims it, / goes to the search.
// What they do can be done by mouse too: Enter follows the row's data-href, c submits the form in the row whose action is
// the row's data-claim, or without a chosen row the form [data-claim-next] of the page.

const CHOSEN = 'sy-row--chosen';

const rowsOf = () => [...document.querySelectorAll('table[data-keys] tbody tr[data-href], table[data-keys] tbody tr[data-claim]')];
const chosenRow = () => document.querySelector(`table[data-keys] tr.${CHOSEN}`);

function choose(row) {
  chosenRow()?.classList.remove(CHOSEN);
  row.classList.add(CHOSEN);
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

function walk(step) {
  const rows = rowsOf();
  if (rows.length === 0) return;
  const at = rows.indexOf(chosenRow());
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  choose(rows[next]);
}

function claim() {
  const row = chosenRow();
  const form = row
    ? [...row.querySelectorAll('form')].find((candidate) => candidate.getAttribute('action') === row.dataset.claim)
    : document.querySelector('form[data-claim-next]');
  form?.requestSubmit();
}

/** True where a key is meant for what has the focus: a field, a button, a link, an open menu. */
function isForFocus(event) {
  const target = event.target;
  if (target.isContentEditable || target.closest('input, textarea, select')) return true;
  return event.key === 'Enter' && target.closest('a, button, summary') !== null;
}

/** Listens on the document, so that lists which are swapped in later answer as well. */
export function watchKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isForFocus(event)) return;
    if (!document.querySelector('table[data-keys]')) return;
    if (event.key === 'j') walk(1);
    else if (event.key === 'k') walk(-1);
    else if (event.key === 'c') claim();
    else if (event.key === '/') document.querySelector('[data-search]')?.focus();
    else if (event.key === 'Enter' && chosenRow()?.dataset.href) window.location.assign(chosenRow().dataset.href);
    else return;
    event.preventDefault();
  });
}

// Script of staff pages: what public pages have, partial updates (htmx), sortable tables, and the keys of lists.
import { SortableTable } from '@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs';
import { ButtonMenu } from '@ministryofjustice/frontend/moj/components/button-menu/button-menu.mjs';
import { Tabs } from 'govuk-frontend';
import htmx from 'htmx.org/dist/htmx.esm.js';
import { watchDrafts } from './draft.js';
import { watchKeys } from './list-keys.js';
import { markSupported, startIn, watchConnection } from './start.js';

const MORE = [[SortableTable], [ButtonMenu], [Tabs]];

if (markSupported()) {
  startIn(document, MORE);
  htmx.onLoad((part) => {
    if (part !== document.body) startIn(part, MORE);
  });
}

// Requests made by htmx carry the token that forms carry in a hidden field.
document.addEventListener('htmx:configRequest', (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers['X-CSRFToken'] = token;
});
// A refusal (409 taken, 410 gone, 422 not filled in) is a page that says what happened: show it instead of dropping it.
document.addEventListener('htmx:beforeSwap', (event) => {
  if ([403, 404, 409, 410, 422, 429].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

watchKeys();
watchConnection();
watchDrafts(document);
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());

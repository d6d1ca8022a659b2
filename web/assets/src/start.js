// What public and staff pages share: components of GOV.UK Frontend, forms, and the notice of a lost connection.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink, createAll, isSupported,
} from 'govuk-frontend';
import { start as startForms } from './forms.js';
import { words } from './words.js';

const COMPONENTS = [
  [Button], [Checkboxes], [ErrorSummary], [NotificationBanner], [PasswordInput], [Radios], [ServiceNavigation], [SkipLink],
  [CharacterCount, () => ({ i18n: words('charactersUnderLimit', 'charactersAtLimit', 'charactersOverLimit', 'wordsUnderLimit', 'wordsAtLimit', 'wordsOverLimit') })],
  [FileUpload, () => ({ i18n: words('chooseFilesButton', 'dropInstruction', 'noFileChosen', 'multipleFilesChosen', 'enteredDropZone', 'leftDropZone') })],
];

/**
 * Starts the components inside `scope` and on `scope` itself, for the page at first and for every part swapped in later.
 * `more` holds further [Component, () => config] pairs.
 */
export function startIn(scope, more = []) {
  for (const [Component, config] of [...COMPONENTS, ...more]) {
    if (scope.matches?.(`[data-module="${Component.moduleName}"]`)) new Component(scope, config?.());
    createAll(Component, config?.(), scope);
  }
  startForms(scope.parentElement ?? scope); // a form may be the part itself; those that run already are left alone
}

/** Marks the body as GOV.UK Frontend wants it: done here, since an inline script would be refused by the page's policy. */
export function markSupported() {
  document.body.classList.add('js-enabled');
  if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported');
  return isSupported();
}

/** Shows the bar [data-offline] while the browser says that it has no connection. */
export function watchConnection() {
  const bar = document.querySelector('[data-offline]');
  if (!bar) return;
  const show = () => { bar.hidden = navigator.onLine; };
  window.addEventListener('online', show);
  window.addEventListener('offline', show);
  show();
}

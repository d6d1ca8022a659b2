// Keeps on the server what is typed into a form [data-draft], two seconds after the last change. Without this script the
// button "Simpan konsep" does the same. Words come from the form's data-t-* attributes.
//
// When the session has ended nothing typed is lost: the page says so, offers to sign in in another tab, and once one is
// back it asks for a token of the new session and goes on saving.

const QUIET = 2000; // milliseconds without a change before the draft is sent
const AGAIN = 15000; // milliseconds until a failed one is tried again

export function watchDrafts(scope) {
  for (const form of scope.querySelectorAll('form[data-draft]:not([data-draft-live])')) {
    form.dataset.draftLive = '';
    new Draft(form);
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector('[data-draft-status]');
    this.sent = this.typed();
    this.timer = 0;
    this.expired = false;
    this.leaving = false;
    const changed = () => this.later(QUIET);
    form.addEventListener('input', changed);
    form.addEventListener('change', changed);
    form.addEventListener('submit', (event) => this.submitted(event));
    window.addEventListener('online', () => this.save());
    window.addEventListener('pageshow', () => { this.leaving = false; });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.save(true);
      else if (this.expired) this.comeBack();
    });
  }

  /** What the form holds, without files (they are sent with the form itself) and without this page's own tokens. */
  typed() {
    const pairs = [...new FormData(this.form)].filter(([name, value]) => typeof value === 'string' && !['csrf_token', 'key'].includes(name));
    return new URLSearchParams(pairs).toString();
  }

  later(delay) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), delay);
  }

  async save(keepalive = false) {
    window.clearTimeout(this.timer);
    const typed = this.typed();
    if (this.leaving || this.expired || typed === this.sent) return;
    this.say(this.form.dataset.tSaving);
    const body = new URLSearchParams(typed);
    body.set('csrf_token', this.form.elements.csrf_token.value);
    let answer;
    try {
      answer = await fetch(this.form.dataset.draft, { method: 'POST', body, keepalive, credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'application/json', 'HX-Request': 'true' } });
    } catch {
      this.say(this.form.dataset.tFailed);
      this.later(AGAIN);
      return;
    }
    if (answer.ok) {
      this.sent = typed;
      this.say((await answer.json()).text);
      if (this.typed() !== typed) this.later(QUIET);
    } else if ([400, 401].includes(answer.status) || answer.type === 'opaqueredirect') {
      this.sessionEnded();
    } else if (answer.status >= 500) {
      this.say(this.form.dataset.tFailed);
      this.later(AGAIN);
    } else {
      this.say(this.form.dataset.tRefused, true);
    }
  }

  say(text, alarming = false) {
    if (!this.status) return;
    this.status.classList.toggle('sy-draft__status--alarm', alarming);
    this.status.replaceChildren(text);
  }

  sessionEnded() {
    this.expired = true;
    this.say(this.form.dataset.tExpired, true);
    const link = document.createElement('a');
    link.className = 'govuk-link';
    link.href = this.form.dataset.signIn;
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = this.form.dataset.tSignIn;
    this.status?.append(' ', link);
  }

  /** A form that would run into the sign-in page is held back while the session is known to be over. */
  submitted(event) {
    if (!this.expired) {
      this.leaving = true;
      window.clearTimeout(this.timer);
      return;
    }
    event.preventDefault();
    this.status?.scrollIntoView({ block: 'center' });
  }

  /** Back from another tab: if one is signed in again, every form of the page gets the new session's token. */
  async comeBack() {
    let answer;
    try {
      answer = await fetch(this.form.dataset.draftToken, { credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'application/json', 'HX-Request': 'true' } });
    } catch {
      return;
    }
    if (!answer.ok) return;
    const token = (await answer.json()).csrf_token;
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
    const meta = document.querySelector('meta[name="csrf-token"]');
    if (meta) meta.content = token;
    this.expired = false;
    this.sent = '';
    this.save();
  }
}

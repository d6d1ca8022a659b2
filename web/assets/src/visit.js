// The visits of a day on a phone: what is typed and photographed stays on the phone until the server has it, with or without
// a connection. Words come from the page's data-t-* attributes; without this script the step's own page does the same.
import { all, drop, get, identifier, photosOf, put } from './visit/store.js';
import { forget, sendAll } from './visit/send.js';

const root = document.querySelector('[data-visits]');
const LARGEST = 8_000_000; // bytes; a larger photo is made smaller here, others keep what the camera noted in them
const REFUSED = 10 * 1024 * 1024; // bytes that the server does not take
const AGAIN = 30_000; // milliseconds until sending is tried again without being asked
const LONGEST = 2000; // pixels
const words = root.dataset;
const person = Number(words.person);
const addresses = { kunci: words.token, kirim: words.report, foto: words.photo };
const bar = document.querySelector('[data-queue]');
let sending = false;
let again = false;
let later = 0;

for (const card of root.querySelectorAll('[data-visit]')) start(card);
window.addEventListener('online', () => send());
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') send(); });
bar.querySelector('button').addEventListener('click', () => send());
bar.hidden = true;
registerWorker();
refreshBar().then(send);

function start(card) {
  const visit = Number(card.dataset.visit);
  const form = card.querySelector('form');
  if (!form) { forget(visit); return; }
  form.hidden = false;
  restore(visit, form).then(() => show(visit));
  let timer = 0;
  form.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => keep(visit, form), 300);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    window.clearTimeout(timer);
    const missing = form.querySelector(':invalid');
    if (missing) { missing.closest('details')?.setAttribute('open', ''); missing.focus(); missing.reportValidity(); return; }
    await keep(visit, form, 'menunggu');
    await show(visit);
    await refreshBar();
    send();
  });
  form.querySelector('[data-locate]')?.addEventListener('click', (event) => locate(event.currentTarget, form.elements.titik));
  form.querySelector('[data-photos]').addEventListener('change', (event) => takePhotos(visit, form, event.currentTarget));
}

/** What the form holds, as it is sent. */
function read(form) {
  const rows = [...form.querySelectorAll('[data-item]')].map((row) => ({
    butir: row.dataset.item,
    hasil: row.querySelector('input[type="radio"]:checked')?.value ?? '',
    catatan: row.querySelector('input[type="text"]')?.value ?? '',
  }));
  return { titik: form.elements.titik.value, temuan: form.elements.temuan.value, kesesuaian: form.elements.kesesuaian.value, periksa: rows };
}

async function keep(visit, form, state) {
  const before = await get('hasil', visit);
  if (before?.keadaan === 'terkirim') return;
  await put('hasil', {
    ...read(form), kunjungan: visit, orang: person, kunci: before?.kunci ?? identifier(),
    keadaan: state ?? 'konsep', pesan: '', isian: {}, pada: new Date().toISOString(),
  });
  if (!state) await show(visit);
}

async function restore(visit, form) {
  const kept = await get('hasil', visit);
  if (!kept || kept.orang !== person) return;
  form.elements.titik.value = kept.titik;
  form.elements.temuan.value = kept.temuan;
  for (const radio of form.querySelectorAll('input[name="kesesuaian"]')) radio.checked = radio.value === kept.kesesuaian;
  for (const row of form.querySelectorAll('[data-item]')) {
    const found = kept.periksa.find((item) => item.butir === row.dataset.item);
    if (!found) continue;
    for (const radio of row.querySelectorAll('input[type="radio"]')) radio.checked = radio.value === found.hasil;
    row.querySelector('input[type="text"]').value = found.catatan;
  }
  form.elements.titik.dispatchEvent(new Event('input', { bubbles: false }));
}

/** The state of one visit, in words, on its card. */
async function show(visit) {
  const card = root.querySelector(`[data-visit="${visit}"]`);
  const report = await get('hasil', visit);
  const photos = (await photosOf(visit)).filter((photo) => photo.orang === person);
  const status = card.querySelector('[data-status]');
  const texts = { konsep: words.tDraft, menunggu: words.tWaiting, terkirim: words.tSent, ditolak: words.tRefused, perbaiki: words.tRepair };
  const about = report && report.orang === person ? [texts[report.keadaan], report.pesan, ...Object.values(report.isian ?? {}).flat()] : [];
  const refused = photos.filter((photo) => photo.keadaan === 'ditolak');
  about.push(...refused.map((photo) => `${photo.nama}: ${photo.pesan || words.tLarge}`));
  status.textContent = [...new Set(about.filter(Boolean))].join(' ');
  status.dataset.state = refused.length ? 'ditolak' : report?.keadaan ?? '';
  if (report?.keadaan === 'terkirim') card.querySelector('form').hidden = true;
  showPhotos(card, photos);
}

function showPhotos(card, photos) {
  const list = card.querySelector('[data-photo-list]');
  list.replaceChildren(...photos.map((photo) => {
    const item = document.createElement('li');
    item.append(photo.nama, ' ');
    const state = document.createElement('span');
    state.className = 'sy-note';
    state.textContent = { menunggu: words.tWaiting, terkirim: words.tSent, ditolak: photo.pesan || words.tLarge }[photo.keadaan];
    item.append(state);
    if (photo.keadaan !== 'terkirim') {
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.className = 'sy-quiet';
      remove.textContent = words.tRemove;
      remove.addEventListener('click', async () => { await drop('foto', photo.kunci); await show(photo.kunjungan); await refreshBar(); });
      item.append(' ', remove);
    }
    return item;
  }));
}

async function takePhotos(visit, form, input) {
  const point = form.elements.titik.value || (await position().catch(() => ''));
  for (const file of [...input.files]) {
    const content = file.size > LARGEST ? await smaller(file) : file;
    const refused = content.size > REFUSED;
    await put('foto', {
      kunci: identifier(), kunjungan: visit, orang: person, nama: file.name, isi: refused ? null : content, titik: point,
      saat: new Date(file.lastModified || Date.now()).toISOString(), keterangan: '',
      keadaan: refused ? 'ditolak' : 'menunggu', pesan: refused ? words.tLarge : '',
    });
  }
  input.value = '';
  await show(visit);
  await refreshBar();
  send();
}

/** A photo made small enough to be sent; the file itself where the browser cannot read it (the server then says why). */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => { canvas.toBlob((blob) => resolve(blob ?? file), 'image/jpeg', 0.85); });
  } catch {
    return file;
  }
}

function position() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) { reject(new Error('no position')); return; }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(`${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`), reject,
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}

async function locate(button, field) {
  button.disabled = true;
  try {
    field.value = await position();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  } catch {
    field.setCustomValidity('');
    button.textContent = words.tNoPosition;
  }
  button.disabled = false;
}

async function refreshBar(state = '') {
  const mine = (row) => row.orang === person && row.keadaan === 'menunggu';
  const reports = (await all('hasil')).filter(mine).length;
  const photos = (await all('foto')).filter(mine).length;
  bar.hidden = reports + photos === 0;
  bar.dataset.reports = reports;
  const text = words.tQueue.replace('{hasil}', reports).replace('{foto}', photos);
  bar.querySelector('[data-queue-text]').textContent = [text, state].filter(Boolean).join(' ');
  bar.querySelector('a').hidden = state !== words.tSignIn;
}

/** Sends what waits. Asked for again meanwhile (the connection is back), it goes round once more; without one it tries later. */
async function send() {
  if (sending) { again = true; return; }
  sending = true;
  window.clearTimeout(later);
  try {
    let state;
    do {
      again = false;
      state = await sendAll(addresses, person, async (visit) => { await show(visit).catch(() => {}); });
    } while (again);
    await refreshBar({ later: words.tLater, 'sign-in': words.tSignIn }[state] ?? '');
    if (state === 'later') later = window.setTimeout(send, AGAIN);
  } finally {
    sending = false;
  }
}

/** The page and what it is made of, kept by the service worker for a place without a connection. */
async function registerWorker() {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register(words.worker, { scope: words.scope }).catch(() => null);
  if (!registration) return;
  const ready = await navigator.serviceWorker.ready;
  const needed = [...document.querySelectorAll('link[href], script[src], img[src]')].map((part) => part.href || part.src);
  const loaded = performance.getEntriesByType('resource').map((entry) => entry.name);
  const mine = [...new Set([...needed, ...loaded])].filter((url) => url.startsWith(`${window.location.origin}/static/`));
  ready.active?.postMessage({ simpan: [window.location.href, ...mine] });
  navigator.serviceWorker.addEventListener('message', (event) => { if (event.data?.tersimpan) root.dataset.offlineReady = ''; });
}

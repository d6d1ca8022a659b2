// Sends what waits on the phone: photos first, then the report of their visit. Nothing is deleted before the server has it.
import { all, drop, get, photosOf, put } from './store.js';

const OK = 'ok', LATER = 'later', SIGN_IN = 'sign-in';

/** {ok, later, signIn} or {refused: {text, fields, final}}: what the server said to one request. */
async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, { credentials: 'same-origin', redirect: 'manual', ...options });
  } catch {
    return { kind: LATER };
  }
  if (answer.ok) return { kind: OK, data: await answer.json().catch(() => ({})) };
  if (answer.type === 'opaqueredirect' || [400, 401].includes(answer.status)) return { kind: SIGN_IN };
  if (answer.status >= 500 || answer.status === 429) return { kind: LATER };
  const said = await answer.json().catch(() => ({}));
  return { kind: 'refused', text: said.pesan ?? '', fields: said.isian ?? {}, final: [403, 404, 409, 410].includes(answer.status) };
}

/** Sends everything that waits and belongs to this person. Returns 'ok', 'later' (no connection) or 'sign-in'. */
export async function sendAll(addresses, person, changed) {
  const waiting = (await all('hasil')).filter((report) => report.orang === person && report.keadaan === 'menunggu');
  const photos = (await all('foto')).filter((photo) => photo.orang === person && photo.keadaan === 'menunggu');
  if (waiting.length === 0 && photos.length === 0) return OK;
  const token = await ask(addresses.kunci, { headers: { Accept: 'application/json' } });
  if (token.kind !== OK) return token.kind === 'refused' ? SIGN_IN : token.kind;
  if (token.data.orang !== person) return SIGN_IN;
  const headers = { Accept: 'application/json', 'X-CSRFToken': token.data.csrf_token };
  for (const photo of photos) {
    const state = await sendPhoto(addresses, headers, photo);
    if (state !== OK) return state;
    await changed(photo.kunjungan);
  }
  for (const report of waiting) {
    const state = await sendReport(addresses, headers, report);
    if (state !== OK) return state;
    await changed(report.kunjungan);
  }
  return OK;
}

async function sendPhoto(addresses, headers, photo) {
  const body = new FormData();
  body.set('key', photo.kunci);
  body.set('keterangan', photo.keterangan ?? '');
  body.set('saat', photo.saat);
  body.set('titik', photo.titik ?? '');
  body.set('foto', photo.isi, photo.nama);
  const said = await ask(addresses.foto.replace('/0/', `/${photo.kunjungan}/`), { method: 'POST', headers, body });
  if (said.kind === OK) await put('foto', { ...photo, keadaan: 'terkirim', isi: null });
  else if (said.kind === 'refused') await put('foto', { ...photo, keadaan: 'ditolak', pesan: said.text });
  else return said.kind;
  return OK;
}

async function sendReport(addresses, headers, report) {
  const body = JSON.stringify({ key: report.kunci, titik: report.titik, temuan: report.temuan, kesesuaian: report.kesesuaian, periksa: report.periksa });
  const said = await ask(addresses.kirim.replace('/0/', `/${report.kunjungan}/`), {
    method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body,
  });
  if (said.kind === OK) {
    await put('hasil', { ...report, keadaan: 'terkirim' });
  } else if (said.kind === 'refused') {
    const now = await get('hasil', report.kunjungan); // what was typed meanwhile is kept
    await put('hasil', { ...now, keadaan: said.final ? 'ditolak' : 'perbaiki', pesan: said.text, isian: said.fields });
  } else {
    return said.kind;
  }
  return OK;
}

/** Forget what the server has, once its visit is shown as done. */
export async function forget(visit) {
  const report = await get('hasil', visit);
  const photos = await photosOf(visit);
  if (report?.keadaan === 'terkirim') await drop('hasil', visit);
  for (const photo of photos) if (photo.keadaan === 'terkirim') await drop('foto', photo.kunci);
}

// Service worker of /kunjungan: the page of the day's visits opens without a connection, as it was last seen. Everything else
// goes to the network. Signing out, or another person signing in, empties what is kept.
const KEPT = 'simyandu-kunjungan-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('simyandu-kunjungan-') && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener('message', (event) => {
  if (!Array.isArray(event.data?.simpan)) return;
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    for (const url of event.data.simpan) {
      if (!(await cache.match(url)) || !url.includes('/static/')) await keep(cache, url).catch(() => {});
    }
    event.source?.postMessage({ tersimpan: true });
  })());
});

/** Keeps an answer, unless it is the way to the sign-in page. */
async function keep(cache, url) {
  const answer = await fetch(url, { credentials: 'same-origin' });
  if (answer.ok && !answer.redirected) await cache.put(url, answer.clone());
  return answer;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/static/')) event.respondWith(fromCache(request));
  else if (request.mode === 'navigate' && url.pathname === '/kunjungan') event.respondWith(page(request));
});

async function fromCache(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request.url)) ?? fetch(request);
}

/** The page from the network; without one, the page of that day, else the last one that was kept. */
async function page(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    else if (answer.redirected || answer.type === 'opaqueredirect') await forgetPages(cache);
    return answer;
  } catch (error) {
    const kept = (await cache.match(request.url)) ?? (await lastPage(cache));
    if (kept) return kept;
    throw error;
  }
}

async function lastPage(cache) {
  for (const request of (await cache.keys()).reverse()) if (new URL(request.url).pathname === '/kunjungan') return cache.match(request);
  return undefined;
}

async function forgetPages(cache) {
  for (const request of await cache.keys()) if (new URL(request.url).pathname === '/kunjungan') await cache.delete(request);
}

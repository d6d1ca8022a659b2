// What is kept on the phone: reports and photos that wait to be sent, and what is typed but not finished (IndexedDB).
const NAME = 'simyandu-kunjungan';
const VERSION = 1;

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('hasil', { keyPath: 'kunjungan' }); // one report a visit
      db.createObjectStore('foto', { keyPath: 'kunci' }).createIndex('kunjungan', 'kunjungan');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const put = (store, value) => run(store, 'readwrite', (rows) => rows.put(value));
export const get = (store, key) => run(store, 'readonly', (rows) => rows.get(key));
export const all = (store) => run(store, 'readonly', (rows) => rows.getAll());
export const drop = (store, key) => run(store, 'readwrite', (rows) => rows.delete(key));
export const photosOf = (visit) => run('foto', 'readonly', (rows) => rows.index('kunjungan').getAll(visit));

/** A fresh identifier: what carries it is done once on the server, however often it is sent. */
export function identifier() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

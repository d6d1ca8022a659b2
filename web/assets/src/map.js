// Draws every [data-map] of the page: points, the way between them, and what the office has for a ground: tiles, or a grid.
//   data-map     JSON {points: [{lat, lon, label, title, href, kind}], line: [[lat, lon]], fit: true}
//   data-tiles   address of tiles with {z}/{x}/{y}; empty: a plain grid     data-credit  whom their licence names
//   data-pick    id of a text field: a click on the map writes `lat,lon` into it, and what stands in it is shown
import * as L from 'leaflet';

const KINDS = ['rough', 'start', 'done'];

const Grid = L.GridLayer.extend({
  createTile() {
    const tile = document.createElement('div');
    tile.className = 'sy-gridtile';
    return tile;
  },
});

function pin(point) {
  const kind = KINDS.includes(point.kind) ? ` sy-pin--${point.kind}` : '';
  const mark = document.createElement('span');
  mark.textContent = point.label ?? '';
  const icon = L.divIcon({ className: `sy-pin${kind}`, html: mark, iconSize: [28, 28] });
  const marker = L.marker([point.lat, point.lon], { icon, title: point.title ?? '', alt: point.title ?? '', keyboard: Boolean(point.href) });
  if (point.href) marker.on('click keypress', () => { window.location.assign(point.href); });
  return marker;
}

/** Reads `-6.24,107.0`; null for anything else. */
export function parsePoint(text) {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2])] : null;
}

function draw(box) {
  const { points = [], line = [], center } = JSON.parse(box.dataset.map);
  const map = L.map(box, { attributionControl: Boolean(box.dataset.credit), zoomAnimation: false, fadeAnimation: false, scrollWheelZoom: false });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 19, attribution: box.dataset.credit }).addTo(map);
  else new Grid().addTo(map);
  for (const point of points) pin(point).addTo(map);
  if (line.length > 1) L.polyline(line, { color: '#0b5a55', weight: 3, opacity: 0.7 }).addTo(map);
  const all = points.map((point) => [point.lat, point.lon]);
  if (all.length > 1) map.fitBounds(L.latLngBounds(all), { padding: [30, 30], maxZoom: 16 });
  else map.setView(all[0] ?? center ?? [-6.238, 106.976], all.length ? 15 : 12);
  L.control.scale({ imperial: false }).addTo(map);
  if (box.dataset.pick) pick(map, document.getElementById(box.dataset.pick));
  box.dataset.mapLive = '';
}

/** A click on the map and the text field say the same. */
function pick(map, field) {
  let marker = null;
  const show = () => {
    const point = parsePoint(field.value);
    marker?.remove();
    marker = point ? L.circleMarker(point, { radius: 9, color: '#14201f', fillColor: '#ffdd00', fillOpacity: 0.9 }).addTo(map) : null;
  };
  map.on('click', ({ latlng }) => {
    field.value = `${latlng.lat.toFixed(6)},${latlng.lng.toFixed(6)}`;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  field.addEventListener('input', show);
  show();
}

/** Starts the maps inside `scope` that are in sight; those in a closed <details> start when it opens. */
export function startMaps(scope) {
  for (const box of scope.querySelectorAll('[data-map]:not([data-map-live])')) {
    const fold = box.closest('details:not([open])');
    if (fold) fold.addEventListener('toggle', () => { if (!('mapLive' in box.dataset)) draw(box); }, { once: true });
    else draw(box);
  }
}

startMaps(document);

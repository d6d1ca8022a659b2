// Moving about in a diagram: fit, zoom, drag, pinch, keys; and following an element's link.
// The wheel scrolls the page as everywhere; with Ctrl it zooms.
import { nameLanes } from './lanes.js';

const SMALLEST_WHOLE = 0.62; // the whole diagram is shown at first down to this zoom; below it names cannot be read
const READABLE = 0.78; // what is shown instead: a part, at this zoom
const LARGEST = 3;
const PAPER = 680; // pixels between the margins of an upright A4
const STEP = 1.25;
const PADDING = 12;
const FOOT = 26; // pixels below the drawing, where the mark of bpmn.io stands
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** What is drawn, in the diagram's own measure: {x, y, width, height}. */
function extent(canvas) {
  return canvas.viewbox().inner;
}

export function navigate(viewer, parts, state) {
  const canvas = viewer.get('canvas');
  const box = parts.canvas;
  const targets = [...(state.late ?? []), ...(state.active ?? [])].filter((id) => viewer.get('elementRegistry').get(id));
  let touched = false;

  function place(zoom, centre) {
    const width = box.clientWidth / zoom;
    const height = box.clientHeight / zoom;
    canvas.viewbox({ x: centre.x - width / 2, y: centre.y - height / 2, width, height });
  }

  /** Keeps the part that is looked at inside the drawing: no empty screen when it is larger, centred when smaller. */
  function inside(zoom, centre) {
    const drawn = extent(canvas);
    const keep = (at, start, length, seen) => (length <= seen ? start + length / 2 : clamp(at, start + seen / 2, start + length - seen / 2));
    const pad = PADDING / zoom;
    return {
      x: keep(centre.x, drawn.x - pad, drawn.width + 2 * pad, box.clientWidth / zoom),
      y: keep(centre.y, drawn.y - pad, drawn.height + 2 * pad + FOOT / zoom, box.clientHeight / zoom),
    };
  }

  const middle = () => {
    const seen = canvas.viewbox();
    return { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
  };

  function zoomBy(factor, around) {
    const from = canvas.viewbox().scale;
    const to = clamp(from * factor, 0.15, LARGEST);
    const centre = middle();
    const point = around ? toDiagram(around) : centre;
    place(to, { x: point.x + ((centre.x - point.x) * from) / to, y: point.y + ((centre.y - point.y) * from) / to });
    touched = true;
  }

  function toDiagram(event) {
    const seen = canvas.viewbox();
    const bounds = box.getBoundingClientRect();
    return { x: seen.x + (event.clientX - bounds.left) / seen.scale, y: seen.y + (event.clientY - bounds.top) / seen.scale };
  }

  function moveBy(dx, dy) {
    canvas.scroll({ dx, dy });
    touched = true;
  }

  const fitWidth = () => (box.clientWidth - 2 * PADDING) / extent(canvas).width;

  function fitAll() {
    const drawn = extent(canvas);
    const zoom = Math.min(fitWidth(), (box.clientHeight - 2 * PADDING - FOOT) / drawn.height, 1.2);
    place(zoom, inside(zoom, { x: drawn.x + drawn.width / 2, y: drawn.y + drawn.height / 2 }));
  }

  function goTo(id, zoom) {
    const shape = viewer.get('elementRegistry').get(id);
    place(zoom, inside(zoom, { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 }));
  }

  /** The first view: all of it where its names stay readable, else the lit step (or the start) at a readable size. */
  function begin() {
    const drawn = extent(canvas);
    const whole = fitWidth();
    const zoom = whole < SMALLEST_WHOLE ? READABLE : Math.min(whole, 1.2);
    const room = Math.round(window.innerHeight * 0.75);
    const needed = Math.ceil(drawn.height * zoom) + 2 * PADDING + FOOT;
    box.style.height = `${clamp(needed, 180, Math.max(room, 320))}px`;
    // On a phone one finger moves the diagram sideways and the page up and down, unless the diagram is cut at the bottom.
    box.style.touchAction = needed > box.clientHeight ? 'none' : 'pan-y';
    canvas.resized();
    const start = { x: drawn.x, y: drawn.y };
    if (targets.length) goTo(targets[0], zoom);
    else place(zoom, inside(zoom, start));
  }

  /** All of it in the width of a sheet, with no empty room below. */
  function forPaper() {
    const drawn = extent(canvas);
    const zoom = Math.min(PAPER / drawn.width, 1);
    box.style.height = `${Math.ceil(drawn.height * zoom) + FOOT + 4}px`;
    canvas.resized();
    canvas.viewbox({ x: drawn.x, y: drawn.y, width: box.clientWidth / zoom, height: box.clientHeight / zoom });
  }

  parts.zoomIn.addEventListener('click', () => zoomBy(STEP));
  parts.zoomOut.addEventListener('click', () => zoomBy(1 / STEP));
  parts.fit.addEventListener('click', () => { touched = true; fitAll(); });
  let next = 0;
  parts.here.addEventListener('click', () => {
    touched = true;
    goTo(targets[next % targets.length], Math.max(canvas.viewbox().scale, 0.9));
    next += 1;
  });

  const keys = {
    '+': () => zoomBy(STEP), '=': () => zoomBy(STEP), '-': () => zoomBy(1 / STEP), _: () => zoomBy(1 / STEP),
    0: () => { touched = true; fitAll(); },
    ArrowLeft: () => moveBy(60, 0), ArrowRight: () => moveBy(-60, 0), ArrowUp: () => moveBy(0, 60), ArrowDown: () => moveBy(0, -60),
  };
  box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1, event);
  }, { passive: false });

  nameLanes(viewer, box);
  drag(box, { moveBy, zoomBy, follow: (event) => follow(viewer, event, state.links) });
  watchSize(box, () => { if (!touched) begin(); else canvas.resized(); });
  window.addEventListener('beforeprint', forPaper);
  window.addEventListener('afterprint', begin);
  begin();
}

/** One pointer drags, two pinch; a press that did not move follows the link of what lies under it. */
function drag(box, { moveBy, zoomBy, follow }) {
  const held = new Map();
  let moved = 0;

  const spread = () => {
    const [a, b] = [...held.values()];
    return { size: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
  };
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.target.closest('a')) return;
    if (held.size === 0) moved = 0;
    held.set(event.pointerId, event);
  });
  box.addEventListener('pointermove', (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const was = held.size === 2 ? spread() : null;
    held.set(event.pointerId, event);
    const dx = event.clientX - before.clientX;
    const dy = event.clientY - before.clientY;
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved > 6 && !box.hasPointerCapture(event.pointerId)) box.setPointerCapture(event.pointerId);
    if (was) {
      const now = spread();
      if (was.size > 0) zoomBy(now.size / was.size, now);
    } else if (moved > 6) {
      moveBy(dx, box.style.touchAction === 'pan-y' && event.pointerType === 'touch' ? 0 : dy);
    }
  });
  const release = (event) => {
    if (!held.delete(event.pointerId)) return;
    if (event.type === 'pointerup' && moved <= 6 && held.size === 0) follow(event);
  };
  box.addEventListener('pointerup', release);
  box.addEventListener('pointercancel', release);
}

/** Goes to the address that the page gave for the element under the pointer, or for the nearest one around it. */
function follow(viewer, event, links) {
  const graphics = event.target.closest('[data-element-id]') ?? document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-element-id]');
  const overlay = event.target.closest('[data-container-id]');
  const id = overlay?.dataset.containerId ?? graphics?.dataset.elementId?.replace(/_label$/, '');
  if (id && links && Object.hasOwn(links, id)) window.location.assign(links[id]);
}

function watchSize(box, changed) {
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === width || box.clientWidth === 0) return;
    width = box.clientWidth;
    changed();
  }).observe(box);
}

// Lights up a drawn diagram: where cases are, where they went, who is late, how many wait.
// Every mark is also a word or a sign, so that nothing depends on colour.

function tag(className, text) {
  const node = document.createElement('span');
  node.className = className;
  node.textContent = text;
  return node;
}

function pill(words, count) {
  const node = document.createElement('div');
  node.className = 'sy-pill';
  node.append(tag('sy-pill__count', String(count.waiting ?? 0)), tag('govuk-visually-hidden', ` ${words.tWaiting} `));
  if (count.median) node.append(tag('sy-pill__median', count.median));
  node.title = [`${count.waiting ?? 0} ${words.tWaiting}`, count.median && `${words.tMedian} ${count.median}`].filter(Boolean).join(', ');
  return node;
}

/**
 * Puts markers and overlays on what `state` names; ids that the diagram does not have are left out (they belong to a
 * phase that is drawn elsewhere). Returns the names of what was lit: {active, late, done, flows}.
 */
export function lightUp(viewer, state, words) {
  const registry = viewer.get('elementRegistry');
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const lit = { active: [], late: [], done: [], flows: [] };
  const markers = { active: 'sy-active', late: 'sy-late', done: 'sy-done', flows: 'sy-path' };
  const known = (ids) => (ids ?? []).filter((id) => registry.get(id));

  for (const [kind, marker] of Object.entries(markers)) {
    for (const id of known(state[kind])) {
      canvas.addMarker(id, marker);
      lit[kind].push(registry.get(id).businessObject.name ?? id);
    }
  }
  const late = new Set(known(state.late));
  const active = new Set(known(state.active));
  const scale = { min: 0.9, max: 1.1 };
  const flagged = new Set([...active, ...late]);
  for (const id of known(state.done)) {
    const { width } = registry.get(id);
    if (flagged.has(id) || !(width >= 80)) continue; // gateways and events are too small for a tick
    overlays.add(id, { position: { bottom: 10, left: -8 }, scale, html: tag('sy-tick', '✓') });
  }
  // Numbers and words stand above the step: below it are deadlines (lower right corner) and their labels.
  const counts = state.counts ?? {};
  for (const id of new Set([...flagged, ...known(Object.keys(counts))])) {
    const marks = document.createElement('div');
    marks.className = 'sy-marks';
    if (id in counts) marks.append(pill(words, counts[id]));
    if (flagged.has(id)) {
      const kind = late.has(id) ? 'late' : 'active';
      marks.append(tag(`sy-flag sy-flag--${kind}`, kind === 'late' ? words.tLate : words.tHere));
    }
    overlays.add(id, { position: { top: 0, left: -6 }, scale, html: marks });
  }
  for (const id of known(Object.keys(state.links ?? {}))) canvas.addMarker(id, 'sy-link');
  return lit;
}

// Keeps in sight who does what: when a lane's own name has been moved out at the left, it stands at the edge.

export function nameLanes(viewer, box) {
  const canvas = viewer.get('canvas');
  const lanes = viewer.get('elementRegistry').filter((element) => element.type === 'bpmn:Lane' && element.businessObject.name && !(element.children ?? []).some((child) => child.type === 'bpmn:Lane'));
  const names = lanes.map((lane) => {
    const node = document.createElement('span');
    node.className = 'sy-lane-name';
    const text = document.createElement('span');
    text.textContent = lane.businessObject.name;
    node.append(text);
    node.setAttribute('aria-hidden', 'true');
    box.append(node);
    return node;
  });
  const place = () => {
    const seen = canvas.viewbox();
    lanes.forEach((lane, index) => {
      const top = Math.max((lane.y - seen.y) * seen.scale, 0);
      const bottom = Math.min((lane.y + lane.height - seen.y) * seen.scale, box.clientHeight);
      names[index].hidden = seen.x < lane.x + 15 || bottom - top < 12;
      names[index].style.top = `${top}px`;
      names[index].style.height = `${Math.max(bottom - top, 0)}px`;
    });
  };
  viewer.on('canvas.viewbox.changed', place);
  viewer.on('canvas.resized', place);
  place();
}

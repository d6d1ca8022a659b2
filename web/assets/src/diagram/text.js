// Labels are often given a box that was measured in another font; a word that does not fit is then broken in two.
// Here the box grows to its longest word, about its middle, so that "ya" stays "ya".
import TextRenderer from 'bpmn-js/lib/draw/TextRenderer';

const pen = document.createElement('canvas').getContext('2d');

function longestWord(text, style) {
  pen.font = `${style.fontWeight ?? 'normal'} ${style.fontSize}px ${style.fontFamily}`;
  return Math.max(...text.split(/\s+/).map((word) => pen.measureText(word).width));
}

function WholeWordsRenderer(config) {
  TextRenderer.call(this, config);
  const create = this.createText;
  this.createText = (text, options) => {
    const box = options.box;
    const style = { ...this.getDefaultStyle(), ...options.style };
    const needed = text && box ? Math.ceil(longestWord(text, style)) + 2 + 2 * (options.padding ?? 0) : 0;
    if (!box || needed <= box.width) return create.call(this, text, options);
    const drawn = create.call(this, text, { ...options, box: { ...box, width: needed } });
    for (const line of drawn.querySelectorAll('tspan')) line.setAttribute('x', Number(line.getAttribute('x')) - (needed - box.width) / 2);
    return drawn;
  };
}
WholeWordsRenderer.$inject = ['config.textRenderer'];

/** Module for a bpmn-js viewer. */
export const WholeWords = { textRenderer: ['type', WholeWordsRenderer] };

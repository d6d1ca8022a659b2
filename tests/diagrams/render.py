"""Draws BPMN files as PNG, with bpmn-js in headless Chromium, so that people can look at them.

python -m tests.diagrams.render processes/SIUP/sop.bpmn out.png [another.bpmn another.png ...] [--scale 1.0]
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_ROOT = Path(__file__).resolve().parents[2]
_VIEWER = _ROOT / "node_modules/bpmn-js/dist"
_CHROMIUM = "/usr/bin/chromium"
_STYLE = "html,body{margin:0}#c{width:800px;height:600px}"
_PAGE = f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><div id=c></div>"
_DRAW = """async xml => {
  window.viewer = new BpmnJS({container: '#c'});
  const {warnings} = await viewer.importXML(xml);
  const box = viewer.get('canvas').viewbox().inner;
  const c = document.getElementById('c');
  c.style.width = Math.ceil(box.width + 40) + 'px'; c.style.height = Math.ceil(box.height + 80) + 'px';
  viewer.get('canvas').resized();
  viewer.get('canvas').viewbox({x: box.x - 20, y: box.y - 20, width: box.width + 40, height: box.height + 80});
  return {width: Math.ceil(box.width + 40), height: Math.ceil(box.height + 80), warnings: warnings.map(w => w.message)};
}"""


def render(browser: Browser, source: Path, target: Path, scale: float = 1.0) -> list[str]:
    """Writes a picture of the diagram `source` to `target`; returns what bpmn-js warned about."""
    page = browser.new_page(device_scale_factor=scale)
    try:
        page.set_content(_PAGE)
        for style in ("diagram-js.css", "bpmn-font/css/bpmn-embedded.css", "bpmn-js.css"):
            page.add_style_tag(path=_VIEWER / "assets" / style)
        page.add_script_tag(path=_VIEWER / "bpmn-viewer.production.min.js")
        drawn = page.evaluate(_DRAW, source.read_text(encoding="utf-8"))
        page.set_viewport_size({"width": drawn["width"], "height": drawn["height"]})
        page.locator("#c").screenshot(path=target)
        warnings: list[str] = drawn["warnings"]
        return warnings
    finally:
        page.close()


def main(arguments: list[str]) -> int:
    """Renders pairs of files; 2 on wrong use."""
    scale = 1.0
    if "--scale" in arguments:
        at = arguments.index("--scale")
        scale = float(arguments[at + 1])
        arguments = arguments[:at] + arguments[at + 2 :]
    if not arguments or len(arguments) % 2:
        sys.stderr.write(__doc__ or "")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for source, target in zip(arguments[::2], arguments[1::2], strict=True):
            for warning in render(browser, Path(source), Path(target), scale):
                sys.stderr.write(f"{source}: {warning}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

// What the scripts of the explorers share.
const fixed = (value, digits) => { const text = value.toFixed(digits); return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '\u2212'); };
const set = (element, values) => { for (const name in values) element.setAttribute(name, values[name]); };
// Gives the arrow keys to an element of the figure instead of the page: how far to the right and how far down.
const onArrows = (element, move) => {
  element.setAttribute('tabindex', '0');
  element.addEventListener('keydown', event => {
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    move(...step, event);
  });
};
// Gives an element the pointer from where it is pressed to where it is let go: the shares of the element's width and height that it has passed.
const onDrag = (element, move) => {
  const look = (event, begins) => {
    const box = element.getBoundingClientRect();
    move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, begins);
  };
  element.addEventListener('pointerdown', event => { element.setPointerCapture(event.pointerId); look(event, true); });
  element.addEventListener('pointermove', event => { if (element.hasPointerCapture(event.pointerId)) look(event, false); });
};

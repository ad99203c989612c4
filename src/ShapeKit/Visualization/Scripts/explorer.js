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
// Where the pointer is: the shares of the element's width and height that it has passed.
const shares = (event, element) => {
  const box = element.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
};
// Follows the pointer over an element. A finger that taps moves nothing.
const onPoint = (element, look) => {
  for (const type of ['pointerdown', 'pointermove']) element.addEventListener(type, event => look(...shares(event, element)));
};
// Follows the pointer from where it is pressed on an element to where it is let go.
const onDrag = (element, move) => {
  element.addEventListener('pointerdown', event => {
    element.setPointerCapture(event.pointerId);
    move(...shares(event, element), true);
  });
  element.addEventListener('pointermove', event => { if (element.hasPointerCapture(event.pointerId)) move(...shares(event, element), false); });
};
// Draws a table of numbers into an img element, a pixel a number, with the colours of a scale from low to high; null is grey.
const paint = (picture, values, stops, low, high) => {
  const canvas = document.createElement('canvas'), last = stops.length - 1;
  Object.assign(canvas, { width: values[0].length, height: values.length });
  const context = canvas.getContext('2d'), pixels = context.createImageData(canvas.width, canvas.height);
  values.flat().forEach((value, i) => {
    const position = Math.max(0, Math.min(1, (value - low) / (high - low))) * last, first = Math.min(Math.floor(position), last - 1);
    for (let k = 0; k < 3; k++) {
      const from = stops[first][k], to = stops[first + 1][k];
      pixels.data[4 * i + k] = value === null ? 128 : Math.round(from + (to - from) * (position - first));
    }
    pixels.data[4 * i + 3] = 255;
  });
  context.putImageData(pixels, 0, 0);
  picture.src = canvas.toDataURL();
};
// The bytes that a text in base64 stands for.
const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0)).buffer;
// As the library's Pooling.Max.
const pool = map => Array.from({ length: map.length >> 1 }, (_, i) => Array.from({ length: map[0].length >> 1 }, (_, j) =>
  Math.max(map[2 * i][2 * j], map[2 * i][2 * j + 1], map[2 * i + 1][2 * j], map[2 * i + 1][2 * j + 1])));
// As the library's Convolution.Apply, in float32 like it.
const convolve = (image, kernel, stride = 1, padding = 0) => {
  const count = (length, window) => Math.floor((length + 2 * padding - window) / stride) + 1;
  const sum = (i, j) => {
    let sum = 0;
    kernel.forEach((row, m) => row.forEach((weight, n) => {
      const pixel = image[i * stride + m - padding]?.[j * stride + n - padding] ?? 0;
      sum = Math.fround(sum + Math.fround(Math.fround(pixel) * Math.fround(weight)));
    }));
    return sum;
  };
  const rows = count(image.length, kernel.length), columns = count(image[0].length, kernel[0].length);
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => sum(i, j)));
};

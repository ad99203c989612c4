// Lets the reader change the kernel's numbers and draw in the image, and computes the feature map anew each time.
for (const root of document.querySelectorAll('.shapekit-kernel')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { images, greys, stops } = JSON.parse(root.querySelector('script').textContent);
  const find = name => root.querySelector('.' + name), say = (name, text) => { find(name).textContent = text; };
  const show = value => fixed(value, 2).replace(/\.?0+$/, '');
  const paper = find('paper'), numbers = [...root.querySelectorAll('.numbers input')], choices = [...root.querySelectorAll('.choice button')];
  let image = images[0].map(row => [...row]), map, pen, last, cursor = [0, 0];
  const size = values => values.length + ' \u00d7 ' + values[0].length;
  const draw = () => {
    const weights = numbers.map(input => input.value && input.checkValidity() ? Number(input.value) : 0);
    const kernel = [0, 3, 6].map(from => weights.slice(from, from + 3)), [stride, padding] = ['stride', 'padding'].map(name => Number(find(name).value));
    map = convolve(image, kernel, stride, padding);
    const values = map.flat(), reach = Math.max(...values.map(Math.abs)) || 1;
    paint(find('image'), image, greys, 0, 1);
    paint(find('map'), map, stops, -reach, reach);
    for (const name of ['stride', 'padding']) find(name).parentNode.querySelector('output').textContent = find(name).value;
    say('image-size', size(image));
    say('map-size', size(map));
    const sizes = [...new Set([image.length, image[0].length])].map(n => '(' + n + ' + 2 \u00b7 ' + padding + ' \u2212 3) / ' + stride + ' + 1 = ' + (Math.floor((n + 2 * padding - 3) / stride) + 1));
    say('formula', sizes.join(', ') + (stride > 1 ? ' (the division rounded down)' : ''));
    say('words', 'The feature map has ' + size(map) + ' numbers, from ' + show(Math.min(...values)) + ' to ' + show(Math.max(...values)) + '.' + (numbers.every(input => input.checkValidity()) ? '' : ' A number from \u2212100 to 100 belongs in each cell of the kernel; until then 0 counts.'));
  };
  const cell = (values, x, y) => [[y, values.length], [x, values[0].length]].map(([share, count]) => Math.max(0, Math.min(count - 1, Math.floor(share * count))));
  // A fast finger leaves gaps, which are filled.
  onDrag(paper, (x, y, begins) => {
    const [row, column] = cell(image, x, y), from = begins ? [row, column] : last, steps = Math.max(Math.abs(row - from[0]), Math.abs(column - from[1]));
    if (begins) pen = image[row][column] < 0.5 ? 1 : 0;
    for (let i = 0; i <= steps; i++) {
      const share = steps ? i / steps : 0;
      image[Math.round(from[0] + (row - from[0]) * share)][Math.round(from[1] + (column - from[1]) * share)] = pen;
    }
    last = [row, column];
    draw();
  });
  const point = () => Object.assign(find('cursor').style, { top: 100 * cursor[0] / image.length + '%', left: 100 * cursor[1] / image[0].length + '%', height: 100 / image.length + '%', width: 100 / image[0].length + '%' });
  onArrows(paper, (right, down) => {
    cursor = [Math.max(0, Math.min(image.length - 1, cursor[0] + down)), Math.max(0, Math.min(image[0].length - 1, cursor[1] + right))];
    point();
  });
  paper.addEventListener('keydown', event => {
    if (event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    const [row, column] = cursor;
    image[row][column] = image[row][column] < 0.5 ? 1 : 0;
    draw();
  });
  onPoint(find('map'), (x, y) => {
    const [row, column] = cell(map, x, y);
    say('words', 'The feature map holds ' + show(map[row][column]) + ' at row ' + row + ', column ' + column + '.');
  });
  // The last choice is an empty image.
  choices.forEach((choice, i) => choice.addEventListener('click', () => {
    image = i < images.length ? images[i].map(row => [...row]) : image.map(row => row.map(() => 0));
    cursor = [0, 0];
    point();
    choices.forEach((other, k) => other.setAttribute('aria-pressed', k === i));
    draw();
  }));
  for (const input of numbers) {
    input.disabled = false;
    input.addEventListener('input', draw);
    input.addEventListener('keydown', event => event.stopPropagation());
  }
  for (const name of ['stride', 'padding']) find(name).addEventListener('input', draw);
  for (const hidden of root.querySelectorAll('[hidden]')) hidden.hidden = false;
  point();
}

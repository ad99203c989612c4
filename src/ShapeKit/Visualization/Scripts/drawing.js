// Lets the reader draw, and sends the drawing through the network at every stroke.
for (const root of document.querySelectorAll('.shapekit-drawing')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { examples, classes, weights, edge, outline, across, greys, stops } = JSON.parse(root.querySelector('script').textContent);
  const find = name => root.querySelector('.' + name), paper = find('paper'), choices = [...root.querySelectorAll('.choice button')];
  const size = examples[0].length, empty = examples.length;
  // A number of 16 bits: a sign, five bits of the exponent, ten of the fraction.
  const number = half => {
    const exponent = half >> 10 & 31, fraction = half & 1023;
    return (half & 0x8000 ? -1 : 1) * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
  };
  const numbers = Float32Array.from(new Uint16Array(bytes(weights)), number);
  let read = 0;
  const [first, second, third, last] = [[9, 32], [32 * 9, 64], [64 * 25, 64], [64, 1]].map(([inputs, neurons]) =>
    [numbers.subarray(read, read += inputs * neurons), numbers.subarray(read, read += neurons)]);
  // A neuron of a convolution weighs 3 x 3 numbers of each map before it; ReLU drops what is negative.
  const convolution = (maps, [weight, bias]) => Array.from(bias, (constant, neuron) => {
    const length = maps[0].length - 2;
    return Array.from({ length }, (_, i) => Array.from({ length }, (_, j) => {
      let sum = constant, next = 9 * maps.length * neuron;
      for (const map of maps) for (let m = 0; m < 3; m++) for (let n = 0; n < 3; n++) sum += weight[next++] * map[i + m][j + n];
      return Math.max(0, sum);
    }));
  });
  // A neuron of a dense layer weighs all numbers before it.
  const dense = (row, [weight, bias]) => Array.from(bias, (constant, neuron) =>
    row.reduce((sum, value, i) => sum + weight[row.length * neuron + i] * value, constant));
  // Maps beside one another in one table, each with its own scale, and a line between them.
  const sheet = (maps, across) => {
    const cell = maps[0].length + 1, reaches = maps.map(map => Math.max(...map.flat()) || 1);
    return Array.from({ length: cell * maps.length / across + 1 }, (_, i) => Array.from({ length: cell * across + 1 }, (_, j) => {
      const map = Math.floor(i / cell) * across + Math.floor(j / cell);
      return i % cell && j % cell ? maps[map][i % cell - 1][j % cell - 1] / reaches[map] : null;
    }));
  };
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  let chosen = 0, strokes = [], cursor = [size / 2, size / 2], isDown = false;
  const drawn = () => {
    const isFilled = find('filled').checked;
    Object.assign(pen, { fillStyle: '#fff', lineJoin: 'round', lineCap: 'round', lineWidth: isFilled ? edge : outline });
    pen.fillRect(0, 0, size, size);
    pen.fillStyle = '#000';
    for (const stroke of strokes) {
      pen.beginPath();
      for (const point of stroke) pen.lineTo(...point);
      if (isFilled) {
        pen.closePath();
        pen.fill();
      }
      pen.stroke();
    }
    const { data } = pen.getImageData(0, 0, size, size);
    return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => data[4 * (size * i + j)] / 255));
  };
  const draw = () => {
    let image = chosen < empty ? examples[chosen] : drawn();
    if (find('bright').checked) image = image.map(row => row.map(value => 1 - value));
    const seen = convolution([image], first), again = convolution(seen.map(pool), second);
    const opinions = dense(again.map(pool).flat(2), third).map(sum => Math.max(0, sum));
    const probability = 1 / (1 + Math.exp(-dense(opinions, last)[0])), given = [1 - probability, probability], answer = probability < 0.5 ? 0 : 1;
    paint(find('image'), image, greys, 0, 1);
    ['first', 'second'].forEach((name, i) => paint(find(name), sheet([seen, again][i], across[i]), stops, -1, 1));
    root.querySelectorAll('.bar i').forEach((bar, i) => { bar.style.width = 100 * given[i] + '%'; });
    root.querySelectorAll('.share').forEach((share, i) => { share.textContent = fixed(given[i], 2); });
    find('words').textContent = 'The network says ' + classes[answer] + ', with probability ' + fixed(given[answer], 2) + '.';
    choices.forEach((choice, i) => choice.setAttribute('aria-pressed', i === chosen && !strokes.length));
    Object.assign(find('cursor').style, { left: 100 * cursor[0] / size + '%', top: 100 * cursor[1] / size + '%' });
  };
  const choose = i => { [chosen, strokes, isDown] = [i, [], false]; };
  // A line over an example begins an empty sheet.
  const begin = point => {
    if (chosen < empty) choose(empty);
    strokes.push([point]);
  };
  onDrag(paper, (x, y, begins) => {
    const point = [x * size, y * size];
    isDown = false;
    if (begins) begin(point);
    else strokes.at(-1)?.push(point);
    draw();
  });
  onArrows(paper, (right, down) => {
    cursor = [cursor[0] + right, cursor[1] + down].map(place => Math.max(0, Math.min(size, place)));
    if (isDown) strokes.at(-1).push(cursor);
    draw();
  });
  paper.addEventListener('keydown', event => {
    if (event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (!isDown) begin(cursor);
    isDown = !isDown;
    draw();
  });
  choices.forEach((choice, i) => choice.addEventListener('click', () => {
    choose(i);
    draw();
  }));
  for (const name of ['filled', 'bright']) find(name).addEventListener('input', draw);
  for (const hidden of root.querySelectorAll('[hidden]')) hidden.hidden = false;
}

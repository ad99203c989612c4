// Lets the reader move an image, and shows what the move changes before and after pooling.
for (const root of document.querySelectorAll('.shapekit-pooling')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { image, kernel, names, reach, middle, stops, low, high, strongest, ...start } = JSON.parse(root.querySelector('script').textContent);
  const pictures = root.querySelectorAll('.moved'), changes = root.querySelectorAll('.change'), hold = pictures[0];
  const shift = (down, right) => image.map((row, i) => row.map((_, j) => image[i - down]?.[j - right] ?? 0));
  const stages = image => {
    const all = [image, convolve(image, kernel).map(row => row.map(value => Math.max(0, value)))];
    while (all.length < names.length) all.push(pool(all.at(-1)));
    return all;
  };
  const length = values => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  const change = (a, b) => {
    const before = a.flat().map(Math.fround), after = b.flat().map(Math.fround);
    return length(before.map((value, i) => Math.fround(value - after[i]))) / length(before);
  };
  const show = value => Number.isFinite(value) ? fixed(value, 2) : 'undefined';
  const say = (pixels, way) => pixels ? Math.abs(pixels) + (Math.abs(pixels) === 1 ? ' pixel ' : ' pixels ') + way : '';
  const still = stages(image);
  let { down, right } = start;
  const move = (newDown, newRight) => {
    [down, right] = [newDown, newRight].map(pixels => Math.max(-reach, Math.min(reach, pixels)));
    const moved = stages(shift(down, right)), values = moved.map((stage, i) => show(change(still[i], stage)));
    moved.forEach((stage, i) => {
      paint(pictures[i], stage, stops, i ? 0 : low, i ? strongest : high);
      changes[i].textContent = values[i];
    });
    const where = [say(down, down < 0 ? 'up' : 'down'), say(right, right < 0 ? 'left' : 'right')].filter(part => part).join(' and ');
    root.querySelector('.words').textContent = (where ? 'Moved ' + where : 'Not moved') + ': change of the ' + names.map((name, i) => name + ' ' + values[i]).join(', ') + '.';
  };
  onDrag(hold, (x, y) => move(Math.floor(y * image.length) - middle[0], Math.floor(x * image[0].length) - middle[1]));
  onArrows(hold, (aside, below) => move(down + below, right + aside));
  root.querySelector('.back').addEventListener('click', () => move(0, 0));
  for (const hidden of root.querySelectorAll('[hidden]')) hidden.hidden = false;
}

// Lets the reader move the tips of the vectors.
for (const root of document.querySelectorAll('.shapekit-vectors')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const plane = root.querySelector('svg'), find = name => root.querySelector('.' + name);
  const { a, b, size, unit, reach, words, unknown } = JSON.parse(root.querySelector('script').textContent), vectors = { a, b };
  const snap = value => Math.max(-reach, Math.min(reach, Math.round(value * 10) / 10));
  const draw = () => {
    for (const name of ['a', 'b']) {
      const [x, y] = vectors[name], length = Math.hypot(x, y), turn = -Math.atan2(y, x), group = find('vector-' + name);
      const pair = '(' + fixed(x, 1) + ', ' + fixed(y, 1) + ')';
      set(group, { transform: 'translate(' + x * unit + ' ' + -y * unit + ')' });
      set(group.querySelector('line'), { x1: -x * unit, y1: y * unit });
      set(group.querySelector('polygon'), { transform: 'rotate(' + turn * 180 / Math.PI + ')' });
      set(group.querySelector('text'), { x: 26 * Math.cos(turn), y: 26 * Math.sin(turn) + 5 });
      set(group.querySelector('circle'), { 'aria-valuetext': pair, 'aria-valuenow': x });
      find(name + '-value').textContent = pair;
      find(name + '-length').textContent = fixed(length, 2);
    }
    const [a, b] = [vectors.a, vectors.b], dot = a[0] * b[0] + a[1] * b[1], lengths = Math.hypot(...a) * Math.hypot(...b);
    const cosine = lengths ? Math.max(-1, Math.min(1, dot / lengths)) : NaN, known = !Number.isNaN(cosine);
    const from = Math.atan2(a[1], a[0]), to = Math.atan2(b[1], b[0]), sweep = Math.sin(to - from) >= 0 ? 0 : 1;
    find('arc').setAttribute('d', known ? ['M', 34 * Math.cos(from), -34 * Math.sin(from), 'A', 34, 34, 0, 0, sweep, 34 * Math.cos(to), -34 * Math.sin(to)].join(' ') : '');
    find('dot').textContent = fixed(dot, 2);
    find('angle').textContent = known ? fixed(Math.acos(cosine) * 180 / Math.PI, 1) + '\u00b0' : 'undefined';
    find('cosine').textContent = known ? fixed(cosine, 3) : 'undefined';
    set(find('mark'), { cx: known ? cosine * 100 : 0, visibility: known ? 'visible' : 'hidden' });
    find('words').textContent = known ? words.find(([least]) => cosine >= least)[1] : unknown;
  };
  for (const handle of root.querySelectorAll('.handle')) {
    const vector = vectors[handle.dataset.vector];
    const drag = event => {
      const box = plane.getBoundingClientRect(), scale = size / box.width / unit;
      vector[0] = snap((event.clientX - box.left - box.width / 2) * scale);
      vector[1] = snap((box.top + box.height / 2 - event.clientY) * scale);
      draw();
    };
    handle.addEventListener('pointerdown', event => { event.preventDefault(); handle.focus(); handle.setPointerCapture(event.pointerId); });
    handle.addEventListener('pointermove', event => { if (handle.hasPointerCapture(event.pointerId)) drag(event); });
    onArrows(handle, (right, down, event) => {
      const size = event.shiftKey ? 1 : 0.1;
      vector[0] = snap(vector[0] + right * size);
      vector[1] = snap(vector[1] - down * size);
      draw();
    });
  }
  find('hint').hidden = false;
}

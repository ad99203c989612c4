// Lets the reader walk down the loss of one weight: choose the learning rate, put the ball somewhere, and take steps or let it run.
for (const root of document.querySelectorAll('.shapekit-descent')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { inputs, targets, start, rates, left, right, top, grain, width, height } = JSON.parse(root.querySelector('script').textContent);
  const find = name => root.querySelector('.' + name), say = (name, text) => { find(name).textContent = text; };
  const plane = find('plane'), slider = find('rate'), run = find('run'), still = matchMedia('(prefers-reduced-motion: reduce)');
  const mean = each => inputs.reduce((sum, x, i) => sum + each(x, targets[i]), 0) / inputs.length;
  const loss = w => mean((x, y) => (w * x - y) ** 2), slope = w => 2 * mean((x, y) => (w * x - y) * x);
  const across = w => (w - left) / (right - left) * width, up = value => (1 - value / top) * height;
  const isOut = w => w < left || w > right, isFlat = w => Number(slope(w).toFixed(3)) === 0, isFar = w => loss(w) > 1e6 * top;
  // Far beyond the picture no number is drawn exactly, and none needs to be.
  const place = w => [across(w), up(loss(w))].map(at => Math.max(-1e5, Math.min(1e5, at)));
  let path = [start], timer;
  const words = () => {
    const w = path.at(-1), before = path.at(-2), there = slope(w), side = there < 0 ? 'right' : 'left';
    const climbs = path.length > 1 && loss(w) >= loss(before);
    if (isOut(w)) return 'The ball has left the picture: its weight is ' + fixed(w, 3) + '. ' + (climbs ? 'Each step leaps farther than the one before: with this learning rate the walk climbs out of the valley for good. It diverges.' : 'It is on its way back.');
    if (isFlat(w)) return 'Here the slope is 0: the ball lies on the floor of the valley, and further steps hardly move it.';
    if (path.length === 1) return 'The ball lies at weight ' + fixed(w, 3) + '. It goes down to the ' + side + '.';
    if (there * slope(before) > 0) return 'The step went down to the ' + side + ' and stayed on the same side of the floor.';
    return 'The step leapt across the floor to the other side, ' + (climbs ? 'and it landed no lower than before.' : 'and it landed lower than before.');
  };
  const draw = () => {
    const w = path.at(-1), rate = rates[slider.value], points = path.slice(-200).map(place);
    find('ball').setAttribute('transform', 'translate(' + place(w) + ')');
    find('tangent').setAttribute('transform', 'rotate(' + Math.atan2(-slope(w) * height / top, width / (right - left)) * 180 / Math.PI + ')');
    find('path').setAttribute('points', points.join(' '));
    find('dots').setAttribute('d', points.map(point => 'M' + point + 'h0').join(''));
    say('count', path.length - 1);
    say('weight', fixed(w, 3));
    say('slope', fixed(slope(w), 3));
    say('loss', fixed(loss(w), 3));
    say('next', fixed(-rate * slope(w), 3));
    say('words', words());
    slider.parentNode.querySelector('output').textContent = rate;
    slider.setAttribute('aria-valuetext', rate);
    set(plane, { 'aria-valuenow': path[0], 'aria-valuetext': fixed(path[0], 2) });
    find('one').disabled = isFar(w);
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    run.textContent = 'run';
  };
  const step = () => {
    const w = path.at(-1);
    path.push(w - rates[slider.value] * slope(w));
    draw();
  };
  const tick = () => {
    if (root.isConnected && !still.matches && !isFlat(path.at(-1)) && !isOut(path.at(-1))) step();
    else stop();
  };
  const begin = w => {
    stop();
    path = [Math.max(left, Math.min(right, w))];
    draw();
  };
  const snap = w => Math.round(w / grain) * grain;
  find('one').addEventListener('click', () => { stop(); step(); });
  find('again').addEventListener('click', () => begin(path[0]));
  run.addEventListener('click', () => {
    if (timer) return stop();
    run.textContent = 'stop';
    timer = setInterval(tick, 400);
    tick();
  });
  slider.addEventListener('input', draw);
  onDrag(plane, share => {
    const view = plane.viewBox.baseVal;
    begin(snap(left + (share * view.width + view.x) / width * (right - left)));
  });
  onArrows(plane, (aside, down) => begin(snap(path[0]) + (aside - down) * grain));
  set(plane, { role: 'slider', 'aria-label': 'The weight at which the walk begins', 'aria-valuemin': left, 'aria-valuemax': right });
  for (const hidden of root.querySelectorAll('[hidden]')) hidden.hidden = false;
  draw();
}

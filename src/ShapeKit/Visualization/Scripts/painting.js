// Lets the reader go back and forth in the training of a network that paints, and move the threshold from which on it paints.
for (const root of document.querySelectorAll('.shapekit-painting')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { width, names, area, colors, ...bytes } = JSON.parse(root.querySelector('script').textContent);
  const read = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const image = read(bytes.image), truth = read(bytes.truth), steps = bytes.steps.map(read);
  const find = name => root.querySelector('.' + name), say = (name, text) => { find(name).textContent = text; };
  const epoch = find('epoch'), slider = find('threshold'), overlay = find('overlay'), picture = find('picture');
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height: image.length / width });
  const context = canvas.getContext('2d'), pixels = context.createImageData(canvas.width, canvas.height);
  const ofArea = count => (count * area).toFixed(0) + ' mm\u00b2', ofPixels = count => count + (count === 1 ? ' pixel' : ' pixels');
  const draw = () => {
    // Found, painted for nothing, missed.
    const step = steps[epoch.value], counts = [0, 0, 0];
    image.forEach((grey, i) => {
      const isPainted = step[i] >= slider.value, kind = isPainted ? (truth[i] ? 0 : 1) : truth[i] ? 2 : -1;
      if (kind >= 0) counts[kind]++;
      const color = kind >= 0 && overlay.checked ? colors[kind].map(part => (grey + part) >> 1) : [grey, grey, grey];
      pixels.data.set([...color, 255], 4 * i);
    });
    context.putImageData(pixels, 0, 0);
    picture.src = canvas.toDataURL();
    const [hits, extra, missed] = counts, threshold = (slider.value / 100).toFixed(2), name = names[epoch.value];
    const dice = (hits + extra + missed ? 2 * hits / (2 * hits + extra + missed) : 1).toFixed(3);
    say('dice', dice);
    say('painted', ofArea(hits + extra));
    say('there', ofArea(hits + missed));
    say('hits', ofPixels(hits));
    say('extra', ofPixels(extra));
    say('missed', ofPixels(missed));
    epoch.parentNode.querySelector('output').textContent = name;
    epoch.setAttribute('aria-valuetext', name);
    slider.parentNode.querySelector('output').textContent = threshold;
    slider.setAttribute('aria-valuetext', threshold);
    picture.alt = name + ', threshold ' + threshold + ': ' + ofArea(hits + extra) + ' painted, ' + ofArea(hits + missed) + ' truly there, Dice ' + dice + '.';
    say('words', picture.alt);
  };
  for (const control of [epoch, slider, overlay]) control.addEventListener('input', draw);
  for (const hidden of root.querySelectorAll('[hidden]')) hidden.hidden = false;
}

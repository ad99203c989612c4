// Lets the reader choose a sentence and see the images nearest to it, and point at the images on the map.
for (const root of document.querySelectorAll('.shapekit-space')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { captions, sentences, places, images, words, width, height } = JSON.parse(root.querySelector('script').textContent);
  const find = name => root.querySelector('.' + name), say = (name, text) => { find(name).textContent = text; };
  const map = find('map'), typed = find('typed'), list = find('list'), rings = [...root.querySelectorAll('.ring')];
  const pictures = [];
  for (const point of root.querySelectorAll('.point')) pictures[point.dataset.image] = point.querySelector('image').getAttribute('href');
  // The library's vectors, of length 1, in float32.
  const vectors = (text, count) => {
    const all = new Float32Array(Uint8Array.from(atob(text), letter => letter.charCodeAt(0)).buffer);
    return Array.from({ length: count }, (_, i) => all.subarray(i * all.length / count, (i + 1) * all.length / count));
  };
  const ofImages = vectors(images, captions.length), ofSentences = vectors(words, sentences.length);
  const cosine = (image, sentence) => ofImages[image].reduce((sum, value, k) => sum + value * ofSentences[sentence][k], 0);
  // The numbers of the most similar first; equal ones stay in order.
  const sorted = (count, similarity) => Array.from({ length: count }, (_, i) => i).sort((i, j) => similarity(j) - similarity(i));
  const cut = text => text.toLowerCase().replace(/[.,:;]/g, ' $& ').split(/\s+/).filter(word => word && word !== '.');
  const all = sentences.map((_, i) => i), cuts = sentences.map(cut), quoted = text => '\u201c' + text + '\u201d';
  let asked = 0, pointed = -1, order;
  const look = image => {
    pointed = image;
    const closest = sorted(sentences.length, sentence => cosine(image, sentence))[0], place = order.indexOf(image) + 1;
    find('pointed').hidden = false;
    set(find('picture'), { src: pictures[image], alt: captions[image] });
    set(find('cursor'), { transform: 'translate(' + places[image].join(' ') + ')', visibility: 'visible' });
    set(map, { 'aria-valuenow': image + 1, 'aria-valuetext': captions[image] });
    say('says', captions[image] + '. Cosine similarity with the chosen sentence: ' + fixed(cosine(image, asked), 2) + ', place ' + place + ' of ' + captions.length + '. Most similar of all sentences: ' + quoted(sentences[closest]) + ' (' + fixed(cosine(image, closest), 2) + ').');
  };
  const ask = sentence => {
    asked = sentence;
    order = sorted(captions.length, image => cosine(image, sentence));
    say('words', 'Nearest to ' + quoted(sentences[sentence]) + ':');
    set(find('asked'), { transform: 'translate(' + places[captions.length + sentence].join(' ') + ')' });
    [...find('nearest').children].forEach((tile, k) => {
      const image = order[k];
      set(tile.querySelector('img'), { src: pictures[image], alt: captions[image] });
      tile.querySelector('b').textContent = fixed(cosine(image, sentence), 2);
      tile.querySelector('span').textContent = captions[image];
      set(rings[k], { transform: 'translate(' + places[image].join(' ') + ')' });
    });
    if (pointed >= 0) look(pointed);
  };
  const fill = (fitting, chosen) => list.replaceChildren(...fitting.map(i => new Option(sentences[i], i, i === chosen, i === chosen)));
  typed.addEventListener('input', () => {
    const parts = cut(typed.value), has = (words, part) => words.some(word => word.startsWith(part));
    const fitting = all.filter(i => parts.every(part => has(cuts[i], part)));
    const same = fitting.find(i => cuts[i].join(' ') === parts.join(' ')), strange = parts.find(part => !cuts.some(words => has(words, part)));
    fill(fitting, same);
    if (same !== undefined) ask(same);
    else if (strange) say('words', 'No sentence of the list holds the word ' + quoted(strange) + '. Still nearest to ' + quoted(sentences[asked]) + ':');
    else say('words', fitting.length + ' of ' + sentences.length + ' sentences hold these words; choose one of them. Still nearest to ' + quoted(sentences[asked]) + ':');
  });
  typed.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !list.options.length) return;
    event.preventDefault();
    list.selectedIndex = Math.max(0, list.selectedIndex);
    list.dispatchEvent(new Event('change'));
  });
  typed.addEventListener('focus', () => { typed.select(); fill(all, asked); });
  list.addEventListener('change', () => {
    ask(Number(list.value));
    typed.value = sentences[asked];
  });
  const away = (i, x, y) => Math.hypot(places[i][0] - x, places[i][1] - y);
  onPoint(map, (x, y) => look(sorted(captions.length, i => -away(i, x * width, y * height))[0]));
  onArrows(map, (right, down) => {
    const [x, y] = places[pointed < 0 ? order[0] : pointed];
    if (pointed < 0) return look(order[0]);
    const ahead = i => (places[i][0] - x) * right + (places[i][1] - y) * down, aside = i => Math.abs((places[i][0] - x) * down) + Math.abs((places[i][1] - y) * right);
    const next = sorted(captions.length, i => -away(i, x, y)).find(i => i !== pointed && ahead(i) > 0 && ahead(i) >= aside(i));
    if (next !== undefined) look(next);
  });
  set(map, { role: 'slider', 'aria-label': 'The image on the map', 'aria-valuemin': 1, 'aria-valuemax': captions.length, 'aria-valuenow': 1 });
  for (const hidden of root.querySelectorAll('.control[hidden], .hint[hidden]')) hidden.hidden = false;
  ask(0);
  fill(all, asked);
}

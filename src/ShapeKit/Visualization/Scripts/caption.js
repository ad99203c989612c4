// Shows the panel of the word that the reader chooses, or to which the reader steps.
for (const root of document.querySelectorAll('.shapekit-caption')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const words = [...root.querySelectorAll('.words button')], panels = root.querySelectorAll('.panel'), find = name => root.querySelector('.' + name);
  let at = words.findIndex(word => word.getAttribute('aria-pressed') === 'true');
  const choose = chosen => {
    if (!words[chosen]) return false;
    at = chosen;
    words.forEach((word, i) => {
      word.setAttribute('aria-pressed', i === at);
      word.tabIndex = i === at ? 0 : -1;
      panels[i].hidden = i !== at;
    });
    find('back').setAttribute('aria-disabled', at === 0);
    find('on').setAttribute('aria-disabled', at === words.length - 1);
    find('said').textContent = 'word ' + (at + 1) + ' of ' + words.length + ': ' + words[at].textContent;
    return true;
  };
  words.forEach((word, i) => {
    word.addEventListener('click', () => choose(i));
    word.addEventListener('keydown', event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || !choose(i + step)) return;
      event.preventDefault();
      event.stopPropagation();
      words[at].focus();
    });
  });
  find('back').addEventListener('click', () => choose(at - 1));
  find('on').addEventListener('click', () => choose(at + 1));
  const pictures = [...panels].map(panel => panel.querySelector('img')), reddened = pictures.map(picture => picture.src);
  find('red').addEventListener('change', event => pictures.forEach((picture, i) => { picture.src = event.target.checked ? reddened[i] : find('plain').src; }));
  choose(at);
  for (const hidden of root.querySelectorAll('.steps, .hint span')) hidden.hidden = false;
}

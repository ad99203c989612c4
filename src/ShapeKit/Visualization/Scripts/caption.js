// Shows the panel of the word that the reader chooses.
for (const root of document.querySelectorAll('.shapekit-caption')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const words = [...root.querySelectorAll('button')], panels = root.querySelectorAll('.panel');
  const choose = chosen => words.forEach((word, i) => {
    word.setAttribute('aria-pressed', i === chosen);
    word.tabIndex = i === chosen ? 0 : -1;
    panels[i].hidden = i !== chosen;
  });
  words.forEach((word, i) => {
    word.addEventListener('click', () => choose(i));
    word.addEventListener('keydown', event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || !words[i + step]) return;
      event.preventDefault();
      event.stopPropagation();
      choose(i + step);
      words[i + step].focus();
    });
  });
  root.querySelector('.hint span').hidden = false;
}

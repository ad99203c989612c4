// Lets the reader move the line between the two answers, and choose how rare the positive class is.
for (const root of document.querySelectorAll('.shapekit-threshold')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { width, roc, rarities, names, scores } = JSON.parse(root.querySelector('script').textContent);
  const find = name => root.querySelector('.' + name), say = (name, text) => { find(name).textContent = text; };
  const slider = find('threshold'), rarity = find('rarity'), picture = find('scores');
  const percent = share => Number.isNaN(share) ? 'never given' : (100 * share).toFixed(1) + '%';
  const draw = () => {
    // As float32, in which the probabilities are.
    const threshold = slider.value / 100, least = Math.fround(threshold), oneIn = rarities[rarity.value];
    const said = scores.map(some => some.filter(score => Math.fround(score) >= least).length);
    const [negatives, positives] = scores.map(some => some.length), [alarms, found] = said;
    const sensitivity = found / positives, specificity = (negatives - alarms) / negatives, prevalence = 1 / oneIn;
    const ill = sensitivity * prevalence, healthy = specificity * (1 - prevalence);
    find('line').setAttribute('transform', 'translate(' + threshold * width + ' 0)');
    find('point').setAttribute('cx', (1 - specificity) * roc);
    find('point').setAttribute('cy', (1 - sensitivity) * roc);
    say('found', found + ' of ' + positives);
    say('spared', negatives - alarms + ' of ' + negatives);
    say('sensitivity', sensitivity.toFixed(3));
    say('specificity', specificity.toFixed(3));
    say('right', percent(ill / (ill + (1 - specificity) * (1 - prevalence))));
    say('clear', percent(healthy / (healthy + (1 - sensitivity) * prevalence)));
    say('one-in', oneIn);
    slider.parentNode.querySelector('output').textContent = threshold.toFixed(2);
    rarity.parentNode.querySelector('output').textContent = oneIn;
    rarity.setAttribute('aria-valuetext', 'one in ' + oneIn);
    say('words', 'With the line at ' + threshold.toFixed(2) + ', ' + (positives - found) + ' of ' + positives + ' are missed (\u201c' + names[1] + '\u201d), and ' + alarms + ' of ' + negatives + ' are false alarms (\u201c' + names[0] + '\u201d).');
  };
  onDrag(picture, share => {
    const view = picture.viewBox.baseVal;
    slider.value = Math.round(Math.max(0, Math.min(1, (share * view.width + view.x) / width)) * 100);
    draw();
  });
  for (const control of [slider, rarity]) control.addEventListener('input', draw);
  for (const hidden of root.querySelectorAll('[hidden]')) hidden.hidden = false;
}

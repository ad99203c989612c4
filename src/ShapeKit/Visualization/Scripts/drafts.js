// Lets the reader decide about one draft after the other, and shows in the end what was signed, missed, and how long it took.
for (const root of document.querySelectorAll('.shapekit-drafts')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { readFirst, forms, sides, zones, sizes, stating, cases } = JSON.parse(root.querySelector('script').textContent);
  const find = name => root.querySelector('.' + name), say = (name, text) => { find(name).textContent = text; };
  const tiles = [...root.querySelectorAll('.cases li')], rows = [...root.querySelectorAll('.nodule')];
  const count = find('count'), own = root.querySelector('textarea'), decisions = ['accepted', 'edited', 'rejected'];
  // Where the reader stands: at which case, since when, and whether reading, deciding, editing or rejecting.
  let number, since, stage, mine;

  // A report is a list of nodules, each with side, zone and millimetres; null is no sentence.
  const write = report => report.reduce((text, [side, zone, mm]) => text.replace('MM', mm).replace('SIDE', sides[side]).replace('ZONE', zones[zone]), forms[report.length]);
  const samePlace = ([side, zone]) => other => other[0] === side && other[1] === zone;
  const meaning = report => report && report.map(([side, zone, mm]) => [side, zone, sizes[mm]].join()).sort().join(';');
  const isRight = (report, i) => meaning(report) === meaning(cases[i].drawn);
  const chosen = () => {
    const nodules = rows.slice(0, count.value).map(row => [...row.querySelectorAll('select')].map(choice => choice.value));
    return count.value === '' || nodules.flat().includes('') ? null : nodules.map(nodule => nodule.map(Number)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  };

  const draw = () => {
    rows.forEach((row, i) => { row.hidden = i >= count.value; });
    const report = chosen(), twice = report?.length === 2 && samePlace(report[0])(report[1]);
    find('sign').disabled = !report || twice;
    say('report', twice ? 'Each nodule lies in a zone of its own; choose another one.' : report ? write(report) : 'Choose how many nodules you see, and side, zone and size of each.');
  };
  const fill = report => {
    count.value = report ? report.length : '';
    rows.forEach((row, i) => row.querySelectorAll('select').forEach((choice, k) => { choice.value = report?.[i]?.[k] ?? ''; }));
    draw();
  };
  const enter = next => {
    stage = next;
    const draft = cases[number];
    find('draft').hidden = find('choice').hidden = stage === 'reading';
    find('own').hidden = stage !== 'reading';
    find('form').hidden = stage === 'deciding';
    for (const [name, at] of [['edit', 'editing'], ['reject', 'rejecting']]) find(name).setAttribute('aria-pressed', stage === at);
    say('head', 'Image ' + (number + 1) + ' of ' + cases.length + (stage === 'reading' ? ': what do you see?' : ': a draft, unsigned'));
    say('text', draft.draft);
    say('state', draft.state);
    fill(stage === 'editing' ? draft.found : stage === 'rejecting' && readFirst ? mine[number].first : null);
  };
  const open = () => {
    find('image').src = tiles[number].querySelector('img').src;
    own.value = '';
    since = performance.now();
    enter(readFirst ? 'reading' : 'deciding');
    find('head').focus();
  };
  const seconds = () => {
    const now = performance.now(), passed = (now - since) / 1000;
    since = now;
    return passed;
  };
  const settle = (decision, report) => {
    // A report that says the draft's words accepts it, whatever was pressed.
    const same = report && write(report) === cases[number].draft;
    Object.assign(mine[number], { decision: same ? 0 : decision, report, seconds: seconds() });
    if (++number < cases.length) return open();
    find('desk').hidden = true;
    tell();
  };

  const measure = reports => {
    const drawn = cases.map(each => each.drawn), over = count => reports.reduce((sum, report, i) => sum + count(report ?? [], drawn[i]), 0);
    const answers = [reports, drawn].map(some => some.map(report => report ? report.length : -1)), n = reports.length;
    const byChance = answers[0].reduce((sum, answer) => sum + answers[1].filter(other => other === answer).length, 0);
    const kappa = (n * answers[0].filter((answer, i) => answer === answers[1][i]).length - byChance) / (n * n - byChance);
    return {
      right: reports.filter(isRight).length + ' of ' + n,
      missed: over((report, truth) => truth.filter(nodule => !report.some(samePlace(nodule))).length) + ' of ' + drawn.flat().length,
      invented: over((report, truth) => report.filter(nodule => !truth.some(samePlace(nodule))).length),
      sized: over((report, truth) => truth.filter(nodule => report.some(samePlace(nodule)) && !report.some(other => samePlace(nodule)(other) && sizes[other[2]] === sizes[nodule[2]])).length),
      kappa: Number.isNaN(kappa) ? 'undefined' : fixed(kappa, 2),
    };
  };
  const unread = taken => taken.filter((decision, i) => decision === 0 && !isRight(cases[i].found, i)).length;
  const counts = taken => decisions.map((_, i) => taken.filter(decision => decision === i).length).join(', ');
  const table = columns => {
    const names = { name: '', decided: 'accepted, edited, rejected', right: 'say what was drawn', missed: 'nodules missed', invented: 'nodules where none is', sized: 'another size class', kappa: 'κ with what was drawn, number of nodules', unread: 'wrong drafts accepted', time: 'seconds an image' };
    root.querySelector('table').replaceChildren(...Object.keys(names).map(key => {
      const row = document.createElement('tr');
      row.append(...[names[key], ...columns.map(column => column[key] ?? '')].map((text, i) => {
        const cell = document.createElement(key === 'name' || i === 0 ? 'th' : 'td');
        cell.textContent = text;
        return cell;
      }));
      return row;
    }));
  };
  // McNemar's exact test: how often a coin would share out so unevenly the images that only one reading has right.
  const byCoin = (one, other) => {
    let sum = 0, ways = 1;
    for (let k = 0; k <= Math.min(one, other); k++) {
      sum += ways / 2 ** (one + other);
      ways *= (one + other - k) / (k + 1);
    }
    return Math.min(1, 2 * sum);
  };
  const tell = () => {
    const mean = key => fixed(mine.reduce((sum, each) => sum + each[key], 0) / cases.length, 1);
    const taken = mine.map(each => each.decision), script = cases.map(each => each.decision);
    const you = { name: readFirst ? 'you, with the draft' : 'you', ...measure(mine.map(each => each.report)), decided: counts(taken), unread: unread(taken), time: mean('seconds') };
    table([
      ...readFirst ? [{ name: 'you, before it', ...measure(mine.map(each => each.first)), time: mean('firstSeconds') }] : [],
      you,
      { name: 'the drafts alone', ...measure(cases.map(each => each.found)) },
      { name: 'scripted reviewer', ...measure(cases.map(each => each.signed)), decided: counts(script), unread: unread(script), time: 'not timed' },
    ]);
    say('course', 'The scripted reviewer knows what was drawn: it is no person, and its column is no feat. ' + cases.length + ' images are few; another ten would give other figures.');
    if (readFirst) compare();
    tiles.forEach((tile, i) => {
      const { first, words, report, decision } = mine[i];
      const lines = readFirst ? ['you, first: ' + write(first), ...words ? ['in your own words: ' + words] : []] : [];
      const line = tile.querySelector('.you');
      line.textContent = [...lines, 'you ' + decisions[decision] + (decision === 0 ? ' the draft' : ': ' + write(report))].join(' · ');
      line.hidden = false;
    });
    find('result').hidden = find('cases').hidden = false;
    say('begin', 'once more');
    find('intro').hidden = false;
    find('result').focus();
  };
  const compare = () => {
    const before = mine.map((each, i) => isRight(each.first, i)), after = mine.map((each, i) => isRight(each.report, i));
    const won = after.filter((right, i) => right && !before[i]).length, lost = before.filter((right, i) => right && !after[i]).length;
    say('chance', 'With the draft, ' + won + ' of your reports became right and ' + lost + ' became wrong; McNemar’s test: p = ' + fixed(byCoin(won, lost), 3) + (byCoin(won, lost) < 0.05 ? ', more than chance.' : ', no more than chance.'));
    const told = mine.filter(each => each.words && each.first.length > 0);
    const without = Object.keys(stating).map(what => {
      const has = text => text.toLowerCase().split(/[^a-z0-9-]+/).some(word => stating[what].includes(word) || (what === 'SIZE' && /^\d+(mm)?$/.test(word)));
      return what.toLowerCase() + ' in ' + told.filter(each => !has(each.words)).length;
    });
    say('style', told.length === 0 ? '' : 'Of your ' + told.length + ' reports in your own words about a nodule, these leave something out that the standard wording always states: ' + without.join(', ') + '.');
  };

  for (const choice of root.querySelectorAll('select')) choice.addEventListener('change', draw);
  find('accept').addEventListener('click', () => settle(0, cases[number].found));
  find('edit').addEventListener('click', () => { enter('editing'); count.focus(); });
  find('reject').addEventListener('click', () => { enter('rejecting'); count.focus(); });
  find('sign').addEventListener('click', () => {
    const report = chosen();
    if (stage !== 'reading') return settle(stage === 'editing' ? 1 : 2, report);
    Object.assign(mine[number], { first: report, words: own.value.trim(), firstSeconds: seconds() });
    enter('deciding');
    find('head').focus();
  });
  find('begin').addEventListener('click', () => {
    [number, mine] = [0, cases.map(() => ({}))];
    find('intro').hidden = find('result').hidden = find('cases').hidden = true;
    find('desk').hidden = false;
    open();
  });
  find('intro').hidden = false;
  find('words').hidden = find('cases').hidden = true;
}

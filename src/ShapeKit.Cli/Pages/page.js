// Charts wait until the page is painted and plotly.js, which stands beside the page, is there; without it their words remain.
window.shapekitPlotly = new Promise(loaded => addEventListener('DOMContentLoaded', () =>
  requestAnimationFrame(() => setTimeout(() => window.Plotly?.newPlot && loaded(window.Plotly)))));

addEventListener('DOMContentLoaded', () => {
  const side = document.getElementById('side'), query = document.getElementById('query'), main = document.getElementById('main');
  const results = document.getElementById('results'), found = document.getElementById('found'), chapters = side.querySelector('.chapters');
  const make = (name, texts, ...children) => {
    const element = Object.assign(document.createElement(name), texts);
    element.append(...children);
    return element;
  };

  // A page that was taken out of its folder says so, and leads nowhere else.
  if (!window.shapekitSearch) {
    document.documentElement.classList.add('alone');
    main.prepend(make('p', { className: 'note', textContent: 'This page was taken out of its folder: charts that it would draw are described in words, and there is no search and no other chapter.' }));
  }

  // Copying a cell's code.
  const copy = async text => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.body.appendChild(make('textarea', { value: text }));
    area.select();
    document.execCommand('copy');
    area.remove();
  };
  for (const code of main.querySelectorAll('section.code > .source')) {
    const button = make('button', { type: 'button', className: 'copy', textContent: 'Copy' });
    button.setAttribute('aria-live', 'polite');
    button.onclick = () => copy(code.textContent).then(() => 'Copied', () => 'Not copied').then(said => {
      button.textContent = said;
      setTimeout(() => button.textContent = 'Copy', 2000);
    });
    code.after(button);
  }

  // What is wider than its box can be scrolled by keys.
  const boxes = new ResizeObserver(changed => {
    for (const { target } of changed) {
      if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
      else target.removeAttribute('tabindex');
    }
  });
  for (const box of main.querySelectorAll('pre, .scroll, .outputs, figure')) boxes.observe(box);

  // The section that is being read.
  const sections = [...side.querySelectorAll('.sections a')].map(link => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))]);
  const mark = () => {
    const passed = sections.filter(([, heading]) => heading && heading.getBoundingClientRect().top < 120);
    for (const [link] of sections) link.removeAttribute('aria-current');
    passed.at(-1)?.[0].setAttribute('aria-current', 'location');
  };
  addEventListener('scroll', mark, { passive: true });
  mark();
  const current = chapters.querySelector('[aria-current=page]');
  if (current && current.offsetTop > side.clientHeight / 2) side.scrollTop = current.offsetTop - 80;

  // Search: every word must begin a word of the section, or else stand anywhere in it.
  const look = (words, start) => {
    const patterns = words.map(word => new RegExp((/^[\p{L}\p{N}]/u.test(word) ? start : '') + word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu'));
    const hits = [];
    for (const chapter of window.shapekitSearch) {
      for (const section of chapter.sections) {
        const places = patterns.map(pattern => section.text.search(pattern)), heads = patterns.filter(pattern => pattern.test(section.title));
        if (patterns.every((pattern, i) => places[i] >= 0 || pattern.test(section.title))) {
          hits.push({ chapter, section, patterns, place: places.find(place => place >= 0) ?? 0, weight: heads.length });
        }
      }
    }
    return hits.sort((a, b) => b.weight - a.weight);
  };
  const snippet = ({ section, patterns, place }) => {
    const from = place < 50 ? 0 : section.text.indexOf(' ', place - 50) + 1, text = section.text.slice(from, from + 150), parts = [];
    const all = new RegExp(patterns.map(pattern => pattern.source).join('|'), 'giu');
    let end = 0;
    for (const hit of text.matchAll(all)) {
      parts.push(text.slice(end, hit.index), make('mark', { textContent: hit[0] }));
      end = hit.index + hit[0].length;
    }
    return make('span', {}, from > 0 ? '… ' : '', ...parts, text.slice(end), ' …');
  };
  const search = () => {
    const words = query.value.split(/\s+/).filter(word => word);
    const first = words.length ? look(words, '(?<![\\p{L}\\p{N}])') : [], hits = first.length ? first : words.length ? look(words, '') : [];
    results.replaceChildren(...hits.slice(0, 20).map(hit => make('li', {}, make('a',
      { href: side.dataset.root + hit.chapter.page + (hit.section.id ? '#' + encodeURIComponent(hit.section.id) : '') },
      make('b', { textContent: hit.section.title }), make('small', { textContent: hit.chapter.title }), snippet(hit)))));
    found.textContent = !words.length ? '' : !hits.length ? 'Nothing found.' : hits.length > 20 ? `The first 20 of ${hits.length} places` : hits.length === 1 ? '1 place' : hits.length + ' places';
    chapters.hidden = words.length > 0;
  };
  query.addEventListener('input', search);
  side.addEventListener('keydown', event => {
    const links = [...results.querySelectorAll('a')], at = links.indexOf(document.activeElement), inQuery = event.target === query;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (inQuery || at >= 0)) {
      (links[at + step] ?? (at + step < 0 ? query : links[at]))?.focus();
    } else if (event.key === 'Enter' && inQuery) {
      links[0]?.click();
    } else if (event.key === 'Escape' && query.value) {
      query.value = '';
      search();
      query.focus();
    } else {
      return;
    }
    event.preventDefault();
  });
  addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, [contenteditable]')) return;
    event.preventDefault();
    if (getComputedStyle(side).display === 'none') side.showPopover();
    query.focus();
  });
  side.addEventListener('click', event => {
    if (event.target.closest('a')?.hash && side.matches(':popover-open')) side.hidePopover();
  });
});

// Shows what the neuron at the pointer holds, and which pixels of the image it sees.
for (const root of document.querySelectorAll('.shapekit-network')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { stages, values, size, chosen, stops } = JSON.parse(root.querySelector('script').textContent);
  const numbers = new Float32Array(bytes(values)), find = name => root.querySelector('.' + name);
  const sheets = [...root.querySelectorAll('.sheet')], map = find('map'), limit = (value, count) => Math.max(0, Math.min(count - 1, value));
  const place = (mark, left, top, width, height) => Object.assign(mark.style, { left: 100 * left + '%', top: 100 * top + '%', width: 100 * width + '%', height: 100 * height + '%' });
  let now = chosen;
  const show = (stage, whichMap, row, column) => {
    const { name, takes, maps, rows, columns, across, from, reach, jump, start } = stages[stage];
    whichMap = limit(whichMap, maps);
    row = limit(row, rows);
    column = limit(column, columns);
    const isOther = stage !== now[0] || whichMap !== now[1];
    now = [stage, whichMap, row, column];
    const first = from + whichMap * rows * columns, table = Array.from({ length: rows }, (_, i) => [...numbers.slice(first + i * columns, first + (i + 1) * columns)]);
    if (isOther) {
      const most = Math.max(...table.flat().map(Math.abs)) || 1;
      paint(map.querySelector('img'), table, stops, -most, most);
    }
    const top = start + jump * row, left = start + jump * column;
    place(find('field'), left / size, top / size, reach / size, reach / size);
    place(find('neuron'), column / columns, row / rows, 1 / columns, 1 / rows);
    sheets.forEach((sheet, i) => { sheet.querySelector('i').hidden = i !== stage; });
    const width = across * (columns + 1) + 1, height = maps / across * (rows + 1) + 1;
    place(sheets[stage].querySelector('i'), whichMap % across * (columns + 1) / width, Math.floor(whichMap / across) * (rows + 1) / height, (columns + 2) / width, (rows + 2) / height);
    const where = jump ? 'row ' + row + ', column ' + column + ' of map ' + whichMap : 'neuron ' + (row * columns + column);
    find('map-name').textContent = name + (jump ? ', map ' + whichMap : '');
    find('words').textContent = name[0].toUpperCase() + name.slice(1) + ', ' + where + ': ' + fixed(table[row][column], 2) + '. This neuron ' + takes + ', and sees ' + reach + ' \u00d7 ' + reach + ' pixels of the image: rows ' + top + ' to ' + (top + reach - 1) + ', columns ' + left + ' to ' + (left + reach - 1) + '.';
  };
  sheets.forEach((sheet, stage) => {
    const { maps, rows, columns, across } = stages[stage];
    const at = (share, count, length) => {
      const pixel = limit(Math.floor(share * (count * (length + 1) + 1)) - 1, count * (length + 1));
      return [Math.floor(pixel / (length + 1)), pixel % (length + 1)];
    };
    onPoint(sheet, (x, y) => {
      const [down, row] = at(y, maps / across, rows), [right, column] = at(x, across, columns);
      show(stage, down * across + right, row, column);
    });
    onArrows(sheet, (right, down) => show(stage, (now[0] === stage ? now[1] : 0) + right + across * down, now[2], now[3]));
    sheet.addEventListener('focus', () => { if (now[0] !== stage) show(stage, 0, ...now.slice(2)); });
  });
  onPoint(map, (x, y) => show(now[0], now[1], Math.floor(y * stages[now[0]].rows), Math.floor(x * stages[now[0]].columns)));
  onArrows(map, (right, down) => show(now[0], now[1], now[2] + down, now[3] + right));
  for (const hidden of root.querySelectorAll('span[hidden]')) hidden.hidden = false;
}

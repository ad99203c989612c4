// Lets the reader move the window over the image and the feature map.
for (const root of document.querySelectorAll('.shapekit-convolution')) {
  if (root.isAlive) continue;
  root.isAlive = true;
  const { image, kernel, map, largest, cell: size, ...start } = JSON.parse(root.querySelector('script').textContent);
  const height = kernel.length, width = kernel[0].length, rows = map.length, columns = map[0].length;
  const show = value => { const text = String(Math.round(value * 100) / 100); return (text === '-0' ? '0' : text).replace('-', '\u2212'); };
  const cells = root.querySelectorAll('.products div');
  let { row, column } = start;
  const move = (newRow, newColumn) => {
    row = Math.max(0, Math.min(rows - 1, newRow));
    column = Math.max(0, Math.min(columns - 1, newColumn));
    cells.forEach((cell, i) => {
      const m = Math.floor(i / width), n = i % width, product = image[row + m][column + n] * kernel[m][n];
      cell.firstChild.textContent = show(image[row + m][column + n]) + ' \u00d7 ' + show(kernel[m][n]);
      cell.lastChild.textContent = show(product);
      cell.style.background = (product < 0 ? 'rgba(47,127,193,' : 'rgba(214,69,93,') + (0.5 * Math.abs(product) / largest).toFixed(3) + ')';
    });
    root.querySelector('.sum b').textContent = show(map[row][column]);
    for (const frame of root.querySelectorAll('.frame')) {
      frame.setAttribute('x', column * size);
      frame.setAttribute('y', row * size);
    }
    root.querySelector('.words').textContent = 'The window at row ' + row + ', column ' + column + ' of the image gives ' + show(map[row][column]) + ' at row ' + row + ', column ' + column + ' of the feature map.';
  };
  const follow = (svg, lines, across, offsetRow, offsetColumn) =>
    onPoint(svg, (x, y) => move(Math.floor(y * lines) - offsetRow, Math.floor(x * across) - offsetColumn));
  follow(root.querySelector('.image'), image.length, image[0].length, Math.floor(height / 2), Math.floor(width / 2));
  const target = root.querySelector('.map');
  follow(target, rows, columns, 0, 0);
  onArrows(target, (right, down) => move(row + down, column + right));
  root.querySelector('.hint').hidden = false;
}

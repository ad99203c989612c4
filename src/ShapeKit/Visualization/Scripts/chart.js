// Draws the charts of the page with its plotly.js, or else with the one at the address beside a chart's data, which is loaded once a page.
for (const data of document.querySelectorAll('script[type="application/vnd.plotly.v1+json"]')) {
  if (data.isDrawn) continue;
  data.isDrawn = true;
  const plot = data.previousElementSibling, figure = JSON.parse(data.textContent), { width, height } = figure.layout;
  const draw = Plotly => {
    plot.textContent = '';
    Object.assign(plot.style, { width: width ? width + 'px' : 'auto', height: height ? height + 'px' : 'auto', maxWidth: width ? 'none' : '760px' });
    Plotly.newPlot(plot, figure.data, figure.layout, figure.config);
    const fit = () => {
      if (!width || !plot.offsetWidth) return;
      // A chart with a width of its own is made smaller where the page is narrower, as a picture is; the margins take back the room it leaves.
      const share = Math.min(1, plot.parentNode.clientWidth / width), room = share - 1;
      Object.assign(plot.style, { transform: 'scale(' + share + ')', transformOrigin: '0 0', margin: '0 ' + room * width + 'px ' + room * height + 'px 0' });
    };
    fit();
    new ResizeObserver(() => { if (plot.offsetWidth) Plotly.Plots.resize(plot); fit(); }).observe(width ? plot.parentNode : plot);
  };
  if (window.Plotly) {
    draw(window.Plotly);
    continue;
  }

  window.shapekitPlotly ??= new Promise((loaded, failed) => {
    const address = data.dataset.plotly;
    if (typeof define === 'function' && define.amd) {
      require([address], loaded, failed);
      return;
    }

    const script = document.createElement('script');
    script.src = address;
    script.onload = () => loaded(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  window.shapekitPlotly.then(draw, () => { });
}

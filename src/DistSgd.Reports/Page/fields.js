/** Functions of two coordinates: lines of equal height, coloured cells, landscapes. */
const Fields = (() => {
  const LINES = 16;

  /** Lines of equal height with what is drawn over them. */
  function contour(chart, theme, view) {
    const drawing = new Drawing();
    const { x, y, values } = chart.field;
    const scale = chart.isLogarithmic ? logarithmic(values) : null;
    const bar = colourBar(chart.valueLabel, theme, view);
    const number = drawing.add({
      type: 'contour', x, y, z: scale ? scale.heights : values, colorscale: 'Cividis', opacity: 0.92, connectgaps: false, name: '',
      ncontours: LINES, contours: { coloring: 'fill', showlines: true, ...scale?.contours }, line: { width: 0.6, color: 'rgba(255,255,255,0.45)' },
      colorbar: scale ? { ...bar, tickmode: 'array', tickvals: scale.ticks, ticktext: scale.labels } : bar,
      ...hovered(chart, chart.valueLabel, values),
    });
    arrows(drawing, chart.arrows, theme);
    (chart.paths ?? []).forEach((path, index) => addPath(drawing, chart, path, index, theme));
    Marks.add(drawing, chart, theme);
    drawing.tracks.push(...rows(chart, chart.field, chart.valueLabel, number));
    drawing.layout = plane(chart, theme);
    return drawing;
  }

  /** Coloured cells. */
  function heat(chart, theme, view) {
    const drawing = new Drawing();
    const { x, y, values } = chart.field;
    const number = drawing.add({ type: 'heatmap', x, y, z: values, colorscale: 'Viridis', colorbar: colourBar(chart.valueLabel, theme, view),
      name: '', hoverongaps: false, xgap: x.length <= 40 ? 1 : 0, ygap: y.length <= 40 ? 1 : 0, ...hovered(chart, chart.valueLabel, values) });
    drawing.tracks.push(...rows(chart, chart.field, chart.valueLabel, number));
    drawing.layout = { xaxis: { ...Layout.axis(chart.x, theme), showgrid: false }, yaxis: { ...Layout.axis(chart.y, theme), showgrid: false } };
    return drawing;
  }

  /** A landscape that can be turned; where there is no WebGL, its lines of equal height. */
  function surface(chart, theme, view) {
    if (!view.hasWebGl) {
      const drawing = contour({ ...chart, valueLabel: chart.z.label, isLogarithmic: chart.z.isLogarithmic, paths:
        chart.paths.map(path => ({ ...path, style: 'line' })) }, theme, view);
      drawing.note = 'This browser offers no WebGL, so the landscape is shown from above.';
      return drawing;
    }

    const drawing = new Drawing();
    const { x, y, values } = chart.field;
    const label = axis => Text.plain(axis.label);
    const hover = `${label(chart.x)}: %{x:.5~g}<br>${label(chart.y)}: %{y:.5~g}<br>${label(chart.z)}: <b>%{z:.5~g}</b>`;
    const colours = chart.z.isLogarithmic ? values.map(row => row.map(value => value > 0 ? Math.log10(value) : null)) : undefined;
    drawing.add({ type: 'surface', x, y, z: values, surfacecolor: colours, colorscale: 'Viridis', showscale: false, name: '', opacity: 1,
      hovertemplate: `${hover}<extra></extra>`, lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05, roughness: 0.9 },
      contours: { x: { highlight: false }, y: { highlight: false }, z: { show: true, highlight: false, usecolormap: false, color: 'rgba(255,255,255,0.35)', width: 1 } } });
    chart.paths.forEach((path, index) => {
      const colour = theme.path(index);
      const ends = path.x.map((_, i) => i === 0 || i === path.x.length - 1 ? 6 : 0);
      const number = drawing.add({ type: 'scatter3d', mode: 'lines+markers', x: path.x, y: path.y, z: path.z, name: Text.plain(path.name),
        line: { color: colour, width: 6 }, marker: { size: ends, color: colour, symbol: index % 2 ? 'square' : 'circle', line: { width: 0 } },
        hovertemplate: `${hover}<extra>%{fullData.name}</extra>` });
      drawing.legend.push({ name: path.name, traces: [number], colour, line: true, dash: 'solid', symbol: index % 2 ? 'square' : 'circle' });
      drawing.tracks.push({ name: path.name, points: path.x.map((_, i) => ({ at: path.x[i], target: null,
        text: () => `${chart.x.label} ${Text.number(path.x[i])}, ${chart.y.label} ${Text.number(path.y[i])}, ${chart.z.label} ${Text.number(path.z[i])}` })) });
    });
    drawing.tracks.push(...rows(chart, chart.field, chart.z.label, null));
    drawing.usesWebGl = true;
    drawing.layout = { margin: { l: 0, r: 0, t: 0, b: 0 }, scene: { xaxis: Layout.sceneAxis(chart.x, theme), yaxis: Layout.sceneAxis(chart.y, theme),
      zaxis: Layout.sceneAxis(chart.z, theme), aspectmode: 'manual', aspectratio: { x: 1, y: 1, z: 0.7 }, dragmode: 'turntable',
      camera: { eye: { x: 1.35, y: -1.35, z: 0.85 }, center: { x: 0, y: 0, z: -0.12 } } } };
    return drawing;
  }

  /** A path: a pale line below keeps it readable over every colour; an open ring is its start, a filled shape its end. */
  function addPath(drawing, chart, path, index, theme) {
    const casing = drawing.add({ type: 'scatter', mode: 'lines', x: path.x, y: path.y, hoverinfo: 'skip', line: { color: 'rgba(255,255,255,0.85)', width: 5 },
      visible: path.style !== 'markers' });
    const main = Curves.add(drawing, chart, path, index, theme, { type: 'scatter', colour: theme.path(index), signs: false });
    Object.assign(drawing.traces[main].marker, { size: 6, maxdisplayed: 40, line: { color: 'rgba(255,255,255,0.85)', width: 1 } });
    drawing.traces[main].line.width = 2.5;
    const shown = path.x.map((_, i) => i).filter(i => path.x[i] !== null && path.y[i] !== null);
    const ends = shown.length ? [shown[0], shown[shown.length - 1]] : [];
    const tips = drawing.add({ type: 'scatter', mode: 'markers', x: ends.map(i => path.x[i]), y: ends.map(i => path.y[i]), hoverinfo: 'skip',
      marker: { symbol: ['circle', theme.symbol(index + 1)], size: [12, 14], color: ['#ffffff', theme.path(index)],
        line: { color: [theme.path(index), '#ffffff'], width: [3, 1.5] } } });
    const entry = drawing.legend[drawing.legend.length - 1];
    entry.traces.push(casing, tips);
    entry.symbol = theme.symbol(index + 1);
  }

  /** All arrows as one trace: a line from each foot to its tip, where a head is turned along it. */
  function arrows(drawing, list, theme) {
    if (!list?.length) {
      return;
    }

    drawing.add({ type: 'scatter', mode: 'lines+markers', hoverinfo: 'skip', line: { color: theme.arrow, width: 1.4 },
      x: list.flatMap(arrow => [arrow.x, arrow.x + arrow.deltaX, null]), y: list.flatMap(arrow => [arrow.y, arrow.y + arrow.deltaY, null]),
      marker: { symbol: 'arrow', angleref: 'previous', size: list.flatMap(() => [0, 8, 0]), color: theme.arrow, opacity: 1, line: { width: 0 } } });
  }

  /** Both axes fitted to the field, in one scale if that suits it: directions are then right to the eye. */
  function plane(chart, theme) {
    const fitted = (axis, ends) => ({ ...axis, minimum: axis.minimum ?? ends[0], maximum: axis.maximum ?? ends[ends.length - 1] });
    const x = fitted(chart.x, chart.field.x), y = fitted(chart.y, chart.field.y);
    const ratio = (x.maximum - x.minimum) / (y.maximum - y.minimum);
    const isEven = !x.isLogarithmic && !y.isLogarithmic && ratio > 0.6 && ratio < 1.7;
    return {
      xaxis: { ...Layout.axis(x, theme), showgrid: false, constrain: 'domain' },
      yaxis: { ...Layout.axis(y, theme), showgrid: false, constrain: 'domain', ...(isEven ? { scaleanchor: 'x' } : {}) },
    };
  }

  /** Beside the field, or above it where the screen is narrow. */
  function colourBar(label, theme, view) {
    const title = { text: Text.wrapped(label, 40), font: { size: 12, color: theme.muted } };
    const common = { thickness: 12, outlinewidth: 0, ticks: 'outside', ticklen: 4, tickcolor: theme.axis, tickfont: { size: 12, color: theme.muted },
      exponentformat: 'power', minexponent: 4 };
    return view.isNarrow
      ? { ...common, title: { ...title, side: 'top' }, orientation: 'h', x: 0.5, y: 1.02, yanchor: 'bottom', len: 1 }
      : { ...common, title: { ...title, side: 'right' }, len: 1, x: 1.02, xpad: 4 };
  }

  /** What is shown at the pointer: the value itself, not the height that was drawn for it. */
  function hovered(chart, label, values) {
    return { hovertext: values.map(row => row.map(value => Text.plain(Text.number(value)))),
      hovertemplate: `${Text.plain(chart.x.label)}: %{x:.5~g}<br>${Text.plain(chart.y.label)}: %{y:.5~g}<br>${Text.plain(label)}: <b>%{hovertext}</b><extra></extra>` };
  }

  /** The rows of a field, the highest first: 'up' leads to higher ones. */
  function rows(chart, field, label, trace) {
    return field.values.map((row, j) => ({ name: `${chart.y.label} ${Text.number(field.y[j])}`, points: row.map((value, i) => ({ at: field.x[i],
      target: trace === null ? null : { curveNumber: trace, pointNumber: [j, i] },
      text: () => `${chart.x.label} ${Text.number(field.x[i])}, ${label} ${Text.number(value)}` })) })).reverse();
  }

  /** Heights above the lowest one on a logarithmic scale, with ticks that say what the values are. */
  function logarithmic(values) {
    const finite = values.flat().filter(value => value !== null);
    const lowest = finite.reduce((low, value) => Math.min(low, value), Infinity);
    const highest = finite.reduce((high, value) => Math.max(high, value), -Infinity);
    const span = highest - lowest || 1;
    const smallest = finite.reduce((low, value) => value > lowest ? Math.min(low, value - lowest) : low, Infinity);
    const foot = Math.min(span, Math.max(smallest, span * 1e-6));
    const height = value => Math.log10(value - lowest + foot);
    const [bottom, top] = [height(lowest), height(highest)];
    const step = Math.max(Math.ceil((top - bottom) / 5), 1);
    const ticks = [bottom];
    for (let decade = Math.ceil(bottom + 0.3); decade <= top; decade += step) {
      ticks.push(decade);
    }

    const labels = ticks.map((tick, i) => i === 0 ? Text.number(lowest) : Text.number(rounded(lowest + 10 ** tick, tick, height)));
    return { heights: values.map(row => row.map(value => value === null ? null : height(value))), ticks, labels,
      contours: { start: bottom + (top - bottom) / LINES, end: top - (top - bottom) / LINES / 2, size: (top - bottom) / LINES } };
  }

  /** The shortest number that lies where the tick is, as far as the eye can tell. */
  function rounded(value, tick, height) {
    for (let digits = 1; digits < 6; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.abs(height(short) - tick) < 0.06) {
        return short;
      }
    }

    return value;
  }

  return { contour, heat, surface };
})();


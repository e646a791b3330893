/** Functions of two coordinates: lines of equal height, coloured cells, landscapes. */
const Fields = (() => {
  const LINES = 16;
  const SEPARATE = 40; // cells along an axis up to which a gap parts them
  const BELOW_TOOLS = 30; // pixels that the chart's own buttons take at the top

  /** Lines of equal height with what is drawn over them. */
  function contour(chart, theme, view) {
    const drawing = new Drawing();
    const { x, y, values } = chart.field;
    const scale = chart.isLogarithmic ? logarithmic(values) : null;
    const bar = colourBar(theme, view);
    const number = drawing.add({
      type: 'contour', x, y, z: scale ? scale.heights : values, name: '', colorscale: 'Viridis', opacity: 0.92, connectgaps: false,
      ncontours: LINES, contours: { coloring: 'fill', showlines: true, ...scale?.contours },
      line: { width: 0.6, color: 'rgba(255,255,255,0.45)' },
      colorbar: scale ? { ...bar, tickmode: 'array', tickvals: scale.ticks, ticktext: scale.labels } : bar,
      ...hovered(chart, chart.valueLabel, values),
    });
    arrows(drawing, chart.arrows, theme);
    (chart.paths ?? []).forEach((path, index) => addPath(drawing, chart, path, index, theme));
    Marks.add(drawing, chart, theme);
    drawing.tracks.push(...rows(chart, chart.field, chart.valueLabel, number));
    drawing.layout = plane(chart, theme);
    labelBar(drawing, chart.valueLabel, theme, view);
    return drawing;
  }

  /** Coloured cells. */
  function heat(chart, theme, view) {
    const drawing = new Drawing();
    const { x, y, values } = chart.field;
    const gap = cells => cells.length <= SEPARATE ? 1 : 0;
    const number = drawing.add({
      type: 'heatmap', x, y, z: values, name: '', colorscale: 'Viridis', colorbar: colourBar(theme, view), hoverongaps: false,
      xgap: gap(x), ygap: gap(y), ...hovered(chart, chart.valueLabel, values),
    });
    drawing.tracks.push(...rows(chart, chart.field, chart.valueLabel, number));
    drawing.layout = {
      xaxis: { ...Layout.axis(chart.x, theme), showgrid: false },
      yaxis: { ...Layout.axis(chart.y, theme), showgrid: false },
    };
    Moments.add(drawing, chart, theme);
    labelBar(drawing, chart.valueLabel, theme, view);
    return drawing;
  }

  /** A landscape that can be turned; where there is no WebGL, its lines of equal height. */
  function surface(chart, theme, view) {
    const isShown = value => value !== null && (!chart.z.isLogarithmic || value > 0);
    const isEmpty = !chart.field.values.some(row => row.some(isShown));
    if (!view.hasWebGl || isEmpty) {
      const paths = chart.paths.map(path => ({ ...path, style: 'line' }));
      const drawing = contour({ ...chart, valueLabel: chart.z.label, isLogarithmic: chart.z.isLogarithmic, paths }, theme, view);
      drawing.note = isEmpty ? 'The landscape has no height that could be shown.'
        : view.isCrowded ? 'This page has more landscapes than a browser can turn at a time, so this one is shown from above.'
        : 'This browser offers no WebGL, so the landscape is shown from above.';
      return drawing;
    }

    const drawing = new Drawing();
    const { x, y, values } = chart.field;
    const logarithm = row => row.map(value => value > 0 ? Math.log10(value) : null);
    drawing.add({
      type: 'surface', x, y, z: values, surfacecolor: chart.z.isLogarithmic ? values.map(logarithm) : undefined, name: '',
      colorscale: 'Viridis', showscale: false, hovertemplate: Curves.hover('', chart.x, chart.y, chart.z),
      lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05, roughness: 0.9 },
      contours: { x: { highlight: false }, y: { highlight: false }, z: { highlight: false } },
    });
    chart.paths.forEach((path, index) => addSpacePath(drawing, chart, path, index, theme));
    drawing.tracks.push(...rows(chart, chart.field, chart.z.label, null));
    drawing.usesWebGl = true;
    drawing.layout = {
      margin: { l: 0, r: 0, t: 0, b: 0 },
      scene: {
        xaxis: Layout.sceneAxis(chart.x, theme), yaxis: Layout.sceneAxis(chart.y, theme), zaxis: Layout.sceneAxis(chart.z, theme),
        aspectmode: 'manual', aspectratio: { x: 1, y: 1, z: 0.7 }, dragmode: 'turntable',
        camera: { eye: { x: -0.75, y: -1.55, z: 1.15 }, center: { x: 0, y: 0, z: -0.12 } },
      },
    };
    return drawing;
  }

  /** A path on a landscape, with a marker at each end. */
  function addSpacePath(drawing, chart, path, index, theme) {
    const colour = theme.path(index);
    const symbol = index % 2 ? 'square' : 'circle';
    const number = drawing.add({
      type: 'scatter3d', mode: 'lines+markers', x: path.x, y: path.y, z: path.z, line: { color: colour, width: 6 },
      marker: { size: path.x.map((_, i) => i === 0 || i === path.x.length - 1 ? 6 : 0), color: colour, symbol, line: { width: 0 } },
      hovertemplate: Curves.hover(path.name, chart.x, chart.y, chart.z),
    });
    drawing.legend.push({ name: path.name, traces: [number], colour, line: true, dash: 'solid', casing: theme.casing, symbol });
    const place = i => [[chart.x, path.x], [chart.y, path.y], [chart.z, path.z]]
      .map(([axis, values]) => `${axis.label} ${Text.number(values[i])}`).join(', ');
    drawing.tracks.push({ name: path.name, points: path.x.map((at, i) => ({ at, target: null, text: () => place(i) })) });
  }

  /** A path: a dark line below keeps it readable over every colour; a ring is its start, a filled shape its end. */
  function addPath(drawing, chart, path, index, theme) {
    const casing = drawing.add({
      type: 'scatter', mode: 'lines', x: path.x, y: path.y, hoverinfo: 'skip', line: { color: theme.casing, width: 5.5 },
      visible: path.style !== 'markers',
    });
    const main = Curves.add(drawing, chart, path, index, theme, { type: 'scatter', colour: theme.path(index), signs: false });
    Object.assign(drawing.traces[main].marker, { size: 6, maxdisplayed: 40, line: { color: theme.casing, width: 1 } });
    drawing.traces[main].line.width = 2.5;
    const shown = path.x.map((_, i) => i).filter(i => path.x[i] !== null && path.y[i] !== null);
    const ends = shown.length ? [shown[0], shown[shown.length - 1]] : [];
    const tips = drawing.add({
      type: 'scatter', mode: 'markers', x: ends.map(i => path.x[i]), y: ends.map(i => path.y[i]), hoverinfo: 'skip',
      marker: {
        symbol: ['circle', theme.symbol(index + 1)], size: [12, 14], color: [theme.casing, theme.path(index)],
        line: { color: [theme.path(index), theme.casing], width: [3, 1.5] },
      },
    });
    const entry = drawing.legend[drawing.legend.length - 1];
    entry.traces.push(tips, ...(path.style === 'markers' ? [] : [casing]));
    entry.casing = theme.casing;
    entry.symbol = theme.symbol(index + 1);
  }

  /** All arrows as one trace: a line from each foot to its tip, where a head is turned along it. */
  function arrows(drawing, list, theme) {
    if (!list?.length) {
      return;
    }

    drawing.add({
      type: 'scatter', mode: 'lines+markers', hoverinfo: 'skip', line: { color: theme.arrow, width: 1.4 },
      x: list.flatMap(arrow => [arrow.x, arrow.x + arrow.deltaX, null]),
      y: list.flatMap(arrow => [arrow.y, arrow.y + arrow.deltaY, null]),
      marker: {
        symbol: 'arrow', angleref: 'previous', size: list.flatMap(() => [0, 8, 0]), color: theme.arrow, opacity: 1, line: { width: 0 },
      },
    });
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

  /** Says what the colours measure: above the bar, or between axis and bar where that lies below the field. */
  function labelBar(drawing, label, theme, view) {
    const place = view.isNarrow
      ? { x: 0.5, xanchor: 'center', y: 0, yanchor: 'bottom', pad: { b: 44 } }
      : { x: 1, xanchor: 'right', y: 1, yanchor: 'top', pad: { r: 8, t: BELOW_TOOLS } };
    drawing.layout.title = {
      text: Text.wrapped(label, view.isNarrow ? 40 : 60), font: { size: 12, color: theme.muted },
      xref: 'container', yref: 'container', ...place,
    };
    drawing.layout.margin = view.isNarrow ? { l: 52, r: 12, t: 8, b: 116 } : { l: 56, r: 12, t: BELOW_TOOLS + 24, b: 48 };
  }

  /** Beside the field, or below it where the screen is narrow. */
  function colourBar(theme, view) {
    const common = {
      thickness: 12, outlinewidth: 0, ticks: 'outside', ticklen: 4, tickcolor: theme.axis, tickfont: { size: 12, color: theme.muted },
      exponentformat: 'power', minexponent: 4,
    };
    return view.isNarrow
      ? { ...common, orientation: 'h', x: 0.5, y: 0, yref: 'container', yanchor: 'bottom', ypad: 4, len: 1 }
      : { ...common, len: 1, x: 1.02, xpad: 4 };
  }

  /** What is shown at the pointer: the value itself, not the height that was drawn for it. */
  function hovered(chart, label, values) {
    const place = Curves.hover('', chart.x, chart.y).replace('<extra></extra>', '');
    return {
      hovertext: values.map(row => row.map(value => Text.plain(Text.number(value)))),
      hovertemplate: `${place}<br>${Text.plain(label)}: <b>%{hovertext}</b><extra></extra>`,
    };
  }

  /** The rows of a field, the highest first: 'up' leads to higher ones. */
  function rows(chart, field, label, trace) {
    const point = (value, i, j) => ({
      at: field.x[i],
      target: trace === null ? null : { curveNumber: trace, xval: field.x[i], yval: field.y[j] },
      text: () => `${chart.x.label} ${Text.number(field.x[i])}, ${label} ${Text.number(value)}`,
    });
    return field.values.map((row, j) => ({
      name: `${chart.y.label} ${Text.number(field.y[j])}`, points: row.map((value, i) => point(value, i, j)),
    })).reverse();
  }

  /** Heights above the lowest one on a logarithmic scale, with ticks that say what the values are; null for a plain. */
  function logarithmic(values) {
    const finite = values.flat().filter(value => value !== null);
    const lowest = finite.reduce((low, value) => Math.min(low, value), Infinity);
    const highest = finite.reduce((high, value) => Math.max(high, value), -Infinity);
    const span = highest - lowest;
    if (!(span > 0)) {
      return null;
    }

    const smallest = finite.reduce((low, value) => value > lowest ? Math.min(low, value - lowest) : low, Infinity);
    const foot = Math.min(span, Math.max(smallest, span * 1e-6));
    const height = value => Math.log10(value - lowest + foot);
    const [bottom, top] = [height(lowest), height(highest)];
    const step = Math.max(Math.ceil((top - bottom) / 5), 1);
    const inset = (top - bottom) * 0.004; // a tick on the very edge is not drawn
    const ticks = [bottom + inset], shown = [lowest];
    for (let decade = Math.ceil(bottom + (top - bottom) / 12); decade < top - (top - bottom) / 12; decade += step) {
      ticks.push(decade);
      shown.push(rounded(lowest + 10 ** decade, decade, height));
    }

    ticks.push(top - inset);
    shown.push(highest);
    const size = (top - bottom) / LINES;
    const heights = values.map(row => row.map(value => value === null ? null : height(value)));
    return { heights, ticks, labels: distinct(shown), contours: { start: bottom + size / 2, end: top - size / 2, size } };
  }

  /** Numbers in three digits, or in as many more as it takes to tell them apart. */
  function distinct(values) {
    let labels = [];
    for (let digits = 3; digits < 16; digits++) {
      labels = values.map(value => Text.number(Number(value.toPrecision(digits)), digits));
      if (new Set(labels).size === labels.length) {
        break;
      }
    }

    return labels;
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


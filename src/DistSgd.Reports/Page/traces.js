/** What becomes of a chart: traces and layout for Plotly, entries of the legend, and tracks to walk along by keyboard. */
class Drawing {
  traces = [];
  legend = [];
  tracks = [];
  annotations = [];
  layout = {};
  note = '';

  /** Adds a trace and returns its number. */
  add(trace) {
    return this.traces.push(trace) - 1;
  }
}

/** Curves over two axes. */
const Curves = (() => {
  const LARGE = 5000;      // points of a chart from which on WebGL draws it
  const MANY = 60;         // points of a curve from which on single error bars would merge into a band
  const SIGNS = 7;         // shapes along a curve without markers, which tell it from the others without colour
  const THINNED = 2000;    // columns of a large curve where there is no WebGL

  function draw(chart, theme, view) {
    const drawing = new Drawing();
    const isLarge = chart.curves.reduce((sum, curve) => sum + curve.x.length, 0) > LARGE;
    const type = isLarge && view.hasWebGl ? 'scattergl' : 'scatter';
    chart.curves.forEach((curve, index) => {
      const drawn = chart.y.isLogarithmic ? positive(curve) : curve;
      const shown = isLarge && !view.hasWebGl ? thinned(drawn) : drawn;
      add(drawing, chart, shown, index, theme, { type, colour: theme.curve(index), signs: chart.curves.length > 1 });
    });
    Marks.add(drawing, chart, theme);
    drawing.usesWebGl = type === 'scattergl';
    drawing.layout = {
      xaxis: Layout.axis(chart.x, theme, extent(chart, 'x')),
      yaxis: Layout.axis(chart.y, theme, extent(chart, 'y')),
    };
    Moments.add(drawing, chart, theme);
    return drawing;
  }

  /** A curve for a logarithmic axis: Plotly would drop it to the floor where it is not positive. */
  function positive(curve) {
    return { ...curve, y: curve.y.map(value => value > 0 ? value : null) };
  }

  /** Adds one curve: its uncertainty below, its line, its shapes. */
  function add(drawing, chart, curve, index, theme, options) {
    const { colour, type } = options;
    const numbers = [];
    const hasMarkers = curve.style === 'markers' || curve.style === 'lineAndMarkers';
    const isDashed = curve.style === 'dashed';
    const isBand = curve.errors && curve.x.length > MANY;
    if (isBand) {
      numbers.push(drawing.add({
        ...band(curve, chart.y.isLogarithmic), type: 'scatter', mode: 'lines', fill: 'toself', hoverinfo: 'skip',
        line: { width: 0 }, fillcolor: translucent(colour, 0.18),
      }));
    }

    const main = drawing.add({
      type, x: curve.x, y: curve.y, name: Text.plain(curve.name), hovertemplate: hover(curve.name, chart.x, chart.y),
      mode: curve.style === 'markers' ? 'markers' : hasMarkers ? 'lines+markers' : 'lines',
      line: { color: colour, width: 2, dash: isDashed ? theme.dash(index) : 'solid' },
      marker: { color: colour, size: 8, symbol: theme.symbol(index), line: { color: theme.paper, width: 1 } },
      connectgaps: false,
    });
    if (curve.errors && !isBand) {
      drawing.traces[main].error_y = { type: 'data', array: curve.errors, color: colour, thickness: 1.2, width: 4 };
    }

    numbers.push(main);
    if (!hasMarkers && !isDashed && options.signs) {
      numbers.push(drawing.add({ ...signs(curve, index), type, mode: 'markers', hoverinfo: 'skip',
        marker: { color: colour, size: 8, symbol: theme.symbol(index), line: { color: theme.paper, width: 1 } } }));
    }

    drawing.legend.push({ name: curve.name, traces: numbers, colour, line: curve.style !== 'markers',
      dash: isDashed ? theme.dash(index) : 'solid', symbol: hasMarkers || (options.signs && !isDashed) ? theme.symbol(index) : null });
    drawing.tracks.push(track(chart, curve, main));
    return main;
  }

  /** What is shown at the pointer: the name, then the coordinates along each axis. */
  function hover(name, ...axes) {
    const lines = axes.map((axis, i) => `${Text.plain(axis.label)}: <b>%{${'xyz'[i]}:.5~g}</b>`);
    return `${[...(name ? [Text.wrapped(name, 32)] : []), ...lines].join('<br>')}<extra></extra>`;
  }

  function track(chart, curve, trace) {
    const points = [];
    curve.x.forEach((x, i) => {
      const y = curve.y[i];
      if (isShown(x, chart.x) && isShown(y, chart.y)) {
        const error = curve.errors?.[i] ?? null;
        const uncertainty = error === null ? '' : ` \u00b1 ${Text.number(error)}`;
        points.push({ at: x, target: { curveNumber: trace, xval: x, yval: y },
          text: () => `${chart.x.label} ${Text.number(x)}, ${chart.y.label} ${Text.number(y)}${uncertainty}` });
      }
    });
    return { name: curve.name, points };
  }

  function isShown(value, axis) {
    return value !== null && value !== undefined && (!axis.isLogarithmic || value > 0);
  }

  /** The region between the ends of the error bars, one closed piece between two gaps. */
  function band(curve, isLogarithmic) {
    const x = [], y = [];
    const positive = curve.y.filter(value => value > 0);
    const floor = isLogarithmic ? positive.reduce((low, value) => Math.min(low, value), Infinity) / 2 : -Infinity;
    let piece = [];
    const close = () => {
      if (piece.length > 1) {
        const back = [...piece].reverse();
        x.push(...piece.map(i => curve.x[i]), ...back.map(i => curve.x[i]), null);
        y.push(...piece.map(i => curve.y[i] + curve.errors[i]), ...back.map(i => Math.max(floor, curve.y[i] - curve.errors[i])), null);
      }

      piece = [];
    };
    curve.x.forEach((value, i) => {
      if (value === null || (curve.y[i] ?? null) === null || (curve.errors[i] ?? null) === null) {
        close();
      } else {
        piece.push(i);
      }
    });
    close();
    return { x, y };
  }

  /** A few points of a curve, at other places for each curve so that the shapes of curves that coincide do not. */
  function signs(curve, index) {
    const count = Math.min(SIGNS, curve.x.length);
    const step = curve.x.length / count;
    const offset = 0.2 + 0.6 * (index * 0.38 % 1);
    const picks = Array.from({ length: count }, (_, i) => Math.min(curve.x.length - 1, Math.floor((i + offset) * step)));
    return { x: picks.map(i => curve.x[i]), y: picks.map(i => curve.y[i]) };
  }

  /** The lowest and highest point of each of many columns: what a picture of so few pixels can show of a large curve. */
  function thinned(curve) {
    const step = Math.ceil(curve.x.length / THINNED);
    const picks = [];
    for (let start = 0; start < curve.x.length; start += step) {
      let low = start, high = start;
      for (let i = start; i < Math.min(start + step, curve.x.length); i++) {
        low = curve.y[i] < curve.y[low] ? i : low;
        high = curve.y[i] > curve.y[high] ? i : high;
      }

      picks.push(Math.min(low, high), ...(low === high ? [] : [Math.max(low, high)]));
    }

    const take = values => values && picks.map(i => values[i]);
    return { ...curve, x: take(curve.x), y: take(curve.y), errors: take(curve.errors) };
  }

  /** The lowest and highest value that an axis can show; null if there is none. */
  function extent(chart, name) {
    let low = Infinity, high = -Infinity;
    for (const curve of chart.curves) {
      for (const value of curve[name]) {
        if (isShown(value, chart[name])) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }

    return low <= high ? [low, high] : null;
  }

  return { add, draw, hover };
})();

/** Points with a text beside them. */
const Marks = (() => {
  function add(drawing, chart, theme) {
    const marks = chart.marks ?? [];
    if (!marks.length) {
      return;
    }

    const position = (value, axis) => axis.isLogarithmic ? Math.log10(value) : value;
    const number = drawing.add({ type: 'scatter', mode: 'markers', x: marks.map(mark => mark.x), y: marks.map(mark => mark.y),
      name: marks.length > 1 ? 'Marks' : 'Mark', hovertext: marks.map(mark => Text.plain(mark.text)), hoverinfo: 'text',
      marker: { symbol: 'diamond', size: 10, color: theme.ink, line: { color: theme.paper, width: 1.5 } } });
    const middle = median(marks.map(mark => mark.x));
    marks.forEach((mark, i) => {
      const isLeft = marks.length === 1 || mark.x <= middle;
      drawing.annotations.push({
        x: position(mark.x, chart.x), y: position(mark.y, chart.y), text: Text.wrapped(mark.text, 28), align: 'left',
        showarrow: true, arrowhead: 0, arrowwidth: 1.5, arrowcolor: chart.field ? theme.arrow : theme.muted, standoff: 5,
        ax: isLeft ? 14 : -14, ay: i % 2 ? 18 : -18,
        xanchor: isLeft ? 'left' : 'right', bgcolor: theme.halo, borderpad: 3, font: { size: 12, color: theme.ink },
      });
    });
    drawing.tracks.push({ name: 'Marks', points: marks.map((mark, i) => ({ at: mark.x,
      target: { curveNumber: number, xval: mark.x, yval: mark.y },
      text: () => `${mark.text}, ${chart.x.label} ${Text.number(mark.x)}, ${chart.y.label} ${Text.number(mark.y)}` })) });
  }

  function median(values) {
    return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  }

  return { add };
})();


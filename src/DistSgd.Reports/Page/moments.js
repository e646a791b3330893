/** Places along the horizontal axis where something happened: numbered lines across the chart. */
const Moments = (() => {
  const MARGIN = 22;    // room above the chart for the numbers

  function add(drawing, chart, theme) {
    const moments = chart.moments ?? [];
    if (!moments.length) {
      return;
    }

    const place = value => chart.x.isLogarithmic ? Math.log10(value) : value;
    drawing.layout.shapes = moments.map(moment => ({
      type: 'line', xref: 'x', yref: 'paper', x0: moment.x, x1: moment.x, y0: 0, y1: 1,
      line: { color: chart.field ? theme.paper : theme.muted, width: 1, dash: 'dot' },
    }));
    for (const [x, here] of grouped(moments)) {
      drawing.annotations.push({
        x: place(x), xref: 'x', y: 1, yref: 'paper', yanchor: 'bottom', showarrow: false, captureevents: true,
        text: label(here), hovertext: here.map(moment => `${moment.number}: ${Text.wrapped(moment.text, 48)}`).join('<br>'),
        font: { size: 11, color: theme.ink }, bgcolor: theme.paper, bordercolor: theme.axis, borderwidth: 1, borderpad: 1,
      });
    }

    drawing.layout.margin = { l: 56, r: 12, t: MARGIN, b: 48 };
  }

  /** Neighbouring numbers as a range. */
  function label(here) {
    const [first, last] = [here[0].number, here[here.length - 1].number];
    return here.length > 1 && last - first === here.length - 1 ? `${first}–${last}` : here.map(moment => moment.number).join(',');
  }

  function grouped(moments) {
    const groups = new Map();
    moments.forEach(moment => groups.set(moment.x, [...groups.get(moment.x) ?? [], moment]));
    return groups;
  }

  return { add };
})();

/** What all charts have in common: fonts, axes, margins. */
const Layout = (() => {
  const FEW_DECADES = 2;
  const MOST_LABELS = 7;

  /** An axis in two dimensions; decades is how many powers of ten its data span. */
  function axis(axis, theme, decades = 0) {
    const layout = {
      title: { text: Text.plain(axis.label), standoff: 8, font: { size: 13, color: theme.muted } },
      automargin: true, zeroline: false, showline: true, linecolor: theme.axis, gridcolor: theme.grid,
      ticks: 'outside', ticklen: 4, tickcolor: theme.axis, tickfont: { size: 12, color: theme.muted }, exponentformat: 'power', minexponent: 4,
    };
    if (axis.isLogarithmic) {
      layout.type = 'log';
      if (decades >= FEW_DECADES) {
        layout.dtick = Math.max(1, Math.ceil(decades / MOST_LABELS));
      }
    }

    return Object.assign(layout, range(axis));
  }

  /** The part of an axis that is asked for; Plotly fits an end that is null. */
  function range(axis) {
    const end = value => value === undefined || value === null ? null : axis.isLogarithmic ? Math.log10(value) : value;
    const ends = [end(axis.minimum), end(axis.maximum)];
    return ends[0] === null && ends[1] === null ? {} : { range: ends };
  }

  /** An axis of a scene in three dimensions. */
  function sceneAxis(axis, theme) {
    return {
      title: { text: Text.painted(axis.label), font: { size: 12, color: theme.muted } }, type: axis.isLogarithmic ? 'log' : 'linear',
      gridcolor: theme.grid, zerolinecolor: theme.grid, linecolor: theme.axis, showbackground: false, tickfont: { size: 11, color: theme.muted },
      showspikes: false, nticks: 6, exponentformat: 'power', minexponent: 4, ...range(axis),
    };
  }

  /** The layout of a drawing. */
  function whole(drawing, theme, view) {
    return {
      autosize: true, showlegend: false, hovermode: 'closest',
      // A finger that moves over a chart wants to move the page.
      dragmode: view.isTouch && !drawing.layout.scene ? false : undefined,
      margin: { l: 8, r: 12, t: 12, b: 8, pad: 0 },
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: theme.font, size: 13, color: theme.ink },
      hoverlabel: { bgcolor: theme.paper, bordercolor: theme.axis, font: { family: theme.font, size: 13, color: theme.ink }, align: 'left', namelength: 60 },
      modebar: { bgcolor: 'rgba(0,0,0,0)', color: theme.muted, activecolor: theme.ink },
      annotations: drawing.annotations,
      ...drawing.layout,
    };
  }

  return { axis, sceneAxis, whole };
})();


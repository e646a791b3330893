/** What all charts have in common: fonts, axes, margins. */
const Layout = (() => {
  const FEW_DECADES = 2;
  const MOST_LABELS = 7;
  const AIR = 0.05;

  /** An axis in two dimensions over data of an extent, lowest and highest. */
  function axis(axis, theme, extent = null) {
    const layout = {
      title: { text: Text.plain(axis.label), standoff: 8, font: { size: 13, color: theme.muted } },
      automargin: true, zeroline: false, showline: true, linecolor: theme.axis, gridcolor: theme.grid,
      ticks: 'outside', ticklen: 4, tickcolor: theme.axis, tickfont: { size: 12, color: theme.muted },
      exponentformat: 'power', minexponent: 4,
    };
    if (axis.isLogarithmic) {
      layout.type = 'log';
      const [low, high] = [axis.minimum ?? extent?.[0], axis.maximum ?? extent?.[1]];
      const decades = Math.log10(high / low);
      if (decades >= FEW_DECADES) {
        layout.dtick = Math.max(1, Math.ceil(decades / MOST_LABELS));
        layout.tickfont.size = 10; // Plotly enlarges powers of ten by a quarter
      }
    }

    return Object.assign(layout, range(axis, extent));
  }

  /** The part of an axis that is asked for; an end that is not is fitted to the data with some air. */
  function range(axis, extent = null) {
    const asked = [axis.minimum ?? null, axis.maximum ?? null];
    if (asked[0] === null && asked[1] === null || extent === null && asked.includes(null)) {
      return {};
    }

    const place = value => axis.isLogarithmic ? Math.log10(value) : value;
    const ends = asked.map((value, i) => place(value ?? extent[i]));
    const air = (ends[1] - ends[0]) * AIR;
    return { range: [asked[0] === null ? ends[0] - air : ends[0], asked[1] === null ? ends[1] + air : ends[1]] };
  }

  /** An axis of a scene in three dimensions. */
  function sceneAxis(axis, theme) {
    return {
      title: { text: Text.wrapped(axis.label, 24, Text.painted), font: { size: 12, color: theme.muted } },
      type: axis.isLogarithmic ? 'log' : 'linear',
      gridcolor: theme.grid, zerolinecolor: theme.grid, linecolor: theme.axis, showbackground: false,
      tickfont: { size: 11, color: theme.muted }, showspikes: false, nticks: 6, exponentformat: 'power', minexponent: 4, ...range(axis),
    };
  }

  /** The layout of a drawing. */
  function whole(drawing, theme, view) {
    return {
      autosize: true, showlegend: false, hovermode: 'closest',
      // A finger that moves over a chart wants to move the page.
      dragmode: view.isTouch && !drawing.layout.scene ? false : undefined,
      margin: { l: 56, r: 12, t: 12, b: 48 },
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: theme.font, size: 13, color: theme.ink },
      hoverlabel: {
        bgcolor: theme.paper, bordercolor: theme.axis, font: { family: theme.font, size: 13, color: theme.ink }, align: 'left',
      },
      modebar: { bgcolor: 'rgba(0,0,0,0)', color: theme.muted, activecolor: theme.ink },
      annotations: drawing.annotations,
      ...drawing.layout,
    };
  }

  return { axis, sceneAxis, whole };
})();


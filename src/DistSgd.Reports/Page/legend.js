/** A legend in HTML: it wraps on narrow screens, never covers the chart, and its entries are switches that a keyboard reaches. */
const Legend = (() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const DASHES = { solid: '', dash: '7 4', dot: '2 3', dashdot: '8 3 2 3', longdash: '11 4' };
  const SHAPES = {
    circle: 'M14 3.5a4.5 4.5 0 1 0 .01 0Z',
    square: 'M10 4h8v8h-8Z',
    diamond: 'M14 2.5 19.5 8 14 13.5 8.5 8Z',
    'triangle-up': 'M14 3l5 9H9Z',
    cross: 'M12.4 3h3.2v3.4H19v3.2h-3.4V13h-3.2V9.6H9V6.4h3.4Z',
    'triangle-down': 'M14 13l5-9H9Z',
    pentagon: 'M14 3l5 3.8-1.9 5.9h-6.2L9 6.8Z',
    star: 'M14 2.5l1.5 3.9 4 .3-3.1 2.6 1 4L14 11l-3.4 2.3 1-4-3.1-2.6 4-.3Z',
  };

  /** Fills the place of a legend. Choices made before, in another theme, are kept in hidden, a set of names. */
  function fill(place, drawing, plot, hidden) {
    place.replaceChildren(...drawing.legend.map((entry, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', String(!hidden.has(index)));
      button.title = 'Show or hide';
      const name = document.createElement('span');
      name.textContent = entry.name;
      button.append(swatch(entry), name);
      button.addEventListener('click', () => {
        hidden.has(index) ? hidden.delete(index) : hidden.add(index);
        button.setAttribute('aria-pressed', String(!hidden.has(index)));
        Plotly.restyle(plot, { visible: !hidden.has(index) }, entry.traces);
      });
      return button;
    }));
  }

  function swatch(entry) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 28 16');
    svg.setAttribute('aria-hidden', 'true');
    if (entry.casing) {
      svg.append(element('path', { d: 'M0 8H28', stroke: entry.casing, 'stroke-width': 5.5, fill: 'none' }));
    }

    if (entry.line) {
      const dash = DASHES[entry.dash];
      svg.append(element('path', { d: 'M1 8H27', stroke: entry.colour, 'stroke-width': 2.5, 'stroke-dasharray': dash, fill: 'none' }));
    }

    if (entry.symbol) {
      svg.append(element('path', { d: SHAPES[entry.symbol], fill: entry.colour, stroke: entry.casing ?? 'none', 'stroke-width': 1.2 }));
    }

    return svg;
  }

  function element(name, attributes) {
    const made = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  }

  return { fill };
})();


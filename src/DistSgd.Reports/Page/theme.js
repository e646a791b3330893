/** Colours, taken from the style sheet so that light, dark and paper have one list; and shapes, so that colour never stands alone. */
const Theme = (() => {
  const SYMBOLS = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'triangle-down', 'pentagon', 'star'];
  const DASHES = ['dash', 'dot', 'dashdot', 'longdash'];

  function read() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(`--${name}`).trim();
    const curves = [1, 2, 3, 4, 5, 6, 7, 8].map(i => colour(`curve-${i}`));
    const paths = [1, 2, 3, 4, 5, 6].map(i => colour(`path-${i}`));
    return {
      ink: colour('ink'), muted: colour('muted'), grid: colour('grid'), axis: colour('axis'), paper: colour('card'),
      halo: colour('halo'), arrow: colour('arrow'), casing: colour('casing'), font: getComputedStyle(document.body).fontFamily,
      curve: index => curves[index % curves.length],
      path: index => paths[index % paths.length],
      symbol: index => SYMBOLS[index % SYMBOLS.length],
      dash: index => DASHES[index % DASHES.length],
    };
  }

  return { read };
})();

/** A colour of the style sheet, made translucent. */
function translucent(hex, opacity) {
  const [red, green, blue] = [1, 3, 5].map(start => parseInt(hex.slice(start, start + 2), 16));
  return `rgba(${red},${green},${blue},${opacity})`;
}

